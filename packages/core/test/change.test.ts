import { assert, describe, it } from "@effect/vitest"
import { BigDecimal, DateTime, Effect, Exit, Option, Schema, SchemaTransformation } from "effect"
import { Attribute, Change, Entity, ResolvedEntity, Table } from "../src/main.ts"

class Place extends Schema.Class<Place>("Place")({
  city: Schema.String,
  since: Schema.optionalKey(Schema.DateTimeUtc)
}) {
  get label() {
    return this.city
  }
}

interface Tree {
  readonly name: string
  readonly children: ReadonlyArray<Tree>
}
const Tree: Schema.Codec<Tree> = Schema.Struct({
  name: Schema.String,
  children: Schema.Array(Schema.suspend((): Schema.Codec<Tree> => Tree))
})

/** Stored as cents: what is added to them is not added to the value. */
const Euros = Schema.Number.pipe(
  Schema.decodeTo(Schema.Number, SchemaTransformation.transform({ decode: (n) => n / 100, encode: (n) => n * 100 }))
)

const Thing = Entity.make("Thing", {
  schema: Schema.Struct({
    id: Schema.String,
    place: Place,
    renamed: Schema.Struct({ inner: Schema.String }).pipe(Schema.encodeKeys({ inner: "i" })),
    maybe: Schema.Option(Schema.Struct({ x: Schema.Number })),
    tree: Tree,
    shape: Schema.Union([
      Schema.Struct({
        kind: Schema.tag("a"),
        a: Schema.Number,
        label: Schema.String,
        note: Schema.optionalKey(Schema.String),
        twice: Schema.Number,
        bound: Schema.Int
      }),
      Schema.Struct({
        kind: Schema.tag("b"),
        b: Schema.Number,
        label: Schema.String,
        note: Schema.optionalKey(Schema.String),
        twice: Schema.optionalKey(Schema.Number),
        bound: Schema.Number
      })
    ]),
    pair: Schema.Union([
      Schema.Tuple([Schema.Literal("a"), Schema.Number]),
      Schema.Tuple([Schema.Literal("b"), Schema.Number])
    ]),
    nullable: Schema.NullOr(Schema.Struct({ x: Schema.Number })),
    record: Schema.Record(Schema.String, Attribute.StringSet),
    sets: Schema.Array(Attribute.StringSet),
    tuple: Schema.TupleWithRest(Schema.Tuple([Schema.String]), [Schema.Number]),
    json: Schema.Json,
    undefinable: Schema.UndefinedOr(Schema.Number),
    optional: Schema.optional(Schema.Int),
    thunk: Entity.withDefault(Schema.Number, () => 7),
    natural: Schema.Natural,
    int32: Schema.Number.check(Schema.isInt32()),
    secret: Schema.Redacted(Schema.Number),
    duration: Schema.Duration,
    euros: Euros,
    expiresAt: Schema.optionalKey(Schema.Number)
  }),
  table: Table.make("things", { sortKey: null, timeToLive: "expiresAt" }),
  partitionKey: ["id"]
})

const t = Change.referencesOf(Thing)
const part = (reference: unknown): Change.Part => Change.partOf(reference)!
const field = (name: string) => ResolvedEntity.definitionOf(Thing).codec.fields.get(name)!

const transformed = Schema.Struct({ n: Schema.NumberFromString })
const Defaulted = Entity.make("Defaulted", {
  schema: Schema.Struct({
    id: Schema.String,
    struct: Entity.withDefault(transformed, { n: 1 }),
    renamed: Entity.withDefault(transformed.pipe(Schema.encodeKeys({ n: "m" })), () => ({ n: 1 })),
    list: Entity.withDefault(Schema.Array(Schema.NumberFromString), []),
    record: Entity.withDefault(Schema.Record(Schema.String, Schema.NumberFromString), {}),
    set: Entity.withDefault(Schema.ReadonlySet(Schema.NumberFromString), new Set())
  }),
  table: Table.make("defaulted", { sortKey: null }),
  partitionKey: ["id"]
})

