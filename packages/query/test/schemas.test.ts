/** Values and items that do not fit, and schemas that need services or time. */
import { DynamoClient } from "@effect-dynamo/client"
import { Attribute, DynamoError, Entity, Table } from "@effect-dynamo/core"
import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, Cause, Context, Effect, Option, Redacted, Schema, SchemaGetter, Stream } from "effect"
import { inspect } from "node:util"
import { engines, onlyLocal } from "../../testing/test-support/engines.ts"
import { Delete, Get, Put, Query, Update } from "../src/main.ts"
import { answering } from "./support/client.ts"
import { withTables } from "./support/tables.ts"
import { Rng, schema as anySchema } from "../../core/test/codec/generate.ts"

const Vault = Table.make("vault", { partitionKey: "pk", sortKey: "sk" })

class Cipher extends Context.Service<Cipher, { readonly key: string }>()("Cipher") {}

/** Text that is stored with a key that only a service has, in its own time. */
const Sealed = Schema.String.pipe(
  Schema.decodeTo(Schema.String, {
    decode: SchemaGetter.transformEffect((text: string) =>
      Effect.map(Effect.delay(Cipher, "1 millis"), ({ key }) => text.slice(key.length))
    ),
    encode: SchemaGetter.transformEffect((text: string) =>
      Effect.map(Effect.delay(Cipher, "1 millis"), ({ key }) => key + text)
    )
  })
)

class Letter extends Entity.Class<Letter>("Letter")(
  { to: Schema.String, at: Schema.String, text: Sealed, seen: Entity.withDefault(Schema.Boolean, false) },
  { table: Vault, partitionKey: ["to"], sortKey: ["at"] }
) {
  get subject() {
    return this.text.split(" ")[0]
  }
}

engines("schemas with services", (it) =>
  withTables(it, [Vault], (it) => {
    it.effect("have them from the operation's context, in every operation", () =>
      Effect.gen(function* () {
        const key = { to: "ann", at: "1" }
        const letter = yield* Put.into(Letter, { ...key, text: "hello there" })
        assert.strictEqual(letter.text, "hello there")
        const client = yield* DynamoClient.DynamoClient
        const { Item } = yield* client.getItem({
          TableName: "vault",
          Key: { pk: { S: "to#ann#letter" }, sk: { S: "1" } }
        })
        assert.deepStrictEqual(Item?.["text"], { S: "key:hello there" })
        const found = yield* Get.from(Letter).key(key).orFail()
        assert.strictEqual(found.subject, "hello")
        const updated = yield* Update.in(Letter).key(key).set({ text: "good bye" })
        assert.strictEqual(updated.subject, "good")
        for (let i = 2; i < 20; i++) yield* Put.into(Letter, { to: "ann", at: String(i), text: `letter ${i}` })
        const all = yield* Query.from(Letter).pk("ann")
        assert.strictEqual(all.length, 19)
        for (const one of all) assert.instanceOf(one, Letter)
        assert.strictEqual((yield* Query.from(Letter).pk("ann").limit(3)).length, 3)
        assert.deepStrictEqual(yield* Stream.runCollect(Query.from(Letter).pk("ann").pageSize(4).stream()), all)
        const old = yield* Delete.from(Letter).key(key).returning("old")
        assert.strictEqual(Option.getOrThrow(old).text, "good bye")
      }).pipe(Effect.provideService(Cipher, { key: "key:" }))
    )
  })
)

const secret = "s3cr3t-value"

class Person extends Entity.Class<Person>("Person")(
  {
    id: Schema.String,
    at: Schema.String,
    age: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 150 }))),
    email: Schema.optionalKey(Schema.String.check(Schema.isPattern(/^\S+@\S+$/))),
    kind: Schema.optionalKey(Schema.Literals(["a", "b"])),
    password: Schema.optionalKey(Schema.Redacted(Schema.String)),
    tags: Schema.optionalKey(Attribute.StringSet),
    lines: Schema.optionalKey(Schema.Array(Schema.Struct({ sku: Schema.String, quantity: Schema.Int })))
  },
  { table: Vault, partitionKey: ["id"], sortKey: ["at"] }
) {}

/** All that someone may see of an error: message, JSON, logs, inspection, with its cause. */
const shown = (error: object): string =>
  [
    JSON.stringify(error),
    `${(error as Error).name} ${(error as Error).message}`,
    inspect(error, { depth: 20, showHidden: true }),
    Cause.pretty(Cause.fail(error))
  ].join("\n")

