/**
 * Deletes one item by its key.
 *
 * **Example** (Deleting a session that must be there)
 *
 * ```ts
 * import { Effect, Schema } from "effect"
 * import { Delete, Entity, Table } from "effect-dynamo"
 *
 * const Session = Entity.make("Session", {
 *   schema: Schema.Struct({ token: Schema.String }),
 *   table: Table.make("sessions", { sortKey: null }),
 *   partitionKey: ["token"]
 * })
 * const end = Delete.from(Session).key({ token: "t1" }).ifExists()
 * Effect.runSync(end.toInput()).Key // => { pk: { S: "token#t1#session" } }
 * ```
 *
 * @module
 * @since 0.1.0
 */
import type { DeleteItemCommandInput } from "@aws-sdk/client-dynamodb"
import type { DynamoClient } from "@effect-dynamo/client/DynamoClient"
import type {
  ConditionalCheckFailed,
  DecodeError,
  EncodeError,
  ItemCollectionTooLarge,
  ItemTooLarge,
  KeyError,
  Service,
  TransactionCanceled,
  TransactionConflict
} from "@effect-dynamo/core/DynamoError"
import type * as Condition from "@effect-dynamo/core/Condition"
import type * as Entity from "@effect-dynamo/core/Entity"
import * as ResolvedEntity from "@effect-dynamo/core/ResolvedEntity"
import * as Effect from "effect/Effect"
import * as Effectable from "effect/Effectable"
import * as Exit from "effect/Exit"
import type * as Option from "effect/Option"
import * as builder from "./internal/builder.ts"
import * as conditions from "./internal/conditions.ts"
import * as guards from "./internal/guards.ts"
import * as operation from "./internal/operation.ts"
import { untilUndisturbed } from "./internal/optimistic.ts"
import { asSaid, type Repeating } from "./internal/repeating.ts"
import type { IfVersion } from "./internal/version.ts"
import { deleteInput, type Write } from "./internal/write.ts"

/**
 * What a delete can fail with. With a condition, `ConditionalCheckFailed` and `EncodeError`
 * join it; with `returning("old")`, `DecodeError`.
 *
 * @category errors
 * @since 0.1.0
 */
export type Error = Service | KeyError | ItemTooLarge | ItemCollectionTooLarge | TransactionConflict

/**
 * What a delete can fail with before more is said of it: one of an entity with unique fields
 * reads the item first, and deletes their guards in the same transaction.
 *
 * @category errors
 * @since 0.1.0
 */
export type ErrorOf<E extends Entity.Any> = [Entity.UniqueOf<E>] extends [never]
  ? Error
  : Error | DecodeError | TransactionCanceled

/**
 * A delete without its key: not an Effect yet. `_Why` says so where errors show the type.
 *
 * @category models
 * @since 0.1.0
 */
export interface Unkeyed<E extends Entity.Any, _Why = "no Effect yet: say which item, with .key({ … })"> {
  /** The key of the item, by its fields. */
  key(key: Entity.KeyOf<E>): Delete<E, void, ErrorOf<E>>
}

/**
 * A delete. Yield it to run it; it succeeds whether or not there was an item.
 *
 * @category models
 * @since 0.1.0
 */
export interface Delete<E extends Entity.Any, A, X>
  extends
    Effect.Effect<A, X, DynamoClient | ConditionServices<E, X> | E["DecodingServices"]>,
    operation.Operation<"Delete", E, A, X> {
  /** Only where an item stands under the key. */
  ifExists(): Delete<E, A, X | ConditionalCheckFailed<E["Type"]>>
  /** Only where this holds of the item that stands under the key. Said again, all must hold. */
  condition(
    condition: (references: Condition.References<E>) => Condition.Condition
  ): Delete<E, A, X | EncodeError | ConditionalCheckFailed<E["Type"]>>
  /** Only the item that has this version. */
  readonly ifVersion: IfVersion<E, Delete<E, A, X | EncodeError | ConditionalCheckFailed<E["Type"]>>>
  /**
   * Says that this delete may be applied twice: it is sent again after any failure that leaves open whether it was
   * applied, as `DynamoClient.withIdempotent` says of all writes of an effect. Deletes that give nothing of the old item
   * are anyway.
   *
   * In a batch or a transaction it means nothing: those may always be sent again.
   */
  idempotent(): Delete<E, A, X>
  /** Gives the item that stood there, if one of this entity did. */
  returning(what: "old"): Delete<E, Option.Option<E["Type"]>, X | DecodeError>
  /** The request as DynamoDB gets it; needs no client. There is none of a delete that reads first. */
  readonly toInput: [Entity.UniqueOf<E>] extends [never]
    ? () => Effect.Effect<DeleteItemCommandInput, KeyError | Extract<X, EncodeError>, ConditionServices<E, X>>
    : ReadsFirst
}

/** What encodes the values of a condition, where there is one. */
type ConditionServices<E extends Entity.Any, X> = [Extract<X, EncodeError>] extends [never]
  ? never
  : E["EncodingServices"]

/**
 * What keeps a delete from being shown as a request.
 *
 * @category models
 * @since 0.1.0
 */
