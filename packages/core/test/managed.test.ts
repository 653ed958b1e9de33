import { assert, describe, it } from "@effect/vitest"
import { Context, DateTime, Effect, Exit, Option, Schema } from "effect"
import { TestClock } from "effect/testing"
import { type DynamoError, Entity, Key, Table } from "../src/main.ts"
import * as ResolvedEntity from "../src/ResolvedEntity.ts"

const Things = Table.make("things", { partitionKey: "pk", sortKey: "sk", timeToLive: "until" })

/** A declaration that types would refuse too: what untyped callers can write. */
const make = (options: { readonly fields: Schema.Struct.Fields; readonly [option: string]: unknown }): unknown => {
  const { fields, ...rest } = options
  return Entity.make("Thing", {
    schema: Schema.Struct({ id: Schema.String, ...fields }),
    table: Things,
    partitionKey: ["id"],
    ...rest
  } as never)
}

const n = Schema.Int
const s = Schema.String
const at = Schema.Date

const refusals: ReadonlyArray<readonly [why: string, Parameters<typeof make>[0], message: RegExp]> = [
  ["a version that is no field", { fields: {}, version: "v" }, /its version names "v", which is no field of it/],
  ["a version that is text", { fields: { v: s }, version: "v" }, /its version "v" cannot count/],
  ["a version that is a date", { fields: { v: at }, version: "v" }, /its version "v" cannot count/],
  ["a version that cannot be 1", { fields: { v: Schema.Literals([5, 6]) }, version: "v" }, /"v" cannot count/],
  [
    "a version in the primary key",
    { fields: { v: n }, version: "v", sortKey: [Key.ordered("v")] },
    /its version "v" is part of the primary key, which a write cannot change/
  ],
  [
    "an updatedAt in the primary key",
    { fields: { at }, updatedAt: "at", sortKey: ["at"] },
    /its updatedAt "at" is part of the primary key/
  ],
  ["a createdAt that is no field", { fields: {}, createdAt: "at" }, /its createdAt names "at", which is no field/],
  [
    "a createdAt that is no time",
    { fields: { at: Schema.Boolean }, createdAt: "at" },
    /its createdAt "at" cannot hold a time: it takes a Date, a DateTime, a string in ISO form, or a number/
  ],
  [
    "an updatedAt that is no time",
    { fields: { at: Schema.Literal("now") }, updatedAt: "at" },
    /its updatedAt "at" cannot hold a time/
  ],
  [
    "one field for two of them",
    { fields: { at }, createdAt: "at", updatedAt: "at" },
    /the field "at" is both its createdAt and its updatedAt/
  ],
  [
    "a time to live that is no field",
    { fields: {}, timeToLive: "until" },
    /its timeToLive names "until", which is no field of it/
  ],
  [
    "a time to live that is not the table's",
    { fields: { at }, timeToLive: "at" },
    /its timeToLive "at" is stored as "at", but the table's time-to-live attribute is "until"/
  ],
  [
    "a time to live of a table without one",
    { fields: { until: at }, timeToLive: "until", table: Table.make("t") },
    /time-to-live attribute is not named; name it with Table\.make\(…, \{ timeToLive: "until" \}\)/
  ],
  [
    "a time to live with unique fields",
    { fields: { until: at, email: s }, timeToLive: "until", unique: ["email"] },
    /it has unique fields and a timeToLive/
  ],
  ["a unique field that is none", { fields: {}, unique: ["email"] }, /unique names "email", which is no field of it/],
  ["a unique key of nothing", { fields: {}, unique: [[]] }, /one of its unique keys has no fields/],
  [
    "a field twice in a unique key",
    { fields: { a: s }, unique: [["a", "a"]] },
    /unique names a field twice in "a", "a"/
  ],
  ["a unique primary key", { fields: {}, unique: ["id"] }, /its unique "id" is its primary key/],
  [
    "a unique field that has no text in a key",
    { fields: { tags: Schema.Array(s) }, unique: ["tags"] },
    /its unique "tags": .*"tags" cannot stand in a key/
  ],
  [
    "guards in a table whose keys are no text",
    {
      fields: { n, email: s },
      table: Table.make("t", { partitionKey: "pk", sortKey: { name: "n", type: "N" } }),
      partitionKey: ["id"],
      sortKey: Key.attribute("n"),
      unique: ["email"]
    },
    /its unique "email" takes guards in its table, whose key "n" would have to be text/
  ]
]

describe("what is managed", () => {
  for (const [why, options, message] of refusals) {
    it(`refuses ${why}`, () => {
      assert.throws(() => make(options), message)
    })
  }

  it("may be in an index, or in the primary key where it never changes", () => {
    assert.isTrue(Entity.isEntity(make({ fields: { at }, createdAt: "at", sortKey: ["at"] })))
    assert.isTrue(Entity.isEntity(make({ fields: { a: s, b: s }, unique: ["a", ["id", "b"]] })))
  })
})

