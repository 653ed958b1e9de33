import { assert, describe, it } from "@effect/vitest"
import { DateTime, Effect, Option, Schema } from "effect"
import type { AttributeValue } from "../src/Attribute.ts"
import { Attribute, DynamoConfig, Entity, Index, Key, Table } from "../src/main.ts"

const Users = Table.make("users")

class User extends Entity.Class<User>("User")(
  {
    id: Schema.String,
    email: Schema.String,
    name: Schema.optionalKey(Schema.String),
    role: Entity.withDefault(Schema.String, "user"),
    tags: Entity.withDefault(Schema.Array(Schema.String), () => [])
  },
  { table: Users, partitionKey: ["id"], sortKey: ["email"] }
) {
  get display() {
    return `${this.name ?? this.id} <${this.email}>`
  }
  static readonly kind = "a person"
}

const john = { id: "user-123", email: "john@example.com" }
const stored = {
  pk: { S: "id#user-123#user" },
  sk: { S: "john@example.com" },
  _type: { S: "User" },
  id: { S: "user-123" },
  email: { S: "john@example.com" },
  role: { S: "user" },
  tags: { L: [] }
}

describe("Entity.Class", () => {
  it("is a class like any other: instances, getters, statics, instanceof", () => {
    const user = new User(john)
    assert.instanceOf(user, User)
    assert.strictEqual(user.role, "user")
    assert.strictEqual(user.display, "user-123 <john@example.com>")
    assert.strictEqual(User.kind, "a person")
    assert.throws(() => new User({ id: 1, email: "e" } as never))
  })

  it("gives each value a default of its own where it is made by a function", () => {
    const [a, b] = [new User(john), new User(john)]
    assert.deepStrictEqual(a.tags, [])
    assert.notStrictEqual(a.tags, b.tags)
  })

  it("is a schema, and an entity", () => {
    assert.isTrue(Schema.isSchema(User))
    assert.isTrue(Entity.isEntity(User))
    assert.isFalse(Entity.isEntity(Schema.Struct({})))
    assert.isFalse(Entity.isEntity(null))
    assert.deepStrictEqual(Entity.fieldNames(User), ["id", "email", "name", "role", "tags"])
    assert.deepStrictEqual(Schema.decodeUnknownSync(User)({ ...john, role: "admin", tags: ["x"] }).role, "admin")
  })

  it.effect("encodes an instance, or what its constructor takes", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* Entity.encode(User, new User(john)), stored)
      assert.deepStrictEqual(yield* Entity.encode(User, john), stored)
    })
  )

  it.effect("decodes to an instance, defaults filled in, unknown attributes left out", () =>
    Effect.gen(function* () {
      const { role: _, tags: __, ...older } = stored
      const user = yield* Entity.decode(User, { ...older, added: { M: { later: { BOOL: true } } } })
      assert.instanceOf(user, User)
      assert.strictEqual(user.display, "user-123 <john@example.com>")
      assert.deepStrictEqual(user, new User({ ...john, role: "user", tags: [] }))
    })
  )

  it.effect("makes the key of any value that has its fields", () =>
    Effect.gen(function* () {
      const key = { pk: stored.pk, sk: stored.sk }
      assert.deepStrictEqual(yield* Entity.key(User, john), key)
      assert.deepStrictEqual(yield* Entity.key(User, new User(john)), key)
    })
  )

  it.effect("fails with a KeyError that names the entity, the attribute and the field, never a value", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(Entity.key(User, { id: "secret-id", email: "" }))
      assert.strictEqual(error._tag, "KeyError")
      assert.deepInclude(error, { operation: "Entity.key", table: "users", entity: "User", attribute: "sk" })
      assert.deepStrictEqual(error.path, ["email"])
      assert.match(error.message, /sort key "sk" of User: "email" is empty/)
      assert.notInclude(JSON.stringify(error), "secret-id")
      const missing = yield* Effect.flip(Entity.key(User, { email: "e" } as never))
      assert.match(missing.message, /partition key "pk" of User: "id" is missing/)
    })
  )

  it.effect("refuses what its constructor refuses", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(Entity.encode(User, { ...john, name: 5 } as never))
      assert.strictEqual(error._tag, "EncodeError")
      assert.deepStrictEqual(error.path, ["name"])
      assert.match(error.message, /^Cannot write User at name: /)
    })
  )

  it("is made lazily of the class that extends it, in a hierarchy too", () => {
    class Admin extends User {
      readonly isAdmin = true
    }
    assert.isTrue(Entity.isEntity(Admin))
  })
})

