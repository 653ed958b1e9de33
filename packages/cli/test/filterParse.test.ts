import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { compileFilter } from "../src/filter/compile.ts"
import { parseFilter, parsePaths } from "../src/filter/parse.ts"
import { conditions, print } from "../test-support/filters.ts"

const compiled = (text: string) => Effect.runSync(compileFilter(text))

const mistake = (text: string) => Effect.runSync(Effect.flip(compileFilter(text))).message

describe("filters", () => {
  it.effect.prop(
    "that are printed are parsed as they were",
    { condition: conditions },
    ({ condition }) =>
      Effect.gen(function* () {
        assert.deepStrictEqual(yield* parseFilter(print(condition)), condition)
      }),
    { arbitrary: { runs: 500, seed: 7 } }
  )

  it("give all names and values placeholders, equal ones the same", () => {
    assert.deepStrictEqual(compiled("status = \"paid\" and total > 100.50 or status = 'x' and total < 100.50"), {
      FilterExpression: "(#0 = :0 AND #1 > :1) OR (#0 = :2 AND #1 < :1)",
      ExpressionAttributeNames: { "#0": "status", "#1": "total" },
      ExpressionAttributeValues: { ":0": { S: "paid" }, ":1": { N: "100.50" }, ":2": { S: "x" } }
    })
    assert.deepStrictEqual(compiled("attribute_exists(a)"), {
      FilterExpression: "attribute_exists(#0)",
      ExpressionAttributeNames: { "#0": "a" }
    })
  })

  const cases: ReadonlyArray<readonly [text: string, expression: string]> = [
    ["a = 1 and b = 2 or c = 3", "(#0 = :0 AND #1 = :1) OR #2 = :2"],
    ["a = 1 and (b = 2 or c = 3)", "#0 = :0 AND (#1 = :1 OR #2 = :2)"],
    ["not a = 1 and b = 2", "(NOT #0 = :0) AND #1 = :1"],
    ["NOT (a = 1 AND b = 2)", "NOT (#0 = :0 AND #1 = :1)"],
    ["((a = 1))", "#0 = :0"],
    ["a != 1", "#0 <> :0"],
    ['kind in ("a","b")', "#0 IN (:0, :1)"],
    ["age between 18 and 65 and a = 1", "#0 BETWEEN :0 AND :1 AND #1 = :2"],
    ["age between 18 and 65 and not attribute_exists(gone)", "#0 BETWEEN :0 AND :1 AND (NOT attribute_exists(#1))"],
    ['address.city = "Oslo"', "#0.#1 = :0"],
    ["items[0].sku = 1", "#0[0].#1 = :0"],
    ["size(items) > 3", "size(#0) > :0"],
    ["size > 3", "#0 > :0"],
    ["18 < age", ":0 < #0"],
    ['attribute_type(x, "S")', "attribute_type(#0, :0)"],
    ["contains(tags, other)", "contains(#0, #1)"],
    ["created-at>-5", "#0 > :0"],
    ["a=1", "#0 = :0"],
    ["x.and = null", "#0.#1 = :0"]
  ]
  it.each(cases)("%s", (text, expression) => {
    assert.strictEqual(compiled(text).FilterExpression, expression)
  })

  it("take numbers with all their digits, and texts with escapes", () => {
    const { ExpressionAttributeNames, ExpressionAttributeValues } = compiled(
      String.raw`a in (12345678901234567890.123456789012345678, -1e-130, .5, "it's \"\n\u00e9", 'say "hi"', b64"AQI=") and ${"`odd \\` name`"} = true`
    )
    assert.deepStrictEqual(ExpressionAttributeValues, {
      ":0": { N: "12345678901234567890.123456789012345678" },
      ":1": { N: "-1e-130" },
      ":2": { N: ".5" },
      ":3": { S: "it's \"\n\u00e9" },
      ":4": { S: 'say "hi"' },
      ":5": { B: new Uint8Array([1, 2]) },
      ":6": { BOOL: true }
    })
    assert.deepStrictEqual(ExpressionAttributeNames, { "#0": "a", "#1": "odd ` name" })
  })

  const mistakes: ReadonlyArray<readonly [text: string, column: number, why: string]> = [
    ["", 1, 'expected a condition, such as status = "paid", not the end'],
    ["status =", 9, "expected a value or an attribute, not the end"],
    ["status = and x = 1", 10, 'expected a value or an attribute, not "and" (a name, if in backticks)'],
    ["status", 7, 'expected =, <>, <, <=, >, >=, "between" or "in", not the end'],
    ["status == 1", 9, 'expected a value or an attribute, not "="'],
    ["(a = 1", 7, 'expected ")", not the end'],
    ["a = 1)", 6, 'expected "and", "or" or the end, not ")"'],
    ["a = 1 b = 2", 7, 'expected "and", "or" or the end, not "b"'],
    ["a between 1", 12, 'expected "and" and the upper bound, not the end'],
    ["a in 1", 6, 'expected "(", not a value'],
    ["a in (1 2)", 9, 'expected "," or ")", not a value'],
    ["exists(a)", 1, "there is no such function; there are attribute_exists"],
    ["a = contains(b, 1)", 5, "of the functions, only size gives a value to compare"],
    ["begins_with(a, 5)", 16, "begins_with takes a text or binary"],
    ['attribute_type(a, "X")', 19, 'expected one of "S", "N"'],
    ["attribute_type(a, S)", 19, 'expected one of "S", "N"'],
    ["attribute_exists(1)", 18, "expected the name of an attribute, not a value"],
    ["a > true", 5, "only texts, numbers and binary are less or more than others"],
    ["null < a", 1, "only texts, numbers and binary are less or more than others"],
    ["a between false and 3", 11, "only texts, numbers and binary are less or more than others"],
    ["a between 3 and null", 17, "only texts, numbers and binary are less or more than others"],
    ["a = 'x", 5, "this ' is never closed"],
    [String.raw`a = "\q"`, 6, "this escape is none"],
    ['a = b64"%%%"', 5, "this is no base64"],
    ["a = 123456789012345678901234567890123456789", 5, "DynamoDB has numbers of up to 38 digits"],
    ["a = 1e200", 5, "DynamoDB has numbers of up to 38 digits"],
    ["1st = 2", 1, '"1st" is no number; an attribute of this name is written in backticks'],
    ["#s = :v", 1, "there are no placeholders here"],
    ["a = 1 && b = 2", 7, "this character is none of the language"],
    ["`` = 1", 1, "no attribute has an empty name"],
    ["a. = 1", 4, 'expected a name after the dot, not "="'],
    ["a[x] = 1", 3, 'expected a position in a list, counted from 0, not "x"'],
    ["a[-1] = 1", 3, "expected a position in a list"],
    ["size(a.b", 9, 'expected ")", not the end'],
    [`${"(".repeat(101)}a = 1`, 101, 'more than 100 brackets or "not" within each other'],
    [`${"not ".repeat(101)}a = 1`, 401, 'more than 100 brackets or "not" within each other']
  ]
  it.each(mistakes)("refuse %s", (text, column, why) => {
    assert.include(mistake(text), `The filter is wrong at column ${column}: ${why}`)
  })

  it("show where the mistake is, below the text", () => {
    assert.strictEqual(
      mistake("name = '日本' andd x = 1"),
      `The filter is wrong at column 13: expected "and", "or" or the end, not "andd"\n\n` +
        `  name = '日本' andd x = 1\n` +
        `                ^`
    )
    const long = `${'a = "x" and '.repeat(30)}b ==`
    const [, , shown, caret] = mistake(long).split("\n")
    assert.isBelow(shown!.length, 80)
    assert.strictEqual(shown!.at(caret!.length - 1), "=")
    assert.isTrue(shown!.startsWith("  …"))
  })

  it("show no control characters as they are", () => {
    assert.notInclude(mistake("a = \u001b[31m"), "\u001b")
  })
})

describe("lists of attributes", () => {
  it("are paths", () => {
    assert.deepStrictEqual(Effect.runSync(parsePaths("id, address.city,items[0],`x,y`")), [
      ["id"],
      ["address", "city"],
      ["items", 0],
      ["x,y"]
    ])
  })

  it("say what is wrong with them", () => {
    const message = Effect.runSync(Effect.flip(parsePaths("id,,b"))).message
    assert.include(message, 'The list of attributes is wrong at column 4: expected the name of an attribute, not ","')
  })
})
