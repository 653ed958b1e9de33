import { DynamoClient } from "@effect-dynamo/client"
import { Entity, Index, Key, Table } from "@effect-dynamo/core"
import type { DynamoError } from "@effect-dynamo/core/DynamoError"
import { assert } from "@effect/vitest"
import { DateTime, Effect, Option, Result, Schema } from "effect"
import { engines } from "../../testing/test-support/engines.ts"
import { type Action, faultProxy, retryAtOnce } from "../../testing/test-support/faults.ts"
import { Batch, Delete, Get, Put, Update } from "../src/main.ts"
import { plain, Product, Products } from "./support/product.ts"
import { withTables } from "./support/tables.ts"

const Docs = Table.make("docs", {
  partitionKey: "pk",
  sortKey: null,
  timeToLive: "until",
  indexes: { byTopic: Index.global({ partitionKey: "gsi1pk", sortKey: "gsi1sk" }) }
})

class Doc extends Entity.Class<Doc>("Doc")(
  {
    id: Schema.String,
    title: Schema.String,
    reads: Schema.optionalKey(Schema.Int),
    version: Schema.Int,
    changed: Schema.DateTimeUtcFromMillis
  },
  { table: Docs, partitionKey: ["id"], version: "version", updatedAt: "changed" }
) {}

/** An entity whose version is part of an index's key, which an update must read. */
class Topic extends Entity.Class<Topic>("Topic")(
  { id: Schema.String, name: Schema.String, posts: Schema.Int, version: Schema.Int },
  {
    table: Docs,
    partitionKey: ["id"],
    version: "version",
    indexes: { byTopic: { partitionKey: ["name"], sortKey: [Key.padded("version", 5)] } }
  }
) {}

/** An entity whose items expire, for whose conditions that matters. */
class Lease extends Entity.Class<Lease>("Lease")(
  { id: Schema.String, owner: Schema.String, until: Schema.DateTimeUtcFromMillis },
  { table: Docs, partitionKey: ["id"], timeToLive: "until" }
) {}

const lost: Action = { reset: "before" }
const appliedThenLost: Action = { after: true }

/** Runs a write through a proxy that does so to its requests; others write before the second of them. */
const through = Effect.fnUntraced(function* <A, E, E2>(
  actions: ReadonlyArray<Action>,
  write: Effect.Effect<A, E, DynamoClient.DynamoClient>,
  meanwhile: Effect.Effect<unknown, E2, DynamoClient.DynamoClient> = Effect.void
) {
  const engine = yield* DynamoClient.DynamoClient
  const proxy = yield* faultProxy({
    rules: [{ match: { op: ["PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem"] }, sequence: actions }]
  })
  const { transport } = yield* Effect.provide(DynamoClient.DynamoClient, proxy.client)
  const others = Effect.orDie(Effect.provideService(meanwhile, DynamoClient.DynamoClient, engine))
  let writes = 0
  const client = DynamoClient.make({
    send: (operation, input) =>
      Effect.suspend(() => {
        const sent = transport.send(operation, input)
        return operation !== "GetItem" && ++writes === 2 ? Effect.andThen(others, sent) : sent
      })
  })
  const result = yield* write.pipe(
    DynamoClient.withRetry(retryAtOnce),
    Effect.provideService(DynamoClient.DynamoClient, client),
    Effect.result
  )
  return { result, writes: (yield* proxy.log).filter(({ op }) => op !== "GetItem").length }
})

const success = <A, E>(result: Result.Result<A, E>): A => {
  assert(Result.isSuccess(result))
  return result.success
}

const failure = <A, E>(result: Result.Result<A, E>): E => {
  assert(Result.isFailure(result))
  return result.failure
}

