/** Items of a table, from all over it. */
import { DynamoClient } from "@effect-dynamo/client/DynamoClient"
import type { Item } from "@effect-dynamo/core/Attribute"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"

/** How much to read. */
export interface Options {
  /** How many items at most; all of them where it is absent. */
  readonly limit?: number | undefined
  /** How many items DynamoDB says the table has: it counts them every six hours. */
  readonly items: number
}

/** How many parts of the table are read from, at once, and how many items there should be in each. */
const parts = { read: 10, concurrency: 4, items: 20, most: 100_000 }

interface Part {
  readonly segment: number
  readonly start: Record<string, unknown> | undefined
}

/**
 * Reads items by parts of the table that are picked at random: those at the beginning of a table may all be of one kind.
 * Each part gives as many as the others; where they have less, they are read on in turn.
 */
export const sample = (table: string, { items, limit }: Options) =>
  Effect.gen(function* () {
    const client = yield* DynamoClient
    const total = Math.min(parts.most, Math.max(parts.read, Math.floor(items / parts.items)))
    const found: Array<Item> = []
    const isEnough = () => limit !== undefined && found.length >= limit
    const perPart = limit === undefined ? undefined : Math.ceil(limit / parts.read)
    const read = ({ segment, start }: Part) =>
      Effect.gen(function* () {
        if (isEnough()) return []
        const page = yield* client.scan({
          TableName: table,
          Segment: segment,
          TotalSegments: total,
          ...(perPart === undefined ? undefined : { Limit: perPart }),
          // It is what DynamoDB gave.
          ...(start === undefined ? undefined : { ExclusiveStartKey: start as Item })
        })
        // What the SDK types as unknown to it would be refused when it is read.
        found.push(...((page.Items ?? []) as ReadonlyArray<Item>))
        const next = page.LastEvaluatedKey
        return next === undefined ? [] : [{ segment, start: next }]
      })
    const segments = yield* Random.shuffle(Array.from({ length: total }, (_, segment) => segment))
    let open: ReadonlyArray<Part> = segments.map((segment) => ({ segment, start: undefined }))
    while (open.length > 0 && !isEnough()) {
      open = (yield* Effect.forEach(open, read, { concurrency: parts.concurrency })).flat()
    }
    return limit === undefined ? found : found.slice(0, limit)
  })
