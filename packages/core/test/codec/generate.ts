/** Schemas from a small grammar, and corrupted items, from a seed. */
import { Schema } from "effect"
import { setMember } from "../../src/internal/codec/ast.ts"
import type { AttributeValue, Item } from "../../src/Attribute.ts"

/** A small seeded generator (mulberry32). */
export class Rng {
  private state: number
  constructor(seed: number) {
    this.state = seed
  }
  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0
    let t = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
  int(n: number): number {
    return Math.floor(this.next() * n)
  }
  pick<A>(items: ReadonlyArray<A>): A {
    return items[this.int(items.length)]!
  }
}

class Point extends Schema.Class<Point>("Point")({ x: Schema.Int, at: Schema.Date }) {}
class Named extends Schema.TaggedClass<Named>()("Named", {
  name: Schema.String,
  more: Schema.optionalKey(Schema.Int)
}) {}

const leaves: ReadonlyArray<Schema.Top> = [
  Schema.String,
  Schema.NonEmptyString,
  Schema.Finite,
  Schema.Int,
  Schema.Boolean,
  Schema.BigInt,
  Schema.BigDecimal,
  Schema.Date,
  Schema.DateTimeUtc,
  Schema.Duration,
  Schema.Uint8Array,
  Schema.Literals(["a", "b"]),
  Schema.Literals([1, 2]),
  Schema.Enum({ A: "a", One: 1 }),
  Schema.TemplateLiteral(["id-", Schema.Int]),
  Schema.FiniteFromString,
  Schema.DateTimeUtcFromString,
  Schema.Int.pipe(Schema.brand("Count")),
  Schema.ReadonlySet(Schema.String),
  Schema.ReadonlySet(Schema.Int),
  Schema.ReadonlySet(Schema.Uint8Array),
  Schema.ReadonlySet(Schema.Boolean),
  Schema.Json,
  Point,
  Schema.Redacted(Schema.String)
] as ReadonlyArray<unknown> as ReadonlyArray<Schema.Top>

const names = ["a", "b", "type", "value", "__proto__", "constructor", "Ärger"]

/** Any schema of the grammar. */
export const schema = (rng: Rng, depth: number): Schema.Top => {
  if (depth <= 0 || rng.next() < 0.4) return rng.pick(leaves)
  switch (rng.int(8)) {
    case 0:
      return Schema.Array(schema(rng, depth - 1))
    case 1:
      return Schema.Tuple([schema(rng, depth - 1), schema(rng, depth - 1)])
    case 2:
      return Schema.Record(Schema.String, schema(rng, depth - 1))
    case 3:
      return Schema.NullOr(schema(rng, depth - 1))
    case 4:
      return Schema.Option(schema(rng, depth - 1))
    case 5:
      return Schema.Union([Named, Schema.TaggedStruct("Other", { inner: schema(rng, depth - 1) })])
    default:
      return struct(rng, depth - 1)
  }
}

/** A struct of the grammar. */
export const struct = (rng: Rng, depth: number): Schema.Top => {
  const fields: { [name: string]: Schema.Top } = {}
  for (const name of names) {
    if (rng.next() < 0.5) continue
    const type = schema(rng, depth)
    // An absent field that every object has by inheritance cannot be encoded: Schema itself finds it.
    // An empty set that is optional is read as absent.
    const optional = rng.next() < 0.3 && name !== "constructor" && setMember(type.ast) === undefined
    Object.defineProperty(fields, name, {
      value: optional ? Schema.optionalKey(type) : type,
      enumerable: true,
      configurable: true,
      writable: true
    })
  }
  fields["id"] = Schema.String
  return Schema.Struct(fields)
}

const others: ReadonlyArray<unknown> = [
  { S: "x" },
  { N: "1" },
  { N: "1.5" },
  { N: "not a number" },
  { N: "9007199254740993" },
  { BOOL: true },
  { NULL: true },
  { NULL: false },
  { B: new Uint8Array([1]) },
  { L: [] },
  { L: [{ S: "x" }] },
  { M: {} },
  { M: { a: { S: "x" } } },
  { SS: ["x"] },
  { SS: [1] },
  { NS: ["1"] },
  { NS: ["x"] },
  { BS: [new Uint8Array([1])] },
  { S: 1 },
  { S: "x", N: "1" },
  { L: {} },
  { M: [] },
  { $unknown: ["Z", 1] },
  {},
  null,
  "text",
  [],
  undefined
]

/** The item with one attribute value, anywhere in it, replaced, removed or added. */
export const corrupt = (rng: Rng, item: Item): Item => {
  const copy = structuredClone(item)
  const places: Array<{ readonly holder: object; readonly key: string }> = []
  const walk = (holder: object): void => {
    for (const key of Object.keys(holder)) {
      places.push({ holder, key })
      const attribute = holder[key as never] as AttributeValue
      if ("L" in attribute) walk(attribute.L)
      if ("M" in attribute) walk(attribute.M)
    }
  }
  walk(copy)
  if (places.length === 0) return copy
  const place = rng.pick(places)
  Object.defineProperty(place.holder, place.key, {
    value: rng.pick(others),
    enumerable: true,
    configurable: true,
    writable: true
  })
  return copy
}
