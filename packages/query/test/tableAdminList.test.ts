import { DynamoClient } from "@effect-dynamo/client"
import { Table } from "@effect-dynamo/core"
import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, Effect, Schema } from "effect"
import { engines } from "../../testing/test-support/engines.ts"
import { TableAdmin } from "../src/main.ts"
import { answering } from "./support/client.ts"

const names = ["orders", "test-orders", "test-users", "users", "users-archive"]

/** The client that is there, whose pages are of two names; with the tables after which a page was asked for. */
const inPages = Effect.map(DynamoClient.DynamoClient, (client) => {
  const after: Array<unknown> = []
  const paged = DynamoClient.mapTransport(client, (transport) => ({
    send: (operation, input) => {
      if ("ExclusiveStartTableName" in input || operation === "ListTables") {
        after.push("ExclusiveStartTableName" in input ? input.ExclusiveStartTableName : undefined)
      }
      return transport.send(operation, { ...input, Limit: 2 })
    }
  }))
  const list = (options?: TableAdmin.ListOptions) =>
    Effect.suspend(() => {
      after.length = 0
      return Effect.provideService(TableAdmin.list(options), DynamoClient.DynamoClient, paged)
    })
  return { after, list }
})

engines("list", (it) => {
  it.effect("gives names of all pages, those that hold a text, and no more than wanted", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* TableAdmin.list(), [])
      yield* Effect.forEach(names, (name) => TableAdmin.create(Table.make(name)), { discard: true })
      const { after, list } = yield* inPages
      assert.deepStrictEqual(yield* TableAdmin.list(), names)
      assert.deepStrictEqual(yield* list(), names)
      assert.deepStrictEqual(after, [undefined, "test-orders", "users"])
      assert.deepStrictEqual(yield* list({ nameContains: "users" }), ["test-users", "users", "users-archive"])
      assert.deepStrictEqual(after, [undefined, "test-orders", "users"])
      assert.deepStrictEqual(yield* list({ nameContains: "USERS" }), [])
      assert.deepStrictEqual(yield* list({ nameContains: "users", limit: 1 }), ["test-users"])
      assert.deepStrictEqual(after, [undefined, "test-orders"])
      assert.deepStrictEqual(yield* list({ limit: 2 }), ["orders", "test-orders"])
      assert.deepStrictEqual(after, [undefined])
      assert.deepStrictEqual(yield* list({ nameContains: "", limit: 100 }), names)
      yield* Effect.forEach(names, (name) => TableAdmin.delete(name), { discard: true })
    })
  )
})

describe("list", () => {
  it.effect.prop(
    "is the first of those that match, however the pages fall",
    {
      all: Arbitrary.schema(Schema.UniqueArray(Schema.Literals(["a", "ab", "b", "ba", "bb", "c", "cab", "ca"]))),
      page: Arbitrary.schema(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 4 }))),
      limit: Arbitrary.schema(Schema.UndefinedOr(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 5 })))),
      nameContains: Arbitrary.schema(Schema.UndefinedOr(Schema.Literals(["a", "b", "ab", "z"])))
    },
    ({ all, limit, nameContains, page }) =>
      Effect.gen(function* () {
        let requests = 0
        const client = answering((_, { ExclusiveStartTableName: last }) =>
          Effect.sync(() => {
            requests++
            const begin = last === undefined ? 0 : all.findIndex((name) => name === last) + 1
            const TableNames = all.slice(begin, begin + page)
            return { TableNames, LastEvaluatedTableName: begin + page < all.length ? TableNames.at(-1) : undefined }
          })
        )
        const listed = yield* TableAdmin.list({ limit, nameContains }).pipe(Effect.provide(client))
        const matching = all.filter((name) => name.includes(nameContains ?? ""))
        assert.deepStrictEqual(listed, matching.slice(0, limit))
        // No page is read beyond that of the last name that is given, nor any twice.
        const enough = limit !== undefined && matching.length >= limit
        const read = enough ? all.findIndex((name) => name === listed.at(-1)) + 1 : Math.max(all.length, 1)
        assert.strictEqual(requests, Math.ceil(read / page))
      }),
    { arbitrary: { runs: 300, seed: 7 } }
  )

  it.effect("takes no limit below 1, nor half a name", () =>
    Effect.gen(function* () {
      const none = answering(() => Effect.die("was sent"))
      for (const limit of [0, -1, 1.5, NaN]) {
        const error = yield* Effect.flip(Effect.provide(TableAdmin.list({ limit }), none))
        assert.strictEqual(error._tag, "RequestRejected")
        assert.strictEqual(error.message, `The request was not sent. limit takes a whole number from 1, not ${limit}.`)
      }
    })
  )
})
