/**
 * Every failure of this library, as flat tagged errors.
 *
 * Each error is a class of its own in the error channel, so `Effect.catchTag`
 * reaches each one. All of them carry a `message` a person can act on, the
 * `operation` and `table` they belong to, the original `cause` where there is
 * one, and `isRetryable`, which says whether the same request may succeed later.
 *
 * No error carries key values or items in its message: what stood in the table
 * is only in the fields made for it (`item`, `reasons`).
 *
 * @module
 * @since 0.1.0
 */
import * as Data from "effect/Data"
import type * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import type { AttributeSize } from "./ItemSize.ts"

const TypeId = "~@effect-dynamo/core/DynamoError"

/**
 * What every error of this library has.
 *
 * @category models
 * @since 0.1.0
 */
export interface Common {
  /** What went wrong and what to do about it. Never holds key values or items. */
  readonly message: string
  /** The operation that failed: DynamoDB's name for a call (`PutItem`), else ours (`Entity.key`). */
  readonly operation: string
  /** The table's name, where one table is concerned. */
  readonly table?: string | undefined
  /** What lies behind it: the SDK's exception, a schema issue. */
  readonly cause?: unknown
}

/**
 * What errors that come from a call to DynamoDB have besides.
 *
 * @category models
 * @since 0.1.0
 */
export interface Call extends Common {
  /** DynamoDB's request id, for support. */
  readonly requestId?: string | undefined
  /** How many times the request was sent, retries included. */
  readonly attempts?: number | undefined
  /**
   * Whether the request was a write that may have been applied all the same, by an attempt that had no good answer.
   * Absent means no.
   */
  readonly ambiguous?: boolean | undefined
}

/**
 * Why a request was throttled, as DynamoDB says it.
 *
 * `reason` is one of DynamoDB's sixteen (`TableReadProvisionedThroughputExceeded`,
 * `IndexWriteKeyRangeThroughputExceeded`, …); `resource` is the ARN of the table or index.
 *
 * See [the throttling reasons](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ThrottlingReason.html).
 *
 * @category models
 * @since 0.1.0
 */
export interface ThrottlingReason {
  readonly reason: string | undefined
  readonly resource: string | undefined
}

/**
 * What became of one operation of a cancelled transaction.
 *
 * `code` is `"None"` where that operation was not the reason. `item` is what stood there.
 *
 * @category models
 * @since 0.1.0
 */
export interface CancellationReason<out A = unknown> {
  readonly code: string
  readonly message: string | undefined
  readonly item: Option.Option<A>
}

/**
 * One difference between a table as it is declared and as it is in DynamoDB.
 *
 * @category models
 * @since 0.1.0
 */
export interface Drift {
  /** Where they differ: `sortKey`, `timeToLive`, `indexes.byStatus`, `indexes.byStatus.projection`. */
  readonly path: string
  /** Whether DynamoDB lacks what is declared, has what is not declared, or has it otherwise. */
  readonly kind: "missing" | "extra" | "different"
  /** What is declared there, in words; `undefined` where nothing is. */
  readonly declared: string | undefined
  /** What DynamoDB has there, in words; `undefined` where it has nothing. */
  readonly live: string | undefined
}

/** What is shown of an error that carries items: neither those, nor the SDK's exception, which has them too. */
const withoutItems = (shown: unknown): unknown => {
  // Always the object of an error's properties.
  const { cause: _cause, item: _item, reasons, ...rest } = shown as Record<string, unknown>
  return Array.isArray(reasons)
    ? { ...rest, reasons: reasons.map(({ code, message }: CancellationReason) => ({ code, message })) }
    : rest
}

// -----------------------------------------------------------------------------
// What any call can give
// -----------------------------------------------------------------------------

/**
 * Throttled, after the retries: by a table's or index's capacity, a hot key, or the
 * account's limits. `reasons` says which, where DynamoDB told.
 *
 * @category errors
 * @since 0.1.0
 */
export class ThroughputExceeded extends Data.TaggedError("ThroughputExceeded")<
  Call & { readonly reasons: ReadonlyArray<ThrottlingReason> }
> {
  readonly [TypeId] = TypeId
  /** Whether the same request may succeed later, unchanged. */
  get isRetryable(): boolean {
    return true
  }
}

