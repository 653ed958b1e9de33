import { DynamoClient } from "@effect-dynamo/client"
import { type Attribute, Condition, Entity, Key, Table } from "@effect-dynamo/core"
import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, DateTime, Effect, Schema } from "effect"
import { engines, onlyLocal } from "../../testing/test-support/engines.ts"
import { Put, Query } from "../src/main.ts"
import { recorded } from "./support/client.ts"
import { withTables } from "./support/tables.ts"
import { holds } from "./support/truth.ts"

type Value = Attribute.AttributeValue
type Item = Readonly<Record<string, Value>>

const Rows = Table.make("filtered", { partitionKey: "p", sortKey: "i" })

/** Anything may stand in its fields: every operator can be asked of every kind of value. */
const Row = Entity.make("Row", {
  schema: Schema.Struct({ p: Schema.String, i: Schema.String, a: Schema.Unknown, b: Schema.Unknown }),
  table: Rows,
  partitionKey: Key.attribute("p"),
  sortKey: Key.attribute("i"),
  config: { entityTypeAttribute: false }
})
const { a, b } = Condition.referencesOf(Row)

const bytes = (...values: ReadonlyArray<number>) => Uint8Array.from(values)

const values: ReadonlyArray<Value> = [
  { S: "" },
  { S: "a" },
  { S: "ab" },
  { S: "b" },
  { S: "10" },
  { S: "\u{1f600}" },
  { S: "\uffff" },
  { N: "0" },
  { N: "1" },
  { N: "2" },
  { N: "10" },
  { N: "-1.5" },
  { N: "12345678901234567890123456789012345678" },
  { B: bytes(1) },
  { B: bytes(1, 2) },
  { B: bytes(255) },
  { BOOL: true },
  { BOOL: false },
  { NULL: true },
  { SS: ["a", "b"] },
  { SS: ["b", "a"] },
  { SS: ["a"] },
  { NS: ["1", "2"] },
  { BS: [bytes(1), bytes(2)] },
  { L: [] },
  { L: [{ S: "a" }, { N: "1" }] },
  { L: [{ N: "1" }, { S: "a" }] },
  { L: [{ L: [{ S: "a" }] }] },
  { M: {} },
  { M: { x: { S: "a" }, "y.z": { N: "2" } } },
  { M: { "y.z": { N: "2" }, x: { S: "a" } } },
  { M: { x: { M: { x: { N: "1" } } } } }
]

/** A stored value as the field's schema has it. */
const plain = (value: Value): unknown =>
  "S" in value
    ? value.S
    : "N" in value
      ? value.N.length > 15
        ? BigInt(value.N)
        : Number(value.N)
      : "B" in value
        ? value.B
        : "BOOL" in value
          ? value.BOOL
          : "NULL" in value
            ? null
            : "SS" in value
              ? new Set(value.SS)
              : "NS" in value
                ? new Set(value.NS.map(Number))
                : "BS" in value
                  ? new Set(value.BS)
                  : "L" in value
                    ? value.L.map(plain)
                    : Object.fromEntries(Object.entries(value.M).map(([name, inner]) => [name, plain(inner)]))

const ordered = values.filter((value) => "S" in value || "N" in value || "B" in value)
const texts = values.filter((value) => "S" in value || "B" in value)
const scalars = values.filter(
  (value) => !("L" in value || "M" in value || "SS" in value || "NS" in value || "BS" in value)
)
const types = ["S", "N", "B", "BOOL", "NULL", "L", "M", "SS", "NS", "BS"] as const
const paths = [
  () => a,
  () => b,
  () => a.get("x"),
  () => a.get("y.z"),
  () => a.at(0),
  () => a.at(1),
  () => a.get("x").get("x"),
  () => a.at(0).at(0)
]

type Seeds = ReadonlyArray<number>

