import type { AttributeValue } from "@aws-sdk/client-dynamodb"
import { assert, describe, it } from "@effect/vitest"
import { type Change, changesOf, isRepeatable } from "../src/internal/updateForm.ts"

const names = { "#a": "a", "#odd": "a.b[0]", "#list": "list", "#set": "SET" }
const values: Record<string, AttributeValue> = {
  ":s": { S: "x" },
  ":1": { N: "1" },
  ":0": { N: "0" },
  ":ss": { SS: ["a"] },
  ":ns": { NS: ["1"] },
  ":bs": { BS: [new Uint8Array([1])] },
  ":l": { L: [] }
}

const read = (UpdateExpression: string) =>
  changesOf({
    TableName: "t",
    Key: {},
    UpdateExpression,
    ExpressionAttributeNames: names,
    ExpressionAttributeValues: values
  })

const set = (...path: ReadonlyArray<string | number>): Change => ({ _tag: "Set", path, value: values[":s"]! })

describe("an update's text", () => {
  const understood: ReadonlyArray<readonly [text: string, changes: ReadonlyArray<Change>]> = [
    ["SET a = :s", [set("a")]],
    ["set a=:s", [set("a")]],
    ["  Set\n#a\t=\r\n:s  ", [set("a")]],
    ["SET #a.b.#a = :s", [set("a", "b", "a")]],
    ["SET #odd = :s", [set("a.b[0]")]],
    ["SET a[0].b[12] = :s", [set("a", 0, "b", 12)]],
    ["SET a = :s, b = :s", [set("a"), set("b")]],
    // what looks like a keyword is a name where a name must stand
    ["SET #set = :s", [set("SET")]],
    ["SET a = if_not_exists(a, :s)", [{ _tag: "SetIfAbsent", path: ["a"], value: { S: "x" } }]],
    ["SET a = if_not_exists ( #a , :s )", [{ _tag: "SetIfAbsent", path: ["a"], value: { S: "x" } }]],
    ["SET a = if_not_exists(b, :s)", [{ _tag: "Derive", path: ["a"] }]],
    ["SET a = if_not_exists(a, b)", [{ _tag: "Derive", path: ["a"] }]],
    ["SET a = if_not_exists(a, if_not_exists(b, :s))", [{ _tag: "Derive", path: ["a"] }]],
    ["SET a = b", [{ _tag: "Derive", path: ["a"] }]],
    ["SET a = a", [{ _tag: "Derive", path: ["a"] }]],
    ["SET a = list_append(a, :l)", [{ _tag: "Derive", path: ["a"] }]],
    ["SET a = list_append(:l, if_not_exists(a, :l))", [{ _tag: "Derive", path: ["a"] }]],
    ["SET a = a + :1", [{ _tag: "Count", path: ["a"], by: "1", sign: 1, start: undefined }]],
    ["SET a = a-:1", [{ _tag: "Count", path: ["a"], by: "1", sign: -1, start: undefined }]],
    ["SET a = :1 + a", [{ _tag: "Count", path: ["a"], by: "1", sign: 1, start: undefined }]],
    ["SET a = :1 - a", [{ _tag: "Derive", path: ["a"] }]],
    ["SET a = b + :1", [{ _tag: "Derive", path: ["a"] }]],
    ["SET a = a + b", [{ _tag: "Derive", path: ["a"] }]],
    ["SET a = a + :s", [{ _tag: "Derive", path: ["a"] }]],
    ["SET a = :1 + :1", [{ _tag: "Derive", path: ["a"] }]],
    ["SET a = if_not_exists(a, :0) + :1", [{ _tag: "Count", path: ["a"], by: "1", sign: 1, start: "0" }]],
    ["SET a = if_not_exists(b, :0) + :1", [{ _tag: "Derive", path: ["a"] }]],
    ["SET a = if_not_exists(a, :s) + :1", [{ _tag: "Derive", path: ["a"] }]],
    [
      "REMOVE a, b.c, #list[3]",
      [
        { _tag: "Remove", path: ["a"] },
        { _tag: "Remove", path: ["b", "c"] },
        { _tag: "Remove", path: ["list", 3] }
      ]
    ],
    ["ADD a :1", [{ _tag: "Count", path: ["a"], by: "1", sign: 1, start: "0" }]],
    ["ADD a :ss", [{ _tag: "AddMembers", path: ["a"], value: { SS: ["a"] } }]],
    ["add a :ns", [{ _tag: "AddMembers", path: ["a"], value: { NS: ["1"] } }]],
    ["ADD a :l", [{ _tag: "Derive", path: ["a"] }]],
    ["DELETE a :bs", [{ _tag: "DeleteMembers", path: ["a"], value: values[":bs"]! }]],
    ["DELETE a :s", [{ _tag: "Derive", path: ["a"] }]],
    [
      "DELETE d :ss SET a = :s REMOVE b ADD c :1",
      [
        { _tag: "DeleteMembers", path: ["d"], value: { SS: ["a"] } },
        set("a"),
        { _tag: "Remove", path: ["b"] },
        { _tag: "Count", path: ["c"], by: "1", sign: 1, start: "0" }
      ]
    ],
    [
      "SET a = b REMOVE c",
      [
        { _tag: "Derive", path: ["a"] },
        { _tag: "Remove", path: ["c"] }
      ]
    ]
  ]
  for (const [text, changes] of understood) {
    it(`is read: ${JSON.stringify(text)}`, () => assert.deepStrictEqual(read(text), changes))
  }

  const refused = [
    "",
    " ",
    "SET",
    "SET a",
    "SET a =",
    "SET a = :s,",
    "SET a = :s b = :s",
    "SET = :s",
    "SET a == :s",
    "SET a = :unknown",
    "SET #unknown = :s",
    "SET a = #unknown",
    "SET a. = :s",
    "SET a[b] = :s",
    "SET a[-1] = :s",
    "SET a[0 = :s",
    "SET 1a = :s",
    "SET a = (a + :1)",
    "SET a = a + :1 + :1",
    "SET a = IF_NOT_EXISTS(a, :s)",
    "SET a = if_not_exists(a)",
    "SET a = if_not_exists(a, :s",
    "SET a = if_not_exists(:s, a)",
    "SET a = if_not_exists(a[, :s)",
    "SET a = list_append(a)",
    "SET a = list_append(a, :l, :l)",
    "SET a = size(a)",
    "SET a = other(a, :s)",
    'SET a = "x"',
    "SET a = 1",
    "SET ä = :s",
    "SET a = :s; REMOVE b",
    "SET a = :s -- REMOVE b",
    "SET #a-b = :s",
    "REMOVE",
    "REMOVE a b",
    "REMOVE :s",
    "ADD a",
    "ADD a = :1",
    "ADD a b",
    "DELETE a :ss :ss",
    "UPSERT a = :s",
    "a = :s",
    "constructor",
    "SET #__proto__ = :s",
    "SET a = :constructor"
  ]
  for (const text of refused) {
    it(`is given up on: ${JSON.stringify(text)}`, () => assert.isUndefined(read(text)))
  }

  it("is given up on without its placeholders", () => {
    assert.isUndefined(changesOf({ TableName: "t", Key: {}, UpdateExpression: "SET #a = :s" }))
  })

  it("may be absent", () => assert.deepStrictEqual(changesOf({ TableName: "t", Key: {} }), []))
})

