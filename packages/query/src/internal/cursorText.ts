/**
 * Places of reads as text: URL-safe, versioned, bound to their read, signed where there
 * is a secret.
 *
 * A text is a kind, a version and whether it is signed (`c1u`), and then in Base64Url
 *
 * - 16 bytes of the SHA-256 of the read's identity and the place: the identity itself
 *   holds key values and is long
 * - the place, as JSON
 * - where it is signed, the HMAC-SHA256 of all that
 *
 * Web Crypto does it, which every runtime has.
 */
import { CursorError } from "@effect-dynamo/core/DynamoError"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Base64Url from "effect/encoding/Base64Url"
import * as Result from "effect/Result"

/** Signs and verifies. */
export interface Signature {
  readonly sign: (bytes: Uint8Array<ArrayBuffer>) => Effect.Effect<Uint8Array>
  readonly verify: (signature: Uint8Array<ArrayBuffer>, bytes: Uint8Array<ArrayBuffer>) => Effect.Effect<boolean>
}

/** What signs the texts; none unless a layer says so. */
export const CurrentSignature: Context.Reference<Signature | undefined> = /*#__PURE__*/ Context.Reference<
  Signature | undefined
>("@effect-dynamo/query/Cursor/CurrentSignature", { defaultValue: () => undefined })

const hmac = { name: "HMAC", hash: "SHA-256" }

/** HMAC-SHA256 with a secret. Web Crypto compares in constant time. */
export const signature = (secret: string): Effect.Effect<Signature> =>
  Effect.map(
    Effect.promise(() => crypto.subtle.importKey("raw", utf8(secret), hmac, false, ["sign", "verify"])),
    (key): Signature => ({
      sign: (bytes) =>
        Effect.map(
          Effect.promise(() => crypto.subtle.sign(hmac, key, bytes)),
          (mac) => new Uint8Array(mac)
        ),
      verify: (mac, bytes) => Effect.promise(() => crypto.subtle.verify(hmac, key, mac, bytes))
    })
  )

/** Whose a place is: a read's of this program, or one whose digest a text held. */
export type Origin =
  | { readonly _tag: "Read"; readonly identity: () => string }
  | { readonly _tag: "Text"; readonly digest: string }

/** Whether a place, as its JSON, is of the read with this identity. */
export const isOf = (origin: Origin, identity: () => string, place: () => string): Effect.Effect<boolean> =>
  origin._tag === "Read"
    ? Effect.succeed(origin.identity() === identity())
    : Effect.map(digestOf(identity(), place()), (digest) => digest === origin.digest)

const digestOf = (identity: string, place: string): Effect.Effect<string> =>
  Effect.map(
    // JSON holds no bare control character: the parts cannot be taken for others.
    Effect.promise(() => crypto.subtle.digest("SHA-256", utf8(`${identity}\0${place}`))),
    (digest) => Base64Url.encode(new Uint8Array(digest, 0, digestBytes))
  )

const version = "1"
const digestBytes = 16
const macBytes = 32

/** What a text is of: a cursor, or a checkpoint. */
export type Kind = "c" | "k"

/** A place as text. */
export const encode = (kind: Kind, origin: Origin, place: string): Effect.Effect<string> =>
  Effect.gen(function* () {
    const digest = origin._tag === "Text" ? origin.digest : yield* digestOf(origin.identity(), place)
    const body = concat(bytesOf(digest), utf8(place))
    const signature = yield* CurrentSignature
    if (signature === undefined) return `${kind}${version}u${Base64Url.encode(body)}`
    const head = `${kind}${version}s`
    return head + Base64Url.encode(concat(body, yield* signature.sign(concat(utf8(head), body))))
  })

/** What a text holds: a digest and a place, as its JSON. Any other text than the one that was made is refused. */
export const decode = (
  kind: Kind,
  text: string,
  operation: string
): Effect.Effect<{ readonly origin: Origin; readonly place: string }, CursorError> =>
  Effect.gen(function* () {
    const refuse = (message: string) => Effect.fail(new CursorError({ message, operation }))
    const parts = /^([ck])(\d)([us])([\w-]+)$/.exec(text)
    const bytes = parts === null ? undefined : bytesOf(parts[4]!)
    // Of the texts with the same bytes only one is Base64Url as it is written here.
    if (parts === null || bytes === undefined || Base64Url.encode(bytes) !== parts[4]) {
      return yield* refuse("This text is no cursor: it is damaged, or something else")
    }
    if (parts[1] !== kind) return yield* refuse("This text is of the other kind: a checkpoint is no cursor")
    if (parts[2] !== version) return yield* refuse("This cursor was made by another version of effect-dynamo")
    const signature = yield* CurrentSignature
    const signed = parts[3] === "s"
    if (signed !== (signature !== undefined)) {
      return yield* refuse(
        signed ? "The cursor is signed, and there is no secret to verify it with" : "The cursor is not signed"
      )
    }
    const end = bytes.length - (signed ? macBytes : 0)
    if (end <= digestBytes) return yield* refuse("This text is no cursor: it is too short")
    const body = bytes.slice(0, end)
    if (signature !== undefined) {
      const mac = bytes.slice(end)
      if (!(yield* signature.verify(mac, concat(utf8(text.slice(0, 3)), body)))) {
        return yield* refuse("The cursor's signature is not of this secret: the text was changed")
      }
    }
    return {
      origin: { _tag: "Text" as const, digest: Base64Url.encode(body.slice(0, digestBytes)) },
      place: new TextDecoder().decode(body.subarray(digestBytes))
    }
  })

const encoder = /*#__PURE__*/ new TextEncoder()

const utf8 = (text: string): Uint8Array<ArrayBuffer> => encoder.encode(text)

const bytesOf = (text: string): Uint8Array<ArrayBuffer> | undefined => {
  const bytes = Base64Url.decode(text)
  // Web Crypto takes bytes of their own memory, which a copy has.
  return Result.isSuccess(bytes) ? new Uint8Array(bytes.success) : undefined
}

const concat = (...parts: ReadonlyArray<Uint8Array | undefined>): Uint8Array<ArrayBuffer> => {
  const all = new Uint8Array(parts.reduce((length, part) => length + (part?.length ?? 0), 0))
  let at = 0
  for (const part of parts) {
    if (part === undefined) continue
    all.set(part, at)
    at += part.length
  }
  return all
}
