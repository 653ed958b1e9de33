/**
 * Unique fields: the guards that a write takes, and what their failures mean.
 *
 * A guard is an item of the same table whose key is made of the fields' values. It is
 * written in one transaction with the item, so no second item can have the same values.
 */
import { DynamoClient } from "@effect-dynamo/client/DynamoClient"
import type { Item } from "@effect-dynamo/core/Attribute"
import {
  ConditionalCheckFailed,
  type IdempotentMismatch,
  RequestRejected,
  type TransactionCanceled
} from "@effect-dynamo/core/DynamoError"
import type * as Expression from "@effect-dynamo/core/Expression"
import * as ResolvedEntity from "@effect-dynamo/core/ResolvedEntity"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import { itemOf, type Planning, type Running } from "./builder.ts"
import { equals, existsHere, notExists } from "./conditions.ts"
import type { PlanError } from "./operation.ts"
import { deleteInput, type Guard, putInput, type Seen, transactionInput, updateInput, type Write } from "./write.ts"

/** Whether writes of an entity take guards. */
export const isGuarded = ({ entity }: Planning): boolean => entity.unique.length > 0

/** What was read of an item before it is written. */
export interface Read {
  /** As it is stored; `undefined` where none of this entity stands there. */
  readonly item: Item | undefined
  readonly value: unknown
  /** What the write relies on. */
  readonly seen: Seen
  /** That it is so still. */
  readonly unchanged: ReadonlyArray<Expression.Condition>
}

/** Reads the item that a write is about, and what of it must not change until it is written: these attributes. */
export const readFirst = (
  planning: Planning,
  key: Item,
  attributes: ReadonlyArray<string>,
  decode: typeof ResolvedEntity.decode = ResolvedEntity.decode
): Effect.Effect<Read, PlanError, unknown> => {
  const { entity, where } = planning
  return Effect.flatMap(DynamoClient, (client) =>
    Effect.flatMap(
      client.getItem({ TableName: where.table, Key: key, ConsistentRead: true }),
      ({ Item }): Effect.Effect<Read, PlanError, unknown> => {
        const marker = entity.marker === undefined ? [] : [entity.marker.attribute]
        const item = Item === undefined ? undefined : itemOf(Item)
        if (item === undefined || ResolvedEntity.classify(entity, item) === "other") {
          // Another entity's item is written over, as any put does, as long as it is the same.
          const relied = item === undefined ? [] : marker
          return Effect.succeed({
            item: undefined,
            value: undefined,
            seen: { item, attributes: relied },
            unchanged:
              item === undefined ? [notExists(planning)] : relied.map((attribute) => equals(attribute, item[attribute]))
          })
        }
        return Effect.map(decode(entity, item, where), (value): Read => ({
          item,
          value,
          seen: { item, attributes: [...attributes, ...marker] },
          unchanged: [existsHere(planning), ...attributes.map((attribute) => equals(attribute, item[attribute]))]
        }))
      }
    )
  )
}

/** Reads what the guards of an item are made of. The rest of it need not fit: such an item can be put over and deleted. */
export const readGuarded = (planning: Planning, key: Item): Effect.Effect<Read, PlanError, unknown> =>
  readFirst(planning, key, guardedAttributes(planning), decodeGuarded)

const decodeGuarded: typeof ResolvedEntity.decode = (entity, item, where) =>
  ResolvedEntity.decodeWith(entity, item, where, (whole) =>
    Effect.map(
      Effect.forEach(new Set(entity.unique.flatMap(({ fields }) => fields)), (name) => {
        const field = entity.definition.codec.fields.get(name)!
        const stored = whole[field.stored]
        // A required field that is not there has no guard.
        const value = field.decode(stored)
        return Effect.map(
          stored === undefined ? Effect.orElseSucceed(value, () => undefined) : value,
          (value) => [name, value] as const
        )
      }),
      (entries) => Object.fromEntries(entries)
    )
  )

/** The attributes that guards are made of, by stored name. */
export const guardedAttributes = ({ entity }: Planning): ReadonlyArray<string> => [
  ...new Set(
    entity.unique.flatMap(({ fields }) => fields.map((field) => entity.definition.codec.fields.get(field)!.stored))
  )
]

