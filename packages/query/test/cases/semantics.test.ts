/**
 * What DynamoDB was seen to do with writes, done with the library: each case of updates, batches and transactions, and
 * each of conditions on a write. It leaves the recorded item, and gives the recorded result or an error of its class.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Result } from "effect"
import { Attribute, DynamoClient } from "effect-dynamo"
import { type Engine, engines, type It, onlyLocal } from "../../../testing/test-support/engines.ts"
import { withTables } from "../support/tables.ts"
import { batches } from "./semantics/batch.ts"
import { conditions } from "./semantics/condition.ts"
import { transactions } from "./semantics/transaction.ts"
import { updates } from "./semantics/update.ts"
import { toLogical } from "./support/design.ts"
import { call, inOrder } from "./support/engine.ts"
import type { Body, Logical, Stored } from "./support/scenario.ts"
import {
  type Case,
  casesOf,
  expand,
  type How,
  NN,
  type Outcome,
  type Recorded,
  S,
  SN,
  type Step
} from "./support/semantics.ts"

const areas: { readonly [area: string]: { readonly [id: string]: How } } = {
  update: updates,
  batch: batches,
  transaction: transactions,
  condition: conditions
}

/** The classes of DynamoDB's errors: what they are here, also where the library refuses before DynamoDB would. */
const tags: { readonly [name: string]: ReadonlyArray<string> } = {
  ValidationException: ["EncodeError", "KeyError", "RequestRejected"],
  ConditionalCheckFailedException: ["ConditionalCheckFailed"]
}

/** What reads back what a case left; and filters, which filterCases.test.ts has. */
const readsBack = ({ api }: Recorded) => api === "GetItem" || api === "Query"

const plain = (stored: Stored | undefined) =>
  // Recorded items hold what DynamoDB does.
  stored === undefined ? Effect.succeed(null) : Effect.map(Attribute.toPlain(stored as Attribute.Item), toLogical)

/** What a step gives, as recorded; `undefined` where nothing was asked for. */
const recordedOf = ({ input }: Recorded, { Attributes, Responses }: Body = {}) =>
  Responses !== undefined
    ? Effect.map(Effect.forEach(Object.values(Responses).flat(), plain), sorted)
    : "ReturnValues" in input && input.ReturnValues !== "NONE"
      ? plain(Attributes)
      : Effect.undefined

/** Items of a batch have no order; those that do not exist are left out. */
const sorted = (values: ReadonlyArray<Logical>): ReadonlyArray<Logical> =>
  values.filter((value) => value !== null).toSorted((x, y) => (JSON.stringify(x) < JSON.stringify(y) ? -1 : 1))

const checkOutcome = (result: Result.Result<unknown, { readonly _tag: string }>, outcome: Outcome) =>
  "fails" in outcome
    ? assert.strictEqual(Result.isFailure(result) && result.failure._tag, outcome.fails)
    : assert.deepStrictEqual(toLogical(Result.getOrThrow(result) ?? null), outcome.gives)

/** Does a step with the library and compares what it gives. */
const perform = Effect.fn(function* (step: Step, recorded: Recorded, engine: Engine) {
  if (step._tag === "Unsaid") return
  const result = yield* Effect.result(step.effect)
  if (step._tag === "Otherwise") return checkOutcome(result, step.outcome)
  const expected = expectationOf(recorded, step.onEveryEngine ? undefined : engine)
  if (!expected.ok) {
    return assert.include(tags[expected.name]!, Result.isFailure(result) ? result.failure._tag : "none")
  }
  const given = toLogical(Result.getOrThrow(result) ?? null)
  const gives = yield* recordedOf(recorded, expected.body)
  if (gives !== undefined) assert.deepStrictEqual(Array.isArray(given) ? sorted(given) : given, gives)
})

const expectationOf = ({ dynalite, expect }: Recorded, engine: Engine | undefined) =>
  engine?.name === "dynalite" && dynalite !== undefined ? dynalite : expect

const replay = Effect.fn(function* (
  { id, setup = [], steps }: Case,
  how: Exclude<How, { _tag: string }>,
  engine: Engine
) {
  const client = yield* DynamoClient.DynamoClient
  for (const { api, input } of setup) yield* call({ api, input: expand(input) as object })
  const done = how(id)
  const writes = steps.filter((step) => !readsBack(step))
  assert.strictEqual(done.length, writes.length)
  for (const recorded of steps) {
    if (!readsBack(recorded)) {
      yield* perform(done[writes.indexOf(recorded)]!, recorded, engine)
    } else if (recorded.api === "GetItem") {
      // A read of one item, with the body of its answer.
      const { Item } = yield* client.getItem(recorded.input as Parameters<typeof client.getItem>[0])
      const expected = expectationOf(recorded, engine)
      const left = expected.ok ? expected.body?.Item : undefined
      assert.deepStrictEqual(inOrder(listOf(Item as Stored | undefined)), inOrder(listOf(left)))
    }
  }
})

const listOf = (item: Stored | undefined): ReadonlyArray<Stored> => (item === undefined ? [] : [item])

/** Of 18 MB, which take Dynalite seconds. */
const onlyComplete = ["b-get-16mb"]

/** The cases of an area that can be said. */
const replayAll = (area: string, it: It, engine: Engine) => {
  for (const one of casesOf(area)) {
    if (onlyComplete.includes(one.id) && !engine.isComplete) continue
    const how = areas[area]![one.id]!
    if (typeof how === "function") it.effect(`${one.id}: ${one.title}`, () => replay(one, how, engine), 30_000)
  }
}

describe("the shared cases on writes", () => {
  for (const [area, cases] of Object.entries(areas)) {
    it(`of the area ${area} are all here`, () => {
      assert.deepStrictEqual(
        Object.keys(cases).toSorted(),
        casesOf(area)
          .map(({ id }) => id)
          .toSorted()
      )
    })
  }
})

engines("the shared cases on writes", (it, engine) =>
  withTables(it, [S, SN, NN], (it) => {
    for (const area of ["update", "batch", "condition"]) replayAll(area, it, engine)
  })
)

onlyLocal("the shared cases on transactions", (it, engine) =>
  withTables(it, [S], (it) => replayAll("transaction", it, engine))
)
