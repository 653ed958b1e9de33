/**
 * Why a transaction failed, told by its operations rather than by what was sent for them.
 */
import {
  type CancellationReason,
  ConditionalCheckFailed,
  TransactionCanceled,
  TransactionConflict
} from "@effect-dynamo/core/DynamoError"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { decodeStanding } from "./conditions.ts"
import { takenMessage } from "./guards.ts"
import { isDisturbed } from "./optimistic.ts"
import type { Place } from "./transactionPlan.ts"

/** The failures that have a reason for each item of the request. */
export type Cancellation = ConditionalCheckFailed<object> | TransactionCanceled | TransactionConflict

type Reason = CancellationReason<unknown>
type Reasons = ReadonlyArray<Reason>

export const failedCondition = "ConditionalCheckFailed"
const conflict = "TransactionConflict"
const none: Reason = { code: "None", message: undefined, item: Option.none() }

const isCulprit = (reason: Reason | undefined): reason is Reason => reason !== undefined && reason.code !== none.code

/** The failure of a transaction of writes, with the reason of each operation, and what stood there as its entity's value. */
export const failWrites = (places: ReadonlyArray<Place>, failure: Cancellation): Effect.Effect<never, Cancellation> =>
  // Conflicts of whole requests, as between Regions, have no reasons.
  failure.reasons === undefined
    ? Effect.fail(failure)
    : Effect.flatMap(
        Effect.forEach(places, (place) => reasonOf(place, failure.reasons!)),
        (reasons) => Effect.fail(withReasons(failure, reasons, nameOf(places)))
      )

const nameOf =
  (places: ReadonlyArray<Place>) =>
  (i: number): string => {
    const { kind, write } = places[i]!
    return `${kind} of ${write.planning.entity.name}`
  }

/** What became of one operation. A failed condition comes first: of its item, then of a guard. */
const reasonOf = ({ at, guards, sent, write }: Place, raw: Reasons): Effect.Effect<Reason> => {
  const own = raw[at]
  if (own?.code === failedCondition) {
    // The client's reasons have items as DynamoDB gave them.
    const standing = own.item as Option.Option<object>
    const { code, message } = isDisturbed(sent, standing)
      ? { code: conflict, message: "Another write came between reading the item and writing it" }
      : own
    return Effect.map(decodeStanding(write.planning, standing), (item): Reason => ({ code, message, item }))
  }
  const taken = guards.find((guard) => raw[guard.at]?.code === failedCondition)
  if (taken !== undefined) {
    const message = takenMessage(taken.guard, write.planning)
    return Effect.succeed({ code: failedCondition, message, item: Option.none() })
  }
  const culprit = [own, ...guards.map((guard) => raw[guard.at])].find(isCulprit)
  return Effect.succeed(culprit === undefined ? none : { ...culprit, item: Option.none() })
}

/** The failure of a transaction of gets: of each, at which place of the request it stands. */
export const failGets = (
  places: ReadonlyArray<{ readonly at: number; readonly entity: string }>,
  failure: TransactionCanceled | TransactionConflict
): TransactionCanceled | TransactionConflict => {
  const { reasons } = failure
  if (reasons === undefined) return failure
  const given = places.map(({ at }) => reasons[at] ?? none)
  // No condition can be among the reasons of reads.
  return withReasons(failure, given, (i) => `Get of ${places[i]!.entity}`) as TransactionCanceled | TransactionConflict
}

/** What kind of failure it is, by the reasons of its operations. */
const withReasons = (failure: Cancellation, reasons: Reasons, nameOf: (i: number) => string): Cancellation => {
  const { attempts, cause, operation, requestId, table } = failure
  const culprits = reasons.flatMap((reason, i) => (isCulprit(reason) ? [{ i, ...reason }] : []))
  const failed = culprits.find(({ code }) => code === failedCondition)
  const decisive = failed ?? culprits.find(({ code }) => code !== conflict) ?? culprits[0]
  const common = {
    message: decisive === undefined ? failure.message : messageOf(decisive, nameOf, culprits.length - 1),
    operation,
    table,
    cause,
    requestId,
    attempts,
    reasons
  }
  if (failed !== undefined) return new ConditionalCheckFailed<object>({ ...common, item: asItem(failed.item) })
  return culprits.length > 0 && culprits.every(({ code }) => code === conflict)
    ? new TransactionConflict(common)
    : new TransactionCanceled(common)
}

/** Values of entities are objects. */
const asItem = (item: Option.Option<unknown>): Option.Option<object> => item as Option.Option<object>

const messageOf = (
  { code, i, message }: { readonly i: number; readonly code: string; readonly message: string | undefined },
  nameOf: (i: number) => string,
  others: number
): string => {
  const more = others === 0 ? "" : ` (${others} more in \`reasons\`)`
  return `The transaction was cancelled by operation ${i}, ${nameOf(i)}: ${(message ?? code).replace(/\.$/, "")}${more}.`
}