describe("Entity.make", () => {
  const Session = Entity.make("Session", {
    schema: Schema.Struct({ token: Schema.String, until: Schema.DateTimeUtc, note: Schema.Option(Schema.String) }),
    table: Table.make("sessions", { sortKey: null, timeToLive: "until" }),
    partitionKey: ["token"]
  })
  const session = { token: "t", until: DateTime.makeUnsafe("2024-01-15T00:00:00Z"), note: Option.none<string>() }

  it.effect("round-trips plain objects", () =>
    Effect.gen(function* () {
      const item = yield* Entity.encode(Session, session)
      assert.deepStrictEqual(item, {
        pk: { S: "token#t#session" },
        _type: { S: "Session" },
        token: { S: "t" },
        until: { N: "1705276800" }
      })
      assert.deepStrictEqual(yield* Entity.decode(Session, item), session)
    })
  )

  it("keeps name and schema", () => {
    assert.strictEqual(Session.name, "Session")
    assert.isTrue(Schema.isSchema(Session.schema))
    assert.deepStrictEqual(Entity.fieldNames(Session), ["token", "until", "note"])
  })

  it.effect("renames attributes through Schema.encodeKeys, in keys too", () =>
    Effect.gen(function* () {
      const Renamed = Entity.make("Thing", {
        schema: Schema.Struct({ id: Schema.String, at: Schema.String, rest: Schema.String }).pipe(
          Schema.encodeKeys({ id: "thing_id", at: "created" })
        ),
        table: Table.make("things"),
        partitionKey: ["id"],
        sortKey: ["at"],
        config: { prefixSortKey: true }
      })
      const value = { id: "1", at: "now", rest: "r" }
      const item = yield* Entity.encode(Renamed, value)
      assert.deepStrictEqual(item, {
        pk: { S: "thing_id#1#thing" },
        sk: { S: "created#now" },
        _type: { S: "Thing" },
        thing_id: { S: "1" },
        created: { S: "now" },
        rest: { S: "r" }
      })
      assert.deepStrictEqual(yield* Entity.decode(Renamed, item), value)
    })
  )
})

