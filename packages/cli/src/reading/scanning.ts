/** The pages of scans. */
import type { ScanCommandInput } from "@aws-sdk/client-dynamodb"
import { DynamoClient, type Item, withReadRate } from "@effect-dynamo/client/DynamoClient"
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

/** One of the segments of a scan, and where its next page begins. */
export interface Segment {
  readonly number: number
  readonly of: number
  readonly start: Item | undefined
}

/** The request for a page of a table or index, or of a segment of it: of `limit` items that are looked at, if that is set. */
export const pageInput = (
  { consistent, index, table }: Pick<Scan, "table" | "index" | "consistent">,
  { number, of, start }: Segment,
  limit: number | undefined
): ScanCommandInput => ({
  TableName: table,
  ...(Option.isSome(index) ? { IndexName: index.value } : undefined),
  ...(consistent ? { ConsistentRead: true } : undefined),
  ...(start === undefined ? undefined : { ExclusiveStartKey: start }),
  ...(limit === undefined ? undefined : { Limit: limit }),
  ...(of === 1 ? undefined : { Segment: number, TotalSegments: of })
})

/** The pages of a table or index: `limit` items at most, of what the `members` of requests say. */
export const scanPages = (scan: Scan, members: Partial<ScanCommandInput>, limit: number | undefined) =>
  Stream.unwrap(
    DynamoClient.useSync((client) =>
      pagesOf({
        fetch: (number, start, evaluate) =>
          client.scan({
            ...pageInput(scan, { number, of: scan.segments, start }, evaluate),
            ReturnConsumedCapacity: "TOTAL",
            ...members
          }),
        segments: scan.segments,
        limit
      })
    )
  )

/** Keeps the reads of an effect to a rate, where one is set. */
export const atRate =
  (readRate: Option.Option<number>) =>
  <A, E, R>(self: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    Option.isNone(readRate) ? self : withReadRate(self, readRate.value)
