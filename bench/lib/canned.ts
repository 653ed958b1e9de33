/** Items that every library takes for its own: they carry all markers. So one server, and one table, serve all. */
import { codecs } from "../adapters/hand.ts"
import { type Item, keyOf, type Order } from "./data.ts"

export const sharedOrder = (value: Order): Item => {
  const { pk, sk } = keyOf.order(value)
  return {
    pk: { S: pk },
    sk: { S: sk },
    _type: { S: "Order" },
    _et: { S: "Order" },
    __edb_e__: { S: "Order" },
    __edb_v__: { S: "1" },
    ...codecs.order.encode(value)
  }
}

/** What the server's scan gives in all. */
export const scanned = { pages: 40, perPage: 5_000 } as const

/** What the table in DynamoDB Local holds. */
export const loaded = { customers: 500, each: 100 } as const

export const customer = (i: number): string => `c-${i % loaded.customers}`
