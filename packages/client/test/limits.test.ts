import { type DynamoClient, RawBatch } from "@effect-dynamo/client"
import { DynamoError } from "@effect-dynamo/core"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { scripted } from "./support/script.ts"

const TableName = "t"
const Key = { id: { S: "a" } }

const most = 409_600

/** An item of so many bytes. */
const itemOf = (size: number) => ({ ...Key, text: { S: "x".repeat(size - 3 - 4) } })

/** What a call fails with, or that it was sent. */
const outcome = <A, E>(call: (client: DynamoClient.Service) => Effect.Effect<A, E>): Effect.Effect<E | "sent"> =>
  Effect.suspend(() => {
    const { client, sent } = scripted([])
    return Effect.match(call(client), {
      onSuccess: () => {
        assert.strictEqual(sent.length, 1)
        return "sent" as const
      },
      onFailure: (error) => {
        assert.strictEqual(sent.length, 0)
        return error
      }
    })
  })

const rejected = Effect.fnUntraced(function* <A, E>(call: (client: DynamoClient.Service) => Effect.Effect<A, E>) {
  const error = yield* outcome(call)
  assert.instanceOf(error, DynamoError.RequestRejected)
  assert.strictEqual(error.attempts, 0)
  assert.match(error.message, /^The request was not sent\. .*\.$/)
  assert.isFalse(error.isRetryable)
  return error
})

describe("an item", () => {
  it.effect("of 409,600 bytes is sent, and of one more is not", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* outcome((client) => client.putItem({ TableName, Item: itemOf(most) })), "sent")
      const error = yield* outcome((client) => client.putItem({ TableName, Item: itemOf(most + 1) }))
      assert.instanceOf(error, DynamoError.ItemTooLarge)
      assert.deepInclude(error, {
        operation: "PutItem",
        table: TableName,
        size: most + 1,
        attempts: 0,
        largest: [
          { name: "text", size: most - 2 },
          { name: "id", size: 3 }
        ]
      })
      assert.strictEqual(
        error.message,
        `The request was not sent. The item is 409601 bytes large; DynamoDB takes 409600. ` +
          `Its largest attributes are "text" (409598), "id" (3). Divide it, or keep large parts elsewhere.`
      )
    })
  )

  it.effect("is measured as it is stored, not by its characters", () =>
    Effect.gen(function* () {
      const text = "é".repeat((most - 3 - 4) / 2)
      const Item = { ...Key, text: { S: text } }
      assert.strictEqual(yield* outcome((client) => client.putItem({ TableName, Item })), "sent")
      const more = { ...Key, text: { S: `${text}é` } }
      assert.instanceOf(yield* outcome((client) => client.putItem({ TableName, Item: more })), DynamoError.ItemTooLarge)
    })
  )

  it.effect("names its five largest attributes, never what they hold", () =>
    Effect.gen(function* () {
      const parts = Object.fromEntries(
        Array.from({ length: 8 }, (_, i) => [`part${i}`, { S: "secret".repeat(8000 + 3000 * i) }])
      )
      const error = yield* outcome((client) => client.putItem({ TableName, Item: { ...Key, ...parts } }))
      assert.instanceOf(error, DynamoError.ItemTooLarge)
      assert.deepStrictEqual(
        error.largest?.map(({ name }) => name),
        ["part7", "part6", "part5", "part4", "part3"]
      )
      assert.notInclude(JSON.stringify(error), "secret")
    })
  )

  it.effect("is found in batches and transactions, where it is the first that is too large", () =>
    Effect.gen(function* () {
      const batch = yield* outcome((client) =>
        client.batchWriteItem({
          RequestItems: {
            t: [{ DeleteRequest: { Key } }, { PutRequest: { Item: itemOf(most) } }],
            u: [{ PutRequest: { Item: Key } }, { PutRequest: { Item: itemOf(most + 10) } }]
          }
        })
      )
      assert.instanceOf(batch, DynamoError.ItemTooLarge)
      assert.deepInclude(batch, { operation: "BatchWriteItem", table: "u", size: most + 10 })
      assert.include(batch.message, "The item of operation 1 is")
      const transaction = yield* outcome((client) =>
        client.transactWriteItems({
          TransactItems: [{ Delete: { TableName, Key } }, { Put: { TableName: "u", Item: itemOf(most + 1) } }]
        })
      )
      assert.instanceOf(transaction, DynamoError.ItemTooLarge)
      assert.deepInclude(transaction, { operation: "TransactWriteItems", table: "u", size: most + 1 })
      assert.include(transaction.message, "The item of operation 1 is")
    })
  )

  it.effect("is found in a batch of any length before any of it is sent", () =>
    Effect.gen(function* () {
      const writes = Array.from({ length: 60 }, (_, i) => ({
        table: TableName,
        key: { id: { S: `${i}` } },
        item: i === 57 ? itemOf(most + 1) : { id: { S: `${i}` } }
      }))
      const error = yield* outcome((client) => RawBatch.writeItems(client, writes))
      assert.instanceOf(error, DynamoError.ItemTooLarge)
      assert.include(error.message, "The item of operation 57 is")
    })
  )

  it.effect("of programs without types may have attributes that are undefined, or be none", () =>
    Effect.gen(function* () {
      // Not as the types have it.
      const Item = { ...Key, nothing: undefined } as never
      assert.strictEqual(yield* outcome((client) => client.putItem({ TableName, Item })), "sent")
      assert.strictEqual(yield* outcome((client) => client.putItem({ TableName, Item: undefined })), "sent")
    })
  )
})

