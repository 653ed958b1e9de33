/** Key attributes as the command line has them: `id`, or with their type `id:N`. */
import type { KeyType } from "@effect-dynamo/core/Index"
import * as Result from "effect/Result"

/** An attribute of a key, and what it holds: text (`S`), a number (`N`) or binary (`B`). */
export interface KeyAttribute {
  readonly name: string
  readonly type: KeyType
}

const isKeyType = (text: string): text is KeyType => text === "S" || text === "N" || text === "B"

/** The type stands after the last colon, so that a name may have others. */
export const parseKey = (text: string): Result.Result<KeyAttribute, string> => {
  const colon = text.lastIndexOf(":")
  const name = colon === -1 ? text : text.slice(0, colon)
  const type = colon === -1 ? "S" : text.slice(colon + 1)
  if (name === "") return Result.fail("the name of an attribute, as id or id:N")
  return isKeyType(type)
    ? Result.succeed({ name, type })
    : Result.fail(`S (text), N (number) or B (binary) after the colon, as ${name}:N`)
}

/** Several of them, with commas between: `country,city,year:N`. */
export const parseKeys = (text: string): Result.Result<ReadonlyArray<KeyAttribute>, string> =>
  Result.all(text.split(",").map(parseKey))

/** As people read it: `id (N)`. */
export const formatKey = ({ name, type }: KeyAttribute): string => `${name} (${type})`
