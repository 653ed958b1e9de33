/** What counts as storable without being derived is derived without refusal. */
import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { derive } from "../../src/internal/codec/derive.ts"
import { isSurelyStored } from "../../src/internal/codec/surely.ts"
import { Rng, schema as anySchema } from "./generate.ts"

describe("a schema that is surely stored", () => {
  it("is derived without refusal, whatever it is made of", () => {
    let sure = 0
    for (let seed = 0; seed < 2000; seed++) {
      const { ast } = anySchema(new Rng(seed), 3)
      if (!isSurelyStored(ast)) continue
      sure++
      assert.doesNotThrow(() => derive(ast))
    }
    assert.isAbove(sure, 100)
  })

  it("is what people mostly store", () => {
    const order = Schema.Struct({
      id: Schema.String,
      at: Schema.DateTimeUtc,
      total: Schema.Number,
      status: Schema.Literals(["open", "done"]),
      note: Schema.optionalKey(Schema.NullOr(Schema.String)),
      tags: Schema.ReadonlySet(Schema.String),
      lines: Schema.Array(Schema.Struct({ sku: Schema.String, quantity: Schema.Int })),
      counts: Schema.Record(Schema.String, Schema.Number)
    })
    assert.isTrue(isSurelyStored(order.ast))
  })

  it("is none that cannot be told apart once stored, or has no form that is known", () => {
    const ambiguous = Schema.Union([Schema.Number, Schema.BigInt])
    const unknown = Schema.declare((u: unknown): u is symbol => typeof u === "symbol")
    for (const field of [ambiguous, unknown, Schema.Array(ambiguous), Schema.Struct({ inner: ambiguous })]) {
      const schema = Schema.Struct({ field })
      assert.isFalse(isSurelyStored(schema.ast))
      assert.throws(() => derive(schema.ast))
    }
  })
})
