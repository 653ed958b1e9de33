import type { BatchGetItemCommandInput, GetItemCommandInput } from "@aws-sdk/client-dynamodb"
import * as DynamoClient from "@effect-dynamo/client/DynamoClient"
import { Effect } from "effect"
import { absent, invalid } from "./script.ts"

export interface Sent {
  readonly operation: DynamoClient.OperationName
  readonly input: object
}

type Keys = NonNullable<NonNullable<BatchGetItemCommandInput["RequestItems"]>[string]["Keys"]>

/** What a batch get gives of a table's keys: how many of them, from the first. */
export type Answering = (keys: Keys, request: number) => Effect.Effect<number, DynamoClient.TransportFailure>

/**
 * A client of tables in memory, each with the key `id` and items `{ id, n }`, as strict as DynamoDB: a batch has at most
 * 100 keys, none twice, none of another shape, and only of tables that there are.
 */
export const memory = (
  tables: Readonly<Record<string, ReadonlyArray<string>>>,
  answering: Answering = (keys) => Effect.succeed(keys.length)
) => {
  const sent: Array<Sent> = []
  let batches = 0
  const itemOf = (table: string, id: string, projection: string | undefined) => {
    const at = tables[table]!.indexOf(id)
    if (at < 0) return undefined
    const item: DynamoClient.Item = { id: { S: id }, n: { N: String(at) } }
    if (projection === undefined) return item
    const names = projection.split(",").map((path) => path.trim())
    return Object.fromEntries(Object.entries(item).filter(([name]) => names.includes(name)))
  }
  const resolve = (projection: string | undefined, names: Record<string, string> | undefined) =>
    projection?.replaceAll(/#\w+/g, (name) => names![name]!)

  const get = (input: GetItemCommandInput) => {
    if (tables[input.TableName!] === undefined) return Effect.fail(absent)
    const key = input.Key!
    if (Object.keys(key).join() !== "id" || key["id"]!.S === undefined) return Effect.fail(invalid)
    const projection = resolve(input.ProjectionExpression, input.ExpressionAttributeNames)
    const Item = itemOf(input.TableName!, key["id"]!.S, projection)
    return Effect.succeed({ $metadata: {}, ...(Item === undefined ? undefined : { Item }) })
  }

  const batchGet = (input: BatchGetItemCommandInput) =>
    Effect.gen(function* () {
      const request = batches++
      const answer: {
        Responses: Record<string, Array<DynamoClient.Item>>
        UnprocessedKeys: Record<string, unknown>
      } = { Responses: {}, UnprocessedKeys: {} }
      const asked = Object.entries(input.RequestItems!)
      const all = asked.flatMap(([table, { Keys = [] }]) => Keys.map((key) => `${table} ${JSON.stringify(key)}`))
      if (all.length === 0 || all.length > 100 || new Set(all).size < all.length) return yield* Effect.fail(invalid)
      for (const [table, { ExpressionAttributeNames, Keys = [], ProjectionExpression, ...how }] of asked) {
        if (tables[table] === undefined) return yield* Effect.fail(absent)
        if (Keys.some((key) => Object.keys(key).join() !== "id" || key["id"]!.S === undefined)) {
          return yield* Effect.fail(invalid)
        }
        const projection = resolve(ProjectionExpression, ExpressionAttributeNames)
        const taken = yield* answering(Keys, request)
        answer.Responses[table] = Keys.slice(0, taken).flatMap((key) => {
          const item = itemOf(table, key["id"]!.S!, projection)
          return item === undefined ? [] : [item]
        })
        // Not in the order asked.
        answer.Responses[table].reverse()
        if (taken < Keys.length) answer.UnprocessedKeys[table] = { ...how, Keys: Keys.slice(taken) }
      }
      return { $metadata: {}, ...answer }
    })

  const client = DynamoClient.make({
    send: (operation, input) =>
      Effect.suspend(() => {
        sent.push({ operation, input })
        // The operations of these tests have these inputs, and these outputs.
        return (
          operation === "GetItem" ? get(input as GetItemCommandInput) : batchGet(input as BatchGetItemCommandInput)
        ) as Effect.Effect<never>
      })
  })
  return { client, sent, names: () => sent.map(({ operation }) => operation) }
}
