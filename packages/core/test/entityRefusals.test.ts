import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { DynamoConfig, Entity, Index, Key, Table } from "../src/main.ts"

const Shop = Table.make("shop", {
  partitionKey: "pk",
  sortKey: "sk",
  indexes: {
    gsi1: Index.global({ partitionKey: "gsi1pk", sortKey: "gsi1sk" }),
    gsi2: Index.global({ partitionKey: "gsi1pk", sortKey: "gsi2sk" }),
    byState: Index.global({ partitionKey: ["state", "city"] }),
    byTotal: Index.local({ sortKey: { name: "total", type: "N" } }),
    byRank: Index.global({ partitionKey: "rankpk", sortKey: { name: "rank", type: "N" } })
  }
})
const base = { id: Schema.String, n: Schema.Number }

/** A declaration that types would refuse too: what untyped callers can write. */
const make = (options: {
  readonly fields?: Schema.Struct.Fields
  readonly schema?: Schema.Constraint
  readonly table?: Table.Table
  readonly name?: string
  readonly [option: string]: unknown
}): unknown => {
  const { fields, name, schema, ...rest } = options
  return Entity.make(
    (name ?? "Thing") as never,
    {
      schema: schema ?? Schema.Struct({ ...base, ...fields }),
      table: Shop,
      partitionKey: ["id"],
      ...rest
    } as never
  )
}

