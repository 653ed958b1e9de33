/** Keys as this library writes them by itself: fields by their names, and the entity's name. */
import type { KeyModel, TemplateKey } from "./model.ts"

/** What a field list needs to know. */
interface Of {
  readonly entity: string
  readonly role: "partition" | "sort"
  /** The stored name of a field. */
  readonly stored: (field: string) => string
}

/** The field list that writes what a template does, under the default configuration. */
export const asFieldList = (key: TemplateKey, of: Of): KeyModel | undefined => {
  if (key.separator !== undefined || key.oneWay === true) return undefined
  const suffix = of.entity.toLowerCase()
  const fields: Array<string> = []
  let expected = ""
  let written = ""
  for (const segment of key.segments) {
    if (typeof segment === "string") {
      written += segment
      continue
    }
    if (segment.mode !== undefined) return undefined
    if (fields.length > 0) expected += "#"
    if (of.role === "partition") expected += `${of.stored(segment.field)}#`
    // Between parts that are equal so far, what stands for a field is the same on both sides.
    expected += "\0"
    written += "\0"
    fields.push(segment.field)
  }
  if (of.role === "partition") expected += `#${suffix}`
  if (fields.length === 0) return written === suffix && of.role === "sort" ? { _tag: "Fields", fields } : undefined
  return written === expected ? { _tag: "Fields", fields } : undefined
}
