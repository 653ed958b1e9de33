/** What types an entity has: its values, its keys, its access patterns. */
import { Attribute, type DynamoError, Entity, Index, Key, Table } from "@effect-dynamo/core"
import { type BigDecimal, type DateTime, Effect, type Option, Schema } from "effect"
import { describe, expect, test } from "tstyche"

const Users = Table.make("users")

describe("values", () => {
  class User extends Entity.Class<User>("User")(
    {
      id: Schema.String,
      email: Schema.String,
      name: Schema.optionalKey(Schema.String),
      role: Entity.withDefault(Schema.String, "user"),
      tags: Entity.withDefault(Schema.Array(Schema.String), () => []),
      code: Entity.withDefault(Schema.Number, Effect.succeed(1))
    },
    { table: Users, partitionKey: ["id"], sortKey: ["email"] }
  ) {
    get display() {
      return `${this.name ?? this.id} <${this.email}>`
    }
  }

  test("a class's values are its instances", () => {
    expect<(typeof User)["Type"]>().type.toBe<User>()
    expect(new User({ id: "1", email: "a" }).display).type.toBe<string>()
    expect<User["role"]>().type.toBe<string>()
    expect<User["tags"]>().type.toBe<ReadonlyArray<string>>()
    expect<User["name"]>().type.toBe<string | undefined>()
  })

  test("a constructor fills in defaults, and takes what there is a field for", () => {
    expect(User).type.toBeConstructableWith({ id: "1", email: "a" })
    expect(User).type.toBeConstructableWith({ id: "1", email: "a", name: "x", role: "admin", tags: ["t"], code: 2 })
    expect(User).type.not.toBeConstructableWith({ id: "1" })
    expect(User).type.not.toBeConstructableWith({ id: "1", email: "a", role: 1 })
    expect(User).type.not.toBeConstructableWith({ id: "1", email: "a", nope: 1 })
    expect(User).type.not.toBeConstructableWith({ id: "1", email: "a", display: "x" })
  })

  test("a default is of the field's type, and there is one", () => {
    // @ts-expect-error Argument of type 'number' is not assignable to parameter of type 'string |
    Entity.withDefault(Schema.String, 1)
    // @ts-expect-error Type 'number' is not assignable to type 'string'
    Entity.withDefault(Schema.String, () => 1)
    // @ts-expect-error is not assignable to parameter of type '...WithoutConstructorDefault'
    Entity.withDefault(Entity.withDefault(Schema.String, "a"), "b")
  })

  test("make's Type is the struct's", () => {
    const schema = Schema.Struct({
      token: Schema.String,
      at: Schema.DateTimeUtc,
      ip: Schema.optionalKey(Schema.String)
    })
    const Session = Entity.make("Session", { schema, table: Users, partitionKey: ["token"] })
    expect<typeof Session.Type>().type.toBe<{
      readonly token: string
      readonly at: DateTime.Utc
      readonly ip?: string
    }>()
    expect(Session.name).type.toBe<"Session">()
    expect(Session.schema).type.toBe<typeof schema>()
  })

  test("make takes a class of Schema's", () => {
    class Plain extends Schema.Class<Plain>("Plain")({ id: Schema.String }) {}
    const Stored = Entity.make("Plain", { schema: Plain, table: Users, partitionKey: ["id"] })
    expect<typeof Stored.Type>().type.toBe<Plain>()
    expect<Entity.KeyOf<typeof Stored>>().type.toBe<{ readonly id: string }>()
    // @ts-expect-error is not assignable to type '"id" | Part<never, "ordered" | "padded">'
    Entity.make("Plain", { schema: Plain, table: Users, partitionKey: ["nope"] })
  })

  test("encode and decode are of the entity's values, with the services of its schema", () => {
    const user = new User({ id: "1", email: "a" })
    expect(Entity.encode(User, user)).type.toBe<
      Effect.Effect<Attribute.Item, DynamoError.EncodeError | DynamoError.KeyError>
    >()
    expect(Entity.decode(User, {})).type.toBe<Effect.Effect<User, DynamoError.DecodeError | DynamoError.KeyError>>()
    expect(Entity.key(User, user)).type.toBe<Effect.Effect<Attribute.Item, DynamoError.KeyError>>()
    // @ts-expect-error 'nope' does not exist in type
    Entity.encode(User, { id: "1", email: "a", nope: 1 })
    // @ts-expect-error 'nope' does not exist in type 'KeyOf<typeof User, "id" | "email">'
    Entity.key(User, { id: "1", email: "a", nope: 1 })
  })
})

