/**
 * Schema issues as our errors tell them: a sentence and a path, never a value.
 */
import type * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"

const format = /*#__PURE__*/ SchemaIssue.makeFormatterStandardSchemaV1()

/** The first issue of a schema error: what was expected, and where. */
export const firstIssue = (
  error: Schema.SchemaError
): { readonly message: string; readonly path: ReadonlyArray<string | number> } => {
  const issue = format(error.issue).issues[0]
  if (issue === undefined) return { message: error.message, path: [] }
  return { message: issue.message, path: (issue.path ?? []).map(segment) }
}

const segment = (key: PropertyKey | { readonly key: PropertyKey }): string | number => {
  const name = typeof key === "object" ? key.key : key
  return typeof name === "number" ? name : String(name)
}

/** A path as people write it: `lines[0].sku`; names that need it are quoted. */
export const formatPath = (path: ReadonlyArray<string | number>): string =>
  path.reduce<string>(
    (text, key) =>
      typeof key === "number"
        ? `${text}[${key}]`
        : /^[A-Za-z_$][\w$]*$/.test(key)
          ? text === ""
            ? key
            : `${text}.${key}`
          : `${text}[${JSON.stringify(key)}]`,
    ""
  )
