/**
 * Batches of operations that come from a stream: never more of them at hand than are under way.
 */
import { type BatchWriteItemError, CurrentConcurrency } from "@effect-dynamo/client/DynamoClient"
import { writeItems } from "@effect-dynamo/client/RawBatch"
import { BatchIncomplete, type DynamoError } from "@effect-dynamo/core/DynamoError"
import * as Cause from "effect/Cause"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Fiber from "effect/Fiber"
import * as Pull from "effect/Pull"
import * as Stream from "effect/Stream"
import { nowOf } from "./builder.ts"
import { type BatchedWrite, incomplete, planWrite, type WritePlanError } from "./batchPlan.ts"
import { clientOf, getEach, type ReadError } from "./batchRun.ts"
import { type OperationSpan, tracedStream } from "./operationSpan.ts"

/** What requests take. */
const mostWrites = 25
const mostKeys = 100

/** Each request of a stream is one of those that may be under way. */
const oneRequest = Effect.provideService(CurrentConcurrency, 1)

/** Writes of one request, to be sent once those before it that write the same items are done. */
interface Chunk {
  readonly writes: ReadonlyArray<BatchedWrite>
  readonly after: ReadonlyArray<Deferred.Deferred<void>>
  readonly done: Deferred.Deferred<void>
}

/** What becomes of a stream's operations. */
interface State {
  /** Of each item that is being written, when its last write so far is done. */
  readonly underWay: Map<string, Deferred.Deferred<void>>
  /** What was taken and not written. No more is taken once there is some. */
  readonly undone: Array<{ readonly operation: object; readonly position: number; readonly table: string | undefined }>
  cause: DynamoError | undefined
  /** What it fails with, once what is under way is done. */
  failure: Cause.Cause<WritePlanError | BatchWriteItemError> | undefined
  taken: number
}

const hasStopped = ({ failure, undone }: State): boolean => failure !== undefined || undone.length > 0

/** Lets a source fail only after what it gave before is done. */
const afterwards = <A, B, E, E2, R, R2>(
  source: Stream.Stream<A, E, R>,
  f: (source: Stream.Stream<A, never, R>) => Stream.Stream<B, E2, R2>
): Stream.Stream<B, E | E2, R | R2> =>
  Stream.suspend(() => {
    let failure: Cause.Cause<E> | undefined
    const calm = Stream.catchCause(source, (cause) => {
      failure = cause
      return Stream.empty
    })
    return Stream.concat(
      f(calm),
      Stream.suspend(() => (failure === undefined ? Stream.empty : Stream.failCause(failure)))
    )
  })

export type WriteStreamError = WritePlanError | BatchWriteItemError | BatchIncomplete<never>

/** Gives the operations that were written, in their order. */
export const writeStream = <E, R>(
  operations: Stream.Stream<object, E, R>
): Stream.Stream<object, E | WriteStreamError, unknown> =>
  tracedStream(
    () => ({ name: "BatchWrite", entities: [] }),
    (span) => writing(operations, span)
  )

const writing = <E, R>(
  operations: Stream.Stream<object, E, R>,
  span: OperationSpan | undefined
): Stream.Stream<object, E | WriteStreamError, unknown> =>
  afterwards(operations, (source) =>
    Stream.unwrap(
      Effect.map(CurrentConcurrency, (concurrency) => {
        const state: State = { underWay: new Map(), undone: [], cause: undefined, failure: undefined, taken: 0 }
        const written = Stream.transformPull(source, (pull) => Effect.succeed(chunksOf(pull, state))).pipe(
          Stream.mapEffect((chunk) => writeChunk(chunk, state, span), { concurrency }),
          Stream.flattenIterable
        )
        return Stream.concat(
          written,
          Stream.suspend(() => ending(state))
        )
      })
    )
  )

const ending = ({ cause, failure, taken, undone }: State): Stream.Stream<never, WriteStreamError> => {
  if (failure !== undefined) return Stream.failCause(failure)
  if (undone.length === 0) return Stream.empty
  const inOrder = undone.toSorted((a, b) => a.position - b.position)
  return Stream.fail(
    incomplete({
      operation: "BatchWriteItem",
      operations: inOrder.map(({ operation }) => operation),
      tables: inOrder.map(({ table }) => table),
      of: taken,
      cause
    })
  )
}

