import { DynamoClient } from "@effect-dynamo/client"
import { DynamoError, Entity, Index, Key, Table } from "@effect-dynamo/core"
import { assert } from "@effect/vitest"
import { Effect, Option, Schema } from "effect"
import { engines, onlyLocal } from "../../testing/test-support/engines.ts"
import { Delete, Get, Put, Query, Update } from "../src/main.ts"
import { afterReads, recorded } from "./support/client.ts"
import { withTables } from "./support/tables.ts"

const Tickets = Table.make("tickets", {
  partitionKey: "pk",
  sortKey: null,
  indexes: {
    queue: Index.global({ partitionKey: "gsi1pk", sortKey: "gsi1sk" }),
    history: Index.global({ partitionKey: "gsi2pk", sortKey: "gsi2sk" })
  }
})

const Ticket = Entity.make("Ticket", {
  schema: Schema.Struct({
    id: Schema.String,
    title: Schema.String,
    agent: Schema.optionalKey(Schema.String),
    priority: Schema.optionalKey(Schema.Int),
    status: Schema.Literals(["open", "done"]),
    version: Schema.Int
  }),
  table: Tickets,
  partitionKey: ["id"],
  indexes: {
    queue: { partitionKey: ["agent"], sortKey: [Key.padded("priority", 3)], when: { status: ["open"] } }
  },
  version: "version"
})

const Counted = Entity.make("Counted", {
  schema: Schema.Struct({ id: Schema.String, name: Schema.String, version: Schema.Int }),
  table: Tickets,
  partitionKey: ["id"],
  indexes: { history: { partitionKey: Key.template("ALL"), sortKey: Key.template("{version:5}#{id}") } },
  version: "version"
})

