import { DynamoClient } from "@effect-dynamo/client"
import { DynamoError, Index, Table } from "@effect-dynamo/core"
import { TableAdmin } from "@effect-dynamo/query"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { engines, onlyDynalite, onlyLocal } from "../../testing/test-support/engines.ts"
import { describeTimeToLive, formatTimeToLive, type TimeToLive } from "../src/tables/timeToLive.ts"
import { json, run } from "../test-support/cli.ts"

const Orders = Table.make("orders", {
  partitionKey: "customer",
  sortKey: { name: "number", type: "N" },
  indexes: {
    byStatus: Index.global({ partitionKey: "status", sortKey: "day", projection: Index.include(["total", "note"]) }),
    byDay: Index.local({ sortKey: "day", projection: Index.keysOnly })
  },
  timeToLive: "expiresAt"
})

/** The lines, without those that differ from run to run. */
const lines = (stdout: string): ReadonlyArray<string> =>
  stdout
    .trimEnd()
    .split("\n")
    .filter((line) => !/^(Created|ARN|Stream ARN) /.test(line))

engines("describe-table", (it, engine) => {
  it.effect("shows keys, indexes and settings", () =>
    Effect.gen(function* () {
      yield* TableAdmin.create(Orders)
      const { code, stderr, stdout } = yield* run("describe-table", "orders")
      assert.strictEqual(code, 0, stderr)
      const expiry = engine.name === "dynalite" ? "off" : "expiresAt"
      assert.deepStrictEqual(lines(stdout), [
        "orders",
        "Status               ACTIVE",
        "Partition key        customer (S)",
        "Sort key             number (N)",
        "Billing              on demand",
        `Time to live         ${expiry}`,
        "Stream               off",
        "Deletion protection  off",
        "Class                standard",
        "Items                0",
        "Size                 0 B",
        "",
        "Indexes",
        "NAME      KIND    PARTITION KEY  SORT KEY  HOLDS              STATUS  ITEMS  SIZE",
        "byStatus  global  status (S)     day (S)   keys, note, total  ACTIVE      0   0 B",
        "byDay     local   customer (S)   day (S)   keys               ACTIVE      0   0 B"
      ])
      assert.match(stdout, /^Created {14}\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC$/m)
      assert.match(stdout, /^ARN {18}arn:aws:dynamodb:/m)
      assert.strictEqual(stderr, "DynamoDB counts items and their size about every six hours.\n")
    })
  )

  it.effect("answers with DynamoDB's description, and the time to live, under --json", () =>
    Effect.gen(function* () {
      const answer = yield* json("describe-table", "orders")
      assert.deepInclude(answer, { TableName: "orders", TableStatus: "ACTIVE" })
      assert.deepInclude(answer, {
        TimeToLiveDescription:
          engine.name === "dynalite"
            ? { TimeToLiveStatus: "DISABLED" }
            : { AttributeName: "expiresAt", TimeToLiveStatus: "ENABLED" }
      })
    })
  )

  it.effect("shows a table without sort key and indexes, and its capacity", () =>
    Effect.gen(function* () {
      yield* TableAdmin.create(Table.make("counters", { partitionKey: "id", sortKey: null }), {
        billing: { readCapacity: 1500, writeCapacity: 25 }
      })
      const { stderr, stdout } = yield* run("describe-table", "counters", "--quiet")
      assert.include(stdout, "Sort key             none\n")
      assert.include(stdout, "Billing              provisioned: 1,500 read, 25 write units per second\n")
      assert.notInclude(stdout, "Indexes")
      assert.strictEqual(stderr, "")
    })
  )

  it.effect("shows the capacity of indexes", () =>
    Effect.gen(function* () {
      yield* TableAdmin.create(
        Table.make("traffic", {
          sortKey: "sk",
          indexes: { byDay: Index.local({ sortKey: "day" }), byA: Index.global({ partitionKey: "a" }) }
        }),
        { billing: { readCapacity: 2, writeCapacity: 1 } }
      )
      const { stdout } = yield* run("describe-table", "traffic")
      assert.match(stdout, /^byA +global +a \(S\) +all +2 read, 1 write +ACTIVE/m)
      assert.match(stdout, /^byDay +local +pk \(S\) +day \(S\) +all +the table's +ACTIVE/m)
    })
  )

  it.effect("fails where there is no such table, and says where to look", () =>
    Effect.gen(function* () {
      const { code, stderr, stdout } = yield* run("describe-table", "none-such")
      assert.include(stderr, "effect-dynamo list-tables")
      assert.strictEqual(stdout, "")
      assert.strictEqual(code, 1)
    })
  )
})

describe("the time to live", () => {
  const texts = new Map<TimeToLive, string>([
    [{ TimeToLiveStatus: "ENABLED", AttributeName: "at" }, "at"],
    [{ TimeToLiveStatus: "ENABLING", AttributeName: "at" }, "at, being turned on"],
    [{ TimeToLiveStatus: "DISABLING", AttributeName: "at" }, "at, being turned off"],
    [{ TimeToLiveStatus: "DISABLED" }, "off"],
    ["unknown", "unknown to this engine"],
    ["forbidden", "unknown: dynamodb:DescribeTimeToLive is not allowed"]
  ])
  for (const [found, text] of texts) it(`may be ${text}`, () => assert.strictEqual(formatTimeToLive(found), text))
})

onlyDynalite("describe-table of a table whose time to live", (it) => {
  const refusing = (error: DynamoError.AccessDenied | DynamoError.RequestRejected) =>
    Effect.gen(function* () {
      const client = yield* DynamoClient.DynamoClient
      return yield* Effect.provideService(describeTimeToLive("users"), DynamoClient.DynamoClient, {
        ...client,
        describeTimeToLive: () => Effect.fail(error)
      })
    })
  const call = { message: "no", operation: "DescribeTimeToLive", attempts: 1 }

  it.effect("may not be asked for, or is not known of, is shown without it", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* refusing(new DynamoError.AccessDenied(call)), "forbidden")
      const unknown = new DynamoError.RequestRejected({ ...call, code: "UnknownOperationException" })
      assert.strictEqual(yield* refusing(unknown), "unknown")
      const rejected = new DynamoError.RequestRejected({ ...call, code: "ValidationException" })
      assert.strictEqual(yield* Effect.flip(refusing(rejected)), rejected)
    })
  )
})

onlyLocal("describe-table with what DynamoDB Local has", (it) => {
  it.effect("shows the stream, protection, and keys of several attributes", () =>
    Effect.gen(function* () {
      yield* TableAdmin.create(
        Table.make("events", {
          indexes: {
            byPlace: Index.global({ partitionKey: ["country", "city"], sortKey: [{ name: "year", type: "N" }, "day"] })
          }
        }),
        { stream: "new-and-old-images", deletionProtection: true }
      )
      const { putItem } = yield* DynamoClient.DynamoClient
      yield* putItem({ TableName: "events", Item: { pk: { S: "1" }, sk: { S: "1" }, text: { S: "x".repeat(3000) } } })
      const { stdout } = yield* run("describe-table", "events")
      assert.include(stdout, "Items                1\nSize                 2.94 KB\n")
      assert.include(stdout, "Stream               new and old images\n")
      assert.include(stdout, "Deletion protection  on\n")
      assert.include(stdout, "Time to live         off\n")
      assert.match(stdout, /^Stream ARN {11}arn:aws:dynamodb:/m)
      assert.match(stdout, /^byPlace +global +country \(S\), city \(S\) +year \(N\), day \(S\) +all +ACTIVE/m)
    })
  )
})
