/** Bytes as text: base64, as DynamoDB JSON has them. */

export const base64 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64")

const valid = /^[A-Za-z0-9+/]*={0,2}$/

/** The bytes; `undefined` where the text is no base64. */
export const fromBase64 = (text: string): Uint8Array | undefined => {
  if (text.length % 4 !== 0 || !valid.test(text)) return undefined
  // A copy of its own, since small buffers share their memory.
  return new Uint8Array(Buffer.from(text, "base64"))
}
