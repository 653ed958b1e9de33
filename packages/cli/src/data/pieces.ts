/** What goes into a table: items, what cannot be one, and marks of how far the source has been read. */
import type { Item } from "@effect-dynamo/client/DynamoClient"
import * as RawBatch from "@effect-dynamo/client/RawBatch"
import { toDynamoText } from "../items/dynamoJson.ts"
import { keyOf, refusalOf, type TableShape } from "./tableShape.ts"

/** An item to write. */
export interface Entry {
  readonly _tag: "Entry"
  /** Where it was read, if from a file. */
  readonly line: number | undefined
  readonly item: Item
  readonly table: string
  readonly key: Item
  /** The same for entries of the same key. */
  readonly identity: string
  /** The entry that this one has taken the place of, since both would have been written at the same time. */
  readonly before: Entry | undefined
}

/** What cannot be written, and why: an item, or what should have been one. */
export interface Failed {
  readonly _tag: "Failed"
  readonly line: number | undefined
  readonly error: string
  readonly what: { readonly item: Item } | { readonly text: string }
}

/** What came before it has been read from the source. */
export interface Mark<out M> {
  readonly _tag: "Mark"
  readonly at: M
}

export type Piece<M> = Entry | Failed | Mark<M>

/** An item for a table, or why it is none. */
export const entryOf = (shape: TableShape, item: Item, line?: number): Entry | Failed => {
  const refusal = refusalOf(shape, item)
  if (refusal !== undefined) return { _tag: "Failed", line, error: refusal, what: { item } }
  const table = shape.identity.name
  const key = keyOf(shape, item)
  return { _tag: "Entry", line, item, table, key, identity: RawBatch.identity(table, key), before: undefined }
}

/** An entry that could not be written, and those it took the place of, which have not been either: the first read first. */
export const failedOf = (entry: Entry, error: string): ReadonlyArray<Failed> => {
  const all: Array<Failed> = [{ _tag: "Failed", line: entry.line, error, what: { item: entry.item } }]
  const replaced = `It has the same key as ${entry.line === undefined ? "an item" : `line ${entry.line}`}, which could not be written`
  for (let before = entry.before; before !== undefined; before = before.before) {
    all.unshift({ _tag: "Failed", line: before.line, error: replaced, what: { item: before.item } })
  }
  return all
}

/** A line of the file of failures, which `import` reads as it reads any. */
export const failedText = ({ error, line, what }: Failed): string =>
  `{${line === undefined ? "" : `"Line":${line},`}"Error":${JSON.stringify(error)},` +
  ("item" in what ? `"Item":${toDynamoText(what.item)}}\n` : `"Text":${JSON.stringify(what.text)}}\n`)
