/**
 * Indexes as the command line has them, in characters that no shell takes for its own:
 *
 *     [local:]NAME=PARTITION[/SORT][@PROJECTION]
 *
 * PARTITION and SORT are attributes with commas between, each with its type unless that is text. PROJECTION is `all`,
 * `keys`, or `keys+a+b`: keys, and the attributes a and b. A local index has the table's partition key: `local:NAME=/SORT`.
 */
import type { Projection } from "@effect-dynamo/core/Index"
import * as Result from "effect/Result"
import { type KeyAttribute, parseKeys } from "./keyFlag.ts"

/** An index of a table to be made. */
export type IndexFlag =
  | {
      readonly kind: "global"
      readonly name: string
      readonly partition: ReadonlyArray<KeyAttribute>
      readonly sort: ReadonlyArray<KeyAttribute>
      readonly projection: Projection
    }
  | {
      readonly kind: "local"
      readonly name: string
      readonly sort: KeyAttribute
      readonly projection: Projection
    }

const example = "NAME=PARTITION/SORT, as byStatus=status/createdAt:N"
const localExample = "the sort key after a slash, as local:byDate=/createdAt:N; the partition key is the table's"

/** What stands before and after the first separator. */
const splitOnce = (text: string, separator: string): readonly [string, string | undefined] => {
  const at = text.indexOf(separator)
  return at === -1 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)]
}

export const parseIndex = (text: string): Result.Result<IndexFlag, string> =>
  Result.gen(function* () {
    const [title, definition] = splitOnce(text, "=")
    const isLocal = title.startsWith("local:")
    const name = title.replace(/^(local|global):/, "")
    if (definition === undefined || name === "") return yield* Result.fail(isLocal ? localExample : example)
    const [keys, projected] = splitOnce(definition, "@")
    const projection = yield* parseProjection(projected)
    const [partitionText, sortText] = splitOnce(keys, "/")
    if (isLocal) {
      const [sort, ...more] = sortText === undefined ? [] : yield* parseKeys(sortText)
      if (partitionText !== "" || sort === undefined || more.length > 0) return yield* Result.fail(localExample)
      return { kind: "local", name, sort, projection } as const
    }
    if (partitionText === "") return yield* Result.fail(`${example}; or ${localExample}`)
    return {
      kind: "global",
      name,
      partition: yield* parseKeys(partitionText),
      sort: sortText === undefined ? [] : yield* parseKeys(sortText),
      projection
    } as const
  })

const parseProjection = (text: string | undefined): Result.Result<Projection, string> => {
  if (text === undefined || text === "all") return Result.succeed({ _tag: "All" })
  const [keys, ...attributes] = text.split("+")
  if (keys !== "keys" || attributes.includes("")) {
    return Result.fail("@all, @keys, or attributes beside the keys, as @keys+total+title")
  }
  return Result.succeed(attributes.length === 0 ? { _tag: "KeysOnly" } : { _tag: "Include", attributes })
}
