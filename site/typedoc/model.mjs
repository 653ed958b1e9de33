/** What TypeDoc reads, as the reference shows it: types as they are written, and names in text that are links. */
import { Converter, ReflectionGroup, ReflectionKind, TypeScript as ts, UnknownType } from "typedoc"
import { reference } from "../pages.mjs"

/** @param {string} text */
const capitalised = (text) => text.slice(0, 1).toUpperCase() + text.slice(1)

/**
 * A part of a comment: links to symbols are code, and code that names a symbol (`Query.from`, `KeyError`) is a link.
 *
 * @param {import("typedoc").ProjectReflection} project
 * @param {import("typedoc").CommentDisplayPart} part
 * @returns {import("typedoc").CommentDisplayPart}
 */
const linked = (project, part) => {
  if (part.kind === "inline-tag" && part.tag === "@link") return { ...part, tag: "@linkcode" }
  const [, text, name] = part.kind === "code" ? (/^`(([A-Z]\w*(?:\.\w+)?)(?:\(\))?)`$/.exec(part.text) ?? []) : []
  if (text === undefined || name === undefined) return part
  const target = project.getChildByName(name.includes(".") ? name : `DynamoError.${name}`)
  return target === undefined ? part : { kind: "inline-tag", tag: "@linkcode", text, target }
}

/** @param {import("typedoc").Application} app */
export const load = ({ converter }) => {
  // Rather than what an alias stands for, and a union in the compiler's order.
  const convertType = converter.convertType.bind(converter)
  converter.convertType = (context, type, node) => convertType(context, node ?? type, node)
  converter.on(Converter.EVENT_CREATE_TYPE_PARAMETER, (context, parameter) => {
    const node = context.getSymbolFromReflection(parameter)?.declarations?.find(ts.isTypeParameterDeclaration)
    if (node?.constraint) parameter.type = convertType(context.withScope(parameter), node.constraint)
    if (node?.default) parameter.default = convertType(context.withScope(parameter), node.default)
  })

  converter.on(Converter.EVENT_CREATE_DECLARATION, (context, reflection) => {
    if (reflection.kindOf(ReflectionKind.Module)) reflection.name = reflection.name.replace(/^.*\//, "")
    // What an export says of a symbol goes before what its declaration says: `export { /** … */ in_ as in }`.
    const specifier = context
      .getSymbolFromReflection(context.scope)
      ?.exports?.get(reflection.name)
      ?.declarations?.find(ts.isExportSpecifier)
    reflection.comment = (specifier && context.getNodeComment(specifier, false)) ?? reflection.comment
  })

  converter.on(Converter.EVENT_RESOLVE_BEGIN, (context) => {
    const { project } = context
    for (const reflection of Object.values(project.reflections)) {
      const isInherited = reflection.kindOf(ReflectionKind.Constructor) && reflection.inheritedFrom !== undefined
      // Type identifiers are for types alone.
      if (isInherited || reflection.name.startsWith("~")) project.removeReflection(reflection)
    }
    for (const reflection of Object.values(project.reflections)) {
      if (reflection.isReference()) {
        const target = reflection.getTargetReflectionDeep()
        reflection.comment ??= target.comment ?? target.signatures?.[0]?.comment
      }
      if (reflection.kindOf(ReflectionKind.Accessor)) {
        reflection.kind = ReflectionKind.Property
        reflection.type = reflection.getSignature.type
        reflection.comment = reflection.getSignature.comment
        project.removeReflection(reflection.getSignature)
      }
      if (reflection.kindOf(ReflectionKind.ClassOrInterface)) {
        const node = context
          .getSymbolFromReflection(reflection)
          ?.declarations?.find((one) => ts.isClassLike(one) || ts.isInterfaceDeclaration(one))
        const clause = node?.heritageClauses?.find(({ token }) => token === ts.SyntaxKind.ExtendsKeyword)
        reflection.extendedTypes = clause?.types.map((type, index) => {
          const known = ts.isCallExpression(type.expression) ? undefined : reflection.extendedTypes?.[index]
          if (known === undefined) return new UnknownType(type.getText().replaceAll("\n", "\n  "))
          return Object.assign(known, { name: type.expression.getText() })
        })
        // The others are those of what it extends.
        for (const member of reflection.children?.slice() ?? []) {
          const declaration = context.getSymbolFromReflection(member)?.declarations?.[0]
          if (ts.findAncestor(declaration, (one) => one === node) === undefined) project.removeReflection(member)
        }
      }
    }
    for (const { comment } of Object.values(project.reflections)) {
      if (comment === undefined) continue
      comment.summary = comment.summary.map((part) => linked(project, part))
      for (const tag of comment.blockTags) tag.content = tag.content.map((part) => linked(project, part))
    }
  })

  const afterAll = -1000
  converter.on(
    Converter.EVENT_RESOLVE_END,
    ({ project }) => {
      for (const reflection of Object.values(project.reflections)) {
        for (const category of reflection.categories ?? []) category.title = capitalised(category.title)
      }
      project.groups = reference.map(({ modules, title }) => {
        const group = new ReflectionGroup(title, project)
        group.children = modules.flatMap((name) => project.getChildByName([name]) ?? [])
        return group
      })
    },
    afterAll
  )
}
