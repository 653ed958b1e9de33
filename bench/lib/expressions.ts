/** What those who write requests by hand write once. */
import type { Wanted } from "./adapter.ts"

export const queryExpressions = {
  KeyConditionExpression: "pk = :pk AND begins_with(sk, :sk)",
  FilterExpression: "#status = :status AND #total >= :total",
  ProjectionExpression: "#orderId, #status, #total",
  ExpressionAttributeNames: { "#orderId": "orderId", "#status": "status", "#total": "total" }
} as const

export const queryValues = ({ customerId, least, prefix, status }: Wanted) => ({
  ":pk": `CUSTOMER#${customerId}`,
  ":sk": `ORDER#${prefix}`,
  ":status": status,
  ":total": least
})

export const partitionOf = { order: "CUSTOMER#", product: "CATALOG#" } as const
export const sortOf = { order: "ORDER#", product: "PRODUCT#" } as const
