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
 * @module
 * @since 0.1.0
 */
import type { GetItemCommandInput } from "@aws-sdk/client-dynamodb"
import { batched, type DynamoClient } from "@effect-dynamo/client/DynamoClient"
import type { DecodeError, EncodeError, ItemNotFound, KeyError, Service } from "@effect-dynamo/core/DynamoError"
import type { Item } from "@effect-dynamo/core/Attribute"
import type * as Entity from "@effect-dynamo/core/Entity"
import * as Expression from "@effect-dynamo/core/Expression"
import type * as Projection from "@effect-dynamo/core/Projection"
import * as ResolvedEntity from "@effect-dynamo/core/ResolvedEntity"
import * as Effect from "effect/Effect"
import * as Effectable from "effect/Effectable"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as builder from "./internal/builder.ts"
import { addPlaceholders } from "./internal/conditions.ts"
import * as operation from "./internal/operation.ts"
import { projectionText, type Selection, selectionOf } from "./internal/selection.ts"

/**
 * What a get can fail with.
 *
 * @category errors
 * @since 0.1.0
 */
export type Error = Service | KeyError | EncodeError | DecodeError

/**
 * A get without its key: not an Effect yet. `_Why` says so where errors show the type.
 *
 * @category models
 * @since 0.1.0
 */
export interface Unkeyed<E extends Entity.Any, _Why = "no Effect yet: say which item, with .key({ … })"> {
  /** The key of the item, by its fields. */
  key(key: Entity.KeyOf<E>): Get<E, E["Type"]>
}

/**
 * A get. Yield it to run it: an `Option` of the item.
 *
 * @category models
 * @since 0.1.0
 */
export interface Get<E extends Entity.Any, A>
  extends
    Effect.Effect<Option.Option<A>, Error, DynamoClient | E["DecodingServices"]>,
    operation.Operation<"Get", E, Option.Option<A>, Error> {
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
  /**
   * Sends it together with the batched gets that other fibers run at the same time, from anywhere in the program, as
   * [BatchGetItem](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html): up to 100 in
   * a request, of any entities. The same key, asked for in the same way, is read once. `DynamoClient.layerBatched` does
   * it for all gets of a program, and `DynamoClient.batched` says more of how.
   *
   * **Example** (Reading the authors of many posts)
   *
   * ```ts
   * import { Effect, Schema } from "effect"
   * import { Entity, Get, Table } from "effect-dynamo"
   *
   * class User extends Entity.Class<User>("User")({
   *   id: Schema.String
   * }, { table: Table.make("users", { sortKey: null }), partitionKey: ["id"] }) {}
   *
   * const author = (post: { readonly authorId: string }) => Get.from(User).key({ id: post.authorId }).batched()
   * // One request, for two keys.
   * const authors = Effect.forEach([{ authorId: "a" }, { authorId: "b" }, { authorId: "a" }], author, {
   *   concurrency: "unbounded"
   * })
   * Effect.isEffect(authors) // => true
   * ```
   */
  batched(): Get<E, A>
  /** The request as DynamoDB gets it; needs no client. */
  toInput(): Effect.Effect<GetItemCommandInput, KeyError>
}

/**
 * A get that fails with `ItemNotFound` where there is no such item.
 *
 * @category models
 * @since 0.1.0
 */
export interface OrFail<E extends Entity.Any, A>
  extends
    Effect.Effect<A, Error | ItemNotFound, DynamoClient | E["DecodingServices"]>,
    operation.Operation<"Get", E, A, Error | ItemNotFound> {
  /** Reads what every acknowledged write before it left, at twice the cost. */
  consistent(): OrFail<E, A>
  /** Reads only some fields, or parts of them, as {@link Get}'s does. */
  select<const P extends ReadonlyArray<Projection.Selection<E, A>>>(
    ...paths: P & Projection.Checked<E, P>
  ): OrFail<E, Projection.Selected<E, P>>
  /** Sends it together with the batched gets that other fibers run at the same time, as {@link Get}'s does. */
  batched(): OrFail<E, A>
  /** The request as DynamoDB gets it; needs no client. */
  toInput(): Effect.Effect<GetItemCommandInput, KeyError>
}

/**
 * A get from an entity's table.
 *
 * @category constructors
 * @since 0.1.0
 */
export const from = <E extends Entity.Any>(entity: E): Unkeyed<E> =>
  // Types know whose key and whose value it is; the run time knows it from the entity.
  new UnkeyedGet(entity) as never

class UnkeyedGet {
  private readonly entity: Entity.Any
  constructor(entity: Entity.Any) {
    this.entity = entity
  }
  key(key: State["key"]): GetOption {
    return new GetOption({ entity: this.entity, key, consistent: false, batched: false, select: undefined })
  }
}

