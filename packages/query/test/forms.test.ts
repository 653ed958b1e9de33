/** Requests whose texts are kept from one read to the next are those that are made anew. */
import { Condition, Entity, Index, Key, Table } from "@effect-dynamo/core"
import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, Effect, Schema } from "effect"
import { Query, Scan } from "../src/main.ts"

const AccountTable = Table.make("accounts", {
  timeToLive: "expires",
  indexes: { local: Index.local({ sortKey: "city" }) }
})

/** An entity that no read was made of. */
const fresh = (timeToLive: boolean) =>
  Entity.make("Account", {
    schema: Schema.Struct({
      owner: Schema.String,
      id: Schema.String,
      city: Schema.String,
      name: Schema.String,
      expires: Schema.optionalKey(Schema.NullOr(Schema.Finite)),
      total: Schema.Finite,
      count: Schema.Finite,
      active: Schema.Boolean,
      tags: Schema.Array(Schema.String),
      rank: Schema.Finite.pipe(Schema.withDecodingDefaultKey(Effect.succeed(1)))
    }),
    table: AccountTable,
    partitionKey: Key.template("OWNER#{owner}"),
    sortKey: Key.template("ACCOUNT#{id}"),
    ...(timeToLive ? { timeToLive: "expires" as const } : undefined),
    indexes: { byCity: { index: "local", sortKey: Key.attribute("city") } }
  })

type Accounts = ReturnType<typeof fresh>

// Few values, so that some are equal: to each other, to keys, to the marker.
const text = Schema.Literals(["a", "b", "OWNER#a", "ACCOUNT#b", "Account", "NULL"])
const number = Schema.Literals([0, 1, 2])

type Filter =
  | { readonly _tag: "Text"; readonly operator: "eq" | "ne" | "beginsWith"; readonly value: string }
  | { readonly _tag: "Number"; readonly field: "total" | "count" | "rank"; readonly value: number }
  | { readonly _tag: "Between"; readonly lower: number; readonly upper: number }
  | { readonly _tag: "In"; readonly values: ReadonlyArray<number> }
  | { readonly _tag: "Active"; readonly value: boolean }
  | { readonly _tag: "Exists" | "NotExists" | "Type" | "Fields" }
  | { readonly _tag: "Size" | "At"; readonly value: number }
  | { readonly _tag: "Raw"; readonly text: string; readonly value: string }
  | { readonly _tag: "And" | "Or"; readonly filters: ReadonlyArray<Filter> }
  | { readonly _tag: "Not"; readonly filter: Filter }

const Leaf = Schema.Union([
  Schema.Struct({
    _tag: Schema.tag("Text"),
    operator: Schema.Literals(["eq", "ne", "beginsWith"]),
    value: text
  }),
  Schema.Struct({ _tag: Schema.tag("Number"), field: Schema.Literals(["total", "count", "rank"]), value: number }),
  Schema.Struct({ _tag: Schema.tag("Between"), lower: number, upper: number }),
  Schema.Struct({ _tag: Schema.tag("In"), values: Schema.Array(number) }),
  Schema.Struct({ _tag: Schema.tag("Active"), value: Schema.Boolean }),
  Schema.Struct({ _tag: Schema.Literals(["Exists", "NotExists", "Type", "Fields"]) }),
  Schema.Struct({ _tag: Schema.Literals(["Size", "At"]), value: number }),
  Schema.Struct({ _tag: Schema.tag("Raw"), text: Schema.Literals([" = ", " <> "]), value: text })
])
const Branch = Schema.Struct({ _tag: Schema.Literals(["And", "Or"]), filters: Schema.Array(Leaf) })
const Filter = Schema.Union([
  Leaf,
  Branch,
  Schema.Struct({ _tag: Schema.tag("Not"), filter: Branch })
]) satisfies Schema.Schema<Filter>

const condition = (of: Condition.References<Accounts, "city">, filter: Filter): Condition.Condition => {
  switch (filter._tag) {
    case "Text":
      return of.name[filter.operator](filter.value)
    case "Number":
      return of[filter.field].gt(filter.value)
    case "Between":
      return of.total.between(filter.lower, filter.upper)
    case "In":
      return of.count.in(filter.values)
    case "Active":
      return of.active.eq(filter.value)
    case "Exists":
      return of.expires.exists()
    case "NotExists":
      return of.expires.notExists()
    case "Type":
      return of.name.type("S")
    case "Fields":
      return of.total.lt(of.count)
    case "Size":
      return of.tags.size().gte(filter.value)
    case "At":
      return of.tags.at(filter.value).eq("a")
    case "Raw":
      // The template's text is what differs.
      return filter.text === " = "
        ? Condition.raw`${of.name} = ${filter.value}`
        : Condition.raw`${of.name} <> ${filter.value}`
    case "And":
      return Condition.and(...filter.filters.map((one) => condition(of, one)))
    case "Or":
      return Condition.or(...filter.filters.map((one) => condition(of, one)))
    case "Not":
      return Condition.not(condition(of, filter.filter))
  }
}

