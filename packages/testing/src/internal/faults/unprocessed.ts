/**
 * Batches that are done in part.
 */
import type { KeysAndAttributes, WriteRequest } from "@aws-sdk/client-dynamodb"
import * as Effect from "effect/Effect"
import type { Exchange, Run } from "./fault.ts"

/**
 * How much of a batch is left unprocessed: its last keys or writes, so many or such a part of them (rounded up, from 0
 * to 1), or all of them.
 *
 * @category models
 * @since 0.1.0
 */
export type Share = "all" | { readonly count: number } | { readonly fraction: number }

/** A batch as it is sent, and as an answer gives back what is left of it. */
type Batch = Readonly<Record<string, KeysAndAttributes | Array<WriteRequest>>>

const entriesOf = (of: KeysAndAttributes | Array<WriteRequest> = []): Array<object> =>
  Array.isArray(of) ? of : (of.Keys ?? [])

/** Other entries, read with the same projection, names and consistency. */
const withEntries = (of: KeysAndAttributes | Array<WriteRequest>, entries: Array<object>) =>
  // They are of the same table, hence of the same kind.
  (Array.isArray(of) ? entries : { ...of, Keys: entries }) as typeof of

/** Leaves part of a batch unprocessed: the engine is not given that part, or nothing if that is all. */
export const leaving =
  (share: Share): Run =>
  (exchange) => {
    const { input, operation, send } = exchange
    const name = operation === "BatchGetItem" ? "UnprocessedKeys" : "UnprocessedItems"
    const { left, rest } = split(batchOf(input, "RequestItems"), share)
    const answer =
      Object.keys(rest).length === 0 ? Effect.succeed(emptyAnswer(exchange)) : send({ ...input, RequestItems: rest })
    return Effect.map(answer, (answer) => ({ ...answer, [name]: join(batchOf(answer, name), left) }))
  }

/** What stands there is a batch, in the requests and answers of batches. */
const batchOf = (of: object, name: string): Batch => (of as Record<string, Batch | undefined>)[name] ?? {}

const split = (batch: Batch, share: Share): { readonly rest: Batch; readonly left: Batch } => {
  const total = Object.values(batch).reduce((sum, of) => sum + entriesOf(of).length, 0)
  let remaining = total - Math.min(total, countOf(share, total))
  const rest: Record<string, Batch[string]> = {}
  const left: Record<string, Batch[string]> = {}
  for (const [table, of] of Object.entries(batch)) {
    const entries = entriesOf(of)
    const taken = Math.min(entries.length, remaining)
    remaining -= taken
    if (taken > 0) rest[table] = withEntries(of, entries.slice(0, taken))
    if (taken < entries.length) left[table] = withEntries(of, entries.slice(taken))
  }
  return { rest, left }
}

const countOf = (share: Share, total: number): number =>
  share === "all" ? total : "count" in share ? share.count : Math.ceil(total * share.fraction)

const join = (reported: Batch, left: Batch): Batch => {
  const joined: Record<string, Batch[string]> = { ...reported }
  for (const [table, of] of Object.entries(left)) {
    joined[table] = withEntries(of, [...entriesOf(reported[table]), ...entriesOf(of)])
  }
  return joined
}

const emptyAnswer = ({ operation, requestId }: Exchange): object => ({
  ...(operation === "BatchGetItem" ? { Responses: {} } : undefined),
  $metadata: { httpStatusCode: 200, requestId, attempts: 1, totalRetryDelay: 0 }
})