const refusals: ReadonlyArray<readonly [why: string, Parameters<typeof make>[0], message: RegExp]> = [
  [
    "a field that JavaScript takes for a prototype",
    { fields: Object.fromEntries([["__proto__", Schema.String]]) },
    /A field cannot be named, or stored as, "__proto__"/
  ],
  [
    "a field that is stored under such a name",
    { schema: Schema.Struct(base).pipe(Schema.encodeKeys(JSON.parse(`{"n":"__proto__"}`))) },
    /"__proto__"/
  ],
  [
    "a field of a key that is no field",
    { partitionKey: ["nope"] },
    /its partition key "pk": .*"nope", which is not a field/
  ],
  [
    "a field of a template that is no field",
    { sortKey: Key.template("X#{nope}" as never) },
    /its sort key "sk": .*"nope"/
  ],
  [
    "a plain attribute that is no field",
    { table: Table.make("t", { partitionKey: "nope" }), partitionKey: Key.attribute("nope") },
    /"nope"/
  ],
  [
    "a field that has no text in a key",
    { fields: { tags: Schema.Array(Schema.String) }, partitionKey: ["tags"] },
    /its partition key "pk": .*"tags" cannot stand in a key/
  ],
  [
    "binary in a composite key",
    { fields: { hash: Schema.Uint8Array }, partitionKey: ["hash"] },
    /"hash" is binary, which has no text: use it as a plain attribute/
  ],
  [
    "a sort key where the table has none",
    { table: Table.make("t", { sortKey: null }), sortKey: ["n"] },
    /it declares a sort key, but the table "t" has none; make those fields part of the partition key/
  ],
  [
    "a field stored where a composite key of the table is",
    { fields: { pk: Schema.String } },
    /the field "pk" is stored as "pk", which holds a key made of "id"; make the key Key.attribute\("pk"\), or rename/
  ],
  [
    "a field stored where a composite key of an index is",
    { fields: { gsi1sk: Schema.String }, indexes: { gsi1: { partitionKey: ["id"], sortKey: ["n"] } } },
    /the field "gsi1sk" is stored as "gsi1sk", which holds a key made of "n"/
  ],
  [
    "a renamed field stored where a composite key is",
    { schema: Schema.Struct({ ...base, extra: Schema.String }).pipe(Schema.encodeKeys({ extra: "sk" })) },
    /the field "extra" is stored as "sk"/
  ],
  [
    "a plain key attribute under another name than the field's",
    { partitionKey: Key.attribute("id") },
    /the key attribute "pk" is to be the field "id", which is stored as "id"; rename one of them/
  ],
  [
    "text made of parts in a key attribute of type N",
    { table: Table.make("t", { partitionKey: { name: "pk", type: "N" } }) },
    /the key attribute has the type N, and a key made of text needs S/
  ],
  [
    "a number in a key attribute of type S",
    { table: Table.make("t", { partitionKey: "n" }), partitionKey: Key.attribute("n") },
    /the field "n" is stored as N, but the key attribute has the type S/
  ],
  [
    "a boolean as a key attribute",
    {
      fields: { on: Schema.Boolean },
      table: Table.make("t", { partitionKey: "on" }),
      partitionKey: Key.attribute("on")
    },
    /the field "on" cannot be a key attribute/
  ],
  [
    "a field of another type than a local index has",
    { fields: { total: Schema.String } },
    /"total" is stored as S, but .* N/
  ],
  [
    "a field of another type than an index has that the entity is never in",
    { fields: { rank: Schema.String } },
    /"rank" is stored as S, but .* N/
  ],
  ["keyOnly of no field", { keyOnly: ["nope"] }, /keyOnly names "nope", which is no field of it/],
  ["keyOnly of no key field", { keyOnly: ["n"] }, /keyOnly names "n", which cannot be read back from the table's key/],
  [
    "keyOnly of a part that loses information",
    { partitionKey: Key.template("X#{id:lower}"), keyOnly: ["id"] },
    /keyOnly names "id", which cannot be read back .* its part loses information/
  ],
  [
    "keyOnly of an index's field alone",
    { indexes: { gsi1: { partitionKey: ["n"] } }, keyOnly: ["n"] },
    /keyOnly names "n", which cannot be read back from the table's key/
  ],
  [
    "keyOnly of a plain key attribute",
    { table: Table.make("t", { partitionKey: "id" }), partitionKey: Key.attribute("id"), keyOnly: ["id"] },
    /the field "id" is a key attribute by itself, so it cannot be keyOnly/
  ],
  [
    "an access pattern for an index that the table does not have",
    { indexes: { nope: { partitionKey: ["id"] } } },
    /the access pattern "nope" is for the index "nope", but the table "shop" has "gsi1", "gsi2"/
  ],
  [
    "an access pattern that does not say its partition key",
    { indexes: { gsi1: { sortKey: ["n"] } } },
    /the access pattern "gsi1" does not say what its partition key "gsi1pk" is made of/
  ],
  [
    "an access pattern that declares a multi-attribute key",
    { fields: { state: Schema.String, city: Schema.String }, indexes: { byState: { partitionKey: ["state"] } } },
    /declares a partitionKey, but the index "byState" has several attributes there/
  ],
  [
    "an access pattern that declares a local index's partition key",
    { fields: { total: Schema.Number }, indexes: { byTotal: { partitionKey: ["id"] } } },
    /declares a partitionKey, which the index "byTotal" does not have of its own/
  ],
  [
    "one attribute made in two ways",
    { indexes: { gsi1: { partitionKey: ["id"] }, gsi2: { partitionKey: ["n"] } } },
    /the attribute "gsi1pk" is made in two ways, by the access pattern "gsi1" and by the access pattern "gsi2"/
  ],
  [
    "two access patterns of one index whose `when` overlap",
    {
      fields: { status: Schema.Literals(["a", "b", "c"]) },
      indexes: {
        one: { index: "gsi1", partitionKey: ["id"], when: { status: ["a", "b"] } },
        two: { index: "gsi1", partitionKey: ["n"], when: { status: ["b", "c"] } }
      }
    },
    /the attribute "gsi1pk" is made in two ways, by the access pattern "one" and by the access pattern "two"/
  ],
  [
    "a `when` on fields that are key attributes by themselves",
    {
      fields: { state: Schema.String, city: Schema.String },
      indexes: { byState: { when: { state: ["CA"] } } }
    },
    /the access pattern "byState" has a `when`, but its key attributes are fields or keys of the table/
  ],
  [
    "a `when` of no field",
    { indexes: { gsi1: { partitionKey: ["id"], when: { nope: ["x"] } } } },
    /`when` names "nope", which is no field of it/
  ],
  [
    "a marker attribute that is a key",
    { config: { entityTypeAttribute: "sk" } },
    /its marker attribute "sk" is a key attribute; name another with entityTypeAttribute, or false/
  ],
  [
    "a marker attribute that is an index's composite key",
    { config: { entityTypeAttribute: "gsi1pk" }, indexes: { gsi1: { partitionKey: ["id"] } } },
    /its marker attribute "gsi1pk" is a key attribute/
  ],
  [
    "a field in the marker's place that is no literal",
    { fields: { _type: Schema.String }, config: { entityTypeAttribute: "_type" } },
    /its field "_type" is stored as "_type", where the marker stands, but is no literal; make it a literal/
  ],
  [
    "a time-to-live field that is no time",
    { table: Table.make("t", { timeToLive: "until" }), fields: { until: Schema.Struct({ a: Schema.String }) } },
    /"until" cannot be stored as epoch seconds: it takes a Date/
  ],
  ["an empty name", { name: "" }, /an entity needs a name/],
  [
    "no key at all",
    { partitionKey: [], config: { suffixPartitionKey: false } },
    /it would be empty: name at least one field/
  ],
  [
    "a primary key that does not parse back",
    { partitionKey: Key.template("{id}{n}" as never, { oneWay: true }) },
    /a primary key must parse back, so its template cannot be oneWay/
  ],
  [
    "two placeholders that touch",
    { partitionKey: Key.template("{id}{n}" as never) },
    /no text stands between \{id\} and \{n\}/
  ],
  [
    "an ordered part that is no number",
    { sortKey: [Key.ordered("id")] },
    /"id" is declared ordered, which is for numbers/
  ],
  [
    "a schema whose attributes are not known by name",
    { schema: Schema.StructWithRest(Schema.Struct(base), [Schema.Record(Schema.String, Schema.Unknown)]) },
    /expected a struct or a class/i
  ]
]

describe("an entity that cannot work is refused where it is declared", () => {
  it.each(refusals)("%s", (_, options, message) => {
    assert.throws(() => make(options), message)
  })

  it.each(refusals)("%s: the message names the entity", (_, options) => {
    assert.throws(() => make({ name: "Gadget", ...options }), options.name === "" ? /The entity ""/ : /"Gadget"/)
  })

  it("a class is refused like a struct", () => {
    assert.throws(
      () => Entity.Class<never>("Gadget")({ ...base, pk: Schema.String }, { table: Shop, partitionKey: ["id"] }),
      /The entity "Gadget" cannot work: the field "pk" is stored as "pk"/
    )
  })
})

describe("what looks alike and works", () => {
  const works: ReadonlyArray<readonly [why: string, Parameters<typeof make>[0]]> = [
    [
      "one attribute shared by two access patterns",
      { indexes: { gsi1: { partitionKey: ["id"] }, gsi2: { partitionKey: ["id"], sortKey: ["n"] } } }
    ],
    [
      "one attribute of another pattern, not said again",
      { indexes: { gsi1: { partitionKey: ["id"] }, gsi2: { sortKey: ["n"] } } }
    ],
    [
      "two access patterns of one index that exclude each other",
      {
        fields: { status: Schema.Literals(["a", "b"]) },
        indexes: {
          one: { index: "gsi1", partitionKey: ["id"], when: { status: ["a"] } },
          two: { index: "gsi1", partitionKey: ["n"], when: { status: ["b"] } }
        }
      }
    ],
    [
      "a key-only field under a key attribute's name",
      { fields: { pk: Schema.String }, partitionKey: ["pk"], keyOnly: ["pk"] }
    ],
    ["a field under the name of an index key that the entity does not use", { fields: { gsi1pk: Schema.String } }],
    [
      "a marker without a literal, elsewhere",
      { fields: { _type: Schema.String }, config: { entityTypeAttribute: "kind" } }
    ],
    ["no marker", { fields: { _type: Schema.String }, config: { entityTypeAttribute: false } }],
    ["an optional field of an index", { fields: { total: Schema.optionalKey(Schema.Number) } }]
  ]

  it.each(works)("%s", (_, options) => {
    assert.isTrue(Entity.isEntity(make(options)))
  })
})

describe("an entity that only this configuration cannot make work", () => {
  const cases: ReadonlyArray<
    readonly [why: string, fields: Schema.Struct.Fields, works: DynamoConfig.Options, message: RegExp]
  > = [
    [
      "a field in the marker's place",
      { _type: Schema.String },
      { entityTypeAttribute: "kind" },
      /"_type" .* is no literal/
    ],
    [
      "a field in the key's place",
      { pk: Schema.String },
      { partitionKeyName: "PK" },
      /the field "pk" is stored as "pk"/
    ]
  ]

  it.effect.each(cases)("%s: fails where it is used, until it is configured", ([, fields, works, message]) =>
    Effect.gen(function* () {
      const Thing = Entity.make("Thing", {
        schema: Schema.Struct({ ...base, ...fields }),
        table: Table.make("things"),
        partitionKey: ["id"]
      })
      const key = Entity.key(Thing, { id: "1" })
      const error = yield* Effect.flip(key)
      assert.strictEqual(error._tag, "KeyError")
      assert.match(error.message, message)
      assert.deepStrictEqual(Object.values(yield* key.pipe(DynamoConfig.with(works)))[0], { S: "id#1#thing" })
    })
  )
})
