/**
 * The metrics of calls. Their names and attributes are in the guide (`docs/telemetry.md`): they are a promise.
 */
import type { DynamoError } from "@effect-dynamo/core/DynamoError"
import type * as Context from "effect/Context"
import * as Metric from "effect/Metric"
import type { Capacity, Units } from "../Capacity.ts"
import * as RetryPolicy from "../RetryPolicy.ts"
import { consumedBy } from "./consumed.ts"
import type { OperationName, Operations } from "./operations.ts"
import { tableNames } from "./tables.ts"
import type { Server, TransportFailure } from "./transport.ts"
import { type CallMetrics, interrupted } from "./watch.ts"

type Attributes = Readonly<Record<string, string>>

/** A metric of many series: one for each set of attributes, made when there is something to tell of it. */
const family = <Input>(make: (attributes: Attributes) => Metric.Metric<Input, unknown>) => {
  const series = new Map<string, Metric.Metric<Input, unknown>>()
  return (value: Input, attributes: Attributes, context: Context.Context<never>): void => {
    const key = JSON.stringify(attributes)
    let metric = series.get(key)
    if (metric === undefined) series.set(key, (metric = make(attributes)))
    metric.updateUnsafe(value, context)
  }
}

const counter = (name: string, description: string, unit: string) =>
  family<number>((attributes) =>
    Metric.counter(name, { description, attributes: { ...attributes, unit }, incremental: true })
  )

const histogram = (name: string, description: string, unit: string, boundaries: ReadonlyArray<number>) =>
  family<number>((attributes) =>
    Metric.histogram(name, { description, attributes: { ...attributes, unit }, boundaries })
  )

// These two, with their boundaries, are OpenTelemetry's:
// https://opentelemetry.io/docs/specs/semconv/db/database-metrics/
const durations = /*#__PURE__*/ histogram(
  "db.client.operation.duration",
  "How long calls took, their retries included",
  "s",
  [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10]
)
const returnedRows = /*#__PURE__*/ histogram(
  "db.client.response.returned_rows",
  "How many items answers held",
  "{row}",
  [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000]
)

const calls = /*#__PURE__*/ counter("effect_dynamo.client.calls", "Calls that ended", "{call}")
const attempts = /*#__PURE__*/ counter("effect_dynamo.client.attempts", "Requests that were sent", "{request}")
const retries = /*#__PURE__*/ counter("effect_dynamo.client.retries", "Requests that were sent again", "{request}")
const throttles = /*#__PURE__*/ counter(
  "effect_dynamo.client.throttles",
  "Requests that DynamoDB refused for a limit",
  "{request}"
)
const errors = /*#__PURE__*/ counter("effect_dynamo.client.errors", "Calls that failed", "{call}")
const capacities = /*#__PURE__*/ counter(
  "effect_dynamo.client.consumed_capacity",
  "Capacity units that requests consumed, where DynamoDB told",
  "{capacity_unit}"
)
const quotas = /*#__PURE__*/ family<number>((attributes) =>
  Metric.gauge("effect_dynamo.client.retry_quota", {
    description: "What is left of the tokens that retries take",
    attributes: { ...attributes, unit: "{token}" }
  })
)

/** What becomes of one call, told to the metrics of the fiber that makes it. */
class ToMetrics implements CallMetrics {
  private readonly operation: OperationName
  private readonly input: object
  private readonly context: Context.Context<never>
  private readonly attributes: Attributes
  constructor(operation: OperationName, input: object, context: Context.Context<never>) {
    this.operation = operation
    this.input = input
    this.context = context
    const tables = tableNames(input)
    this.attributes =
      tables.length === 1
        ? { "db.operation.name": operation, "db.collection.name": tables[0]! }
        : { "db.operation.name": operation }
  }

  attempted(): void {
    attempts(1, this.attributes, this.context)
  }

  retried(error: DynamoError): void {
    retries(1, { ...this.attributes, "error.type": error._tag }, this.context)
  }

