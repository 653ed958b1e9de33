/**
 * Writes that read first: planned on what was read, written on the condition that it is
 * the same still, and planned anew where another write came between.
 */
import type { AttributeValue, Item } from "@effect-dynamo/core/Attribute"
import { ConditionalCheckFailed, ServiceUnavailable, TransactionConflict } from "@effect-dynamo/core/DynamoError"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Random from "effect/Random"
import type { Planning } from "./builder.ts"
import { replaceBinary } from "./queryPlan.ts"
import type { Write } from "./write.ts"

/** How often a write is planned at most. */
const mostAttempts = 10

/** The longest waits before planning anew, in milliseconds: the first, which doubles with each, and the longest of all. */
const firstDelay = 10
const longestDelay = 1000

/** Whether a condition failed because another write came between reading and writing, by the item that stands there now. */
export const isDisturbed = ({ seen }: Write, standing: Option.Option<object>): boolean => {
  if (seen === undefined) return false
  const { attributes, item: before } = seen
  if (before === undefined || Option.isNone(standing)) return (before === undefined) === Option.isSome(standing)
  // It is what DynamoDB gave back: an item.
  const now = standing.value as Item
  return attributes.some((attribute) => !isSame(before[attribute], now[attribute]))
}

const isSame = (a: AttributeValue | undefined, b: AttributeValue | undefined): boolean =>
  a === undefined || b === undefined ? a === b : textOf(a) === textOf(b)

/** A value as text, the same for the same value: sets and maps have no order. */
const textOf = (value: AttributeValue): string => {
  if ("L" in value) return `L[${value.L.map(textOf).join()}]`
  if ("M" in value) {
    return `M[${Object.entries(value.M)
      .map(([name, value]) => `${JSON.stringify(name)}:${textOf(value)}`)
      .sort()
      .join()}]`
  }
  // Of one type, each with its content.
  const [[type, content]] = Object.entries(value) as [[string, unknown]]
  return Array.isArray(content) ? `${type}[${content.map(scalarText).sort().join()}]` : `${type}:${scalarText(content)}`
}

const scalarText = (content: unknown): string => JSON.stringify(content, replaceBinary)

/**
 * Plans and writes, until no other write comes between; after so many attempts it fails
 * with `TransactionConflict`. `attempt` fails with the item as DynamoDB gave it.
 */
export const untilUndisturbed = <A, E, E2, R, R2>(
  planning: Planning,
  plan: Effect.Effect<Write, E, R>,
  attempt: (write: Write) => Effect.Effect<A, E2 | ConditionalCheckFailed<object>, R2>
): Effect.Effect<A, E | E2 | ConditionalCheckFailed<object> | TransactionConflict | ServiceUnavailable, R | R2> => {
  const from = (
    count: number
  ): Effect.Effect<A, E | E2 | ConditionalCheckFailed<object> | TransactionConflict | ServiceUnavailable, R | R2> =>
    Effect.flatMap(plan, (write) =>
      attempt(write).pipe(
        Effect.catch((error) => {
          if (!(error instanceof ConditionalCheckFailed) || !isDisturbed(write, error.item)) {
            return Effect.fail<E2 | ConditionalCheckFailed<object>>(error)
          }
          // What came between may be this very write.
          if (error.ambiguous === true) return Effect.fail(inDoubt(planning, error))
          if (count >= mostAttempts) return Effect.fail(disturbed(planning, error))
          return Effect.flatMap(Random.next, (random) =>
            Effect.andThen(
              Effect.sleep(random * Math.min(longestDelay, firstDelay * 2 ** (count - 1))),
              Effect.suspend(() => from(count + 1))
            )
          )
        })
      )
    )
  return from(1)
}

/** That the item is another after an attempt that may have been applied: whether by that, nobody can tell. */
const inDoubt = ({ entity, where }: Planning, cause: ConditionalCheckFailed<object>): ServiceUnavailable =>
  new ServiceUnavailable({
    message: `The ${entity.name} changed after an attempt to write it that had no good answer; it may have been applied`,
    ...where,
    requestId: cause.requestId,
    attempts: cause.attempts,
    ambiguous: true
  })

/** That other writes came between again and again. */
const disturbed = ({ entity, where }: Planning, cause: ConditionalCheckFailed<object>): TransactionConflict =>
  new TransactionConflict({
    message: `Other writes of this ${entity.name} came between reading and writing it ${mostAttempts} times; try again`,
    ...where,
    requestId: cause.requestId
  })
