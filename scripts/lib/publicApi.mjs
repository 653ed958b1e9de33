/** What the packages export, and what their JSDoc says of it: read from the sources, for the reference and its check. */
import { existsSync, readFileSync } from "node:fs"
import { dirname, join, resolve } from "node:path"
import { packages, publicModules, typescript as ts } from "./workspace.mjs"

/** @import * as TypeScript from "../../tools/typescript-6.0/node_modules/typescript/lib/typescript.d.ts" */

/**
 * @typedef {TypeScript.Node} Node
 * @typedef {TypeScript.SourceFile} SourceFile
 * @typedef {TypeScript.Statement | TypeScript.VariableDeclaration} Declaration
 *
 * @typedef {object} Doc
 * @property {string} description Markdown
 * @property {string | undefined} category
 * @property {string | undefined} since
 * @property {boolean} internal
 *
 * @typedef {object} PublicSymbol
 * @property {string} name as it is exported
 * @property {Declaration} declaration
 * @property {SourceFile} source where it is declared
 * @property {SourceFile} documentedIn
 * @property {number} line where its JSDoc belongs, in `documentedIn`, from 1
 * @property {Doc | undefined} doc
 *
 * @typedef {object} PublicModule
 * @property {string} name
 * @property {import("./workspace.mjs").Package} pkg
 * @property {SourceFile} source
 * @property {Doc | undefined} doc
 * @property {ReadonlyArray<PublicSymbol>} symbols those that are not `@internal`
 */

/** @type {Map<string, SourceFile>} */
const sources = new Map()

/** @param {string} file */
export const sourceOf = (file) => {
  const known = sources.get(file)
  if (known !== undefined) return known
  const source = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest, true)
  sources.set(file, source)
  return source
}

/**
 * Tells a JSDoc comment's text from its tags. What stands in a code block is text.
 *
 * @param {string} comment with its delimiters
 * @returns {Doc}
 */