/** A condition from numbers, so that what is drawn shrinks. */
const conditionOf = (seeds: Seeds, depth = 0): Condition.Condition => {
  const pick = <A>(from: ReadonlyArray<A>, at: number): A => from[(seeds[at] ?? 0) % from.length]!
  const reference = pick(paths, 1)()
  const other = pick(paths, 2)()
  const kind = (seeds[0] ?? 0) % (depth < 2 && seeds.length > 8 ? 16 : 13)
  switch (kind) {
    case 0:
      return reference.eq(plain(pick(values, 3)))
    case 1:
      return reference.ne(plain(pick(values, 3)))
    case 2: {
      const operator = pick(["lt", "lte", "gt", "gte"] as const, 4)
      return reference[operator](plain(pick(ordered, 3)))
    }
    case 3: {
      const lower = pick(ordered, 3)
      const upper = pick(ordered, 4)
      const [first, second] = Object.keys(lower)[0] === Object.keys(upper)[0] ? [lower, upper] : [lower, lower]
      const inOrder = holds(
        {
          _tag: "Compare",
          left: { _tag: "Value", value: first },
          operator: "<=",
          right: { _tag: "Value", value: second }
        },
        {}
      )
      return inOrder ? reference.between(plain(first), plain(second)) : reference.between(plain(second), plain(first))
    }
    case 4:
      return reference.in(
        Array.from({ length: 1 + ((seeds[5] ?? 0) % 130) }, (_, i) => plain(pick(values, 3 + (i % 4))))
      )
    case 5:
      return reference.beginsWith(plain(pick(texts, 3)) as string | Uint8Array)
    case 6:
      return reference.contains(plain(pick(scalars, 3)))
    case 7:
      return reference.exists()
    case 8:
      return reference.notExists()
    case 9:
      return reference.type(pick(types, 3))
    case 10: {
      const operator = pick(["eq", "ne", "lt", "gte"] as const, 4)
      return reference.size()[operator]((seeds[3] ?? 0) % 4)
    }
    case 11: {
      const operator = pick(["eq", "ne", "lt", "lte", "gt", "gte"] as const, 4)
      // An attribute compared with itself DynamoDB refuses.
      return reference === other ? reference.exists() : a[operator](b)
    }
    case 12:
      return Condition.not(conditionOf(seeds.slice(1), depth + 1))
    default: {
      const combine = pick([Condition.and, Condition.or], 1)
      const half = Math.ceil((seeds.length - 2) / 2)
      return combine(conditionOf(seeds.slice(2, 2 + half), depth + 1), conditionOf(seeds.slice(2 + half), depth + 1))
    }
  }
}

onlyLocal("filters", (it) =>
  withTables(it, [Rows], (it) => {
    const rows: ReadonlyArray<Item> = Array.from({ length: 96 }, (_, i) => {
      const [one, two] = [values[i % values.length]!, values[(i * 7 + Math.floor(i / 32)) % values.length]!]
      return {
        p: { S: "rows" },
        i: { S: String(i).padStart(3, "0") },
        ...(i % 11 === 5 ? undefined : { a: one }),
        ...(i % 5 === 4 ? undefined : { b: i % 3 === 0 ? one : two })
      }
    })
    it.effect("are over these rows", () =>
      Effect.flatMap(DynamoClient.DynamoClient, (client) =>
        Effect.forEach(rows, (Item) => client.putItem({ TableName: "filtered", Item: { ...Item } }), { concurrency: 8 })
      )
    )

    const agrees = (condition: Condition.Condition) =>
      Effect.gen(function* () {
        const resolved = yield* Condition.resolve(condition) as Effect.Effect<
          Effect.Success<ReturnType<typeof Condition.resolve>>,
          Schema.SchemaError
        >
        const expected = rows.filter((row) => (typeof resolved === "boolean" ? resolved : holds(resolved, row)))
        const found = yield* Query.from(Row)
          .pk("rows")
          .filter(() => condition)
          .select("i")
        assert.deepStrictEqual(
          found.map(({ i }) => i),
          expected.map((row) => (row["i"] as { readonly S: string }).S)
        )
      })

    it.effect(
      "of every kind of value by every operator say what the model says",
      () =>
        Effect.forEach(
          Array.from({ length: 13 * 40 }, (_, i) => [
            i % 13,
            ...[3, 5, 7, 11, 13, 17, 19].map((n) => i * n + Math.floor(i / n))
          ]),
          (seeds) => agrees(conditionOf(seeds, 2)),
          { concurrency: 8, discard: true }
        ),
      { timeout: 60_000 }
    )

    it.effect.prop(
      "in any nesting say what the model says",
      [Arbitrary.schema(Schema.Array(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 500 }))))],
      ([seeds]) => agrees(conditionOf(seeds)),
      { arbitrary: { runs: 150, seed: 3 }, timeout: 60_000 }
    )
  })
)