describe("fields of keys", () => {
  const UserId = Schema.String.pipe(Schema.brand("UserId"))
  const schema = Schema.Struct({
    text: Schema.String,
    branded: UserId,
    optional: Schema.optionalKey(Schema.String),
    nullable: Schema.NullOr(Schema.String),
    option: Schema.Option(Schema.String),
    literal: Schema.Literals(["a", "b"]),
    date: Schema.Date,
    dateTime: Schema.DateTimeUtc,
    number: Schema.Number,
    bigint: Schema.BigInt,
    decimal: Schema.BigDecimal,
    boolean: Schema.Boolean,
    url: Schema.URLFromString,
    binary: Schema.Uint8Array,
    list: Schema.Array(Schema.String),
    struct: Schema.Struct({ a: Schema.String }),
    union: Schema.Union([Schema.String, Schema.Struct({ a: Schema.String })]),
    unknown: Schema.Unknown
  })
  type Names = Entity.KeyFieldNames<typeof schema.fields>

  test("are text, numbers, booleans, points in time, and what is encoded as one", () => {
    expect<Names>().type.toBe<
      | "text"
      | "branded"
      | "optional"
      | "nullable"
      | "option"
      | "literal"
      | "date"
      | "dateTime"
      | "number"
      | "bigint"
      | "decimal"
      | "boolean"
      | "url"
    >()
    expect<Exclude<Entity.AttributeFieldNames<typeof schema.fields>, Names>>().type.toBe<"binary">()
    expect<Entity.NumberFieldNames<typeof schema.fields>>().type.toBe<"number" | "bigint" | "decimal">()
  })

  test("are in keys as they are in values, never absent", () => {
    const Thing = Entity.make("Thing", {
      schema,
      table: Users,
      partitionKey: ["branded", "date", "dateTime", "bigint", "decimal", "boolean"],
      sortKey: [Key.ordered("number"), "optional", "nullable", "literal"]
    })
    expect<Entity.KeyOf<typeof Thing>>().type.toBe<{
      readonly branded: typeof UserId.Type
      readonly date: Date
      readonly dateTime: DateTime.Utc
      readonly bigint: bigint
      readonly decimal: BigDecimal.BigDecimal
      readonly boolean: boolean
      readonly number: number
      readonly optional: string
      readonly nullable: string
      readonly literal: "a" | "b"
    }>()
  })

  test("a template's fields are the key's, and a literal one has none", () => {
    const Thing = Entity.make("Thing", {
      schema,
      table: Users,
      partitionKey: Key.template("A{{{text}}}#{number:desc}"),
      sortKey: Key.template("THING")
    })
    expect<Entity.KeyOf<typeof Thing>>().type.toBe<{ readonly text: string; readonly number: number }>()
    expect<Entity.SortParts<typeof Thing>>().type.toBe<readonly []>()
  })

  test("an option is one in an index's key too", () => {
    const Team = Entity.make("Thing", {
      schema,
      table: Table.make("teams", { indexes: { gsi1: Index.global({ partitionKey: "gsi1pk", sortKey: "option" }) } }),
      partitionKey: ["text"],
      indexes: { gsi1: { partitionKey: ["option"] } }
    })
    expect<Entity.FieldType<typeof Team, "option">>().type.toBe<Option.Option<string>>()
    expect<Entity.IndexPartitionParts<typeof Team, "gsi1">>().type.toBe<readonly [Key.PartType<"option", "plain">]>()
  })
})