/**
 * There is no such table or index.
 *
 * @category errors
 * @since 0.1.0
 */
export class ResourceNotFound extends Data.TaggedError("ResourceNotFound")<Call> {
  readonly [TypeId] = TypeId
  /** Whether the same request may succeed later, unchanged. */
  get isRetryable(): boolean {
    return false
  }
}

/**
 * Credentials are missing, expired, invalid or not allowed to do this.
 *
 * @category errors
 * @since 0.1.0
 */
export class AccessDenied extends Data.TaggedError("AccessDenied")<Call> {
  readonly [TypeId] = TypeId
  /** Whether the same request may succeed later, unchanged. */
  get isRetryable(): boolean {
    return false
  }
}

/**
 * DynamoDB refused the request as written: a ValidationException, or any other refusal
 * that sending it again cannot change. `code` is DynamoDB's name for it.
 *
 * @category errors
 * @since 0.1.0
 */
export class RequestRejected extends Data.TaggedError("RequestRejected")<Call & { readonly code: string }> {
  readonly [TypeId] = TypeId
  /** Whether the same request may succeed later, unchanged. */
  get isRetryable(): boolean {
    return false
  }
}

/**
 * DynamoDB failed (5xx), after the retries. `ambiguous` is true where the request was a
 * write that may have been applied all the same.
 *
 * @category errors
 * @since 0.1.0
 */
export class ServiceUnavailable extends Data.TaggedError("ServiceUnavailable")<Call & { readonly ambiguous: boolean }> {
  readonly [TypeId] = TypeId
  /** Whether the same request may succeed later, unchanged. */
  get isRetryable(): boolean {
    return true
  }
}

/**
 * No answer came in time. `ambiguous` is true where the request was a write that may have
 * been applied all the same.
 *
 * @category errors
 * @since 0.1.0
 */
export class RequestTimeout extends Data.TaggedError("RequestTimeout")<Call & { readonly ambiguous: boolean }> {
  readonly [TypeId] = TypeId
  /** Whether the same request may succeed later, unchanged. */
  get isRetryable(): boolean {
    return true
  }
}

/**
 * DynamoDB could not be reached, or the connection broke. `ambiguous` is true where the
 * request was a write that may have been applied all the same.
 *
 * @category errors
 * @since 0.1.0
 */
export class NetworkError extends Data.TaggedError("NetworkError")<Call & { readonly ambiguous: boolean }> {
  readonly [TypeId] = TypeId
  /** Whether the same request may succeed later, unchanged. */
  get isRetryable(): boolean {
    return true
  }
}

// -----------------------------------------------------------------------------
// What certain calls can give
// -----------------------------------------------------------------------------

/**
 * A condition was false: the write was not done. Not an exceptional state, but an answer.
 *
 * `ambiguous` is true where an earlier attempt of the same write had no good answer, and what stands there does not tell
 * whether it was applied: it was not, or it was and another write came after it.
 *
 * @category errors
 * @since 0.1.0
 */
export class ConditionalCheckFailed<out A = unknown> extends Data.TaggedError("ConditionalCheckFailed")<
  Call & {
    /** What stood there: decoded by the builders, raw from the client. None where nothing did, or it is another entity's. */
    readonly item: Option.Option<A>
    /** In a transaction: the outcome of each operation, in order. */
    readonly reasons?: ReadonlyArray<CancellationReason> | undefined
  }
> {
  readonly [TypeId] = TypeId
  /** Whether the same request may succeed later, unchanged. */
  get isRetryable(): boolean {
    return false
  }
  /** What consoles and logs show: no items. */
  override toJSON(): unknown {
    return withoutItems(super.toJSON())
  }
}

/**
 * Another write was under way on one of the items.
 *
 * @category errors
 * @since 0.1.0
 */
export class TransactionConflict extends Data.TaggedError("TransactionConflict")<
  Call & { readonly reasons?: ReadonlyArray<CancellationReason> | undefined }
> {
  readonly [TypeId] = TypeId
  /** Whether the same request may succeed later, unchanged. */
  get isRetryable(): boolean {
    return true
  }
  /** What consoles and logs show: no items. */
  override toJSON(): unknown {
    return withoutItems(super.toJSON())
  }
}

/**
 * A transaction was cancelled, for reasons other than a condition or conflicts alone.
 * `reasons[i]` is the outcome of operation `i`.
 *
 * @category errors
 * @since 0.1.0
 */
