/**
 * What all builders share: an immutable state that is also an Effect.
 */
import type { Item } from "@effect-dynamo/core/Attribute"
import type { Any } from "@effect-dynamo/core/Entity"
import { type DecodeError, ItemNotFound, type KeyError } from "@effect-dynamo/core/DynamoError"
import * as ResolvedEntity from "@effect-dynamo/core/ResolvedEntity"
import { DynamoClient, type Service } from "@effect-dynamo/client/DynamoClient"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { type Described, inSpan, isTraced, type OperationSpan, streamInSpan } from "./operationSpan.ts"

/** What an operation runs with: its entity under the configuration in force, and the client. */
export interface Running {
  readonly entity: ResolvedEntity.ResolvedEntity
  readonly where: ResolvedEntity.Where
  /** Milliseconds since 1970, the same throughout a run. */
  readonly now: number
  readonly client: Service
  /** The operation's span, where there is one. */
  readonly span?: OperationSpan | undefined
}

/** Reads configuration and client from the fiber, once, and runs `f` with them. */
export const run = <A, E, R>(
  entity: Any,
  operation: string,
  f: (running: Running) => Effect.Effect<A, E, R>
): Effect.Effect<A, E | KeyError, R | DynamoClient> =>
  Effect.withFiber((fiber): Effect.Effect<A, E | KeyError, R> => {
    const running = runningOf(entity, operation, fiber)
    if (Exit.isExit(running)) return running
    return isTraced(fiber) ? inSpan(describedOf(running), (span) => f({ ...running, span })) : f(running)
  })

/** As {@link run}, for what gives a stream. */
export const runStream = <A, E, R>(
  entity: Any,
  operation: string,
  f: (running: Running) => Effect.Effect<Stream.Stream<A, E, R>, E, R>
): Stream.Stream<A, E | KeyError, R | DynamoClient> =>
  Stream.unwrap(
    Effect.withFiber((fiber): Effect.Effect<Stream.Stream<A, E, R>, E | KeyError, R | Scope.Scope> => {
      const running = runningOf(entity, operation, fiber)
      if (Exit.isExit(running)) return running
      return isTraced(fiber) ? streamInSpan(describedOf(running), (span) => f({ ...running, span })) : f(running)
    })
  )

const runningOf = (
  entity: Any,
  operation: string,
  fiber: Fiber.Fiber<unknown, unknown>
): Exit.Exit<never, KeyError> | Running => {
  const found = ResolvedEntity.fromFiber(entity, operation, fiber)
  if (Exit.isExit(found)) return found
  // The requirement of the client stands in the type of the effect.
  const client = Context.getUnsafe(fiber.context, DynamoClient)
  return { entity: found.entity, where: { operation, table: found.tableName }, now: nowOf(fiber), client }
}

/** `PutItem` is DynamoDB's name of a call, `Put` that of the operation. */
const describedOf = ({ entity, where: { operation, table } }: Running): Described => ({
  name: operation.replace(/Item$/, ""),
  entities: [entity.name],
  table
})

/** What an operation is planned with: no client. */
export type Planning = Omit<Running, "client">

/** Reads configuration from the fiber and plans with it. */
export const plan = <A, E, R>(
  entity: Any,
  operation: string,
  f: (planning: Planning) => Effect.Effect<A, E, R>
): Effect.Effect<A, E | KeyError, R> =>
  Effect.withFiber((fiber): Effect.Effect<A, E | KeyError, R> => {
    const planning = planningOf(entity, operation, fiber, nowOf(fiber))
    return Exit.isExit(planning) ? planning : f(planning)
  })

/** What an operation is planned with in this fiber. */
export const planningOf = (
  entity: Any,
  operation: string,
  fiber: Fiber.Fiber<unknown, unknown>,
  now: number
): Exit.Exit<never, KeyError> | Planning => {
  const found = ResolvedEntity.fromFiber(entity, operation, fiber)
  return Exit.isExit(found) ? found : { entity: found.entity, where: { operation, table: found.tableName }, now }
}

/** What time it is in this fiber. */
export const nowOf = (fiber: Fiber.Fiber<unknown, unknown>): number =>
  fiber.getRef(Clock.Clock).currentTimeMillisUnsafe()

/** An item as the SDK read it. It is decoded as what it is: what is no attribute value is refused there. */
export const itemOf = (item: object): Item => item as Item

/** What a builder shows of itself: what it is for, never keys or values. */
export const describe = (builder: string, state: { readonly entity: Any }): unknown => ({
  _id: builder,
  entity: ResolvedEntity.definitionOf(state.entity).name,
  table: ResolvedEntity.definitionOf(state.entity).table.name
})

/** That there is no such item. */
export const notFound = ({ entity, where }: Planning): Effect.Effect<never, ItemNotFound> =>
  Effect.fail(
    new ItemNotFound({
      message: `There is no ${entity.name} under this key in the table "${where.table}"`,
      operation: where.operation,
      table: where.table,
      entity: entity.name
    })
  )

/**
 * An effect of the codec with the services left to the builder's type: what the
 * entity's schema asks for stands there.
 */
export const typed = <A, E>(effect: Effect.Effect<A, E, unknown>): Effect.Effect<A, E> => effect as Effect.Effect<A, E>

/** Whether an item stands there for this entity: it is its own, and its time has not passed. */
export const isHere = ({ entity, now }: Planning, item: Item): boolean =>
  ResolvedEntity.classify(entity, item) === "mine" && !ResolvedEntity.isExpired(entity, item, now)

/** The item that stood there before a write: none where there was none, its time has passed, or it is another entity's. */
export const decodeOld = (
  planning: Planning,
  attributes: object | undefined
): Effect.Effect<Option.Option<unknown>, DecodeError> => {
  const { entity, where } = planning
  const item = attributes === undefined ? undefined : itemOf(attributes)
  return item === undefined || !isHere(planning, item)
    ? Effect.succeedNone
    : typed(Effect.mapEager(ResolvedEntity.decode(entity, item, where), Option.some))
}

/** The outcome of an effect that has one already: a codec that needs no service and no time. */
export const settled = <A, E, R>(effect: Effect.Effect<A, E, R>): Exit.Exit<A, E> | undefined =>
  // The guard does not know the outcome's types; they are the effect's.
  Exit.isExit(effect) ? (effect as Exit.Exit<A, E>) : undefined

/** The item as a write left it: this entity's, or it does not decode. */
export const decodeWritten = (
  { entity, where }: Planning,
  attributes: object | undefined
): Effect.Effect<unknown, DecodeError> => typed(ResolvedEntity.decodeMine(entity, itemOf(attributes ?? {}), where))

/** The key attributes of an item in its table. */
export const keyOf = ({ primary }: ResolvedEntity.ResolvedEntity, item: Item): Item => {
  const key: Item = {}
  for (const slots of [primary.partition, primary.sort]) {
    for (const { attribute } of slots) {
      const value = item[attribute]
      if (value !== undefined) key[attribute] = value
    }
  }
  return key
}
