/** The cases of updates, and of what puts and deletes give. */
import { Schema } from "effect"
import { Attribute, Delete, Entity, Put, Update } from "effect-dynamo"
import { unchecked } from "../../support/unchecked.ts"
import { cannotBeSaid, type How, inS, said, saidOnEveryEngine } from "../support/semantics.ts"

const p = Schema.String
const { Number, Unknown } = Schema
const Numbers = Schema.Array(Number)

/** What may stand in an item by itself. */
const Loose = Entity.make("Loose", {
  schema: Schema.Struct({
    p,
    a: Schema.optionalKey(Number),
    b: Schema.optionalKey(Number),
    n: Schema.optionalKey(Number)
  }),
  ...inS
})
const Texts = Entity.make("Texts", {
  schema: Schema.Struct({
    p,
    a: Schema.optionalKey(Schema.String),
    b: Schema.optionalKey(Schema.String),
    c: Schema.optionalKey(Number),
    d: Schema.optionalKey(Schema.String)
  }),
  ...inS
})
const Anything = Entity.make("Anything", { schema: Schema.Struct({ p, a: Unknown }), ...inS })
const Listed = Entity.make("Listed", { schema: Schema.Struct({ p, a: Schema.Array(Unknown) }), ...inS })
const NumberSets = Entity.make("NumberSets", { schema: Schema.Struct({ p, a: Attribute.NumberSet }), ...inS })
const Positions = Entity.make("Positions", { schema: Schema.Struct({ p, s: Schema.Array(Schema.String) }), ...inS })
const Nested = Entity.make("Nested", {
  schema: Schema.Struct({ p, a: Schema.Struct({ b: Number }) }),
  ...inS
})
const Entries = Entity.make("Entries", {
  schema: Schema.Struct({ p, m: Schema.Record(Schema.String, Number) }),
  ...inS
})
const Lists = Entity.make("Lists", { schema: Schema.Struct({ p, l: Numbers }), ...inS })

const noText = cannotBeSaid("expressions are made of operators; there is no text to get wrong")