export const parseDoc = (comment) => {
  /** @type {Record<string, string>} */
  const tags = {}
  /** @type {Array<string>} */
  const text = []
  let fenced = false
  const lines = comment
    .replace(/^\/\*\*/, "")
    .replace(/\s*\*\/$/, "")
    .split("\n")
    .map((line) => line.replace(/^\s*\* ?/, "").replaceAll("*\\/", "*/"))
  for (const line of lines) {
    if (/^\s*(`{3,}|~{3,})/.test(line)) fenced = !fenced
    const tag = fenced ? null : /^\s*@(\w+)\s*(.*)$/.exec(line)
    if (tag === null) text.push(line)
    else tags[tag[1] ?? ""] = (tag[2] ?? "").trim()
  }
  const description = text.join("\n").trim()
  return {
    // The compiler, too, takes it wherever it stands.
    internal: "internal" in tags || /@internal\s*$/.test(description),
    description,
    category: tags["category"],
    since: tags["since"]
  }
}

/**
 * The JSDoc of a node, or `undefined` where it has none.
 *
 * @param {Node} node
 * @returns {Doc | undefined}
 */
export const docOf = (node) => {
  const { text } = node.getSourceFile()
  const comment = (ts.getLeadingCommentRanges(text, node.getFullStart()) ?? [])
    .filter(({ pos }) => text.startsWith("/**", pos))
    .at(-1)
  return comment === undefined ? undefined : parseDoc(text.slice(comment.pos, comment.end))
}

/** @param {Node} node */
const lineOf = (node) => node.getSourceFile().getLineAndCharacterOfPosition(node.getStart()).line + 1

/**
 * The file that a specifier of a source names, if it is one of ours.
 *
 * @param {SourceFile} source
 * @param {string} specifier
 */
const fileOf = (source, specifier) => {
  if (specifier.startsWith(".")) return resolve(dirname(source.fileName), specifier)
  for (const { directory, manifest } of packages) {
    if (!specifier.startsWith(`${manifest.name}/`)) continue
    const file = join(directory, "src", `${specifier.slice(manifest.name.length + 1)}.ts`)
    if (existsSync(file)) return file
  }
  return undefined
}

/** @param {Node} specifier of an import or an export */
const textOf = (specifier) => (ts.isStringLiteral(specifier) ? specifier.text : "")

/**
 * @param {SourceFile} source
 * @param {string} name
 * @returns {ReadonlyArray<Declaration>} what a file itself declares under a name: a value, a type, or both
 */
const localDeclarations = (source, name) =>
  source.statements.flatMap(
    /** @returns {ReadonlyArray<Declaration>} */ (statement) => {
      if (ts.isVariableStatement(statement)) {
        return statement.declarationList.declarations.filter((one) => one.name.getText() === name)
      }
      return isNamed(statement) && statement.name?.text === name ? [statement] : []
    }
  )

/**
 * @param {Node} node
 * @returns {node is TypeScript.InterfaceDeclaration | TypeScript.TypeAliasDeclaration | TypeScript.ClassDeclaration | TypeScript.FunctionDeclaration | TypeScript.ModuleDeclaration}
 */
const isNamed = (node) =>
  ts.isInterfaceDeclaration(node) ||
  ts.isTypeAliasDeclaration(node) ||
  ts.isClassDeclaration(node) ||
  ts.isFunctionDeclaration(node) ||
  ts.isModuleDeclaration(node)

/**
 * What a name means in a file: what is declared there, or where it comes from.
 *
 * @param {SourceFile} source
 * @param {string} name
 * @returns {ReadonlyArray<Declaration>}
 */
export const declarationsOf = (source, name) => {
  const local = localDeclarations(source, name)
  if (local.length > 0) return local
  for (const statement of source.statements) {
    if (ts.isImportDeclaration(statement)) {
      const bindings = statement.importClause?.namedBindings
      if (bindings === undefined || !ts.isNamedImports(bindings)) continue
      const found = bindings.elements.find((element) => element.name.text === name)
      if (found !== undefined)
        return exportedBy(source, statement.moduleSpecifier, (found.propertyName ?? found.name).text)
    }
    if (ts.isExportDeclaration(statement) && statement.exportClause !== undefined) {
      if (!ts.isNamedExports(statement.exportClause)) continue
      const found = statement.exportClause.elements.find((element) => element.name.text === name)
      if (found === undefined) continue
      const original = (found.propertyName ?? found.name).text
      return statement.moduleSpecifier === undefined
        ? original === name
          ? []
          : declarationsOf(source, original)
        : exportedBy(source, statement.moduleSpecifier, original)
    }
  }
  return []
}

/**
 * @param {SourceFile} source
 * @param {Node} specifier
 * @param {string} name
 */
const exportedBy = (source, specifier, name) => {
  const file = fileOf(source, textOf(specifier))
  return file === undefined ? [] : declarationsOf(sourceOf(file), name)
}

/**
 * The module of ours that a file imports as a namespace.
 *
 * @param {SourceFile} source
 * @param {string} name
 */
export const namespaceOf = (source, name) => {
  for (const statement of source.statements) {
    if (!ts.isImportDeclaration(statement)) continue
    const bindings = statement.importClause?.namedBindings
    if (bindings === undefined || !ts.isNamespaceImport(bindings) || bindings.name.text !== name) continue
    const file = fileOf(source, textOf(statement.moduleSpecifier))
    return file === undefined ? undefined : sourceOf(file)
  }
  return undefined
}

/**
 * @param {Node} node
 * @returns {boolean}
 */
const isExported = (node) =>
  ts.canHaveModifiers(node) && (ts.getModifiers(node) ?? []).some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)

/**
 * @param {SourceFile} source
 * @returns {ReadonlyArray<PublicSymbol>}
 */
const symbolsOf = (source) => {
  /** @type {Array<PublicSymbol>} */
  const symbols = []
  /**
   * @param {string} name
   * @param {ReadonlyArray<Declaration>} declarations
   * @param {Node} documented
   */
  const add = (name, declarations, documented) => {
    for (const declaration of declarations) {
      const statement = ts.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration
      const doc = docOf(documented) ?? docOf(statement)
      if (doc?.internal === true) continue
      const where = docOf(documented) === undefined ? statement : documented
      symbols.push({
        name,
        declaration,
        source: declaration.getSourceFile(),
        documentedIn: where.getSourceFile(),
        line: lineOf(where),
        doc
      })
    }
  }
  for (const statement of source.statements) {
    if (ts.isExportDeclaration(statement) && statement.exportClause !== undefined) {
      if (!ts.isNamedExports(statement.exportClause)) continue
      for (const element of statement.exportClause.elements) {
        add(element.name.text, declarationsOf(source, element.name.text), element)
      }
    } else if (isExported(statement)) {
      if (ts.isVariableStatement(statement)) {
        for (const one of statement.declarationList.declarations) add(one.name.getText(), [one], statement)
      } else if (isNamed(statement) && statement.name !== undefined) {
        add(statement.name.text, [statement], statement)
      }
    }
  }
  return symbols
}

/**
 * The comment at the top of a file, before its imports.
 *
 * @param {SourceFile} source
 */
const moduleDocOf = (source) => {
  const first = ts.getLeadingCommentRanges(source.text, 0)?.find(({ pos }) => source.text.startsWith("/**", pos))
  return first === undefined ? undefined : parseDoc(source.text.slice(first.pos, first.end))
}

/**
 * Every public module of the packages but the umbrella, whose modules are these.
 *
 * @returns {ReadonlyArray<PublicModule>}
 */
export const readModules = () =>
  packages
    .filter(({ folder }) => folder !== "effect-dynamo")
    .flatMap((pkg) =>
      publicModules(pkg).map((name) => {
        const source = sourceOf(join(pkg.directory, "src", `${name}.ts`))
        return { name, pkg, source, doc: moduleDocOf(source), symbols: symbolsOf(source) }
      })
    )
