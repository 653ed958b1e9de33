/**
 * Finds the code blocks of the documentation: the `ts` blocks of Markdown files, and those under `**Example** (Title)`
 * in the JSDoc of sources.
 */
import type * as TypeScript from "../../tools/typescript-6.0/node_modules/typescript/lib/typescript.d.ts"
import { typescript as ts } from "../lib/workspace.mjs"

export interface Block {
  /** The line of the block's first line of code, from 1. */
  readonly line: number
  readonly lines: ReadonlyArray<string>
  /** Blocks marked `no-run` are compiled, but not run. */
  readonly run: boolean
  readonly title: string
}

export interface Extracted {
  readonly blocks: ReadonlyArray<Block>
  /** What is wrong with a block itself, as `line: message`. */
  readonly problems: ReadonlyArray<string>
}

interface Fence extends Block {
  readonly info: string
  /** The text between the block before, or the beginning, and this one. */
  readonly before: string
}

const fencesOf = (lines: ReadonlyArray<string>, firstLine: number): Array<Fence> => {
  const fences: Array<Fence> = []
  let before: Array<string> = []
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index] ?? ""
    const opening = /^(\s*)(`{3,}|~{3,})\s*([^`]*)$/.exec(line)
    if (opening === null) {
      before.push(line)
      continue
    }
    const [, indent = "", marker = "", info = ""] = opening
    const code: Array<string> = []
    const start = index + 1
    for (index++; index < lines.length; index++) {
      const inner = lines[index] ?? ""
      const closing = inner.trim()
      if (closing.length >= marker.length && closing === (marker[0] ?? "").repeat(closing.length)) break
      code.push(inner.startsWith(indent) ? inner.slice(indent.length) : inner)
    }
    fences.push({
      line: firstLine + start,
      lines: code,
      run: true,
      title: "",
      info: info.trim(),
      before: before.join("\n")
    })
    before = []
  }
  return fences
}

const blocksOf = (fences: ReadonlyArray<Fence>): Extracted => {
  const blocks: Array<Block> = []
  const problems: Array<string> = []
  for (const { info, line, lines, title } of fences) {
    const [language, option, ...reason] = info.split(/\s+/)
    if (language !== "ts" && language !== "typescript") continue
    if (option === undefined) {
      blocks.push({ line, lines, run: true, title })
    } else if (option !== "no-run") {
      problems.push(`${line - 1}: \`${info}\`: the only option of a ts block is \`no-run <reason>\``)
    } else if (reason.length === 0) {
      problems.push(`${line - 1}: say why the block is not run: \`ts no-run <reason>\``)
    } else {
      blocks.push({ line, lines, run: false, title })
    }
  }
  return { blocks, problems }
}

/** The `ts` blocks of a Markdown file. */
export const fromMarkdown = (text: string): Extracted => blocksOf(fencesOf(text.split("\n"), 1))

const jsDocsOf = (source: TypeScript.SourceFile): ReadonlyArray<TypeScript.CommentRange> => {
  const comments = new Map<number, TypeScript.CommentRange>()
  const visit = (node: TypeScript.Node): void => {
    for (const comment of ts.getLeadingCommentRanges(source.text, node.getFullStart()) ?? []) {
      if (source.text.startsWith("/**", comment.pos)) comments.set(comment.pos, comment)
    }
    node.forEachChild(visit)
  }
  visit(source)
  return [...comments.values()].sort((a, b) => a.pos - b.pos)
}

/** The examples in the JSDoc of a source file. */
export const fromSource = (text: string): Extracted => {
  const source = ts.createSourceFile("source.ts", text, ts.ScriptTarget.Latest)
  const blocks: Array<Block> = []
  const problems: Array<string> = []
  for (const comment of jsDocsOf(source)) {
    const firstLine = source.getLineAndCharacterOfPosition(comment.pos).line + 1
    const lines = text
      .slice(comment.pos, comment.end)
      .replace(/\s*\*\/$/, "")
      .split("\n")
      .map((line) => line.replace(/^\s*(?:\/\*\*|\*) ?/, "").replaceAll("*\\/", "*/"))
    const fences = fencesOf(lines, firstLine).map((fence) => ({
      ...fence,
      title: /\*\*Example\*\* \((.+)\)/.exec(fence.before)?.[1] ?? ""
    }))
    const extracted = blocksOf(fences)
    blocks.push(...extracted.blocks)
    problems.push(...extracted.problems)
    for (const { line, title } of extracted.blocks) {
      if (title === "") problems.push(`${line - 1}: a ts block in JSDoc stands under \`**Example** (Title)\``)
    }
    if (lines.some((line) => /^@example\b/.test(line))) {
      problems.push(`${firstLine}: write \`**Example** (Title)\` and a fenced block, not @example`)
    }
  }
  return { blocks, problems }
}
