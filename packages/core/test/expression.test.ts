import { assert, describe, it } from "@effect/vitest"
import { Expression } from "../src/main.ts"
import type { Condition } from "../src/Expression.ts"

const render = (condition: Condition) => {
  const placeholders = new Expression.Placeholders()
  const text = placeholders.condition(condition)
  return { text, names: placeholders.names, values: placeholders.values }
}

describe("Expression", () => {
  it("has no names and no values where none is used, as DynamoDB wants it", () => {
    const placeholders = new Expression.Placeholders()
    assert.isUndefined(placeholders.names)
    assert.isUndefined(placeholders.values)
    assert.isUndefined(render({ _tag: "Exists", path: ["a"] }).values)
  })

  it("takes every attribute name as data", () => {
    const path = ["a.b", "size", "c[0]", 3, "__proto__", "x"] as const
    const { names, text } = render({ _tag: "Exists", path })
    assert.strictEqual(text, "attribute_exists(#0.#1.#2[3].#3.#4)")
    assert.deepStrictEqual(Object.values(names ?? {}), ["a.b", "size", "c[0]", "__proto__", "x"])
  })

  it("shares the placeholder of a name, and of equal texts, numbers and booleans", () => {
    const placeholders = new Expression.Placeholders()
    assert.strictEqual(placeholders.name("a"), placeholders.name("a"))
    for (const value of [{ S: "1" }, { N: "1" }, { BOOL: true }] as const) {
      assert.strictEqual(placeholders.value(value), placeholders.value({ ...value }))
    }
    assert.strictEqual(Object.keys(placeholders.values ?? {}).length, 3)
  })

  it("gives other values a placeholder of their own", () => {
    const placeholders = new Expression.Placeholders()
    const texts = [
      { L: [] },
      { L: [] },
      { B: new Uint8Array([1]) },
      { B: new Uint8Array([1]) },
      { NULL: true } as const
    ].map((value) => placeholders.value(value))
    assert.strictEqual(new Set(texts).size, 5)
    assert.deepStrictEqual(Object.keys(placeholders.values ?? {}), texts)
  })

  it("writes each condition", () => {
    const path = ["a"] as const
    const operand = Expression.attribute("a")
    const [one, two] = [Expression.value({ N: "1" }), Expression.value({ N: "2" })]
    const text = Expression.value({ S: "x" })
    const cases: ReadonlyArray<readonly [Condition, string]> = [
      [{ _tag: "Exists", path }, "attribute_exists(#0)"],
      [{ _tag: "NotExists", path }, "attribute_not_exists(#0)"],
      [{ _tag: "Type", path, type: "SS" }, "attribute_type(#0, :0)"],
      [{ _tag: "Compare", left: operand, operator: "<>", right: one }, "#0 <> :0"],
      [
        { _tag: "Compare", left: { _tag: "Size", path }, operator: ">", right: Expression.attribute("b", 0) },
        "size(#0) > #1[0]"
      ],
      [{ _tag: "Between", operand, lower: one, upper: two }, "#0 BETWEEN :0 AND :1"],
      [{ _tag: "BeginsWith", path, prefix: text }, "begins_with(#0, :0)"],
      [{ _tag: "Contains", path, element: text }, "contains(#0, :0)"],
      [{ _tag: "In", operand, values: [one, two, one] }, "#0 IN (:0, :1, :0)"],
      [{ _tag: "Raw", text: ["", " = ", ""], parts: [operand, one] }, "#0 = :0"],
      [{ _tag: "Not", condition: { _tag: "Exists", path } }, "NOT attribute_exists(#0)"]
    ]
    for (const [condition, expected] of cases) assert.strictEqual(render(condition).text, expected)
  })

  it("keeps the structure of nested conditions whatever the precedence", () => {
    const exists = (name: string): Condition => ({ _tag: "Exists", path: [name] })
    const or: Condition = { _tag: "Or", conditions: [exists("a"), exists("b")] }
    const and: Condition = { _tag: "And", conditions: [or, exists("c")] }
    assert.strictEqual(render(and).text, "(attribute_exists(#0) OR attribute_exists(#1)) AND attribute_exists(#2)")
    assert.strictEqual(
      render({ _tag: "Not", condition: and }).text,
      "NOT ((attribute_exists(#0) OR attribute_exists(#1)) AND attribute_exists(#2))"
    )
    // DynamoDB refuses ((…)), so one condition alone has no parentheses.
    assert.strictEqual(render(Expression.and([or])).text, "attribute_exists(#0) OR attribute_exists(#1)")
  })
})