describe("access patterns", () => {
  const Shop = Table.make("shop", {
    partitionKey: "pk",
    sortKey: "sk",
    indexes: {
      gsi1: Index.global({ partitionKey: "gsi1pk", sortKey: "gsi1sk" }),
      plain: Index.global({ partitionKey: "state", sortKey: { name: "total", type: "N" } }),
      inverted: Index.global({ partitionKey: "sk", sortKey: "pk" }),
      mixed: Index.global({ partitionKey: "state", sortKey: "gsi1sk" }),
      several: Index.global({ partitionKey: ["state", { name: "city", type: "S" }], sortKey: ["total", "sk"] }),
      local: Index.local({ sortKey: { name: "total", type: "N" } }),
      foreign: Index.global({ partitionKey: "supplier" }),
      half: Index.global({ partitionKey: "state", sortKey: "supplier" })
    }
  })
  const schema = Schema.Struct({ id: Schema.String, state: Schema.String, city: Schema.String, total: Schema.Number })
  const Order = Entity.make("Order", {
    schema,
    table: Shop,
    partitionKey: ["id"],
    sortKey: ["city", "state"],
    indexes: { byCity: { index: "gsi1", partitionKey: ["city"], sortKey: [Key.ordered("total"), "id"] } }
  })
  type Order = typeof Order

  test("are the declared ones, and those whose key attributes are known", () => {
    expect<Entity.IndexNames<Order>>().type.toBe<"byCity" | "plain" | "inverted" | "mixed" | "several" | "local">()
  })

  test("a declared one has the declared keys", () => {
    expect<Entity.IndexPartitionParts<Order, "byCity">>().type.toBe<readonly [Key.PartType<"city", "plain">]>()
    expect<Key.NamesOf<Entity.IndexSortParts<Order, "byCity">>>().type.toBe<"total" | "id">()
  })

  test("plain fields", () => {
    expect<Entity.IndexPartitionParts<Order, "plain">>().type.toBe<readonly [Key.PartType<"state", "native">]>()
    expect<Entity.IndexSortParts<Order, "plain">>().type.toBe<readonly [Key.PartType<"total", "native">]>()
  })

  test("inverted", () => {
    expect<Entity.IndexPartitionParts<Order, "inverted">>().type.toBe<
      readonly [Key.PartType<"city", "plain">, Key.PartType<"state", "plain">]
    >()
    expect<Entity.IndexSortParts<Order, "inverted">>().type.toBe<readonly [Key.PartType<"id", "plain">]>()
  })

  test("a field, and another index's key", () => {
    expect<Entity.IndexPartitionParts<Order, "mixed">>().type.toBe<readonly [Key.PartType<"state", "native">]>()
    expect<Key.NamesOf<Entity.IndexSortParts<Order, "mixed">>>().type.toBe<"total" | "id">()
  })

  test("several attributes", () => {
    expect<Entity.IndexPartitionParts<Order, "several">>().type.toBe<
      readonly [Key.PartType<"state", "native">, Key.PartType<"city", "native">]
    >()
    expect<Entity.IndexSortParts<Order, "several">>().type.toBe<
      readonly [Key.PartType<"total", "native">, Key.PartType<"city", "plain">, Key.PartType<"state", "plain">]
    >()
  })

  test("local", () => {
    expect<Entity.IndexPartitionParts<Order, "local">>().type.toBe<readonly [Key.PartType<"id", "plain">]>()
    expect<Entity.IndexSortParts<Order, "local">>().type.toBe<readonly [Key.PartType<"total", "native">]>()
    expect<Entity.IsGlobal<Order, "local">>().type.toBe<false>()
    expect<Entity.IsGlobal<Order, "plain">>().type.toBe<true>()
    expect<Entity.IsGlobal<Order, "byCity">>().type.toBe<true>()
  })

  test("an index's attributes are stored names", () => {
    const Renamed = Entity.make("Order", {
      schema: schema.pipe(Schema.encodeKeys({ state: "st", city: "state" })),
      table: Table.make("renamed", {
        indexes: {
          byStored: Index.global({ partitionKey: "st", sortKey: "state" }),
          byCity: Index.global({ partitionKey: "city" })
        }
      }),
      partitionKey: ["state"]
    })
    expect<Entity.IndexNames<typeof Renamed>>().type.toBe<"byStored">()
    expect<Entity.IndexPartitionParts<typeof Renamed, "byStored">>().type.toBe<
      readonly [Key.PartType<"state", "native">]
    >()
    expect<Entity.IndexSortParts<typeof Renamed, "byStored">>().type.toBe<readonly [Key.PartType<"city", "native">]>()
  })

  test("renames of a class hold too", () => {
    class Renamed extends Entity.Class<Renamed>("Order")(schema.pipe(Schema.encodeKeys({ state: "st" })), {
      table: Table.make("renamed", { indexes: { byState: Index.global({ partitionKey: "st" }) } }),
      partitionKey: ["id"]
    }) {}
    expect<Entity.IndexNames<typeof Renamed>>().type.toBe<"byState">()
    expect(Renamed).type.toBeConstructableWith({ id: "1", state: "a", city: "b", total: 1 })
  })
})