export interface ReadsFirst {
  readonly "it reads the item first, to know which guards of unique fields are its own": true
}

/**
 * A delete from an entity's table.
 *
 * @category constructors
 * @since 0.1.0
 */
export const from = <E extends Entity.Any>(entity: E): Unkeyed<E> =>
  // Types know whose key it is; the run time knows it from the entity.
  new UnkeyedDelete(entity) as never

class UnkeyedDelete {
  private readonly entity: Entity.Any
  constructor(entity: Entity.Any) {
    this.entity = entity
  }
  key(key: State["key"]): DeleteItem {
    return new DeleteItem({ entity: this.entity, key, demands: [], returning: "none" })
  }
}

interface State extends Repeating {
  readonly entity: Entity.Any
  readonly key: Readonly<Record<string, unknown>>
  readonly demands: ReadonlyArray<conditions.Demand>
  readonly returning: "none" | "old"
}

const planDelete = (state: State, planning: builder.Planning): Effect.Effect<Write, operation.PlanError, unknown> =>
  Effect.flatMapEager(ResolvedEntity.primaryKey(planning.entity, state.key, planning.where), (key) =>
    Effect.flatMapEager(conditions.resolveDemands(state.demands, planning), (said) => {
      const plain: Write = {
        planning,
        key,
        action: { _tag: "Delete" },
        conditions: said,
        guards: [],
        seen: undefined
      }
      if (!guards.isGuarded(planning)) return Exit.succeed(plain)
      return Effect.flatMap(guards.readGuarded(planning, key), (read) =>
        Effect.mapEager(guards.guardsBetween(read.value, undefined, planning), (given): Write => ({
          ...plain,
          conditions: [...read.unchanged, ...said],
          guards: given,
          seen: read.seen
        }))
      )
    })
  )

const inputOf = (state: State, write: Write): DeleteItemCommandInput => {
  const input = deleteInput(write)
  if (state.returning === "old") input.ReturnValues = "ALL_OLD"
  return input
}

class DeleteItem extends Effectable.Class<never, Error | ConditionalCheckFailed | DecodeError, DynamoClient> {
  readonly state: State
  constructor(state: State) {
    super()
    this.state = state
  }
  /** What batches and transactions ask for: most deletes are in neither. */
  get [operation.TypeId](): operation.PlannedWrite {
    const { state } = this
    return {
      kind: "Delete",
      entity: state.entity,
      returning: state.returning === "old",
      plan: (planning) => planDelete(state, planning)
    }
  }
  ifExists(): DeleteItem {
    return this.demanding({ _tag: "Exists" })
  }
  ifVersion(version: unknown): DeleteItem {
    return this.demanding({ _tag: "Version", version })
  }
  condition(condition: conditions.ConditionArgument): DeleteItem {
    return this.demanding(conditions.demandOf(this.state.entity, condition))
  }
  private demanding(demand: conditions.Demand): DeleteItem {
    return new DeleteItem({ ...this.state, demands: [...this.state.demands, demand] })
  }
  idempotent(): DeleteItem {
    return new DeleteItem({ ...this.state, isIdempotent: true })
  }
  returning(what: "old"): DeleteItem {
    return new DeleteItem({ ...this.state, returning: what })
  }
  toInput(): Effect.Effect<DeleteItemCommandInput, KeyError | EncodeError> {
    return builder.plan(this.state.entity, "DeleteItem", (planning) =>
      // A delete that reads first, which could fail with more, has no `toInput` by its type.
      builder.typed(
        Effect.mapEager(planDelete(this.state, planning), (write) => inputOf(this.state, write)) as Effect.Effect<
          DeleteItemCommandInput,
          KeyError | EncodeError,
          unknown
        >
      )
    )
  }
  asEffect(): Effect.Effect<never, Error | ConditionalCheckFailed | DecodeError, DynamoClient> {
    const { state } = this
    return builder.run(state.entity, "DeleteItem", (running) => {
      const deleted = guards.isGuarded(running) ? deleteGuarded(state, running) : deleteAlone(state, running)
      // The builder's type says which of the two it gives.
      return conditions.withDecodedFailure(running, asSaid(state, deleted)) as Effect.Effect<never, Error>
    })
  }
  override toJSON(): unknown {
    return builder.describe("Delete", this.state)
  }
}

const deleteAlone = (state: State, running: builder.Running) =>
  Effect.flatMapEager(builder.typed(planDelete(state, running)), (write) =>
    Effect.flatMap(running.client.deleteItem(inputOf(state, write)), ({ Attributes }) =>
      state.returning === "old" ? builder.decodeOld(running, Attributes) : Effect.void
    )
  )

/** With its guards, in a transaction, which gives nothing back: the item was read before. */
const deleteGuarded = (state: State, running: builder.Running) =>
  Effect.flatMap(
    untilUndisturbed(running, builder.typed(planDelete(state, running)), (write) =>
      Effect.as(guards.sendGuarded(running, write), write.seen?.item)
    ),
    (before) => (state.returning === "old" ? builder.decodeOld(running, before) : Effect.void)
  )
