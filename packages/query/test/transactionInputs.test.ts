import type { TransactWriteItemsCommandInput } from "@aws-sdk/client-dynamodb"
import { Condition, DynamoConfig, type DynamoError, Entity, Key, Table } from "@effect-dynamo/core"
import { assert, describe, it } from "@effect/vitest"
import { BigDecimal, Effect, Schema } from "effect"
import { Check, Delete, Get, Put, Transaction, Update } from "../src/main.ts"
import { Account, Hold, Member, Note, Transfer } from "./support/bank.ts"

const account = (id: string, balance = 0) => Put.into(Account, { id, balance })
const checked = (id: string) => Check.in(Account).key({ id })
const accountKey = (id: string) => ({ pk: { S: `id#${id}#account` }, sk: { S: "account" } })

const failing = (error: DynamoError.DynamoError) => [error._tag, error.message]

describe("the request of a transaction of writes", () => {
  it.effect("has the operations in order, each with its own names and values", () =>
    Effect.gen(function* () {
      const { TransactItems } = yield* Transaction.write([
        account("1", 5).ifNotExists(),
        Delete.from(Account)
          .key({ id: "2" })
          .condition((a) => a.balance.eq(0)),
        checked("3").condition((a) => a.active.eq(true)),
        Put.into(Transfer, { id: "t", from: "1", to: "2", amount: 3 })
      ]).toInput()
      assert.deepStrictEqual(TransactItems, [
        {
          Put: {
            TableName: "bank",
            Item: {
              ...accountKey("1"),
              id: { S: "1" },
              balance: { N: "5" },
              active: { BOOL: true },
              _type: { S: "Account" }
            },
            ConditionExpression: "attribute_not_exists(#0)",
            ExpressionAttributeNames: { "#0": "pk" },
            ReturnValuesOnConditionCheckFailure: "ALL_OLD"
          }
        },
        {
          Delete: {
            TableName: "bank",
            Key: accountKey("2"),
            ConditionExpression: "#0 = :0",
            ExpressionAttributeNames: { "#0": "balance" },
            ExpressionAttributeValues: { ":0": { N: "0" } },
            ReturnValuesOnConditionCheckFailure: "ALL_OLD"
          }
        },
        {
          ConditionCheck: {
            TableName: "bank",
            Key: accountKey("3"),
            ConditionExpression: "#0 = :0 OR attribute_not_exists(#0)",
            ExpressionAttributeNames: { "#0": "active" },
            ExpressionAttributeValues: { ":0": { BOOL: true } },
            ReturnValuesOnConditionCheckFailure: "ALL_OLD"
          }
        },
        {
          Put: {
            TableName: "audit",
            Item: {
              pk: { S: "TRANSFER#t" },
              id: { S: "t" },
              from: { S: "1" },
              to: { S: "2" },
              amount: { N: "3" },
              _type: { S: "Transfer" }
            }
          }
        }
      ])
    })
  )

  it.effect("has the token that was given, and none of its own", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* Transaction.write([account("1")], { token: "t" }).toInput()).ClientRequestToken, "t")
      assert.notProperty(yield* Transaction.write([account("1")]).toInput(), "ClientRequestToken")
    })
  )

  it.effect("is made of one time", () =>
    Effect.gen(function* () {
      const { TransactItems } = yield* Transaction.write([
        Put.into(Note, { id: "1", text: "a" }),
        Put.into(Note, { id: "2", text: "b" }),
        Put.into(Hold, { id: "1", account: "1", expiresAt: 1 }).ifNotExists()
      ]).toInput()
      assert.lengthOf(TransactItems!, 3)
      assert.deepStrictEqual(TransactItems![0]?.Put?.Item?.["changedAt"], TransactItems![1]?.Put?.Item?.["changedAt"])
      assert.strictEqual(TransactItems![2]?.Put?.ConditionExpression, "attribute_not_exists(#0) OR #1 <= :0")
    })
  )

  it.effect("follows the configuration in force", () =>
    Effect.gen(function* () {
      const { TransactItems } = yield* Transaction.write([account("1")])
        .toInput()
        .pipe(DynamoConfig.with({ tableNamePrefix: "test-" }))
      assert.strictEqual(TransactItems![0]?.Put?.TableName, "test-bank")
    })
  )

  it.effect("does not follow changes of the array it was made of", () =>
    Effect.gen(function* () {
      const operations = [account("1")]
      const transaction = Transaction.write(operations)
      operations.push(account("2"))
      assert.lengthOf((yield* transaction.toInput()).TransactItems!, 1)
    })
  )

  it("shows neither keys nor values", () => {
    assert.deepStrictEqual(
      JSON.parse(JSON.stringify(Transaction.write([account("secret", 7), checked("secret").ifExists()]))),
      {
        _id: "Transaction",
        operations: [
          { _id: "Put", entity: "Account", table: "bank" },
          { _id: "Check", entity: "Account", table: "bank" }
        ]
      }
    )
  })
})

