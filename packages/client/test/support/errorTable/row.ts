/** What the table of errors is made of: see table.ts. */
import type { DynamoClient } from "@effect-dynamo/client"
import type { DynamoError } from "@effect-dynamo/core/DynamoError"
import type { Action } from "../../../../testing/test-support/faults.ts"

/** A way to make an error happen. */
export type Cause =
  /** The proxy does so with every request. Who is impatient waits for 150 ms for an answer. */
  | { readonly at: "proxy"; readonly action: Action; readonly impatient?: true }
  /** The system gives an error for a connection, before it is made or once it is. */
  | { readonly at: "socket"; readonly connected: boolean; readonly error: SystemError }
  /** Where it is connected to. */
  | { readonly at: "endpoint"; readonly endpoint: "closed" | "silent" | "untrusted" | "not-tls" }
  /** What the client is given. */
  | { readonly at: "options"; readonly options: Options }

export interface SystemError {
  readonly code: string
  readonly syscall?: string
  readonly hostname?: string
}

type Options = Pick<DynamoClient.Options & DynamoClient.DirectOptions, "region" | "endpoint" | "useFipsEndpoint"> & {
  readonly credentials?: () => Promise<never>
}

/** The calls that meet an error: a read, a write that may be repeated, one that may not, and what only some errors are about. */
export type CallName = "get" | "put" | "increment" | "transact" | "insert" | "createTable"

export interface Row {
  /** What is given, in Markdown. */
  readonly error: string
  readonly by: ReadonlyArray<Cause>
  readonly tag: DynamoError["_tag"]
  /**
   * Whether the default policy sends the request again: `on request` if told to by `retryOn: ["conflict"]`, `once` with the time of the
   * answer.
   */
  readonly retried: boolean | "on request" | "once"
  /** Whether a write may have been applied. */
  readonly ambiguous: boolean
  readonly why: string
  /** The calls that can meet it. A get, a put and an increment if absent. */
  readonly calls?: ReadonlyArray<CallName>
}

export interface Section {
  readonly title: string
  readonly rows: ReadonlyArray<Row>
}

export const by = (...actions: ReadonlyArray<Action>): ReadonlyArray<Cause> =>
  actions.map((action) => ({ at: "proxy", action }))
export const named = (...names: ReadonlyArray<string>) => by(...names.map((name) => ({ error: { name } })))
export const socket = (connected: boolean, ...errors: ReadonlyArray<SystemError>): ReadonlyArray<Cause> =>
  errors.map((error) => ({ at: "socket", connected, error }))
export const options = (...all: ReadonlyArray<Options>): ReadonlyArray<Cause> =>
  all.map((options) => ({ at: "options", options }))
export const endpoint = (endpoint: Extract<Cause, { readonly at: "endpoint" }>["endpoint"]): Cause => ({
  at: "endpoint",
  endpoint
})
export const code = (name: string) => `\`${name}\``
export const codes = (names: ReadonlyArray<string>) => names.map(code).join(", ")

/** What the SDK's providers of credentials fail with. */
export const providerError = (message: string): Error =>
  Object.assign(new Error(message), { name: "CredentialsProviderError" })
