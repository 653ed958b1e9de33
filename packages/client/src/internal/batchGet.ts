/**
 * BatchGetItem for any number of gets, of any tables, each with its own projection and consistency.
 */
import type { GetItemCommandInput, KeysAndAttributes } from "@aws-sdk/client-dynamodb"
import * as Effect from "effect/Effect"
import type { Service } from "../DynamoClient.ts"
import { inChunks, type Left, untilProcessed } from "./chunks.ts"
import { identityOf } from "./keyIdentity.ts"
import type { BatchGetItemError, Item, Operations } from "./operations.ts"
import { withKeys } from "./projectionKeys.ts"

/**
 * A get as a batch takes it.
 *
 * @category models
 * @since 0.1.0
 */
export type Get = Pick<
  GetItemCommandInput,
  "TableName" | "Key" | "ConsistentRead" | "ProjectionExpression" | "ExpressionAttributeNames"
>

/** What BatchGetItem takes in one request. */
const mostKeys = 100

/** A key to be read, once for all who asked for it in the same way. */
export interface Wanted {
  readonly group: Group
  readonly key: Item
  readonly identity: string
  /** What was read; `undefined` before, and where there is none. */
  item: Item | undefined
  /** Of the answer that had it. */
  metadata: Operations["BatchGetItem"]["output"]["$metadata"] | undefined
}

/** Keys that are read in the same way: a request has one way for each table. */
interface Group {
  readonly table: string
  readonly asked: Omit<KeysAndAttributes, "Keys">
  readonly keyNames: ReadonlyArray<string>
  /** Key attributes that are read to tell the items apart, and were not asked for. */
  readonly added: ReadonlyArray<string>
  readonly wanted: Map<string, Wanted>
}

/** Gets in requests. */
export interface Plan {
  /** What each get is about, in their order. */
  readonly wanted: ReadonlyArray<Wanted>
  readonly chunks: ReadonlyArray<ReadonlyArray<Wanted>>
}

export const plan = (gets: ReadonlyArray<Get>): Plan => {
  const groups = new Map<string, Group>()
  const wanted = gets.map((get) => {
    const key = get.Key ?? {}
    const keyNames = Object.keys(key).sort()
    const how = JSON.stringify([
      get.TableName,
      keyNames,
      get.ConsistentRead === true,
      get.ProjectionExpression,
      get.ExpressionAttributeNames
    ])
    let group = groups.get(how)
    if (group === undefined) groups.set(how, (group = groupOf(get, keyNames)))
    const identity = identityOf(keyNames, key)
    let found = group.wanted.get(identity)
    if (found === undefined) {
      found = { group, key, identity, item: undefined, metadata: undefined }
      group.wanted.set(identity, found)
    }
    return found
  })
  return { wanted, chunks: chunksOf(groups.values()) }
}

const groupOf = (get: Get, keyNames: ReadonlyArray<string>): Group => {
  const { added, names, projection } = withKeys(get, keyNames)
  return {
    table: get.TableName ?? "",
    asked: {
      ...(get.ConsistentRead === true ? { ConsistentRead: true } : undefined),
      ...(projection === undefined ? undefined : { ProjectionExpression: projection }),
      ...(names === undefined ? undefined : { ExpressionAttributeNames: names })
    },
    keyNames,
    added,
    wanted: new Map()
  }
}

/** The groups of one table go in different requests, those of different tables together. */
const chunksOf = (groups: Iterable<Group>): ReadonlyArray<ReadonlyArray<Wanted>> => {
  const lanes: Array<Array<Wanted>> = []
  const lanesOf = new Map<string, number>()
  for (const group of groups) {
    const lane = lanesOf.get(group.table) ?? 0
    lanesOf.set(group.table, lane + 1)
    const entries = (lanes[lane] ??= [])
    for (const wanted of group.wanted.values()) entries.push(wanted)
  }
  return lanes.flatMap((lane) =>
    Array.from({ length: Math.ceil(lane.length / mostKeys) }, (_, i) => lane.slice(i * mostKeys, (i + 1) * mostKeys))
  )
}

