/**
 * The recorded operations in their order, on what the items left. Each is done on two tables: with the library (all
 * reads, and the writes that its API can say), and as recorded on the table of reference. After each, both hold the same.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { DynamoClient, TableAdmin } from "effect-dynamo"
import { type Engine, engines } from "../../../testing/test-support/engines.ts"
import { designs } from "./designs/all.ts"
import { answersOf, type Design, isPage, later, type Member, type Step, toLogical } from "./support/design.ts"
import { contents, send } from "./support/engine.ts"
import { forTable, type Logical, type LogicalObject, type Operation, type Stored } from "./support/scenario.ts"

/** What the errors of DynamoDB are here. */
const tags: { readonly [name: string]: string } = {
  ConditionalCheckFailedException: "ConditionalCheckFailed",
  // Refused before DynamoDB would.
  ValidationException: "EncodeError"
}

/** What only reads. */
const reads: ReadonlyArray<string> = ["GetItem", "BatchGetItem", "Query", "Scan"]

/** These fields of the item that stands in the table under recorded keys. */
const heldOf = Effect.fn(function* (
  { table }: Design,
  { decode }: Member,
  fields: ReadonlyArray<string>,
  keys: LogicalObject
) {
  const client = yield* DynamoClient.DynamoClient
  // Keys of the recorded tables are text.
  const key = (name: string) => ({ [name]: { S: keys[name] as string } })
  const { Item } = yield* client.getItem({ TableName: table.name, Key: { ...key("PK"), ...key("SK") } })
  const whole = toLogical(yield* decode(Item as Stored)) as LogicalObject
  return Object.fromEntries(fields.map((field): [string, Logical | undefined] => [field, whole[field]]))
})

/** What an operation gives, as recorded. */
const expectedOf = (design: Design, step: Exclude<Step, { readonly _tag: "Raw" }>, { logical = [] }: Operation) => {
  switch (step._tag) {
    case "Run":
      return Effect.succeed(logical.map(({ value }) => value))
    case "Collection":
      return Effect.succeed(logical.map(({ entity, value }) => ({ _tag: entity, value })))
    case "Held":
      return Effect.forEach(logical, ({ value }) => heldOf(design, design.members[step.entity]!, step.fields, value))
  }
}

/** Does an operation with the library and compares what it gives. */
const perform = Effect.fn(function* (
  design: Design,
  step: Exclude<Step, { readonly _tag: "Raw" }>,
  operation: Operation,
  engine: Engine
) {
  const { expect, logical, request } = operation
  if (!expect.ok) return assert.strictEqual((yield* Effect.flip(step.effect))._tag, tags[expect.name])
  const answer = yield* step.effect
  const answers = answersOf(answer).map(toLogical)
  if (logical !== undefined) {
    assert.deepStrictEqual<unknown>(answers, yield* expectedOf(design, step, operation))
  } else if (expect.body?.Count !== undefined) {
    assert.strictEqual(answer, expect.body.Count)
  } else if (request.api !== "PutItem") {
    assert.deepStrictEqual(answers, [], "DynamoDB gave no item")
  }
  // Where a page ends at the very end, engines differ on whether another follows.
  if (expect.pages !== undefined && engine.isComplete) {
    assert.isArray(answer)
    assert.deepStrictEqual(
      (answer as ReadonlyArray<unknown>).map((page) => (isPage(page) ? page.count : undefined)),
      expect.pages.map(({ count }) => count)
    )
  }
})

const replay = Effect.fn(function* (design: Design, engine: Engine) {
  const { members, scenario, steps, table } = design
  const client = yield* DynamoClient.DynamoClient
  const reference = `${table.name}-reference`
  yield* TableAdmin.create(table)
  yield* client.createTable({ ...scenario.table, TableName: reference })
  for (const { entity, input, stored } of scenario.items) {
    yield* members[entity]!.put(input)
    yield* client.putItem({ TableName: reference, Item: stored })
  }
  for (const operation of scenario.operations) {
    const step = steps[operation.id]!
    const recorded = (target: string) =>
      send(forTable(operation.request, scenario.table.TableName, target), operation.expect, engine)
    yield* step._tag === "Raw" ? recorded(table.name) : perform(design, step, operation, engine)
    yield* recorded(reference)
    assert.deepStrictEqual(yield* contents(table.name), yield* contents(reference), `after ${operation.id}`)
  }
})

for (const { scenario, steps } of designs) {
  describe(scenario.title, () => {
    it("does every read, and every write or says what it waits for", () => {
      assert.deepStrictEqual(
        Object.keys(steps),
        scenario.operations.map(({ id }) => id)
      )
      for (const { id, request } of scenario.operations) {
        const step = steps[id]!
        if (step._tag !== "Raw") continue
        assert.notInclude(reads, request.api, id)
        assert.include(Object.values(later), step.why)
      }
    })
  })
}

engines("the recorded operations", (it, engine) => {
  for (const design of designs) {
    it.effect(design.scenario.title, () => replay(design, engine), 30_000)
  }
})