  /** Once for each attempt that failed. */
  failed(error: DynamoError, { code, throttlingReasons = [] }: TransportFailure): void {
    if (RetryPolicy.trouble(error) !== "throttle") return
    const told =
      throttlingReasons.length > 0
        ? throttlingReasons.map(({ reason = code, resource }) => ({ reason, ...placeOf(resource) }))
        : reasonsOf(error, code).map((reason) => ({ reason }))
    for (const { reason, ...place } of told) {
      throttles(1, { ...this.attributes, ...place, "effect_dynamo.throttling_reason": reason }, this.context)
    }
  }

  ended(seconds: number, error: string | undefined): void {
    const ofDuration = { "db.system.name": "aws.dynamodb", ...this.attributes }
    calls(1, this.attributes, this.context)
    if (error === undefined) durations(seconds, ofDuration, this.context)
    else {
      const failed = { "error.type": error }
      durations(seconds, { ...ofDuration, ...failed }, this.context)
      // Whom nobody waits for any more has not failed.
      if (error !== interrupted) errors(1, { ...this.attributes, ...failed }, this.context)
    }
  }

  answered(output: object): void {
    const rows = rowsOf(this.operation, output)
    if (rows !== undefined) returnedRows(rows, { "db.system.name": "aws.dynamodb", ...this.attributes }, this.context)
    for (const [table, { indexes, table: ofTable }] of Object.entries(this.consumed(output)?.tables ?? {})) {
      this.paid(ofTable, { "db.collection.name": table })
      for (const [index, units] of Object.entries(indexes)) {
        this.paid(units, { "db.collection.name": table, "aws.dynamodb.index_name": index })
      }
    }
  }

  private consumed(output: object): Capacity | undefined {
    // The input is that of the operation: who makes the two does not say so to the compiler.
    return consumedBy(this.operation, this.input as Operations["GetItem"]["input"], output)
  }

  private paid({ read, write }: Units, place: Attributes): void {
    for (const [kind, units] of [
      ["read", read],
      ["write", write]
    ] as const) {
      const attributes = { "db.operation.name": this.operation, ...place, "effect_dynamo.capacity": kind }
      if (units > 0) capacities(units, attributes, this.context)
    }
  }

  quota(left: number, server: Server | undefined): void {
    quotas(left, server === undefined ? {} : { "server.address": server.address }, this.context)
  }
}

/** The table and index that an ARN names: `arn:aws:dynamodb:eu-west-1:1234:table/orders/index/by-day`. */
const placeOf = (resource: string | undefined): Attributes => {
  const [, table, index] = /:table\/([^/]+)(?:\/index\/([^/]+))?/.exec(resource ?? "") ?? []
  return {
    ...(table === undefined ? undefined : { "db.collection.name": table }),
    ...(index === undefined ? undefined : { "aws.dynamodb.index_name": index })
  }
}

/** By what DynamoDB throttled, where it names no limits: the operations of a transaction, or the whole request. */
const reasonsOf = (error: DynamoError, code: string): ReadonlyArray<string> =>
  error._tag === "TransactionCanceled"
    ? error.reasons.flatMap(({ code }) => (code === "None" || code === "TransactionConflict" ? [] : [code]))
    : [code]

interface Answer {
  readonly Item?: unknown
  readonly Items?: ReadonlyArray<unknown> | undefined
  readonly Responses?:
    | ReadonlyArray<{ readonly Item?: unknown }>
    | Readonly<Record<string, ReadonlyArray<unknown>>>
    | undefined
}

/** How many items the answer to a read of items holds. */
const rowsOf = (operation: OperationName, { Item, Items = [], Responses = [] }: Answer): number | undefined => {
  switch (operation) {
    case "GetItem":
      return Item === undefined ? 0 : 1
    case "Query":
    case "Scan":
    case "ExecuteStatement":
      return Items.length
    case "BatchGetItem":
      return Object.values(Responses).reduce((sum: number, { length }: ReadonlyArray<unknown>) => sum + length, 0)
    case "TransactGetItems":
    case "BatchExecuteStatement":
    case "ExecuteTransaction":
      return Object.values(Responses).filter((response) => "Item" in response && response.Item !== undefined).length
    default:
      return undefined
  }
}

export const make = (operation: OperationName, input: object, context: Context.Context<never>): CallMetrics =>
  new ToMetrics(operation, input, context)