const Ask = Schema.Struct({
  kind: Schema.Literals(["query", "index", "scan"]),
  owner: text,
  sort: Schema.UndefinedOr(
    Schema.Struct({ operator: Schema.Literals(["eq", "lt", "gte", "beginsWith", "between"]), value: text })
  ),
  filters: Schema.Array(Filter),
  select: Schema.Literals(["all", "name", "both", "part"]),
  consistent: Schema.Boolean,
  reverse: Schema.Boolean,
  limit: Schema.UndefinedOr(Schema.Literals([1, 5]))
})

const requestOf = (of: Accounts, ask: typeof Ask.Type): Effect.Effect<object> => {
  // Both kinds of reads say the same; types know more of each than is needed here.
  const start = Query.from(of)
  const keyed = ask.kind === "index" ? start.index("byCity").pk(ask.owner) : start.pk(ask.owner)
  const between = ask.sort?.operator === "between"
  const sorted =
    ask.sort === undefined
      ? keyed
      : between
        ? keyed.sk.between(ask.sort.value, `${ask.sort.value}z`)
        : keyed.sk[ask.sort.operator as "eq"](ask.sort.value)
  let read = (ask.kind === "scan" ? Scan.from(of) : ask.reverse ? sorted.reverse() : sorted) as unknown as Query.Query<
    Accounts,
    Query.Primary
  >
  for (const filter of ask.filters) read = read.filter((of) => condition(of, filter))
  if (ask.consistent) read = read.consistent()
  if (ask.limit !== undefined) read = read.limit(ask.limit)
  const selected =
    ask.select === "all"
      ? read
      : ask.select === "name"
        ? read.select("name")
        : ask.select === "both"
          ? read.select("total", "name")
          : read.select(["tags", 0], "id")
  return Effect.match(selected.toInput(), {
    onSuccess: (input): object => input,
    onFailure: (error): object => ({ _tag: error._tag, message: error.message })
  })
}

/** The same with all texts equal, to that of the key too, and all numbers: they share placeholders. */
const withEqualValues = (ask: typeof Ask.Type): typeof Ask.Type => ({
  ...ask,
  owner: "a",
  filters: JSON.parse(JSON.stringify(ask.filters), (name, value: unknown) =>
    typeof value === "number" ? 0 : name === "value" && typeof value === "string" ? "OWNER#a" : value
  ) as typeof ask.filters
})

describe("a request of a form that is known", () => {
  for (const timeToLive of [false, true]) {
    const known = fresh(timeToLive)
    let formed = 0
    it.effect.prop(
      `is the one that is made anew${timeToLive ? ", with the time" : ""}`,
      { asks: Arbitrary.schema(Schema.Array(Ask)) },
      ({ asks }) =>
        Effect.gen(function* () {
          for (const ask of asks) {
            for (const one of [withEqualValues(ask), ask, withEqualValues(ask), { ...ask, owner: "b" } as const]) {
              const made = yield* requestOf(fresh(timeToLive), one)
              const again = yield* requestOf(known, one)
              assert.deepStrictEqual(again, made)
              // In the same order, too.
              assert.strictEqual(JSON.stringify(again), JSON.stringify(made))
              if ("KeyConditionExpression" in made) formed++
            }
          }
        }),
      { arbitrary: { runs: 50, seed: 7 } }
    )

    it("which mostly there is", () => assert.isAbove(formed, 30))
  }

  it.effect("shares nothing that can be changed with others", () =>
    Effect.gen(function* () {
      const of = fresh(false)
      const read = (id: string) =>
        Query.from(of)
          .pk("o")
          .filter((account) => account.name.eq(id))
          .select("name")
          .toInput()
      yield* read("1")
      const second = yield* read("2")
      second.ExpressionAttributeNames!["#0"] = "changed"
      second.ExpressionAttributeValues![":0"] = { S: "changed" }
      second.FilterExpression += " AND #0 = :0"
      const third = yield* read("3")
      assert.strictEqual(third.ExpressionAttributeNames!["#0"], "pk")
      assert.deepStrictEqual(third.ExpressionAttributeValues![":0"], { S: "OWNER#o" })
      assert.strictEqual(third.FilterExpression, "(attribute_not_exists(#2) OR #2 = :2) AND #3 = :3")
      assert.throws(() => Object.assign(third.ExpressionAttributeValues![":2"]!, { S: "changed" }))
    })
  )
})
