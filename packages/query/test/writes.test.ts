import { DynamoClient } from "@effect-dynamo/client"
import { DynamoConfig, DynamoError, Entity, Index, Key, Table } from "@effect-dynamo/core"
import { assert } from "@effect/vitest"
import { Effect, Exit, Option, Schema } from "effect"
import { engines } from "../../testing/test-support/engines.ts"
import { Delete, Get, Put, Query, Update } from "../src/main.ts"
import { withTables } from "./support/tables.ts"
import { unchecked } from "./support/unchecked.ts"

const Users = Table.make("users", {
  partitionKey: "pk",
  sortKey: "sk",
  indexes: {
    byTeam: Index.global({ partitionKey: "gsi1pk", sortKey: "gsi1sk" }),
    byCity: Index.global({ partitionKey: "city" })
  }
})

class Address extends Schema.Class<Address>("Address")({
  street: Schema.String,
  zip: Schema.optionalKey(Schema.String)
}) {}

class User extends Entity.Class<User>("User")(
  {
    id: Schema.String,
    email: Schema.String,
    name: Schema.optionalKey(Schema.String),
    role: Entity.withDefault(Schema.String, "user"),
    joined: Schema.optionalKey(Schema.Date),
    address: Schema.optionalKey(Address),
    tags: Schema.optionalKey(Schema.ReadonlySet(Schema.String)),
    team: Schema.optionalKey(Schema.String),
    rank: Entity.withDefault(Schema.Int, 0),
    city: Schema.optionalKey(Schema.NullOr(Schema.String)),
    note: Schema.optionalKey(Schema.NullOr(Schema.String))
  },
  {
    table: Users,
    partitionKey: ["id"],
    sortKey: ["email"],
    indexes: { byTeam: { partitionKey: ["team"], sortKey: [Key.ordered("rank")] } }
  }
) {
  get display() {
    return `${this.name ?? this.id} <${this.email}>`
  }
}

/** Another entity under the very same keys: what tables that were not planned may hold. */
const Intruder = Entity.make("Intruder", {
  schema: Schema.Struct({ id: Schema.String, email: Schema.String }),
  table: Users,
  partitionKey: Key.template("id#{id}#user"),
  sortKey: Key.template("{email}")
})

const key = (id: string) => ({ id, email: `${id}@example.com` })
const raw = (id: string) =>
  DynamoClient.DynamoClient.use((client) =>
    client.getItem({
      TableName: "users",
      Key: { pk: { S: `id#${id}#user` }, sk: { S: `${id}@example.com` } },
      ConsistentRead: true
    })
  ).pipe(Effect.map(({ Item }) => Item))

