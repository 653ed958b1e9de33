/**
 * Projections with the key attributes, by which the items of a batch are told apart.
 */
import type { GetItemCommandInput } from "@aws-sdk/client-dynamodb"

type Projected = Pick<GetItemCommandInput, "ProjectionExpression" | "ExpressionAttributeNames">

/** A projection that reads the keys too, and the names of those that it had not. */
export interface WithKeys {
  readonly projection: string | undefined
  readonly names: Record<string, string> | undefined
  readonly added: ReadonlyArray<string>
}

export const withKeys = (
  { ExpressionAttributeNames: names, ProjectionExpression: projection }: Projected,
  keyNames: ReadonlyArray<string>
): WithKeys => {
  if (projection === undefined) return { projection, names, added: [] }
  const asked = new Set(pathsOf(projection, names).flatMap(({ isWhole, root }) => (isWhole ? [root] : [])))
  const added = keyNames.filter((name) => !asked.has(name))
  if (added.length === 0) return { projection, names, added }
  return {
    projection: [projection, ...added.map((_, i) => placeholder(i))].join(","),
    names: { ...names, ...Object.fromEntries(added.map((name, i) => [placeholder(i), name])) },
    added
  }
}

/** Whether the keys can be added: not where a part of a key attribute is asked for, or the placeholders are taken. */
export const takesKeys = (
  { ExpressionAttributeNames: names, ProjectionExpression: projection }: Projected,
  keyNames: ReadonlyArray<string>
): boolean =>
  projection === undefined ||
  (keyNames.every((_, i) => names?.[placeholder(i)] === undefined) &&
    pathsOf(projection, names).every(({ isWhole, root }) => isWhole || !keyNames.includes(root)))

const placeholder = (i: number): string => `#effect_dynamo_key_${i}`

interface Path {
  /** The attribute that it begins with. */
  readonly root: string
  /** Whether it ends there. */
  readonly isWhole: boolean
}

/** The paths of a projection, with the names that its placeholders stand for. */
const pathsOf = (projection: string, names: Readonly<Record<string, string>> | undefined): ReadonlyArray<Path> =>
  projection.split(",").map((text) => {
    const path = text.trim()
    const [root = ""] = path.split(/[.[]/, 1)
    return { root: names?.[root] ?? root, isWhole: root === path }
  })
