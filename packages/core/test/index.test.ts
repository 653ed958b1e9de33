import { assert, describe, it } from "@effect/vitest"
import { Index } from "../src/main.ts"

describe("Index", () => {
  it("takes up to four attributes in each key of a global index", () => {
    const index = Index.global({
      partitionKey: ["a", "b", "c", "d"],
      sortKey: ["e", { name: "f", type: "N" }, "g", "h"]
    })
    assert.strictEqual(index._tag, "Global")
    assert.deepStrictEqual(Index.attributesOf(index.options.sortKey)[1], { name: "f", type: "N" })
    assert.deepStrictEqual(Index.attributesOf(index.options.partitionKey)[0], { name: "a", type: "S" })
  })

  it("refuses more than four attributes, or none", () => {
    assert.throws(
      () => Index.global({ partitionKey: ["a", "b", "c", "d", "e"] }),
      /partitionKey takes one to four attributes, but has 5/
    )
    assert.throws(() => Index.global({ partitionKey: [] }), /partitionKey takes one to four attributes, but has 0/)
    assert.throws(
      () => Index.global({ partitionKey: "a", sortKey: ["a", "b", "c", "d", "e"] }),
      /sortKey takes up to four attributes, but has 5/
    )
  })

  it("refuses a projection that DynamoDB does not know", () => {
    const projection = Index.include([])
    assert.throws(() => Index.global({ partitionKey: "a", projection }), /projects 1 to 100 attributes, not 0/)
    assert.throws(() => Index.local({ sortKey: "a", projection }), /projects 1 to 100 attributes, not 0/)
    const many = Index.include(Array.from({ length: 101 }, (_, i) => `a${i}`))
    assert.throws(() => Index.local({ sortKey: "a", projection: many }), /not 101/)
  })
})
