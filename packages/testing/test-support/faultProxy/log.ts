import { countItems, type Request, tablesOf } from "./request.ts"
import type { Decision } from "./rules.ts"
import type { Action } from "./script.ts"

/** What became of one request. */
export interface LogEntry {
  /** Its place among all requests, from 1. */
  readonly n: number
  /** When it had come in, in ISO 8601. */
  readonly t: string
  readonly op: string
  readonly tables: ReadonlyArray<string>
  readonly segment: number | undefined
  /** How many items a batch or transaction is about. */
  readonly items: number | undefined
  /** Its `ClientRequestToken`. */
  readonly token: string | undefined
  /** True if it has one. */
  readonly startKey: true | undefined
  readonly bytes: number
  /** The headers `amz-sdk-request` and `amz-sdk-invocation-id`. */
  readonly attempt: string | undefined
  readonly invocation: string | undefined
  /** The rule that decided, and by which step. */
  readonly rule: string | null
  readonly step: number | "random" | null
  readonly action: Action
  /** How often the engine was given the request. */
  readonly engineCalls: number
  readonly engineStatus: number | undefined
  /** How many items of a batch the engine was not given. */
  readonly withheld: number | undefined
  /** The status that the client was sent, or why it was sent none. */
  readonly status: number | Broken
  /** How long that took, in milliseconds. */
  readonly ms: number
  /** With `proxy-error`: what went wrong. */
  readonly error: string | undefined
}

export type Broken =
  | "reset-before"
  | "reset-headers"
  | "reset-mid-body"
  | "applied-then-reset"
  | "hang-then-reset"
  | "client-gave-up"
  | "applied-hang"
  | "applied-client-gave-up"
  | "client-gone"
  | "proxy-error"

/** What of an entry is known when the request is done. */
export type Outcome = Pick<LogEntry, "engineCalls" | "engineStatus" | "withheld" | "status" | "error">

export const toEntry = (n: number, request: Request, decision: Decision, start: Date, outcome: Outcome): LogEntry => ({
  n,
  t: start.toISOString(),
  op: request.operation,
  tables: [...new Set(tablesOf(request))],
  segment: request.body?.Segment,
  items: countItems(request),
  token: request.body?.ClientRequestToken,
  startKey: request.body?.ExclusiveStartKey === undefined ? undefined : true,
  bytes: request.text.length,
  attempt: headerOf(request, "amz-sdk-request"),
  invocation: headerOf(request, "amz-sdk-invocation-id"),
  ...decision,
  ...outcome,
  ms: Date.now() - start.getTime()
})

const headerOf = ({ headers }: Request, name: string): string | undefined => {
  const value = headers[name]
  return value === undefined ? undefined : String(value)
}