describe("what can be done twice", () => {
  const isAll = (text: string) => read(text)?.every(isRepeatable)

  it("values, sets and removals", () => {
    assert.isTrue(isAll("SET a = :s, b.c = if_not_exists(b.c, :s) REMOVE d, e.f ADD g :ss, h :ns DELETE i :bs"))
  })

  for (const text of [
    "SET a = a + :1",
    "SET a = a - :1",
    "ADD a :1",
    "SET a = list_append(a, :l)",
    "SET a = list_append(:l, a)",
    "SET a = b",
    "SET a = if_not_exists(b, :s)",
    "SET list[0] = :s",
    "SET list[0].name = :s",
    "SET a.list[7] = if_not_exists(a.list[7], :s)",
    "REMOVE list[0]",
    "ADD list[0] :ss",
    "DELETE list[0] :ss"
  ]) {
    it(`not ${text}`, () => {
      assert.isFalse(isAll(text))
      assert.isFalse(isAll(`SET z = :s ${text.startsWith("SET") ? text.replace("SET", ",") : text}`.replace(" ,", ",")))
    })
  }
})

describe("an update in the old form", () => {
  const old = (AttributeUpdates: NonNullable<Parameters<typeof changesOf>[0]["AttributeUpdates"]>) =>
    changesOf({ TableName: "t", Key: {}, AttributeUpdates })

  it("sets and removes whole attributes", () => {
    assert.deepStrictEqual(old({ "a.b[0]": { Action: "PUT", Value: { S: "x" } }, c: { Value: { S: "x" } } }), [
      set("a.b[0]"),
      set("c")
    ])
    assert.deepStrictEqual(old({ a: { Action: "DELETE" } }), [{ _tag: "Remove", path: ["a"] }])
  })

  it("does other things that are not looked into", () => {
    for (const [Action, Value] of [
      ["ADD", { N: "1" }],
      ["ADD", { L: [] }],
      ["DELETE", { SS: ["a"] }],
      ["PUT", undefined]
    ] as const) {
      const changes = old({ a: { Action, Value: Value as AttributeValue | undefined } })
      assert.deepStrictEqual(changes, [{ _tag: "Derive", path: ["a"] }])
    }
  })
})
