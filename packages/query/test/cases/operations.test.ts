/**
 * The recorded operations in their order, on what the items left. Each is done on two tables: with the library where its
 * API can say it, and as recorded on the table of reference. After each, both hold the same.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { DynamoClient, TableAdmin } from "effect-dynamo"
import { type Engine, engines } from "../../../testing/test-support/engines.ts"
import { designs } from "./designs/all.ts"
import { answersOf, type Design, isPage, later, type Step, toLogical } from "./support/design.ts"
import { contents, send } from "./support/engine.ts"
import { forTable, type Operation } from "./support/scenario.ts"

/** What the errors of DynamoDB are here. */
const tags: { readonly [name: string]: string } = {
  ConditionalCheckFailedException: "ConditionalCheckFailed",
  // Refused before DynamoDB would.
  ValidationException: "EncodeError"
}

/** Does an operation with the library and compares what it gives. */
const perform = Effect.fn(function* (
  step: Exclude<Step, { readonly _tag: "Raw" }>,
  operation: Operation,
  engine: Engine
) {
  const { expect, logical, request } = operation
  if (step._tag === "Request") {
    const client = yield* DynamoClient.DynamoClient
    const { Items = [] } = yield* client.query(yield* step.input)
    if (expect.ok && expect.body?.Items !== undefined) assert.deepStrictEqual(Items, expect.body.Items)
    else assert.strictEqual(Items.length, expect.ok ? expect.body?.Count : undefined)
    return
  }
  if (!expect.ok) return assert.strictEqual((yield* Effect.flip(step.effect))._tag, tags[expect.name])
  const answer = yield* step.effect
  const answers = answersOf(answer).map(toLogical)
  if (logical !== undefined) {
    assert.deepStrictEqual(
      answers,
      logical.map(({ value }) => value)
    )
  } else if (expect.body?.Count !== undefined) {
    assert.strictEqual(answers.length, expect.body.Count)
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

const replay = Effect.fn(function* ({ members, scenario, steps, table }: Design, engine: Engine) {
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
    yield* step._tag === "Raw" ? recorded(table.name) : perform(step, operation, engine)
    yield* recorded(reference)
    assert.deepStrictEqual(yield* contents(table.name), yield* contents(reference), `after ${operation.id}`)
  }
})

for (const { scenario, steps } of designs) {
  describe(scenario.title, () => {
    it("does every operation, or says what it waits for", () => {
      assert.deepStrictEqual(
        Object.keys(steps),
        scenario.operations.map(({ id }) => id)
      )
      for (const step of Object.values(steps)) if (step._tag === "Raw") assert.include(Object.values(later), step.why)
    })
  })
}

engines("the recorded operations", (it, engine) => {
  for (const design of designs) {
    it.effect(design.scenario.title, () => replay(design, engine), 30_000)
  }
})