const millis = Date.UTC(2024, 0, 15, 1, 2, 3, 4)
const iso = { S: "2024-01-15T01:02:03.004Z" }

describe("timestamps", () => {
  const times: ReadonlyArray<readonly [name: string, type: Schema.Constraint, stored: unknown]> = [
    ["Date", Schema.Date, iso],
    ["DateTimeUtc", Schema.DateTimeUtc, iso],
    ["DateTimeUtcFromString", Schema.DateTimeUtcFromString, iso],
    ["DateTimeUtcFromMillis", Schema.DateTimeUtcFromMillis, { N: String(millis) }],
    ["String", Schema.String, iso],
    ["Number", Schema.Number, { N: String(millis) }],
    ["Int", Schema.Int, { N: String(millis) }],
    ["an optional Date", Schema.optionalKey(Schema.Date), iso],
    ["a Date or null", Schema.NullOr(Schema.Date), iso],
    ["an Option of a DateTimeUtc", Schema.Option(Schema.DateTimeUtc), iso],
    ["a brand", Schema.String.pipe(Schema.brand("At")), iso]
  ]
  for (const [name, type, stored] of times) {
    it.effect(`are filled in as the field is: ${name}`, () =>
      Effect.gen(function* () {
        yield* TestClock.setTime(millis)
        const Timed = make({
          fields: { made: type, changed: type } as Schema.Struct.Fields,
          createdAt: "made",
          updatedAt: "changed"
        })
        const item = yield* Entity.encode(Timed as never, { id: "1" } as never) as Effect.Effect<object>
        assert.deepInclude(item, { made: stored, changed: stored })
      })
    )
  }

  const Timed = Entity.make("Timed", {
    schema: Schema.Struct({ id: s, made: Schema.DateTimeUtc, changed: Schema.Date }),
    table: Things,
    partitionKey: ["id"],
    createdAt: "made",
    updatedAt: "changed"
  })

  it.effect("keep when it was made, and renew when it was changed", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(millis)
      const item = yield* Entity.encode(Timed, {
        id: "1",
        made: DateTime.makeUnsafe("2020-01-01T00:00:00Z"),
        changed: new Date(0)
      })
      assert.deepInclude(item, { made: { S: "2020-01-01T00:00:00.000Z" }, changed: iso })
    })
  )

  it.effect("take the place of null and of no Option", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(millis)
      for (const [type, made] of [
        [Schema.NullOr(Schema.Date), null],
        [Schema.Option(Schema.Date), Option.none()]
      ] as const) {
        const Timed = make({ fields: { made: type } as Schema.Struct.Fields, createdAt: "made" })
        const item = yield* Entity.encode(Timed as never, { id: "1", made } as never) as Effect.Effect<object>
        assert.deepInclude(item, { made: iso })
      }
    })
  )

  it.effect("do not hide what else is missing or wrong", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(Entity.encode(Timed, { made: 5 } as never))
      assert.strictEqual(error._tag, "EncodeError")
      const other = yield* Effect.flip(Entity.encode(Timed, null as never))
      assert.strictEqual(other._tag, "EncodeError")
    })
  )
})

describe("versions", () => {
  const version = (given: unknown, type: Schema.Constraint = Schema.Int) =>
    Effect.map(
      Entity.encode(
        make({ fields: { v: type } as Schema.Struct.Fields, version: "v" }) as never,
        { id: "1", ...(given === undefined ? undefined : { v: given }) } as never
      ) as Effect.Effect<Readonly<Record<string, unknown>>, DynamoError.EncodeError>,
      ({ v }) => v
    )
  it.effect("begin with 1 and count on", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* version(undefined), { N: "1" })
      assert.deepStrictEqual(yield* version(0), { N: "1" })
      assert.deepStrictEqual(yield* version(1), { N: "2" })
      assert.deepStrictEqual(yield* version(41), { N: "42" })
      assert.deepStrictEqual(yield* version(41n, Schema.BigInt), { N: "42" })
      assert.deepStrictEqual(yield* version(Option.some(41), Schema.Option(Schema.Int)), { N: "42" })
      assert.deepStrictEqual(yield* version(Option.none(), Schema.Option(Schema.Int)), { N: "1" })
    })
  )

  it.effect("are refused where they are none", () =>
    Effect.gen(function* () {
      for (const given of ["1", 1.5, Number.NaN]) {
        const error = yield* Effect.flip(version(given))
        assert.strictEqual(error._tag, "EncodeError")
        assert.deepStrictEqual(error.path, ["v"])
      }
    })
  )
})

class Names extends Context.Service<Names, { readonly next: Effect.Effect<string> }>()("test/Names") {}