engines("operations whose answer was lost", (it) =>
  withTables(it, [Docs, Products], (it) => {
    const doc = (id: string) => Get.from(Doc).key({ id }).consistent().orFail()
    const product = (id: string) => Get.from(Product).key({ id }).consistent().orFail()

    it.effect("a put where there is none succeeds, once", () =>
      Effect.gen(function* () {
        for (const [id, fault] of [
          ["1", lost],
          ["2", appliedThenLost]
        ] as const) {
          const { result, writes } = yield* through([fault], Put.into(Doc, { id, title: "a" }).ifNotExists())
          assert.strictEqual(success(result).title, "a")
          assert.strictEqual(writes, 2)
          assert.strictEqual((yield* doc(id)).version, 1)
        }
      })
    )

    it.effect("a put where there is none is in doubt, with the item of who came first", () =>
      Effect.gen(function* () {
        const { result } = yield* through(
          [lost],
          Put.into(Doc, { id: "3", title: "ours" }).ifNotExists(),
          Put.into(Doc, { id: "3", title: "theirs" })
        )
        const error = failure(result)
        assert(error._tag === "ConditionalCheckFailed")
        assert.isTrue(error.ambiguous)
        assert.deepStrictEqual(error.item, Option.some(yield* doc("3")))
      })
    )

    it.effect("a put where there is none, or one that has expired, succeeds", () =>
      Effect.gen(function* () {
        const now = Date.now()
        const lease = (owner: string, until: number) =>
          Put.into(Lease, { id: "l", owner, until: DateTime.makeUnsafe(until) })
        yield* lease("them", now - 60_000)
        const ours = lease("us", now + 60_000).ifNotExists()
        const { result, writes } = yield* through([appliedThenLost], ours)
        assert.strictEqual(success(result).owner, "us")
        assert.strictEqual(writes, 2)
      })
    )

    it.effect("a put of a version succeeds, or is in doubt where another one came between", () =>
      Effect.gen(function* () {
        const read = yield* Put.into(Doc, { id: "4", title: "a" })
        const { result } = yield* through([appliedThenLost], Put.into(Doc, new Doc({ ...read, title: "b" })))
        assert.strictEqual(success(result).version, 2)
        assert.strictEqual((yield* doc("4")).title, "b")

        const { result: second } = yield* through(
          [lost],
          Put.into(Doc, new Doc({ ...success(result), title: "ours" })),
          Put.into(Doc, new Doc({ ...success(result), title: "theirs" }))
        )
        assert.propertyVal(failure(second), "ambiguous", true)
        assert.strictEqual((yield* doc("4")).title, "theirs")
      })
    )

    it.effect("an update of a version succeeds, and gives the item", () =>
      Effect.gen(function* () {
        for (const fault of [lost, appliedThenLost]) {
          const { version } = yield* Put.into(Doc, { id: "5", title: "a" }).pipe(
            Effect.tapError(() => Effect.void),
            Effect.catch(() => doc("5"))
          )
          const update = Update.in(Doc).key({ id: "5" }).set({ title: "b" }).ifVersion(version)
          const { result, writes } = yield* through([fault], update)
          assert.strictEqual(writes, 2)
          assert.deepStrictEqual(success(result), yield* doc("5"))
          assert.strictEqual(success(result).version, version + 1)
        }
      })
    )

    it.effect("an update of a version is in doubt where another came between, or it counts besides", () =>
      Effect.gen(function* () {
        yield* Put.into(Doc, { id: "6", title: "a" })
        const update = (title: string, version: number) =>
          Update.in(Doc).key({ id: "6" }).set({ title }).ifVersion(version)
        const raced = yield* through([lost], update("ours", 1), update("theirs", 1))
        const error = failure(raced.result)
        assert(error._tag === "ConditionalCheckFailed")
        assert.isTrue(error.ambiguous)
        assert.deepStrictEqual(error.item, Option.some(yield* doc("6")))

        const counted = yield* through([appliedThenLost], update("b", 2).increment("reads"))
        assert.propertyVal(failure(counted.result), "ambiguous", true)
        assert.strictEqual(counted.writes, 2)
        assert.strictEqual((yield* doc("6")).reads, 1)
      })
    )

    it.effect("an update that counts versions without asking for one is not sent again", () =>
      Effect.gen(function* () {
        yield* Put.into(Doc, { id: "7", title: "a" })
        const { result, writes } = yield* through(
          [appliedThenLost],
          Update.in(Doc).key({ id: "7" }).set({ title: "b" })
        )
        assert.propertyVal(failure(result), "ambiguous", true)
        assert.strictEqual(writes, 1)
        assert.strictEqual((yield* doc("7")).version, 2)
      })
    )

    it.effect("updates are sent again by what they do", () =>
      Effect.gen(function* () {
        const of = Update.in(Product).key({ id: "p" })
        const again = [
          of.set({ name: "b" }),
          of.set({ nickname: undefined }),
          of.set((p) => [p.address.get("city").to("Paris")]),
          of.setIfNotExists({ views: 1 }),
          of.remove("nickname", (p) => [p.address.get("line2")]),
          of.addTo("tags", ["x"]).deleteFrom("sizes", [1]),
          of.set({ shelf: "s", place: 1 }),
          of.set({ name: "c" }).condition((p) => p.stock.gte(1)),
          of.increment("stock").idempotent(),
          of.append("history", ["y"]).idempotent().returning("old")
        ] as const
        const notAgain = [
          of.increment("stock"),
          of.decrement("views", 2),
          of.append("history", ["y"]),
          of.prepend("history", ["y"]),
          of.set((p) => [p.lines.at(0).get("quantity").to(3)]),
          of.remove((p) => [p.lines.at(0)]),
          of.set((p) => [p.rank.to(p.stock)]),
          of.set({ name: "b" }).increment("stock"),
          of.set({ name: "b" }).returning("old"),
          of.increment("stock").condition((p) => p.name.eq("chair"))
        ] as const
        for (const [i, update] of [...again, ...notAgain].entries()) {
          yield* Put.into(Product, { id: "p", ...plain })
          const { result, writes } = yield* through([appliedThenLost], Effect.asVoid(update))
          const is = i < again.length
          assert.strictEqual(writes, is ? 2 : 1, String(i))
          assert.strictEqual(Result.isSuccess(result), is, String(i))
          if (!is) assert.propertyVal(failure(result), "ambiguous", true)
        }
      })
    )

    it.effect("an update on a condition that its success makes false happens once", () =>
      Effect.gen(function* () {
        yield* Put.into(Product, { id: "q", ...plain })
        const take = Update.in(Product)
          .key({ id: "q" })
          .decrement("stock")
          .condition((p) => p.stock.eq(5))
        const { result, writes } = yield* through([appliedThenLost], take)
        assert.strictEqual(success(result).stock, 4)
        assert.strictEqual(writes, 2)
        assert.strictEqual((yield* product("q")).stock, 4)
      })
    )

    it.effect("an upsert of values is sent again", () =>
      Effect.gen(function* () {
        const { id: _, ...values } = { id: "", ...plain }
        const upsert = Update.in(Product).key({ id: "u" }).set(values).upsert()
        const { result, writes } = yield* through([appliedThenLost], upsert)
        assert.strictEqual(success(result).name, "chair")
        assert.strictEqual(writes, 2)
        assert.strictEqual((yield* through([appliedThenLost], upsert.idempotent().returning("old"))).writes, 2)
      })
    )

    it.effect("an update that reads first is not done anew where what changed may be its own doing", () =>
      Effect.gen(function* () {
        const both = Update.in(Product).key({ id: "r" }).append("history", ["last"]).prepend("history", ["first"])
        yield* Put.into(Product, { id: "r", ...plain })
        const seen = yield* through([appliedThenLost], both.recompute())
        assert.deepStrictEqual(success(seen.result).history, ["first", "x", "last"])

        yield* Put.into(Topic, { id: "t", name: "a", posts: 1 })
        const count = Update.in(Topic).key({ id: "t" }).increment("posts").recompute()
        const unseen = yield* through([appliedThenLost], count)
        const error = failure(unseen.result)
        assert.strictEqual(error._tag, "ServiceUnavailable")
        assert.propertyVal(error, "ambiguous", true)
        assert.strictEqual(unseen.writes, 2)
        const { posts, version } = yield* Get.from(Topic).key({ id: "t" }).orFail()
        assert.deepStrictEqual([posts, version], [2, 2])

        // Where it is known what became of it, it is.
        yield* Put.into(Product, { id: "r", ...plain })
        const disturbed = yield* through(
          ["throttling"],
          both.increment("stock").recompute(),
          Update.in(Product).key({ id: "r" }).append("history", ["theirs"])
        )
        assert.deepStrictEqual(success(disturbed.result).history, ["first", "x", "theirs", "last"])
      })
    )

    it.effect("a delete succeeds, unless it gives what was there", () =>
      Effect.gen(function* () {
        const remove = Delete.from(Doc).key({ id: "8" })
        for (const [one, expected] of [
          [Effect.asVoid<unknown, DynamoError, DynamoClient.DynamoClient>(remove), 2],
          [Effect.asVoid<unknown, DynamoError, DynamoClient.DynamoClient>(remove.ifExists()), 2],
          [Effect.asVoid<unknown, DynamoError, DynamoClient.DynamoClient>(remove.ifVersion(1)), 2],
          [Effect.asVoid<unknown, DynamoError, DynamoClient.DynamoClient>(remove.condition((d) => d.title.eq("a"))), 2],
          [Effect.asVoid<unknown, DynamoError, DynamoClient.DynamoClient>(remove.returning("old")), 1],
          [Effect.asVoid<unknown, DynamoError, DynamoClient.DynamoClient>(remove.returning("old").idempotent()), 2]
        ] as const) {
          yield* Put.into(Doc, { id: "8", title: "a" })
          const { result, writes } = yield* through([appliedThenLost], one)
          assert.strictEqual(writes, expected)
          assert.strictEqual(Result.isSuccess(result), expected === 2)
          assert.isTrue(Option.isNone(yield* Get.from(Doc).key({ id: "8" })))
        }
      })
    )

    it.effect("a put that gives the old item is sent again only if it may be", () =>
      Effect.gen(function* () {
        const put = Put.into(Product, { id: "o", ...plain }).returning("old")
        assert.strictEqual((yield* through([appliedThenLost], put)).writes, 1)
        const { result, writes } = yield* through([appliedThenLost], put.idempotent())
        assert.strictEqual(writes, 2)
        assert.isTrue(Option.isSome(success(result)))
        // For this write only.
        assert.strictEqual((yield* through([appliedThenLost], put)).writes, 1)
      })
    )

    it.effect("a batch is sent again, whatever its operations say", () =>
      Effect.gen(function* () {
        const put = Put.into(Product, { id: "b", ...plain })
        for (const one of [put, put.idempotent()]) {
          const { result, writes } = yield* through([appliedThenLost], Batch.write([one]))
          assert.isTrue(Result.isSuccess(result))
          assert.strictEqual(writes, 2)
        }
      })
    )
  })
)
