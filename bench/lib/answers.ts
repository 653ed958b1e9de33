/** Answers as DynamoDB gives them, made in advance. */
import { crc32 } from "node:zlib"
import type { Adapter, Answer } from "./adapter.ts"
import { codecs } from "../adapters/hand.ts"
import { type Item, keyOf, sample, type Shape, type Shapes } from "./data.ts"

/** An item as the library stores it: attributes, keys, and its markers. */
export const storedItem = <S extends Shape>(adapter: Adapter, shape: S, value: Shapes[S]): Item => {
  const { pk, sk } = keyOf[shape](value)
  return { pk: { S: pk }, sk: { S: sk }, ...adapter.markers[shape], ...codecs[shape].encode(value) }
}

export const storedItems = (adapter: Adapter, shape: Shape, count: number): ReadonlyArray<Item> =>
  Array.from({ length: count }, (_, i) => storedItem(adapter, shape, sample[shape](i)))

export const answer = (value: object): Answer => {
  const body = Buffer.from(JSON.stringify(value))
  return {
    body,
    headers: {
      "content-type": "application/x-amz-json-1.0",
      "content-length": String(body.length),
      "x-amz-crc32": String(crc32(body)),
      "x-amzn-requestid": "BENCH0000000000000000000000000000000000000000000000"
    }
  }
}

export const pageOf = (items: ReadonlyArray<Item>): Answer =>
  answer({ Items: items, Count: items.length, ScannedCount: items.length })
