import { assert, describe, it } from "@effect/vitest"
import { type Demand, demandsOf } from "../src/internal/conditionForm.ts"

const read = (ConditionExpression: string | undefined) =>
  demandsOf({
    ConditionExpression,
    ExpressionAttributeNames: { "#a": "a", "#and": "and", "#odd": "x.y" },
    ExpressionAttributeValues: { ":1": { N: "1" }, ":2": { N: "2" } }
  })

const exists = (...path: ReadonlyArray<string>): Demand => ({ _tag: "Exists", path })
const notExists = (...path: ReadonlyArray<string>): Demand => ({ _tag: "NotExists", path })
const one = (...path: ReadonlyArray<string | number>): Demand => ({ _tag: "Equals", path, value: { N: "1" } })

describe("what a condition demands for sure", () => {
  const cases: ReadonlyArray<readonly [text: string | undefined, demands: ReadonlyArray<Demand>]> = [
    [undefined, []],
    ["", []],
    ["a = :1", [one("a")]],
    [":1=#a", [one("a")]],
    ["#odd = :1", [one("x.y")]],
    ["a.b[2] = :1", [one("a", "b", 2)]],
    ["attribute_not_exists(a.b)", [notExists("a", "b")]],
    ["attribute_exists ( #a )", [exists("a")]],
    ["(a = :1)", [one("a")]],
    ["((a = :1))", [one("a")]],
    ["a = :1 AND attribute_exists(b)", [one("a"), exists("b")]],
    ["a = :1 and (attribute_exists(b) AND (c = :1))", [one("a"), exists("b"), one("c")]],
    ["(a = :1) AND (b = :1)", [one("a"), one("b")]],
    ["#and = :1 AND b = :1", [one("and"), one("b")]],
    // what is known, beside what is not
    ["a = :1 AND b > :2", [one("a")]],
    ["a = :1 AND (b = :1 OR c = :1)", [one("a")]],
    ["a BETWEEN :1 AND :2 AND b = :1", [one("b")]],
    ["b = :1 AND a between :1 and :2", [one("b")]],
    ["NOT a = :1 AND b = :1", [one("b")]],
    ["a IN (:1, :2) AND b = :1", [one("b")]],
    ["begins_with(a, :1) AND b = :1", [one("b")]],
    ["size(a) = :1 AND b = :1", [one("b")]],
    // nothing for sure
    ["a = :1 OR b = :1", []],
    ["a = :1 AND b = :1 OR c = :1", []],
    ["(a = :1 AND b = :1) or c = :1", []],
    ["NOT a = :1", []],
    ["NOT (a = :1)", []],
    ["NOT attribute_exists(a)", []],
    ["not attribute_not_exists(a)", []],
    ["a <> :1", []],
    ["a >= :1", []],
    ["a <= :1", []],
    ["a = b", []],
    [":1 = :1", []],
    ["a = :unknown", []],
    ["#unknown = :1", []],
    ["attribute_type(a, :1)", []],
    ["Attribute_Exists(a)", []],
    // no conditions at all
    ["a = :1)", []],
    ["(a = :1", []],
    ["a = :1) AND (b = :1", []],
    ["a = :1 AND", [one("a")]],
    ["a = :1 b", []],
    ["a = :1; b = :1", []],
    ["attribute_exists(a, b)", []],
    ["attribute_exists(a", []]
  ]
  for (const [text, demands] of cases) {
    it(JSON.stringify(text) ?? "of none", () => assert.deepStrictEqual(read(text), demands))
  }
})
