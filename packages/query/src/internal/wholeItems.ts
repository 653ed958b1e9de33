/**
 * The whole items of those that an index gave, which holds less.
 */
import type { BatchGetItemCommandOutput, KeysAndAttributes } from "@aws-sdk/client-dynamodb"
import { CurrentRetryPolicy } from "@effect-dynamo/client/RetryPolicy"
import type { Item } from "@effect-dynamo/core/Attribute"
import { type DynamoError, type Service, ThroughputExceeded } from "@effect-dynamo/core/DynamoError"
import * as Expression from "@effect-dynamo/core/Expression"
import type * as Projection from "@effect-dynamo/core/Projection"
import * as ResolvedEntity from "@effect-dynamo/core/ResolvedEntity"
import * as Clock from "effect/Clock"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Pull from "effect/Pull"
import * as Schedule from "effect/Schedule"
import { itemOf, type Running } from "./builder.ts"
import { placeholderInput } from "./conditions.ts"
import type { WholeItems } from "./paging.ts"
import { replaceBinary } from "./queryPlan.ts"
import { projectionText } from "./reading.ts"

/** What BatchGetItem takes in one request. */
const mostKeys = 100

/** Requests under way at once. */
const concurrency = 4

type Keys = NonNullable<KeysAndAttributes["Keys"]>

/** Reads the items by their keys in the table, in any number; others' items, as their keys tell, are left out. */
export const wholeItems = (
  running: Running,
  projection: Projection.Projection | undefined
): ((items: ReadonlyArray<Item>) => Effect.Effect<WholeItems, Service>) => {
  const { entity, where } = running
  const placeholders = new Expression.Placeholders()
  const asked = {
    ...(projection === undefined
      ? undefined
      : { ProjectionExpression: projectionText(projection, entity, entity.primary, placeholders) }),
    ...placeholderInput(placeholders)
  }
  return (items) => {
    const identities = items.map((item) =>
      ResolvedEntity.classify(entity, item) === "other" ? undefined : identityOf(entity, item)
    )
    // DynamoDB refuses a key given twice.
    const keys = new Map(
      identities.flatMap((identity, i) =>
        identity === undefined ? [] : [[identity, keyOf(entity, items[i]!)] as const]
      )
    )
    const all = [...keys.values()]
    const batches = Array.from({ length: Math.ceil(all.length / mostKeys) }, (_, i) =>
      all.slice(i * mostKeys, (i + 1) * mostKeys)
    )
    return Effect.map(
      Effect.forEach(batches, (batch) => readBatch(running, { ...asked, Keys: batch }), { concurrency }),
      (answers): WholeItems => {
        const found = new Map<string, Item>()
        let capacity: number | undefined
        for (const answer of answers.flat()) {
          for (const item of answer.Responses?.[where.table] ?? [])
            found.set(identityOf(entity, itemOf(item)), itemOf(item))
          for (const { CapacityUnits } of answer.ConsumedCapacity ?? []) {
            if (CapacityUnits !== undefined) capacity = (capacity ?? 0) + CapacityUnits
          }
        }
        return {
          items: identities.map((identity) => (identity === undefined ? undefined : found.get(identity))),
          capacity
        }
      }
    )
  }
}

const keyOf = ({ primary }: ResolvedEntity.ResolvedEntity, item: Item): Item => {
  const key: Item = {}
  for (const slots of [primary.partition, primary.sort]) {
    for (const { attribute } of slots) {
      const value = item[attribute]
      if (value !== undefined) key[attribute] = value
    }
  }
  return key
}

const identityOf = (entity: ResolvedEntity.ResolvedEntity, item: Item): string =>
  JSON.stringify(Object.values(keyOf(entity, item)), replaceBinary)

/**
 * One batch, with what DynamoDB left unprocessed asked for again: after the retry policy's
 * delays, until the policy ends. An answer that brought some items is no failure of the rest:
 * the policy begins anew.
 */
const readBatch = (
  { client, where }: Running,
  request: KeysAndAttributes
): Effect.Effect<ReadonlyArray<BatchGetItemCommandOutput>, Service> =>
  Effect.withFiber((fiber) => {
    const { schedule } = fiber.getRef(CurrentRetryPolicy)
    const send = (
      Keys: Keys,
      step: Step | undefined,
      before: ReadonlyArray<BatchGetItemCommandOutput>
    ): Effect.Effect<ReadonlyArray<BatchGetItemCommandOutput>, Service> =>
      Effect.flatMap(
        client.batchGetItem({ RequestItems: { [where.table]: { ...request, Keys } }, ReturnConsumedCapacity: "TOTAL" }),
        (answer) => {
          const answers = [...before, answer]
          const left = answer.UnprocessedKeys?.[where.table]?.Keys
          if (left === undefined || left.length === 0) return Effect.succeed(answers)
          const progressed = left.length < Keys.length
          const unprocessed = new ThroughputExceeded({
            message: `DynamoDB left ${left.length} of ${Keys.length} keys of a batch unprocessed`,
            ...where,
            operation: "BatchGetItem",
            reasons: []
          })
          const current = step === undefined || progressed ? Schedule.toStep(schedule) : Effect.succeed(step)
          return Effect.flatMap(current, (step) =>
            Effect.flatMap(delayOf(step, unprocessed), (delay) => {
              // A policy that never retries does not keep from asking for what was not asked for yet, in effect.
              if (delay === undefined) return progressed ? send(left, undefined, answers) : Effect.fail(unprocessed)
              return Effect.andThen(Effect.sleep(delay), send(left, step, answers))
            })
          )
        }
      )
    return send(request.Keys ?? [], undefined, [])
  })

type Step = (now: number, error: DynamoError) => Pull.Pull<[unknown, Duration.Duration], never, unknown>

/** How long the policy waits now; `undefined` where it ends. */
const delayOf = (step: Step, error: DynamoError): Effect.Effect<Duration.Duration | undefined> =>
  Effect.flatMap(Clock.currentTimeMillis, (now) =>
    Pull.matchEffect(step(now, error), {
      onSuccess: ([, delay]) => Effect.succeed<Duration.Duration | undefined>(delay),
      onFailure: Effect.failCause,
      onDone: () => Effect.succeed(undefined)
    })
  )