describe("keyOnly", () => {
  const Device = Entity.make("Device", {
    schema: Schema.Struct({ tenant: Schema.String, seq: Schema.Number, score: Schema.BigInt, rest: Schema.String }),
    table: Table.make("devices"),
    partitionKey: Key.template("T#{tenant}"),
    sortKey: Key.template("D#{seq:8}#{score:desc}"),
    keyOnly: ["tenant", "seq", "score"]
  })
  const device = { tenant: "a#b", seq: 42, score: -7n, rest: "r" }

  it.effect("writes no attribute, and reads the field back from the key", () =>
    Effect.gen(function* () {
      const item = yield* Entity.encode(Device, device)
      assert.deepStrictEqual(Object.keys(item).sort(), ["_type", "pk", "rest", "sk"])
      assert.deepStrictEqual(yield* Entity.decode(Device, item), device)
    })
  )

  it.effect("believes the key, not an attribute that stands there all the same", () =>
    Effect.gen(function* () {
      const item = yield* Entity.encode(Device, device)
      assert.deepStrictEqual(yield* Entity.decode(Device, { ...item, seq: { N: "43" } }), device)
    })
  )

  it.effect("a key that is not this entity's is a DecodeError, even under its marker", () =>
    Effect.gen(function* () {
      const item = yield* Entity.encode(Device, device)
      const error = yield* Effect.flip(Entity.decode(Device, { ...item, sk: { S: "D#not-a-number" } }))
      assert.strictEqual(error._tag, "DecodeError")
      assert.match(error.message, /its marker or its key is not this entity's/)
    })
  )
})

describe("index keys", () => {
  const Shop = Table.make("shop", {
    indexes: {
      gsi1: Index.global({ partitionKey: "gsi1pk", sortKey: "gsi1sk" }),
      gsi2: Index.global({ partitionKey: "gsi2pk", sortKey: "gsi2sk" }),
      byState: Index.global({ partitionKey: ["state", "city"], sortKey: [{ name: "total", type: "N" }] }),
      inverted: Index.global({ partitionKey: "sk", sortKey: "pk" }),
      byDay: Index.local({ sortKey: "lsi1sk" })
    }
  })
  class Order extends Entity.Class<Order>("Order")(
    {
      customerId: Schema.String,
      orderId: Schema.String,
      day: Schema.optionalKey(Schema.NullOr(Schema.String)),
      status: Schema.Literals(["open", "late", "done"]),
      assignee: Schema.Option(Schema.String),
      state: Schema.NullOr(Schema.String),
      city: Schema.optionalKey(Schema.String),
      total: Schema.Number
    },
    {
      table: Shop,
      partitionKey: Key.template("C#{customerId}"),
      sortKey: Key.template("O#{orderId}"),
      indexes: {
        byId: { index: "gsi1", partitionKey: ["orderId"] },
        open: {
          index: "gsi2",
          partitionKey: Key.template("STATUS#{status}"),
          sortKey: Key.template("{assignee}"),
          when: { status: ["open", "late"] }
        },
        byDay: { sortKey: Key.template("DAY#{day}") }
      }
    }
  ) {}
  const order = {
    customerId: "c",
    orderId: "1",
    status: "open",
    assignee: Option.some("ann"),
    state: "CA",
    city: "LA",
    total: 5,
    day: "monday"
  } as const
  const keysOf = (value: typeof Order.Type | (typeof Order)["~type.make.in"]) =>
    Effect.map(Entity.encode(Order, value), ({ gsi1pk, gsi1sk, gsi2pk, gsi2sk, lsi1sk, state, city, total }) => ({
      gsi1: [gsi1pk, gsi1sk].map(textOf),
      gsi2: [gsi2pk, gsi2sk].map(textOf),
      lsi1sk: textOf(lsi1sk),
      plain: [state, city, total]
    }))
  const textOf = (attribute: AttributeValue | undefined): string | undefined =>
    attribute !== undefined && "S" in attribute ? attribute.S : undefined

  it.effect("are written with the item; a sort key without fields is the entity's name", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* keysOf(order), {
        gsi1: ["orderId#1#order", "order"],
        gsi2: ["STATUS#open", "ann"],
        lsi1sk: "DAY#monday",
        plain: [{ S: "CA" }, { S: "LA" }, { N: "5" }]
      })
    })
  )

  it.effect("are left out, both of them, where a field of theirs is absent, null or None", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual((yield* keysOf({ ...order, assignee: Option.none() })).gsi2, [undefined, undefined])
      assert.isUndefined((yield* keysOf({ ...order, day: null })).lsi1sk)
      const { day: _, ...without } = order
      assert.isUndefined((yield* keysOf(without)).lsi1sk)
    })
  )

  it.effect("are left out where `when` does not hold", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual((yield* keysOf({ ...order, status: "late" })).gsi2, ["STATUS#late", "ann"])
      assert.deepStrictEqual((yield* keysOf({ ...order, status: "done" })).gsi2, [undefined, undefined])
    })
  )

  it.effect("that are fields by themselves hold no NULL, and null reads back", () =>
    Effect.gen(function* () {
      const item = yield* Entity.encode(Order, { ...order, state: null })
      assert.notProperty(item, "state")
      assert.deepStrictEqual((yield* Entity.decode(Order, item)).state, null)
      // Another absent field of the same key changes nothing about it.
      const { city: _, ...without } = order
      const both = yield* Entity.encode(Order, { ...without, state: null })
      assert.notProperty(both, "state")
    })
  )

  it.effect("that are empty are a KeyError, whatever else of the key is there", () =>
    Effect.gen(function* () {
      const { city: _, ...without } = order
      for (const bad of [
        { ...order, state: "" },
        { ...order, city: "" },
        { ...without, state: "" },
        { ...order, state: null, city: "" }
      ]) {
        const error = yield* Effect.flip(Entity.encode(Order, bad))
        assert.strictEqual(error._tag, "KeyError")
        assert.match(error.message, /is empty/)
        assert.strictEqual((error as { index?: string }).index, "byState")
      }
      const error = yield* Effect.flip(Entity.encode(Order, { ...order, day: "" }))
      assert.match(error.message, /sort key "lsi1sk" of Order, index "byDay": "day" is empty/)
    })
  )

  it.effect("compare the values of `when` as values, not as objects", () =>
    Effect.gen(function* () {
      const Dated = Entity.make("Dated", {
        schema: Schema.Struct({ id: Schema.String, at: Schema.Date, who: Schema.Option(Schema.String) }),
        table: Shop,
        partitionKey: ["id"],
        indexes: {
          one: { index: "gsi1", partitionKey: ["id"], when: { at: [new Date(0)] } },
          two: { index: "gsi2", partitionKey: ["id"], when: { who: [Option.none(), Option.some("x")] } }
        }
      })
      const keys = (at: Date, who: Option.Option<string>) =>
        Effect.map(Entity.encode(Dated, { id: "1", at, who }), (item) => ["gsi1pk" in item, "gsi2pk" in item])
      assert.deepStrictEqual(yield* keys(new Date(0), Option.none()), [true, true])
      assert.deepStrictEqual(yield* keys(new Date(1), Option.some("x")), [false, true])
      assert.deepStrictEqual(yield* keys(new Date(0), Option.some("y")), [true, false])
    })
  )

  it.effect("of an index that the entity is never in are kept as DynamoDB takes them", () =>
    Effect.gen(function* () {
      const Guest = Entity.make("Guest", {
        // Half of the key of byState: the index never holds it, but DynamoDB checks the attribute.
        schema: Schema.Struct({ id: Schema.String, city: Schema.NullOr(Schema.String) }),
        table: Shop,
        partitionKey: ["id"]
      })
      const item = yield* Entity.encode(Guest, { id: "1", city: null })
      assert.notProperty(item, "city")
      assert.deepStrictEqual(yield* Entity.decode(Guest, item), { id: "1", city: null })
      const error = yield* Effect.flip(Entity.encode(Guest, { id: "1", city: "" }))
      assert.strictEqual(error._tag, "KeyError")
      assert.match(error.message, /"city" is empty/)
    })
  )
})