describe("what has a default", () => {
  it.effect("is written as the schema under the default says", () =>
    Effect.gen(function* () {
      const d = Change.referencesOf(Defaulted)
      const parts: ReadonlyArray<readonly [unknown, Change.Part["path"]]> = [
        [d.struct.get("n"), ["struct", "n"]],
        [d.renamed.get("n"), ["renamed", "m"]],
        [d.list.at(0), ["list", 0]],
        [d.record.get("a"), ["record", "a"]]
      ]
      for (const [reference, path] of parts) {
        assert.deepStrictEqual(part(reference).path, path)
        assert.deepStrictEqual(yield* encode(reference, 5), { S: "5" })
      }
      const fieldOf = (name: string) => ResolvedEntity.definitionOf(Defaulted).codec.fields.get(name)!
      // The schemas of these fields need no services.
      const written = (effect: Effect.Effect<unknown, Schema.SchemaError, unknown>) =>
        effect as Effect.Effect<unknown, Schema.SchemaError>
      assert.deepStrictEqual(yield* written(Change.elements(fieldOf("list"), [5])), { L: [{ S: "5" }] })
      assert.deepStrictEqual(yield* written(Change.members(fieldOf("set"), [5])), { SS: ["5"] })
    })
  )
})

describe("parts", () => {
  it("are where their schema stores them", () => {
    const paths: ReadonlyArray<readonly [unknown, Change.Part["path"]]> = [
      [t.place.get("city"), ["place", "city"]],
      [t.renamed.get("inner"), ["renamed", "i"]],
      [t.tree.get("children").at(1).get("children").at(0).get("name"), ["tree", "children", 1, "children", 0, "name"]],
      [t.record.get("a.b"), ["record", "a.b"]],
      [t.tuple.at(3), ["tuple", 3]]
    ]
    for (const [reference, path] of paths) {
      assert.deepStrictEqual(part(reference).path, path)
      assert.isUndefined(part(reference).problem)
      assert.isUndefined(part(reference).unwritable)
    }
    assert.deepStrictEqual(part(t.renamed.get("inner")).names, ["renamed", "inner"])
  })

  it.effect("are written by their own codecs", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* encode(t.place.get("since"), DateTime.makeUnsafe(0)), {
        S: "1970-01-01T00:00:00.000Z"
      })
      assert.deepStrictEqual(yield* encode(t.place, new Place({ city: "x" })), { M: { city: { S: "x" } } })
      assert.deepStrictEqual(yield* encode(t.renamed, { inner: "x" }), { M: { i: { S: "x" } } })
      assert.deepStrictEqual(yield* encode(t.maybe, Option.some({ x: 1 })), { M: { x: { N: "1" } } })
      assert.isUndefined(yield* encode(t.maybe, Option.none()))
      assert.deepStrictEqual(yield* encode(t.sets.at(0), new Set(["a"])), { SS: ["a"] })
      assert.deepStrictEqual(yield* encode(t.tuple.at(1), 5), { N: "5" })
      assert.deepStrictEqual(yield* encode(t.json.get("any").at(0), { a: [1] }), { M: { a: { L: [{ N: "1" }] } } })
    })
  )

  it.effect("that must hold something refuse an empty set", () =>
    Effect.gen(function* () {
      for (const reference of [t.sets.at(0), t.record.get("a")]) {
        assert.isTrue(Exit.isFailure(yield* Effect.exit(encode(reference, new Set()))))
      }
    })
  )

  it("of what an item may lack cannot be changed", () => {
    assert.match(part(t.maybe.get("x")).unwritable!, /there may be no maybe/)
    assert.match(part(t.record.get("a")).unwritable ?? "", /^$/)
  })

  it("of one of several structs can be changed where it is the same in all of them", () => {
    const shape = t.shape as never as { get(name: string): unknown }
    for (const name of ["kind", "a", "twice", "bound"])
      assert.match(part(shape.get(name)).unwritable!, /set shape as a whole/)
    for (const name of ["label", "note"]) assert.isUndefined(part(shape.get(name)).unwritable)
    assert.match(part(t.pair.at(0)).unwritable!, /set pair as a whole/)
    assert.isUndefined(part(t.pair.at(1)).unwritable)
    assert.deepStrictEqual(part(t.shape.get("kind")).path, ["shape", "kind"])
    assert.isUndefined(part(t.nullable.get("x")).problem)
  })

  it("that can be removed alone", () => {
    assert.isTrue(part(t.place.get("since")).isRemovable)
    assert.isTrue(part(t.record.get("a")).isRemovable)
    assert.isTrue(part(t.sets.at(0)).isRemovable)
    assert.isTrue(part(t.tuple.at(1)).isRemovable)
    assert.isFalse(part(t.tuple.at(0)).isRemovable)
    assert.isFalse(part(t.place.get("city")).isRemovable)
    assert.isFalse(part(t.tree.get("name")).isRemovable)
  })
})

