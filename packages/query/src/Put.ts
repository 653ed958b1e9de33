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
 * @module
 * @since 0.1.0
 */
import type { PutItemCommandInput, TransactWriteItemsCommandInput } from "@aws-sdk/client-dynamodb"
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
import type * as Entity from "@effect-dynamo/core/Entity"
import type * as Condition from "@effect-dynamo/core/Condition"
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
import { putInput, transactionInput, type Write } from "./internal/write.ts"

/**
 * What a put can fail with. With a condition, `ConditionalCheckFailed` joins it (an entity
 * with a version or unique fields always has one); with `returning("old")`, `DecodeError`.
 *
 * @category errors
 * @since 0.1.0
 */
export type Error = Service | KeyError | EncodeError | ItemTooLarge | ItemCollectionTooLarge | TransactionConflict

/**
 * What a put of an entity with a version or unique fields can fail with besides.
 *
 * @category errors
 * @since 0.1.0
 */
export type KeptError<E extends Entity.Any> =
  | ([Entity.VersionOf<E> | Entity.UniqueOf<E>] extends [never] ? never : ConditionalCheckFailed<E["Type"]>)
  | ([Entity.UniqueOf<E>] extends [never] ? never : TransactionCanceled | DecodeError)

/**
 * A put. Yield it to run it: what it gives is the value as written, or what
 * `returning` says.
 *
 * @category models
 * @since 0.1.0
 */
export interface Put<E extends Entity.Any, A, X, Reads = never>
  extends
    Effect.Effect<
      A,
      X | KeptError<E>,
      DynamoClient | E["EncodingServices"] | E["DecodingServices"] | Entity.WriteServicesOf<E>
    >,
    operation.Operation<"Put", E, A, X | KeptError<E>> {
  /** Only where no item stands under the key. */
  ifNotExists(): Put<E, A, X | ConditionalCheckFailed<E["Type"]>, never>
  /** Only where an item stands under the key. */
  ifExists(): Put<E, A, X | ConditionalCheckFailed<E["Type"]>, Reads>
  /** Only where this holds of the item that stands under the key. Said again, all must hold. */
  condition(
    condition: (references: Condition.References<E>) => Condition.Condition
  ): Put<E, A, X | ConditionalCheckFailed<E["Type"]>, Reads>
  /**
   * Says that this put may be applied twice: it is sent again after any failure that leaves open whether it was applied,
   * as `DynamoClient.withIdempotent` says of all writes of an effect. Puts that give nothing of the old item are anyway.
   *
   * In a batch or a transaction it means nothing: those may always be sent again.
   */
  idempotent(): Put<E, A, X, Reads>
  /** Gives the item that stood there before, if one of this entity did. */
  returning(what: "old"): Put<E, Option.Option<E["Type"]>, X | DecodeError, Reads>
  /** The request as DynamoDB gets it; needs no client. There is none of a put that reads first. */
  readonly toInput: [Reads] extends [never] ? ToInput<E> : ReadsFirst
}

/**
 * Gives the request of a put without sending it: a transaction where the entity has unique
 * fields, which it takes guards for.
 *
 * @category models
 * @since 0.1.0
 */
export interface ToInput<E extends Entity.Any> {
  (): Effect.Effect<
    [Entity.UniqueOf<E>] extends [never] ? PutItemCommandInput : TransactWriteItemsCommandInput,
    KeyError | EncodeError,
    E["EncodingServices"] | Entity.WriteServicesOf<E>
  >
}

/**
 * What keeps a put from being shown as a request.
 *
 * @category models
 * @since 0.1.0
 */
export interface ReadsFirst {
  readonly "it reads the item first: say ifNotExists() where there is none": true
}

/**
 * A put of a value: what the entity's constructor takes, or an instance. Timestamps and
 * the version that the entity keeps may be left out.
 *
 * @category constructors
 * @since 0.1.0
 */
export const into = <E extends Entity.Any>(
  entity: E,
  value: Entity.PutInput<E>
): Put<E, E["Type"], Error, Entity.UniqueOf<E>> =>
  // Types know whose value it is; the run time knows it from the entity.
  new PutItem({ entity, value, demands: [], returning: "none" }) as never

interface State extends Repeating {
  readonly entity: Entity.Any
  readonly value: unknown
  readonly demands: ReadonlyArray<conditions.Demand>
  readonly returning: "none" | "old"
}

const isNew = ({ demands }: State): boolean => demands.some(({ _tag }) => _tag === "NotExists")

interface Plan {
  readonly write: Write
  readonly value: unknown
  readonly input: PutItemCommandInput
}

/** The value to put and its item: made once, however often the put is planned. */
const make = (
  state: State,
  { entity, now, where }: builder.Planning
): Effect.Effect<ResolvedEntity.PutItem, KeyError | EncodeError, unknown> =>
  ResolvedEntity.makePutItem(entity, state.value, where, now)

const planPut = (state: State, planning: builder.Planning): Effect.Effect<Plan, operation.PlanError, unknown> =>
  Effect.flatMapEager(make(state, planning), (made) => planMade(state, made, planning))

