import type { DynamoError } from "@effect-dynamo/core/DynamoError"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import * as References from "effect/References"
import * as Tracer from "effect/Tracer"
import type { Progress } from "./errors.ts"
import type { OperationName } from "./operations.ts"
import { tableNames } from "./tables.ts"

// Attributes follow OpenTelemetry's conventions for DynamoDB:
// https://opentelemetry.io/docs/specs/semconv/database/dynamodb/
// None of them holds a key or a value of an item.

/**
 * Runs a call in a span of its own. Where no tracer is installed, nobody could see the span, and
 * none is made.
 */
export const withSpan = <A, E extends DynamoError, R>(
  fiber: Fiber.Fiber<unknown, unknown>,
  operation: OperationName,
  input: object,
  progress: Progress,
  body: (span: Tracer.Span | undefined) => Effect.Effect<A, E, R>
): Effect.Effect<A, E, R> => {
  if (fiber.getRef(Tracer.Tracer) === Tracer.nativeTracer || !fiber.getRef(References.TracerEnabled)) {
    return body(undefined)
  }
  return Effect.useSpan(`DynamoDB.${operation}`, { kind: "client", attributes: ofInput(operation, input) }, (span) =>
    Effect.matchEffect(body(span), {
      onSuccess: (output) => {
        describeOutput(span, output)
        describeAttempts(span, progress)
        return Effect.succeed(output)
      },
      onFailure: (error) => {
        span.attribute("error.type", error._tag)
        if ("requestId" in error && error.requestId !== undefined) span.attribute("aws.request_id", error.requestId)
        describeAttempts(span, progress)
        return Effect.fail(error)
      }
    })
  )
}

/** Notes on a span that the request will be sent again. */
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

/** Notes on a span that there was no further attempt because the client's retries have used up their quota. */
export const describeExhausted = (span: Tracer.Span): void => span.attribute("aws.dynamodb.retry_quota_exhausted", true)

const describeAttempts = (span: Tracer.Span, progress: Progress): void => {
  if (progress.attempts > 1) span.attribute("http.request.resend_count", progress.attempts - 1)
}

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

const ofInput = (operation: OperationName, input: object): Record<string, unknown> => {
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
  if (size !== undefined) attributes["db.operation.batch.size"] = size
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

const describeOutput = (span: Tracer.Span, output: unknown): void => {
  if (typeof output !== "object" || output === null) return
  const metadata = memberOf(output, "$metadata")
  if (typeof metadata === "object" && metadata !== null) {
    const requestId = memberOf(metadata, "requestId")
    if (requestId !== undefined) span.attribute("aws.request_id", requestId)
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
