/** The pages of scans. */
import type { ScanCommandInput } from "@aws-sdk/client-dynamodb"
import { DynamoClient, withReadRate } from "@effect-dynamo/client/DynamoClient"
import type * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { pagesOf } from "./pages.ts"

/** What is scanned, and how. */
export interface Scan {
  readonly table: string
  readonly index: Option.Option<string>
  readonly segments: number
  readonly consistent: boolean
}

/** The pages of a table or index: `limit` items at most, of what the `members` of requests say. */
export const scanPages = (scan: Scan, members: Partial<ScanCommandInput>, limit: number | undefined) => {
  const input: ScanCommandInput = {
    TableName: scan.table,
    ...(Option.isSome(scan.index) ? { IndexName: scan.index.value } : undefined),
    ...(scan.consistent ? { ConsistentRead: true } : undefined),
    ReturnConsumedCapacity: "TOTAL",
    ...members
  }
  return Stream.unwrap(
    DynamoClient.useSync((client) =>
      pagesOf({
        fetch: (segment, start, evaluate) =>
          client.scan({
            ...input,
            ...(start === undefined ? undefined : { ExclusiveStartKey: start }),
            ...(evaluate === undefined ? undefined : { Limit: evaluate }),
            ...(scan.segments === 1 ? undefined : { Segment: segment, TotalSegments: scan.segments })
          }),
        segments: scan.segments,
        limit
      })
    )
  )
}

/** Keeps the reads of an effect to a rate, where one is set. */
export const atRate =
  (readRate: Option.Option<number>) =>
  <A, E, R>(self: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    Option.isNone(readRate) ? self : withReadRate(self, readRate.value)
