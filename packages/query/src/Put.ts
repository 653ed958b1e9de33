/**
 * Writes one whole item, in place of any that stands under its key.
 *
 * **Example** (Creating a user only if there is none)
 *
 * ```ts
 * import { Effect, Schema } from "effect"
 * import { Entity, Put, Table } from "effect-dynamo"
 *
 * const User = Entity.make("User", {
 *   schema: Schema.Struct({ id: Schema.String, email: Schema.String }),
 *   table: Table.make("users"),
 *   partitionKey: ["id"],
 *   sortKey: ["email"]
 * })
 * const create = Put.into(User, { id: "user-123", email: "john@example.com" }).ifNotExists()
 * Effect.runSync(create.toInput()).ConditionExpression // => "attribute_not_exists(#0)"
 * ```
 *
 * @since 0.1.0
 */
import type { PutItemCommandInput } from "@aws-sdk/client-dynamodb"
import type { DynamoClient } from "@effect-dynamo/client/DynamoClient"
import type {
  ConditionalCheckFailed,
  DecodeError,
  EncodeError,
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
 * What a put can fail with. With a condition, `ConditionalCheckFailed` joins it; with
 * `returning("old")`, `DecodeError`.
 *
 * @category errors
 * @since 0.1.0
 */
export type Error = Service | KeyError | EncodeError | ItemTooLarge | ItemCollectionTooLarge | TransactionConflict

/**
 * A put. Yield it to run it: the value as it was written, defaults filled in.
 *
 * @category models
 * @since 0.1.0
 */
export interface Put<E extends Entity.Any, A, X> extends Effect.Effect<
  A,
  X,
  DynamoClient | E["EncodingServices"] | E["DecodingServices"]
> {
  /** Only where no item stands under the key. */
  ifNotExists(): Put<E, A, X | ConditionalCheckFailed<E["Type"]>>
  /** Only where an item stands under the key. */
  ifExists(): Put<E, A, X | ConditionalCheckFailed<E["Type"]>>
  /** Gives the item that stood there before, if one of this entity did. */
  returning(what: "old"): Put<E, Option.Option<E["Type"]>, X | DecodeError>
  /** The request as DynamoDB gets it; needs no client. */
  toInput(): Effect.Effect<PutItemCommandInput, KeyError | EncodeError, E["EncodingServices"]>
}

/**
 * A put of a value into an entity's table. The value is an instance of the class, or
 * what its constructor takes.
 *
 * @category constructors
 * @since 0.1.0
 */
export const into = <E extends Entity.Any>(entity: E, value: E["~type.make.in"]): Put<E, E["Type"], Error> =>
  // Types know whose value it is; the run time knows it from the entity.
  new PutItem({ entity, value, conditions: [], returning: "none" }) as never

interface State {
  readonly entity: Entity.Any
  readonly value: unknown
  readonly conditions: ReadonlyArray<conditions.Existence>
  readonly returning: "none" | "old"
}

interface Plan {
  /** The value as written. */
  readonly value: unknown
  readonly input: PutItemCommandInput
}

const planPut = (
  state: State,
  { entity, where }: builder.Planning
): Effect.Effect<Plan, KeyError | EncodeError, unknown> =>
  Effect.flatMapEager(ResolvedEntity.makeValue(entity, state.value, where), (value) =>
    Effect.mapEager(ResolvedEntity.encode(entity, value, where), (Item): Plan => {
      const placeholders = new Placeholders()
      const condition = conditions.conditionInput(
        state.conditions.map((existence) => conditions.existence(entity, existence)),
        placeholders
      )
      return {
        value,
        input: {
          TableName: where.table,
          Item,
          ...condition,
          ...conditions.placeholderInput(placeholders),
          ...(state.returning === "old" ? { ReturnValues: "ALL_OLD" } : undefined)
        }
      }
    })
  )

class PutItem extends Effectable.Class<never, Error | ConditionalCheckFailed | DecodeError, DynamoClient> {
  readonly state: State
  constructor(state: State) {
    super()
    this.state = state
  }
  ifNotExists(): PutItem {
    return new PutItem({ ...this.state, conditions: [...this.state.conditions, "notExists"] })
  }
  ifExists(): PutItem {
    return new PutItem({ ...this.state, conditions: [...this.state.conditions, "exists"] })
  }
  returning(what: "old"): PutItem {
    return new PutItem({ ...this.state, returning: what })
  }
  toInput(): Effect.Effect<PutItemCommandInput, KeyError | EncodeError> {
    return builder.plan(this.state.entity, "PutItem", (planning) =>
      builder.typed(Effect.map(planPut(this.state, planning), (plan) => plan.input))
    )
  }
  asEffect(): Effect.Effect<never, Error | ConditionalCheckFailed | DecodeError, DynamoClient> {
    const { state } = this
    return builder.run(state.entity, "PutItem", (running) => {
      const written = Effect.flatMap(builder.typed(planPut(state, running)), ({ input, value }) =>
        Effect.flatMap(running.client.putItem(input), ({ Attributes }) =>
          state.returning === "old" ? builder.decodeOld(running, Attributes) : Effect.succeed(value)
        )
      )
      // The builder's type says which of the two it gives.
      return conditions.withDecodedFailure(running, written) as Effect.Effect<never, Error>
    })
  }
  override toJSON(): unknown {
    return builder.describe("Put", this.state)
  }
}
