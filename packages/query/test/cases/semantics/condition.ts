/** The cases of conditions, on writes: a delete of the item. As filters they are in filterCases.test.ts. */
import { Schema } from "effect"
import { Condition, Delete, Entity, Update } from "effect-dynamo"
import {
  cannotBeSaid,
  type How,
  inS,
  otherwise,
  said,
  saidOnEveryEngine,
  type Saying,
  type Step
} from "../support/semantics.ts"

const Case = Entity.make("Case", {
  schema: Schema.Struct({
    p: Schema.String,
    a: Schema.Unknown,
    b: Schema.Unknown,
    c: Schema.Unknown,
    l: Schema.Unknown,
    "a.b": Schema.Unknown,
    "a[0]": Schema.Unknown
  }),
  ...inS
})

const references = Condition.referencesOf(Case)
const { a, b, c, l, p } = references
const { and, not, or } = Condition

const deletedIf =
  (condition: Condition.Condition, how: (effect: Saying) => Step = said): How =>
  (p) => [
    how(
      Delete.from(Case)
        .key({ p })
        .condition(() => condition)
    )
  ]

const bytes = (...values: ReadonlyArray<number>) => Uint8Array.from(values)
const many = (count: number) => or(...Array.from({ length: count }, () => a.eq(1)))

const noText = cannotBeSaid("expressions are made of operators; there is no text to get wrong")
const noReserved = cannotBeSaid("names are placeholders, so that none is reserved")
const noneUnused = cannotBeSaid("placeholders are made for what is said, and none besides")

export const conditions: { readonly [id: string]: How } = {
  "c-eq-num-repr": deletedIf(a.eq(1)),
  "c-lt-list-operand": deletedIf(a.lt([1])),
  "c-lt-list-attr": deletedIf(a.lt(3)),
  "c-set-eq-order": deletedIf(a.eq(new Set(["z", "x", "y"]))),
  "c-list-eq-order": deletedIf(a.eq([2, 1])),
  "c-map-eq": deletedIf(a.eq({ y: ["q"], x: 1 })),
  "c-null-eq": deletedIf(a.eq(null)),
  "c-exists-nested": deletedIf(a.get("b").at(1).get("c").exists()),
  "c-notexists-wrong-parent": deletedIf(a.get("b").notExists()),
  "c-between-attr-badtype": deletedIf(a.between("a", l)),
  "c-in-types": deletedIf(a.in(["dog", 174])),
  "c-in-missing": deletedIf(a.in([1])),
  "c-type-N": deletedIf(a.type("N")),
  "c-type-M": deletedIf(a.type("M")),
  "c-type-NULL": deletedIf(a.type("NULL")),
  // @ts-expect-error there is no such type
  "c-type-unknown": deletedIf(a.type("DOG")),
  "c-type-path-arg": cannotBeSaid("a type is asked for by its name"),
  "c-begins-empty": deletedIf(a.beginsWith("")),
  "c-begins-bin": deletedIf(a.beginsWith(bytes(1, 200))),
  "c-contains-sub": deletedIf(a.contains("ell")),
  "c-contains-list": deletedIf(a.contains("x")),
  "c-contains-list-nonrec": deletedIf(a.contains(3)),
  "c-contains-bin": deletedIf(a.contains(bytes(116, 104, 101))),
  "c-cmp-same": deletedIf(a.eq(a)),
  "c-size-str": deletedIf(a.size().eq(5)),
  "c-size-ns": deletedIf(a.size().eq(3)),
  "c-size-euro-1": deletedIf(a.size().eq(1)),
  "c-size-missing": deletedIf(a.size().gte(0)),
  "c-exists-in-cmp": cannotBeSaid("what an operator gives is a condition, and not compared"),
  "c-prec-and-or": deletedIf(or(a.lt(b), and(c.lt(b), b.gt(c)))),
  "c-prec-not-and": deletedIf(and(not(a.lt(b)), c.lt(b))),
  "c-prec-not-paren": deletedIf(not(and(a.lt(b), c.lt(b)))),
  "c-prec-between-and": deletedIf(and(b.between(a, c), a.lt(b))),
  "c-kw-case": noText,
  "c-paren-1": noText,
  "c-paren-2": noText,
  "c-paren-3": noText,
  "c-syntax": noText,
  "c-dot-name": deletedIf(references["a.b"].eq(1)),
  "c-bracket-name": deletedIf(references["a[0]"].eq(1)),
  "c-path-underscore": noReserved,
  "c-reserved-data": noReserved,
  "c-reserved-items": noReserved,
  "c-reserved-ttl": noReserved,
  "c-name-unused": noneUnused,
  "c-val-unused": noneUnused,
  "c-short-circuit": deletedIf(or(a.eq(1), b.eq(2))),
  "c-len-4097": cannotBeSaid("no spaces are written"),
  "c-ops-300": deletedIf(many(150)),
  // Refused before it is sent, whatever the engine takes.
  "c-ops-301": deletedIf(many(151), saidOnEveryEngine),
  "c-eav-empty": cannotBeSaid("placeholders are left out where there are none"),
  "c-noghost": (p) => [
    otherwise(
      Update.in(Case).key({ p }).set({ a: 1 }).ifExists(),
      { fails: "ItemNotFound" },
      "an update is of an item that exists, and says so if there is none"
    )
  ],
  "c-legacy-mix": cannotBeSaid("there are no legacy parameters"),
  "c-prefix-placeholders": deletedIf(and(a.eq(1), b.eq(10))),
  "c-bool-eq": cannotBeSaid("a reference alone is no condition"),
  "c-ne-type": deletedIf(a.ne(1)),
  "c-set-ne-order": deletedIf(a.ne(new Set(["y", "x"]))),
  "c-bin-set-eq": deletedIf(a.eq(new Set([bytes(2), bytes(1)]))),
  "c-null-ne": deletedIf(a.ne(null)),
  "c-key-in-cond": deletedIf(p.beginsWith("c-key"))
}
