/**
 * Gets that are made at the same time, sent together as BatchGetItem.
 */
import type { GetItemCommandInput, GetItemCommandOutput } from "@aws-sdk/client-dynamodb"
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Request from "effect/Request"
import * as RequestResolver from "effect/RequestResolver"
import * as Semaphore from "effect/Semaphore"
import { ParentSpan } from "effect/Tracer"
import type { Service } from "../DynamoClient.ts"
import { CurrentRetryPolicy } from "../RetryPolicy.ts"
import { CurrentAttemptTimeout, CurrentHedge } from "./attempt.ts"
import { plan, readChunk, type Wanted } from "./batchGet.ts"
import { CurrentTimeout } from "./call.ts"
import { CurrentCapacityMeters } from "./charge.ts"
import { CurrentConcurrency, unprocessed } from "./chunks.ts"
import type { GetItemError } from "./operations.ts"
import { takesKeys } from "./projectionKeys.ts"
import { CurrentReadRate } from "./rate.ts"
import { isTraced } from "./span.ts"
import { CurrentMetrics, CurrentRequestLog } from "./watch.ts"

/** One get among others. */
class GetItem extends Request.Class<{ readonly input: GetItemCommandInput }, GetItemCommandOutput, GetItemError> {
  /** Told when its caller is interrupted, while the batch that it is in runs. */
  abandon: (() => void) | undefined
}

type Entry = Request.Entry<GetItem>

const services = new WeakMap<Service, Service>()

/** The service whose gets are coalesced: one for each client, so that all of a program's gets meet. */
export const batched = (client: Service): Service => {
  let service = services.get(client)
  if (service === undefined) {
    const resolver = resolverOf(client)
    service = {
      ...client,
      getItem: (input) => (isBatchable(input) ? ask(input, resolver) : client.getItem(input))
    }
    setBatched(client, service)
  }
  return service
}

/** Says which service's gets are coalesced for another one: one that stands before the same client. */
export const setBatched = (service: Service, coalesced: Service): void => {
  services.set(service, coalesced)
  services.set(coalesced, coalesced)
}

/** What BatchGetItem can say too. */
const batchable: ReadonlySet<string> = new Set<keyof GetItemCommandInput>([
  "TableName",
  "Key",
  "ConsistentRead",
  "ProjectionExpression",
  "ExpressionAttributeNames"
])

const isBatchable = (input: GetItemCommandInput): boolean =>
  input.Key !== undefined &&
  Object.entries(input).every(([member, value]) => value === undefined || batchable.has(member)) &&
  takesKeys(input, Object.keys(input.Key))

const resolverOf = (client: Service): RequestResolver.RequestResolver<GetItem> =>
  RequestResolver.makeWith<GetItem>({
    batchKey: (entry) => settingsOf(entry.context),
    // The fibers that are ready to run come first.
    delay: Effect.yieldNow,
    collectWhile: () => true,
    runAll: (entries) => whileAwaited(entries, linked(entries, readAll(client, entries)))
  })

const ask = (input: GetItemCommandInput, resolver: RequestResolver.RequestResolver<GetItem>) =>
  Effect.suspend(() => {
    const request = new GetItem({ input })
    return Effect.onInterrupt(Effect.request(request, resolver), () => Effect.sync(() => request.abandon?.()))
  })

/** Effect lets a batch run on when its callers are interrupted: it ends with the last of them. */
const whileAwaited = (entries: ReadonlyArray<Entry>, read: Effect.Effect<void>): Effect.Effect<void> =>
  Effect.suspend(() => {
    const abandoned = Deferred.makeUnsafe<void>()
    let waiting = entries.length
    for (const { request } of entries) {
      request.abandon = () => {
        if (--waiting === 0) Deferred.doneUnsafe(abandoned, Exit.void)
      }
    }
    return Effect.raceFirst(read, Deferred.await(abandoned))
  })