engines("writes", (it) =>
  withTables(it, [Users], (it) => {
    it.effect("put, get, update and delete make the round trip, in instances of the class", () =>
      Effect.gen(function* () {
        const value = new User({
          ...key("round"),
          name: "John",
          joined: new Date(0),
          address: new Address({ street: "Main" }),
          tags: new Set(["a", "b"]),
          note: null
        })
        const saved = yield* Put.into(User, value)
        assert.strictEqual(saved, value)
        const found = Option.getOrThrow(yield* Get.from(User).key(key("round")).consistent())
        assert.instanceOf(found, User)
        assert.instanceOf(found.address, Address)
        assert.deepStrictEqual(found, value)
        assert.strictEqual(found.display, "John <round@example.com>")
        const updated = yield* Update.in(User).key(value).set({ name: "Jack", note: "x" }).remove("joined")
        assert.instanceOf(updated, User)
        assert.strictEqual(updated.display, "Jack <round@example.com>")
        assert.deepStrictEqual(plain(updated), { ...omit(value, "joined"), name: "Jack", note: "x" })
        assert.isUndefined(yield* Delete.from(User).key(value))
        assert.deepStrictEqual(yield* Get.from(User).key(value), Option.none())
      })
    )

    it.effect("put gives what it was given with its defaults, and writes over what stood there", () =>
      Effect.gen(function* () {
        const first = yield* Put.into(User, { ...key("over"), name: "a", team: "t" })
        assert.instanceOf(first, User)
        assert.strictEqual(first.role, "user")
        assert.deepStrictEqual(yield* Put.into(User, key("over")).returning("old"), Option.some(first))
        const item = yield* raw("over")
        assert.notProperty(item, "name")
        assert.notProperty(item, "gsi1pk")
        assert.deepStrictEqual(yield* Put.into(User, key("fresh")).returning("old"), Option.none())
      })
    )

    it.effect("ifNotExists writes once; the failure has what stood there", () =>
      Effect.gen(function* () {
        const first = yield* Put.into(User, { ...key("once"), name: "first" }).ifNotExists()
        const error = yield* Effect.flip(Put.into(User, { ...key("once"), name: "second" }).ifNotExists())
        assert.instanceOf(error, DynamoError.ConditionalCheckFailed)
        assert.deepStrictEqual(error.item, Option.some(first))
        if (Option.isSome(error.item)) assert.instanceOf(error.item.value, User)
        assert.strictEqual((yield* Get.from(User).key(key("once")).orFail()).name, "first")
      })
    )

    it.effect("ifExists writes only over something", () =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(Put.into(User, key("absent")).ifExists())
        assert.instanceOf(error, DynamoError.ConditionalCheckFailed)
        assert.deepStrictEqual(error.item, Option.none())
        assert.isUndefined(yield* raw("absent"))
        yield* Put.into(User, key("present"))
        assert.strictEqual((yield* Put.into(User, { ...key("present"), name: "n" }).ifExists()).name, "n")
        assert.strictEqual(
          (yield* Effect.flip(Put.into(User, key("present")).ifExists().ifNotExists()))._tag,
          "ConditionalCheckFailed"
        )
      })
    )

    it.effect("of another entity's item, or a malformed one, a failed condition says nothing", () =>
      Effect.gen(function* () {
        const client = yield* DynamoClient.DynamoClient
        yield* Put.into(Intruder, key("intruder"))
        const error = yield* Effect.flip(Put.into(User, key("intruder")).ifNotExists())
        assert.deepStrictEqual((error as DynamoError.ConditionalCheckFailed).item, Option.none())
        yield* client.putItem({
          TableName: "users",
          Item: { pk: { S: "id#bad#user" }, sk: { S: "bad@example.com" }, _type: { S: "User" }, name: { N: "1" } }
        })
        const malformed = yield* Effect.flip(Put.into(User, key("bad")).ifNotExists())
        assert.deepStrictEqual((malformed as DynamoError.ConditionalCheckFailed).item, Option.none())
        const old = yield* Effect.flip(Put.into(User, key("bad")).returning("old"))
        assert.strictEqual(old._tag, "DecodeError")
      })
    )

    it.effect("a get of another entity's item finds none, of a malformed one fails", () =>
      Effect.gen(function* () {
        const client = yield* DynamoClient.DynamoClient
        yield* Put.into(Intruder, key("gets"))
        assert.deepStrictEqual(yield* Get.from(User).key(key("gets")), Option.none())
        const notFound = yield* Effect.flip(Get.from(User).key(key("gets")).orFail())
        assert.instanceOf(notFound, DynamoError.ItemNotFound)
        assert.deepInclude(notFound, { entity: "User", table: "users", operation: "GetItem" })
        assert.notInclude(JSON.stringify(notFound), "gets@")
        assert.deepStrictEqual(yield* Delete.from(User).key(key("gets")).returning("old"), Option.none())
        yield* client.putItem({
          TableName: "users",
          Item: { pk: { S: "id#secret#user" }, sk: { S: "secret@example.com" }, id: { S: "secret" } }
        })
        const error = yield* Effect.flip(Get.from(User).key(key("secret")))
        assert.instanceOf(error, DynamoError.DecodeError)
        assert.deepStrictEqual([error.path, error.keyAttributes, error.entity], [["email"], ["pk", "sk"], "User"])
        assert.notInclude(JSON.stringify(error) + error.message, "secret")
      })
    )

    it.effect("delete succeeds whether or not there was an item, and gives it where asked", () =>
      Effect.gen(function* () {
        const user = yield* Put.into(User, key("gone"))
        assert.deepStrictEqual(yield* Delete.from(User).key(user).returning("old"), Option.some(user))
        assert.deepStrictEqual(yield* Delete.from(User).key(user).returning("old"), Option.none())
        yield* Delete.from(User).key(user)
        const error = yield* Effect.flip(Delete.from(User).key(user).ifExists())
        assert.instanceOf(error, DynamoError.ConditionalCheckFailed)
        yield* Put.into(User, user)
        assert.deepStrictEqual(yield* Delete.from(User).key(user).ifExists().returning("old"), Option.some(user))
      })
    )

    it.effect("an update of nothing fails with ItemNotFound, and leaves nothing", () =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(Update.in(User).key(key("nothing")).set({ name: "x" }))
        assert.instanceOf(error, DynamoError.ItemNotFound)
        assert.deepInclude(error, { entity: "User", table: "users", operation: "UpdateItem" })
        assert.isUndefined(yield* raw("nothing"))
      })
    )

    it.effect("an update stores what a put would", () =>
      Effect.gen(function* () {
        const whole = {
          name: "n",
          role: "r",
          joined: new Date(86400000),
          address: new Address({ street: "s", zip: "z" }),
          tags: new Set(["x"]),
          team: "red",
          rank: 5,
          city: "Paris",
          note: null
        }
        yield* Put.into(User, key("same"))
        yield* Update.in(User).key(key("same")).set(whole)
        const updated = yield* raw("same")
        yield* Put.into(User, { ...key("same"), ...whole })
        assert.deepStrictEqual(updated, yield* raw("same"))
        yield* Update.in(User).key(key("same")).set({
          name: undefined,
          role: "user",
          joined: undefined,
          address: undefined,
          tags: new Set(),
          team: undefined,
          rank: 0,
          city: null,
          note: undefined
        })
        const emptied = yield* raw("same")
        yield* Put.into(User, { ...key("same"), tags: new Set<string>(), city: null })
        assert.deepStrictEqual(emptied, yield* raw("same"))
        assert.notProperty(emptied, "city")
      })
    )

    it.effect("an update fails with a KeyError where an index key needs a field that is not at hand", () =>
      Effect.gen(function* () {
        yield* Put.into(User, { ...key("index"), team: "red", rank: 1 })
        const error = yield* Effect.flip(unchecked(Update.in(User).key(key("index")).set({ rank: 2 })))
        assert.instanceOf(error, DynamoError.KeyError)
        assert.match(error.message, /index "byTeam" is made of .*team.*, of which team is not known here/)
        assert.deepInclude(error, { index: "byTeam", entity: "User" })
        assert.deepStrictEqual(error.path, ["team"])
        const moved = yield* Update.in(User).key(key("index")).set({ rank: 2, team: "blue" })
        assert.deepStrictEqual(yield* Query.from(User).index("byTeam").pk("blue"), [moved])
        assert.deepStrictEqual(yield* Query.from(User).index("byTeam").pk("red"), [])
        const empty = yield* Effect.flip(Update.in(User).key(key("index")).set({ city: "" }))
        assert.instanceOf(empty, DynamoError.KeyError)
        assert.match(empty.message, /"city" is empty/)
      })
    )

    it.effect("an upsert makes a whole item where there is none", () =>
      Effect.gen(function* () {
        const upserted = yield* Update.in(User).key(key("up")).set({ name: "x", rank: 3, team: "green" }).upsert()
        assert.instanceOf(upserted, User)
        const item = yield* raw("up")
        yield* Put.into(User, { ...key("put"), name: "x", rank: 3, team: "green" })
        const put = yield* raw("put")
        assert.deepStrictEqual(JSON.parse(JSON.stringify(put).replaceAll("put", "up")), item)
        assert.deepStrictEqual((yield* Query.from(User).index("byTeam").pk("green").sk.eq(3)).length, 2)
      })
    )

    it.effect("an upsert changes only what it sets of an item that is there", () =>
      Effect.gen(function* () {
        const user = yield* Put.into(User, {
          ...key("there"),
          role: "admin",
          name: "old",
          note: "kept",
          team: "violet",
          rank: 7
        })
        // rank is given: it is a default that a key of an index is made of.
        const upserted = yield* Update.in(User).key(user).set({ name: "new", rank: 8, team: "violet" }).upsert()
        assert.deepStrictEqual(plain(upserted), { ...plain(user), name: "new", rank: 8 })
        assert.strictEqual(upserted.role, "admin")
        const cleared = yield* Update.in(User).key(user).set({ name: undefined, rank: 8, team: undefined }).upsert()
        assert.deepStrictEqual(plain(cleared), omit({ ...plain(user), rank: 8 }, "name", "team"))
        assert.notProperty(yield* raw("there"), "gsi1pk")
      })
    )

    it.effect("an upsert of nothing but the key makes the item that defaults make", () =>
      Effect.gen(function* () {
        const Counter = Entity.make("Counter", {
          schema: Schema.Struct({ name: Schema.String, n: Entity.withDefault(Schema.Int, 0) }),
          table: Users,
          partitionKey: ["name"]
        })
        const upsert = Update.in(Counter).key({ name: "c" }).upsert()
        assert.deepStrictEqual(yield* upsert, { name: "c", n: 0 })
        yield* Update.in(Counter).key({ name: "c" }).set({ n: 5 })
        assert.deepStrictEqual(yield* upsert, { name: "c", n: 5 })
      })
    )

    it.effect("an update of a malformed item, or one of another entity, fails with DecodeError", () =>
      Effect.gen(function* () {
        const client = yield* DynamoClient.DynamoClient
        yield* client.putItem({
          TableName: "users",
          Item: { pk: { S: "id#broken#user" }, sk: { S: "broken@example.com" }, id: { N: "1" }, email: { S: "e" } }
        })
        const error = yield* Effect.flip(Update.in(User).key(key("broken")).set({ name: "x" }))
        assert.instanceOf(error, DynamoError.DecodeError)
        assert.strictEqual(error.operation, "UpdateItem")
      })
    )

    it.effect("a builder is run as often as it is yielded, under the configuration of each time", () =>
      Effect.gen(function* () {
        const put = Put.into(User, key("often")).ifNotExists()
        const underscored = DynamoConfig.with({ keySeparator: "_" })
        yield* put
        assert.isTrue(Exit.isFailure(yield* Effect.exit(put)))
        yield* underscored(put)
        assert.isTrue(Exit.isFailure(yield* Effect.exit(underscored(put))))
        const get = Get.from(User).key(key("often"))
        yield* Delete.from(User).key(key("often"))
        assert.isTrue(Option.isNone(yield* get))
        assert.isTrue(Option.isSome(yield* underscored(get)))
      })
    )

    it.effect("fails with what DynamoDB says where there is no such table", () =>
      Effect.gen(function* () {
        const nowhere = DynamoConfig.with({ tableNamePrefix: "nowhere-" })
        for (const operation of [
          Put.into(User, key("x")),
          Get.from(User).key(key("x")),
          Update.in(User).key(key("x")).set({ name: "x" }),
          Delete.from(User).key(key("x")),
          Query.from(User).pk("x")
        ]) {
          const error = yield* Effect.flip(
            nowhere(operation as Effect.Effect<unknown, Update.Error, DynamoClient.DynamoClient>)
          )
          assert.strictEqual(error._tag, "ResourceNotFound")
          assert.strictEqual(error.table, "nowhere-users")
        }
      })
    )

    it.effect("an item that is too large is said to be", () =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(Put.into(User, { ...key("large"), name: "x".repeat(400 * 1024) }))
        assert.instanceOf(error, DynamoError.ItemTooLarge)
        yield* Put.into(User, key("large"))
        const updated = yield* Effect.flip(
          Update.in(User)
            .key(key("large"))
            .set({ name: "x".repeat(400 * 1024) })
        )
        assert.instanceOf(updated, DynamoError.ItemTooLarge)
      })
    )
  })
)

/** The fields of an instance. */
const plain = (value: object): object => Object.assign({}, value)

const omit = (value: object, ...names: ReadonlyArray<string>): object =>
  Object.fromEntries(Object.entries(value).filter(([name]) => !names.includes(name)))
