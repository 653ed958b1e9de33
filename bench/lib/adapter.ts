/** What a library is asked to do. A library that does not offer a part leaves it out, and is left out there. */
import type { Item, Order, Product, Shape, Shapes } from "./data.ts"

/** Values as attribute values, and back: no keys. */
export interface Codec<T> {
  readonly encode: (value: T) => Item
  readonly decode: (item: Item) => unknown
  readonly decodeAll: (items: ReadonlyArray<Item>) => ReadonlyArray<unknown>
}

/** Values as stored items, with keys and markers, and back. */
export interface Stored<T> {
  readonly encode: (value: T) => unknown
  readonly decode: (item: Item) => unknown
}

/** Where requests go. */
export interface Connection {
  readonly endpoint: string
  readonly table: string
  /** Answers in place of the network: for the cost of a call without a socket. */
  readonly stub: ((operation: string) => Answer) | undefined
}

export interface Answer {
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

/** Whole calls. */
export interface Calls {
  readonly get: { readonly [S in Shape]: (value: Shapes[S]) => Promise<unknown> }
  readonly put: { readonly [S in Shape]: (value: Shapes[S]) => Promise<unknown> }
  /** One page of a partition. */
  readonly query: { readonly [S in Shape]: (partition: string) => Promise<ReadonlyArray<unknown>> }
  /** All orders of the table, by segments read at the same time, a page at a time. */
  readonly scan?: ((segments: number, each: (page: ReadonlyArray<unknown>) => void) => Promise<void>) | undefined
  /** The same in one segment, an item at a time. */
  readonly scanItems?: ((each: (item: unknown) => void) => Promise<void>) | undefined
  readonly close: () => Promise<void> | void
}

/** What the `plan` suite asks a query for: a partition, a prefix of the sort key, a filter, a projection, a limit. */
export interface Wanted {
  readonly customerId: string
  readonly prefix: string
  readonly status: Order["status"]
  readonly least: number
  readonly limit: number
}

export interface Adapter {
  /** As it stands in tables. */
  readonly name: string
  /** What the library itself adds to an item, by which it knows it again. */
  readonly markers: { readonly [S in Shape]: Item }
  readonly codec?: { readonly [S in Shape]: Codec<Shapes[S]> } | undefined
  readonly stored?: { readonly [S in Shape]: Stored<Shapes[S]> } | undefined
  /** Builds the request of a query, and sends nothing. */
  readonly plan?: ((wanted: Wanted) => unknown) | undefined
  readonly connect?: ((connection: Connection) => Promise<Calls | undefined>) | undefined
  /** Declares so many entities like `Product`, and writes and reads one item of each. */
  readonly define?: ((count: number, sample: Product) => void) | undefined
}

/** A library, or `undefined` where it is not there (yet). */
export type Load = () => Promise<Adapter | undefined>

export const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" }

export const region = "us-east-1"
