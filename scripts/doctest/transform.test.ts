import { assert, describe, it } from "vitest"
import { fromMarkdown, fromSource } from "./extract.ts"
import { toModule } from "./transform.ts"

const markdown = (...lines: ReadonlyArray<string>) => fromMarkdown(lines.join("\n"))
const moduleOf = (...code: ReadonlyArray<string>) =>
  toModule("x.md", [{ line: 11, lines: code, run: true, title: "" }], "equal.ts")

/** The module's code without the lines that every module has. */
const bodyOf = (code: string) => code.split("\n").slice(1, -4)

describe("fromMarkdown", () => {
  it("takes the ts blocks, with their lines", () => {
    const { blocks, problems } = markdown("# Title", "", "```ts", "one()", "two()", "```", "```json", "{}", "```")
    assert.deepStrictEqual(problems, [])
    assert.deepStrictEqual(blocks, [{ line: 4, lines: ["one()", "two()"], run: true, title: "" }])
  })

  it("takes indented blocks, and longer fences around shorter ones", () => {
    const { blocks } = markdown("- item", "  ````ts", "  const text = `", "  ```", "  `", "  ````")
    assert.deepStrictEqual(blocks[0]?.lines, ["const text = `", "```", "`"])
  })

  it("asks why a block is not run, and knows no other option", () => {
    assert.lengthOf(markdown("```ts no-run", "```").problems, 1)
    assert.lengthOf(markdown("```ts norun", "```").problems, 1)
    const { blocks, problems } = markdown("```ts no-run signatures only", "```")
    assert.deepStrictEqual([blocks[0]?.run, problems.length], [false, 0])
  })
})

describe("fromSource", () => {
  it("takes the examples of JSDoc, with their lines and titles", () => {
    const source = [
      'const glob = "/** no comment"',
      "/**",
      " * Adds.",
      " *",
      " * **Example** (Adding)",
      " *",
      " * ```ts",
      " * add(1, 2) // => 3",
      " * /* a comment *\\/",
      " * ```",
      " */",
      "export const add = (a: number, b: number) => a + b"
    ]
    assert.deepStrictEqual(fromSource(source.join("\n")), {
      blocks: [{ line: 8, lines: ["add(1, 2) // => 3", "/* a comment */"], run: true, title: "Adding" }],
      problems: []
    })
  })

  it("refuses blocks without a title, and @example", () => {
    assert.lengthOf(fromSource("/**\n * ```ts\n * a\n * ```\n */\nexport const a = 1").problems, 1)
    assert.lengthOf(fromSource("/**\n * @example a\n */\nexport const a = 1").problems, 1)
  })
})

describe("toModule", () => {
  it("asserts the value of an expression, also inside generators", () => {
    const { code, problems } = moduleOf("run(function*() {", "  yield* one // => 1", "})", "a", "  .b() // => { x: 1 }")
    assert.deepStrictEqual(problems, [])
    assert.deepStrictEqual(bodyOf(code), [
      "run(function*() {",
      '  doctest.equal((yield* one), (1), "x.md:12") // => 1',
      "})",
      "doctest.equal((a",
      '  .b()), ({ x: 1 }), "x.md:15") // => { x: 1 }'
    ])
  })

  it("asserts the value of a variable", () => {
    assert.deepStrictEqual(bodyOf(moduleOf("const a = f() // => 1").code), [
      'const a = f(); doctest.equal(a, (1), "x.md:11") // => 1'
    ])
  })

  it("reads assertions on the line below", () => {
    const { code, problems } = moduleOf("f()", "// => 1", "g()", "", "// => 2")
    assert.include(code, 'doctest.equal((f()), (1), "x.md:12")')
    assert.deepStrictEqual(problems, ["x.md:15: => does not follow a statement, on its line or the next"])
  })

  it("reads values that go on below", () => {
    assert.include(moduleOf("a", "// => {", "//   x: 1", "// }", "b").code, 'doctest.equal((a), ({ x: 1 }), "x.md:12")')
  })

  it("refuses assertions that it cannot check", () => {
    assert.lengthOf(moduleOf("a // => User { id: 1 }").problems, 1)
    assert.lengthOf(moduleOf("const { a } = b // => 1").problems, 1)
    assert.lengthOf(moduleOf("// => 1", "a").problems, 1)
    assert.lengthOf(moduleOf("f({", "  a: 1, // => 1", "})").problems, 1)
  })

  it("merges the imports of blocks and keeps every line in its place", () => {
    const { code, sourceLines } = toModule(
      "x.md",
      [
        { line: 3, lines: ['import { A } from "m"', "A"], run: true, title: "" },
        { line: 9, lines: ["import {", "  A,", "  B", '} from "m"', "B"], run: true, title: "" }
      ],
      "equal.ts"
    )
    assert.deepStrictEqual(bodyOf(code), ['import { A } from "m"', "A", 'import { B } from "m"', "", "", "", "B"])
    assert.deepStrictEqual(sourceLines, [undefined, 3, 4, 9, 10, 11, 12, 13])
  })
})
