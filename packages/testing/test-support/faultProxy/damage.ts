import { crc32 } from "node:zlib"
import type { Answer } from "./answers.ts"
import type { Damage } from "./script.ts"

/** What concerns the connection with the engine, or is said anew. */
const dropped = ["transfer-encoding", "content-length", "connection", "keep-alive", "x-amz-crc32"]

/** The answer as it is sent: damaged if asked for, and with the checksum that AWS sends and DynamoDB Local does not. */
export const finished = ({ body, headers, status }: Answer, damage: Damage | undefined): Answer => {
  const kept = Object.fromEntries(Object.entries(headers).filter(([name]) => !dropped.includes(name)))
  const { checksum, sent, type } = damaged(body, damage)
  return {
    status,
    headers: {
      ...kept,
      ...(type === undefined ? undefined : { "content-type": type }),
      ...(checksum === undefined ? undefined : { "x-amz-crc32": String(checksum) }),
      "content-length": String(sent.length)
    },
    body: sent
  }
}

interface Damaged {
  readonly sent: Buffer
  readonly checksum: number | undefined
  readonly type?: string
}

const damaged = (body: Buffer, damage: Damage | undefined): Damaged => {
  switch (damage) {
    case "crc":
      return { sent: body, checksum: (crc32(body) + 1) >>> 0 }
    case "corrupt":
      return { sent: flipped(body), checksum: crc32(body) }
    case "no-crc":
      return { sent: body, checksum: undefined }
    case "malformed":
      return checked(Buffer.concat([body.subarray(0, Math.max(1, body.length - 2)), Buffer.from(",,}")]))
    case "truncated":
      return checked(body.subarray(0, Math.floor(body.length / 2)))
    case "empty":
      return checked(Buffer.alloc(0))
    case "html":
      return { ...checked(Buffer.from("<html>captive portal</html>")), type: "text/html" }
    case "null":
      return checked(Buffer.from("null"))
    case "unknown-fields":
      return checked(Buffer.from(JSON.stringify({ ...JSON.parse(body.toString()), BrandNew: { X: [1] } })))
    case undefined:
      return checked(body)
  }
}

const checked = (sent: Buffer): Damaged => ({ sent, checksum: crc32(sent) })

/** With one bit of the first string value flipped. */
const flipped = (body: Buffer): Buffer => {
  const copy = Buffer.from(body)
  const at = copy.indexOf('"S":"') + 5
  const byte = copy[at]
  if (at >= 5 && byte !== undefined) copy[at] = byte ^ 1
  return copy
}
