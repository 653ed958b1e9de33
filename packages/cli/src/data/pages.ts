/** All items of a table or index, page by page, from several segments at the same time. */
import type { Item, ScanError, Service } from "@effect-dynamo/client/DynamoClient"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { pageInput, type Scan, type Segment } from "../reading/scanning.ts"

/** How far a segment has been read. */
export interface Cursor {
  readonly done: boolean
  /** The key of the last item that was looked at; none before the first. */
  readonly after: Item | undefined
}

export const beginning: Cursor = { done: false, after: undefined }

/** What is read, and how. */
export interface Scanning extends Pick<Scan, "table" | "index" | "consistent"> {
  /** At most so many items in a page; else as many as go into 1 MB. */
  readonly pageSize: number | undefined
  readonly filter: Filter | undefined
}

export interface Filter {
  readonly FilterExpression: string
  readonly ExpressionAttributeNames?: Record<string, string> | undefined
  readonly ExpressionAttributeValues?: Item | undefined
}

/** A page of a segment, and where the segment is after it. */
export interface Page {
  readonly segment: number
  readonly items: ReadonlyArray<Item>
  readonly cursor: Cursor
}

/** How many pages wait at most for whoever takes them, beside one of each segment. */
const waitingPages = 4

/**
 * The pages that are left after the cursors, one for each segment. Something is done with each page while other segments
 * are being read: so that what waits is small.
 */
export const pages = <A, E, R>(
  client: Service,
  scanning: Scanning,
  cursors: ReadonlyArray<Cursor>,
  withPage: (page: Page) => Effect.Effect<A, E, R>
): Stream.Stream<A, ScanError | E, R> =>
  Stream.mergeAll(
    cursors.flatMap(({ after, done }, number) =>
      done
        ? []
        : [segmentFrom(client, scanning, { number, of: cursors.length, start: after }).pipe(Stream.mapEffect(withPage))]
    ),
    { concurrency: "unbounded", bufferSize: waitingPages }
  )

const segmentFrom = (
  client: Service,
  scanning: Scanning,
  { number, of, start }: Segment
): Stream.Stream<Page, ScanError> =>
  Stream.paginate(start, (start) =>
    Effect.map(
      client.scan({ ...pageInput(scanning, { number, of, start }, scanning.pageSize), ...scanning.filter }),
      ({ Items: items = [], LastEvaluatedKey: next }) => {
        const cursor: Cursor = next === undefined ? { done: true, after: start } : { done: false, after: next }
        return [[{ segment: number, items, cursor }], Option.fromUndefinedOr(next)]
      }
    )
  )
