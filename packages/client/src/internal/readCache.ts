/**
 * What was read by gets, kept for the time of an effect.
 */
import type { GetItemCommandInput, TransactWriteItem, WriteRequest } from "@aws-sdk/client-dynamodb"
import * as Effect from "effect/Effect"
import type { Service } from "../DynamoClient.ts"
import { batched, setBatched } from "./coalesce.ts"
import { identityOf } from "./keyIdentity.ts"
import type { Item, Operations } from "./operations.ts"

/** The same service with a cache, which is empty. */
export const cached = (client: Service): Service => {
  const cache = new ReadCache()
  const service = wrap(client, cache)
  // Batched gets meet those of others all the same, behind the cache.
  setBatched(service, wrap(batched(client), cache))
  return service
}

type Output = Operations["GetItem"]["output"]

class ReadCache {
  /** What was read of an item, by what was asked for of it. */
  readonly items = new Map<string, Map<string, Output>>()
  /** The key attributes of tables. */
  readonly keyNames = new Map<string, ReadonlyArray<string>>()
  /** Changes with each write: what was asked for before it is not kept after it. */
  age = 0

  identity(table: string, key: Item): string | undefined {
    const names = this.keyNames.get(table)
    return names === undefined ? undefined : `${table} ${identityOf(names, key)}`
  }

  /** Drops an item that is written: by its key, or by the item itself, which has the key. */
  drop(table: string | undefined, item: Item | undefined): void {
    const identity = this.identity(nameOf(table), item ?? {})
    if (identity !== undefined) this.items.delete(identity)
  }

  /** Keeps what was read by a get that was begun at this age. */
  keep(input: GetItemCommandInput, how: string, output: Output, age: number): void {
    const table = input.TableName ?? ""
    const key = input.Key ?? {}
    if (!this.keyNames.has(table)) this.keyNames.set(table, Object.keys(key).sort())
    const identity = this.identity(table, key)
    if (identity === undefined) return
    const isOutdated = age !== this.age
    if (input.ConsistentRead === true) {
      // It knows better than what was read before it, and what is being read.
      this.items.delete(identity)
      this.age++
    }
    if (isOutdated) return
    const of = this.items.get(identity)
    if (of === undefined) this.items.set(identity, new Map([[how, output]]))
    else of.set(how, output)
  }

  find(input: GetItemCommandInput, how: string): Output | undefined {
    const identity = this.identity(input.TableName ?? "", input.Key ?? {})
    return identity === undefined ? undefined : this.items.get(identity)?.get(how)
  }
}

/** A table may be named by its ARN, too. */
const nameOf = (table: string | undefined): string => (table ?? "").replace(/^.*\//, "")

/** Whether what is read is an item, in a table that is named, and nothing besides. */
const isCacheable = ({ AttributesToGet, ReturnConsumedCapacity, TableName }: GetItemCommandInput): boolean =>
  (ReturnConsumedCapacity === undefined || ReturnConsumedCapacity === "NONE") &&
  AttributesToGet === undefined &&
  TableName === nameOf(TableName)

const wrap = (client: Service, cache: ReadCache): Service => {
  const getItem: Service["getItem"] = (input) =>
    Effect.suspend(() => {
      if (!isCacheable(input)) return client.getItem(input)
      const how = JSON.stringify([input.ProjectionExpression, input.ExpressionAttributeNames])
      const found = input.ConsistentRead === true ? undefined : cache.find(input, how)
      if (found !== undefined) return Effect.succeed(found)
      const { age } = cache
      return Effect.map(client.getItem(input), (output) => {
        cache.keep(input, how, output, age)
        return output
      })
    })

  /** What is read while it is under way may be what was before it: it is dropped before and after. */
  const writing =
    <Input, A, E>(call: (input: Input) => Effect.Effect<A, E>, drop: (input: Input) => void) =>
    (input: Input): Effect.Effect<A, E> =>
      Effect.suspend(() => {
        const forget = Effect.sync(() => {
          cache.age++
          drop(input)
        })
        return Effect.andThen(forget, Effect.ensuring(call(input), forget))
      })

  const dropAll = () => cache.items.clear()

  return {
    ...client,
    getItem,
    putItem: writing(client.putItem, ({ Item, TableName }) => cache.drop(TableName, Item)),
    updateItem: writing(client.updateItem, ({ Key, TableName }) => cache.drop(TableName, Key)),
    deleteItem: writing(client.deleteItem, ({ Key, TableName }) => cache.drop(TableName, Key)),
    batchWriteItem: writing(client.batchWriteItem, ({ RequestItems = {} }) => {
      for (const [table, requests] of Object.entries(RequestItems)) {
        for (const request of requests) cache.drop(table, itemOfRequest(request))
      }
    }),
    transactWriteItems: writing(client.transactWriteItems, ({ TransactItems = [] }) => {
      for (const item of TransactItems) dropTransacted(cache, item)
    }),
    executeStatement: writing(client.executeStatement, dropAll),
    batchExecuteStatement: writing(client.batchExecuteStatement, dropAll),
    executeTransaction: writing(client.executeTransaction, dropAll),
    deleteTable: writing(client.deleteTable, dropAll)
  }
}

const itemOfRequest = ({ DeleteRequest, PutRequest }: WriteRequest): Item | undefined =>
  PutRequest?.Item ?? DeleteRequest?.Key

const dropTransacted = (cache: ReadCache, { Delete, Put, Update }: TransactWriteItem): void => {
  if (Put !== undefined) cache.drop(Put.TableName, Put.Item)
  const keyed = Update ?? Delete
  if (keyed !== undefined) cache.drop(keyed.TableName, keyed.Key)
}
