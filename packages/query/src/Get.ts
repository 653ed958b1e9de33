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
import type { Item } from "@effect-dynamo/core/Attribute"
import type * as Entity from "@effect-dynamo/core/Entity"
import * as Expression from "@effect-dynamo/core/Expression"
import type * as Projection from "@effect-dynamo/core/Projection"
import * as ResolvedEntity from "@effect-dynamo/core/ResolvedEntity"
import * as Effect from "effect/Effect"
import * as Effectable from "effect/Effectable"
import * as Option from "effect/Option"
import * as builder from "./internal/builder.ts"
import { placeholderInput } from "./internal/conditions.ts"
import { projectionOf, projectionText, type Selection, selectionOf } from "./internal/reading.ts"

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
  /**
   * Reads only some fields, or parts of them: `"name"`, `["address", "city"]`. It costs what reading
   * the whole item costs. Called again, it selects of what was left.
   */
  select<const P extends ReadonlyArray<Projection.Selection<E, A>>>(
    ...paths: P & Projection.Checked<E, P>
  ): Get<E, Projection.Selected<E, P>>
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
  /** Reads only some fields, or parts of them, as {@link Get}'s does. */
  select<const P extends ReadonlyArray<Projection.Selection<E, A>>>(
    ...paths: P & Projection.Checked<E, P>
  ): OrFail<E, Projection.Selected<E, P>>
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
  key: (key) => new GetOption({ entity, key: key as State["key"], consistent: false, select: undefined }) as never
})

interface State {
  readonly entity: Entity.Any
  readonly key: Readonly<Record<string, unknown>>
  readonly consistent: boolean
  readonly select: Selection | undefined
}

interface Plan {
  readonly input: GetItemCommandInput
  readonly projection: Projection.Projection | undefined
}

const planGet = (state: State, { entity, where }: builder.Planning): Effect.Effect<Plan, KeyError> =>
  Effect.mapEager(ResolvedEntity.primaryKey(entity, state.key, where), (Key) => {
    const projection = state.select === undefined ? undefined : projectionOf(entity.definition, state.select)
    return {
      projection,
      input: {
        TableName: where.table,
        Key,
        ...(projection === undefined ? undefined : projectionInput(projection, entity)),
        ...(state.consistent ? { ConsistentRead: true } : undefined)
      }
    }
  })

/** The keys are asked for too: an item that has nothing of what was selected is still an item. */
const projectionInput = (projection: Projection.Projection, entity: ResolvedEntity.ResolvedEntity) => {
  const placeholders = new Expression.Placeholders()
  return {
    ProjectionExpression: projectionText(projection, entity, entity.primary, placeholders),
    ...placeholderInput(placeholders)
  }
}

const toInput = (state: State): Effect.Effect<GetItemCommandInput, KeyError> =>
  builder.plan(state.entity, "GetItem", (planning) => Effect.map(planGet(state, planning), ({ input }) => input))

/** Runs a get; `none` says what comes of an item that is not there. */
const runGet = <A, E>(
  state: State,
  some: (value: unknown) => A,
  none: (running: builder.Running) => Effect.Effect<A, E>
): Effect.Effect<A, Error | E, DynamoClient> =>
  builder.run(state.entity, "GetItem", (running) =>
    Effect.flatMap(planGet(state, running), ({ input, projection }) =>
      Effect.flatMap(running.client.getItem(input), ({ Item }): Effect.Effect<A, DecodeError | E> => {
        const item = Item === undefined ? undefined : builder.itemOf(Item)
        return item === undefined || ResolvedEntity.classify(running.entity, item) === "other"
          ? none(running)
          : builder.typed(Effect.map(decodeItem(running, item, projection), some))
      })
    )
  )

const decodeItem = (
  { entity, where }: builder.Planning,
  item: Item,
  projection: Projection.Projection | undefined
): Effect.Effect<unknown, DecodeError, unknown> =>
  projection === undefined
    ? ResolvedEntity.decode(entity, item, where)
    : ResolvedEntity.decodeWith(entity, item, where, projection.decode)

class GetOption extends Effectable.Class<Option.Option<never>, Error, DynamoClient> {
  readonly state: State
  constructor(state: State) {
    super()
    this.state = state
  }
  consistent(): GetOption {
    return new GetOption({ ...this.state, consistent: true })
  }
  select(...paths: Selection): GetOption {
    return new GetOption({ ...this.state, select: selectionOf(this.state.entity, paths) })
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
  select(...paths: Selection): GetOrFail {
    return new GetOrFail({ ...this.state, select: selectionOf(this.state.entity, paths) })
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