describe("beforeWrite", () => {
  const Named = Entity.make("Named", {
    schema: Schema.Struct({ id: Schema.String, name: Schema.optionalKey(Schema.String), v: Schema.Int }),
    table: Things,
    partitionKey: ["id"],
    version: "v",
    beforeWrite: (value) =>
      Effect.gen(function* () {
        const names = yield* Names
        return value.name === undefined ? { ...value, name: yield* names.next } : value
      })
  })
  it.effect("changes what is written, with services", () =>
    Effect.gen(function* () {
      const item = yield* Entity.encode(Named, { id: "1" })
      assert.deepInclude(item, { name: { S: "n" }, v: { N: "1" } })
      const kept = yield* Entity.encode(Named, { id: "1", name: "own", v: 3 })
      assert.deepInclude(kept, { name: { S: "own" }, v: { N: "4" } })
    }).pipe(Effect.provideService(Names, { next: Effect.succeed("n") }))
  )
})

describe("guards", () => {
  const User = Entity.make("User", {
    schema: Schema.Struct({
      id: Schema.String,
      email: Schema.optionalKey(Schema.String),
      org: Schema.NullOr(Schema.String),
      nick: Schema.String,
      number: Schema.Option(Schema.Int)
    }).pipe(Schema.encodeKeys({ nick: "nickname" })),
    table: Things,
    partitionKey: ["id"],
    unique: ["email", ["org", "nick"], "number"]
  })
  const guards = (entity: Entity.Any, value: ResolvedEntity.Values) =>
    ResolvedEntity.use(entity, "test", (resolved, table) =>
      ResolvedEntity.guards(resolved, value, { operation: "test", table })
    )
  const base = { id: "1", org: null, nick: "n", number: Option.none() }
  const keys = (value: object) =>
    Effect.map(guards(User, { ...base, ...value }), (found) => found.map(({ key }) => key["pk"]))

  it.effect("are items of the table, marked, with keys of their own", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* guards(User, { ...base, email: "a@b", org: "o" }), [
        {
          fields: ["email"],
          key: { pk: { S: "_unique#User#email#a@b" }, sk: { S: "_unique#" } },
          item: { pk: { S: "_unique#User#email#a@b" }, sk: { S: "_unique#" }, _type: { S: "_Unique" } }
        },
        {
          fields: ["org", "nick"],
          key: { pk: { S: "_unique#User#org#nickname#o#n" }, sk: { S: "_unique#" } },
          item: { pk: { S: "_unique#User#org#nickname#o#n" }, sk: { S: "_unique#" }, _type: { S: "_Unique" } }
        }
      ])
    })
  )

  it.effect("are none of what is absent", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* keys({}), [])
      assert.deepStrictEqual(yield* keys({ email: undefined }), [])
      assert.deepStrictEqual(yield* keys({ number: Option.some(7) }), [{ S: "_unique#User#number#7" }])
    })
  )

  it.effect("tell apart what is not the same, wherever the separator stands in it", () =>
    Effect.gen(function* () {
      const texts = ["#", "%", "a", "a#", "#a", "a#b", "%23", "a%23b", "\u00e9", "e\u0301"]
      const seen = new Map<string, string>()
      for (const org of texts) {
        for (const nick of texts) {
          for (const key of yield* keys({ org, nick })) {
            const text = JSON.stringify(key)
            assert.isUndefined(seen.get(text), `${JSON.stringify([org, nick])} and ${seen.get(text)}`)
            seen.set(text, JSON.stringify([org, nick]))
          }
        }
      }
      assert.strictEqual(seen.size, texts.length ** 2)
    })
  )

  it.effect("are no item of the entity", () =>
    Effect.gen(function* () {
      const [guard] = yield* guards(User, { ...base, email: "a" })
      const kind = yield* ResolvedEntity.use(User, "test", (resolved) =>
        Exit.succeed(ResolvedEntity.classify(resolved, guard!.item))
      )
      assert.strictEqual(kind, "other")
    })
  )

  it.effect("of a table without sort key or marker have a partition key alone", () =>
    Effect.gen(function* () {
      const Plain = Entity.make("Plain", {
        schema: Schema.Struct({ id: Schema.String, email: Schema.String }),
        table: Table.make("plain", { sortKey: null }),
        partitionKey: Key.template("P-{id}"),
        config: { entityTypeAttribute: false },
        unique: ["email"]
      })
      assert.deepStrictEqual(yield* guards(Plain, { id: "1", email: "e" }), [
        { fields: ["email"], key: { pk: { S: "_unique#Plain#email#e" } }, item: { pk: { S: "_unique#Plain#email#e" } } }
      ])
    })
  )

  it.effect("with values that no key can hold are refused, naming the field and not the value", () =>
    Effect.gen(function* () {
      for (const email of ["", "x".repeat(3000)]) {
        const error = yield* Effect.flip(guards(User, { ...base, email }))
        assert.strictEqual(error._tag, "KeyError")
        assert.match(error.message, /^Cannot guard the unique email of User: /)
        assert.notInclude(error.message, "xxx")
      }
    })
  )
})