/** Fills requests from what the stream gives, which is asked for more only when it is used up. */
const chunksOf = (
  pull: Pull.Pull<ReadonlyArray<object>>,
  state: State
): Pull.Pull<readonly [Chunk, ...Array<Chunk>], never, void, unknown> => {
  /** What was taken, from `next` on. */
  let taken: ReadonlyArray<object> = []
  let next = 0
  let open: Array<BatchedWrite> = []
  let identities = new Set<string>()
  /** A write of an item that the open request writes already: it begins another. */
  let held: BatchedWrite | undefined
  let planFailure: Cause.Cause<WritePlanError> | undefined
  let hasEnded = false

  const add = (write: BatchedWrite): boolean => {
    if (identities.has(write.identity)) {
      held = write
      return true
    }
    identities.add(write.identity)
    open.push(write)
    return open.length === mostWrites
  }

  const close = (): readonly [Chunk] => {
    const done = Deferred.makeUnsafe<void>()
    const after = new Set<Deferred.Deferred<void>>()
    for (const { identity } of open) {
      const before = state.underWay.get(identity)
      if (before !== undefined) after.add(before)
      state.underWay.set(identity, done)
    }
    const chunk: Chunk = { writes: open, after: [...after], done }
    open = []
    identities = new Set()
    if (held !== undefined) {
      const first = held
      held = undefined
      add(first)
    }
    return [chunk]
  }

  const giveUp = (): void => {
    state.undone.push(...open)
    for (; next < taken.length; next++) {
      state.undone.push({ operation: taken[next]!, position: state.taken++, table: undefined })
    }
    open = []
    hasEnded = true
  }

  /** What was planned before it is written. */
  const fail = (cause: Cause.Cause<WritePlanError>): void => {
    planFailure = cause
    taken = []
    hasEnded = true
  }

  const fill = (fiber: Fiber.Fiber<unknown, unknown>): ReturnType<typeof chunksOf> => {
    if (hasStopped(state)) giveUp()
    while (next < taken.length) {
      const write = planWrite(taken[next]!, state.taken, fiber, nowOf(fiber))
      next++
      state.taken++
      if (!Exit.isExit(write)) {
        return Effect.matchCauseEffect(write, {
          onFailure: (cause) => {
            fail(cause)
            return fill(fiber)
          },
          onSuccess: (write) => (add(write) ? Effect.succeed(close()) : fill(fiber))
        })
      }
      // The guard does not know the outcome's types; they are the effect's.
      const exit = write as Exit.Exit<BatchedWrite, WritePlanError>
      if (Exit.isFailure(exit)) fail(exit.cause)
      else if (add(exit.value)) return Effect.succeed(close())
    }
    if (open.length > 0 && hasEnded) return Effect.succeed(close())
    if (hasEnded) {
      state.failure ??= planFailure
      return Cause.done()
    }
    return Pull.matchEffect(pull, {
      onSuccess: (values) => {
        taken = values
        next = 0
        return fill(fiber)
      },
      onFailure: Effect.failCause,
      onDone: () => {
        hasEnded = true
        return fill(fiber)
      }
    })
  }
  return Effect.withFiber(fill)
}

/** Gives what of it was written. */
const writeChunk = (
  { after, done, writes }: Chunk,
  state: State,
  span: OperationSpan | undefined
): Effect.Effect<ReadonlyArray<object>> => {
  const send = Effect.withFiber((fiber) => {
    if (hasStopped(state)) {
      state.undone.push(...writes)
      return Effect.succeed<ReadonlyArray<object>>([])
    }
    return Effect.matchCause(oneRequest(writeItems(clientOf(fiber), writes)), {
      onFailure: (cause): ReadonlyArray<object> => {
        state.failure ??= cause
        return []
      },
      onSuccess: ({ cause, left }) => {
        state.undone.push(...left)
        state.cause ??= cause
        const undone = new Set(left)
        span?.wrote(writes.length - undone.size)
        return writes.flatMap((write) => (undone.has(write) ? [] : [write.operation]))
      }
    })
  })
  const finish = Effect.sync(() => {
    for (const { identity } of writes) if (state.underWay.get(identity) === done) state.underWay.delete(identity)
    Deferred.doneUnsafe(done, Exit.void)
  })
  const inTurn =
    after.length === 0 ? send : Effect.andThen(Effect.forEach(after, Deferred.await, { discard: true }), send)
  return Effect.ensuring(inTurn, finish)
}

/** Gives what each get gives, in their order. */
export const getStream = <E, R>(
  operations: Stream.Stream<object, E, R>
): Stream.Stream<unknown, E | ReadError, unknown> =>
  tracedStream(
    () => ({ name: "BatchGet", entities: [] }),
    (span) => getting(operations, span)
  )

const getting = <E, R>(
  operations: Stream.Stream<object, E, R>,
  span: OperationSpan | undefined
): Stream.Stream<unknown, E | ReadError, unknown> =>
  afterwards(operations, (source) =>
    Stream.unwrap(
      Effect.map(CurrentConcurrency, (concurrency) =>
        source.pipe(
          Stream.grouped(mostKeys),
          // The outcome, not the failure: that would overtake what was read before it.
          Stream.mapEffect((chunk) => Effect.exit(Effect.mapError(oneRequest(getEach(chunk, span)), ofWhole(chunk))), {
            concurrency
          }),
          Stream.mapEffect((exit) => exit),
          Stream.flattenIterable
        )
      )
    )
  )

/** Nothing of a request that failed was given, so all of it is to be asked for again. */
const ofWhole =
  (operations: ReadonlyArray<object>) =>
  (error: ReadError): ReadError =>
    error instanceof BatchIncomplete
      ? incomplete({
          operation: "BatchGetItem",
          operations,
          tables: [error.table],
          of: operations.length,
          // `incomplete` set it.
          cause: error.cause as DynamoError | undefined
        })
      : error
