import { type DynamoError, Entity, Index, Key, Table } from "@effect-dynamo/core"
import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, Effect, Option, Redacted, Schema } from "effect"
import { Base64Url } from "effect/encoding"
import { inspect } from "node:util"
import { engines } from "../../testing/test-support/engines.ts"
import { Cursor, Put, Query, Scan } from "../src/main.ts"
import { answering } from "./support/client.ts"
import { withTables } from "./support/tables.ts"

const Things = Table.make("things", {
  partitionKey: { name: "p", type: "B" },
  sortKey: { name: "n", type: "N" },
  indexes: { byName: Index.global({ partitionKey: "group", sortKey: "name" }) }
})

/** A key of each type that a key can have. */
const Thing = Entity.make("Thing", {
  schema: Schema.Struct({
    p: Schema.Uint8Array,
    n: Schema.BigDecimal,
    group: Schema.String,
    name: Schema.String
  }),
  table: Things,
  partitionKey: Key.attribute("p"),
  sortKey: Key.attribute("n")
})

const secret = Redacted.make("a secret of thirty-two bytes, or so")
const signed = Cursor.layerSigned(secret)

type Value = { readonly S: string } | { readonly N: string } | { readonly B: Uint8Array }

/** The cursor of a query whose page ends with this key, and what a query that goes on after a cursor sends. */
const cursorOf = (key: Readonly<Record<string, Value>>) =>
  Query.from(Thing)
    .index("byName")
    .pk("g")
    .page()
    .pipe(
      Effect.map(({ cursor }) => Option.getOrThrow(cursor)),
      Effect.provide(answering(() => Effect.succeed({ Items: [], ScannedCount: 0, LastEvaluatedKey: key })))
    )

const startAfter = (after: Cursor.Cursor) => {
  let start: unknown
  return Query.from(Thing)
    .index("byName")
    .pk("g")
    .page({ after })
    .pipe(
      Effect.provide(
        answering((_, input) =>
          Effect.sync(() => {
            start = input["ExclusiveStartKey"]
            return { Items: [], ScannedCount: 0 }
          })
        )
      ),
      Effect.map(() => start)
    )
}

const errorOf = <A, R>(effect: Effect.Effect<A, DynamoError.DynamoError, R>) =>
  Effect.map(Effect.flip(effect), (error) => {
    assert.strictEqual(error._tag, "CursorError")
    return error
  })

const texts = ["plain", "", "snow ☃ and 💥", "\u0000\u001f", "\ufeffbom", '"quoted\\"', "a#b", "e\u0301", "__proto__"]
const numbers = ["0", "-1", "12345678901234567890123456789012345678", "1E-130", "9.99E+125", "-0.000001"]

/** Text that DynamoDB can hold. */
const wellFormed = Arbitrary.filter(Arbitrary.schema(Schema.String), (text) =>
  (text as unknown as { isWellFormed(): boolean }).isWellFormed()
)

