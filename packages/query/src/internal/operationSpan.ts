/**
 * Spans of operations: each covers all that the client is asked for on behalf of one. Where no tracer is installed there
 * are none. They tell names and numbers, never keys or values.
 */
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as Tracer from "effect/Tracer"

/** What is known of an operation when it begins. */
export interface Described {
  /** `Query`, `Put`, `BatchWrite` … */
  readonly name: string
  /** The names of the entities that it is about. */
  readonly entities: ReadonlyArray<string>
  /** The table, where it is known already and there is one. */
  readonly table?: string | undefined
  /** How many operations it is made of. */
  readonly size?: number | undefined
}

/** The span of an operation, and what it tells so far. */
export class OperationSpan {
  readonly span: Tracer.Span
  private pages = 0
  private scanned = 0
  private given = 0
  private written = 0
  constructor(span: Tracer.Span) {
    this.span = span
  }

  /** What of a table is read. */
  reads(indexName: string | undefined): void {
    if (indexName !== undefined) this.span.attribute("aws.dynamodb.index_name", indexName)
  }

  /** The tables of a batch or a transaction. */
  of(tables: Iterable<string>): void {
    const names = [...new Set(tables)]
    if (names.length === 1) this.span.attribute("db.collection.name", names[0])
    if (names.length > 0) this.span.attribute("aws.dynamodb.table_names", names)
  }

  /** A page was read, of which DynamoDB looked at so many items. */
  read(scanned: number): void {
    this.span.attribute("effect_dynamo.pages", ++this.pages)
    this.span.attribute("aws.dynamodb.scanned_count", (this.scanned += scanned))
  }

  /** So many items were given to the caller. */
  gave(items: number): void {
    this.span.attribute("db.response.returned_rows", (this.given += items))
  }

  /** So many items were counted. */
  counted(items: number): void {
    this.span.attribute("aws.dynamodb.count", items)
  }

  /** So many operations of a stream were done. */
  wrote(operations: number): void {
    this.span.attribute("effect_dynamo.written", (this.written += operations))
  }

  /** What was planned is planned anew after a while, since another write came between. */
  again(now: bigint, attempts: number, milliseconds: number): void {
    this.span.event("plan again", now, {
      "error.type": "ConditionalCheckFailed",
      "effect_dynamo.attempts": attempts,
      "effect_dynamo.delay_ms": milliseconds
    })
  }

  ended(exit: Exit.Exit<unknown, unknown>): void {
    // A span that is interrupted says so by its exit.
    if (Exit.isSuccess(exit) || Cause.hasInterruptsOnly(exit.cause)) return
    const error = Option.getOrUndefined(Exit.findErrorOption(exit))
    const tag = Predicate.hasProperty(error, "_tag") ? error._tag : "_OTHER"
    this.span.attribute("error.type", tag)
  }
}

/** Whether somebody can see the spans of a fiber: the tracer that is there by default shows them to nobody. */
export const isTraced = ({ cache: { tracer, tracerEnabled } }: Fiber.Fiber<unknown, unknown>): boolean =>
  tracer !== undefined && tracer !== Tracer.nativeTracer && tracerEnabled

/** Runs an operation in a span, the parent of those of its calls. */
export const inSpan = <A, E, R>(
  described: Described,
  f: (span: OperationSpan) => Effect.Effect<A, E, R>
): Effect.Effect<A, E, R> =>
  Effect.useSpan(nameOf(described), { attributes: attributesOf(described) }, (span) => {
    const own = new OperationSpan(span)
    return Effect.onExit(Effect.provideService(f(own), Tracer.ParentSpan, span), (exit) =>
      Effect.sync(() => own.ended(exit))
    )
  })

/** Runs an operation in a span where somebody can see it. */
export const traced = <A, E, R>(
  described: () => Described,
  f: (span: OperationSpan | undefined) => Effect.Effect<A, E, R>
): Effect.Effect<A, E, R> => Effect.withFiber((fiber) => (isTraced(fiber) ? inSpan(described(), f) : f(undefined)))

/** The span of a stream: it ends with the stream, however that ends. */
export const streamInSpan = <A, E, R, E2, R2>(
  described: Described,
  f: (span: OperationSpan) => Effect.Effect<Stream.Stream<A, E, R>, E2, R2>
): Effect.Effect<Stream.Stream<A, E, R>, E2, R2 | Scope.Scope> =>
  Effect.flatMap(Effect.makeSpanScoped(nameOf(described), { attributes: attributesOf(described) }), (span) => {
    const own = new OperationSpan(span)
    const stream = Effect.provideService(f(own), Tracer.ParentSpan, span)
    // Told before the span ends: finalizers run from the last to the first.
    return Effect.andThen(
      Effect.addFinalizer((exit) => Effect.sync(() => own.ended(exit))),
      Effect.map(stream, (stream) => Stream.provideService(stream, Tracer.ParentSpan, span))
    )
  })

/** A stream in a span where somebody can see it. */
export const tracedStream = <A, E, R>(
  described: () => Described,
  f: (span: OperationSpan | undefined) => Stream.Stream<A, E, R>
): Stream.Stream<A, E, R> =>
  Stream.unwrap(
    Effect.withFiber((fiber) =>
      isTraced(fiber)
        ? streamInSpan(described(), (span) => Effect.succeed(f(span)))
        : Effect.succeed<Stream.Stream<A, E, R>>(f(undefined))
    )
  )

/** Notes on the span of an operation that it is planned anew. */
export const planAgain = (span: OperationSpan, attempts: number, milliseconds: number): Effect.Effect<void> =>
  Effect.map(Clock.currentTimeNanos, (now) => span.again(now, attempts, milliseconds))

const nameOf = ({ entities, name }: Described): string => (entities.length === 1 ? `${name} ${entities[0]}` : name)

const attributesOf = ({ entities, name, size, table }: Described): Record<string, unknown> => ({
  "db.system.name": "aws.dynamodb",
  "db.operation.name": name,
  ...(table === undefined ? undefined : { "db.collection.name": table }),
  ...(size === undefined || size < 2 ? undefined : { "db.operation.batch.size": size }),
  ...(entities.length === 1
    ? { "effect_dynamo.entity": entities[0] }
    : entities.length === 0
      ? undefined
      : { "effect_dynamo.entities": entities })
})
