/**
 * The limit: what one would write by hand for these two shapes and nothing else. Every attribute is checked as a schema
 * checks it. Requests are signed by hand and sent by undici; there are no retries, no errors worth the name, no credentials
 * but fixed ones.
 */
import type { AttributeValue } from "@aws-sdk/client-dynamodb"
import { Pool } from "undici"
import type { Adapter, Codec, Connection, Stored } from "../lib/adapter.ts"
import type { Dimensions, Image, Item, Order, Product, Review, Shape, Shapes, Supplier, Variant } from "../lib/data.ts"
import { keyOf } from "../lib/data.ts"
import { partitionOf, queryExpressions, sortOf } from "../lib/expressions.ts"
import { signer } from "../lib/sign.ts"

type Field = AttributeValue | undefined

const refuse = (): never => {
  throw new Error("The item does not fit")
}

const text = (field: Field): string => (typeof field?.S === "string" ? field.S : refuse())

const number = (field: Field): number => {
  const digits = field?.N
  if (typeof digits !== "string" || digits === "") return refuse()
  const value = +digits
  return Number.isFinite(value) ? value : refuse()
}

const bool = (field: Field): boolean => (typeof field?.BOOL === "boolean" ? field.BOOL : refuse())

const map = (field: Field): Item => (typeof field?.M === "object" && field.M !== null ? field.M : refuse())

const list = <A>(field: Field, one: (element: AttributeValue) => A): Array<A> => {
  const elements = field?.L
  if (!Array.isArray(elements)) return refuse()
  const out: Array<A> = []
  for (let i = 0; i < elements.length; i++) out.push(one(elements[i]!))
  return out
}

const texts = (field: Field): Set<string> => {
  const elements = field?.SS
  if (!Array.isArray(elements)) return refuse()
  const out = new Set<string>()
  for (let i = 0; i < elements.length; i++) {
    const element: unknown = elements[i]
    out.add(typeof element === "string" ? element : refuse())
  }
  return out
}

const numbers = (field: Field): Set<number> => {
  const elements = field?.NS
  if (!Array.isArray(elements)) return refuse()
  const out = new Set<number>()
  for (let i = 0; i < elements.length; i++) out.add(number({ N: elements[i]! }))
  return out
}

const status = (field: Field): Order["status"] => {
  const value = field?.S
  return value === "pending" || value === "paid" || value === "shipped" ? value : refuse()
}

const currency = (field: Field): Product["currency"] => {
  const value = field?.S
  return value === "EUR" || value === "USD" || value === "GBP" ? value : refuse()
}

const decodeOrder = (item: Item): Order => ({
  customerId: text(item["customerId"]),
  orderId: text(item["orderId"]),
  placedAt: text(item["placedAt"]),
  status: status(item["status"]),
  total: number(item["total"]),
  quantity: number(item["quantity"]),
  gift: bool(item["gift"]),
  note: text(item["note"])
})

// Half of a surrogate pair would be another text once stored: hand-written code that loses nothing looks for it too.
const isWellFormed = (text: string): boolean => (text as string & { isWellFormed(): boolean }).isWellFormed()

const S = (value: string): AttributeValue =>
  typeof value === "string" && isWellFormed(value) ? { S: value } : refuse()
const N = (value: number): AttributeValue => (Number.isFinite(value) ? { N: String(value) } : refuse())
const BOOL = (value: boolean): AttributeValue => (typeof value === "boolean" ? { BOOL: value } : refuse())
const STATUS = (value: Order["status"]): AttributeValue =>
  value === "pending" || value === "paid" || value === "shipped" ? { S: value } : refuse()
const CURRENCY = (value: Product["currency"]): AttributeValue =>
  value === "EUR" || value === "USD" || value === "GBP" ? { S: value } : refuse()

const L = <A>(values: ReadonlyArray<A>, one: (value: A) => AttributeValue): AttributeValue => {
  if (!Array.isArray(values)) return refuse()
  const elements: Array<AttributeValue> = []
  for (let i = 0; i < values.length; i++) elements.push(one(values[i]!))
  return { L: elements }
}

const SS = (values: ReadonlySet<string>): AttributeValue => {
  const elements: Array<string> = []
  for (const value of values) elements.push(typeof value === "string" && isWellFormed(value) ? value : refuse())
  return elements.length === 0 ? refuse() : { SS: elements }
}

const NS = (values: ReadonlySet<number>): AttributeValue => {
  const elements: Array<string> = []
  for (const value of values) elements.push(Number.isFinite(value) ? String(value) : refuse())
  return elements.length === 0 ? refuse() : { NS: elements }
}

