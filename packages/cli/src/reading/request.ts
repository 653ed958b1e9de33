/** The members that requests for items have in common, out of the texts of flags. */
import { Placeholders, attributesOf, type Condition, type Path } from "@effect-dynamo/core/Expression"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { UsageFailure } from "../failure.ts"
import { placeholdersOf } from "../filter/compile.ts"
import { parseFilter, parsePaths } from "../filter/parse.ts"
import { attributesOf as keysOf, type KeySchema } from "./keySchema.ts"

/** What a request asks for, as texts. */
export interface Asked {
  readonly filter?: Option.Option<string> | undefined
  readonly project?: Option.Option<string> | undefined
  readonly keys?: Condition | undefined
}

const optionally = <E, A>(
  text: Option.Option<string> | undefined,
  parse: (text: string) => Effect.Effect<A, E>
): Effect.Effect<A | undefined, E> => (text === undefined || Option.isNone(text) ? Effect.undefined : parse(text.value))

/** The expressions of a request, with their placeholders; and the attributes that its projection names, if it has one. */
export const expressionsOf = Effect.fnUntraced(function* (asked: Asked) {
  const condition = yield* optionally(asked.filter, parseFilter)
  const paths = yield* optionally(asked.project, parsePaths)
  const placeholders = new Placeholders()
  const texts = {
    ...(asked.keys === undefined ? undefined : { KeyConditionExpression: placeholders.condition(asked.keys) }),
    ...(condition === undefined ? undefined : { FilterExpression: placeholders.condition(condition) }),
    ...(paths === undefined
      ? undefined
      : { ProjectionExpression: paths.map((path) => placeholders.path(path)).join(", ") })
  }
  return { expressions: { ...texts, ...placeholdersOf(placeholders) }, condition, projected: paths?.map(nameOf) }
})

const nameOf = ([name]: Path): string => name

/** A query's filter is about what its keys do not say: DynamoDB takes no key attributes in it. */
export const checkFilter = (schema: KeySchema, condition: Condition | undefined): Effect.Effect<void, UsageFailure> => {
  const named = condition === undefined ? new Set<string>() : attributesOf(condition)
  const key = keysOf(schema).find(({ name }) => named.has(name))
  return key === undefined
    ? Effect.void
    : Effect.fail(
        new UsageFailure({
          message: `The filter names ${key.name}, a key attribute of ${schema.title}: give its value as an argument, or bound it with --eq, --gte, --lte, --begins-with, …`
        })
      )
}

/** The attributes that tables show first: those asked for in their order, else the keys, of an index before its table's. */
export const columnsFirst = (
  schemas: { readonly table: KeySchema; readonly read: KeySchema } | undefined,
  projected: ReadonlyArray<string> | undefined
): ReadonlyArray<string> =>
  projected ??
  (schemas === undefined ? [] : [...keysOf(schemas.read), ...keysOf(schemas.table)].map(({ name }) => name))
