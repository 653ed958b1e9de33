/** The reference: a Markdown page for each public module, made from its declarations and their JSDoc. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { firstParagraphOf, mapProse } from "./markdown.mjs"
import { declarationsOf, namespaceOf, readModules } from "./publicApi.mjs"
import { runOrExit } from "./run.mjs"
import { documentedMembers, isTypeOnly, kindOf, signatureOf } from "./signature.mjs"
import { fromRoot, isForEffect, packages, publicModules, typescript as ts } from "./workspace.mjs"

/**
 * @typedef {import("./publicApi.mjs").PublicModule} PublicModule
 * @typedef {import("./publicApi.mjs").PublicSymbol} PublicSymbol
 * @typedef {import("./publicApi.mjs").SourceFile} SourceFile
 *
 * @typedef {object} CodeLink a part of a code block that is a link
 * @property {number} line from 0
 * @property {number} start
 * @property {number} end
 * @property {string} href
 *
 * @typedef {object} Page
 * @property {string} name the module's
 * @property {string} description
 * @property {string} text
 *
 * @typedef {object} Reference
 * @property {ReadonlyArray<Page>} pages
 * @property {ReadonlyArray<ReadonlyArray<CodeLink>>} codeLinks by the number that a block's first line says
 */

/** The line before a signature that says which links are its own; the site takes it out. */
const LINKS = "// @links "

/** Categories that readers look for first, and last; the others stand between them, by name. */
const first = ["constructors", "layers", "services", "accessors", "combinators"]
const last = ["errors", "models", "guards", "type ids"]

/** @param {string} category */
const rankOf = (category) =>
  first.includes(category)
    ? first.indexOf(category)
    : last.includes(category)
      ? 100 + last.indexOf(category)
      : first.length

/** @param {string} text */
const capitalised = (text) => text.slice(0, 1).toUpperCase() + text.slice(1)

/** Where each public declaration is found, and how the names of a file lead there. */
const makeIndex = () => {
  const modules = readModules()
  /** @type {Map<import("./publicApi.mjs").Declaration, { readonly module: PublicModule, readonly anchor: string }>} */
  const places = new Map()
  for (const module of modules) {
    for (const symbol of module.symbols) {
      const { declaration } = symbol
      // What is exported by two modules belongs to the one that declares it.
      if (places.has(declaration) && symbol.source !== module.source) continue
      places.set(declaration, { module, anchor: anchorOf(module, symbol) })
    }
  }

  /** @param {{ readonly module: PublicModule, readonly anchor: string }} place */
  const hrefOf = ({ anchor, module }) => `${module.name}.html#${anchor}`

  /**
   * @param {ReadonlyArray<import("./publicApi.mjs").Declaration>} declarations
   * @param {boolean} asType
   */
  const pick = (declarations, asType) => {
    const known = declarations.filter((declaration) => places.has(declaration))
    const best = known.find((declaration) => isTypeOnly(declaration) === asType) ?? known[0]
    const place = best === undefined ? undefined : places.get(best)
    return place === undefined ? undefined : hrefOf(place)
  }

  /**
   * Where `A` or `A.B`, as a source writes it, is described.
   *
   * @param {SourceFile} source
   * @param {string} text
   * @param {boolean} asType
   * @returns {string | undefined}
   */
  const resolve = (source, text, asType) => {
    const [head = "", name] = text.split(".")
    const namespace = namespaceOf(source, head)
    if (namespace !== undefined && name !== undefined) return pick(declarationsOf(namespace, name), asType)
    return namespace === undefined ? pick(declarationsOf(source, head), asType) : undefined
  }

  /**
   * Where `Module`, `Module.symbol` or `Module.symbol()`, as prose writes it, is described.
   *
   * @param {string} text
   */
  const lookUp = (text) => {
    const [name, member] = text.replace(/\(\)$/, "").split(".")
    const module = modules.find((one) => one.name === name)
    if (module === undefined) return undefined
    if (member === undefined) return `${module.name}.html`
    const symbols = module.symbols.filter((symbol) => symbol.name === member)
    const symbol = symbols.find(({ declaration }) => !isTypeOnly(declaration)) ?? symbols[0]
    return symbol === undefined ? undefined : `${module.name}.html#${anchorOf(module, symbol)}`
  }

  return { modules, resolve, lookUp }
}

/**
 * @param {PublicModule} module
 * @param {PublicSymbol} symbol
 */
const anchorOf = ({ symbols }, symbol) =>
  isTypeOnly(symbol.declaration) &&
  symbols.some(({ declaration, name }) => name === symbol.name && !isTypeOnly(declaration))
    ? `${symbol.name}-type`
    : symbol.name

/** A tag of JSDoc that links: `{@link name}`, `{@link name label}`. */
const LINK = /\{@link\s+([\w.]+)(?:\s+([^}]+))?\}/g

/**
 * The links in the JSDoc of modules that lead nowhere, as `file:line: message`.
 *
 * @returns {ReadonlyArray<string>}
 */
