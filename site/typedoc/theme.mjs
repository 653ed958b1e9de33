/** How the reference looks: a page for each module, and signatures in lines of the page's width, whose names are links. */
import {
  DefaultTheme,
  DefaultThemeRenderContext,
  JSX,
  PageKind,
  ReflectionKind,
  ReflectionType,
  Slugger
} from "typedoc"
import { MarkdownPageEvent, MarkdownTheme, MarkdownThemeContext, ModuleRouter } from "typedoc-plugin-markdown"
import { isForEffect, packages, publicModules } from "../../scripts/lib/workspace.mjs"

/** Anchors as names are written, which differ where only their case does. */
class Anchors extends Slugger {
  #times = new Map()

  slug(name) {
    const anchor = this.serialize(name.replaceAll(".", "-"))
    const times = this.#times.get(anchor) ?? 0
    this.#times.set(anchor, times + 1)
    return times === 0 ? anchor : `${anchor}-${times}`
  }
}

/** A page for each module, with all that is in it. */
class Router extends ModuleRouter {
  buildChildPages(module, pages) {
    const url = this.getFileName(module.name)
    this.fullUrls.set(module, url)
    this.sluggers.set(module, new Anchors(this.sluggerConfiguration))
    pages.push({ kind: PageKind.Reflection, model: module, url })
    module.traverse((child) => {
      this.buildAnchors(child, module)
      return true
    })
  }

  relativeUrl(from, to) {
    // A method has an anchor, and not each of its signatures. VitePress takes `Index.md` for a folder's index.
    return super.relativeUrl(from, this.hasUrl(to) ? to : to.parent).replace(".md", ".html")
  }
}

/**
 * Code without what TypeDoc ends lines with.
 *
 * @param {ReadonlyArray<any>} parts HTML, and elements of TypeDoc's
 */
const codeBlock = (...parts) => {
  const html = parts
    .map((part) => (typeof part === "string" ? part : JSX.renderElement(part)))
    .join("")
    .replaceAll("\u00A0\u00A0", " ")
    .replaceAll("<br/>", "\n")
    .replace(/\s+(?=\n)/g, "")
    // The line of a member is where links to it lead.
    .replace(/(?<=<a class="tsd-kind-property" )href="#([^"]*)"/g, 'id="$1" $&')
    .replace(/(>);(?=<\/span>\n)/g, "$1")
    .replace(/,(<\/span>\n *<span class="tsd-signature-symbol">(?:\)|&gt;))/g, "$1")
  return `<pre class="signature" v-pre><code>${html}</code></pre>`
}

/** @param {string} html */
const lengthOf = (html) => html.replace(/<[^>]*>/g, "").replace(/&\w+;/g, "?").length

/** @param {string} text */
const keyword = (text) => `<span class="tsd-signature-keyword">${text}</span>`

/**
 * How an application imports a module.
 *
 * @param {string} name
 * @param {import("../../scripts/lib/workspace.mjs").Package} pkg
 */
const importOf = (name, pkg) => {
  const umbrella = packages.find(({ folder }) => folder === "effect-dynamo")
  if (pkg.folder === "testing") return `import { ${name} } from "${pkg.manifest.name}"`
  if (umbrella === undefined || !publicModules(umbrella).includes(name)) {
    return `import * as ${name} from "${pkg.manifest.name}/${name}"`
  }
  return isForEffect(pkg, name) ? `import "effect-dynamo/${name}"` : `import { ${name} } from "effect-dynamo"`
}

/** @param {import("typedoc").DeclarationReflection} module */
const moduleHead = ({ comment, name, sources }) => {
  const pkg = packages.find(({ folder }) => sources?.[0]?.fileName.startsWith(`packages/${folder}/`))
  if (pkg === undefined) return ""
  return `module of \`${pkg.manifest.name}\`${sinceOf([comment])} {.symbol-meta}\n\n\`\`\`ts\n${importOf(name, pkg)}\n\`\`\``
}

/** @param {ReadonlyArray<import("typedoc").Comment | undefined>} comments */
const sinceOf = (comments) => {
  const [since] = comments.flatMap((comment) => comment?.getTag("@since")?.content ?? [])
  return since === undefined ? "" : ` · since ${since.text}`
}

/**
 * What a symbol is, since when, and where.
 *
 * @param {import("typedoc").DeclarationReflection} model
 */
const metaOf = (model) => {
  if (!model.parent?.kindOf(ReflectionKind.Module)) return ""
  const since = sinceOf([model, ...(model.signatures ?? [])].map(({ comment }) => comment))
  const isFunction = model.type?.type === "reflection" && model.type.declaration.signatures !== undefined
  const kind = ReflectionKind.singularString(isFunction ? ReflectionKind.Function : model.kind).toLowerCase()
  return `${kind}${since} · [source](${model.sources?.[0]?.url}) {.symbol-meta}`
}