describe("errors never hold values", () => {
  const key = { id: secret, at: secret }
  const values: ReadonlyArray<readonly [string, object, ReadonlyArray<string | number>]> = [
    ["a number", { age: secret }, ["age"]],
    ["a text that a check refuses", { email: secret }, ["email"]],
    ["a literal", { kind: secret }, ["kind"]],
    ["a redacted one", { password: secret }, ["password"]],
    ["a set", { tags: new Set([secret, 1]) }, ["tags"]],
    [
      "one deep inside",
      {
        lines: [
          { sku: "x", quantity: 1 },
          { sku: "x", quantity: secret }
        ]
      },
      ["lines", 1, "quantity"]
    ]
  ]

  it.effect.each(values)("writing %s", ([, value, path]) =>
    Effect.gen(function* () {
      const put = yield* Effect.flip(Put.into(Person, { ...key, ...value } as never).toInput())
      const update = yield* Effect.flip(
        Update.in(Person)
          .key(key)
          .set(value as never)
          .toInput()
      )
      for (const error of [put, update]) {
        assert.instanceOf(error, DynamoError.EncodeError)
        assert.deepStrictEqual(error.path.slice(0, path.length), path)
        assert.deepInclude(error, { entity: "Person", table: "vault" })
        assert.notInclude(shown(error), secret)
      }
    })
  )

  const items: ReadonlyArray<readonly [string, object, ReadonlyArray<string | number>]> = [
    ["another type", { age: { S: secret } }, ["age"]],
    ["a text that a check refuses", { email: { S: secret } }, ["email"]],
    ["no literal", { kind: { S: secret } }, ["kind"]],
    ["a redacted number", { password: { N: "12345678" } }, ["password"]],
    [
      "one deep inside",
      { lines: { L: [{ M: { sku: { S: "x" }, quantity: { S: secret } } }] } },
      ["lines", 0, "quantity"]
    ]
  ]

  it.effect.each(items)("reading %s", ([, attributes, path]) =>
    Effect.gen(function* () {
      const client = answering(() =>
        Effect.succeed({
          Item: {
            pk: { S: `id#${secret}#person` },
            sk: { S: secret },
            id: { S: secret },
            at: { S: secret },
            ...attributes
          }
        })
      )
      const error = yield* Effect.flip(Effect.provide(Get.from(Person).key(key), client))
      assert.instanceOf(error, DynamoError.DecodeError)
      assert.deepStrictEqual(error.path, path)
      assert.deepStrictEqual(error.keyAttributes, ["pk", "sk"])
      assert.notInclude(shown(error), secret)
      assert.notInclude(shown(error), "12345678")
    })
  )

  it.effect("making keys", () =>
    Effect.gen(function* () {
      for (const bad of [
        { id: secret, at: "" },
        { id: secret, at: "\ud800" },
        { id: secret + "x".repeat(3000), at: "1" },
        { id: { nested: secret }, at: "1" },
        { id: secret }
      ]) {
        const error = yield* Effect.flip(
          Get.from(Person)
            .key(bad as never)
            .toInput()
        )
        assert.strictEqual(error._tag, "KeyError")
        assert.notInclude(shown(error), secret)
      }
      const range = yield* Effect.flip(Query.from(Person).pk(secret).sk.between(`${secret}2`, `${secret}1`).toInput())
      assert.notInclude(shown(range), secret)
    })
  )

  it.effect("an item that stood there shows redacted values as such", () =>
    Effect.gen(function* () {
      const person = yield* Effect.provide(
        Get.from(Person).key({ id: "1", at: "1" }).orFail(),
        answering(() =>
          Effect.succeed({
            Item: { pk: { S: "id#1#person" }, sk: { S: "1" }, id: { S: "1" }, at: { S: "1" }, password: { S: secret } }
          })
        )
      )
      assert.strictEqual(Redacted.value(person.password!), secret)
      assert.notInclude(shown(person), secret)
    })
  )
})

const Anything = Table.make("anything", { partitionKey: "pk", sortKey: null })

onlyLocal("what is written reads back", (it) =>
  withTables(it, [Anything], (it) => {
    it.effect(
      "values of generated schemas, through DynamoDB Local",
      () =>
        Effect.gen(function* () {
          let written = 0
          for (let seed = 1; seed <= 60; seed++) {
            const schema = Schema.Struct({
              key: Schema.String,
              value: anySchema(new Rng(seed), 3) as Schema.Top & Schema.Constraint
            })
            const Any = Entity.make("Any", {
              schema: schema as never as Schema.Struct<{
                readonly key: Schema.String
                readonly value: Schema.Codec<unknown>
              }>,
              table: Anything,
              partitionKey: ["key"]
            })
            const values = yield* Arbitrary.sampleEffect(Arbitrary.schema(Any.schema.fields.value), { count: 3, seed })
            for (const value of values) {
              const stored = yield* Effect.result(Put.into(Any, { key: "k", value }))
              if (stored._tag === "Failure") {
                // What DynamoDB cannot hold is said to be so. Of a name in a record only DynamoDB says it.
                const refused =
                  stored.failure._tag === "RequestRejected" && /Empty attribute name/.test(stored.failure.message)
                assert.isTrue(
                  stored.failure._tag === "EncodeError" || refused,
                  `seed ${seed}: ${stored.failure.message}`
                )
                continue
              }
              written++
              const found = yield* Get.from(Any).key({ key: "k" }).orFail()
              assert.isTrue(
                same(Schema.toEquivalence(Any.schema), found, stored.success),
                `seed ${seed}: ${inspect([value, found], { depth: 9 })}`
              )
            }
          }
          assert.isAbove(written, 100)
        }),
      { timeout: 60_000 }
    )
  })
)

/** DynamoDB has no negative zero. */
const same = (equivalence: (a: never, b: never) => boolean, a: unknown, b: unknown): boolean =>
  equivalence(a as never, b as never) ||
  [a, b].map((value) => inspect(value, { depth: 20 }).replaceAll("-0", "0")).every((text, _, [first]) => text === first)
