import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, Result, Schema } from "effect"
import { type IndexFlag, parseIndex } from "../src/tables/indexFlag.ts"
import { type KeyAttribute, parseKey } from "../src/tables/keyFlag.ts"

const all = { _tag: "All" } as const

describe("the flag of a key", () => {
  it("is a name, and its type unless that is text", () => {
    assert.deepStrictEqual(parseKey("id"), Result.succeed({ name: "id", type: "S" }))
    assert.deepStrictEqual(parseKey("id:S"), Result.succeed({ name: "id", type: "S" }))
    assert.deepStrictEqual(parseKey("id:N"), Result.succeed({ name: "id", type: "N" }))
    assert.deepStrictEqual(parseKey("id:B"), Result.succeed({ name: "id", type: "B" }))
    assert.deepStrictEqual(parseKey("aws:id:S"), Result.succeed({ name: "aws:id", type: "S" }))
  })

  for (const text of ["", ":N", "id:", "id:n", "id:X", "aws:id"]) {
    it(`is not "${text}"`, () => assert.isTrue(Result.isFailure(parseKey(text))))
  }
})

describe("the flag of an index", () => {
  const cases: Readonly<Record<string, IndexFlag>> = {
    "byStatus=status": {
      kind: "global",
      name: "byStatus",
      partition: [{ name: "status", type: "S" }],
      sort: [],
      projection: all
    },
    "global:byStatus=status/createdAt:N@all": {
      kind: "global",
      name: "byStatus",
      partition: [{ name: "status", type: "S" }],
      sort: [{ name: "createdAt", type: "N" }],
      projection: all
    },
    "byPlace=tenant,region:B/year:N,month:N@keys": {
      kind: "global",
      name: "byPlace",
      partition: [
        { name: "tenant", type: "S" },
        { name: "region", type: "B" }
      ],
      sort: [
        { name: "year", type: "N" },
        { name: "month", type: "N" }
      ],
      projection: { _tag: "KeysOnly" }
    },
    "local:byDate=/createdAt@keys+total+title": {
      kind: "local",
      name: "byDate",
      sort: { name: "createdAt", type: "S" },
      projection: { _tag: "Include", attributes: ["total", "title"] }
    }
  }
  for (const [text, expected] of Object.entries(cases)) {
    it(`may be ${text}`, () => assert.deepStrictEqual(parseIndex(text), Result.succeed(expected)))
  }

  const mistakes: Readonly<Record<string, string>> = {
    "": "NAME=PARTITION/SORT",
    byStatus: "NAME=PARTITION/SORT",
    "=status": "NAME=PARTITION/SORT",
    "byStatus=": "NAME=PARTITION/SORT",
    "byDate=/createdAt": "local:byDate=/createdAt",
    "byStatus=status/": "the name of an attribute",
    "byStatus=a,,b": "the name of an attribute",
    "byStatus=status:X": "S (text), N (number) or B (binary)",
    "byStatus=status@": "@all, @keys",
    "byStatus=status@total": "@all, @keys",
    "byStatus=status@keys+": "@all, @keys",
    "local:byDate": "the partition key is the table's",
    "local:byDate=createdAt": "the partition key is the table's",
    "local:byDate=pk/createdAt": "the partition key is the table's",
    "local:byDate=/a,b": "the partition key is the table's"
  }
  for (const [text, expected] of Object.entries(mistakes)) {
    it(`is not "${text}", and says what it is`, () => {
      const found = parseIndex(text)
      assert.isTrue(Result.isFailure(found))
      assert.include(Result.isFailure(found) ? found.failure : "", expected)
    })
  }

  const name = Schema.String.check(Schema.isPattern(/^[a-zA-Z0-9_.-]{1,12}$/))
  const key = Schema.Struct({ name, type: Schema.Literals(["S", "N", "B"]) })
  const keys = Schema.Array(key).check(Schema.isMinLength(1), Schema.isMaxLength(4))
  const written = (attributes: ReadonlyArray<KeyAttribute>) =>
    attributes.map((attribute) => `${attribute.name}:${attribute.type}`).join(",")

  it.prop(
    "has what is written in it, in characters that no shell takes for its own",
    {
      name: Arbitrary.schema(name),
      partition: Arbitrary.schema(keys),
      sort: Arbitrary.schema(keys),
      projected: Arbitrary.schema(Schema.Array(name).check(Schema.isMaxLength(3)))
    },
    ({ name, partition, projected, sort }) => {
      const text = `${name}=${written(partition)}/${written(sort)}@${["keys", ...projected].join("+")}`
      assert.match(text, /^[\w.\-=:,/@+]+$/)
      const projection =
        projected.length === 0 ? { _tag: "KeysOnly" as const } : { _tag: "Include" as const, attributes: projected }
      const expected: IndexFlag = { kind: "global", name, partition, sort, projection }
      assert.deepStrictEqual(parseIndex(text), Result.succeed(expected))
    }
  )
})