describe("a cursor as text", () => {
  it.effect("holds every key exactly, and is URL-safe", () =>
    Effect.gen(function* () {
      for (const name of texts) {
        for (const n of numbers) {
          const key = {
            p: { B: new Uint8Array([0, 255, 61, n.length]) },
            n: { N: n },
            group: { S: name },
            name: { S: name }
          }
          for (const run of [Effect.provide(signed), <A, E>(effect: Effect.Effect<A, E>) => effect]) {
            const text = yield* run(Effect.flatMap(cursorOf(key), Cursor.encode))
            assert.match(text, /^[A-Za-z0-9_-]+$/)
            const after = yield* run(Cursor.decode(text))
            assert.isTrue(Cursor.isCursor(after))
            assert.deepStrictEqual(yield* startAfter(after), key)
            // The same cursor is the same text, wherever it came from.
            assert.strictEqual(yield* run(Cursor.encode(after)), text)
          }
        }
      }
    })
  )

  it.effect.prop(
    "of any key comes back as it is",
    {
      text: wellFormed,
      bytes: Arbitrary.schema(Schema.Uint8Array),
      n: Arbitrary.schema(Schema.BigInt),
      secret: wellFormed
    },
    ({ bytes, n, secret, text }) =>
      Effect.gen(function* () {
        const key = { p: { B: bytes }, n: { N: String(n) }, group: { S: "g" }, name: { S: text } }
        const layer = Cursor.layerSigned(`${secret}!`)
        const encoded = yield* Effect.flatMap(cursorOf(key), Cursor.encode).pipe(Effect.provide(layer))
        const decoded = yield* Cursor.decode(encoded).pipe(Effect.provide(layer))
        assert.deepStrictEqual(yield* startAfter(decoded), key)
        yield* errorOf(Cursor.decode(encoded).pipe(Effect.provide(Cursor.layerSigned(`${secret}?`))))
      }),
    { arbitrary: { runs: 100, seed: 11 } }
  )

  const key = { p: { B: new Uint8Array([1, 2, 3]) }, n: { N: "42" }, group: { S: "g" }, name: { S: "secret name" } }

  it.effect("is short, says nothing of what is queried, and shows nothing when it is printed", () =>
    Effect.gen(function* () {
      const cursor = yield* cursorOf(key)
      const text = yield* Cursor.encode(cursor)
      assert.isBelow(text.length, 150)
      const decoded = yield* Cursor.decode(text)
      const body = new TextDecoder().decode(
        Base64Url.decode(text.slice(3)).pipe((result) => (result._tag === "Success" ? result.success : undefined))
      )
      assert.notInclude(body, "things")
      for (const one of [cursor, decoded]) {
        const shown = [JSON.stringify(one), inspect(one, { showHidden: true }), String(Option.some(one))]
        for (const text of shown) assert.notInclude(text, "secret name")
      }
    })
  )

  it.effect("signed: any other text is refused", () =>
    Effect.gen(function* () {
      const text = yield* Effect.provide(Effect.flatMap(cursorOf(key), Cursor.encode), signed)
      const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
      const refused = (changed: string) => Effect.provide(errorOf(Cursor.decode(changed)), signed)
      for (let i = 0; i < text.length; i++) {
        const at = alphabet.indexOf(text[i]!)
        for (const step of [1, 2, 17, 32]) {
          yield* refused(text.slice(0, i) + alphabet[(at + step) % 64]! + text.slice(i + 1))
        }
        yield* refused(text.slice(0, i))
        yield* refused(text.slice(0, i) + text.slice(i + 1))
        yield* refused(`${text.slice(0, i)}A${text.slice(i)}`)
      }
      for (const other of [`${text}=`, `${text}A`, ` ${text}`, `${text}\n`, text + text, "", "c1s", "c1u"])
        yield* refused(other)
      yield* Effect.provide(Cursor.decode(text), signed)
      // The last letter may hold bits that are of no byte.
      for (const name of ["a", "ab", "abc"]) {
        const text = yield* Effect.provide(
          Effect.flatMap(cursorOf({ ...key, name: { S: name } }), Cursor.encode),
          signed
        )
        for (const last of alphabet) if (!text.endsWith(last)) yield* refused(text.slice(0, -1) + last)
      }
    })
  )

  it.effect("signed and unsigned do not pass for each other", () =>
    Effect.gen(function* () {
      const cursor = yield* cursorOf(key)
      const unsignedText = yield* Cursor.encode(cursor)
      const signedText = yield* Effect.provide(Cursor.encode(cursor), signed)
      yield* Effect.provide(errorOf(Cursor.decode(unsignedText)), signed)
      yield* errorOf(Cursor.decode(signedText))
      yield* Effect.provide(errorOf(Cursor.decode(`c1s${unsignedText.slice(3)}`)), signed)
      yield* errorOf(Cursor.decode(`c1u${signedText.slice(3)}`))
      yield* Effect.provide(errorOf(Cursor.decode(signedText)), Cursor.layerSigned("another secret"))
      assert.throws(() => Cursor.layerSigned(""), RangeError)
    })
  )

  it.effect("unsigned: any other text is refused, where it is decoded or where it is used", () =>
    Effect.gen(function* () {
      const text = yield* Effect.flatMap(cursorOf(key), Cursor.encode)
      for (let i = 0; i < text.length; i++) {
        const changed = text.slice(0, i) + (text[i] === "A" ? "B" : "A") + text.slice(i + 1)
        yield* errorOf(Effect.flatMap(Cursor.decode(changed), startAfter))
      }
    })
  )

  it.effect("of another version, another kind, or nothing at all is refused, and says why without what it holds", () =>
    Effect.gen(function* () {
      const text = yield* Effect.flatMap(cursorOf(key), Cursor.encode)
      const { message } = yield* errorOf(Cursor.decode(`c2${text.slice(2)}`))
      assert.include(message, "version")
      const other = yield* errorOf(Scan.decodeCheckpoint(text))
      assert.deepInclude(other, { operation: "Scan.decodeCheckpoint" })
      for (const no of ["k", "hello", "c1u!", JSON.stringify(key), "💥", undefined as never, 7 as never]) {
        const error = yield* errorOf(Cursor.decode(no))
        assert.deepInclude(error, { operation: "Cursor.decode" })
      }
      // A text with no key, or with what is no key.
      for (const place of ["", "[]x", "{}", '[["a","S"]]', '[["a","X","b"]]', '[["a","B","!"]]', "null"]) {
        yield* errorOf(Cursor.decode(`c1u${Base64Url.encode("0123456789abcdef" + place)}`))
      }
    })
  )
})

