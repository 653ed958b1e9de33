/**
 * The recorded operations in their order, on what the items left. Each is done on two tables: with the library, which
 * is told the logical change alone, and as recorded on the table of reference. After each, both hold the same.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Option } from "effect"
import { Attribute, type DynamoError, DynamoClient, Put, TableAdmin, Update } from "effect-dynamo"
import { type Engine, engines, onlyLocal } from "../../../testing/test-support/engines.ts"
import { accounts, GuardedAccount } from "./designs/accounts.ts"
import { designs } from "./designs/all.ts"
import { answersOf, type Design, isPage, type Member, type Step, toLogical } from "./support/design.ts"
import { contents, send } from "./support/engine.ts"
import {
  actionsOf,
  type Failure,
  forTable,
  type Logical,
  type LogicalObject,
  type Operation,
  type Stored
} from "./support/scenario.ts"

/** What the errors of DynamoDB are here. */
const tags: { readonly [name: string]: string } = {
  ConditionalCheckFailedException: "ConditionalCheckFailed",
  // Conditions are why, in all that were recorded.
  TransactionCanceledException: "ConditionalCheckFailed",
  // Refused before DynamoDB would.
  ValidationException: "EncodeError"
}

/** A stored item as the logical value of the entity that it is of. */
const valueOf = ({ members }: Design, stored: Stored) =>
  Effect.map(Effect.firstSuccessOf(Object.values(members).map(({ decode }) => decode(stored))), toLogical)

/** The item that stands in the table under the key attributes among these. */
const standing = Effect.fn(function* ({ scenario, table }: Design, attributes: Stored) {
  const client = yield* DynamoClient.DynamoClient
  const names = (scenario.table.KeySchema ?? []).map(({ AttributeName }) => AttributeName!)
  const { Item } = yield* client.getItem({
    TableName: table.name,
    Key: Object.fromEntries(names.map((name) => [name, attributes[name]!]))
  })
  return Option.fromUndefinedOr(Item as Stored | undefined)
})

/** These fields of the item that stands in the table under recorded keys. */
const heldOf = Effect.fn(function* (
  design: Design,
  { decode }: Member,
  fields: ReadonlyArray<string>,
  keys: LogicalObject
) {
  // Keys of the recorded tables are text.
  const key = Object.fromEntries(Object.entries(keys).map(([name, text]) => [name, { S: text as string }]))
  const whole = toLogical(yield* decode(Option.getOrThrow(yield* standing(design, key)))) as LogicalObject
  return Object.fromEntries(fields.map((field): [string, Logical | undefined] => [field, whole[field]]))
})

/** What an operation gives, as recorded. */
const expectedOf = (design: Design, step: Step, logical: NonNullable<Operation["logical"]>) => {
  switch (step._tag) {
    case "Run":
      return Effect.succeed(logical.map(({ value }) => value))
    case "Collection":
      return Effect.succeed(logical.map(({ entity, value }) => ({ _tag: entity, value })))
    case "Held":
      return Effect.forEach(logical, ({ value }) => heldOf(design, design.members[step.entity]!, step.fields, value))
  }
}

/** What a write gives of which DynamoDB gives no item: a put its value, an update told so the fields that it changed. */
const writtenBy = (design: Design, { expect, request }: Operation) => {
  const puts =
    request.api === "TransactWriteItems" ? actionsOf(request).flatMap(({ Put }) => Put ?? []) : [request.input]
  const items = puts.flatMap((put) => ("Item" in put ? [put.Item as Stored] : []))
  const changed = expect.ok ? expect.body?.Attributes : undefined
  return changed === undefined
    ? Effect.forEach(items, (item) => valueOf(design, item))
    : Effect.map(Attribute.toPlain(changed as Attribute.Item), (fields) => [toLogical(fields)])
}

/** The item that stood in the way of a write; and of those that were recorded, that it is the one. */
const inTheWay = Effect.fn(function* (design: Design, attributes: Stored, recorded: Stored | undefined) {
  const item = yield* standing(design, attributes)
  if (recorded !== undefined) assert.deepStrictEqual(Option.getOrThrow(item), recorded)
  return Option.isNone(item) ? null : yield* valueOf(design, item.value)
})

interface Failed extends Partial<Pick<DynamoError.ConditionalCheckFailed, "item" | "reasons">> {
  readonly _tag: string
}

