/** The cases of transactions. */
import { Schema } from "effect"
import { Entity, Get, Put, Transaction, Update } from "effect-dynamo"
import { cannotBeSaid, type How, inS, said } from "../support/semantics.ts"

const Item = Entity.make("Item", { schema: Schema.Struct({ p: Schema.String }), ...inS })
const Counter = Entity.make("Counter", { schema: Schema.Struct({ p: Schema.String, a: Schema.Number }), ...inS })
const Nested = Entity.make("Nested", {
  schema: Schema.Struct({ p: Schema.String, b: Schema.Struct({ c: Schema.Number }) }),
  ...inS
})

const puts = (count: number) => Array.from({ length: count }, (_, i) => Put.into(Item, { p: `t-100-${i}` }))
const gets = Array.from({ length: 101 }, (_, i) => Get.from(Item).key({ p: `t-100-${i}` }))

export const transactions: { readonly [id: string]: How } = {
  "t-100": () => [said(Transaction.write(puts(100))), said(Transaction.write(puts(101))), said(Transaction.get(gets))],
  "t-two-actions": cannotBeSaid("each operation is one action"),
  "t-rv-update": (p) => [
    said(Transaction.write([Update.in(Item).key({ p }).upsert()])),
    cannotBeSaid("an update says what it changes; there is no text to leave empty")
  ],
  "t-badop": (p) => [
    said(Transaction.write([Update.in(Counter).key({ p }).increment("a")])),
    said(
      Transaction.write([
        Put.into(Item, { p: `${p}-2` }),
        Update.in(Nested)
          .key({ p })
          .set(({ b }) => [b.get("c").to(1)])
      ])
    )
  ]
}