describe("an expression", () => {
  const long = (length: number) => `#a = :b OR ${"#".padEnd(length - 16, "a")} = :b`

  it.effect("may have 4,096 bytes, whatever it is for", () =>
    Effect.gen(function* () {
      for (const member of ["ConditionExpression", "UpdateExpression"] as const) {
        const update = (text: string) => (client: DynamoClient.Service) =>
          client.updateItem({ TableName, Key, [member]: text })
        assert.strictEqual(yield* outcome(update(long(4096))), "sent")
        const error = yield* rejected(update(long(4097)))
        assert.deepInclude(error, { code: "ExpressionTooLong", operation: "UpdateItem", table: TableName })
        assert.include(error.message, `The ${member} is 4097 bytes long; DynamoDB takes 4096.`)
      }
      for (const member of ["KeyConditionExpression", "FilterExpression", "ProjectionExpression"] as const) {
        const query = (text: string) => (client: DynamoClient.Service) => client.query({ TableName, [member]: text })
        assert.strictEqual(yield* outcome(query(long(4096))), "sent")
        assert.include((yield* rejected(query(long(4097)))).message, `The ${member} is 4097 bytes long`)
      }
      const accents = (length: number) => (client: DynamoClient.Service) =>
        client.scan({ TableName, FilterExpression: `${"é".repeat(length)}=:b` })
      assert.strictEqual(yield* outcome(accents(2046)), "sent")
      assert.include((yield* rejected(accents(2047))).message, "is 4097 bytes long")
    })
  )

  it.effect("is looked at in gets, puts, deletes, batches and transactions", () =>
    Effect.gen(function* () {
      const text = long(5000)
      const calls: ReadonlyArray<(client: DynamoClient.Service) => Effect.Effect<unknown, DynamoError.DynamoError>> = [
        (client) => client.getItem({ TableName, Key, ProjectionExpression: text }),
        (client) => client.putItem({ TableName, Item: Key, ConditionExpression: text }),
        (client) => client.deleteItem({ TableName, Key, ConditionExpression: text }),
        (client) => client.scan({ TableName, ProjectionExpression: text }),
        (client) => client.batchGetItem({ RequestItems: { t: { Keys: [Key], ProjectionExpression: text } } }),
        (client) =>
          client.transactGetItems({ TransactItems: [{ Get: { TableName, Key, ProjectionExpression: text } }] }),
        (client) =>
          client.transactWriteItems({
            TransactItems: [{ ConditionCheck: { TableName, Key, ConditionExpression: text } }]
          })
      ]
      for (const call of calls) {
        const error = yield* rejected(call)
        assert.deepInclude(error, { code: "ExpressionTooLong", table: TableName })
      }
    })
  )

  it.effect("may have an IN with 100 values, and several of them", () =>
    Effect.gen(function* () {
      const within = (count: number) => `#a IN (${Array.from({ length: count }, (_, i) => `:${i}`).join(", ")})`
      const scan = (FilterExpression: string) => (client: DynamoClient.Service) =>
        client.scan({ TableName, FilterExpression })
      assert.strictEqual(yield* outcome(scan(`${within(100)} OR ${within(100)}`)), "sent")
      const error = yield* rejected(scan(`#b = :b AND (${within(3)} OR ${within(101)})`))
      assert.strictEqual(error.code, "TooManyOperands")
      assert.include(error.message, "The FilterExpression has an IN with 101 values; DynamoDB takes 100.")
    })
  )

  it.effect("may have 300 operators and functions", () =>
    Effect.gen(function* () {
      const scan = (FilterExpression: string) => (client: DynamoClient.Service) =>
        client.scan({ TableName, FilterExpression })
      // Each term is one, and so is each OR.
      const terms = (term: string, count: number, by = " OR ") => Array.from({ length: count }, () => term).join(by)
      for (const term of ["#a=:b", "contains(#a,:b)", "#a BETWEEN :a AND :b", "#a in (:a,:b)"]) {
        assert.strictEqual(yield* outcome(scan(terms(term, 150))), "sent", term)
        const error = yield* rejected(scan(terms(term, 151)))
        assert.include(error, { code: "TooManyOperators" })
        assert.include(error.message, "has 301 operators and functions; DynamoDB takes 300.")
      }
      const update = (UpdateExpression: string) => (client: DynamoClient.Service) =>
        client.updateItem({ TableName, Key, UpdateExpression })
      assert.strictEqual(yield* outcome(update(`SET ${terms("#a=#a+:b", 300, ",")}`)), "sent")
      const error = yield* rejected(update(`SET ${terms("#a=#a+:b", 301, ",")}`))
      assert.strictEqual(error.code, "TooManyOperators")
    })
  )

  it.effect("may have names and values of 2 MB", () =>
    Effect.gen(function* () {
      const scan = (size: number) => (client: DynamoClient.Service) =>
        client.scan({
          TableName,
          FilterExpression: "#a = :b OR #a = :c",
          ExpressionAttributeNames: { "#a": "abc" },
          ExpressionAttributeValues: { ":b": { S: "x".repeat(1_000_000) }, ":c": { S: "x".repeat(size - 1_000_003) } }
        })
      assert.strictEqual(yield* outcome(scan(2 * 1024 * 1024)), "sent")
      const error = yield* rejected(scan(2 * 1024 * 1024 + 1))
      assert.strictEqual(error.code, "ExpressionValuesTooLarge")
      assert.include(error.message, "The names and values of the expressions are 2097153 bytes")
    })
  )
})

