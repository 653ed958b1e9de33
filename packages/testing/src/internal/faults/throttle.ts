/**
 * Throttling, in DynamoDB's words.
 */
import type { OperationName, TransportFailure } from "@effect-dynamo/client/DynamoClient"
import type { Exchange } from "./fault.ts"
import { refusal } from "./failures.ts"
import { indexOf, isRead, tablesOf } from "./requests.ts"

/**
 * Which limit throttles:
 *
 * - `provisioned`: the capacity provisioned for a table or index
 * - `onDemand`: the most that is configured for one that is billed on demand
 * - `account`: the account's quota for a table or index
 * - `keyRange`: what one partition gives, which a hot key exceeds
 *
 * @category models
 * @since 0.1.0
 */
export type Limit = keyof typeof limits

/**
 * What throttles.
 *
 * @category models
 * @since 0.1.0
 */
export interface Throttle {
  readonly limit: Limit
  /** The index whose limit it is. If absent, the one that the request reads; otherwise its first table. */
  readonly index?: string | undefined
}

/**
 * Operations on items, whose throughput is limited.
 *
 * @category models
 * @since 0.1.0
 */
export type ItemOperation = (typeof itemOperations)[number]

const scaling =
  "Throughput exceeds the current capacity of your table or index. DynamoDB is automatically scaling your table or index so please try again shortly. If exceptions persist, check if you have a hot key: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html"

const limits = {
  provisioned: {
    code: "ProvisionedThroughputExceededException",
    reason: "ProvisionedThroughputExceeded",
    message:
      "The level of configured provisioned throughput for the table was exceeded. Consider increasing your provisioning level with the UpdateTable API."
  },
  onDemand: {
    code: "ThrottlingException",
    reason: "MaxOnDemandThroughputExceeded",
    message: "Throughput exceeds the maximum OnDemandThroughput configured on table or index."
  },
  account: {
    code: "RequestLimitExceeded",
    reason: "AccountLimitExceeded",
    message:
      "Throughput exceeds the current throughput limit for your account. Please contact AWS Support at https://aws.amazon.com/support request a limit increase"
  },
  keyRange: { code: "ThrottlingException", reason: "KeyRangeThroughputExceeded", message: scaling }
}

/** No account has this number. */
const arn = "arn:aws:dynamodb:us-east-1:000000000000:table/"

const itemOperations = [
  "GetItem",
  "PutItem",
  "UpdateItem",
  "DeleteItem",
  "Query",
  "Scan",
  "BatchGetItem",
  "BatchWriteItem",
  "TransactGetItems",
  "TransactWriteItems",
  "ExecuteStatement",
  "BatchExecuteStatement",
  "ExecuteTransaction"
] as const satisfies ReadonlyArray<OperationName>

const throttledByItems: ReadonlySet<OperationName> = new Set(itemOperations)

/** DynamoDB's answer where it throttles, with its reason. */
export const throttling =
  ({ index, limit }: Throttle) =>
  (exchange: Exchange): TransportFailure => {
    const { input, operation } = exchange
    const { code, message, reason } = limits[limit]
    const throttled = index ?? indexOf(input)
    const kind = `${throttled === undefined ? "Table" : "Index"}${isRead(operation, input) ? "Read" : "Write"}`
    const resource = `${arn}${tablesOf(input)[0] ?? ""}${throttled === undefined ? "" : `/index/${throttled}`}`
    return {
      ...refusal({ code, message })(exchange),
      throttlingReasons: [{ reason: kind + reason, resource }]
    }
  }

/** Throttling of any operation: those on tables have a rate, and tell no reason. */
export const anyThrottling = (exchange: Exchange): TransportFailure =>
  throttledByItems.has(exchange.operation)
    ? throttling({ limit: "provisioned" })(exchange)
    : refusal({ code: "ThrottlingException", message: "Rate exceeded" })(exchange)