/** The guards to put and to delete where an item has one value after another; `undefined` where there is none. */
export const guardsBetween = (
  before: unknown,
  after: unknown,
  { entity, where }: Planning
): Exit.Exit<ReadonlyArray<Guard>, PlanError> => {
  const of = (value: unknown) =>
    value === undefined
      ? Exit.succeed([])
      : // A value of the entity has its fields as properties.
        ResolvedEntity.guards(entity, value as ResolvedEntity.Values, where)
  const old = of(before)
  if (Exit.isFailure(old)) return Exit.failCause(old.cause)
  const next = of(after)
  if (Exit.isFailure(next)) return Exit.failCause(next.cause)
  const identity = ({ key }: { readonly key: Item }) => JSON.stringify(key)
  const [had, has] = [new Set(old.value.map(identity)), new Set(next.value.map(identity))]
  return Exit.succeed([
    ...next.value.filter((guard) => !had.has(identity(guard))).map((guard): Guard => ({ _tag: "Put", ...guard })),
    ...old.value
      .filter((guard) => !has.has(identity(guard)))
      .map(({ fields, key }): Guard => ({ _tag: "Delete", fields, key }))
  ])
}

/** Sends a write and its guards in one transaction. What fails is the write's: DynamoDB's item of it is in `item`. */
export const sendGuarded = (
  { client, where }: Running,
  write: Write
): Effect.Effect<
  void,
  | Exclude<Effect.Error<ReturnType<Running["client"]["transactWriteItems"]>>, IdempotentMismatch>
  | ConditionalCheckFailed<object>
  | TransactionCanceled
> =>
  write.guards.length === 0
    ? sendAlone(client, write)
    : Effect.catchTags(Effect.asVoid(client.transactWriteItems(transactionInput(write))), {
        ConditionalCheckFailed: (failure) => Effect.fail(foldGuards(failure, write)),
        // Its token is made for it alone.
        IdempotentMismatch: (error) =>
          Effect.fail(
            new RequestRejected({ message: error.message, ...where, code: "IdempotentParameterMismatchException" })
          )
      })

/** Sends a write whose guards stay as they are: it needs no transaction. */
const sendAlone = (
  client: Running["client"],
  write: Write
): Effect.Effect<void, Effect.Error<ReturnType<Running["client"]["putItem" | "updateItem" | "deleteItem"]>>> => {
  switch (write.action._tag) {
    case "Put":
      return Effect.asVoid(client.putItem(putInput(write, write.action.item)))
    case "Update":
      return Effect.asVoid(client.updateItem(updateInput(write)))
    case "Delete":
      return Effect.asVoid(client.deleteItem(deleteInput(write)))
    case "Check":
      return Effect.void
  }
}

/** A guard that stood there already is a failure of the write that wanted it. */
const foldGuards = (failure: ConditionalCheckFailed<object>, write: Write): ConditionalCheckFailed<object> => {
  const [own, ...others] = failure.reasons ?? []
  if (own?.code === "ConditionalCheckFailed") {
    const message = own.message ?? "The condition of the write did not hold"
    return new ConditionalCheckFailed({ ...partsOf(failure), message, item: itemOfReason(own.item) })
  }
  const taken = write.guards.find((_, i) => others[i]?.code === "ConditionalCheckFailed")
  return new ConditionalCheckFailed({
    ...partsOf(failure),
    message: taken === undefined ? failure.message : takenMessage(taken, write.planning),
    // The write's own item is as it was read: no other write came between.
    item: Option.fromUndefinedOr(write.seen?.item)
  })
}

/** What to say where a guard stood in the way. Names fields, never values. */
export const takenMessage = ({ fields }: Guard, { entity }: Planning): string =>
  `Another ${entity.name} has the same ${fields.join(", ")}, which must be unique`

const partsOf = ({ attempts, cause, operation, requestId, table }: ConditionalCheckFailed<object>) => ({
  attempts,
  cause,
  operation,
  requestId,
  table
})

/** The client's reasons have items as DynamoDB gave them. */
const itemOfReason = (item: Option.Option<unknown>): Option.Option<object> => item as Option.Option<object>