describe("requests about many items", () => {
  it.effect("are about as many as DynamoDB takes", () =>
    Effect.gen(function* () {
      const list = <A>(length: number, one: A) => Array.from({ length }, () => one)
      const cases: ReadonlyArray<
        readonly [
          most: number,
          call: (length: number) => (client: DynamoClient.Service) => Effect.Effect<unknown, unknown>
        ]
      > = [
        [100, (length) => (client) => client.batchGetItem({ RequestItems: { t: { Keys: list(length, Key) } } })],
        [
          25,
          (length) => (client) =>
            client.batchWriteItem({ RequestItems: { t: list(length, { DeleteRequest: { Key } }) } })
        ],
        [
          100,
          (length) => (client) => client.transactGetItems({ TransactItems: list(length, { Get: { TableName, Key } }) })
        ],
        [
          100,
          (length) => (client) =>
            client.transactWriteItems({ TransactItems: list(length, { Delete: { TableName, Key } }) })
        ]
      ]
      for (const [most, call] of cases) {
        assert.strictEqual(yield* outcome(call(most)), "sent")
        const error = yield* rejected(call(most + 1))
        assert.strictEqual(error.code, "TooManyOperations")
        assert.include(error.message, `It is about ${most + 1} items;`)
      }
    })
  )
})