export class TransactionCanceled extends Data.TaggedError("TransactionCanceled")<
  Call & { readonly reasons: ReadonlyArray<CancellationReason> }
> {
  readonly [TypeId] = TypeId
  /** Whether the same request may succeed later, unchanged. */
  get isRetryable(): boolean {
    return false
  }
  /** What consoles and logs show: no items. */
  override toJSON(): unknown {
    return withoutItems(super.toJSON())
  }
}

/**
 * A transaction's token was used before with other content.
 *
 * @category errors
 * @since 0.1.0
 */
export class IdempotentMismatch extends Data.TaggedError("IdempotentMismatch")<Call> {
  readonly [TypeId] = TypeId
  /** Whether the same request may succeed later, unchanged. */
  get isRetryable(): boolean {
    return false
  }
}

/**
 * The item is, or would become, larger than DynamoDB's 400 KB.
 *
 * The item of a put is measured before it is sent: then `size` and `largest` say what it is made of. What an update makes
 * of an item only DynamoDB knows, which says neither.
 *
 * See [the limits](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html).
 *
 * @category errors
 * @since 0.1.0
 */
export class ItemTooLarge extends Data.TaggedError("ItemTooLarge")<
  Call & {
    /** The item's size in bytes, of at most 409,600. Absent where DynamoDB refused it. */
    readonly size?: number | undefined
    /** The names and sizes of its largest attributes, the largest first. Absent where DynamoDB refused it. */
    readonly largest?: ReadonlyArray<AttributeSize> | undefined
  }
> {
  readonly [TypeId] = TypeId
  /** Whether the same request may succeed later, unchanged. */
  get isRetryable(): boolean {
    return false
  }
}

/**
 * The items of one partition key in a table with a local secondary index exceed 10 GB.
 *
 * @category errors
 * @since 0.1.0
 */
export class ItemCollectionTooLarge extends Data.TaggedError("ItemCollectionTooLarge")<Call> {
  readonly [TypeId] = TypeId
  /** Whether the same request may succeed later, unchanged. */
  get isRetryable(): boolean {
    return false
  }
}

/**
 * The table exists already, differs from what was asked for, or is being changed.
 *
 * @category errors
 * @since 0.1.0
 */
export class ResourceInUse extends Data.TaggedError("ResourceInUse")<
  Call & {
    /** How the table differs from its declaration: empty where it does not, absent where they were not compared. */
    readonly differences?: ReadonlyArray<Drift> | undefined
  }
> {
  readonly [TypeId] = TypeId
  /** Whether the same request may succeed later, unchanged. */
  get isRetryable(): boolean {
    return false
  }
}

// -----------------------------------------------------------------------------
// What never leaves the program
// -----------------------------------------------------------------------------

/**
 * Where a value, a stored item or a key did not fit: never holds the value itself.
 *
 * @category models
 * @since 0.1.0
 */
export interface Place extends Common {
  /** The entity's name. */
  readonly entity: string
  /** The attribute path from the root of the item: field names, list positions. */
  readonly path: ReadonlyArray<string | number>
}

/**
 * A value does not fit its schema, or DynamoDB cannot hold it.
 *
 * @category errors
 * @since 0.1.0
 */
export class EncodeError extends Data.TaggedError("EncodeError")<Place> {
  readonly [TypeId] = TypeId
  /** Whether the same request may succeed later, unchanged. */
  get isRetryable(): boolean {
    return false
  }
}

/**
 * A stored item does not fit the entity's schema.
 *
 * @category errors
 * @since 0.1.0
 */
export class DecodeError extends Data.TaggedError("DecodeError")<
  Place & {
    /** The names (not the values) of the key attributes the stored item has. */
    readonly keyAttributes: ReadonlyArray<string>
  }
> {
  readonly [TypeId] = TypeId
  /** Whether the same request may succeed later, unchanged. */
  get isRetryable(): boolean {
    return false
  }
}

/**
 * A key cannot be made: a field is missing or empty, a value would make the key ambiguous,
 * or the key exceeds DynamoDB's limits.
 *
 * @category errors
 * @since 0.1.0
 */
