import * as Zlib from "node:zlib"
import type { OperationName } from "./operations.ts"
import type { TransportFailure } from "./transport.ts"

// What of an answer is looked at before anything that it says is believed, by either client.

/** Those that answer with nothing at all: with an empty body, or an engine's idea of one. */
export const withoutOutput: ReadonlySet<OperationName> = new Set(["TagResource", "UntagResource"])

/** The checksum that DynamoDB sends is of the bytes as sent: where something in between unpacked them, it tells nothing. */
export const isDamaged = (header: (name: string) => string | undefined, body: Uint8Array): boolean => {
  const expected = header("x-amz-crc32")
  if (expected === undefined || header("content-encoding") !== undefined) return false
  return Zlib.crc32(body) !== Number(expected)
}

export const damaged = (requestId: string | undefined): TransportFailure => ({
  origin: "network",
  code: "ChecksumMismatch",
  message: "The answer was damaged on its way.",
  sent: true,
  requestId,
  cause: undefined
})

/** An answer of success that is no answer. What it is instead is not told: it may hold values of items. */
export const unreadable = (status: number, requestId: string | undefined): TransportFailure => ({
  origin: "response",
  code: "UnreadableAnswer",
  message: "It is not a JSON object.",
  sent: true,
  status,
  requestId,
  cause: undefined
})
