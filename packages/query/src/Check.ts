/**
 * A condition on one item, for a transaction: it writes nothing, and where it does not
 * hold, neither does any of the transaction's writes happen.
 *
 * **Example** (A balance that must suffice)
 *
 * ```ts
 * import { Schema } from "effect"
 * import { Check, Entity, Table } from "effect-dynamo"
 *
 * const Account = Entity.make("Account", {
 *   schema: Schema.Struct({ id: Schema.String, balance: Schema.Number }),
 *   table: Table.make("accounts", { sortKey: null }),
 *   partitionKey: ["id"]
 * })
 * const suffices = Check.in(Account).key({ id: "a1" }).condition((account) => account.balance.gte(100))
 * JSON.stringify(suffices) // => '{"_id":"Check","entity":"Account","table":"accounts"}'
 * ```
 *
 * @module
 * @since 0.1.0
 */
import type * as Condition from "@effect-dynamo/core/Condition"
import type { ConditionalCheckFailed, EncodeError, KeyError } from "@effect-dynamo/core/DynamoError"
import type * as Entity from "@effect-dynamo/core/Entity"
import * as ResolvedEntity from "@effect-dynamo/core/ResolvedEntity"
import * as Effect from "effect/Effect"
import { type Pipeable, pipeArguments } from "effect/Pipeable"
import * as builder from "./internal/builder.ts"
import * as conditions from "./internal/conditions.ts"
import * as operation from "./internal/operation.ts"
import type { IfVersion } from "./internal/version.ts"
import type { Write } from "./internal/write.ts"

/**
 * What a check adds to what its transaction can fail with.
 *
 * @category errors
 * @since 0.1.0
 */
export type Error<E extends Entity.Any> = KeyError | EncodeError | ConditionalCheckFailed<E["Type"]>

/**
 * A check without its key.
 *
 * @category models
 * @since 0.1.0
 */
export interface Unkeyed<E extends Entity.Any> {
  /** The key of the item, by its fields. */
  key(key: Entity.KeyOf<E>): Unconditioned<E>
}

/**
 * A check that does not say yet what must hold.
 *
 * @category models
 * @since 0.1.0
 */
export interface Unconditioned<E extends Entity.Any> {
  /** An item stands under the key. */
  ifExists(): Check<E>
  /** No item stands under the key. */
  ifNotExists(): Check<E>
  /**
   * This holds of the item that stands under the key. Of one that is not there, or whose time
   * has passed, DynamoDB says what it says of its attributes; add `ifExists()` where it matters.
   */
  condition(condition: (references: Condition.References<E>) => Condition.Condition): Check<E>
  /** The item has this version. */
  readonly ifVersion: IfVersion<E, Check<E>>
}

/**
 * A check. It is no Effect: it is part of a transaction. Said again, all must hold.
 *
 * @category models
 * @since 0.1.0
 */
export interface Check<E extends Entity.Any>
  extends Unconditioned<E>, Pipeable, operation.Operation<"Check", E, void, Error<E>> {}

const in_ = <E extends Entity.Any>(entity: E): Unkeyed<E> => ({
  key: (key) =>
    // Types know whose key it is; the run time knows it from the entity.
    new CheckItem({ entity, key: key as State["key"], demands: [] }) as never
})

export {
  /**
   * A check of an item in an entity's table.
   *
   * @category constructors
   * @since 0.1.0
   */
  in_ as in
}

interface State {
  readonly entity: Entity.Any
  readonly key: Readonly<Record<string, unknown>>
  readonly demands: ReadonlyArray<conditions.Demand>
}

const planCheck = (state: State, planning: builder.Planning): Effect.Effect<Write, KeyError | EncodeError, unknown> =>
  Effect.flatMapEager(ResolvedEntity.primaryKey(planning.entity, state.key, planning.where), (key) =>
    Effect.mapEager(conditions.resolveDemands(state.demands, planning), (said): Write => ({
      planning,
      key,
      action: { _tag: "Check" },
      conditions: said,
      guards: [],
      seen: undefined
    }))
  )

class CheckItem {
  readonly state: State
  constructor(state: State) {
    this.state = state
  }
  get [operation.TypeId](): operation.PlannedWrite {
    const { state } = this
    return { kind: "Check", entity: state.entity, returning: false, plan: (planning) => planCheck(state, planning) }
  }
  ifExists(): CheckItem {
    return this.demanding({ _tag: "Exists" })
  }
  ifNotExists(): CheckItem {
    return this.demanding({ _tag: "NotExists" })
  }
  ifVersion(version: unknown): CheckItem {
    return this.demanding({ _tag: "Version", version })
  }
  condition(condition: conditions.ConditionArgument): CheckItem {
    return this.demanding(conditions.demandOf(this.state.entity, condition))
  }
  private demanding(demand: conditions.Demand): CheckItem {
    return new CheckItem({ ...this.state, demands: [...this.state.demands, demand] })
  }
  pipe() {
    return pipeArguments(this, arguments)
  }
  toJSON(): unknown {
    return builder.describe("Check", this.state)
  }
}