engines("recompute", (it) =>
  withTables(it, [Tickets], (it) => {
    const make = (id: string) =>
      Put.into(Ticket, { id, title: "t", agent: "ann", priority: 1, status: "open" }).ifNotExists()
    const queue = (agent: string) =>
      Effect.map(Query.from(Ticket).index("queue").pk(agent), (all) => all.map(({ id }) => id))

    it.effect("takes from the item what an index's key needs and is not said", () =>
      Effect.gen(function* () {
        yield* make("1")
        const moved = yield* Update.in(Ticket).key({ id: "1" }).set({ agent: "bob" }).recompute()
        assert.deepStrictEqual(moved, { id: "1", title: "t", agent: "bob", priority: 1, status: "open", version: 2 })
        assert.deepStrictEqual([yield* queue("ann"), yield* queue("bob")], [[], ["1"]])
        yield* Update.in(Ticket).key({ id: "1" }).remove("priority").recompute()
        assert.deepStrictEqual(yield* queue("bob"), [])
        // Out of the index it stays, as long as its priority is absent.
        yield* Update.in(Ticket).key({ id: "1" }).set({ agent: "cid" }).recompute()
        assert.deepStrictEqual(yield* queue("cid"), [])
        yield* Update.in(Ticket).key({ id: "1" }).set({ priority: 2 }).recompute()
        assert.deepStrictEqual(yield* queue("cid"), ["1"])
        yield* Delete.from(Ticket).key({ id: "1" })
      })
    )

    it.effect("reads only where it must", () =>
      Effect.gen(function* () {
        yield* make("2")
        const sent = yield* recorded((sent) =>
          Effect.gen(function* () {
            yield* Update.in(Ticket).key({ id: "2" }).set({ title: "u" }).recompute()
            yield* Update.in(Ticket).key({ id: "2" }).set({ status: "done" }).recompute()
            yield* Update.in(Ticket).key({ id: "2" }).set({ status: "open" }).recompute()
            return sent
          })
        )
        assert.deepStrictEqual(
          sent.map(({ operation }) => operation),
          ["UpdateItem", "UpdateItem", "GetItem", "UpdateItem"]
        )
        assert.strictEqual(sent[2]!.input["ConsistentRead"], true)
        yield* Delete.from(Ticket).key({ id: "2" })
      })
    )

    it.effect("is done again where another write comes between", () =>
      Effect.gen(function* () {
        yield* make("3")
        const moved = yield* afterReads(
          Update.in(Ticket)
            .key({ id: "3" })
            .set({ agent: "bob" })
            .condition((t) => t.title.eq("t"))
            .recompute(),
          (reads) =>
            reads > 2
              ? Effect.void
              : Update.in(Ticket)
                  .key({ id: "3" })
                  .set({ priority: 10 + reads })
                  .recompute()
        )
        assert.deepInclude(moved, { agent: "bob", priority: 12, version: 4 })
        const found = yield* Query.from(Ticket).index("queue").pk("bob").sk.eq(12)
        assert.deepStrictEqual(found, [moved])
        yield* Delete.from(Ticket).key({ id: "3" })
      })
    )

    it.effect("does not mind other changes", () =>
      Effect.gen(function* () {
        yield* make("4")
        const reads: Array<number> = []
        const moved = yield* afterReads(
          Update.in(Ticket).key({ id: "4" }).set({ agent: "bob" }).recompute(),
          (count) => {
            reads.push(count)
            return Update.in(Ticket).key({ id: "4" }).set({ title: "other" })
          }
        )
        assert.deepInclude(moved, { agent: "bob", title: "other", version: 3 })
        assert.deepStrictEqual(reads, [1])
        yield* Delete.from(Ticket).key({ id: "4" })
      })
    )

    it.effect("fails with ItemNotFound where there is none, or no more", () =>
      Effect.gen(function* () {
        const move = Update.in(Ticket).key({ id: "5" }).set({ agent: "bob" }).recompute()
        assert.instanceOf(yield* Effect.flip(move), DynamoError.ItemNotFound)
        yield* make("5")
        const error = yield* Effect.flip(afterReads(move, () => Delete.from(Ticket).key({ id: "5" })))
        assert.instanceOf(error, DynamoError.ItemNotFound)
        assert.isTrue(Option.isNone(yield* Get.from(Ticket).key({ id: "5" }).consistent()))
      })
    )

    it.effect("fails with the item where the caller's condition is false", () =>
      Effect.gen(function* () {
        yield* make("6")
        const move = Update.in(Ticket).key({ id: "6" }).set({ agent: "bob" }).recompute()
        const error = yield* Effect.flip(move.condition((t) => t.title.eq("another")))
        assert.instanceOf(error, DynamoError.ConditionalCheckFailed)
        assert.strictEqual(Option.getOrThrow(error.item).agent, "ann")
        yield* Delete.from(Ticket).key({ id: "6" })
      })
    )

    it.effect("gives up after so many lost races", () =>
      Effect.gen(function* () {
        yield* make("7")
        const error = yield* Effect.flip(
          afterReads(Update.in(Ticket).key({ id: "7" }).set({ agent: "bob" }).recompute(), (reads) =>
            Update.in(Ticket)
              .key({ id: "7" })
              .set({ priority: reads + 1 })
              .recompute()
          )
        )
        assert.instanceOf(error, DynamoError.TransactionConflict)
        yield* Delete.from(Ticket).key({ id: "7" })
      })
    )

    it.effect("writes the next version into the keys that it is part of", () =>
      Effect.gen(function* () {
        yield* Put.into(Counted, { id: "8", name: "a" })
        const update = Update.in(Counted).key({ id: "8" })
        yield* afterReads(update.set({ name: "b" }).recompute(), (reads) =>
          reads > 1 ? Effect.void : update.set({ name: "c" }).ifVersion(1)
        )
        const client = yield* DynamoClient.DynamoClient
        const { Item } = yield* client.getItem({ TableName: "tickets", Key: { pk: { S: "id#8#counted" } } })
        assert.deepInclude(Item, { version: { N: "3" }, gsi2sk: { S: "00003#8" }, name: { S: "b" } })
        const stale = yield* Effect.flip(update.set({ name: "d" }).ifVersion(2))
        assert.instanceOf(stale, DynamoError.ConditionalCheckFailed)
        yield* update.set({ name: "d" }).ifVersion(3)
        assert.strictEqual((yield* Query.from(Counted).index("history").pk({}))[0]!.version, 4)
      })
    )
  })
)