const checkpointText = (place: string) => `k1u${Base64Url.encode("0123456789abcdef" + place)}`

describe("a checkpoint as text", () => {
  it.effect("is refused where its places make no sense", () =>
    Effect.gen(function* () {
      yield* Scan.decodeCheckpoint(checkpointText("[2,1,[[0,null]]]"))
      for (const place of [
        "[0,0,[]]",
        "[1000001,0,[]]",
        "[2,3,[]]",
        "[2,-1,[]]",
        "[2,1,[[1,null]]]",
        "[2,2,[[0,null],[0,null]]]",
        "[2,2,[[-1,null]]]",
        "[2,2,[[0.5,null]]]",
        '[2,2,[[0,[["a","B","!"]]]]]',
        "[2,2]",
        "{}",
        ""
      ]) {
        const error = yield* errorOf(Scan.decodeCheckpoint(checkpointText(place)))
        assert.deepInclude(error, { operation: "Scan.decodeCheckpoint" })
      }
    })
  )

  it.effect("is signed, too", () =>
    Effect.gen(function* () {
      yield* Effect.provide(errorOf(Scan.decodeCheckpoint(checkpointText("[2,1,[]]"))), signed)
      const checkpoint = yield* Scan.decodeCheckpoint(checkpointText("[2,1,[]]"))
      assert.strictEqual(JSON.stringify(checkpoint), '{"_id":"Checkpoint","isComplete":false}')
      assert.notInclude(inspect(checkpoint, { showHidden: true }) + String(Option.some(checkpoint)), "open")
      const text = yield* Effect.provide(Scan.encodeCheckpoint(checkpoint), signed)
      yield* Effect.provide(Scan.decodeCheckpoint(text), signed)
      // A cursor's signature is none of a checkpoint.
      yield* Effect.provide(errorOf(Cursor.decode(`c${text.slice(1)}`)), signed)
    })
  )
})

engines("cursors as text", (it) =>
  withTables(it, [Things], (it) => {
    const names = texts.filter((text) => text !== "")
    const things = names.flatMap((name, i) =>
      [0, 1].map((j) => ({ p: new Uint8Array([255, i]), n: `${i}.${j + 1}`, group: "g", name }))
    )

    it.effect("go on after keys of every type and any text", () =>
      Effect.gen(function* () {
        const decode = Schema.decodeUnknownSync(Schema.BigDecimalFromString)
        yield* Effect.forEach(things, ({ n, ...rest }) => Put.into(Thing, { ...rest, n: decode(n) }))
        const query = Query.from(Thing).index("byName").pk("g").limit(1)
        const whole = yield* Query.from(Thing).index("byName").pk("g")
        assert.strictEqual(whole.length, things.length)
        const found: Array<unknown> = []
        let text: string | undefined
        do {
          // Without a cursor it is the first page.
          const after: Cursor.Cursor | undefined = text === undefined ? undefined : yield* Cursor.decode(text)
          const { cursor, items } = yield* query.page({ after })
          found.push(...items)
          text = Option.isNone(cursor) ? undefined : yield* Cursor.encode(cursor.value)
        } while (text !== undefined)
        assert.deepStrictEqual(found, [...whole])
      }).pipe(Effect.provide(signed))
    )

    it.effect("are of their query alone", () =>
      Effect.gen(function* () {
        const { cursor } = yield* Query.from(Thing).index("byName").pk("g").limit(1).page()
        const after = yield* Effect.flatMap(Cursor.encode(Option.getOrThrow(cursor)), Cursor.decode)
        for (const other of [
          Query.from(Thing).index("byName").pk("h").page({ after }),
          Query.from(Thing).index("byName").pk("g").sk.gte("a").page({ after }),
          Query.from(Thing)
            .pk(new Uint8Array([255, 1]))
            .page({ after }),
          Scan.from(Thing).index("byName").page({ after })
        ]) {
          const error = yield* Effect.flip(
            Effect.asVoid(other as typeof other & Effect.Effect<unknown, DynamoError.DynamoError>)
          )
          assert.strictEqual(error._tag, "CursorError")
        }
      })
    )
  })
)