/** Compares how an operation failed: the error, the item that stood there, each reason with its item. */
const checkFailure = Effect.fn(function* (design: Design, step: Step, { request }: Operation, expected: Failure) {
  // Of the errors that an operation can fail with, the one that is expected has these.
  const error = (yield* Effect.flip(step.effect)) as Failed
  assert.strictEqual(error._tag, tags[expected.name])
  if (expected.reasons !== undefined) {
    const reasons = yield* Effect.forEach(actionsOf(request), (action, i) => {
      const { Code: code, Item } = expected.reasons![i]!
      const attributes = (action.Put?.Item ?? (action.Update ?? action.Delete ?? action.ConditionCheck)?.Key) as Stored
      return Effect.map(code === "None" ? Effect.succeed(null) : inTheWay(design, attributes, Item), (item) => ({
        code,
        item
      }))
    })
    assert.deepStrictEqual<unknown>(
      error.reasons?.map(({ code, item }) => ({ code, item: toLogical(item) })),
      reasons
    )
    // The failure's own item is that of the first.
    assert.deepStrictEqual(toLogical(error.item), reasons.find(({ code }) => code !== "None")!.item)
  } else if (expected.name === "ConditionalCheckFailedException") {
    const { Item, Key } = request.input as { readonly Item?: Stored; readonly Key?: Stored }
    assert.deepStrictEqual(toLogical(error.item), yield* inTheWay(design, (Item ?? Key)!, expected.item))
  }
})

/** Does an operation with the library and compares what it gives. */
const perform = Effect.fn(function* (design: Design, step: Step, operation: Operation, engine: Engine) {
  const { expect, logical } = operation
  if (!expect.ok) return yield* checkFailure(design, step, operation, expect)
  const answer = yield* step.effect
  if (logical === undefined && expect.body?.Count !== undefined) {
    assert.strictEqual(answer, expect.body.Count)
  } else {
    const expected = logical === undefined ? writtenBy(design, operation) : expectedOf(design, step, logical)
    assert.deepStrictEqual<unknown>(answersOf(answer).map(toLogical), yield* expected)
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

/** The table of the design and that of reference, with the recorded items. */
const load = Effect.fn(function* ({ members, scenario, table }: Design, reference: string) {
  const client = yield* DynamoClient.DynamoClient
  yield* TableAdmin.create(table)
  yield* client.createTable({ ...scenario.table, TableName: reference })
  for (const { entity, input, stored } of scenario.items) {
    yield* members[entity]!.put(input)
    yield* client.putItem({ TableName: reference, Item: stored })
  }
})

const replay = Effect.fn(function* (design: Design, engine: Engine) {
  const { scenario, steps, table } = design
  const reference = `${table.name}-reference`
  yield* load(design, reference)
  for (const operation of scenario.operations) {
    const recorded = (target: string) =>
      send(forTable(operation.request, scenario.table.TableName, target), operation.expect, engine)
    yield* operation.request.api === "TransactWriteItems" && !engine.isComplete
      ? // An engine without transactions: as recorded, to keep the table in step.
        recorded(table.name)
      : perform(design, steps[operation.id]!, operation, engine)
    yield* recorded(reference)
    assert.deepStrictEqual(yield* contents(table.name), yield* contents(reference), `after ${operation.id}`)
  }
})

for (const { scenario, steps } of designs) {
  describe(scenario.title, () => {
    it("does every operation", () => {
      assert.deepStrictEqual(
        Object.keys(steps),
        scenario.operations.map(({ id }) => id)
      )
    })
  })
}

engines("the recorded operations", (it, engine) => {
  for (const design of designs) {
    it.effect(design.scenario.title, () => replay(design, engine), 30_000)
  }
})

onlyLocal("unique names, by the entity's option", (it, engine) => {
  it.effect("leave the guards that were recorded", () =>
    Effect.gen(function* () {
      const { scenario, table } = accounts
      const reference = `${table.name}-reference`
      // The guards of the recorded accounts stand there already.
      yield* load(accounts, reference)
      const recorded = Effect.fn(function* (id: string) {
        const { expect, request } = scenario.operations.find((operation) => operation.id === id)!
        yield* send(forTable(request, scenario.table.TableName, reference), expect, engine)
        assert.deepStrictEqual(yield* contents(table.name), yield* contents(reference), `after ${id}`)
      })
      yield* Put.into(GuardedAccount, { id: "A2", name: "Ajax" }).ifNotExists()
      yield* recorded("unique-create")

      const clash = yield* Effect.flip(Put.into(GuardedAccount, { id: "A3", name: "Acme" }).ifNotExists())
      assert.strictEqual(clash._tag, "ConditionalCheckFailed")
      yield* recorded("unique-clash")

      const renamed = yield* Update.in(GuardedAccount)
        .key({ id: "A2" })
        .set({ name: "Ajax Inc" })
        .condition(({ name }) => name.eq("Ajax"))
      assert.strictEqual(renamed.name, "Ajax Inc")
      yield* recorded("unique-rename")
    })
  )
})