const planMade = (
  state: State,
  { item, replaces, value }: ResolvedEntity.PutItem,
  planning: builder.Planning
): Effect.Effect<Plan, operation.PlanError, unknown> =>
  Effect.flatMapEager(conditions.resolveDemands(state.demands, planning), (said) => {
    const key = builder.keyOf(planning.entity, item)
    const plain: Write = {
      planning,
      key,
      action: { _tag: "Put", item, value },
      conditions:
        planning.entity.definition.managed.version === undefined || isNew(state)
          ? said
          : [...said, versionCondition(replaces, planning.entity.definition.managed.version, planning)],
      guards: [],
      seen: undefined
    }
    const planned = (write: Write): Plan => {
      const input = putInput(write, item)
      if (state.returning === "old") input.ReturnValues = "ALL_OLD"
      return { write, value, input }
    }
    if (!guards.isGuarded(planning)) return Exit.succeed(planned(plain))
    if (isNew(state)) {
      return Effect.mapEager(guards.guardsBetween(undefined, value, planning), (taken) =>
        planned({ ...plain, guards: taken })
      )
    }
    return Effect.flatMap(guards.readGuarded(planning, key), (read) =>
      Effect.mapEager(guards.guardsBetween(read.value, value, planning), (taken) =>
        planned({
          ...plain,
          conditions: [...read.unchanged, ...plain.conditions],
          guards: taken,
          seen: read.seen
        })
      )
    )
  })

/** That the item is the one that was read: it has the same version; or is new. */
const versionCondition = (
  replaces: ResolvedEntity.Put["replaces"],
  version: string,
  planning: builder.Planning
): ReturnType<typeof conditions.notExists> =>
  replaces === undefined
    ? conditions.notExists(planning)
    : conditions.equalsLive(planning.entity.definition.codec.fields.get(version)!.stored, replaces, planning)

class PutItem extends Effectable.Class<never, Error | ConditionalCheckFailed | DecodeError, DynamoClient> {
  readonly state: State
  constructor(state: State) {
    super()
    this.state = state
  }
  /** What batches and transactions ask for: most puts are in neither. */
  get [operation.TypeId](): operation.PlannedWrite {
    const { state } = this
    return {
      kind: "Put",
      entity: state.entity,
      returning: state.returning === "old",
      plan: (planning) => Effect.mapEager(planPut(state, planning), ({ write }) => write)
    }
  }
  ifNotExists(): PutItem {
    return this.demanding({ _tag: "NotExists" })
  }
  ifExists(): PutItem {
    return this.demanding({ _tag: "Exists" })
  }
  condition(condition: conditions.ConditionArgument): PutItem {
    return this.demanding(conditions.demandOf(this.state.entity, condition))
  }
  private demanding(demand: conditions.Demand): PutItem {
    return new PutItem({ ...this.state, demands: [...this.state.demands, demand] })
  }
  idempotent(): PutItem {
    return new PutItem({ ...this.state, isIdempotent: true })
  }
  returning(what: "old"): PutItem {
    return new PutItem({ ...this.state, returning: what })
  }
  toInput(): Effect.Effect<PutItemCommandInput | TransactWriteItemsCommandInput, KeyError | EncodeError> {
    return builder.plan(this.state.entity, "PutItem", (planning) =>
      // A put that reads first, which could fail with more, has no `toInput` by its type.
      builder.typed(
        Effect.mapEager(planPut(this.state, planning), ({ input, write }) =>
          guards.isGuarded(planning) ? transactionInput(write) : input
        ) as Effect.Effect<PutItemCommandInput | TransactWriteItemsCommandInput, KeyError | EncodeError, unknown>
      )
    )
  }
  asEffect(): Effect.Effect<never, Error | ConditionalCheckFailed | DecodeError, DynamoClient> {
    const { state } = this
    return builder.run(state.entity, "PutItem", (running) => {
      const written = guards.isGuarded(running) ? putGuarded(state, running) : putAlone(state, running)
      // The builder's type says which of the two it gives.
      return conditions.withDecodedFailure(running, asSaid(state, written)) as Effect.Effect<never, Error>
    })
  }
  override toJSON(): unknown {
    return builder.describe("Put", this.state)
  }
}

const putAlone = (state: State, running: builder.Running) =>
  Effect.flatMapEager(builder.typed(planPut(state, running)), ({ input, value }) =>
    Effect.flatMap(running.client.putItem(input), ({ Attributes }) =>
      state.returning === "old" ? builder.decodeOld(running, Attributes) : Effect.succeed(value)
    )
  )

/** With its guards, in a transaction, which gives nothing back: the item before was read, or there was none. */
const putGuarded = (state: State, running: builder.Running) =>
  Effect.flatMap(builder.typed(make(state, running)), (made) =>
    Effect.flatMap(
      untilUndisturbed(
        running,
        builder.typed(Effect.map(planMade(state, made, running), ({ write }) => write)),
        (write) => Effect.as(guards.sendGuarded(running, write), write)
      ),
      ({ seen }) => (state.returning === "old" ? builder.decodeOld(running, seen?.item) : Effect.succeed(made.value))
    )
  )
