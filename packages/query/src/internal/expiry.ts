/**
 * Time to live in reads: an item whose time has passed is left out, by DynamoDB where it
 * can filter by the time, here where it cannot.
 */
import type { Item } from "@effect-dynamo/core/Attribute"
import { EncodeError } from "@effect-dynamo/core/DynamoError"
import * as Expression from "@effect-dynamo/core/Expression"
import * as ResolvedEntity from "@effect-dynamo/core/ResolvedEntity"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { itemOf, nowOf, type Planning } from "./builder.ts"
import type { CountPage } from "./terminals.ts"
import type { Paged, RawPage } from "./paging.ts"

/** Who leaves out the items whose time has passed. */
export type Expiry =
  /** DynamoDB, by this condition. */
  | { readonly _tag: "Filter"; readonly condition: Expression.Condition }
  /** We: the time is a key attribute of what is queried, or is not in the index itself. */
  | { readonly _tag: "After"; readonly isExpired: (item: Item, now: number) => boolean }
  /** The index does not tell the time: the whole items do, which are read after it. */
  | { readonly _tag: "Whole" }

/** What is read. */
export interface Expiring {
  /** Whose items are read: of one table, and so with one attribute for their times. */
  readonly entities: ReadonlyArray<ResolvedEntity.ResolvedEntity>
  readonly pattern: ResolvedEntity.AccessPattern
  /** The attributes that DynamoDB cannot filter on. */
  readonly unfiltered: ReadonlyArray<ResolvedEntity.KeySlot>
  /** Whole items are read after those of the index. */
  readonly hydrates: boolean
}

const noneExpires = Exit.succeed(undefined)

/** How a read leaves out expired items; `undefined` where no item expires. It fails where nothing could tell. */
export const expiryOf = (
  { entities, hydrates, pattern, unfiltered }: Expiring,
  { where }: Planning
): Exit.Exit<Expiry | undefined, EncodeError> => {
  if (!entities.some((entity) => ResolvedEntity.timeToLiveOf(entity) !== undefined)) return noneExpires
  const expiring = entities.filter((entity) => ResolvedEntity.timeToLiveOf(entity) !== undefined)
  const entity = expiring[0]!
  const { name, stored } = ResolvedEntity.timeToLiveOf(entity)!
  if (!ResolvedEntity.holdsAttribute(entity, pattern, stored)) {
    return hydrates
      ? Exit.succeed({ _tag: "Whole" })
      : Exit.fail(
          new EncodeError({
            message:
              `Cannot tell which items of ${entity.name} have expired: the index "${pattern.indexName}" does not hold ` +
              `"${stored}"; project it, or query with hydrate()`,
            ...where,
            entity: entity.name,
            path: [name]
          })
        )
  }
  const isFilterable =
    ResolvedEntity.storesAttribute(entity, pattern, stored) &&
    !unfiltered.some((slot) => slot.attribute === stored) &&
    // An entity that has a field there without its being a time to live keeps its items.
    entities.every((other) => expiring.includes(other) || other.definition.timeToLive === undefined)
  return Exit.succeed(
    isFilterable
      ? { _tag: "Filter", condition: isLiveNow(expiring, stored) }
      : {
          _tag: "After",
          isExpired: (item, now) =>
            expiring.some(
              (one) => ResolvedEntity.classify(one, item) === "mine" && ResolvedEntity.isExpired(one, item, now)
            )
        }
  )
}

/** The placeholder of the time. It has a name of its own, for each request says another time. */
const placeholder = ":now"

/** That an item's time has not passed when it is asked for. */
const isLiveNow = (expiring: ReadonlyArray<ResolvedEntity.ResolvedEntity>, stored: string): Expression.Condition => {
  const time = Expression.attribute(stored)
  const isNullable = expiring.some((entity) => ResolvedEntity.timeToLiveOf(entity)!.admitsNull)
  return isNullable
    ? {
        _tag: "Raw",
        text: ["(attribute_not_exists(", ") OR attribute_type(", ", ", `) OR `, ` > ${placeholder})`],
        parts: [time, time, Expression.value(Object.freeze({ S: "NULL" })), time]
      }
    : { _tag: "Raw", text: ["(attribute_not_exists(", ") OR ", ` > ${placeholder})`], parts: [time, time] }
}

/** The values of a request with the time at which it is sent. */
export const withNow = (values: Values | undefined, now: number): Values => ({
  ...values,
  [placeholder]: { N: String(Math.floor(now / 1000)) }
})

type Values = NonNullable<Expression.Placeholders["values"]>

/** A request that may have placeholders of values. */
interface Asking {
  readonly ExpressionAttributeValues?: Record<string, unknown> | undefined
}

/** Sends a request that says what time it is now: a stream may run for days. */
export const askNow = <I extends Asking, A, E, R>(
  expiry: Expiry | undefined,
  input: I,
  send: (input: I) => Effect.Effect<A, E, R>
): Effect.Effect<A, E, R> =>
  expiry?._tag === "Filter"
    ? Effect.withFiber((fiber) =>
        send({
          ...input,
          // They are the placeholders' own values.
          ExpressionAttributeValues: withNow(input.ExpressionAttributeValues as Values | undefined, nowOf(fiber))
        })
      )
    : send(input)

/** Asks for a page, without the items whose time has passed. */
export const fetchNow = <I extends Asking, A extends RawPage, E, R>(
  expiry: Expiry | undefined,
  input: I,
  send: (input: I) => Effect.Effect<A, E, R>
): Effect.Effect<RawPage, E, R> =>
  expiry?._tag === "After"
    ? Effect.withFiber((fiber) => {
        const now = nowOf(fiber)
        return Effect.map(send(input), (page): RawPage => ({
          ...page,
          Items: page.Items?.filter((item) => !expiry.isExpired(itemOf(item), now))
        }))
      })
    : askNow(expiry, input, send)

/** Asks how many items a page has: of DynamoDB, or by reading them where only that tells which have expired. */
export const countNow = <I extends Asking, A extends CountPage, E, E2, R>(
  expiry: Expiry | undefined,
  read: Pick<Paged<E2, R>, "fetch" | "whole">,
  request: (start: Item | undefined, evaluate: number | undefined) => I,
  send: (input: I & { readonly Select: "COUNT" }) => Effect.Effect<A, E, R>
): ((start: Item | undefined, evaluate: number | undefined) => Effect.Effect<CountPage, E | E2, R>) =>
  expiry === undefined || expiry._tag === "Filter"
    ? (start, evaluate) => askNow(expiry, { ...request(start, evaluate), Select: "COUNT" as const }, send)
    : (start, evaluate) =>
        Effect.flatMap(read.fetch(start, evaluate), (page) => {
          const items = (page.Items ?? []).map(itemOf)
          return read.whole === undefined
            ? Effect.succeed({ ...page, Count: items.length })
            : Effect.map(read.whole(items), (whole) => ({
                ...page,
                Count: whole.items.filter((item) => item !== undefined).length
              }))
        })
