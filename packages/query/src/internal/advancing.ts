/**
 * Reads in pages that get no further: an engine that answers with an empty page which ends where it began would be asked
 * for the same page for ever.
 */
import { ServiceUnavailable } from "@effect-dynamo/core/DynamoError"
import * as Effect from "effect/Effect"
import { replaceBinary } from "./queryPlan.ts"

/** How often in a row a page is asked for that ends where it began. DynamoDB never gives such a one. */
const mostStalled = 4

type Key = Readonly<Record<string, unknown>>

interface Asking {
  readonly TableName: string | undefined
  readonly ExclusiveStartKey?: Key | undefined
}

interface Given {
  readonly Count?: number | undefined
  readonly Items?: ReadonlyArray<object> | undefined
  readonly LastEvaluatedKey?: Key | undefined
}

/** Sends requests for pages. One that gets no further is sent again a few times, and then fails. */
export const advancing = <I extends Asking, A extends Given, E>(
  operation: "Query" | "Scan",
  send: (input: I) => Effect.Effect<A, E>
): ((input: I) => Effect.Effect<A, E | ServiceUnavailable>) => {
  const from = (input: I, start: Key, sent: number): Effect.Effect<A, E | ServiceUnavailable> =>
    Effect.flatMap(send(input), (page) => {
      if (!isStalled(page, start)) return Effect.succeed(page)
      if (sent < mostStalled) return from(input, start, sent + 1)
      return Effect.fail(
        new ServiceUnavailable({
          message: `The ${operation} gets no further: ${sent} times in a row its page was empty and ended where it began.`,
          operation,
          table: input.TableName,
          attempts: sent,
          ambiguous: false
        })
      )
    })
  return (input) => (input.ExclusiveStartKey === undefined ? send(input) : from(input, input.ExclusiveStartKey, 1))
}

const isStalled = ({ Count = 0, Items = [], LastEvaluatedKey }: Given, start: Key): boolean =>
  Items.length === 0 && Count === 0 && LastEvaluatedKey !== undefined && isSame(LastEvaluatedKey, start)

const isSame = (a: Key, b: Key): boolean => {
  const names = Object.keys(a)
  return names.length === Object.keys(b).length && names.every((name) => textOf(a[name]) === textOf(b[name]))
}

const textOf = (value: unknown): string | undefined => JSON.stringify(value, replaceBinary)