export const updates: { readonly [id: string]: How } = {
  "u-set-upsert": (p) => [said(Update.in(Loose).key({ p }).set({ a: 1 }).upsert())],
  "u-set-copy-missing-item": (p) => [
    said(
      Update.in(Loose)
        .key({ p })
        .set((loose) => [loose.b.to(loose.a)])
        .upsert()
    )
  ],
  "u-plus-string": (p) => [said(Update.in(Loose).key({ p }).increment("n"))],
  "u-plus-chain": cannotBeSaid("a field is counted by one number"),
  "u-mult": cannotBeSaid("fields are counted up and down, nothing else"),
  "u-plus-overflow": (p) => {
    const Large = Entity.make("Large", {
      schema: Schema.Struct({ p: Schema.String, n: Entity.withDefault(Number, 9e125) }),
      ...inS
    })
    return [said(Update.in(Large).key({ p }).increment("n", 9e125).returning("none"))]
  },
  "u-plus-imprecise": (p) => {
    const Large = Entity.make("Large", {
      schema: Schema.Struct({ p: Schema.String, n: Entity.withDefault(Number, 1e50) }),
      ...inS
    })
    return [said(Update.in(Large).key({ p }).increment("n").returning("none"))]
  },
  "u-plus-precise": (p) => {
    const Exact = Entity.make("Exact", { schema: Schema.Struct({ p: Schema.String, n: Schema.BigInt }), ...inS })
    return [said(Update.in(Exact).key({ p }).increment("n", 1n).returning("updatedNew"))]
  },
  "u-ine-keep": (p) => [said(Update.in(Loose).key({ p }).setIfNotExists({ a: 2 }).returning("updatedNew"))],
  "u-ine-other": (p) => {
    const Copies = Entity.make("Copies", {
      schema: Schema.Struct({ p: Schema.String, a: Entity.withDefault(Number, 2), b: Number }),
      ...inS
    })
    return [
      said(
        Update.in(Copies)
          .key({ p })
          .set((copies) => [copies.b.to(copies.a)])
          .returning("none")
      )
    ]
  },
  "u-ine-counter": (p) => [said(Update.in(Loose).key({ p }).increment("n", 5).upsert())],
  "u-ine-literal": noText,
  "u-ine-nested-fn": cannotBeSaid("what is set where a field is absent is a value, or one other field"),
  // `setIfNotExists` is of whole fields. A part is set on a condition.
  "u-ine-nested-path": (p) => [
    said(
      Update.in(Entries)
        .key({ p })
        .set((entries) => [entries.m.get("k").to(3)])
        .condition((entries) => entries.m.get("k").notExists())
        .returning("none")
    )
  ],
  "u-la-append": (p) => [said(Update.in(Listed).key({ p }).append("a", [4]).returning("none"))],
  "u-la-prepend": (p) => [said(Update.in(Listed).key({ p }).prepend("a", [4]).returning("none"))],
  "u-la-set": (p) => [said(Update.in(Listed).key({ p }).append("a", ["y"]))],
  "u-add-nested-missing": cannotBeSaid("whole fields are counted, no parts"),
  "u-add-list": (p) => [
    // @ts-expect-error a list is no set
    said(unchecked(Update.in(Listed).key({ p }).addTo("a", [2])))
  ],
  "u-del-wrongtype": (p) => [said(Update.in(NumberSets).key({ p }).deleteFrom("a", [1]))],
  "u-del-ns-repr": (p) => [said(Update.in(NumberSets).key({ p }).deleteFrom("a", [10, 2e1]).returning("updatedNew"))],
  "u-remove-set-elem": (p) => [
    said(
      Update.in(Positions)
        .key({ p })
        .remove((positions) => [positions.s.at(0)])
    )
  ],
  "u-set-nested-noitem": (p) => [
    said(
      unchecked(
        Update.in(Nested)
          .key({ p })
          .set((nested) => [nested.a.get("b").to(1)])
          // @ts-expect-error an upsert must set the whole field
          .upsert()
      )
    )
  ],
  "u-set-nested-scalar": (p) => [
    said(
      Update.in(Nested)
        .key({ p })
        .set((nested) => [nested.a.get("b").to(1)])
    )
  ],
  "u-set-index-onmap": (p) => [
    said(
      Update.in(Listed)
        .key({ p })
        .set((listed) => [listed.a.at(0).to(1)])
    )
  ],
  "u-set-index-oob": (p) => [
    said(
      Update.in(Listed)
        .key({ p })
        .set(({ a }) => [a.at(84).to("a1"), a.at(37).to("a2"), a.at(17).to("a3"), a.at(50).to("a4")])
        .returning("none")
    )
  ],
  "u-set-index-ref": cannotBeSaid("positions are numbers"),
  "u-set-deep": (p) => [
    said(
      Update.in(Anything)
        .key({ p })
        .set(({ a }) => [a.get("c").at(1).get("x").get("y").at(1).to(9)])
        .returning("none")
    )
  ],
  "u-conflict": (p) => [
    said(
      Update.in(Anything)
        .key({ p })
        .set(({ a }) => [a.get("b").to(1), a.at(1).to(2)])
    )
  ],
  "u-multi-clauses": (p) => {
    const All = Entity.make("All", {
      schema: Schema.Struct({
        p: Schema.String,
        n: Number,
        s: Attribute.StringSet,
        t: Schema.optionalKey(Schema.String),
        r: Schema.optionalKey(Number)
      }),
      ...inS
    })
    return [said(Update.in(All).key({ p }).increment("n").deleteFrom("s", ["a"]).set({ t: "x" }).remove("r"))]
  },
  // In letters of its own.
  "u-clause-case": (p) => [said(Update.in(Loose).key({ p }).set({ b: 1 }).remove("a").returning("none"))],
  "u-key": (p) => [
    // @ts-expect-error a field of the primary key cannot be changed
    said(unchecked(Update.in(Loose).key({ p }).set({ p })))
  ],
  "u-unused-val": cannotBeSaid("placeholders are made for what is said, and none besides"),
  "u-reserved": cannotBeSaid("names are placeholders, so that none is reserved"),
  "u-size-in-set": cannotBeSaid("fields are set to values and to what stands in other fields"),
  "u-rv-ALL_OLD": (p) => [said(Update.in(Texts).key({ p }).set({ b: "cat", d: "new" }).remove("c").returning("old"))],
  "u-rvn-UPDATED_NEW": (p) => [said(Update.in(Texts).key({ p }).set({ b: "cat" }).upsert().returning("updatedNew"))],
  "u-rv-nested-remove": (p) => {
    const Deep = Entity.make("Deep", {
      schema: Schema.Struct({ p: Schema.String, a: Schema.Struct({ c: Numbers }) }),
      ...inS
    })
    // Fields are given whole, also where DynamoDB would give a part alone.
    return [
      saidOnEveryEngine(
        Update.in(Deep)
          .key({ p })
          .remove(({ a }) => [a.get("c").at(1)])
          .returning("updatedNew")
      )
    ]
  },
  "u-put-rv": (p) => [
    said(Put.into(Loose, { p, a: 2 }).returning("old")),
    cannotBeSaid("a put gives its value, or the item before"),
    said(Delete.from(Loose).key({ p }).returning("old")),
    said(Delete.from(Loose).key({ p }).returning("old")),
    cannotBeSaid("a delete gives the item before, or nothing")
  ],
  // A field has one name; said twice it is refused as well.
  "u-alias-vs-plain": (p) => [
    // @ts-expect-error the compiler sees it
    said(Update.in(Loose).key({ p }).set({ a: 1 }).set({ a: 2 }))
  ],
  "u-set-index-empty": (p) => [
    said(
      Update.in(Lists)
        .key({ p })
        .set(({ l }) => [l.at(0).to(1)])
    )
  ],
  "u-set-list-of-map": cannotBeSaid("whole fields are counted, no parts"),
  "u-set-dotted-key": (p) => [
    said(
      Update.in(Entries)
        .key({ p })
        .set(({ m }) => [m.get("a.b[0]").to(1)])
    )
  ],
  "u-if-not-exists-literal-list": cannotBeSaid("what is put into a list are values")
}
