import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { Attribute, Change, Entity, Table } from "../src/main.ts"

class Place extends Schema.Class<Place>("Place")({ city: Schema.String }) {}
class Other extends Schema.Class<Other>("Other")({ city: Schema.String }) {}
const short = Schema.isMaxLength(3)

const Things = Entity.make("Thing", {
  schema: Schema.Struct({
    id: Schema.String,
    anything: Schema.Unknown,
    json: Schema.Json,
    string: Schema.String,
    optional: Schema.optional(Schema.String),
    nullable: Schema.NullOr(Schema.String),
    short: Schema.String.check(short),
    shorter: Schema.String.check(short, Schema.isMinLength(1)),
    alsoShort: Schema.String.check(Schema.isMaxLength(3)),
    long: Schema.String.check(Schema.isMaxLength(30)),
    role: Schema.Literals(["a", "b"]),
    roles: Schema.Literals(["a", "b", "c"]),
    number: Schema.Number,
    int: Schema.Int,
    byDefault: Entity.withDefault(Schema.Int, 1),
    int32: Schema.Number.check(Schema.isInt32()),
    text: Schema.NumberFromString,
    date: Schema.Date,
    until: Schema.optionalKey(Schema.Date),
    numbers: Schema.Array(Schema.Number),
    ints: Schema.Array(Schema.Int),
    place: Place,
    placeByDefault: Entity.withDefault(Place, new Place({ city: "x" })),
    other: Other,
    struct: Schema.Struct({ a: Schema.Number, b: Schema.optionalKey(Schema.String) }),
    less: Schema.Struct({ a: Schema.Int }),
    more: Schema.Struct({ a: Schema.Int, c: Schema.Int }),
    record: Schema.Record(Schema.String, Schema.Number),
    intRecord: Schema.Record(Schema.String, Schema.Int),
    set: Attribute.StringSet,
    list: Schema.Array(Schema.String),
    union: Schema.Union([Schema.String, Schema.Number])
  }),
  table: Table.make("copies", { sortKey: null, timeToLive: "until" }),
  partitionKey: ["id"],
  timeToLive: "until"
})

const of = Change.referencesOf(Things)
type Name = keyof typeof of
const canCopy = (to: Name, from: Name) => Change.canCopy(Change.partOf(of[to])!, Change.partOf(of[from])!)

describe("a copy", () => {
  const allowed: ReadonlyArray<readonly [to: Name, from: Name]> = [
    ["anything", "struct"],
    ["json", "struct"],
    ["string", "optional"],
    ["optional", "string"],
    ["nullable", "string"],
    ["string", "role"],
    ["string", "short"],
    ["short", "shorter"],
    ["short", "alsoShort"],
    ["roles", "role"],
    ["number", "int"],
    ["int", "byDefault"],
    ["byDefault", "int"],
    ["int", "int32"],
    ["numbers", "ints"],
    ["place", "placeByDefault"],
    ["placeByDefault", "place"],
    ["struct", "less"],
    ["record", "intRecord"],
    ["union", "int"]
  ]
  const refused: ReadonlyArray<readonly [to: Name, from: Name]> = [
    ["string", "anything"],
    ["string", "json"],
    ["json", "set"],
    ["json", "date"],
    ["string", "nullable"],
    ["role", "string"],
    ["role", "roles"],
    ["short", "string"],
    ["shorter", "short"],
    ["short", "long"],
    ["long", "short"],
    ["int", "number"],
    ["byDefault", "number"],
    ["int32", "int"],
    ["number", "text"],
    ["text", "number"],
    ["string", "date"],
    ["date", "until"],
    ["until", "date"],
    ["ints", "numbers"],
    ["place", "other"],
    ["struct", "more"],
    ["more", "less"],
    ["intRecord", "record"],
    ["struct", "record"],
    ["set", "list"],
    ["string", "union"]
  ]

  it("is of what the target admits for sure", () => {
    for (const [to, from] of allowed) assert.isTrue(canCopy(to, from), `${to} <- ${from}`)
    for (const name of Object.keys({ ...Things.schema.fields }) as Array<Name>) assert.isTrue(canCopy(name, name), name)
  })

  it("is refused where it might store what a put could not", () => {
    for (const [to, from] of refused) assert.isFalse(canCopy(to, from), `${to} <- ${from}`)
  })
})
