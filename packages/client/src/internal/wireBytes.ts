/**
 * How large values are in a request, which is JSON.
 */
import type { AttributeValue } from "@aws-sdk/client-dynamodb"
import type { Item } from "./operations.ts"

/** The bytes of an item's JSON, or a little more. */
export const itemBytes = (item: Item): number => {
  let bytes = 2
  for (const name of Object.keys(item)) bytes += textBytes(name) + 2 + valueBytes(item[name]!)
  return bytes
}

/** `{"S":}` and its like, which are at most this long. */
const wrapping = 9

const valueBytes = (value: AttributeValue): number => {
  if (value.S !== undefined) return wrapping + textBytes(value.S)
  if (value.N !== undefined) return wrapping + textBytes(value.N)
  if (value.B !== undefined) return wrapping + base64Bytes(value.B)
  if (value.M !== undefined) return wrapping + itemBytes(value.M)
  if (value.L !== undefined) return wrapping + sum(value.L, valueBytes)
  if (value.SS !== undefined) return wrapping + sum(value.SS, textBytes)
  if (value.NS !== undefined) return wrapping + sum(value.NS, textBytes)
  if (value.BS !== undefined) return wrapping + sum(value.BS, base64Bytes)
  // NULL and BOOL
  return wrapping + 5
}

const sum = <A>(values: ReadonlyArray<A>, bytesOf: (value: A) => number): number => {
  let bytes = 2
  for (const value of values) bytes += bytesOf(value) + 1
  return bytes
}

const base64Bytes = (bytes: Uint8Array): number => 2 + Math.ceil(bytes.length / 3) * 4

/** UTF-8, with what JSON escapes. */
const textBytes = (text: string): number => {
  let bytes = 2
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code < 0x20) bytes += 6
    else if (code === 0x22 || code === 0x5c) bytes += 2
    else if (code < 0x80) bytes += 1
    // Half of a surrogate pair is at most three bytes, a whole one four.
    else bytes += code < 0x800 ? 2 : 3
  }
  return bytes
}
