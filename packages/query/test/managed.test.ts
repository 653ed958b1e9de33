/** What the library keeps by itself: versions, timestamps, times to live, what is done before a value is written. */
import { DynamoClient } from "@effect-dynamo/client"
import { DynamoError, Entity, Key, Table } from "@effect-dynamo/core"
import { assert } from "@effect/vitest"
import { Context, Effect, Exit, Option, Schema } from "effect"
import { engines } from "../../testing/test-support/engines.ts"
import { Delete, Get, Put, Query } from "../src/main.ts"
import { withTables } from "./support/tables.ts"

const Things = Table.make("managed", { partitionKey: "pk", sortKey: "sk", timeToLive: "until" })
const keys = { table: Things, sortKey: Key.template("T") } as const

class Doc extends Entity.Class<Doc>("Doc")(
  { id: Schema.String, text: Schema.String, version: Schema.Int, made: Schema.Date, changed: Schema.DateTimeUtc },
  {
    ...keys,
    partitionKey: Key.template("DOC#{id}"),
    version: "version",
    createdAt: "made",
    updatedAt: "changed"
  }
) {}

const Lock = Entity.make("Lock", {
  ...keys,
  schema: Schema.Struct({ id: Schema.String, owner: Schema.String, until: Schema.optionalKey(Schema.Date) }),
  partitionKey: Key.template("LOCK#{id}"),
  timeToLive: "until"
})
const key = (id: string) => ({ id })

class Ids extends Context.Service<Ids, { readonly next: Effect.Effect<string> }>()("test/Ids") {}
const Made = Entity.make("Made", {
  ...keys,
  schema: Schema.Struct({ id: Schema.String, n: Schema.Int }),
  partitionKey: Key.template("MADE#{id}"),
  beforeWrite: (value) =>
    value.n < 0
      ? Effect.fail(
          new DynamoError.EncodeError({
            message: "n is negative",
            operation: "PutItem",
            table: "managed",
            entity: "Made",
            path: ["n"]
          })
        )
      : Effect.map(
          Ids.use(({ next }) => next),
          (id) => ({ ...value, id })
        )
})

const past = new Date(1_000_000)
const future = new Date(32_503_680_000_000)

const raw = (pk: string) =>
  DynamoClient.DynamoClient.use((client) =>
    client.getItem({ TableName: "managed", Key: { pk: { S: pk }, sk: { S: "T" } }, ConsistentRead: true })
  ).pipe(Effect.map(({ Item }) => Item))

/** The failure of a condition. */
const conflict = <A, E, R>(effect: Effect.Effect<A, E | DynamoError.ConditionalCheckFailed<unknown>, R>) =>
  Effect.map(Effect.flip(effect), (error) => {
    assert.instanceOf(error, DynamoError.ConditionalCheckFailed)
    return error as DynamoError.ConditionalCheckFailed<unknown>
  })