const encodeOrder = (value: Order): Item => ({
  customerId: S(value.customerId),
  orderId: S(value.orderId),
  placedAt: S(value.placedAt),
  status: STATUS(value.status),
  total: N(value.total),
  quantity: N(value.quantity),
  gift: BOOL(value.gift),
  note: S(value.note)
})

const decodeSupplier = (field: Field): Supplier => {
  const item = map(field)
  const address = map(item["address"])
  return {
    name: text(item["name"]),
    email: text(item["email"]),
    address: {
      street: text(address["street"]),
      city: text(address["city"]),
      zip: text(address["zip"]),
      country: text(address["country"])
    }
  }
}

const decodeDimensions = (field: Field): Dimensions => {
  const item = map(field)
  return { width: number(item["width"]), height: number(item["height"]), depth: number(item["depth"]) }
}

const decodeVariant = (field: Field): Variant => {
  const item = map(field)
  return {
    sku: text(item["sku"]),
    size: text(item["size"]),
    price: number(item["price"]),
    stock: number(item["stock"])
  }
}

const decodeImage = (field: Field): Image => {
  const item = map(field)
  return {
    url: text(item["url"]),
    alt: text(item["alt"]),
    width: number(item["width"]),
    height: number(item["height"])
  }
}

const decodeReview = (field: Field): Review => {
  const item = map(field)
  return { user: text(item["user"]), stars: number(item["stars"]), text: text(item["text"]) }
}

type Mutable<A> = { -readonly [K in keyof A]: A[K] }

const decodeProduct = (item: Item): Product => {
  const value: Mutable<Product> = {
    category: text(item["category"]),
    id: text(item["id"]),
    name: text(item["name"]),
    brand: text(item["brand"]),
    description: text(item["description"]),
    price: number(item["price"]),
    currency: currency(item["currency"]),
    cost: number(item["cost"]),
    stock: number(item["stock"]),
    weight: number(item["weight"]),
    active: bool(item["active"]),
    featured: bool(item["featured"]),
    rating: number(item["rating"]),
    reviewCount: number(item["reviewCount"]),
    createdAt: text(item["createdAt"]),
    updatedAt: text(item["updatedAt"]),
    sku: text(item["sku"]),
    ean: text(item["ean"]),
    color: text(item["color"]),
    material: text(item["material"]),
    supplier: decodeSupplier(item["supplier"]),
    dimensions: decodeDimensions(item["dimensions"]),
    variants: list(item["variants"], decodeVariant),
    images: list(item["images"], decodeImage),
    reviews: list(item["reviews"], decodeReview),
    labels: list(item["labels"], text),
    tags: texts(item["tags"]),
    related: numbers(item["related"])
  }
  if (item["warranty"] !== undefined) value.warranty = text(item["warranty"])
  if (item["discontinued"] !== undefined) value.discontinued = bool(item["discontinued"])
  return value
}

const encodeProduct = (value: Product): Item => {
  const { address } = value.supplier
  const item: Item = {
    category: S(value.category),
    id: S(value.id),
    name: S(value.name),
    brand: S(value.brand),
    description: S(value.description),
    price: N(value.price),
    currency: CURRENCY(value.currency),
    cost: N(value.cost),
    stock: N(value.stock),
    weight: N(value.weight),
    active: BOOL(value.active),
    featured: BOOL(value.featured),
    rating: N(value.rating),
    reviewCount: N(value.reviewCount),
    createdAt: S(value.createdAt),
    updatedAt: S(value.updatedAt),
    sku: S(value.sku),
    ean: S(value.ean),
    color: S(value.color),
    material: S(value.material),
    supplier: {
      M: {
        name: S(value.supplier.name),
        email: S(value.supplier.email),
        address: {
          M: { street: S(address.street), city: S(address.city), zip: S(address.zip), country: S(address.country) }
        }
      }
    },
    dimensions: {
      M: { width: N(value.dimensions.width), height: N(value.dimensions.height), depth: N(value.dimensions.depth) }
    },
    variants: L(value.variants, (each) => ({
      M: { sku: S(each.sku), size: S(each.size), price: N(each.price), stock: N(each.stock) }
    })),
    images: L(value.images, (each) => ({
      M: { url: S(each.url), alt: S(each.alt), width: N(each.width), height: N(each.height) }
    })),
    reviews: L(value.reviews, (each) => ({ M: { user: S(each.user), stars: N(each.stars), text: S(each.text) } })),
    labels: L(value.labels, S),
    tags: SS(value.tags),
    related: NS(value.related)
  }
  if (value.warranty !== undefined) item["warranty"] = S(value.warranty)
  if (value.discontinued !== undefined) item["discontinued"] = BOOL(value.discontinued)
  return item
}

