/**
 * What all builders share: an immutable state that is also an Effect.
 */
import type { Item } from "@effect-dynamo/core/Attribute"
import type { Any } from "@effect-dynamo/core/Entity"
import { type DecodeError, ItemNotFound, type KeyError } from "@effect-dynamo/core/DynamoError"
import * as ResolvedEntity from "@effect-dynamo/core/ResolvedEntity"
import { DynamoClient, type Service } from "@effect-dynamo/client/DynamoClient"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"

/** What an operation runs with: its entity under the configuration in force, and the client. */
export interface Running {
  readonly entity: ResolvedEntity.ResolvedEntity
  readonly where: ResolvedEntity.Where
  readonly client: Service
}

/** Reads configuration and client from the fiber, once, and runs `f` with them. */
export const run = <A, E, R>(
  entity: Any,
  operation: string,
  f: (running: Running) => Effect.Effect<A, E, R>
): Effect.Effect<A, E | KeyError, R | DynamoClient> =>
  Effect.withFiber((fiber): Effect.Effect<A, E | KeyError, R> => {
    const found = ResolvedEntity.fromFiber(entity, operation, fiber)
    if (Exit.isExit(found)) return found
    // The requirement of the client stands in the type of the effect.
    const client = Context.getUnsafe(fiber.context, DynamoClient)
    return f({ entity: found.entity, where: { operation, table: found.tableName }, client })
  })

/** What an operation is planned with: no client. */
export type Planning = Omit<Running, "client">

/** Reads configuration from the fiber and plans with it. */
export const plan = <A, E, R>(
  entity: Any,
  operation: string,
  f: (planning: Planning) => Effect.Effect<A, E, R>
): Effect.Effect<A, E | KeyError, R> =>
  ResolvedEntity.use(entity, operation, (resolved, table) => f({ entity: resolved, where: { operation, table } }))

/** An item as the SDK read it. It is decoded as what it is: what is no attribute value is refused there. */
export const itemOf = (item: object): Item => item as Item

/** What a builder shows of itself: what it is for, never keys or values. */
export const describe = (builder: string, state: { readonly entity: Any }): unknown => ({
  _id: builder,
  entity: ResolvedEntity.definitionOf(state.entity).name,
  table: ResolvedEntity.definitionOf(state.entity).table.name
})

/** That there is no such item. */
export const notFound = ({ entity, where }: Running): Effect.Effect<never, ItemNotFound> =>
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

/** The item that stood there before a write: none where there was none, or it is another entity's. */
export const decodeOld = (
  { entity, where }: Running,
  attributes: object | undefined
): Effect.Effect<Option.Option<unknown>, DecodeError> => {
  const item = attributes === undefined ? undefined : itemOf(attributes)
  return item === undefined || ResolvedEntity.classify(entity, item) === "other"
    ? Effect.succeedNone
    : typed(Effect.mapEager(ResolvedEntity.decode(entity, item, where), Option.some))
}

/** The outcome of an effect that has one already: a codec that needs no service and no time. */
export const settled = <A, E, R>(effect: Effect.Effect<A, E, R>): Exit.Exit<A, E> | undefined =>
  // The guard does not know the outcome's types; they are the effect's.
  Exit.isExit(effect) ? (effect as Exit.Exit<A, E>) : undefined

/** The item as a write left it: this entity's, or it does not decode. */
export const decodeWritten = (
  { entity, where }: Running,
  attributes: object | undefined
): Effect.Effect<unknown, DecodeError> => typed(ResolvedEntity.decodeMine(entity, itemOf(attributes ?? {}), where))
