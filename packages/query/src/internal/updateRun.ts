/**
 * Updates, run: sent alone or with the guards of unique fields, and what they give.
 */
import type { UpdateItemCommandInput } from "@aws-sdk/client-dynamodb"
import type { Item } from "@effect-dynamo/core/Attribute"
import {
  type ConditionalCheckFailed,
  type DecodeError,
  type EncodeError,
  type ItemNotFound,
  type KeyError,
  ServiceUnavailable,
  TransactionConflict
} from "@effect-dynamo/core/DynamoError"
import * as Change from "@effect-dynamo/core/Change"
import * as ResolvedEntity from "@effect-dynamo/core/ResolvedEntity"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as builder from "./builder.ts"
import type { Change as Changing } from "./changes.ts"
import * as conditions from "./conditions.ts"
import { sendGuarded } from "./guards.ts"
import { hasExpiredBefore, makingRoom } from "./makingRoom.ts"
import type { PlanError } from "./operation.ts"
import { untilUndisturbed } from "./optimistic.ts"
import { foreign, isForeign, planUpdate } from "./updatePlan.ts"
import type { UpdateState } from "./updateState.ts"
import { updateInput, type Write } from "./write.ts"

/** The request of an update that is sent alone. */
export const inputOf = (state: UpdateState, write: Write): UpdateItemCommandInput => {
  const input = updateInput(write)
  const returns = returnValues(state, write)
  if (returns !== undefined) input.ReturnValues = returns
  return input
}

/**
 * What DynamoDB is asked to give. Of a change of a part it would give the part alone, without
 * its position in a list; and of an upsert not whether there was an item.
 */
const returnValues = (state: UpdateState, write: Write): UpdateItemCommandInput["ReturnValues"] => {
  const isOfParts = changesOf(write).some(({ path }) => path.length > 1)
  switch (state.returning) {
    case "new":
      return "ALL_NEW"
    case "old":
      return "ALL_OLD"
    case "updatedNew":
      return isOfParts ? "ALL_NEW" : "UPDATED_NEW"
    case "updatedOld":
      return isOfParts || state.isUpsert ? "ALL_OLD" : "UPDATED_OLD"
    case "none":
      return undefined
  }
}

const changesOf = ({ action }: Write): ReadonlyArray<Changing> => (action._tag === "Update" ? action.changes : [])

/** Runs an update. */
export const runUpdate = (state: UpdateState, running: builder.Running): Effect.Effect<unknown, RunError> => {
  const sent = untilUndisturbed(running, builder.typed(planUpdate(state, running)), (write) =>
    send(state, running, write)
  )
  return Effect.flatMap(
    Effect.catchTag(sent, "ConditionalCheckFailed", (failure) => failedAs(state, running, failure)),
    (sent) => give(state, running, sent)
  )
}

type RunError = PlanError | SendError | GiveError | ConditionalCheckFailed

type Client = builder.Running["client"]

type FieldCodec = NonNullable<ReturnType<typeof ResolvedEntity.timeToLiveOf>>

type SendError =
  | Effect.Error<ReturnType<typeof sendGuarded>>
  | Effect.Error<ReturnType<Client["updateItem"] | Client["deleteItem"]>>
  | ConditionalCheckFailed<object>
  | EncodeError
  | TransactionConflict

/** A condition that failed where no such item stands is that: there is none. */
const failedAs = (
  state: UpdateState,
  running: builder.Running,
  failure: ConditionalCheckFailed<object>
): Effect.Effect<never, ConditionalCheckFailed | ItemNotFound | KeyError | TransactionConflict> => {
  const standing = Option.map(failure.item, builder.itemOf)
  if (!state.isUpsert && !Option.exists(standing, (item) => builder.isHere(running, item))) {
    return builder.notFound(running)
  }
  if (state.isUpsert && Option.exists(standing, (item) => isForeign(running, item)))
    return Effect.fail(foreign(running))
  if (Option.exists(standing, (item) => ResolvedEntity.isExpired(running.entity, item, running.now))) {
    return Effect.fail(inTheWay(running))
  }
  return Effect.flatMap(conditions.decodeStanding(running, failure.item), (item) =>
    Effect.fail(conditions.withItem(failure, item))
  )
}

/** That room was made for an upsert again and again. */
const inTheWay = ({ entity, where }: builder.Running): TransactionConflict =>
  new TransactionConflict({
    message: `Expired items were written in the way of this ${entity.name} again and again; try again`,
    ...where
  })

/** What was sent, and what came back. */
interface Sent {
  readonly write: Write
  readonly attributes: object | undefined
}

const send = (state: UpdateState, running: builder.Running, write: Write): Effect.Effect<Sent, SendError> => {
  const { client, entity } = running
  if (write.guards.length > 0) {
    const guarded: Effect.Effect<Sent, SendError> = Effect.as(sendGuarded(running, write), {
      write,
      attributes: undefined
    })
    // The item was read for its guards, so it is known what it lacks.
    const lacking = defaultParents(running, write).filter(({ stored }) => write.seen?.item?.[stored] === undefined)
    return lacking.length === 0 ? guarded : Effect.andThen(giveDefaults(running, write, lacking), guarded)
  }
  const once = Effect.map(client.updateItem(inputOf(state, write)), ({ Attributes }): Sent => ({
    write,
    attributes: Attributes
  }))
  if (state.isUpsert) {
    return ResolvedEntity.timeToLiveOf(entity) === undefined
      ? once
      : makingRoom<Sent, SendError>(client, once, ({ item }) => (hasExpiredBefore(write, item) ? [write] : []))
  }
  const parents = defaultParents(running, write)
  return parents.length === 0 ? once : withParents(running, write, parents, once)
}