const codec = <T>(encode: (value: T) => Item, decode: (item: Item) => T): Codec<T> => ({
  encode,
  decode,
  decodeAll: (items) => {
    const out: Array<T> = []
    for (let i = 0; i < items.length; i++) out.push(decode(items[i]!))
    return out
  }
})

export const codecs: { readonly [S in Shape]: Codec<Shapes[S]> } = {
  order: codec(encodeOrder, decodeOrder),
  product: codec(encodeProduct, decodeProduct)
}

const keyItem = ({ pk, sk }: { readonly pk: string; readonly sk: string }): Item => ({ pk: { S: pk }, sk: { S: sk } })

const itemOf = <S extends Shape>(shape: S, value: Shapes[S]): Item => {
  const item = codecs[shape].encode(value)
  const { pk, sk } = keyOf[shape](value)
  item["pk"] = { S: pk }
  item["sk"] = { S: sk }
  return item
}

const stored = <S extends Shape>(shape: S): Stored<Shapes[S]> => ({
  encode: (value) => itemOf(shape, value),
  decode: codecs[shape].decode
})

const connect = async ({ endpoint, stub, table: TableName }: Connection) => {
  const pool = new Pool(endpoint, { connections: 128 })
  const sign = signer(new URL(endpoint).host)
  const send = async <A>(operation: string, input: object): Promise<A> => {
    const body = JSON.stringify(input)
    const headers = sign(operation, body)
    if (stub !== undefined) return JSON.parse(Buffer.from(stub(operation).body).toString()) as A
    const answer = await pool.request({ path: "/", method: "POST", headers, body })
    if (answer.statusCode !== 200) throw new Error(`${answer.statusCode}: ${await answer.body.text()}`)
    return JSON.parse(await answer.body.text()) as A
  }
  interface Page {
    readonly Items: ReadonlyArray<Item>
    readonly LastEvaluatedKey?: Item
  }
  const get = async <S extends Shape>(shape: S, value: Shapes[S]) => {
    const { Item } = await send<{ readonly Item?: Item }>("GetItem", { TableName, Key: keyItem(keyOf[shape](value)) })
    return Item === undefined ? undefined : codecs[shape].decode(Item)
  }
  const put = <S extends Shape>(shape: S, value: Shapes[S]) =>
    send("PutItem", { TableName, Item: itemOf(shape, value) })
  const query = async (shape: Shape, partition: string) => {
    const { Items } = await send<Page>("Query", {
      TableName,
      KeyConditionExpression: "pk = :pk AND begins_with(sk, :sk)",
      ExpressionAttributeValues: { ":pk": { S: partitionOf[shape] + partition }, ":sk": { S: sortOf[shape] } }
    })
    return codecs[shape].decodeAll(Items)
  }
  const segment = async (Segment: number, TotalSegments: number, each: (page: ReadonlyArray<unknown>) => void) => {
    let ExclusiveStartKey: Item | undefined
    do {
      const segments = TotalSegments > 1 ? { Segment, TotalSegments } : undefined
      const page: Page = await send<Page>("Scan", { TableName, ...segments, ExclusiveStartKey })
      each(codecs.order.decodeAll(page.Items))
      ExclusiveStartKey = page.LastEvaluatedKey
    } while (ExclusiveStartKey !== undefined)
  }
  return {
    get: { order: (value: Order) => get("order", value), product: (value: Product) => get("product", value) },
    put: { order: (value: Order) => put("order", value), product: (value: Product) => put("product", value) },
    query: {
      order: (partition: string) => query("order", partition),
      product: (partition: string) => query("product", partition)
    },
    scan: async (segments: number, each: (page: ReadonlyArray<unknown>) => void) => {
      await Promise.all(Array.from({ length: segments }, (_, i) => segment(i, segments, each)))
    },
    close: () => pool.destroy()
  }
}

export const adapter: Adapter = {
  name: "by hand",
  markers: { order: {}, product: {} },
  codec: codecs,
  stored: { order: stored("order"), product: stored("product") },
  plan: ({ customerId, least, limit, prefix, status }) => ({
    TableName: "bench",
    ...queryExpressions,
    ExpressionAttributeValues: {
      ":pk": S(`CUSTOMER#${customerId}`),
      ":sk": S(`ORDER#${prefix}`),
      ":status": STATUS(status),
      ":total": N(least)
    },
    Limit: limit
  }),
  connect
}
