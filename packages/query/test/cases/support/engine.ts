/** What the tests of designs do on an engine, below the entities. */
import { assert } from "@effect/vitest"
import type { CreateTableCommandInput, Projection, TableDescription } from "@aws-sdk/client-dynamodb"
import { Effect } from "effect"
import { DynamoClient } from "effect-dynamo"
import type { Engine } from "../../../../testing/test-support/engines.ts"
import { actionsOf, type Expectation, type Request, type Stored } from "./scenario.ts"

/** Everything that stands in a table, in an order that does not depend on the engine. */
export const contents = Effect.fn(function* (table: string) {
  const client = yield* DynamoClient.DynamoClient
  const { Items, LastEvaluatedKey } = yield* client.scan({ TableName: table, ConsistentRead: true })
  assert.isUndefined(LastEvaluatedKey, "one page holds it all")
  return inOrder((Items ?? []) as ReadonlyArray<Stored>)
})

/** Items in an order of their own; sets, which have none, in that of their members. */
export const inOrder = (items: ReadonlyArray<Stored>): ReadonlyArray<Stored> =>
  items
    .map((item) => ({ text: canonical(item), item: sorted(item) as Stored }))
    .sort((a, b) => (a.text < b.text ? -1 : 1))
    .map(({ item }) => item)

const canonical = (value: unknown): string => JSON.stringify(sorted(value))

const sorted = (value: unknown): unknown => {
  if (value instanceof Uint8Array || typeof value !== "object" || value === null) return value
  if (Array.isArray(value)) return value.map(sorted)
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, inner]) => [
        name,
        (name === "SS" || name === "NS") && Array.isArray(inner) ? inner.map(String).toSorted() : sorted(inner)
      ])
  )
}

/** Sends a request as it is. */
export const call = ({ api, input }: Request): Effect.Effect<unknown, unknown, DynamoClient.DynamoClient> =>
  Effect.flatMap(DynamoClient.DynamoClient, (client) => {
    const name = api.charAt(0).toLowerCase() + api.slice(1)
    // The service's operations have the names of DynamoDB's, and take their inputs.
    return (client[name as "getItem"] as (input: object) => Effect.Effect<unknown, unknown>)(input)
  })

/** Sends a recorded request. Whether it succeeded. */
export const send = Effect.fn(function* (request: Request, expected: Expectation, engine: Engine) {
  const sent =
    request.api === "TransactWriteItems" && !engine.isComplete
      ? // An engine without transactions: the actions one by one, or none of them.
        expected.ok
        ? Effect.forEach(actionsOf(request), (action) =>
            Effect.forEach(Object.entries(action), ([api, input]) => call({ api: `${api}Item`, input }))
          )
        : Effect.fail("cancelled")
      : call(request)
  assert.strictEqual(yield* Effect.match(sent, { onFailure: () => false, onSuccess: () => true }), expected.ok)
})

/** What a table is, without what every engine says in its own way. */
export const shapeOf = (table: CreateTableCommandInput | TableDescription) => ({
  keys: table.KeySchema,
  attributes: byName(
    (table.AttributeDefinitions ?? []).map(({ AttributeName, AttributeType }) => [AttributeName, AttributeType])
  ),
  globals: byName((table.GlobalSecondaryIndexes ?? []).map(indexShape)),
  locals: byName((table.LocalSecondaryIndexes ?? []).map(indexShape))
})

const indexShape = (index: {
  readonly IndexName?: string | undefined
  readonly KeySchema?: ReadonlyArray<unknown> | undefined
  readonly Projection?: Projection | undefined
}): readonly [string | undefined, unknown] => [
  index.IndexName,
  {
    keys: index.KeySchema,
    projection: index.Projection?.ProjectionType,
    included: index.Projection?.NonKeyAttributes?.toSorted() ?? []
  }
]

const byName = (entries: ReadonlyArray<readonly [string | undefined, unknown]>): object =>
  Object.fromEntries(entries.toSorted(([a = ""], [b = ""]) => (a < b ? -1 : 1)))
