/**
 * Failures as a transport gives them.
 */
import type { Item, TransportFailure } from "@effect-dynamo/client/DynamoClient"
import type { CancellationReason } from "@effect-dynamo/core/DynamoError"
import * as Option from "effect/Option"
import type { Exchange } from "./fault.ts"
import { operationsOf } from "./requests.ts"

/**
 * A refusal by the service.
 *
 * @category models
 * @since 0.1.0
 */
export interface Refusal {
  /** The error's name as DynamoDB has it: `ValidationException`. */
  readonly code: string
  /** The error's text. */
  readonly message?: string | undefined
  /** The HTTP status. 400 if absent. */
  readonly status?: number | undefined
}

export const refusal =
  ({ code, message = "", status = 400 }: Refusal) =>
  ({ requestId }: Exchange): TransportFailure => ({
    origin: "response",
    code,
    message,
    sent: true,
    status,
    requestId,
    cause: undefined
  })

/** The network's failures, and those of whoever waits for it. */
export const lost =
  (origin: "network" | "timeout", code: string, message: string, sent = true) =>
  (): TransportFailure => ({
    origin,
    code,
    message,
    sent,
    cause: undefined
  })

/** An answer of success that is none. */
export const unreadable = ({ requestId }: Exchange): TransportFailure => ({
  origin: "response",
  code: "UnreadableAnswer",
  message: "It is not a JSON object.",
  sent: true,
  status: 200,
  requestId,
  cause: undefined
})

/** An answer that is not as it was sent. */
export const damaged = ({ requestId }: Exchange): TransportFailure => ({
  origin: "network",
  code: "ChecksumMismatch",
  message: "The answer was damaged on its way.",
  sent: true,
  requestId,
  cause: undefined
})

/**
 * Why an operation cancelled its transaction, by
 * [DynamoDB's codes](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CancellationReason.html).
 *
 * @category models
 * @since 0.1.0
 */
export type CancellationCode = keyof typeof messages

/**
 * Why an operation cancelled its transaction, with more than its code.
 *
 * @category models
 * @since 0.1.0
 */
export interface Reason {
  readonly code: CancellationCode
  /** DynamoDB's own of the code if absent. */
  readonly message?: string | undefined
  /** What stood there, as DynamoDB gives it where `ReturnValuesOnConditionCheckFailure` asks for it. */
  readonly item?: Item | undefined
}

/**
 * Why operations cancelled their transaction, by their positions in it, from 0. The others did not.
 *
 * @category models
 * @since 0.1.0
 */
export type Reasons = Readonly<Record<number, CancellationCode | Reason>>

const messages = {
  ConditionalCheckFailed: "The conditional request failed",
  ItemCollectionSizeLimitExceeded: "Collection size exceeded.",
  TransactionConflict: "Transaction is ongoing for the item",
  ProvisionedThroughputExceeded:
    "The level of configured provisioned throughput for the table was exceeded. Consider increasing your provisioning level with the UpdateTable API.",
  ThrottlingError:
    "Throughput exceeds the current capacity of your table or index. DynamoDB is automatically scaling your table or index so please try again shortly.",
  ValidationError: "One or more parameter values were invalid.",
  AccessDenied: "User is not authorized to perform the action",
  DuplicateItem: "Duplicate primary key exists in table"
}

const none: CancellationReason<Item> = { code: "None", message: undefined, item: Option.none() }

const isPosition = (position: number, count: number): boolean =>
  Number.isInteger(position) && position >= 0 && position < count

/** A transaction that was cancelled. None if the reasons are of operations that it does not have. */
export const cancellation = (reasons: Reasons, exchange: Exchange): TransportFailure | undefined => {
  const count = operationsOf(exchange.input)
  if (!Object.keys(reasons).every((position) => isPosition(Number(position), count))) return undefined
  const cancellationReasons = Array.from({ length: count }, (_, position) => {
    const given = reasons[position]
    if (given === undefined) return none
    const { code, item, message = messages[code] }: Reason = typeof given === "string" ? { code: given } : given
    return { code, message, item: Option.fromNullishOr(item) }
  })
  const codes = cancellationReasons.map(({ code }) => code).join(", ")
  const message = `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`
  return { ...refusal({ code: "TransactionCanceledException", message })(exchange), cancellationReasons }
}