const Orders = Table.make("filter-orders", { partitionKey: "pk", sortKey: "sk" })

class Line extends Schema.Class<Line>("Line")({ sku: Schema.String, "quantity.of": Schema.Int }) {}

const Order = Entity.make("Order", {
  schema: Schema.Struct({
    id: Schema.String,
    secret: Schema.String,
    at: Schema.DateTimeUtc,
    role: Entity.withDefault(Schema.String, "user"),
    level: Entity.withDefault(Schema.Int, 3),
    lines: Schema.Array(Line),
    sizes: Schema.Record(Schema.String, Schema.Number),
    place: Schema.Struct({ city: Schema.String, since: Schema.DateTimeUtc }).pipe(
      Schema.encodeKeys({ city: "c", since: "s.t" })
    ),
    either: Schema.Union([
      Schema.Struct({ kind: Schema.Literal("a"), one: Schema.Number }),
      Schema.Struct({ kind: Schema.Literal("b"), two: Schema.String })
    ]),
    status: Schema.String
  }).pipe(Schema.encodeKeys({ status: "st" })),
  table: Orders,
  partitionKey: Key.template("ORDERS"),
  sortKey: Key.template("{id}#{secret}"),
  keyOnly: ["secret"]
})
const at = DateTime.makeUnsafe("2024-01-15T00:00:00.000Z")
const orders = Query.from(Order).pk({})

engines("a filter", (it, engine) =>
  withTables(it, [Orders], (it) => {
    it.effect("goes into classes, records, renamed structs and unions", () =>
      Effect.gen(function* () {
        const order = {
          id: "1",
          secret: "x",
          at,
          lines: [new Line({ sku: "s", "quantity.of": 2 })],
          sizes: { "a.b": 1, size: 2 },
          place: { city: "Rome", since: at },
          either: { kind: "b" as const, two: "B" },
          status: "open"
        }
        yield* Put.into(Order, order)
        yield* Put.into(Order, {
          ...order,
          id: "2",
          lines: [],
          sizes: {},
          place: { city: "Oslo", since: DateTime.makeUnsafe(0) },
          either: { kind: "a", one: 1 },
          status: "paid"
        })
        const ids = (query: typeof orders | ReturnType<typeof orders.limit>) =>
          Effect.map(query, (found) => found.map(({ id }) => id))
        assert.deepStrictEqual(yield* ids(orders.filter((o) => o.lines.at(0).get("sku").eq("s"))), ["1"])
        assert.deepStrictEqual(yield* ids(orders.filter((o) => o.lines.at(0).get("quantity.of").gte(2))), ["1"])
        assert.deepStrictEqual(yield* ids(orders.filter((o) => o.sizes.get("a.b").eq(1))), ["1"])
        assert.deepStrictEqual(yield* ids(orders.filter((o) => o.sizes.get("size").notExists())), ["2"])
        assert.deepStrictEqual(yield* ids(orders.filter((o) => o.place.get("city").beginsWith("Ro"))), ["1"])
        assert.deepStrictEqual(yield* ids(orders.filter((o) => o.place.get("since").lt(at))), ["2"])
        assert.deepStrictEqual(yield* ids(orders.filter((o) => o.either.get("two").eq("B"))), ["1"])
        assert.deepStrictEqual(yield* ids(orders.filter((o) => o.either.get("one").gt(0))), ["2"])
        // Dynalite compares maps by the order of their names.
        if (engine.isComplete) {
          assert.deepStrictEqual(yield* ids(orders.filter({ place: { city: "Rome", since: at } })), ["1"])
        }
        assert.deepStrictEqual(yield* ids(orders.filter({ status: "paid" })), ["2"])
        assert.deepStrictEqual(yield* ids(orders.filter({ status: "paid", at }).filter({ role: "user" })), ["2"])
        assert.deepStrictEqual(
          yield* ids(orders.filter((o) => Condition.raw`${o.status} <> ${"paid"} OR size(${o.lines}) > ${0}`)),
          ["1"]
        )
        assert.deepStrictEqual(
          yield* ids(
            orders
              .filter((o) => Condition.raw`${o.status} = ${"paid"} OR ${o.status} = ${"open"}`)
              .filter({ status: "open" })
          ),
          ["1"]
        )
        assert.deepStrictEqual(
          yield* ids(orders.filter((o) => o.status.in([...Array.from({ length: 250 }, (_, i) => String(i)), "paid"]))),
          ["2"]
        )
      })
    )

    it.effect("that a default satisfies holds for items that lack the field", () =>
      Effect.gen(function* () {
        const client = yield* DynamoClient.DynamoClient
        const [stored] = (yield* client.query({
          TableName: "filter-orders",
          KeyConditionExpression: "pk = :p AND begins_with(sk, :s)",
          ExpressionAttributeValues: { ":p": { S: "ORDERS" }, ":s": { S: "2" } }
        })).Items!
        const { level: _, role: __, ...old } = stored!
        yield* client.putItem({ TableName: "filter-orders", Item: { ...old, sk: { S: "3#x" }, id: { S: "3" } } })
        const has = (f: (o: Condition.References<typeof Order, "secret">) => Condition.Condition) =>
          Effect.map(orders.filter(f), (found) => found.some(({ id }) => id === "3"))
        assert.isTrue(yield* has((o) => o.role.eq("user")))
        assert.isFalse(yield* has((o) => o.role.eq("admin")))
        assert.isFalse(yield* has((o) => o.role.ne("user")))
        assert.isTrue(yield* has((o) => o.role.ne("admin")))
        assert.isTrue(yield* has((o) => o.role.in(["admin", "user"])))
        assert.isTrue(yield* has((o) => o.role.beginsWith("us")))
        assert.isFalse(yield* has((o) => o.role.contains("x")))
        assert.isTrue(yield* has((o) => o.level.between(1, 3)))
        assert.isFalse(yield* has((o) => o.level.gt(3)))
        assert.isTrue(yield* has((o) => o.role.size().eq(4)))
        assert.isTrue(yield* has((o) => Condition.not(o.level.gt(3))))
        // That it is not there is still so.
        assert.isFalse(yield* has((o) => o.role.exists()))
      })
    )

    it.effect("that holds for nothing asks for nothing", () =>
      recorded((sent) =>
        Effect.gen(function* () {
          const none = orders.filter((o) => o.status.in([]))
          assert.deepStrictEqual(yield* none, [])
          assert.strictEqual(yield* none.count(), 0)
          assert.strictEqual(sent.length, 0)
        })
      )
    )
  })
)

