/** A table's time to live, which its description does not say. */
import type { TimeToLiveDescription } from "@aws-sdk/client-dynamodb"
import { DynamoClient } from "@effect-dynamo/client/DynamoClient"
import * as Effect from "effect/Effect"

/** What DynamoDB says of it, or why it says nothing. */
export type TimeToLive = TimeToLiveDescription | "unknown" | "forbidden"

export const describeTimeToLive = Effect.fnUntraced(
  function* (TableName: string) {
    const client = yield* DynamoClient
    const { TimeToLiveDescription: found } = yield* client.describeTimeToLive({ TableName })
    return found ?? {}
  },
  // The table was described: who may do that need not be allowed to ask this too.
  (self) =>
    self.pipe(
      Effect.catchTag("AccessDenied", () => Effect.succeed<TimeToLive>("forbidden")),
      // Some engines do not know of it.
      Effect.catchIf(
        (error) => error._tag === "RequestRejected" && error.code === "UnknownOperationException",
        () => Effect.succeed<TimeToLive>("unknown")
      )
    )
)

/** The attribute by which items expire, now or soon. */
export const expiringBy = ({ AttributeName, TimeToLiveStatus }: TimeToLiveDescription): string | undefined =>
  TimeToLiveStatus === "ENABLED" || TimeToLiveStatus === "ENABLING" ? AttributeName : undefined

export const formatTimeToLive = (found: TimeToLive): string => {
  if (found === "unknown") return "unknown to this engine"
  if (found === "forbidden") return "unknown: dynamodb:DescribeTimeToLive is not allowed"
  switch (found.TimeToLiveStatus) {
    case "ENABLED":
      return found.AttributeName ?? ""
    case "ENABLING":
      return `${found.AttributeName}, being turned on`
    case "DISABLING":
      return `${found.AttributeName}, being turned off`
    default:
      return "off"
  }
}