class Context extends MarkdownThemeContext {
  constructor(theme, page, options) {
    super(theme, page, options)
    /** TypeDoc's own pages have the signatures that its Markdown has not. */
    const html = new DefaultThemeRenderContext(this.router, new DefaultTheme(theme.owner), page, options)
    const { member } = this.partials

    const nameOf = ({ name, typeParameters }) => {
      const signature = { kind: ReflectionKind.CallSignature, name, typeParameters, parent: { flags: {} } }
      return JSX.renderElement(html.memberSignatureTitle(signature)).replace(/<span[^>]*>\(\)<.*$/, "")
    }
    const membersOf = (model) => {
      // A member a line, as TypeDoc shows those of interfaces alone.
      const bare = Object.assign(Object.create(model), { kind: ReflectionKind.Interface, name: "", typeParameters: [] })
      const preview = html.reflectionPreview(bare)
      if (preview === undefined) return JSX.renderElement(html.type(new ReflectionType(model)))
      return JSX.renderElement(preview).replace(/^.*?(?=<span[^>]*>\{)|<\/div>$/g, "")
    }
    const declarationOf = (model) => {
      if (model.kindOf(ReflectionKind.ClassOrInterface)) {
        const kind = ReflectionKind.singularString(model.kind).toLowerCase()
        const space = model.kindOf(ReflectionKind.Class) ? "\n  " : " "
        const heritage = (model.extendedTypes ?? []).flatMap((type, index) => [
          index === 0 ? `${space}${keyword("extends")} ` : ", ",
          html.type(type)
        ])
        return codeBlock(`${keyword(kind)} ${nameOf(model)}`, ...heritage, " ", membersOf(model))
      }
      if (model.kindOf(ReflectionKind.TypeAlias)) {
        const head = `${keyword("type")} ${nameOf(model)} =`
        const type = model.type === undefined ? membersOf(model) : JSX.renderElement(html.type(model.type))
        const isLong = !type.includes("<br/>") && lengthOf(`${head} ${type}`) > 84
        return codeBlock(head, isLong ? "\n  " : " ", type)
      }
      return codeBlock(`${nameOf(model)}: `, html.type(model.type))
    }
    const propertyOf = (model) =>
      model.hasComment() ? `- \`${model.name}\`: ${commentOf(model).trim().replaceAll("\n", "\n  ")}` : ""
    const commentOf = ({ comment }, headingLevel) =>
      comment === undefined ? "" : this.partials.comment(comment, { headingLevel })

    this.partials = {
      ...this.partials,
      memberTitle: ({ name }) => name,
      member: (model, { headingLevel }) =>
        model.kindOf(ReflectionKind.Namespace)
          ? this.partials.memberWithGroups(model, { headingLevel: headingLevel + 1 })
          : member(model, { headingLevel }),
      declaration: (model, { headingLevel }) =>
        [metaOf(model), declarationOf(model), commentOf(model, headingLevel)].join("\n\n"),
      signatures: (model, { headingLevel }) => {
        const described = model.comment === undefined ? model.signatures : [model]
        const blocks = described.flatMap((one) => [
          codeBlock(...(one.signatures ?? [one]).flatMap((each) => ["\n", html.memberSignatureTitle(each)]).slice(1)),
          commentOf(one, headingLevel + 1)
        ])
        return [metaOf(model), ...blocks].join("\n\n")
      },
      // As if it were declared where it is exported again.
      referenceMember: (model) => {
        const { comment, name, parent, sources } = model
        const declared = Object.create(model.getTargetReflectionDeep())
        return this.partials.member(Object.assign(declared, { comment, name, parent, sources }), { headingLevel: 3 })
      },
      memberWithGroups: (model, options) => {
        const head = model.kindOf(ReflectionKind.Module) ? moduleHead(model) : metaOf(model)
        const declaration = model.kindOf(ReflectionKind.SomeModule | ReflectionKind.Project) ? "" : declarationOf(model)
        const comment = commentOf(model, options.headingLevel)
        return [head, declaration, comment, this.partials.body(model, options)].join("\n\n")
      },
      groups: ({ groups = [] }, options) =>
        groups.map(({ children }) => this.partials.members(children, options)).join("\n\n"),
      members: (models, options) =>
        models
          .map((model) =>
            model.kindOf(ReflectionKind.Property) ? propertyOf(model) : this.partials.memberContainer(model, options)
          )
          .join("\n\n")
    }
  }
}

class Theme extends MarkdownTheme {
  getRenderContext(page) {
    return new Context(this, page, this.application.options)
  }
}

/** @param {import("typedoc").Application} app */
export const load = (app) => {
  app.renderer.defineRouter("modules", Router)
  app.renderer.defineTheme("reference", Theme)

  /** @type {(page: any, f: (name: string, module: string) => string) => void} */
  const renameOthers = ({ model, project }, f) => {
    for (const module of project.children.filter((one) => one !== model)) {
      for (const child of module.children ?? []) child.name = f(child.name, module.name)
    }
  }
  // What another module has is named as applications name it: `Entity.Any`.
  app.renderer.on(MarkdownPageEvent.BEGIN, (page) => renameOthers(page, (name, module) => `${module}.${name}`))
  app.renderer.on(MarkdownPageEvent.END, (page) => {
    renameOthers(page, (name, module) => name.slice(module.length + 1))
    const summary = page.model.comment?.getShortSummary(true).map(({ text }) => text) ?? []
    const description = summary.join("").replace(/\s+/g, " ").replaceAll("`", "")
    const data = {
      description: description || "Every public module, and what it is for.",
      editLink: false,
      pageClass: "reference"
    }
    page.contents = `---\n${JSON.stringify(data, null, 2)}\n---\n\n${page.contents}`
  })
}
