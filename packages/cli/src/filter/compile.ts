/** Filters as DynamoDB takes them: expressions in which all names and values are placeholders. */
import type { AttributeValue } from "@effect-dynamo/core/Attribute"
import { Placeholders } from "@effect-dynamo/core/Expression"
import * as Effect from "effect/Effect"
import type { UsageFailure } from "../failure.ts"
import { parseFilter } from "./parse.ts"

/** The members of a `Scan` that a filter is. */
export interface Filter {
  readonly FilterExpression: string
  readonly ExpressionAttributeNames?: Record<string, string>
  readonly ExpressionAttributeValues?: Record<string, AttributeValue>
}

/** The members of a request that are placeholders: those that there are. */
export const placeholdersOf = ({ names, values }: Placeholders): Omit<Filter, "FilterExpression"> => ({
  ...(names === undefined ? undefined : { ExpressionAttributeNames: names }),
  ...(values === undefined ? undefined : { ExpressionAttributeValues: values })
})

/**
 * A filter that people wrote, for a request that has no other expressions: DynamoDB's own language of conditions, with
 * names and values in place, as in `status = "paid" and size(items) > 3`.
 */
export const compileFilter = (text: string): Effect.Effect<Filter, UsageFailure> =>
  Effect.map(parseFilter(text), (condition) => {
    const placeholders = new Placeholders()
    const FilterExpression = placeholders.condition(condition)
    return { FilterExpression, ...placeholdersOf(placeholders) }
  })