interface State {
  readonly entity: Entity.Any
  readonly key: Readonly<Record<string, unknown>>
  readonly consistent: boolean
  readonly batched: boolean
  readonly select: Projection.Projection | undefined
}

const planGet = (state: State, { entity, where }: builder.Planning): Exit.Exit<operation.GetPlan, KeyError> => {
  const key = ResolvedEntity.primaryKey(entity, state.key, where)
  if (Exit.isFailure(key)) return Exit.failCause(key.cause)
  const { select } = state
  // Filled as it goes, in this order.
  const input: GetItemCommandInput = { TableName: where.table, Key: key.value }
  if (select !== undefined) {
    const placeholders = new Expression.Placeholders()
    // The keys are asked for too: an item that has nothing of what was selected is still an item.
    input.ProjectionExpression = projectionText(select, entity, entity.primary, placeholders)
    addPlaceholders(input, placeholders)
  }
  if (state.consistent) input.ConsistentRead = true
  return Exit.succeed({ projection: select, input })
}

/** An expired item, and another entity's, is none. */
const giveOption: operation.PlannedGet["give"] = (planning, plan, item) =>
  item === undefined || !builder.isHere(planning, item)
    ? Effect.succeedNone
    : Effect.mapEager(decodeItem(planning, item, plan.projection), Option.some)

const giveOrFail: operation.PlannedGet["give"] = (planning, plan, item) =>
  item === undefined || !builder.isHere(planning, item)
    ? builder.notFound(planning)
    : decodeItem(planning, item, plan.projection)

const decodeItem = (
  { entity, where }: builder.Planning,
  item: Item,
  projection: Projection.Projection | undefined
): Effect.Effect<unknown, DecodeError, unknown> =>
  projection === undefined
    ? ResolvedEntity.decode(entity, item, where)
    : ResolvedEntity.decodeWith(entity, item, where, projection.decode)

abstract class GetItem<Self, A, E> extends Effectable.Class<A, E, DynamoClient> {
  readonly state: State
  constructor(state: State) {
    super()
    this.state = state
  }
  protected abstract readonly give: operation.PlannedGet["give"]
  /** The same get with one thing said. */
  protected abstract with<K extends keyof State>(key: K, value: State[K]): Self
  /** What batches and transactions ask for: most gets are in neither. */
  get [operation.TypeId](): operation.PlannedGet {
    const { give, state } = this
    return {
      kind: "Get",
      entity: state.entity,
      consistent: state.consistent,
      plan: (planning) => planGet(state, planning),
      give
    }
  }
  consistent(): Self {
    return this.with("consistent", true)
  }
  select(...paths: Selection): Self {
    return this.with("select", selectionOf(this.state.entity, paths))
  }
  batched(): Self {
    return this.with("batched", true)
  }
  toInput(): Effect.Effect<GetItemCommandInput, KeyError> {
    return builder.plan(this.state.entity, "GetItem", (planning) =>
      Effect.mapEager(planGet(this.state, planning), ({ input }) => input)
    )
  }
  asEffect(): Effect.Effect<A, E, DynamoClient> {
    const { give, state } = this
    const got = builder.run(state.entity, "GetItem", (running): Effect.Effect<unknown, unknown> => {
      const plan = planGet(state, running)
      if (Exit.isFailure(plan)) return Exit.failCause(plan.cause)
      const client = state.batched ? batched(running.client) : running.client
      return Effect.flatMap(client.getItem(plan.value.input), ({ Item }) => {
        const item = Item === undefined ? undefined : builder.itemOf(Item)
        running.span?.gave(item !== undefined && builder.isHere(running, item) ? 1 : 0)
        return builder.typed(give(running, plan.value, item))
      })
    })
    // The builder's type says what `give` gives, and fails with.
    return got as Effect.Effect<A, E, DynamoClient>
  }
  override toJSON(): unknown {
    return builder.describe("Get", this.state)
  }
}

class GetOption extends GetItem<GetOption, Option.Option<never>, Error> {
  protected get give(): operation.PlannedGet["give"] {
    return giveOption
  }
  protected with<K extends keyof State>(key: K, value: State[K]): GetOption {
    const state = { ...this.state }
    state[key] = value
    return new GetOption(state)
  }
  orFail(): GetOrFail {
    return new GetOrFail(this.state)
  }
}

class GetOrFail extends GetItem<GetOrFail, never, Error | ItemNotFound> {
  protected get give(): operation.PlannedGet["give"] {
    return giveOrFail
  }
  protected with<K extends keyof State>(key: K, value: State[K]): GetOrFail {
    const state = { ...this.state }
    state[key] = value
    return new GetOrFail(state)
  }
}