export class KeyError extends Data.TaggedError("KeyError")<
  Place & {
    /** The key attribute concerned, as stored. */
    readonly attribute?: string | undefined
    /** The index whose key it is; absent for the table's own. */
    readonly index?: string | undefined
  }
> {
  readonly [TypeId] = TypeId
  /** Whether the same request may succeed later, unchanged. */
  get isRetryable(): boolean {
    return false
  }
}

/**
 * There is no item of this entity under the key.
 *
 * @category errors
 * @since 0.1.0
 */
export class ItemNotFound extends Data.TaggedError("ItemNotFound")<Common & { readonly entity: string }> {
  readonly [TypeId] = TypeId
  /** Whether the same request may succeed later, unchanged. */
  get isRetryable(): boolean {
    return false
  }
}

/**
 * Part of a batch is still unprocessed when the retry policy ends.
 *
 * @category errors
 * @since 0.1.0
 */
export class BatchIncomplete<out A = unknown> extends Data.TaggedError("BatchIncomplete")<
  Common & {
    /** The operations that are left, ready to be run again. */
    readonly operations: ReadonlyArray<A>
  }
> {
  readonly [TypeId] = TypeId
  /** Whether the same request may succeed later, unchanged. */
  get isRetryable(): boolean {
    return true
  }
}

/**
 * A cursor is malformed, belongs to another query, or was tampered with.
 *
 * @category errors
 * @since 0.1.0
 */
export class CursorError extends Data.TaggedError("CursorError")<Common> {
  readonly [TypeId] = TypeId
  /** Whether the same request may succeed later, unchanged. */
  get isRetryable(): boolean {
    return false
  }
}

// -----------------------------------------------------------------------------
// Unions and guards
// -----------------------------------------------------------------------------

/**
 * What any call to DynamoDB can fail with.
 *
 * @category models
 * @since 0.1.0
 */
export type Service =
  | ThroughputExceeded
  | ResourceNotFound
  | AccessDenied
  | RequestRejected
  | ServiceUnavailable
  | RequestTimeout
  | NetworkError

/**
 * Every error of this library.
 *
 * @category models
 * @since 0.1.0
 */
export type DynamoError =
  | Service
  | ConditionalCheckFailed
  | TransactionConflict
  | TransactionCanceled
  | IdempotentMismatch
  | ItemTooLarge
  | ItemCollectionTooLarge
  | ResourceInUse
  | EncodeError
  | DecodeError
  | KeyError
  | ItemNotFound
  | BatchIncomplete
  | CursorError

/**
 * Whether a value is an error of this library.
 *
 * **Example** (Telling our errors from others)
 *
 * ```ts
 * import { Effect } from "effect"
 * import { DynamoError } from "effect-dynamo"
 *
 * const error: unknown = new DynamoError.CursorError({ message: "Malformed cursor.", operation: "Query" })
 * DynamoError.isDynamoError(error) // => true
 * DynamoError.isDynamoError(new Error("no")) // => false
 *
 * // Of any effect's errors, those that are ours: the others stay in the type.
 * const orDieOfOurs = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
 *   Effect.catchIf(effect, DynamoError.isDynamoError, (error) => Effect.die(error))
 * Effect.runSync(Effect.flip(orDieOfOurs(Effect.fail("mine")))) // => "mine"
 * ```
 *
 * @category guards
 * @since 0.1.0
 */
export const isDynamoError = <E>(u: E): u is E & DynamoError => Predicate.hasProperty(u, TypeId)

/**
 * Whether a value is an error of this library that says of a write that it may have been applied all the same. To send
 * such a write again may do it twice: read what stands there first.
 *
 * **Example** (What is safe to do again)
 *
 * ```ts
 * import { DynamoError } from "effect-dynamo"
 *
 * const mayRepeat = (error: DynamoError.DynamoError) => error.isRetryable && !DynamoError.isAmbiguous(error)
 *
 * const common = { message: "No answer came.", operation: "UpdateItem" }
 * mayRepeat(new DynamoError.RequestTimeout({ ...common, ambiguous: false })) // => true
 * mayRepeat(new DynamoError.RequestTimeout({ ...common, ambiguous: true })) // => false
 * ```
 *
 * @category guards
 * @since 0.1.0
 */
export const isAmbiguous = (u: unknown): boolean => isDynamoError(u) && "ambiguous" in u && u.ambiguous === true
