/**
 * Changes attributes of one item.
 *
 * An update is of an item that exists: it fails with `ItemNotFound` where there is
 * none, and so never creates half an item, unless `.upsert()` says that what is set
 * makes a whole one. Keys of indexes follow the fields they are made of, in the same
 * request.
 *
 * **Example** (Renaming a user)
 *
 * ```ts
 * import { Effect, Schema } from "effect"
 * import { Entity, Table, Update } from "effect-dynamo"
 *
 * class User extends Entity.Class<User>("User")({
 *   id: Schema.String,
 *   name: Schema.String,
 *   nickname: Schema.optionalKey(Schema.String)
 * }, { table: Table.make("users", { sortKey: null }), partitionKey: ["id"] }) {}
 *
 * const rename = Update.in(User).key({ id: "1" }).set({ name: "John" }).remove("nickname")
 * Effect.runSync(rename.toInput()).UpdateExpression // => "SET #1 = :0 REMOVE #2"
 * ```
 *
 * @since 0.1.0
 */
import type { UpdateItemCommandInput } from "@aws-sdk/client-dynamodb"
import type { DynamoClient } from "@effect-dynamo/client/DynamoClient"
import type {
  DecodeError,
  EncodeError,
  ItemCollectionTooLarge,
  ItemNotFound,
  ItemTooLarge,
  KeyError,
  Service,
  TransactionConflict
} from "@effect-dynamo/core/DynamoError"
import type * as Entity from "@effect-dynamo/core/Entity"
import * as Effect from "effect/Effect"
import * as Effectable from "effect/Effectable"
import * as builder from "./internal/builder.ts"
import { planUpdate, type UpdateState } from "./internal/updatePlan.ts"

/**
 * What an update can fail with: of an item that must exist. An upsert cannot fail
 * with `ItemNotFound`.
 *
 * @category errors
 * @since 0.1.0
 */
export type Error = UpsertError | ItemNotFound

/**
 * What an upsert can fail with.
 *
 * @category errors
 * @since 0.1.0
 */
export type UpsertError =
  | Service
  | KeyError
  | EncodeError
  | DecodeError
  | ItemTooLarge
  | ItemCollectionTooLarge
  | TransactionConflict

/**
 * An update without its key: not an Effect yet.
 *
 * @category models
 * @since 0.1.0
 */
export interface Unkeyed<E extends Entity.Any> {
  /** The key of the item, by its fields. */
  key(key: Entity.KeyOf<E>): Update<E, never>
}

/**
 * An update. Yield it to run it: the item as it is after.
 *
 * @category models
 * @since 0.1.0
 */
export interface Update<E extends Entity.Any, Set extends string> extends Effect.Effect<
  E["Type"],
  Error,
  DynamoClient | E["EncodingServices"] | E["DecodingServices"]
> {
  /**
   * Sets fields. `undefined` removes an optional one. All fields of an index's key that
   * the item's own key does not give go together, or it fails with a `KeyError`.
   */
  set<const V extends SetValues<E>>(values: V & Only<E, V>): Update<E, Set | (keyof V & string)>
  /** Removes optional fields. */
  remove(...fields: ReadonlyArray<OptionalNames<E>>): Update<E, Set>
  /**
   * Creates the item where there is none. What is set, with the key and the defaults,
   * must make a whole item.
   */
  readonly upsert: [Missing<E, Set>] extends [never] ? () => Upsert<E> : MissingFields<Missing<E, Set>>
  /** The request as DynamoDB gets it; needs no client. */
  toInput(): Effect.Effect<UpdateItemCommandInput, KeyError | EncodeError, E["EncodingServices"]>
}

/**
 * An update that creates the item where there is none.
 *
 * @category models
 * @since 0.1.0
 */
export interface Upsert<E extends Entity.Any> extends Effect.Effect<
  E["Type"],
  UpsertError,
  DynamoClient | E["EncodingServices"] | E["DecodingServices"]
> {
  /** The request as DynamoDB gets it; needs no client. */
  toInput(): Effect.Effect<UpdateItemCommandInput, KeyError | EncodeError, E["EncodingServices"]>
}

