/** The documentation as a TypeScript project in `.doctest`: written, compiled, and the way back to where errors belong. */
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join, sep } from "node:path"
import { run } from "../lib/run.mjs"
import { root } from "../lib/workspace.mjs"
import { type Block, type Extracted, fromMarkdown, fromSource } from "./extract.ts"
import { toModule } from "./transform.ts"

export interface DocModule {
  /** The file it comes from, and the line and title of an example. */
  readonly name: string
  readonly source: string
  /** Its file in `.doctest`. */
  readonly path: string
  readonly run: boolean
  readonly sourceLines: ReadonlyArray<number | undefined>
}

export interface DocProject {
  readonly modules: ReadonlyArray<DocModule>
  readonly problems: ReadonlyArray<string>
}

const directory = join(root, ".doctest")

const filesOf = (...patterns: ReadonlyArray<string>): ReadonlyArray<string> =>
  patterns
    .flatMap((pattern) =>
      globSync(pattern, { cwd: root, exclude: (path) => /(^|[\\/])node_modules$/.test(String(path)) })
    )
    .map((path) => path.split(sep).join("/"))
    .sort()

interface Program {
  readonly name: string
  readonly blocks: ReadonlyArray<Block>
  readonly run: boolean
}

/** The blocks of a Markdown file are one program; one that is not run stands behind those before it, in its own. */
const programsOfMarkdown = (file: string, { blocks }: Extracted): ReadonlyArray<Program> => {
  const programs: Array<Program> = []
  const before: Array<Block> = []
  for (const block of blocks) {
    if (block.run) before.push(block)
    else programs.push({ name: `${file}:${block.line} (no-run)`, blocks: [...before, block], run: false })
  }
  return before.length === 0 ? programs : [{ name: file, blocks: before, run: true }, ...programs]
}

const programsOfSource = (file: string, { blocks }: Extracted): ReadonlyArray<Program> =>
  blocks.map((block) => ({ name: `${file}:${block.line} ${block.title}`, blocks: [block], run: block.run }))

/** Writes every block of the documentation into `.doctest`. */
export const write = (): DocProject => {
  rmSync(directory, { recursive: true, force: true })
  mkdirSync(directory)
  const modules: Array<DocModule> = []
  const problems: Array<string> = []

  const add = (
    file: string,
    extract: (text: string) => Extracted,
    programsOf: (file: string, extracted: Extracted) => ReadonlyArray<Program>
  ) => {
    const extracted = extract(readFileSync(join(root, file), "utf8"))
    problems.push(...extracted.problems.map((problem) => `${file}:${problem}`))
    for (const { blocks, name, run } of programsOf(file, extracted)) {
      const module = toModule(file, blocks, "../scripts/doctest/equal.ts")
      if (run) problems.push(...module.problems)
      const fileName = `${name.split(" ")[0]?.replaceAll("/", "__").replaceAll(":", "__")}.ts`
      writeFileSync(join(directory, fileName), module.code)
      modules.push({ name, source: file, path: join(directory, fileName), run, sourceLines: module.sourceLines })
    }
  }

  for (const file of filesOf("README.md", "docs/**/*.md", "packages/*/README.md")) {
    add(file, fromMarkdown, programsOfMarkdown)
  }
  for (const file of filesOf("packages/*/src/**/*.ts")) {
    add(file, fromSource, programsOfSource)
  }

  writeFileSync(
    join(directory, "tsconfig.json"),
    JSON.stringify({
      extends: "../tsconfig.test.json",
      compilerOptions: { rootDir: "..", incremental: false, noUnusedLocals: false },
      include: ["*.ts"]
    })
  )
  return { modules, problems }
}

/** Puts the documentation's file and line where a text names a generated one, as compilers and stack traces do. */
export const toSourceLocations = (text: string, modules: ReadonlyArray<DocModule>): string =>
  text.replace(
    /(?:file:\/\/)?[^\s()]*\.doctest[\\/]([^\s():]+\.ts)(?:\((\d+),(\d+)\)|:(\d+):(\d+))/g,
    (location, fileName: string, ...positions: ReadonlyArray<string | undefined>) => {
      const module = modules.find(({ path }) => path === join(directory, fileName))
      const line = module?.sourceLines[Number(positions[0] ?? positions[2]) - 1]
      return module === undefined || line === undefined
        ? location
        : `${module.source}:${line}:${positions[1] ?? positions[3]}`
    }
  )

/** Compiles all modules at once and gives the compiler's errors, at the documentation's lines. */
export const compile = async (modules: ReadonlyArray<DocModule>): Promise<ReadonlyArray<string>> => {
  if (modules.length === 0) return []
  const { ok, output } = await run("tsc", ["-p", directory, "--pretty", "false"])
  return ok ? [] : [toSourceLocations(output.trim(), modules)]
}
