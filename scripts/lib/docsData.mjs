/**
 * The items that docs/cli.md shows, one a line.
 *
 * Usage: node docsData.mjs orders|shop
 */

/** @param {number} n */
const date = (n) => new Date(Date.UTC(2026, 0, 1) + n * 37 * 3_600_000)

const cities = ["Oslo", "Bergen", "Trondheim"]

const orders = Array.from({ length: 240 }, (_, i) => ({
  customer: `c-${i % 8}`,
  number: 1000 + i,
  status: ["open", "paid", "shipped"][i % 3],
  createdAt: date(i).getTime(),
  day: date(i).toISOString().slice(0, 10),
  total: ((i * 7919) % 90_000) / 100,
  address: { city: cities[(i >> 3) % 3] },
  items: Array.from({ length: 1 + (i % 4) }, (_, k) => ({ sku: `sku-${(i * 7 + k) % 50}`, count: 1 })),
  ...(i % 10 === 0 ? { note: "Leave it at the door." } : undefined)
}))

const customers = Array.from({ length: 20 }, (_, i) => ({
  PK: `CUSTOMER#c-${i}`,
  SK: "PROFILE",
  customerId: `c-${i}`,
  email: `customer-${i}@example.com`,
  address: { city: cities[i % 3], street: `Street ${i}`, ...(i % 2 === 0 ? { zip: `0${100 + i}` } : undefined) },
  ...(i % 4 === 0 ? { phone: `+47 555 01 ${10 + i}` } : undefined)
}))

const shopOrders = Array.from({ length: 40 }, (_, i) => ({
  PK: `CUSTOMER#c-${i % 20}`,
  SK: `ORDER#${date(i).toISOString()}#o-${1000 + i}`,
  GSI1PK: `ORDER#o-${1000 + i}`,
  GSI1SK: "ORDER",
  customerId: `c-${i % 20}`,
  placedAt: date(i).toISOString(),
  orderId: `o-${1000 + i}`,
  status: ["pending", "paid", "shipped"][i % 3],
  total: ((i * 7919) % 90_000) / 100,
  note: i % 5 === 0 ? "Leave it at the door." : null,
  lines: [{ sku: `sku-${i % 7}`, quantity: 1 + (i % 3) }]
}))

const items = process.argv[2] === "orders" ? orders : [...customers, ...shopOrders]
console.log(items.map((item) => JSON.stringify(item)).join("\n"))