/** The fields with a default that a part is changed of. An item may lack them. */
const defaultParents = ({ entity }: builder.Running, write: Write): ReadonlyArray<FieldCodec> => {
  const parents = new Set(changesOf(write).flatMap(({ path }) => (path.length > 1 ? [path[0]] : [])))
  return parents.size === 0
    ? []
    : Array.from(entity.definition.codec.fields.values()).filter(
        ({ hasDefault, stored }) => hasDefault && parents.has(stored)
      )
}

/**
 * DynamoDB changes no part of what is not there. An item that lacks a field with a default is
 * given the default first, which reads the same.
 */
const withParents = (
  running: builder.Running,
  write: Write,
  parents: ReadonlyArray<FieldCodec>,
  once: Effect.Effect<Sent, SendError>
): Effect.Effect<Sent, SendError> =>
  Effect.catchTag(once, "RequestRejected", (rejected) =>
    rejected.code === "ValidationException" && /document path/i.test(rejected.message)
      ? Effect.andThen(giveDefaults(running, write, parents), once)
      : Effect.fail(rejected)
  )

const giveDefaults = (running: builder.Running, write: Write, parents: ReadonlyArray<FieldCodec>) => {
  const { client, entity, where } = running
  const defaults = Effect.forEach(parents, (field) =>
    Effect.map(Change.defaultOf(field), (value) => ({ field, value }))
  )
  return Effect.flatMap(
    builder.typed(Effect.mapError(defaults, (error) => ResolvedEntity.encodeError(entity, error, where))),
    (found) => {
      const changes = found.flatMap(({ field, value }): ReadonlyArray<Changing> =>
        // A default that is stored as nothing (an empty set) has no parts.
        value === undefined ? [] : [{ _tag: "SetIfAbsent", path: [field.stored], value }]
      )
      if (changes.length === 0) return Effect.void
      const input = updateInput({
        ...write,
        action: { _tag: "Update", changes },
        conditions: [conditions.existsHere(running)]
      })
      // Where the item is gone by now, the next attempt says so.
      return Effect.catchTag(Effect.asVoid(client.updateItem(input)), "ConditionalCheckFailed", () => Effect.void)
    }
  )
}

// -----------------------------------------------------------------------------
// What it gives
// -----------------------------------------------------------------------------

const give = (
  state: UpdateState,
  running: builder.Running,
  { attributes, write }: Sent
): Effect.Effect<unknown, GiveError> => {
  switch (state.returning) {
    case "new":
      return Effect.flatMap(after(state, running, write, attributes), (item) => builder.decodeWritten(running, item))
    case "updatedNew":
      return Effect.flatMap(after(state, running, write, attributes), (item) => changedFields(running, write, item))
    case "old": {
      const before = write.guards.length > 0 ? write.seen?.item : attributes
      return state.isUpsert ? builder.decodeOld(running, before) : builder.decodeWritten(running, before)
    }
    case "updatedOld": {
      const before = write.guards.length > 0 ? write.seen?.item : attributes
      return before === undefined && state.isUpsert ? Effect.succeed({}) : changedFields(running, write, before ?? {})
    }
    case "none":
      return Effect.void
  }
}

type GiveError = DecodeError | ItemNotFound | TransactionConflict | ServiceUnavailable

type GetItemError = Effect.Error<ReturnType<Client["getItem"]>>

/** The item as it is after. A transaction gives nothing, so then it is read. */
const after = (
  { isUpsert }: UpdateState,
  running: builder.Running,
  write: Write,
  attributes: object | undefined
): Effect.Effect<object, GiveError> =>
  write.guards.length === 0
    ? Effect.succeed(attributes ?? {})
    : Effect.flatMap(
        Effect.mapError(
          running.client.getItem({ TableName: running.where.table, Key: write.key, ConsistentRead: true }),
          (error) => unread(running, error)
        ),
        ({ Item }): Effect.Effect<object, GiveError> =>
          Item !== undefined ? Effect.succeed(Item) : isUpsert ? Effect.fail(gone(running)) : builder.notFound(running)
      )

/** The write is done: whoever sees the failure must not take it for undone. */
const unread = ({ entity, where }: builder.Running, cause: GetItemError): ServiceUnavailable =>
  new ServiceUnavailable({
    message: `The ${entity.name} was updated, but could not be read after it: ${cause.message}`,
    ...where,
    ambiguous: true,
    cause
  })

const gone = ({ entity, where }: builder.Running): TransactionConflict =>
  new TransactionConflict({
    message: `The ${entity.name} was written, and deleted by another write before it could be read`,
    ...where
  })

/** The fields that were changed, each whole; those that are absent are left out. */
const changedFields = (
  running: builder.Running,
  write: Write,
  attributes: object
): Effect.Effect<unknown, DecodeError> => {
  const { entity, where } = running
  const changed = new Set(changesOf(write).map(({ path }) => path[0]))
  const fields = Array.from(entity.definition.codec.fields.values()).filter(({ stored }) => changed.has(stored))
  // Fields that live in the key are parsed from it.
  const item: Item = { ...builder.itemOf(attributes), ...write.key }
  return builder.typed(
    ResolvedEntity.decodeWith(entity, item, where, (whole) =>
      Effect.map(
        Effect.forEach(fields, (field) => {
          const stored = whole[field.stored]
          const value = field.decode(stored)
          // A required field may be absent as long as it is not written.
          return Effect.map(
            stored === undefined ? Effect.orElseSucceed(value, () => undefined) : value,
            (value) => [field.name, value] as const
          )
        }),
        (entries) => Object.fromEntries(entries.filter(([, value]) => value !== undefined))
      )
    )
  )
}
