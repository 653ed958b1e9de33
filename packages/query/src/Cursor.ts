/**
 * Where a read stopped, and where it goes on.
 *
 * A cursor belongs to the read that gave it: its entity, table, index and key condition,
 * and of a scan its segment. Handed to another one, that fails with `CursorError`. As
 * text it can leave the program, and come back.
 *
 * @module
 * @since 0.1.0
 */
import type { Item } from "@effect-dynamo/core/Attribute"
import { CursorError } from "@effect-dynamo/core/DynamoError"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as keys from "./internal/cursorKeys.ts"
import * as text from "./internal/cursorText.ts"

const TypeId = "~@effect-dynamo/query/Cursor"

/**
 * The place after one item in the order of a read.
 *
 * It holds that item's keys: treat it as what it points at.
 *
 * @category models
 * @since 0.1.0
 */
export interface Cursor {
  readonly [TypeId]: typeof TypeId
  /** @internal */
  readonly origin: text.Origin
  /** @internal */
  readonly key: Item
}

/**
 * Whether a value is a cursor.
 *
 * @category guards
 * @since 0.1.0
 */
export const isCursor = (u: unknown): u is Cursor => Predicate.hasProperty(u, TypeId)

/** Its keys are private to the language: no log, inspector or formatter shows them. */
class Place implements Cursor {
  readonly [TypeId]: typeof TypeId = TypeId
  readonly #origin: text.Origin
  readonly #key: Item
  constructor(origin: text.Origin, key: Item) {
    this.#origin = origin
    this.#key = key
  }
  get origin(): text.Origin {
    return this.#origin
  }
  get key(): Item {
    return this.#key
  }
  toJSON(): unknown {
    return { _id: "Cursor" }
  }
}

/** A cursor of the read with this identity. @internal */
export const make = (identity: () => string, key: Item): Cursor => new Place({ _tag: "Read", identity }, key)

/** Whether a cursor is of the read with this identity. @internal */
export const isOf = (cursor: Cursor, identity: () => string): Effect.Effect<boolean> =>
  isCursor(cursor) ? text.isOf(cursor.origin, identity, () => placeOf(cursor.key)) : Effect.succeed(false)

const PlaceText = /*#__PURE__*/ Schema.fromJsonString(keys.Key)

const placeOf = (key: Item): string => JSON.stringify(keys.toText(key))

/**
 * A cursor as text, for a URL or a client that pages: only letters, digits, `-` and `_`.
 *
 * **Details**
 *
 * The text holds the keys of the item that it stands after, exactly, and whoever has it can read them. What
 * was read (table, index and key condition) is in it as a digest only. Provide {@link layerSigned} where
 * texts come back from people who must not make their own.
 *
 * **Example** (A page for each request of a client)
 *
 * ```ts
 * import { Effect, Option, Schema } from "effect"
 * import { Cursor, Entity, Query, Table } from "effect-dynamo"
 *
 * class User extends Entity.Class<User>("User")({
 *   id: Schema.String,
 *   email: Schema.String
 * }, { table: Table.make("users"), partitionKey: ["id"], sortKey: ["email"] }) {}
 *
 * const page = Effect.fn("page")(function*(after: string | undefined) {
 *   const query = Query.from(User).pk("user-123").limit(20)
 *   const { cursor, items } = after === undefined
 *     ? yield* query.page()
 *     : yield* query.page({ after: yield* Cursor.decode(after) })
 *   return { items, next: Option.isNone(cursor) ? null : yield* Cursor.encode(cursor.value) }
 * })
 * Effect.isEffect(page(undefined)) // => true
 * ```
 *
 * @category encoding
 * @since 0.1.0
 */
export const encode = (cursor: Cursor): Effect.Effect<string> => text.encode("c", cursor.origin, placeOf(cursor.key))

/**
 * The cursor that a text is. Fails with `CursorError` where it is malformed, of another version or, with
 * {@link layerSigned}, not signed with the secret. Whether it is of the read that it is handed to is seen there,
 * and so is damage to an unsigned text.
 *
 * @category decoding
 * @since 0.1.0
 */
export const decode = (encoded: string): Effect.Effect<Cursor, CursorError> =>
  Effect.flatMap(text.decode("c", encoded, "Cursor.decode"), ({ origin, place }) =>
    Option.match(Option.flatMap(Schema.decodeUnknownOption(PlaceText)(place), keys.fromText), {
      onNone: () =>
        Effect.fail(
          new CursorError({ message: "This text is no cursor: it holds no key", operation: "Cursor.decode" })
        ),
      onSome: (key) => Effect.succeed(new Place(origin, key))
    })
  )

/**
 * Signs the texts of cursors and of checkpoints, with HMAC-SHA256: a text that is unsigned, changed, or made
 * with another secret is a `CursorError`.
 *
 * The secret should be random and have 32 bytes or more. It must be the same in all programs that exchange
 * texts; a new one makes all texts before it invalid.
 *
 * **Example** (Texts of one's own only)
 *
 * ```ts
 * import { Effect, Redacted } from "effect"
 * import { Cursor } from "effect-dynamo"
 *
 * const forged = Cursor.decode("c1uAAAAAAAAAAAAAAAAAAAAAFtdXQ").pipe(
 *   Effect.catchTag("CursorError", (error) => Effect.succeed(error.message)),
 *   Effect.provide(Cursor.layerSigned(Redacted.make("a secret of many bytes, from your configuration")))
 * )
 * await Effect.runPromise(forged) // => "The cursor is not signed"
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layerSigned = (secret: string | Redacted.Redacted<string>): Layer.Layer<never> => {
  const value = Redacted.isRedacted(secret) ? Redacted.value(secret) : secret
  if (value === "") throw new RangeError("Cursor.layerSigned takes a secret that is not empty")
  return Layer.effect(text.CurrentSignature, text.signature(value))
}
