import type * as Effect from "effect/Effect"
import type { CancellationReason, ThrottlingReason } from "@effect-dynamo/core/DynamoError"
import type { Item, OperationName, Operations } from "./operations.ts"

/**
 * Sends one request once and gives DynamoDB's answer to it: the part of the client that
 * knows of HTTP, signatures and credentials. Retries, error types, timeouts and telemetry
 * stand above it, so that every transport has the same.
 *
 * Interrupting `send` must abort the request.
 *
 * @category models
 * @since 0.1.0
 */
export interface Transport {
  /** Sends the input of an operation, and fails where the answer is an error, or there is none. */
  readonly send: <Name extends OperationName>(
    operation: Name,
    input: Operations[Name]["input"]
  ) => Effect.Effect<Operations[Name]["output"], TransportFailure>
  /**
   * Where its last request went, for spans and metrics to tell: `undefined` before there was one. A transport that
   * `mapTransport` puts before another need not say it: what that one says holds.
   */
  readonly server?: (() => Server | undefined) | undefined
}

/**
 * A server that requests go to.
 *
 * @category models
 * @since 0.1.0
 */
export interface Server {
  /** The host's name or address. */
  readonly address: string
  /** The port, where it is not the usual one of HTTPS. */
  readonly port?: number | undefined
}

/**
 * Why a request had no good answer, in the words of whoever said so.
 *
 * @category models
 * @since 0.1.0
 */
export interface TransportFailure {
  /**
   * Who refused: the service by an answer (`response`), the network, a clock (`timeout`), or this
   * side before anything was sent because of its credentials or of the request itself.
   */
  readonly origin: "response" | "network" | "timeout" | "credentials" | "request"
  /** The error's name without namespace: `ThrottlingException`, `ECONNREFUSED`. */
  readonly code: string
  /** The error's own text. May hold values of the request. */
  readonly message: string
  /** Whether DynamoDB may have received the request. */
  readonly sent: boolean
  /** Whether sending the request again is pointless, whatever the kind of error. */
  readonly permanent?: boolean | undefined
  /** The HTTP status, where there was an answer. */
  readonly status?: number | undefined
  /** DynamoDB's request id, where there was an answer. */
  readonly requestId?: string | undefined
  /** The host that was tried, for network failures. */
  readonly host?: string | undefined
  /** With a failed condition: the item that stood there, where the request asked for it. */
  readonly item?: Item | undefined
  /** With a cancelled transaction: what became of each of its operations. */
  readonly cancellationReasons?: ReadonlyArray<CancellationReason<Item>> | undefined
  /** With throttling: which limit of which table or index. */
  readonly throttlingReasons?: ReadonlyArray<ThrottlingReason> | undefined
  /** The original error. */
  readonly cause: unknown
}
