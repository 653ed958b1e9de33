/** What is stored in every benchmark: a small item, of 8 attributes, and one of 30 with maps, lists and sets. */
import type { AttributeValue } from "@aws-sdk/client-dynamodb"

export type Item = Record<string, AttributeValue>

export interface Order {
  readonly customerId: string
  readonly orderId: string
  readonly placedAt: string
  readonly status: "pending" | "paid" | "shipped"
  readonly total: number
  readonly quantity: number
  readonly gift: boolean
  readonly note: string
}

export interface Product {
  readonly category: string
  readonly id: string
  readonly name: string
  readonly brand: string
  readonly description: string
  readonly price: number
  readonly currency: "EUR" | "USD" | "GBP"
  readonly cost: number
  readonly stock: number
  readonly weight: number
  readonly active: boolean
  readonly featured: boolean
  readonly rating: number
  readonly reviewCount: number
  readonly createdAt: string
  readonly updatedAt: string
  readonly sku: string
  readonly ean: string
  readonly color: string
  readonly material: string
  readonly warranty?: string
  readonly discontinued?: boolean
  readonly supplier: Supplier
  readonly dimensions: Dimensions
  readonly variants: ReadonlyArray<Variant>
  readonly images: ReadonlyArray<Image>
  readonly reviews: ReadonlyArray<Review>
  readonly labels: ReadonlyArray<string>
  readonly tags: ReadonlySet<string>
  readonly related: ReadonlySet<number>
}

export interface Supplier {
  readonly name: string
  readonly email: string
  readonly address: { readonly street: string; readonly city: string; readonly zip: string; readonly country: string }
}

export interface Dimensions {
  readonly width: number
  readonly height: number
  readonly depth: number
}

export interface Variant {
  readonly sku: string
  readonly size: string
  readonly price: number
  readonly stock: number
}

export interface Image {
  readonly url: string
  readonly alt: string
  readonly width: number
  readonly height: number
}

export interface Review {
  readonly user: string
  readonly stars: number
  readonly text: string
}

/** The values by shape. */
export interface Shapes {
  readonly order: Order
  readonly product: Product
}

export type Shape = keyof Shapes

const statuses = ["pending", "paid", "shipped"] as const

export const order = (i: number, customerId = "c-1"): Order => ({
  customerId,
  orderId: `o-${String(i).padStart(8, "0")}`,
  placedAt: "2026-11-22T10:15:30.000Z",
  status: statuses[i % 3]!,
  total: 1999.5 + i,
  quantity: 1 + (i % 9),
  gift: i % 2 === 0,
  note: i % 5 === 0 ? 'Grüße – "bitte" läuten' : "Leave it at the door, please"
})

const range = <A>(count: number, one: (i: number) => A): Array<A> => Array.from({ length: count }, (_, i) => one(i))

export const product = (i: number, category = "chairs"): Product => ({
  category,
  id: `p-${String(i).padStart(8, "0")}`,
  name: "Stuhl „Größe M“, natural oak",
  brand: "Nordic & Söhne",
  description: "A chair of solid oak, oiled by hand. It carries 150 kg, stacks, and comes assembled.\n".repeat(6),
  price: 249.99,
  currency: "EUR",
  cost: 101.25,
  stock: 120 + i,
  weight: 6.75,
  active: true,
  featured: i % 2 === 0,
  rating: 4.6,
  reviewCount: 318,
  createdAt: "2024-01-15T00:00:00.000Z",
  updatedAt: "2026-11-22T10:15:30.000Z",
  sku: `NS-OAK-${i}`,
  ean: "4006381333931",
  color: "natural",
  material: "oak",
  warranty: "5 years",
  ...(i % 2 === 0 ? { discontinued: false } : undefined),
  supplier: {
    name: "Holzwerk Süd GmbH",
    email: "orders@holzwerk.example",
    address: { street: "Sägestraße 12", city: "Freiburg", zip: "79098", country: "DE" }
  },
  dimensions: { width: 45, height: 82.5, depth: 51 },
  variants: range(6, (v) => ({ sku: `NS-OAK-${i}-${v}`, size: `${v} seats`, price: 249.99 + v * 10, stock: v * 7 })),
  images: range(4, (v) => ({
    url: `https://images.example/chairs/${i}/${v}.webp`,
    alt: `The chair from side ${v}`,
    width: 1600,
    height: 1200
  })),
  reviews: range(4, (v) => ({
    user: `user-${v}`,
    stars: 5 - (v % 2),
    text: "Very comfortable, arrived early, “exactly” as in the pictures. Would buy again."
  })),
  labels: ["new", "bestseller", "climate neutral"],
  tags: new Set(["chair", "indoor", "kitchen", "möbel", "oak", "stackable"]),
  related: new Set(range(8, (v) => 1000 + v))
})

export const sample: { readonly [S in Shape]: (i: number) => Shapes[S] } = {
  order: (i) => order(i),
  product: (i) => product(i)
}

export const keyOf: { readonly [S in Shape]: (value: Shapes[S]) => { readonly pk: string; readonly sk: string } } = {
  order: ({ customerId, orderId }) => ({ pk: `CUSTOMER#${customerId}`, sk: `ORDER#${orderId}` }),
  product: ({ category, id }) => ({ pk: `CATALOG#${category}`, sk: `PRODUCT#${id}` })
}

/** The items of a page of 1 MB, by DynamoDB's count. */
export const pageSize: { readonly [S in Shape]: number } = { order: 5_200, product: 300 }

/** What stands in for equality: sets as arrays, in their order, class instances as their fields, nothing that is `undefined`. */
export const plain = (value: unknown): unknown => {
  if (value instanceof Set) return [...value]
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== "object" || value === null) return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, field]) => (field === undefined ? [] : [[name, plain(field)]]))
  )
}