describe("a filter", () => {
  it("names what cannot be filtered on", () => {
    // @ts-expect-error no such field
    assert.throws(() => orders.filter((o) => o.nope.eq(1)), 'Order has no field "nope"')
    // @ts-expect-error no such field
    assert.throws(() => orders.filter({ nope: 1 }), 'Order has no field "nope"')
    assert.throws(
      () => orders.filter((o) => o.secret.eq("x")),
      'The field "secret" of Order is keyOnly: it is no attribute that a condition could be about'
    )
    // @ts-expect-error no such part
    assert.throws(() => orders.filter((o) => o.place.get("c").eq("x")), 'There is no "c" in place')
  })

  it.effect("refuses key attributes of what is queried, also in a condition made elsewhere", () =>
    Effect.gen(function* () {
      const row = Query.from(Row).pk("rows")
      // @ts-expect-error a key attribute of what is queried
      const error = yield* Effect.flip(row.filter((r) => r.i.eq("1")).toInput())
      assert.strictEqual(
        error.message,
        'Cannot filter Row on "i": it is a key attribute of what is queried; say it with the key (pk, sk)'
      )
      const elsewhere = Condition.referencesOf(Row).p.eq("secret")
      const other = yield* Effect.flip(row.filter(() => Condition.not(elsewhere)).toInput())
      assert.strictEqual(other._tag, "EncodeError")
      assert.notInclude(other.message, "secret")
    })
  )

  it.effect("refuses a value that does not fit, without showing it", () =>
    Effect.gen(function* () {
      // @ts-expect-error not of the field's type
      const error = yield* Effect.flip(orders.filter({ level: "secret" }).toInput())
      assert.strictEqual(error._tag, "EncodeError")
      assert.notInclude(error.message, "secret")
    })
  )
})
