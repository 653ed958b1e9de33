/**
 * The reference: TypeDoc reads the sources' declarations and their JSDoc, and writes a Markdown page for each public module.
 */
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { Application } from "typedoc"
import { MarkdownPageEvent } from "typedoc-plugin-markdown"
import { fromRoot, libraries, publicModules, root } from "../../scripts/lib/workspace.mjs"
import { check } from "./check.mjs"
import { load as loadModel } from "./model.mjs"
import { load as loadTheme } from "./theme.mjs"

/** The umbrella's modules are those of the other packages. */
const documented = libraries.filter(({ folder }) => folder !== "effect-dynamo")

/**
 * Reads all public modules, and tells what is wrong with their JSDoc.
 *
 * @param {string} [sourceLinks] where a source is shown, with `{path}` and `{line}`
 */
export const readReference = async (sourceLinks = "{path}") => {
  const app = await Application.bootstrapWithPlugins({
    entryPoints: documented.flatMap((pkg) =>
      publicModules(pkg).map((name) => join(pkg.directory, "src", `${name}.ts`))
    ),
    tsconfig: fileURLToPath(new URL("tsconfig.json", import.meta.url)),
    // The compiler of the repository finds them, in the same sources.
    skipErrorChecking: true,
    plugin: ["typedoc-plugin-markdown", loadModel, loadTheme],
    logLevel: "Warn",

    excludeExternals: true,
    excludeInternal: true,
    excludePrivate: true,
    excludeProtected: true,
    sort: ["source-order"],
    categorizeByGroup: false,
    categoryOrder: [
      "constructors",
      "layers",
      "services",
      "accessors",
      "combinators",
      "*",
      "errors",
      "models",
      "guards",
      "type ids"
    ],
    disableGit: true,
    displayBasePath: root,
    sourceLinkTemplate: sourceLinks,

    validation: { invalidLink: true, invalidPath: true, notDocumented: true, notExported: false, rewrittenLink: true },
    packagesRequiringDocumentation: documented.map(({ manifest }) => manifest.name),
    requiredToBeDocumented: ["Module", "Namespace", "Class", "Interface", "TypeAlias", "Function", "Variable"],

    name: "Reference",
    readme: "none",
    entryFileName: "modules",
    router: "modules",
    theme: "reference",
    cleanOutputDir: false,
    hideBreadcrumbs: true,
    hidePageHeader: true,
    hideGroupHeadings: true,
    pageTitleTemplates: { index: "{projectName}", module: "{rawName} {#module}", member: "{rawName}" },
    indexFormat: "table",
    parametersFormat: "none",
    notRenderedTags: ["@category", "@module", "@since"],
    useCustomAnchors: true,
    sluggerConfiguration: { lowercase: false },
    typePrintWidth: 76
  })
  const project = await app.convert()
  if (project === undefined) throw new Error("TypeDoc could not read the sources")
  app.validate(project)
  check(project, app.logger)
  const exports = (project.children ?? []).reduce((sum, { children = [] }) => sum + children.length, 0)
  return { app, project, exports, ok: !app.logger.hasErrors() && !app.logger.hasWarnings() }
}

/**
 * Writes the reference.
 *
 * @param {string} folder
 * @param {string} sourceLinks where a source is shown, with `{path}` and `{line}`
 */
export const writeReference = async (folder, sourceLinks) => {
  const { app, project } = await readReference(sourceLinks)
  /** @type {Array<string>} */
  const pages = []
  app.renderer.on(MarkdownPageEvent.END, ({ url }) => pages.push(url))
  app.options.setValue("outputs", [{ name: "markdown", path: folder }])
  await app.generateOutputs(project)
  const sources = Object.values(project.reflections).flatMap(({ sources = [] }) => sources)
  return { pages, files: [...new Set(sources.map(({ fullFileName }) => fromRoot(fullFileName)))] }
}