/**
 * What keeps an update from being an upsert.
 *
 * @category models
 * @since 0.1.0
 */
export interface MissingFields<out Names extends string> {
  readonly "an upsert must set these fields too": Names
}

type FieldsOf<E extends Entity.Any> = E["~@effect-dynamo/core/Entity"]["fields"]

/**
 * Values by field, of every field that is no part of the key. Optional fields take
 * `undefined`, which removes them.
 *
 * @category models
 * @since 0.1.0
 */
export type SetValues<E extends Entity.Any> = {
  readonly [K in Exclude<keyof FieldsOf<E> & keyof E["Type"], Entity.KeyNames<E>>]?:
    | E["Type"][K]
    | ({} extends Pick<E["Type"], K> ? undefined : never)
}

/**
 * Refuses what is no field, or part of the key.
 *
 * @category models
 * @since 0.1.0
 */
export type Only<E extends Entity.Any, V> = {
  readonly [K in Exclude<keyof V, keyof SetValues<E>>]: K extends Entity.KeyNames<E>
    ? Refused<"a field of the primary key cannot be changed: delete the item and put it anew">
    : Refused<"no such field">
}

/**
 * What keeps a field from being set.
 *
 * @category models
 * @since 0.1.0
 */
export interface Refused<out Why extends string> {
  readonly "cannot be set": Why
}

/**
 * The fields an item may lack.
 *
 * @category models
 * @since 0.1.0
 */
export type OptionalNames<E extends Entity.Any> = {
  [K in keyof FieldsOf<E> & keyof E["Type"]]: {} extends Pick<E["Type"], K> ? K : never
}[keyof FieldsOf<E> & keyof E["Type"]] &
  string

/** What a whole item needs besides key, defaults and what is set. */
type Missing<E extends Entity.Any, Set extends string> = Exclude<
  RequiredNames<E["~type.make.in"]>,
  Set | Entity.KeyNames<E>
>

type RequiredNames<A> = { [K in keyof A]-?: {} extends Pick<A, K> ? never : K }[keyof A] & string

const in_ = <E extends Entity.Any>(entity: E): Unkeyed<E> => ({
  key: (key) =>
    // Types know whose key it is; the run time knows it from the entity.
    new UpdateItem({ entity, key: key as UpdateState["key"], changes: [], upsert: false }) as never
})

export {
  /**
   * An update in an entity's table.
   *
   * @category constructors
   * @since 0.1.0
   */
  in_ as in
}

class UpdateItem extends Effectable.Class<never, Error, DynamoClient> {
  readonly state: UpdateState
  constructor(state: UpdateState) {
    super()
    this.state = state
  }
  set(values: Readonly<Record<string, unknown>>): UpdateItem {
    return new UpdateItem({ ...this.state, changes: [...this.state.changes, values] })
  }
  remove(...fields: ReadonlyArray<string>): UpdateItem {
    return this.set(Object.fromEntries(fields.map((field) => [field, undefined])))
  }
  upsert(): UpdateItem {
    return new UpdateItem({ ...this.state, upsert: true })
  }
  toInput(): Effect.Effect<UpdateItemCommandInput, KeyError | EncodeError> {
    return builder.plan(this.state.entity, "UpdateItem", (planning) => builder.typed(planUpdate(this.state, planning)))
  }
  asEffect(): Effect.Effect<never, Error, DynamoClient> {
    const { state } = this
    return builder.run(state.entity, "UpdateItem", (running) => {
      const updated = Effect.flatMap(builder.typed(planUpdate(state, running)), (input) =>
        Effect.flatMap(running.client.updateItem(input), ({ Attributes }) => builder.decodeWritten(running, Attributes))
      )
      // The only condition is that the item exists.
      return Effect.catchTag(updated, "ConditionalCheckFailed", () => builder.notFound(running)) as Effect.Effect<
        never,
        Error
      >
    })
  }
  override toJSON(): unknown {
    return builder.describe("Update", this.state)
  }
}
