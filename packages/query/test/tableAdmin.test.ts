import { DynamoClient } from "@effect-dynamo/client"
import { DynamoConfig, DynamoError, Index, Table } from "@effect-dynamo/core"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Logger, Ref } from "effect"
import { TestClock } from "effect/testing"
import { engines, onlyLocal } from "../../testing/test-support/engines.ts"
import { TableAdmin } from "../src/main.ts"
import { answering } from "./support/client.ts"

const Full = Table.make("full", {
  partitionKey: { name: "device", type: "N" },
  sortKey: { name: "at", type: "B" },
  indexes: {
    everything: Index.global({ partitionKey: "state" }),
    some: Index.global({
      partitionKey: "state",
      sortKey: { name: "total", type: "N" },
      projection: Index.include(["a", "b"])
    }),
    bare: Index.local({ sortKey: "city", projection: Index.keysOnly })
  }
})

describe("TableAdmin.toInput", () => {
  it.effect("says keys, attributes used as keys, indexes and projections", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* TableAdmin.toInput(Full), {
        TableName: "full",
        KeySchema: [
          { AttributeName: "device", KeyType: "HASH" },
          { AttributeName: "at", KeyType: "RANGE" }
        ],
        AttributeDefinitions: [
          { AttributeName: "device", AttributeType: "N" },
          { AttributeName: "at", AttributeType: "B" },
          { AttributeName: "state", AttributeType: "S" },
          { AttributeName: "total", AttributeType: "N" },
          { AttributeName: "city", AttributeType: "S" }
        ],
        GlobalSecondaryIndexes: [
          {
            IndexName: "everything",
            KeySchema: [{ AttributeName: "state", KeyType: "HASH" }],
            Projection: { ProjectionType: "ALL" }
          },
          {
            IndexName: "some",
            KeySchema: [
              { AttributeName: "state", KeyType: "HASH" },
              { AttributeName: "total", KeyType: "RANGE" }
            ],
            Projection: { ProjectionType: "INCLUDE", NonKeyAttributes: ["a", "b"] }
          }
        ],
        LocalSecondaryIndexes: [
          {
            IndexName: "bare",
            KeySchema: [
              { AttributeName: "device", KeyType: "HASH" },
              { AttributeName: "city", KeyType: "RANGE" }
            ],
            Projection: { ProjectionType: "KEYS_ONLY" }
          }
        ],
        BillingMode: "PAY_PER_REQUEST"
      })
    })
  )

  it.effect("follows the configuration where the table is silent", () =>
    Effect.gen(function* () {
      const input = TableAdmin.toInput(Table.make("users"))
      const renamed = yield* input.pipe(
        DynamoConfig.with({ partitionKeyName: "PK", sortKeyName: "SK", tableNamePrefix: "t-" })
      )
      assert.strictEqual(renamed.TableName, "t-users")
      assert.deepStrictEqual(
        renamed.KeySchema?.map(({ AttributeName }) => AttributeName),
        ["PK", "SK"]
      )
      const flat = yield* input.pipe(DynamoConfig.with({ tableHasSortKey: false }))
      assert.strictEqual(flat.KeySchema?.length, 1)
      assert.strictEqual(flat.AttributeDefinitions?.length, 1)
      const named = yield* TableAdmin.toInput(Full).pipe(DynamoConfig.with({ partitionKeyName: "PK" }))
      assert.strictEqual(named.KeySchema?.[0]?.AttributeName, "device")
    })
  )

  it.effect("provisions capacity for the table and each global index", () =>
    Effect.gen(function* () {
      const input = yield* TableAdmin.toInput(Full, { billing: { readCapacity: 3, writeCapacity: 4 } })
      const throughput = { ReadCapacityUnits: 3, WriteCapacityUnits: 4 }
      assert.strictEqual(input.BillingMode, "PROVISIONED")
      assert.deepStrictEqual(input.ProvisionedThroughput, throughput)
      for (const index of input.GlobalSecondaryIndexes ?? [])
        assert.deepStrictEqual(index.ProvisionedThroughput, throughput)
      for (const index of input.LocalSecondaryIndexes ?? []) assert.notProperty(index, "ProvisionedThroughput")
    })
  )

  it.effect("says stream, tags and deletion protection where they are told", () =>
    Effect.gen(function* () {
      const settings = { deletionProtection: false, tags: { team: "shop", "cost:center": "7" } }
      const { DeletionProtectionEnabled, Tags } = yield* TableAdmin.toInput(Full, settings)
      assert.isFalse(DeletionProtectionEnabled)
      assert.deepStrictEqual(Tags, [
        { Key: "team", Value: "shop" },
        { Key: "cost:center", Value: "7" }
      ])
      for (const [stream, StreamViewType] of [
        ["keys-only", "KEYS_ONLY"],
        ["new-image", "NEW_IMAGE"],
        ["old-image", "OLD_IMAGE"],
        ["new-and-old-images", "NEW_AND_OLD_IMAGES"]
      ] as const) {
        const { StreamSpecification } = yield* TableAdmin.toInput(Full, { stream })
        assert.deepStrictEqual(StreamSpecification, { StreamEnabled: true, StreamViewType })
      }
      const plain = yield* TableAdmin.toInput(Full, { stream: undefined, deletionProtection: undefined, tags: {} })
      assert.deepStrictEqual(plain, yield* TableAdmin.toInput(Full))
    })
  )
})