export const brokenLinks = () => {
  const { lookUp, modules, resolve } = makeIndex()
  /**
   * @param {SourceFile} source
   * @param {number} line
   * @param {string} text
   */
  const broken = (source, line, text) =>
    [...text.matchAll(LINK)]
      .filter(([, target = ""]) => (resolve(source, target, false) ?? lookUp(target)) === undefined)
      .map(([whole]) => `${fromRoot(source.fileName)}:${line}: ${whole}: there is no such public symbol`)
  return modules.flatMap(({ doc, source, symbols }) => [
    ...broken(source, 1, doc?.description ?? ""),
    ...symbols.flatMap((symbol) =>
      [symbol.doc?.description ?? "", ...documentedMembers(symbol.declaration).map((one) => one.description)].flatMap(
        (text) => broken(symbol.documentedIn, symbol.line, text)
      )
    )
  ])
}

/**
 * Formats declarations for a page's width.
 *
 * @param {ReadonlyArray<string>} declarations
 */
const formatted = async (declarations) => {
  const folder = mkdtempSync(join(tmpdir(), "effect-dynamo-reference-"))
  try {
    writeFileSync(join(folder, ".oxfmtrc.json"), JSON.stringify({ printWidth: 78, semi: false, trailingComma: "none" }))
    declarations.forEach((text, index) => writeFileSync(join(folder, `${index}.ts`), text))
    await runOrExit("oxfmt", ["."], { cwd: folder })
    return declarations.map((_, index) => readFileSync(join(folder, `${index}.ts`), "utf8").trim())
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/**
 * How an application imports a module.
 *
 * @param {PublicModule} module
 */
const importOf = ({ name, pkg }) => {
  const umbrella = packages.find(({ folder }) => folder === "effect-dynamo")
  if (pkg.folder === "testing") return `import { ${name} } from "${pkg.manifest.name}"`
  if (umbrella === undefined || !publicModules(umbrella).includes(name)) {
    return `import * as ${name} from "${pkg.manifest.name}/${name}"`
  }
  return isForEffect(pkg, name) ? `import "effect-dynamo/${name}"` : `import { ${name} } from "effect-dynamo"`
}

/**
 * Makes the whole reference.
 *
 * @param {ReadonlyArray<{ readonly title: string, readonly modules: ReadonlyArray<string> }>} groups
 * @param {(file: string, line: number) => string} sourceHref where a line of a source is shown
 * @returns {Promise<Reference>}
 */
export const makeReference = async (groups, sourceHref) => {
  const { lookUp, modules, resolve } = makeIndex()

  /**
   * What is formatted has names that may stand there, and one name more where it is a member.
   *
   * @type {Array<{ readonly source: SourceFile, readonly text: string, readonly unwrap: (text: string) => string }>}
   */
  const wanted = []
  /**
   * @param {SourceFile} source
   * @param {string} text
   * @param {(text: string) => string} unwrap
   */
  const want = (source, text, unwrap) => wanted.push({ source, text, unwrap }) - 1
  /** @param {PublicSymbol} symbol */
  const wantSymbol = ({ declaration, name, source }) =>
    // A reserved word can be exported, but not declared.
    isTypeOnly(declaration) || !/^(in|delete|with|default)$/.test(name)
      ? want(source, signatureOf(declaration, name), (text) => text)
      : want(source, signatureOf(declaration, `${name}_`), (text) => text.replace(`${name}_`, name))
  /**
   * @param {SourceFile} source
   * @param {string} signature
   */
  const wantMember = (source, signature) =>
    want(source, `declare class X {\n${signature}\n}`, (text) =>
      text
        .split("\n")
        .slice(1, -1)
        .map((line) => line.slice(2))
        .join("\n")
    )

  const plans = modules.map((module) => ({
    module,
    symbols: module.symbols.map((symbol) => ({
      symbol,
      signature: wantSymbol(symbol),
      members: documentedMembers(symbol.declaration).map((member) => ({
        member,
        signature:
          member.isMethod && !member.name.includes("[") ? wantMember(symbol.source, member.signature) : undefined
      }))
    }))
  }))
  const texts = await formatted(wanted.map(({ text }) => text))

  /** @type {Array<ReadonlyArray<CodeLink>>} */
  const codeLinks = []

  /** @param {number} id */
  const codeBlock = (id) => {
    const { source, unwrap } = wanted[id] ?? { source: undefined, unwrap: String }
    const text = unwrap(texts[id] ?? "")
    const links = source === undefined ? [] : typeLinks(source, text)
    codeLinks.push(links)
    return `\`\`\`ts\n${LINKS}${codeLinks.length - 1}\n${text}\n\`\`\``
  }

  /**
   * The names of a signature that the reference describes.
   *
   * @param {SourceFile} source
   * @param {string} text
   */
  const typeLinks = (source, text) => {
    // The part of a class that a member is must stand in one to be read.
    const isMember = !/^(declare|interface|type|abstract) /.test(text)
    const offset = isMember ? "declare class X {\n".length : 0
    const parsed = ts.createSourceFile("signature.ts", isMember ? `declare class X {\n${text}\n}` : text, 99, true)
    /** @type {Array<CodeLink>} */
    const links = []
    const parameters = new Set()
    /** @param {import("./publicApi.mjs").Node} node */
    const visit = (node) => {
      if (ts.isTypeParameterDeclaration(node)) parameters.add(node.name.text)
      const name = ts.isTypeReferenceNode(node)
        ? node.typeName
        : ts.isTypeQueryNode(node)
          ? node.exprName
          : ts.isExpressionWithTypeArguments(node)
            ? node.expression
            : undefined
      if (name !== undefined && /^[\w.]+$/.test(name.getText()) && !parameters.has(name.getText())) {
        const href = resolve(source, name.getText(), !ts.isTypeQueryNode(node))
        if (href !== undefined) {
          const before = text.slice(0, name.getStart() - offset).split("\n")
          const start = (before.at(-1) ?? "").length
          links.push({ line: before.length - 1, start, end: start + name.getText().length, href })
        }
      }
      node.forEachChild(visit)
    }
    visit(parsed)
    return links
  }

  /**
   * The Markdown of a JSDoc comment: its links resolved, and the symbols that it names linked.
   *
   * @param {SourceFile} source
   * @param {string} text
   * @param {string} self the page it stands on, and the anchor
   */
  const prose = (source, text, self) =>
    mapProse(text, (line) =>
      line
        .replace(LINK, (_, /** @type {string} */ target, /** @type {string | undefined} */ label) => {
          const href = resolve(source, target, false) ?? lookUp(target)
          const shown = `\`${label ?? target}\``
          return href === undefined ? shown : `[${shown}](./${href})`
        })
        .replace(/(^|[^[`])`([A-Z]\w*(?:\.\w+)?(?:\(\))?)`(?![`\]])/g, (whole, before, /** @type {string} */ code) => {
          const href = code.includes(".") ? lookUp(code) : lookUp(`DynamoError.${code}`)
          return href === undefined || href === self ? whole : `${before}[\`${code}\`](./${href})`
        })
    )

  /**
   * @param {PublicModule} module
   * @param {(typeof plans)[number]["symbols"][number]} plan
   */
  const symbolText = (module, { members, signature, symbol }) => {
    const { declaration, doc, documentedIn, name, source } = symbol
    const anchor = anchorOf(module, symbol)
    const line = source.getLineAndCharacterOfPosition(declaration.getStart()).line + 1
    const self = `${module.name}.html#${anchor}`
    const properties = members.filter((one) => one.signature === undefined)
    return [
      `### ${name} {#${anchor}}`,
      `${kindOf(declaration)} · since ${doc?.since} · [source](${sourceHref(fromRoot(source.fileName), line)}) {.symbol-meta}`,
      codeBlock(signature),
      prose(documentedIn, doc?.description ?? "", self),
      ...properties.map(
        ({ member }) => `- \`${member.name}\`: ${prose(source, member.description, self).split("\n").join("\n  ")}`
      ),
      ...members.flatMap(({ member, signature }, index) =>
        signature === undefined
          ? []
          : [
              // An overload belongs to the one before it.
              ...(members[index - 1]?.member.name === member.name
                ? []
                : [`#### ${member.name} {#${anchor}-${member.name.replace(/\W/g, "")}}`]),
              codeBlock(signature),
              prose(source, member.description, self)
            ]
      )
    ].join("\n\n")
  }

  const pages = plans.map(({ module, symbols }) => {
    const { doc, name, pkg, source } = module
    const categories = [...new Set(symbols.map(({ symbol }) => symbol.doc?.category ?? "models"))].sort(
      (a, b) => rankOf(a) - rankOf(b) || a.localeCompare(b)
    )
    const text = [
      `# ${name} {#module}`,
      `module of \`${pkg.manifest.name}\` · since ${doc?.since} {.symbol-meta}`,
      `\`\`\`ts\n${importOf(module)}\n\`\`\``,
      prose(source, doc?.description ?? "", `${name}.html`),
      ...categories.flatMap((category) => [
        `## ${capitalised(category)} {#category-${category.replaceAll(" ", "-")}}`,
        ...symbols
          .filter(({ symbol }) => (symbol.doc?.category ?? "models") === category)
          .map((plan) => symbolText(module, plan))
      ])
    ].join("\n\n")
    return { name, description: firstParagraphOf(doc?.description ?? "") ?? "", text: `${text}\n` }
  })

  const contents = groups.map(({ modules: names, title }) => {
    const rows = names.map((name) => {
      const description = modules.find((module) => module.name === name)?.doc?.description ?? ""
      const [sentence = ""] = (firstParagraphOf(description) ?? "").split(/(?<=\.)\s/)
      return `| [${name}](./${name}.html) | ${escaped(sentence)} |`
    })
    return [`## ${title}`, `| module | what it is for |\n| --- | --- |\n${rows.join("\n")}`].join("\n\n")
  })
  const description =
    "Every public module, and what it is for. Made from the sources, whose examples are run by the tests."
  const index = ["# Reference", description, ...contents].join("\n\n")
  return { pages: [{ name: "modules", description, text: `${index}\n` }, ...pages], codeLinks }
}

/** @param {string} text */
const escaped = (text) => text.replace(/[<>|{}]/g, (mark) => `&#${mark.charCodeAt(0)};`)
