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
 * @since 0.1.0
 */
import type { DeleteItemCommandInput } from "@aws-sdk/client-dynamodb"
import type { DynamoClient } from "@effect-dynamo/client/DynamoClient"
import type {
  ConditionalCheckFailed,
  DecodeError,
  ItemCollectionTooLarge,
  ItemTooLarge,
  KeyError,
  Service,
  TransactionConflict
} from "@effect-dynamo/core/DynamoError"
import type * as Entity from "@effect-dynamo/core/Entity"
import { Placeholders } from "@effect-dynamo/core/Expression"
import * as ResolvedEntity from "@effect-dynamo/core/ResolvedEntity"
import * as Effect from "effect/Effect"
import * as Effectable from "effect/Effectable"
import type * as Option from "effect/Option"
import * as builder from "./internal/builder.ts"
import * as conditions from "./internal/conditions.ts"

/**
 * What a delete can fail with. With a condition, `ConditionalCheckFailed` joins it;
 * with `returning("old")`, `DecodeError`.
 *
 * @category errors
 * @since 0.1.0
 */
export type Error = Service | KeyError | ItemTooLarge | ItemCollectionTooLarge | TransactionConflict

/**
 * A delete without its key: not an Effect yet.
 *
 * @category models
 * @since 0.1.0
 */
export interface Unkeyed<E extends Entity.Any> {
  /** The key of the item, by its fields. */
  key(key: Entity.KeyOf<E>): Delete<E, void, Error>
}

/**
 * A delete. Yield it to run it; it succeeds whether or not there was an item.
 *
 * @category models
 * @since 0.1.0
 */
export interface Delete<E extends Entity.Any, A, X> extends Effect.Effect<A, X, DynamoClient | E["DecodingServices"]> {
  /** Only where an item stands under the key. */
  ifExists(): Delete<E, A, X | ConditionalCheckFailed<E["Type"]>>
  /** Gives the item that stood there, if one of this entity did. */
  returning(what: "old"): Delete<E, Option.Option<E["Type"]>, X | DecodeError>
  /** The request as DynamoDB gets it; needs no client. */
  toInput(): Effect.Effect<DeleteItemCommandInput, KeyError>
}

/**
 * A delete from an entity's table.
 *
 * @category constructors
 * @since 0.1.0
 */
export const from = <E extends Entity.Any>(entity: E): Unkeyed<E> => ({
  key: (key) =>
    // Types know whose key it is; the run time knows it from the entity.
    new DeleteItem({ entity, key: key as State["key"], conditions: [], returning: "none" }) as never
})

interface State {
  readonly entity: Entity.Any
  readonly key: Readonly<Record<string, unknown>>
  readonly conditions: ReadonlyArray<conditions.Existence>
  readonly returning: "none" | "old"
}

const planDelete = (
  state: State,
  { entity, where }: builder.Planning
): Effect.Effect<DeleteItemCommandInput, KeyError> =>
  Effect.mapEager(ResolvedEntity.primaryKey(entity, state.key, where), (Key): DeleteItemCommandInput => {
    const placeholders = new Placeholders()
    const condition = conditions.conditionInput(
      state.conditions.map((existence) => conditions.existence(entity, existence)),
      placeholders
    )
    return {
      TableName: where.table,
      Key,
      ...condition,
      ...conditions.placeholderInput(placeholders),
      ...(state.returning === "old" ? { ReturnValues: "ALL_OLD" } : undefined)
    }
  })

class DeleteItem extends Effectable.Class<never, Error | ConditionalCheckFailed | DecodeError, DynamoClient> {
  readonly state: State
  constructor(state: State) {
    super()
    this.state = state
  }
  ifExists(): DeleteItem {
    return new DeleteItem({ ...this.state, conditions: [...this.state.conditions, "exists"] })
  }
  returning(what: "old"): DeleteItem {
    return new DeleteItem({ ...this.state, returning: what })
  }
  toInput(): Effect.Effect<DeleteItemCommandInput, KeyError> {
    return builder.plan(this.state.entity, "DeleteItem", (planning) => planDelete(this.state, planning))
  }
  asEffect(): Effect.Effect<never, Error | ConditionalCheckFailed | DecodeError, DynamoClient> {
    const { state } = this
    return builder.run(state.entity, "DeleteItem", (running) => {
      const deleted = Effect.flatMap(planDelete(state, running), (input) =>
        Effect.flatMap(running.client.deleteItem(input), ({ Attributes }) =>
          state.returning === "old" ? builder.decodeOld(running, Attributes) : Effect.void
        )
      )
      // The builder's type says which of the two it gives.
      return conditions.withDecodedFailure(running, deleted) as Effect.Effect<never, Error>
    })
  }
  override toJSON(): unknown {
    return builder.describe("Delete", this.state)
  }
}