describe("waiting", () => {
  it.effect("gives up in time where a table does not become active", () =>
    Effect.gen(function* () {
      const polls = yield* Ref.make(0)
      const client = answering((operation) =>
        Effect.as(operation === "DescribeTable" ? Ref.update(polls, (n) => n + 1) : Effect.void, {
          Table: { TableStatus: "CREATING" }
        })
      )
      const fiber = yield* TableAdmin.create(Table.make("slow"), { timeout: "10 seconds" }).pipe(
        Effect.flip,
        Effect.provide(client),
        Effect.forkChild
      )
      yield* TestClock.adjust("11 seconds")
      const error = yield* Fiber.join(fiber)
      assert.instanceOf(error, DynamoError.RequestTimeout)
      assert.match(error.message, /The table "slow" was not active after 10s/)
      assert.isAtMost(yield* Ref.get(polls), 30)
    })
  )

  it.effect("waits for the table and for each index", () =>
    Effect.gen(function* () {
      let polls = 0
      const client = answering((operation) =>
        Effect.sync(() => {
          if (operation !== "DescribeTable") return {}
          polls++
          return {
            Table: {
              TableStatus: polls < 3 ? "CREATING" : "ACTIVE",
              GlobalSecondaryIndexes: [{ IndexStatus: polls < 5 ? "CREATING" : "ACTIVE" }]
            }
          }
        })
      )
      const fiber = yield* TableAdmin.create(Table.make("slow")).pipe(Effect.provide(client), Effect.forkChild)
      yield* TestClock.adjust("1 minute")
      assert.strictEqual((yield* Fiber.join(fiber)).TableStatus, "ACTIVE")
      assert.strictEqual(polls, 5)
    })
  )
})

