/**
 * BatchWriteItem for any number of writes.
 */
import type { WriteRequest } from "@aws-sdk/client-dynamodb"
import * as Effect from "effect/Effect"
import type { Service } from "../DynamoClient.ts"
import { inChunks, type Left, untilProcessed } from "./chunks.ts"
import { identityOf } from "./keyIdentity.ts"
import { ofItem } from "./limits.ts"
import type { BatchWriteItemError, Item } from "./operations.ts"
import { itemBytes } from "./wireBytes.ts"

/**
 * A put or a delete in a batch.
 *
 * @category models
 * @since 0.1.0
 */
export interface Write {
  readonly table: string
  /** The item's key in the table. */
  readonly key: Item
  /** The whole item to put; `undefined` deletes. */
  readonly item: Item | undefined
}

/** What BatchWriteItem takes in one request. */
const mostWrites = 25
const mostBytes = 16 * 1024 * 1024

/** What a request has beside its items and keys: its own frame, and for each `{"PutRequest":{"Item":}},`. */
const frameBytes = 1024
const writeBytes = 40

/** Sends writes until nothing is left of them, or the retry policy ends. No two may be of one item. */
export const writeItems = <W extends Write>(
  client: Service,
  writes: ReadonlyArray<W>
): Effect.Effect<Left<W, BatchWriteItemError>, BatchWriteItemError> => {
  // Looked at before any of them is sent, not request by request.
  for (let at = 0; at < writes.length; at++) {
    const { item, table } = writes[at]!
    const refusal = ofItem(item, { operation: "BatchWriteItem", table, at })
    if (refusal !== undefined) return Effect.fail(refusal)
  }
  return inChunks(pack(writes), (chunk) =>
    untilProcessed(chunk, client, { operation: "BatchWriteItem", send: (writes) => send(client, writes) })
  )
}

/** In requests, as many writes in each as it takes, in their order. */
const pack = <W extends Write>(writes: ReadonlyArray<W>): ReadonlyArray<ReadonlyArray<W>> => {
  const chunks: Array<Array<W>> = []
  let open: Array<W> = []
  let bytes = frameBytes
  for (const write of writes) {
    // Its table is named once, with those of the others, which is less.
    const more = writeBytes + write.table.length + itemBytes(write.item ?? write.key)
    if (open.length === mostWrites || (open.length > 0 && bytes + more > mostBytes)) {
      chunks.push(open)
      open = []
      bytes = frameBytes
    }
    open.push(write)
    bytes += more
  }
  if (open.length > 0) chunks.push(open)
  return chunks
}

const send = <W extends Write>(
  client: Service,
  writes: ReadonlyArray<W>
): Effect.Effect<ReadonlyArray<W>, BatchWriteItemError> => {
  const RequestItems: Record<string, Array<WriteRequest>> = {}
  for (const { item, key, table } of writes) {
    const requests = (RequestItems[table] ??= [])
    requests.push(item === undefined ? { DeleteRequest: { Key: key } } : { PutRequest: { Item: item } })
  }
  return Effect.map(client.batchWriteItem({ RequestItems }), ({ UnprocessedItems = {} }) =>
    writes.filter(unprocessedIn(UnprocessedItems, writes))
  )
}

/** Which writes an answer names as unprocessed. It names them by what was sent, from which the key is read. */
const unprocessedIn = (
  unprocessed: Readonly<Record<string, ReadonlyArray<WriteRequest>>>,
  writes: ReadonlyArray<Write>
): ((write: Write) => boolean) => {
  const left = new Set<string>()
  const namesOf = new Map<string, ReadonlyArray<string>>()
  for (const { key, table } of writes) if (!namesOf.has(table)) namesOf.set(table, Object.keys(key))
  for (const [table, requests] of Object.entries(unprocessed)) {
    for (const { DeleteRequest, PutRequest } of requests) {
      left.add(table + identityOf(namesOf.get(table) ?? [], PutRequest?.Item ?? DeleteRequest?.Key ?? {}))
    }
  }
  return ({ key, table }) => left.size > 0 && left.has(table + identityOf(namesOf.get(table) ?? [], key))
}