describe("amounts", () => {
  const amount = (name: string, by: unknown) => Effect.runSyncExit(Change.amount(field(name), by))

  it("are summed exactly", () => {
    const sum = (a: string, b: string, sign: 1 | -1) =>
      Effect.runSyncExit(Change.sumOfAmounts(field("undefinable"), { N: a }, { N: b }, sign))
    assert.deepStrictEqual(sum("0.1", "0.2", 1), Exit.succeed({ N: "0.3" }))
    assert.deepStrictEqual(sum("3", "5", -1), Exit.succeed({ N: "-2" }))
    assert.deepStrictEqual(sum("1", "1", -1), Exit.succeed({ N: "0" }))
    assert.isTrue(Exit.isFailure(sum("1e30", "1e-20", 1)))
  })

  it("are exact, and whole where the field is", () => {
    assert.deepStrictEqual(amount("undefinable", 0.1), Exit.succeed({ N: "0.1" }))
    assert.deepStrictEqual(amount("thunk", 1e21), Exit.succeed({ N: "1000000000000000000000" }))
    assert.deepStrictEqual(amount("optional", BigDecimal.fromStringUnsafe("2.0")), Exit.succeed({ N: "2" }))
    assert.deepStrictEqual(amount("expiresAt", 60), Exit.succeed({ N: "60" }))
    for (const name of ["optional", "natural", "int32"]) assert.isTrue(Exit.isFailure(amount(name, 0.5)))
    assert.deepStrictEqual(amount("undefinable", 0.000123456789012345), Exit.succeed({ N: "0.000123456789012345" }))
    for (const by of [0.1 + 0.2, 1000 + 100 / 3]) assert.isTrue(Exit.isFailure(amount("undefinable", by)))
    assert.isTrue(Exit.isFailure(amount("thunk", 1e126)))
    assert.isTrue(Exit.isFailure(amount("thunk", null)))
  })

  it("are of fields that are stored as the numbers they are", () => {
    for (const name of ["euros", "secret", "duration", "id", "json", "maybe"])
      assert.isTrue(Exit.isFailure(amount(name, 1)))
  })

  it("start where an item that lacks the field does", () => {
    assert.deepStrictEqual(Effect.runSync(Change.defaultOf(field("thunk")) as Effect.Effect<unknown>), { N: "7" })
    assert.isTrue(Change.mayBeAbsent(field("undefinable")))
    assert.isTrue(Change.mayBeAbsent(field("optional")))
    assert.isFalse(Change.mayBeAbsent(field("thunk")))
    assert.isFalse(Change.mayBeAbsent(field("natural")))
  })
})

const encode = (reference: unknown, value: unknown) =>
  part(reference).encode(value) as Effect.Effect<Attribute.AttributeValue | undefined, Schema.SchemaError>