describe("schemas", () => {
  test("recursive and union fields", () => {
    interface Category {
      readonly name: string
      readonly children: ReadonlyArray<Category>
    }
    const Category = Schema.Struct({
      name: Schema.String,
      children: Schema.Array(Schema.suspend((): Schema.Codec<Category> => Category))
    })
    const Event = Schema.Union([
      Schema.Struct({ _tag: Schema.tag("Paid"), amount: Schema.Number }),
      Schema.Struct({ _tag: Schema.tag("Sent"), to: Schema.String })
    ])
    class Shelf extends Entity.Class<Shelf>("Shelf")(
      { id: Schema.String, root: Category, last: Schema.optionalKey(Event) },
      { table: Users, partitionKey: ["id"] }
    ) {}
    expect<Shelf["root"]["children"][number]["children"][number]["name"]>().type.toBe<string>()
    expect<NonNullable<Shelf["last"]>["_tag"]>().type.toBe<"Paid" | "Sent">()
    expect(Shelf).type.toBeConstructableWith({ id: "1", root: { name: "a", children: [] } })
    expect<Entity.KeyFieldNames<(typeof Shelf)["fields"]>>().type.toBe<"id">()
  })

  test("many fields", () => {
    const { String, Number, Boolean, optionalKey } = Schema
    class Wide extends Entity.Class<Wide>("Wide")(
      {
        a0: String,
        a1: String,
        a2: String,
        a3: String,
        a4: String,
        a5: String,
        a6: String,
        a7: String,
        a8: String,
        b0: Number,
        b1: Number,
        b2: Number,
        b3: Number,
        b4: Number,
        b5: Number,
        b6: Number,
        b7: Number,
        b8: Number,
        c0: Boolean,
        c1: Boolean,
        c2: Boolean,
        c3: Boolean,
        c4: Boolean,
        c5: Boolean,
        c6: Boolean,
        c7: Boolean,
        d0: optionalKey(String),
        d1: optionalKey(String),
        d2: optionalKey(String),
        d3: optionalKey(String),
        e0: Attribute.StringSet,
        e1: Attribute.NumberSet
      },
      { table: Users, partitionKey: ["a0", "b0"], sortKey: ["a8", Key.ordered("b8"), "d3"] }
    ) {}
    expect<Entity.KeyOf<typeof Wide>>().type.toBe<{
      readonly a0: string
      readonly b0: number
      readonly a8: string
      readonly b8: number
      readonly d3: string
    }>()
    expect<Wide["e0"]>().type.toBe<ReadonlySet<string>>()
  })
})