engines("what is managed", (it) =>
  withTables(it, [Things], (it) => {
    it.effect("a version: what a put gives can be put again, what was read before that cannot", () =>
      Effect.gen(function* () {
        const first = yield* Put.into(Doc, { id: "a", text: "one" })
        assert.instanceOf(first, Doc)
        assert.strictEqual(first.version, 1)
        const read = Option.getOrThrow(yield* Get.from(Doc).key(key("a")).consistent())
        assert.deepStrictEqual(read, first)
        const second = yield* Put.into(Doc, new Doc({ ...first, text: "two" }))
        assert.strictEqual(second.version, 2)
        const lost = yield* conflict(Put.into(Doc, new Doc({ ...read, text: "lost" })))
        assert.deepStrictEqual(lost.item, Option.some(second))
        const taken = yield* conflict(Put.into(Doc, { id: "a", text: "again" }))
        assert.deepStrictEqual(taken.item, Option.some(second))
        const third = yield* Put.into(Doc, { ...second, text: "three" })
        assert.strictEqual(third.version, 3)
        // An item that is gone has no version to replace.
        yield* Delete.from(Doc).key(key("a"))
        assert.deepStrictEqual((yield* conflict(Put.into(Doc, third))).item, Option.none())
        assert.strictEqual((yield* Put.into(Doc, { id: "a", text: "anew" })).version, 1)
      })
    )

    it.effect("a version: of many writers at once exactly one wins, and none is lost with retries", () =>
      Effect.gen(function* () {
        const first = yield* Put.into(Doc, { id: "race", text: "" })
        const exits = yield* Effect.forEach(
          Array.from({ length: 8 }, (_, i) => i),
          (i) => Effect.exit(Put.into(Doc, { ...first, text: `${i}` })),
          { concurrency: "unbounded" }
        )
        assert.strictEqual(exits.filter(Exit.isSuccess).length, 1)
        const append = (i: number) =>
          Effect.gen(function* () {
            const doc = yield* Get.from(Doc).key(key("race")).consistent().orFail()
            return yield* Put.into(Doc, { ...doc, text: `${doc.text}${i}` })
          }).pipe(Effect.retry({ while: (error) => error._tag === "ConditionalCheckFailed" }))
        yield* Put.into(Doc, { id: "all", text: "" })
        const before = yield* Get.from(Doc).key(key("race")).consistent().orFail()
        yield* Effect.forEach([1, 2, 3, 4, 5], append, { concurrency: "unbounded" })
        const after = yield* Get.from(Doc).key(key("race")).consistent().orFail()
        assert.strictEqual(after.version, before.version + 5)
        assert.strictEqual(after.text.slice(before.text.length).split("").toSorted().join(""), "12345")
      })
    )

    it.effect("a version: a delete may ask for one", () =>
      Effect.gen(function* () {
        yield* Put.into(Doc, { id: "del", text: "" })
        const doc = yield* Put.into(Doc, yield* Get.from(Doc).key(key("del")).consistent().orFail())
        const remove = (version: number) => Delete.from(Doc).key(key("del")).ifVersion(version)
        assert.deepStrictEqual((yield* conflict(remove(1))).item, Option.some(doc))
        yield* remove(doc.version)
        assert.isUndefined(yield* raw("DOC#del"))
      })
    )

    it.effect("timestamps: createdAt stays, updatedAt follows", () =>
      Effect.gen(function* () {
        const first = yield* Put.into(Doc, { id: "times", text: "" })
        assert.strictEqual(first.made.getTime(), first.changed.epochMilliseconds)
        yield* Effect.sleep(5)
        const second = yield* Put.into(Doc, first)
        assert.deepStrictEqual(second.made, first.made)
        assert.isAbove(second.changed.epochMilliseconds, first.changed.epochMilliseconds)
        const stored = yield* raw("DOC#times")
        assert.deepStrictEqual(stored?.["made"], { S: first.made.toISOString() })
      })
    )

    const lock = (id: string, owner: string, until?: Date) =>
      Put.into(Lock, { id, owner, ...(until === undefined ? undefined : { until }) })

    it.effect("a time to live: an item that has expired does not exist", () =>
      Effect.gen(function* () {
        yield* lock("l", "dead", past)
        assert.isDefined(yield* raw("LOCK#l"))
        assert.deepStrictEqual(yield* Get.from(Lock).key(key("l")).consistent(), Option.none())
        const missing = yield* Effect.flip(Get.from(Lock).key(key("l")).consistent().orFail())
        assert.strictEqual(missing._tag, "ItemNotFound")
        assert.deepStrictEqual(yield* Get.from(Lock).key(key("l")).select("owner").consistent(), Option.none())
        assert.deepStrictEqual(yield* Query.from(Lock).pk({ id: "l" }).consistent(), [])
        // What is there is none of the failure's.
        const absent = yield* conflict(lock("l", "b").ifExists())
        assert.deepStrictEqual(absent.item, Option.none())
        const both = yield* conflict(lock("l", "b").condition((l) => l.owner.eq("other")))
        assert.deepStrictEqual(both.item, Option.none())
        const gone = yield* conflict(Delete.from(Lock).key(key("l")).ifExists())
        assert.deepStrictEqual(gone.item, Option.none())
        // The lock is free.
        assert.deepStrictEqual(yield* lock("l", "b", past).returning("old"), Option.none())
        const held = yield* lock("l", "c", future).ifNotExists()
        assert.deepStrictEqual(held, { id: "l", owner: "c", until: future })
        const taken = yield* conflict(lock("l", "d").ifNotExists())
        assert.deepStrictEqual(taken.item, Option.some(held))
        assert.deepStrictEqual(yield* lock("l", "e").ifExists().returning("old"), Option.some(held))
        // Without a time it never passes.
        assert.deepStrictEqual(
          (yield* conflict(lock("l", "f").ifNotExists())).item,
          Option.some({ id: "l", owner: "e" })
        )
        assert.deepStrictEqual(
          yield* Delete.from(Lock).key(key("l")).ifExists().returning("old"),
          Option.some({ id: "l", owner: "e" })
        )
        yield* lock("l", "dead", past)
        assert.deepStrictEqual(yield* Delete.from(Lock).key(key("l")).returning("old"), Option.none())
        assert.isUndefined(yield* raw("LOCK#l"))
      })
    )

    it.effect("a time to live: of many who want an expired lock one gets it", () =>
      Effect.gen(function* () {
        yield* lock("race", "dead", past)
        const exits = yield* Effect.forEach(
          Array.from({ length: 8 }, (_, i) => `${i}`),
          (owner) => Effect.exit(lock("race", owner, future).ifNotExists()),
          { concurrency: "unbounded" }
        )
        assert.strictEqual(exits.filter(Exit.isSuccess).length, 1)
      })
    )

    it.effect("beforeWrite: makes the key, with a service, and is what is written and given", () =>
      Effect.gen(function* () {
        let n = 0
        const ids = { next: Effect.sync(() => `id-${++n}`) }
        const made = yield* Effect.provideService(Put.into(Made, { id: "", n: 5 }), Ids, ids)
        assert.deepStrictEqual(made, { id: "id-1", n: 5 })
        assert.deepStrictEqual(yield* Get.from(Made).key(made).consistent(), Option.some(made))
        const refused = yield* Effect.flip(Effect.provideService(Put.into(Made, { id: "", n: -1 }), Ids, ids))
        assert.strictEqual(refused.message, "n is negative")
        // It ran for neither the get nor the refused put.
        assert.strictEqual(n, 1)
      })
    )
  })
)
