/** The cases of batches. */
import { Schema } from "effect"
import { Batch, Delete, Entity, Get, Key, Put } from "effect-dynamo"
import { type How, inS, NN, otherwise, said, saidOnEveryEngine, SN } from "../support/semantics.ts"

const Item = Entity.make("Item", {
  schema: Schema.Struct({
    p: Schema.String,
    b: Schema.optionalKey(Schema.Number),
    name: Schema.optionalKey(Schema.String)
  }),
  ...inS
})

const Pair = Entity.make("Pair", {
  schema: Schema.Struct({ p: Schema.Number, c: Schema.Number, v: Schema.String }),
  table: NN,
  partitionKey: Key.attribute("p"),
  sortKey: Key.attribute("c"),
  config: { entityTypeAttribute: false }
})

const Large = Entity.make("Large", {
  schema: Schema.Struct({ p: Schema.String, c: Schema.Int, a: Schema.String }),
  table: SN,
  partitionKey: Key.attribute("p"),
  sortKey: Key.attribute("c"),
  config: { entityTypeAttribute: false }
})

const puts = (count: number) => Array.from({ length: count }, (_, i) => Put.into(Item, { p: `b-25-${i}` }))
const large = Array.from({ length: 45 }, (_, c) => Get.from(Large).key({ p: "b-16", c }))

export const batches: { readonly [id: string]: How } = {
  "b-dup-mixed": (p) => [said(Batch.write([Put.into(Item, { p }), Delete.from(Item).key({ p })]))],
  // One number is one key, read once.
  "b-get-dup-numkey": () => [
    saidOnEveryEngine(Batch.get([Get.from(Pair).key({ p: 1000, c: 1 }), Get.from(Pair).key({ p: 1e3, c: 1 })]))
  ],
  "b-25": () => [
    said(Batch.write(puts(25))),
    otherwise(Batch.write(puts(26)), { gives: null }, "a batch takes as many requests as its operations need")
  ],
  "b-invalid-one": (p) => [
    said(
      Batch.write([
        Put.into(Item, { p }),
        // @ts-expect-error the key is text
        Put.into(Item, { p: 3 })
      ])
    )
  ],
  "b-replace": (p) => [said(Batch.write([Put.into(Item, { p, b: 2 })]))],
  "b-get-missing": () => [
    said(Batch.get(["b-gm-2", "b-gm-nope", "b-gm-1"].map((p) => Get.from(Item).key({ p }).select("name").consistent())))
  ],
  "b-get-16mb": () => {
    const why = "what is left unprocessed is asked for again"
    const numbers = Array.from({ length: 45 }, (_, c) => c)
    return [
      otherwise(Batch.get(large.map((get) => get.select("c"))), { gives: numbers.map((c) => ({ c })) }, why),
      otherwise(Batch.get(large), { gives: numbers.map((c) => ({ p: "b-16", c, a: "x".repeat(399_000) })) }, why)
    ]
  }
}
