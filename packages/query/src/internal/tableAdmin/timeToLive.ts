/**
 * Expiry of a table's items, which is turned on after the table is made, and which not every engine has.
 */
import type { TimeToLiveDescription } from "@aws-sdk/client-dynamodb"
import { DynamoClient } from "@effect-dynamo/client/DynamoClient"
import type { ResourceInUse, Service } from "@effect-dynamo/core/DynamoError"
import * as Effect from "effect/Effect"
import { expiryOf } from "./drift.ts"

/** Whether a table's items expire, and by what; `undefined` where the engine does not know the operation. */
export const describeTimeToLive = (
  TableName: string
): Effect.Effect<TimeToLiveDescription | undefined, Service, DynamoClient> =>
  Effect.flatMap(DynamoClient, (client) =>
    Effect.map(client.describeTimeToLive({ TableName }), ({ TimeToLiveDescription }) => TimeToLiveDescription ?? {})
  ).pipe(Effect.catchIf(isUnknownOperation, () => Effect.succeed(undefined)))

/**
 * Turns expiry on; another process may have done so in the meantime. An engine that does not know the operation has no
 * expiry: that is said, not failed for.
 */
export const enableTimeToLive = (
  TableName: string,
  AttributeName: string
): Effect.Effect<void, Service | ResourceInUse, DynamoClient> =>
  Effect.flatMap(DynamoClient, (client) =>
    client.updateTimeToLive({ TableName, TimeToLiveSpecification: { AttributeName, Enabled: true } })
  ).pipe(
    Effect.asVoid,
    Effect.catchTag(["RequestRejected", "ResourceInUse"], (error) =>
      isUnknownOperation(error)
        ? Effect.logWarning(`The engine has no time to live: items of the table "${TableName}" will not expire`)
        : // DynamoDB refuses to turn on what is on: then all is as it should be.
          Effect.flatMap(describeTimeToLive(TableName), (live) =>
            live !== undefined && expiryOf(live) === AttributeName ? Effect.void : Effect.fail(error)
          )
    )
  )

const isUnknownOperation = (error: Service | ResourceInUse): boolean =>
  error._tag === "RequestRejected" && error.code === "UnknownOperationException"
