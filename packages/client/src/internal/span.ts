import type { DynamoError } from "@effect-dynamo/core/DynamoError"
import * as Duration from "effect/Duration"
import type * as Fiber from "effect/Fiber"
import * as Tracer from "effect/Tracer"
import type { OperationName } from "./operations.ts"
import { tableNames } from "./tables.ts"
import type { Server, TransportFailure } from "./transport.ts"

// Names and attributes follow OpenTelemetry's conventions for DynamoDB, and those for databases and AWS SDKs that they
// extend: https://opentelemetry.io/docs/specs/semconv/db/dynamodb/
// None of them holds a key or a value of an item.

/** Whether somebody can see the spans of a fiber: the tracer that is there by default shows them to nobody. */
export const isTraced = ({ cache: { tracer, tracerEnabled } }: Fiber.Fiber<unknown, unknown>): boolean =>
  tracer !== undefined && tracer !== Tracer.nativeTracer && tracerEnabled

/** The name of a call's span, as AWS's conventions demand it. */
export const nameOf = (operation: OperationName): string => `DynamoDB.${operation}`

// Request member -> attribute, for those that the conventions name and that hold no data
const members: ReadonlyArray<readonly [member: string, attribute: string]> = [
  ["IndexName", "aws.dynamodb.index_name"],
  ["ConsistentRead", "aws.dynamodb.consistent_read"],
  ["Limit", "aws.dynamodb.limit"],
  ["ScanIndexForward", "aws.dynamodb.scan_forward"],
  ["Select", "aws.dynamodb.select"],
  ["Segment", "aws.dynamodb.segment"],
  ["TotalSegments", "aws.dynamodb.total_segments"]
]

/** What a request says of itself. */
export const ofInput = (operation: OperationName, input: object): Record<string, unknown> => {
  const attributes: Record<string, unknown> = {
    "db.system.name": "aws.dynamodb",
    "db.operation.name": operation,
    "rpc.system": "aws-api",
    "rpc.service": "DynamoDB",
    "rpc.method": operation
  }
  const tables = tableNames(input)
  if (tables.length > 0) attributes["aws.dynamodb.table_names"] = tables
  if (tables.length === 1) attributes["db.collection.name"] = tables[0]
  const size = batchSize(input)
  // By the conventions there are no batches of one.
  if (size !== undefined && size > 1) attributes["db.operation.batch.size"] = size
  for (const [member, attribute] of members) {
    const value = memberOf(input, member)
    if (value !== undefined) attributes[attribute] = value
  }
  return attributes
}

const memberOf = (record: object, member: string): unknown => (record as { readonly [member: string]: unknown })[member]

const batchSize = (input: object): number | undefined => {
  const transaction =
    memberOf(input, "TransactItems") ?? memberOf(input, "TransactStatements") ?? memberOf(input, "Statements")
  if (Array.isArray(transaction)) return transaction.length
  const batch = memberOf(input, "RequestItems")
  if (typeof batch !== "object" || batch === null) return undefined
  let size = 0
  // a list of writes for each table, or `{ Keys }` for reads
  for (const requests of Object.values(batch)) {
    const list: unknown = Array.isArray(requests) ? requests : requests?.Keys
    if (Array.isArray(list)) size += list.length
  }
  return size
}

/** Notes where the requests of a call went. */
export const describeServer = (span: Tracer.Span, { address, port }: Server): void => {
  span.attribute("server.address", address)
  if (port !== undefined) span.attribute("server.port", port)
}

/** Notes that a request is sent again, for the so manieth time. */
export const describeResend = (span: Tracer.Span, count: number): void =>
  span.attribute("http.request.resend_count", count)

/** Notes that the request will be sent again. */
export const describeRetry = (
  span: Tracer.Span,
  now: bigint,
  error: DynamoError,
  attempts: number,
  delay: Duration.Duration
): void =>
  span.event("retry", now, {
    "error.type": error._tag,
    "aws.retry.attempts": attempts,
    "aws.retry.delay_ms": Duration.toMillis(delay)
  })

/** Notes that there was no further attempt because the client's retries have used up their quota. */
export const describeExhausted = (span: Tracer.Span): void => span.attribute("aws.dynamodb.retry_quota_exhausted", true)

/** Notes what a call failed with; `failure` is what the error was made of. */
export const describeError = (span: Tracer.Span, error: DynamoError, failure: TransportFailure | undefined): void => {
  span.attribute("error.type", error._tag)
  if ("requestId" in error && error.requestId !== undefined) span.attribute("aws.request_id", error.requestId)
  if (failure?.origin === "response") span.attribute("db.response.status_code", failure.code)
  if (failure?.status !== undefined) span.attribute("http.response.status_code", failure.status)
}

/** Notes what an answer says of itself. */
export const describeOutput = (span: Tracer.Span, output: object): void => {
  const metadata = memberOf(output, "$metadata")
  if (typeof metadata === "object" && metadata !== null) {
    const requestId = memberOf(metadata, "requestId")
    if (requestId !== undefined) span.attribute("aws.request_id", requestId)
    const status = memberOf(metadata, "httpStatusCode")
    if (status !== undefined) span.attribute("http.response.status_code", status)
  }
  const capacity = memberOf(output, "ConsumedCapacity")
  if (capacity !== undefined) {
    span.attribute(
      "aws.dynamodb.consumed_capacity",
      (Array.isArray(capacity) ? capacity : [capacity]).map((entry) => JSON.stringify(entry))
    )
  }
  const count = memberOf(output, "Count")
  if (count !== undefined) span.attribute("aws.dynamodb.count", count)
  const scanned = memberOf(output, "ScannedCount")
  if (scanned !== undefined) span.attribute("aws.dynamodb.scanned_count", scanned)
}
