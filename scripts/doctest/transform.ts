/**
 * Makes modules of documentation blocks: their imports merged, their `// => value` comments turned into assertions.
 * Every line stays where it was, so that an error in the module is an error at a line of the documentation.
 */
import type * as TypeScript from "../../tools/typescript-6.0/node_modules/typescript/lib/typescript.d.ts"
import { typescript as ts } from "../lib/workspace.mjs"
import type { Block } from "./extract.ts"

export interface Module {
  readonly code: string
  /** The documentation's line for each line of the code; none for lines that the documentation does not have. */
  readonly sourceLines: ReadonlyArray<number | undefined>
  /** What is wrong with the assertions, as `line: message`. */
  readonly problems: ReadonlyArray<string>
}

interface Edit {
  readonly start: number
  readonly end: number
  readonly text: string
}

const assertion = /^\/\/\s*=>/

/** Takes what a block before has imported out of the later imports, since the blocks of a file are one module. */
const mergeImports = (source: TypeScript.SourceFile): ReadonlyArray<Edit> => {
  const seen = new Set<string>()
  const isNew = (key: string) => !seen.has(key) && seen.add(key) !== undefined
  const edits: Array<Edit> = []
  for (const statement of source.statements) {
    if (!ts.isImportDeclaration(statement) || statement.importClause === undefined) continue
    const from = statement.moduleSpecifier.getText(source)
    const { name, namedBindings } = statement.importClause
    const clauses: Array<string> = []
    if (name !== undefined && isNew(`${from} default ${name.text}`)) clauses.push(name.text)
    if (namedBindings !== undefined && ts.isNamespaceImport(namedBindings)) {
      if (isNew(`${from} * ${namedBindings.name.text}`)) clauses.push(namedBindings.getText(source))
    } else if (namedBindings !== undefined) {
      const kept = namedBindings.elements
        .map((element) => element.getText(source))
        .filter((element) => isNew(`${from} { ${element.replace(/^type /, "")} }`))
      if (kept.length > 0) clauses.push(`{ ${kept.join(", ")} }`)
    }
    const start = statement.getStart(source)
    const text = source.text.slice(start, statement.end)
    const type = /^import\s+type\s/.test(text) ? "type " : ""
    const merged = clauses.length === 0 ? "" : `import ${type}${clauses.join(", ")} from ${from}`
    edits.push({ start, end: statement.end, text: merged + "\n".repeat(text.split("\n").length - 1) })
  }
  return edits
}

const isComplete = (value: string): boolean =>
  ts.transpileModule(`export const value = (\n${value}\n)`, { reportDiagnostics: true }).diagnostics?.length === 0

/** The value of an assertion, which goes on in the comment lines below as long as it is not a whole expression. */
const valueAt = (text: string, comment: TypeScript.CommentRange): string | undefined => {
  const [first = "", ...below] = text.slice(comment.pos).split("\n")
  let value = first.replace(assertion, "").trim()
  for (const line of below) {
    if (isComplete(value)) return value
    const continued = /^\s*\/\/(?!\s*=>)(.*)$/.exec(line)
    if (continued === null) return undefined
    value += ` ${continued[1]?.trim()}`
  }
  return isComplete(value) ? value : undefined
}

/** The assertion behind a node: at the end of its last line, or on the line below. */
const assertionAfter = (
  source: TypeScript.SourceFile,
  { end }: TypeScript.Node
): TypeScript.CommentRange | undefined => {
  const isAssertion = ({ pos }: TypeScript.CommentRange) => assertion.test(source.text.slice(pos))
  const behind = ts.getTrailingCommentRanges(source.text, end)
  if (behind !== undefined) return behind.find(isAssertion)
  const below = ts.getLeadingCommentRanges(source.text, end)?.[0]
  const isNextLine = below !== undefined && /^;?[ \t]*\n[ \t]*$/.test(source.text.slice(end, below.pos))
  return isNextLine && isAssertion(below) ? below : undefined
}

const checkAssertions = (
  source: TypeScript.SourceFile,
  locationAt: (position: number) => string
): { readonly edits: ReadonlyArray<Edit>; readonly problems: ReadonlyArray<string> } => {
  const edits: Array<Edit> = []
  const problems: Array<string> = []
  const attached = new Set<number>()

  const visit = (node: TypeScript.Node): void => {
    const comment = assertionAfter(source, node)
    if (comment !== undefined && (ts.isExpressionStatement(node) || ts.isVariableStatement(node))) {
      attached.add(comment.pos)
      const value = valueAt(source.text, comment)
      const location = JSON.stringify(locationAt(comment.pos))
      const declaration = ts.isVariableStatement(node) ? node.declarationList.declarations[0] : undefined
      if (value === undefined) {
        problems.push(`${locationAt(comment.pos)}: what stands behind => is not an expression`)
      } else if (ts.isExpressionStatement(node)) {
        const start = node.expression.getStart(source)
        const { end } = node.expression
        edits.push({ start, end: start, text: "doctest.equal((" })
        edits.push({ start: end, end, text: `), (${value}), ${location})` })
      } else if (declaration !== undefined && ts.isIdentifier(declaration.name)) {
        edits.push({
          start: node.end,
          end: node.end,
          text: `; doctest.equal(${declaration.name.text}, (${value}), ${location})`
        })
      } else {
        problems.push(`${locationAt(comment.pos)}: => needs an expression, or a variable with a name`)
      }
    }
    node.forEachChild(visit)
  }
  visit(source)

  // An assertion that stands where it cannot be checked must not pass for one that holds.
  for (const match of source.text.matchAll(/(?<=^|\s)\/\/\s*=>/gm)) {
    if (!attached.has(match.index))
      problems.push(`${locationAt(match.index)}: => does not follow a statement, on its line or the next`)
  }
  return { edits, problems }
}

const apply = (text: string, edits: ReadonlyArray<Edit>): string =>
  edits
    .toSorted((a, b) => b.start - a.start || b.end - a.end)
    .reduce((result, { end, start, text }) => result.slice(0, start) + text + result.slice(end), text)

/**
 * Makes one module of some blocks of one file.
 *
 * `runtime` is the specifier by which the module imports `equal`.
 */
export const toModule = (file: string, blocks: ReadonlyArray<Block>, runtime: string): Module => {
  const lines = blocks.flatMap(({ line, lines }) => lines.map((text, index) => ({ text, line: line + index })))
  const text = lines.map(({ text }) => text).join("\n")
  const source = ts.createSourceFile("block.ts", text, ts.ScriptTarget.Latest, true)
  const lineAt = (position: number) => lines[source.getLineAndCharacterOfPosition(position).line]?.line ?? 0
  const assertions = checkAssertions(source, (position) => `${file}:${lineAt(position)}`)
  const code = apply(text, [...mergeImports(source), ...assertions.edits])
  return {
    code: `import * as doctest from ${JSON.stringify(runtime)}\n${code}\n\nexport {}\nvoid doctest\n`,
    sourceLines: [undefined, ...lines.map(({ line }) => line)],
    problems: assertions.problems
  }
}
