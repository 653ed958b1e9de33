/** Checks that values are stored as the bytes say, and read back. */
import { assert } from "@effect/vitest"
import { Effect, Option } from "effect"
import { type Table, TableAdmin } from "effect-dynamo"
import { type Member, toLogical } from "./design.ts"
import { contents, inOrder } from "./engine.ts"
import type { LogicalObject, RecordedItem, Stored } from "./scenario.ts"

type Members = { readonly [entity: string]: Member }

const memberOf = (members: Members, { entity }: RecordedItem): Member => {
  const found = members[entity]
  assert.isDefined(found, `the entity ${entity} is declared`)
  return found
}

/** What is written reads as it was given, with defaults for what was left out. */
const assertReads = (item: RecordedItem, value: unknown): void => {
  const logical = toLogical(value) as LogicalObject
  for (const [field, given] of Object.entries({ ...item.input, ...item.reads })) {
    assert.deepStrictEqual(logical[field], given, field)
  }
  const { defaults = {} } = item
  for (const field of Object.keys(logical).filter((field) => !(field in item.input))) {
    // What is there besides is a default, and stored as one.
    assert.deepStrictEqual(logical[field], field in defaults ? defaults[field] : plainOf(item.stored[field]), field)
  }
}

/** A default, as the recorded designs have them. */
const plainOf = (stored: RecordedItem["stored"][string] | undefined): unknown => {
  if (stored?.S !== undefined) return stored.S
  if (stored?.N !== undefined) return Number(stored.N)
  return stored?.M
}

/** Entity.encode and Entity.decode give and take the very items. */
export const checkWithoutEngine = Effect.fn(function* (members: Members, items: ReadonlyArray<RecordedItem>) {
  for (const item of items) {
    const member = memberOf(members, item)
    assert.deepStrictEqual(inOrder([(yield* member.encode(item.input)) as Stored]), inOrder([item.stored]))
    assertReads(item, yield* member.decode(item.stored))
    // No other entity of the design takes it for its own.
    for (const [name, other] of Object.entries(members)) {
      if (name !== item.entity) assert.strictEqual((yield* Effect.flip(other.decode(item.stored)))._tag, "DecodeError")
    }
  }
})

/** The same through the table: Put, the raw table, Get. */
export const checkItems = Effect.fn(function* (
  table: Table.Table,
  members: Members,
  items: ReadonlyArray<RecordedItem>
) {
  for (const item of items) yield* memberOf(members, item).put(item.input)
  assert.deepStrictEqual(yield* contents(table.name), inOrder(items.map(({ stored }) => stored)))
  for (const item of items) {
    const read = yield* memberOf(members, item).get(item.input)
    assert.isTrue(Option.isSome(read), "it is found by its key")
    assertReads(item, Option.getOrThrow(read))
  }
})

/** The table with these items in it, and nothing else. */
export const reset = Effect.fn(function* (table: Table.Table, members: Members, items: ReadonlyArray<RecordedItem>) {
  yield* TableAdmin.delete(table).pipe(Effect.catchTag("ResourceNotFound", () => Effect.void))
  yield* TableAdmin.create(table)
  for (const item of items) yield* memberOf(members, item).put(item.input)
})