// -----------------------------------------------------------------------------
// Unique fields
// -----------------------------------------------------------------------------

const Users = Table.make("users", { partitionKey: "pk", sortKey: "sk" })

const User = Entity.make("User", {
  schema: Schema.Struct({
    id: Schema.String,
    email: Schema.String,
    phone: Schema.optionalKey(Schema.String),
    visits: Entity.withDefault(Schema.Int, 0)
  }),
  table: Users,
  partitionKey: ["id"],
  unique: ["email", "phone"]
})

onlyLocal("an update of unique fields", (it) =>
  withTables(it, [Users], (it) => {
    const guards = Effect.flatMap(DynamoClient.DynamoClient, (client) =>
      Effect.map(client.scan({ TableName: "users", ConsistentRead: true }), ({ Items = [] }) =>
        Items.map((item) => item["pk"]!.S!)
          .filter((pk) => pk.startsWith("_unique#"))
          .sort()
      )
    )
    const empty = Effect.forEach(["1", "2"], (id) => Delete.from(User).key({ id }))
    const update = Update.in(User).key({ id: "1" })

    it.effect("swaps their guards", () =>
      Effect.gen(function* () {
        yield* Put.into(User, { id: "1", email: "a@x" }).ifNotExists()
        const changed = yield* update.set({ email: "b@x", phone: "1" }).increment("visits")
        assert.deepStrictEqual(changed, { id: "1", email: "b@x", phone: "1", visits: 1 })
        assert.deepStrictEqual(yield* guards, ["_unique#User#email#b@x", "_unique#User#phone#1"])
        assert.deepStrictEqual(yield* update.set({ phone: "2" }).returning("updatedNew"), { phone: "2" })
        assert.deepStrictEqual(yield* update.remove("phone").returning("updatedOld"), { phone: "2" })
        assert.deepStrictEqual(yield* update.set({ email: "c@x" }).returning("old"), {
          id: "1",
          email: "b@x",
          visits: 1
        })
        assert.isUndefined(yield* update.set({ email: "d@x" }).returning("none"))
        assert.deepStrictEqual(yield* guards, ["_unique#User#email#d@x"])
        yield* empty
        assert.deepStrictEqual(yield* guards, [])
      })
    )

    it.effect("fails where another item has the same value, and changes nothing", () =>
      Effect.gen(function* () {
        yield* Put.into(User, { id: "1", email: "a@x" }).ifNotExists()
        yield* Put.into(User, { id: "2", email: "b@x" }).ifNotExists()
        const error = yield* Effect.flip(update.set({ email: "b@x" }).increment("visits"))
        assert.instanceOf(error, DynamoError.ConditionalCheckFailed)
        assert.match(error.message, /Another User has the same email, which must be unique/)
        assert.deepStrictEqual(yield* Get.from(User).key({ id: "1" }).orFail(), { id: "1", email: "a@x", visits: 0 })
        assert.deepStrictEqual(yield* guards, ["_unique#User#email#a@x", "_unique#User#email#b@x"])
        yield* empty
      })
    )

    it.effect("is done, and says so, where it cannot be read after it", () =>
      Effect.gen(function* () {
        yield* Put.into(User, { id: "1", email: "a@x" }).ifNotExists()
        const real = yield* DynamoClient.DynamoClient
        let reads = 0
        const failing = DynamoClient.make({
          send: (operation, input) =>
            operation === "GetItem" && ++reads > 1
              ? Effect.fail({
                  origin: "response",
                  code: "ProvisionedThroughputExceededException",
                  message: "Slow down",
                  status: 400
                } as never)
              : real.transport.send(operation, input)
        })
        const error = yield* update
          .set({ email: "b@x" })
          .increment("visits")
          .pipe(DynamoClient.noRetry, Effect.provideService(DynamoClient.DynamoClient, failing), Effect.flip)
        assert.instanceOf(error, DynamoError.ServiceUnavailable)
        assert.isTrue(error.ambiguous)
        assert.match(error.message, /^The User was updated, but could not be read after it/)
        assert.deepStrictEqual(yield* Get.from(User).key({ id: "1" }).orFail(), { id: "1", email: "b@x", visits: 1 })
        yield* empty
      })
    )

    it.effect("is a plain update where none of them changes", () =>
      Effect.gen(function* () {
        yield* Put.into(User, { id: "1", email: "a@x" }).ifNotExists()
        const sent = yield* recorded((sent) =>
          Effect.gen(function* () {
            yield* update.increment("visits")
            // The same value again.
            yield* update.set({ email: "a@x" })
            return sent
          })
        )
        assert.deepStrictEqual(
          sent.map(({ operation }) => operation),
          ["UpdateItem", "GetItem", "UpdateItem"]
        )
        yield* empty
      })
    )

    it.effect("is done again where another write comes between", () =>
      Effect.gen(function* () {
        yield* Put.into(User, { id: "1", email: "a@x" }).ifNotExists()
        const changed = yield* afterReads(update.set({ email: "c@x" }), (reads) =>
          reads > 1 ? Effect.void : update.set({ email: "b@x" }).returning("none")
        )
        assert.strictEqual(changed.email, "c@x")
        assert.deepStrictEqual(yield* guards, ["_unique#User#email#c@x"])
        yield* empty
      })
    )

    it.effect("of no item fails with ItemNotFound", () =>
      Effect.gen(function* () {
        assert.instanceOf(yield* Effect.flip(update.set({ email: "a@x" })), DynamoError.ItemNotFound)
        assert.instanceOf(yield* Effect.flip(update.increment("visits")), DynamoError.ItemNotFound)
        assert.deepStrictEqual(yield* guards, [])
      })
    )

    it.effect("has a condition too", () =>
      Effect.gen(function* () {
        yield* Put.into(User, { id: "1", email: "a@x" }).ifNotExists()
        const error = yield* Effect.flip(update.set({ email: "b@x" }).condition((u) => u.visits.gt(3)))
        assert.instanceOf(error, DynamoError.ConditionalCheckFailed)
        assert.strictEqual(Option.getOrThrow(error.item as Option.Option<typeof User.Type>).email, "a@x")
        assert.deepStrictEqual(yield* guards, ["_unique#User#email#a@x"])
        yield* empty
      })
    )

    it.effect("as an upsert takes guards, and swaps them", () =>
      Effect.gen(function* () {
        const upsert = (email: string) => update.set({ email }).increment("visits").upsert()
        assert.deepStrictEqual(yield* upsert("a@x"), { id: "1", email: "a@x", visits: 1 })
        assert.deepStrictEqual(yield* guards, ["_unique#User#email#a@x"])
        assert.deepStrictEqual(yield* upsert("b@x"), { id: "1", email: "b@x", visits: 2 })
        assert.deepStrictEqual(yield* guards, ["_unique#User#email#b@x"])
        assert.deepStrictEqual(yield* upsert("b@x").returning("old"), Option.some({ id: "1", email: "b@x", visits: 2 }))
        yield* Put.into(User, { id: "2", email: "c@x" }).ifNotExists()
        assert.instanceOf(yield* Effect.flip(upsert("c@x")), DynamoError.ConditionalCheckFailed)
        yield* empty
        assert.deepStrictEqual(yield* guards, [])
      })
    )
  })
)