describe("checks", () => {
  const itemsOf = ({ TransactItems = [] }: TransactWriteItemsCommandInput) => TransactItems

  it.effect("of an item that is written become its write's condition, wherever they stand", () =>
    Effect.gen(function* () {
      const merged = {
        TableName: "bank",
        Key: accountKey("1"),
        ConditionExpression: "attribute_exists(#0) AND #1 > :0 AND #1 < :1",
        ExpressionAttributeNames: { "#0": "pk", "#1": "balance" },
        ExpressionAttributeValues: { ":0": { N: "1" }, ":1": { N: "9" } },
        ReturnValuesOnConditionCheckFailure: "ALL_OLD" as const
      }
      const more = checked("1").condition((a) => a.balance.gt(1))
      const less = checked("1").condition((a) => a.balance.lt(9))
      const deleted = Delete.from(Account).key({ id: "1" }).ifExists()
      assert.deepStrictEqual(itemsOf(yield* Transaction.write([deleted, more, less]).toInput()), [{ Delete: merged }])
      const [before, other] = itemsOf(
        yield* Transaction.write([more, less, checked("2").ifExists(), deleted]).toInput()
      )
      assert.deepStrictEqual(before, {
        Delete: {
          ...merged,
          ConditionExpression: "#0 > :0 AND #0 < :1 AND attribute_exists(#1)",
          ExpressionAttributeNames: { "#0": "balance", "#1": "pk" }
        }
      })
      assert.deepStrictEqual(other?.ConditionCheck?.Key, accountKey("2"))
    })
  )

  it.effect("of one item become one", () =>
    Effect.gen(function* () {
      const items = itemsOf(
        yield* Transaction.write([checked("1").ifExists(), checked("1").condition((a) => a.balance.gt(1))]).toInput()
      )
      assert.lengthOf(items, 1)
      assert.strictEqual(items[0]?.ConditionCheck?.ConditionExpression, "attribute_exists(#0) AND #1 > :0")
    })
  )

  it.effect("of alternatives keep their meaning when joined", () =>
    Effect.gen(function* () {
      const items = itemsOf(
        yield* Transaction.write([
          checked("1").condition((a) => a.active.eq(true)),
          checked("1").condition((a) => Condition.or(a.balance.eq(1), a.balance.eq(2)))
        ]).toInput()
      )
      assert.match(String(items[0]?.ConditionCheck?.ConditionExpression), /^\(.* OR .*\) AND \(.* OR .*\)$/)
    })
  )
})

