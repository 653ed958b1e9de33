/**
 * Reads one item by its key.
 *
 * **Example** (Reading a user)
 *
 * ```ts
 * import { Effect, Schema } from "effect"
 * import { Entity, Get, Table } from "effect-dynamo"
 *
 * class User extends Entity.Class<User>("User")({
 *   id: Schema.String,
 *   email: Schema.String
 * }, { table: Table.make("users"), partitionKey: ["id"], sortKey: ["email"] }) {}
 *
 * const getUser = Get.from(User).key({ id: "user-123", email: "john@example.com" }).consistent()
 * Effect.runSync(getUser.toInput())
 * // => { TableName: "users", Key: { pk: { S: "id#user-123#user" }, sk: { S: "john@example.com" } }, ConsistentRead: true }
 * ```
 *
 * @since 0.1.0
 */
import type { GetItemCommandInput } from "@aws-sdk/client-dynamodb"
import type { DynamoClient } from "@effect-dynamo/client/DynamoClient"
import type { DecodeError, EncodeError, ItemNotFound, KeyError, Service } from "@effect-dynamo/core/DynamoError"
import type * as Entity from "@effect-dynamo/core/Entity"
import * as ResolvedEntity from "@effect-dynamo/core/ResolvedEntity"
import * as Effect from "effect/Effect"
import * as Effectable from "effect/Effectable"
import * as Option from "effect/Option"
import * as builder from "./internal/builder.ts"

/**
 * What a get can fail with.
 *
 * @category errors
 * @since 0.1.0
 */
export type Error = Service | KeyError | EncodeError | DecodeError

/**
 * A get without its key: not an Effect yet.
 *
 * @category models
 * @since 0.1.0
 */
export interface Unkeyed<E extends Entity.Any> {
  /** The key of the item, by its fields. */
  key(key: Entity.KeyOf<E>): Get<E, E["Type"]>
}

/**
 * A get. Yield it to run it: an `Option` of the item.
 *
 * @category models
 * @since 0.1.0
 */
export interface Get<E extends Entity.Any, A> extends Effect.Effect<
  Option.Option<A>,
  Error,
  DynamoClient | E["DecodingServices"]
> {
  /** Reads what every acknowledged write before it left, at twice the cost. */
  consistent(): Get<E, A>
  /** Fails with `ItemNotFound` where there is no such item. */
  orFail(): OrFail<E, A>
  /** The request as DynamoDB gets it; needs no client. */
  toInput(): Effect.Effect<GetItemCommandInput, KeyError>
}

/**
 * A get that fails with `ItemNotFound` where there is no such item.
 *
 * @category models
 * @since 0.1.0
 */
export interface OrFail<E extends Entity.Any, A> extends Effect.Effect<
  A,
  Error | ItemNotFound,
  DynamoClient | E["DecodingServices"]
> {
  /** Reads what every acknowledged write before it left, at twice the cost. */
  consistent(): OrFail<E, A>
  /** The request as DynamoDB gets it; needs no client. */
  toInput(): Effect.Effect<GetItemCommandInput, KeyError>
}

/**
 * A get from an entity's table.
 *
 * @category constructors
 * @since 0.1.0
 */
export const from = <E extends Entity.Any>(entity: E): Unkeyed<E> => ({
  // Types know whose key and whose value it is; the run time knows it from the entity.
  key: (key) => new GetOption({ entity, key: key as State["key"], consistent: false }) as never
})

interface State {
  readonly entity: Entity.Any
  readonly key: Readonly<Record<string, unknown>>
  readonly consistent: boolean
}

const planGet = (state: State, { entity, where }: builder.Planning): Effect.Effect<GetItemCommandInput, KeyError> =>
  Effect.map(ResolvedEntity.primaryKey(entity, state.key, where), (Key) =>
    state.consistent ? { TableName: where.table, Key, ConsistentRead: true } : { TableName: where.table, Key }
  )

const toInput = (state: State): Effect.Effect<GetItemCommandInput, KeyError> =>
  builder.plan(state.entity, "GetItem", (planning) => planGet(state, planning))

/** Runs a get; `none` says what comes of an item that is not there. */
const runGet = <A, E>(
  state: State,
  some: (value: unknown) => A,
  none: (running: builder.Running) => Effect.Effect<A, E>
): Effect.Effect<A, Error | E, DynamoClient> =>
  builder.run(state.entity, "GetItem", (running) =>
    Effect.flatMap(planGet(state, running), (input) =>
      Effect.flatMap(running.client.getItem(input), ({ Item }): Effect.Effect<A, DecodeError | E> => {
        const item = Item === undefined ? undefined : builder.itemOf(Item)
        return item === undefined || ResolvedEntity.classify(running.entity, item) === "other"
          ? none(running)
          : builder.typed(Effect.map(ResolvedEntity.decode(running.entity, item, running.where), some))
      })
    )
  )

class GetOption extends Effectable.Class<Option.Option<never>, Error, DynamoClient> {
  readonly state: State
  constructor(state: State) {
    super()
    this.state = state
  }
  consistent(): GetOption {
    return new GetOption({ ...this.state, consistent: true })
  }
  orFail(): GetOrFail {
    return new GetOrFail(this.state)
  }
  toInput(): Effect.Effect<GetItemCommandInput, KeyError> {
    return toInput(this.state)
  }
  asEffect(): Effect.Effect<Option.Option<never>, Error, DynamoClient> {
    return runGet(
      this.state,
      (value) => Option.some(value as never),
      () => Effect.succeedNone
    )
  }
  override toJSON(): unknown {
    return builder.describe("Get", this.state)
  }
}

class GetOrFail extends Effectable.Class<never, Error | ItemNotFound, DynamoClient> {
  readonly state: State
  constructor(state: State) {
    super()
    this.state = state
  }
  consistent(): GetOrFail {
    return new GetOrFail({ ...this.state, consistent: true })
  }
  toInput(): Effect.Effect<GetItemCommandInput, KeyError> {
    return toInput(this.state)
  }
  asEffect(): Effect.Effect<never, Error | ItemNotFound, DynamoClient> {
    return runGet(this.state, (value) => value as never, builder.notFound)
  }
  override toJSON(): unknown {
    return builder.describe("Get", this.state)
  }
}
