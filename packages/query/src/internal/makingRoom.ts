/**
 * Items whose time has passed count as none: one that stands in the way of a write that
 * would create an item is removed, and the write is sent again.
 */
import type { DeleteItemError, Service } from "@effect-dynamo/client/DynamoClient"
import { ConditionalCheckFailed } from "@effect-dynamo/core/DynamoError"
import * as ResolvedEntity from "@effect-dynamo/core/ResolvedEntity"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { itemOf } from "./builder.ts"
import { hasExpired } from "./conditions.ts"
import { deleteInput, type Write } from "./write.ts"

/** How often expired items are removed for one write. */
const mostRemovals = 10

/**
 * Sends, and sends again as long as expired items stand in the way of these writes. Where that
 * has no end, it fails as the last time.
 */
export const makingRoom = <A, E>(
  client: Service,
  sent: Effect.Effect<A, E | ConditionalCheckFailed<object>>,
  inTheWay: (failure: ConditionalCheckFailed<object>) => ReadonlyArray<Write>,
  count = 1
): Effect.Effect<A, E | ConditionalCheckFailed<object> | DeleteItemError> =>
  Effect.catchIf(
    sent,
    (error): error is Extract<E | ConditionalCheckFailed<object>, ConditionalCheckFailed<object>> =>
      error instanceof ConditionalCheckFailed,
    (failure): Effect.Effect<A, E | ConditionalCheckFailed<object> | DeleteItemError> => {
      const expired = inTheWay(failure)
      return expired.length === 0 || count > mostRemovals
        ? Effect.fail(failure)
        : Effect.andThen(
            Effect.forEach(expired, (write) => remove(client, write), { discard: true }),
            Effect.suspend(() => makingRoom(client, sent, inTheWay, count + 1))
          )
    }
  )

/** Whether what stands in a write's way is an item of its entity whose time has passed. */
export const hasExpiredBefore = ({ planning: { entity, now } }: Write, standing: Option.Option<unknown>): boolean =>
  // The client's failures have items as DynamoDB gave them.
  Option.exists(standing, (item) => ResolvedEntity.isExpired(entity, itemOf(item as object), now))

/** Where it is another item by now, the next attempt says so. */
const remove = (client: Service, write: Write) =>
  Effect.catchTag(
    client.deleteItem(deleteInput({ ...write, action: { _tag: "Delete" }, conditions: [hasExpired(write.planning)] })),
    "ConditionalCheckFailed",
    () => Effect.void
  )