describe("a transaction is refused before it is sent", () => {
  it.effect("with two writes of one item", () =>
    Effect.gen(function* () {
      const twice = Transaction.write([
        account("0"),
        account("secret"),
        checked("secret").ifExists(),
        Delete.from(Account).key({ id: "secret" })
      ])
      const error = yield* Effect.flip(twice.toInput())
      assert.deepStrictEqual(failing(error), [
        "KeyError",
        "Operations 1 and 3 of the transaction write the same Account, which a transaction can write only once"
      ])
      assert.include(error, { operation: "TransactWriteItems", table: "bank", entity: "Account" })
    })
  )

  it.effect("also where a key's number is written in two ways", () =>
    Effect.gen(function* () {
      const Price = Entity.make("Price", {
        schema: Schema.Struct({ amount: Schema.BigDecimal }),
        table: Table.make("prices", { partitionKey: { name: "amount", type: "N" }, sortKey: null }),
        partitionKey: Key.attribute("amount")
      })
      const put = (amount: BigDecimal.BigDecimal) => Put.into(Price, { amount })
      const twice = Transaction.write([put(BigDecimal.make(1n, 0)), put(BigDecimal.make(10n, 1))])
      assert.strictEqual((yield* Effect.flip(twice.toInput()))._tag, "KeyError")
    })
  )

  it.effect("but not with one key in two tables", () =>
    Effect.gen(function* () {
      const elsewhere = DynamoConfig.with({ tableNamePrefix: "a-" })
      assert.lengthOf(
        (yield* Transaction.write([account("1"), Put.into(Transfer, { id: "1", from: "", to: "", amount: 1 })])
          .toInput()
          .pipe(elsewhere)).TransactItems!,
        2
      )
    })
  )

  it.effect("with more than 100 items", () =>
    Effect.gen(function* () {
      const accounts = (length: number) => Array.from({ length }, (_, i) => account(String(i)))
      assert.lengthOf((yield* Transaction.write(accounts(100)).toInput()).TransactItems!, 100)
      const error = yield* Effect.flip(Transaction.write(accounts(101)).toInput())
      assert.deepStrictEqual(failing(error), [
        "RequestRejected",
        "The transaction was not sent: it has 101 operations; at most 100 can be."
      ])
      assert.include(error, { code: "TooManyOperations" })
      // Checks of what is written are no items of their own.
      const merged = [...accounts(100), ...Array.from({ length: 100 }, (_, i) => checked(String(i)).ifExists())]
      assert.lengthOf((yield* Transaction.write(merged).toInput()).TransactItems!, 100)
    })
  )

  it.effect("with more than 100 items, guards of unique fields included", () =>
    Effect.gen(function* () {
      const members = (length: number) =>
        Array.from({ length }, (_, i) =>
          Put.into(Member, { id: String(i), email: `${i}@a.com`, name: "" }).ifNotExists()
        )
      assert.lengthOf((yield* Transaction.write(members(50)).toInput()).TransactItems!, 100)
      const error = yield* Effect.flip(Transaction.write(members(51)).toInput())
      assert.deepStrictEqual(failing(error), [
        "RequestRejected",
        "The transaction was not sent: it has 102 operations, 51 guards of unique fields included; at most 100 can be."
      ])
    })
  )

  it.effect("with more than 4 MB", () =>
    Effect.gen(function* () {
      const large = (length: number, size: number) =>
        Array.from({ length }, (_, i) => Put.into(Account, { id: String(i), balance: 0, owner: "é".repeat(size / 2) }))
      // Each has a little besides its owner.
      assert.lengthOf((yield* Transaction.write(large(10, 419_000)).toInput()).TransactItems!, 10)
      const error = yield* Effect.flip(Transaction.write(large(10, 419_430)).toInput())
      assert.include(error, { _tag: "RequestRejected", code: "TransactionTooLarge" })
      assert.strictEqual(
        error.message,
        // Ten items: 419,435 for the owner, 53 for the rest and the keys.
        "The transaction was not sent: it is about 4194880 bytes large; at most 4194304 can be. Its largest operations are " +
          "0 (Put of Account, 419488 bytes), 1 (Put of Account, 419488 bytes), 2 (Put of Account, 419488 bytes)."
      )
    })
  )

  it.effect("with a token that is too long, or empty", () =>
    Effect.gen(function* () {
      for (const token of ["", "x".repeat(37)]) {
        const error = yield* Effect.flip(Transaction.write([account("1")], { token }).toInput())
        assert.include(error, { _tag: "RequestRejected", code: "InvalidToken" })
      }
      yield* Transaction.write([account("1")], { token: "x".repeat(36) }).toInput()
    })
  )

  it.effect("with one unique value for two items", () =>
    Effect.gen(function* () {
      const member = (id: string, email: string) => Put.into(Member, { id, email, name: "" }).ifNotExists()
      const error = yield* Effect.flip(
        Transaction.write([member("1", "same@a.com"), member("2", "same@a.com")]).toInput()
      )
      assert.deepStrictEqual(failing(error), [
        "KeyError",
        "Operations 0 and 1 of the transaction give two Member the same email, which must be unique"
      ])
    })
  )

  it.effect("with an operation that is to return an item, whatever its type says", () =>
    Effect.gen(function* () {
      const disguised: Put.Put<typeof Account, Account, Put.Error> = account("1").returning("old") as never
      const error = yield* Effect.flip(Transaction.write([account("2"), disguised]).toInput())
      assert.include(error, {
        _tag: "RequestRejected",
        code: "ReturningInTransaction",
        message: "The transaction was not sent: operation 1 is to return an item, which no transaction does."
      })
    })
  )

  it.effect("with an update that is to return one", () =>
    Effect.gen(function* () {
      const rename = Update.in(Account).key({ id: "1" }).set({ owner: "a" })
      for (const what of ["old", "updatedOld", "updatedNew"] as const) {
        const disguised: typeof rename = rename.returning(what) as never
        const error = yield* Effect.flip(Transaction.write([disguised]).toInput())
        assert.include(error, { code: "ReturningInTransaction" })
      }
      const inputs = yield* Effect.forEach([rename, rename.returning("none")], (update) =>
        Transaction.write([update]).toInput()
      )
      assert.deepStrictEqual(inputs[0], inputs[1])
      assert.deepStrictEqual(inputs[0]?.TransactItems, [
        {
          Update: {
            TableName: "bank",
            Key: accountKey("1"),
            ConditionExpression: "attribute_exists(#0)",
            UpdateExpression: "SET #1 = :0",
            ExpressionAttributeNames: { "#0": "pk", "#1": "owner" },
            ExpressionAttributeValues: { ":0": { S: "a" } },
            ReturnValuesOnConditionCheckFailure: "ALL_OLD"
          }
        }
      ])
    })
  )

  it.effect("with an update that changes nothing", () =>
    Effect.gen(function* () {
      const nothing = Update.in(Account).key({ id: "1" }).setIfNotExists({ owner: undefined })
      const error = yield* Effect.flip(Transaction.write([nothing]).toInput())
      assert.include(error, { _tag: "EncodeError", operation: "TransactWriteItems" })
    })
  )

  it.effect("with a value that cannot be written", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(Transaction.write([account("1"), account("", 1)]).toInput())
      assert.strictEqual(error._tag, "KeyError")
    })
  )
})