/** A batch runs with the settings of those in it, so gets with different settings are in different ones. */
const settingsOf = (context: Context.Context<never>): string => {
  const millis = [CurrentTimeout, CurrentAttemptTimeout, CurrentHedge].map((reference) => {
    const duration = Context.get(context, reference)
    return duration === undefined ? "" : Duration.toMillis(duration)
  })
  return [
    numberOf(Context.get(context, CurrentRetryPolicy)),
    numberOf(Context.get(context, CurrentReadRate)),
    ...millis,
    Context.get(context, CurrentConcurrency),
    // What was consumed for one is not counted for another.
    Context.get(context, CurrentCapacityMeters).map(numberOf).join(),
    // What is logged of one must not be logged of another.
    numberOf(Context.get(context, CurrentRequestLog)),
    numberOf(Context.get(context, CurrentMetrics))
  ].join(" ")
}

const numbers = new WeakMap<object, number>()
let count = 0

/** Tells objects apart in a text. */
const numberOf = (object: object | undefined): number => {
  if (object === undefined) return 0
  let number = numbers.get(object)
  if (number === undefined) numbers.set(object, (number = ++count))
  return number
}

/** The span of a call that several wait for is below that of the first, and has links to those of the others. */
const linked = (entries: ReadonlyArray<Entry>, read: Effect.Effect<void>): Effect.Effect<void> =>
  Effect.withFiber((fiber) => {
    if (entries.length === 1 || !isTraced(fiber)) return read
    const spans = new Set(entries.map(({ context }) => Option.getOrUndefined(Context.getOption(context, ParentSpan))))
    spans.delete(fiber.cache.span)
    return Effect.linkSpans(read, [...spans].filter(Predicate.isNotUndefined))
  })

const readAll = (client: Service, entries: ReadonlyArray<Entry>): Effect.Effect<void> =>
  Effect.withFiber((fiber) => {
    const { chunks, wanted } = plan(entries.map(({ request }) => request.input))
    const askers = new Map<Wanted, Array<Entry>>()
    entries.forEach((entry, i) => {
      const of = askers.get(wanted[i]!)
      if (of === undefined) askers.set(wanted[i]!, [entry])
      else of.push(entry)
    })
    const complete = (one: Wanted, exit: Exit.Exit<GetItemCommandOutput, GetItemError>): void => {
      for (const entry of askers.get(one) ?? []) entry.completeUnsafe(exit)
    }

    const permits = Semaphore.makeUnsafe(fiber.getRef(CurrentConcurrency))

    /** By itself, as it would have been sent. */
    const readAlone = (one: Wanted): Effect.Effect<void> =>
      Effect.map(Effect.exit(permits.withPermit(client.getItem(askers.get(one)![0]!.request.input))), (exit) =>
        complete(one, exit)
      )

    const readTogether = (chunk: ReadonlyArray<Wanted>): Effect.Effect<void> =>
      Effect.matchEffect(permits.withPermit(readChunk(client, chunk)), {
        onSuccess: ({ cause, left }) => {
          const undone = new Set(left)
          for (const one of chunk) {
            if (undone.has(one)) {
              const error = cause ?? unprocessed("BatchGetItem", left.length, chunk.length, one.group.table)
              complete(one, Exit.fail(error))
            } else complete(one, Exit.succeed(outputOf(one)))
          }
          return Effect.void
        },
        // One wrong key, or one table that is not there, fails them all; and who may get may not batch gets.
        onFailure: () => Effect.forEach(chunk, readAlone, { concurrency: "unbounded", discard: true })
      })

    return Effect.forEach(chunks, (chunk) => (chunk.length === 1 ? readAlone(chunk[0]!) : readTogether(chunk)), {
      concurrency: "unbounded",
      discard: true
    })
  })

const outputOf = ({ item, metadata = {} }: Wanted): GetItemCommandOutput => ({
  $metadata: metadata,
  ...(item === undefined ? undefined : { Item: item })
})