describe("attributes of other types", () => {
  it.effect("are keys by themselves: numbers and binary", () =>
    Effect.gen(function* () {
      const Reading = Entity.make("Reading", {
        schema: Schema.Struct({ hash: Schema.Uint8Array, at: Schema.Number, tags: Attribute.StringSet }),
        table: Table.make("readings", {
          partitionKey: { name: "hash", type: "B" },
          sortKey: { name: "at", type: "N" }
        }),
        partitionKey: Key.attribute("hash"),
        sortKey: Key.attribute("at")
      })
      const value = { hash: new Uint8Array([1, 2]), at: -0.5, tags: new Set<string>() }
      const item = yield* Entity.encode(Reading, value)
      assert.deepStrictEqual(item, { hash: { B: new Uint8Array([1, 2]) }, at: { N: "-0.5" }, _type: { S: "Reading" } })
      assert.deepStrictEqual(yield* Entity.decode(Reading, item), value)
      const error = yield* Effect.flip(Entity.key(Reading, { hash: new Uint8Array([]), at: 1 }))
      assert.match(error.message, /"hash" is empty/)
    })
  )

  it.effect("an entity without sort fields has its name in the table's sort key", () =>
    Effect.gen(function* () {
      const Note = Entity.make("Note", {
        schema: Schema.Struct({ id: Schema.String }),
        table: Table.make("notes"),
        partitionKey: ["id"]
      })
      assert.deepStrictEqual(yield* Entity.key(Note, { id: "n1" }), { pk: { S: "id#n1#note" }, sk: { S: "note" } })
      const one = Entity.key(Note, { id: "n1" }).pipe(
        DynamoConfig.with({ tableNamePrefix: "t-", suffixPartitionKey: false })
      )
      assert.deepStrictEqual(yield* one, { pk: { S: "id#n1" }, sk: { S: "note" } })
    })
  )
})