describe("the request of a transaction of gets", () => {
  it.effect("reads each item once, as much of it as is asked for", () =>
    Effect.gen(function* () {
      const one = Get.from(Account).key({ id: "1" })
      const two = Get.from(Account).key({ id: "2" }).select("balance")
      const { TransactItems } = yield* Transaction.get([
        one.consistent(),
        two,
        one.select("id"),
        two.orFail(),
        Get.from(Transfer).key({ id: "t" })
      ]).toInput()
      assert.deepStrictEqual(
        TransactItems?.map(({ Get }) => Get),
        [
          { TableName: "bank", Key: accountKey("1") },
          {
            TableName: "bank",
            Key: accountKey("2"),
            ProjectionExpression: (yield* two.toInput()).ProjectionExpression,
            ExpressionAttributeNames: (yield* two.toInput()).ExpressionAttributeNames
          },
          { TableName: "audit", Key: { pk: { S: "TRANSFER#t" } } }
        ]
      )
    })
  )

  it.effect("is refused with more than 100 items", () =>
    Effect.gen(function* () {
      const gets = (length: number) => Array.from({ length }, (_, i) => Get.from(Account).key({ id: String(i) }))
      assert.lengthOf((yield* Transaction.get([...gets(100), ...gets(100)]).toInput()).TransactItems!, 100)
      const error = yield* Effect.flip(Transaction.get(gets(101)).toInput())
      assert.deepStrictEqual(failing(error), [
        "RequestRejected",
        "The transaction was not sent: it reads 101 items; at most 100 can be."
      ])
      assert.include(error, { operation: "TransactGetItems" })
    })
  )
})
