import type { CreateTableCommandInput } from "@aws-sdk/client-dynamodb"
import { DynamoClient } from "@effect-dynamo/client"
import { DynamoConfig, Index, Table } from "@effect-dynamo/core"
import { assert, describe, it } from "@effect/vitest"
import { Arbitrary, Effect, Schema } from "effect"
import { engines, onlyLocal } from "../../testing/test-support/engines.ts"
import { TableAdmin } from "../src/main.ts"
import { answering } from "./support/client.ts"

const Full = Table.make("full", {
  partitionKey: { name: "device", type: "N" },
  sortKey: "at",
  indexes: {
    everything: Index.global({ partitionKey: "state" }),
    some: Index.global({
      partitionKey: "state",
      sortKey: { name: "total", type: "N" },
      projection: Index.include(["b", "a"])
    }),
    bare: Index.local({ sortKey: "city", projection: Index.keysOnly })
  }
})

/** The table as DynamoDB takes it, written by hand: what is declared goes another way. */
const full = {
  KeySchema: [
    { AttributeName: "device", KeyType: "HASH" },
    { AttributeName: "at", KeyType: "RANGE" }
  ],
  AttributeDefinitions: [
    { AttributeName: "city", AttributeType: "S" },
    { AttributeName: "total", AttributeType: "N" },
    { AttributeName: "device", AttributeType: "N" },
    { AttributeName: "state", AttributeType: "S" },
    { AttributeName: "at", AttributeType: "S" }
  ],
  GlobalSecondaryIndexes: [
    {
      IndexName: "some",
      KeySchema: [
        { AttributeName: "state", KeyType: "HASH" },
        { AttributeName: "total", KeyType: "RANGE" }
      ],
      Projection: { ProjectionType: "INCLUDE", NonKeyAttributes: ["a", "b"] }
    },
    {
      IndexName: "everything",
      KeySchema: [{ AttributeName: "state", KeyType: "HASH" }],
      Projection: { ProjectionType: "ALL" }
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
} satisfies Omit<CreateTableCommandInput, "TableName">
const [some, everything] = full.GlobalSecondaryIndexes
const [bare] = full.LocalSecondaryIndexes

/** The same with attributes of other names or types. */
const retyped = (types: Readonly<Record<string, "S" | "N" | "B">>): Case["live"] => ({
  ...full,
  AttributeDefinitions: full.AttributeDefinitions.map(({ AttributeName, AttributeType }) => ({
    AttributeName,
    AttributeType: types[AttributeName] ?? AttributeType
  }))
})

interface Case {
  readonly name: string
  readonly table?: Table.Table
  readonly live: Omit<CreateTableCommandInput, "TableName">
  readonly lines: ReadonlyArray<string>
}

const bareText = "local; partitionKey device (N); sortKey city (S); projection keys"

const cases: ReadonlyArray<Case> = [
  { name: "the same, in another order", live: full, lines: [] },
  {
    name: "a partition key of another name",
    live: {
      ...retyped({}),
      KeySchema: [{ AttributeName: "thing", KeyType: "HASH" }, full.KeySchema[1]!],
      LocalSecondaryIndexes: [
        { ...bare!, KeySchema: [{ AttributeName: "thing", KeyType: "HASH" }, bare!.KeySchema[1]!] }
      ],
      AttributeDefinitions: full.AttributeDefinitions.map((attribute) =>
        attribute.AttributeName === "device" ? { ...attribute, AttributeName: "thing" } : attribute
      )
    } as const,
    lines: [
      "partitionKey: declared as device (N), but is thing (N)",
      "indexes.bare.partitionKey: declared as device (N), but is thing (N)"
    ]
  },
  {
    name: "keys of other types",
    live: retyped({ at: "B", total: "S" }),
    lines: [
      "sortKey: declared as at (S), but is at (B)",
      "indexes.some.sortKey: declared as total (N), but is total (S)"
    ]
  },
  {
    name: "no sort key",
    live: {
      KeySchema: [full.KeySchema[0]!],
      AttributeDefinitions: full.AttributeDefinitions.filter(({ AttributeName }) => !/at$|city/.test(AttributeName)),
      GlobalSecondaryIndexes: full.GlobalSecondaryIndexes,
      BillingMode: "PAY_PER_REQUEST"
    },
    lines: ["sortKey: declared as at (S), but missing", `indexes.bare: declared as ${bareText}, but missing`]
  },
  {
    name: "a sort key that is not declared",
    table: Table.make("full", { partitionKey: { name: "device", type: "N" }, sortKey: null }),
    live: full,
    lines: [
      "sortKey: not declared, but there as at (S)",
      "indexes.everything: not declared, but there as global; partitionKey state (S); projection all attributes",
      `indexes.bare: not declared, but there as ${bareText}`,
      "indexes.some: not declared, but there as global; partitionKey state (S); sortKey total (N); projection keys and a, b"
    ]
  },
  {
    name: "an index less",
    live: {
      ...full,
      AttributeDefinitions: full.AttributeDefinitions.filter(({ AttributeName }) => AttributeName !== "total"),
      GlobalSecondaryIndexes: [everything!]
    },
    lines: [
      "indexes.some: declared as global; partitionKey state (S); sortKey total (N); projection keys and a, b, but missing"
    ]
  },
  {
    name: "an index more",
    live: { ...full, GlobalSecondaryIndexes: [some!, everything!, { ...everything!, IndexName: "more" }] },
    lines: ["indexes.more: not declared, but there as global; partitionKey state (S); projection all attributes"]
  },
  {
    name: "an index with other keys",
    live: {
      ...full,
      GlobalSecondaryIndexes: [
        { ...some!, KeySchema: [{ AttributeName: "city", KeyType: "HASH" }] },
        { ...everything!, KeySchema: some!.KeySchema }
      ]
    },
    lines: [
      "indexes.everything.sortKey: not declared, but there as total (N)",
      "indexes.some.partitionKey: declared as state (S), but is city (S)",
      "indexes.some.sortKey: declared as total (N), but missing"
    ]
  },
  {
    name: "a global index in place of a local one",
    live: { ...full, GlobalSecondaryIndexes: [some!, everything!, bare!], LocalSecondaryIndexes: undefined },
    lines: ["indexes.bare.kind: declared as local, but is global"]
  },
  {
    name: "indexes that hold something else",
    live: {
      ...full,
      GlobalSecondaryIndexes: [
        { ...some!, Projection: { ProjectionType: "INCLUDE", NonKeyAttributes: ["a", "c"] } },
        { ...everything!, Projection: { ProjectionType: "KEYS_ONLY" } }
      ],
      LocalSecondaryIndexes: [{ ...bare!, Projection: { ProjectionType: "ALL" } }]
    },
    lines: [
      "indexes.everything.projection: declared as all attributes, but is keys",
      "indexes.bare.projection: declared as keys, but is all attributes",
      "indexes.some.projection: declared as keys and a, b, but is keys and a, c"
    ]
  }
]

const lines = (drift: ReadonlyArray<TableAdmin.Drift>) => drift.map(TableAdmin.formatDrift)

/** A table made by DynamoDB's own request, for the time of an effect. */
const withLive = <A, E, R>(input: CreateTableCommandInput, effect: Effect.Effect<A, E, R>) =>
  Effect.acquireUseRelease(
    Effect.gen(function* () {
      const client = yield* DynamoClient.DynamoClient
      yield* client.createTable(input)
      while ((yield* client.describeTable({ TableName: input.TableName })).Table?.TableStatus !== "ACTIVE") {
        yield* Effect.sleep("20 millis")
      }
    }),
    () => effect,
    () => Effect.orDie(TableAdmin.delete(input.TableName!))
  )

engines("drift", (it) => {
  for (const { lines: expected, live, name, table = Full } of cases) {
    it.effect(`sees ${name}`, () =>
      Effect.gen(function* () {
        const drift = yield* withLive({ ...live, TableName: "full" }, TableAdmin.drift(table))
        assert.sameMembers(lines(drift), [...expected])
      })
    )
  }

  it.effect("has the differences as data", () =>
    Effect.gen(function* () {
      const live = {
        ...full,
        GlobalSecondaryIndexes: [everything!, { ...some!, IndexName: "other" }],
        TableName: "full"
      }
      const differences = yield* withLive(live, TableAdmin.drift(Full))
      const text = "global; partitionKey state (S); sortKey total (N); projection keys and a, b"
      assert.deepStrictEqual(differences, [
        { path: "indexes.some", kind: "missing", declared: text, live: undefined },
        { path: "indexes.other", kind: "extra", declared: undefined, live: text }
      ])
    })
  )

  it.effect("finds none right after creation, under the configuration in force", () =>
    Effect.gen(function* () {
      const configured = DynamoConfig.with({ partitionKeyName: "PK", sortKeyName: "SK", tableNamePrefix: "tenant-" })
      const Users = Table.make("users", { indexes: { byName: Index.global({ partitionKey: "name" }) } })
      yield* configured(TableAdmin.create(Users))
      assert.deepStrictEqual(yield* configured(TableAdmin.drift(Users)), [])
      const other = yield* TableAdmin.drift(Users).pipe(DynamoConfig.with({ tableNamePrefix: "tenant-" }))
      assert.deepStrictEqual(lines(other), [
        "partitionKey: declared as pk (S), but is PK (S)",
        "sortKey: declared as sk (S), but is SK (S)"
      ])
      assert.strictEqual((yield* Effect.flip(TableAdmin.drift(Users)))._tag, "ResourceNotFound")
      yield* configured(TableAdmin.delete(Users))
    })
  )

  it.effect("compares what is paid where it is told", () =>
    Effect.gen(function* () {
      const Paid = Table.make("paid", { indexes: { byName: Index.global({ partitionKey: "name" }) } })
      const billing = { readCapacity: 2, writeCapacity: 3 }
      yield* TableAdmin.create(Paid, { billing })
      assert.deepStrictEqual(yield* TableAdmin.drift(Paid), [])
      assert.deepStrictEqual(yield* TableAdmin.drift(Paid, { billing }), [])
      assert.deepStrictEqual(lines(yield* TableAdmin.drift(Paid, { billing: "on-demand" })), [
        "billing: declared as on demand, but is 2 read and 3 write units per second"
      ])
      assert.deepStrictEqual(lines(yield* TableAdmin.drift(Paid, { billing: { ...billing, readCapacity: 4 } })), [
        "billing: declared as 4 read and 3 write units per second, but is 2 read and 3 write units per second",
        "indexes.byName.billing: declared as 4 read and 3 write units per second, but is 2 read and 3 write units per second"
      ])
      yield* TableAdmin.delete(Paid)
      yield* TableAdmin.create(Paid)
      assert.deepStrictEqual(yield* TableAdmin.drift(Paid, { billing: "on-demand" }), [])
      assert.deepStrictEqual(lines(yield* TableAdmin.drift(Paid, { billing })), [
        "billing: declared as 2 read and 3 write units per second, but is on demand"
      ])
      yield* TableAdmin.delete(Paid)
    })
  )
})

onlyLocal("drift", (it) => {
  it.effect("sees the order and number of attributes of a key", () =>
    Effect.gen(function* () {
      const many = (partitionKey: Array<string>, sortKey: Array<string>) =>
        Table.make("many", { indexes: { byPlace: Index.global({ partitionKey, sortKey }) } })
      yield* TableAdmin.create(many(["state", "city"], ["day", "total"]))
      assert.deepStrictEqual(yield* TableAdmin.drift(many(["state", "city"], ["day", "total"])), [])
      assert.deepStrictEqual(lines(yield* TableAdmin.drift(many(["city", "state"], ["day"]))), [
        "indexes.byPlace.partitionKey: declared as city (S), state (S), but is state (S), city (S)",
        "indexes.byPlace.sortKey: declared as day (S), but is day (S), total (S)"
      ])
      yield* TableAdmin.delete("many")
    })
  )

  it.effect("sees whether items expire, and by what", () =>
    Effect.gen(function* () {
      const expiring = (timeToLive: string | undefined) => Table.make("expiring", { timeToLive })
      yield* TableAdmin.create(expiring("until"))
      assert.deepStrictEqual(yield* TableAdmin.drift(expiring("until")), [])
      assert.deepStrictEqual(lines(yield* TableAdmin.drift(expiring("expires"))), [
        "timeToLive: declared as expires, but is until"
      ])
      assert.deepStrictEqual(lines(yield* TableAdmin.drift(expiring(undefined))), [
        "timeToLive: not declared, but there as until"
      ])
      const client = yield* DynamoClient.DynamoClient
      yield* client.updateTimeToLive({
        TableName: "expiring",
        TimeToLiveSpecification: { AttributeName: "until", Enabled: false }
      })
      assert.deepStrictEqual(lines(yield* TableAdmin.drift(expiring("until"))), [
        "timeToLive: declared as until, but missing"
      ])
      yield* TableAdmin.delete("expiring")
    })
  )

  it.effect("compares stream and deletion protection where they are told", () =>
    Effect.gen(function* () {
      const Streamed = Table.make("streamed")
      const settings = { stream: "new-and-old-images", deletionProtection: false } as const
      yield* TableAdmin.create(Streamed, settings)
      assert.deepStrictEqual(yield* TableAdmin.drift(Streamed), [])
      assert.deepStrictEqual(yield* TableAdmin.drift(Streamed, settings), [])
      assert.deepStrictEqual(
        lines(yield* TableAdmin.drift(Streamed, { stream: "keys-only", deletionProtection: true })),
        ["stream: declared as keys-only, but is new-and-old-images", "deletionProtection: declared as on, but is off"]
      )
      yield* TableAdmin.delete(Streamed)
      yield* TableAdmin.create(Streamed)
      assert.deepStrictEqual(lines(yield* TableAdmin.drift(Streamed, { stream: "old-image" })), [
        "stream: declared as old-image, but missing"
      ])
      yield* TableAdmin.delete(Streamed)
    })
  )
})

/** A live table of which DynamoDB says so, on an engine that tells its expiry so. */
const live = (described: object, timeToLive: object = { TimeToLiveStatus: "DISABLED" }) =>
  answering((operation) =>
    Effect.succeed(operation === "DescribeTable" ? { Table: described } : { TimeToLiveDescription: timeToLive })
  )

const Columns = Schema.Literals(["a", "b", "c"])
const Keys = Schema.UniqueArray(Columns).check(Schema.isMinLength(1), Schema.isMaxLength(3))

/** Indexes of few names over few attributes, so that two tables often have some alike. */
const Tables = Arbitrary.schema(
  Schema.Struct({
    sortKey: Schema.NullOr(Columns),
    timeToLive: Schema.UndefinedOr(Columns),
    one: Schema.UndefinedOr(Schema.Struct({ partitionKey: Keys, sortKey: Schema.UndefinedOr(Keys) })),
    two: Schema.UndefinedOr(Schema.Struct({ partitionKey: Keys, holds: Schema.UndefinedOr(Keys) }))
  })
)

describe("drift", () => {
  it.effect.prop(
    "is none between equals, and the same from both sides",
    [Tables, Tables],
    ([left, right]) =>
      Effect.gen(function* () {
        const tables = [left, right].map(({ one, sortKey, timeToLive, two }) =>
          Table.make("any", {
            sortKey,
            timeToLive,
            indexes: {
              ...(one && { one_: Index.global(one) }),
              ...(two && {
                two_: Index.global({
                  partitionKey: two.partitionKey,
                  projection: two.holds === undefined ? Index.keysOnly : Index.include(two.holds)
                })
              })
            }
          })
        )
        const drift = (declared: number, there: number) =>
          Effect.gen(function* () {
            const { timeToLive } = tables[there]!
            const described = yield* TableAdmin.toInput(tables[there]!)
            const expiry = timeToLive && { TimeToLiveStatus: "ENABLED", AttributeName: timeToLive }
            return yield* TableAdmin.drift(tables[declared]!).pipe(Effect.provide(live(described, expiry || undefined)))
          })
        assert.deepStrictEqual(yield* drift(0, 0), [])
        const [here, there] = [yield* drift(0, 1), yield* drift(1, 0)]
        const turned = { missing: "extra", extra: "missing", different: "different" } as const
        assert.sameDeepMembers(
          [...here],
          there.map(({ declared, kind, live, path }) => ({ path, kind: turned[kind], declared: live, live: declared }))
        )
        const canonical = ({ one, sortKey, timeToLive, two }: typeof left) =>
          JSON.stringify([sortKey, timeToLive, one, two && [two.partitionKey, two.holds && [...two.holds].sort()]])
        assert.strictEqual(here.length === 0, canonical(left) === canonical(right))
      }),
    { arbitrary: { runs: 300, seed: 7 } }
  )

  it.effect("does not take one attribute for two", () =>
    Effect.gen(function* () {
      const holding = (attributes: ReadonlyArray<string>) =>
        Table.make("any", {
          indexes: { one: Index.global({ partitionKey: "a", projection: Index.include(attributes) }) }
        })
      const described = yield* TableAdmin.toInput(holding(["x", "y"]))
      const drift = yield* Effect.provide(TableAdmin.drift(holding(["x, y"])), live(described))
      assert.deepStrictEqual(lines(drift), [
        `indexes.one.projection: declared as keys and "x, y", but is keys and x, y`
      ])
    })
  )

  it.effect("counts expiry that is being turned on as on, and one that is being turned off as off", () =>
    Effect.gen(function* () {
      const Expiring = Table.make("expiring", { sortKey: null, timeToLive: "until" })
      const described = yield* TableAdmin.toInput(Expiring)
      const drift = (TimeToLiveStatus: string) =>
        Effect.provide(TableAdmin.drift(Expiring), live(described, { TimeToLiveStatus, AttributeName: "until" }))
      assert.deepStrictEqual(yield* drift("ENABLING"), [])
      assert.deepStrictEqual(lines(yield* drift("DISABLING")), ["timeToLive: declared as until, but missing"])
    })
  )

  it.effect("leaves out what the engine does not know of", () =>
    Effect.gen(function* () {
      const Expiring = Table.make("expiring", { timeToLive: "until" })
      const described = yield* TableAdmin.toInput(Expiring)
      const without = DynamoClient.make({
        send: (operation) =>
          operation === "DescribeTable"
            ? // Whatever the operation, the answer is the test's.
              (Effect.succeed({ Table: described }) as Effect.Effect<never>)
            : Effect.fail({
                origin: "response",
                code: "UnknownOperationException",
                message: "",
                cause: undefined,
                sent: true,
                status: 400
              })
      })
      const drift = TableAdmin.drift(Expiring, { deletionProtection: true })
      assert.deepStrictEqual(yield* Effect.provideService(drift, DynamoClient.DynamoClient, without), [])
    })
  )
})