engines("TableAdmin", (it, engine) => {
  it.effect("creates, describes and deletes a table with every kind of index", () =>
    Effect.gen(function* () {
      const created = yield* TableAdmin.create(Full)
      assert.strictEqual(created.TableStatus, "ACTIVE")
      const described = yield* TableAdmin.describe(Full)
      assert.deepStrictEqual(described.KeySchema, created.KeySchema)
      assert.deepStrictEqual(described.GlobalSecondaryIndexes?.map(({ IndexName }) => IndexName).sort(), [
        "everything",
        "some"
      ])
      assert.deepStrictEqual(described.LocalSecondaryIndexes?.[0]?.Projection?.ProjectionType, "KEYS_ONLY")
      assert.strictEqual((yield* TableAdmin.describe("full")).TableName, "full")
      const again = yield* Effect.flip(TableAdmin.create(Full))
      assert.instanceOf(again, DynamoError.ResourceInUse)
      assert.strictEqual(again.table, "full")
      yield* TableAdmin.delete(Full)
      for (const gone of [TableAdmin.describe(Full), TableAdmin.delete(Full), TableAdmin.delete("full")]) {
        const error = yield* Effect.flip(gone as Effect.Effect<unknown, TableAdmin.Error, DynamoClient.DynamoClient>)
        assert.instanceOf(error, DynamoError.ResourceNotFound)
        assert.strictEqual(error.table, "full")
      }
      yield* TableAdmin.create(Full)
      yield* TableAdmin.delete("full")
    })
  )

  it.effect("knows a table by the prefix in force, and a name as it is", () =>
    Effect.gen(function* () {
      const tenant = DynamoConfig.with({ tableNamePrefix: "tenant-" })
      yield* tenant(TableAdmin.create(Table.make("mine", { sortKey: null })))
      assert.strictEqual((yield* TableAdmin.describe("tenant-mine")).TableName, "tenant-mine")
      assert.strictEqual((yield* tenant(TableAdmin.describe("tenant-mine"))).TableName, "tenant-mine")
      assert.strictEqual((yield* Effect.flip(TableAdmin.describe(Table.make("mine"))))._tag, "ResourceNotFound")
      yield* tenant(TableAdmin.delete(Table.make("mine")))
    })
  )

  it.effect("creates with capacity set aside", () =>
    Effect.gen(function* () {
      const created = yield* TableAdmin.create(Table.make("provisioned"), {
        billing: { readCapacity: 2, writeCapacity: 1 }
      })
      assert.strictEqual(created.ProvisionedThroughput?.ReadCapacityUnits, 2)
      yield* TableAdmin.delete("provisioned")
    })
  )

  it.effect("turns expiry on, or says that the engine has none", () =>
    Effect.gen(function* () {
      const logged: Array<string> = []
      const logger = Logger.make(({ logLevel, message }) => {
        logged.push(`${logLevel} ${String(message)}`)
      })
      yield* TableAdmin.create(Table.make("expiring", { timeToLive: "until" })).pipe(
        Effect.provide(Logger.layer([logger]))
      )
      if (engine.isComplete) {
        assert.deepStrictEqual(logged, [])
        const client = yield* DynamoClient.DynamoClient
        const { TimeToLiveDescription } = yield* client.describeTimeToLive({ TableName: "expiring" })
        assert.strictEqual(TimeToLiveDescription?.AttributeName, "until")
      } else {
        assert.strictEqual(logged.length, 1)
        assert.match(logged[0]!, /^Warn The engine has no time to live: items of the table "expiring" will not expire/)
      }
      yield* TableAdmin.delete("expiring")
    })
  )

  it.effect("refuses what DynamoDB refuses, in its own words", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(TableAdmin.create(Table.make("ab")))
      assert.strictEqual(error._tag, "RequestRejected")
    })
  )
})

onlyLocal("TableAdmin", (it) => {
  it.effect("creates indexes of several attributes", () =>
    Effect.gen(function* () {
      const Multi = Table.make("multi", {
        indexes: {
          many: Index.global({
            partitionKey: ["a", "b", "c", { name: "d", type: "N" }],
            sortKey: ["e", { name: "f", type: "B" }, "g", "h"]
          })
        }
      })
      const { GlobalSecondaryIndexes } = yield* TableAdmin.create(Multi)
      assert.deepStrictEqual(
        GlobalSecondaryIndexes?.[0]?.KeySchema?.map(({ AttributeName, KeyType }) => `${AttributeName} ${KeyType}`),
        ["a HASH", "b HASH", "c HASH", "d HASH", "e RANGE", "f RANGE", "g RANGE", "h RANGE"]
      )
    })
  )
})

engines("TableAdmin.untilActive", (it) => {
  it.effect("waits for a table that is created otherwise", () =>
    Effect.gen(function* () {
      const client = yield* DynamoClient.DynamoClient
      const waiting = yield* Effect.forkChild(TableAdmin.untilActive("later", { timeout: "20 seconds" }))
      yield* client.createTable({
        TableName: "later",
        BillingMode: "PAY_PER_REQUEST",
        AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "S" }],
        KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }]
      })
      const { TableStatus } = yield* Fiber.join(waiting)
      assert.strictEqual(TableStatus, "ACTIVE")
    })
  )

  it.effect("gives up where there is none in time, in its own name", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(TableAdmin.untilActive(Table.make("never"), { timeout: "200 millis" }))
      assert.strictEqual(error._tag, "RequestTimeout")
      assert.strictEqual(error.operation, "TableAdmin.untilActive")
      assert.strictEqual(error.table, "never")
    })
  )
})