/**
 * What a batch of gets gave.
 *
 * @category models
 * @since 0.1.0
 */
export interface Answers {
  /** The items, in the order of the gets; `undefined` where there is none, or the get was left. */
  readonly items: ReadonlyArray<Item | undefined>
  /** The positions of the gets that were not answered when the retry policy ended. */
  readonly left: ReadonlyArray<number>
  /** The failure of a request, where that is why some were left. */
  readonly cause: BatchGetItemError | undefined
  /** What it consumed, in read capacity units. */
  readonly consumedCapacity: number | undefined
}

/** Reads items until all are read or the retry policy ends. */
export const getItems = (client: Service, gets: ReadonlyArray<Get>): Effect.Effect<Answers, BatchGetItemError> =>
  Effect.suspend(() => {
    const { chunks, wanted } = plan(gets)
    let consumedCapacity: number | undefined
    const read = (chunk: ReadonlyArray<Wanted>) =>
      readChunk(client, chunk, (units) => {
        consumedCapacity = (consumedCapacity ?? 0) + units
      })
    return Effect.map(inChunks(chunks, read), (undone): Answers => {
      const left = new Set(undone.left)
      return {
        items: wanted.map(({ item }) => item),
        left: left.size === 0 ? [] : wanted.flatMap((one, i) => (left.has(one) ? [i] : [])),
        cause: undone.cause,
        consumedCapacity
      }
    })
  })

/** Reads the keys of one request; `consumed` is told what it costs, where that is of interest. */
export const readChunk = (
  client: Service,
  chunk: ReadonlyArray<Wanted>,
  consumed?: (units: number) => void
): Effect.Effect<Left<Wanted, BatchGetItemError>, BatchGetItemError> =>
  untilProcessed(chunk, client, {
    operation: "BatchGetItem",
    send: (wanted) => {
      const groups = new Map<string, { readonly group: Group; readonly Keys: Array<Item> }>()
      for (const { group, key } of wanted) {
        const of = groups.get(group.table)
        if (of === undefined) groups.set(group.table, { group, Keys: [key] })
        else of.Keys.push(key)
      }
      const RequestItems = Object.fromEntries(
        Array.from(groups, ([table, { group, Keys }]) => [table, { ...group.asked, Keys }])
      )
      return Effect.map(
        client.batchGetItem({
          RequestItems,
          ...(consumed === undefined ? undefined : { ReturnConsumedCapacity: "TOTAL" as const })
        }),
        (answer) => {
          for (const { CapacityUnits } of answer.ConsumedCapacity ?? []) {
            if (CapacityUnits !== undefined) consumed?.(CapacityUnits)
          }
          for (const [table, items] of Object.entries(answer.Responses ?? {})) {
            const group = groups.get(table)?.group
            for (const item of items) if (group !== undefined) take(group, item, answer.$metadata)
          }
          return unprocessedOf(wanted, groups, answer.UnprocessedKeys)
        }
      )
    }
  })

const take = ({ added, keyNames, wanted }: Group, item: Item, metadata: Wanted["metadata"]): void => {
  const one = wanted.get(identityOf(keyNames, item))
  if (one === undefined) return
  one.metadata = metadata
  one.item = item
  for (const name of added) delete item[name]
}

const unprocessedOf = (
  wanted: ReadonlyArray<Wanted>,
  groups: ReadonlyMap<string, { readonly group: Group }>,
  unprocessed: Readonly<Record<string, KeysAndAttributes>> | undefined
): ReadonlyArray<Wanted> => {
  const left = new Set<Wanted | undefined>()
  for (const [table, { Keys = [] }] of Object.entries(unprocessed ?? {})) {
    const group = groups.get(table)?.group
    if (group !== undefined) for (const key of Keys) left.add(group.wanted.get(identityOf(group.keyNames, key)))
  }
  return left.size === 0 ? [] : wanted.filter((one) => left.has(one))
}
