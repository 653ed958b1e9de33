/**
 * BatchGetItem and BatchWriteItem for any number of requests, as DynamoDB has items: packed, sent some at a time, and
 * what DynamoDB leaves unprocessed sent again.
 *
 * `Batch` stands on it, for entities. Use it for items that are of no entity: copies of tables, migrations.
 *
 * @module
 * @since 0.1.0
 */
import type * as Effect from "effect/Effect"
import type { Service } from "./DynamoClient.ts"
import * as batchGet from "./internal/batchGet.ts"
import * as batchWrite from "./internal/batchWrite.ts"
import type { Left } from "./internal/chunks.ts"
import { identityOf } from "./internal/keyIdentity.ts"
import type { BatchGetItemError, BatchWriteItemError, Item } from "./internal/operations.ts"

export type { Answers, Get } from "./internal/batchGet.ts"
export type { Write } from "./internal/batchWrite.ts"
export type { Left } from "./internal/chunks.ts"

/**
 * Reads items by their keys, in the order asked. A key asked for twice in the same way is read once.
 *
 * **Details**
 *
 * [100 keys](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html) go in a request, of
 * any tables; gets of one table that differ in projection or consistency go in different ones. As many requests are
 * under way at the same time as `DynamoClient.withConcurrency` says.
 *
 * Unprocessed keys are asked for again by the retry policy in force, which begins anew with each answer that brought
 * some. What it ends on is in `left`, and so is what a request failed on that may pass, after its retries. A failure
 * that lasts, as of a table that is not there, is the effect's.
 *
 * **Example** (Two gets)
 *
 * ```ts
 * import { Effect } from "effect"
 * import { DynamoClient, RawBatch } from "effect-dynamo"
 *
 * const read = DynamoClient.DynamoClient.use((client) =>
 *   RawBatch.getItems(client, [
 *     { TableName: "users", Key: { pk: { S: "a" } } },
 *     { TableName: "users", Key: { pk: { S: "b" } }, ConsistentRead: true }
 *   ])
 * )
 * Effect.isEffect(read) // => true
 * ```
 *
 * @category combinators
 * @since 0.1.0
 */
export const getItems: (
  client: Service,
  gets: ReadonlyArray<batchGet.Get>
) => Effect.Effect<batchGet.Answers, BatchGetItemError> = batchGet.getItems

/**
 * Puts and deletes items, no two of which may have the same key. What was not written is in `left`, as it was given.
 *
 * **Details**
 *
 * [25 writes, and 16 MB,](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html) go in
 * a request, of any tables; they are sent, and sent again, as `getItems` says. `left` has what DynamoDB left
 * unprocessed, which was not written; and where `cause` is a failure, what its request had, which may have been, and
 * what was not sent after it. To write it again is safe: a put or a delete without a condition can be repeated.
 *
 * **Example** (A put and a delete)
 *
 * ```ts
 * import { Effect } from "effect"
 * import { DynamoClient, RawBatch } from "effect-dynamo"
 *
 * const write = DynamoClient.DynamoClient.use((client) =>
 *   RawBatch.writeItems(client, [
 *     { table: "users", key: { pk: { S: "a" } }, item: { pk: { S: "a" }, name: { S: "Ada" } } },
 *     { table: "users", key: { pk: { S: "b" } }, item: undefined }
 *   ])
 * )
 * Effect.isEffect(write) // => true
 * ```
 *
 * @category combinators
 * @since 0.1.0
 */
export const writeItems: <W extends batchWrite.Write>(
  client: Service,
  writes: ReadonlyArray<W>
) => Effect.Effect<Left<W, BatchWriteItemError>, BatchWriteItemError> = batchWrite.writeItems

/**
 * A text that is the same for keys that DynamoDB takes for the same item of a table: to find duplicates, which it
 * refuses.
 *
 * **Example** (Numbers, however they are written)
 *
 * ```ts
 * import { RawBatch } from "effect-dynamo"
 *
 * const one = RawBatch.identity("readings", { id: { S: "a" }, at: { N: "1" } })
 * one === RawBatch.identity("readings", { at: { N: "1.0" }, id: { S: "a" } }) // => true
 * ```
 *
 * @category combinators
 * @since 0.1.0
 */
export const identity = (table: string, key: Item): string => `${table} ${identityOf(Object.keys(key).sort(), key)}`
