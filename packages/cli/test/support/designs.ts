/** Tables of many shapes with what is in them, to make schemas of. */
import type { AttributeDefinition, CreateTableCommandInput, KeySchemaElement } from "@aws-sdk/client-dynamodb"
import type { AttributeValue, Item } from "@effect-dynamo/core/Attribute"
import { Effect, Schema } from "effect"
import { DynamoClient, Entity, Index, Key, Put, Table, TableAdmin } from "effect-dynamo"
import { readFileSync } from "node:fs"

/** A table, and how to fill it. */
export interface Design {
  readonly name: string
  readonly make: Effect.Effect<unknown, unknown, DynamoClient.DynamoClient>
}

const put = (TableName: string, items: ReadonlyArray<Item>) =>
  Effect.gen(function* () {
    const client = yield* DynamoClient.DynamoClient
    for (const Item of items) yield* client.putItem({ TableName, Item })
  })

const raw = (input: CreateTableCommandInput, items: ReadonlyArray<Item>, timeToLive?: string): Design => ({
  name: input.TableName!,
  make: Effect.gen(function* () {
    const client = yield* DynamoClient.DynamoClient
    yield* client.createTable({ BillingMode: "PAY_PER_REQUEST", ...input })
    if (timeToLive !== undefined) {
      const TimeToLiveSpecification = { AttributeName: timeToLive, Enabled: true }
      yield* client.updateTimeToLive({ TableName: input.TableName, TimeToLiveSpecification })
    }
    yield* put(input.TableName!, items)
  })
})

// -----------------------------------------------------------------------------
// Recorded designs
// -----------------------------------------------------------------------------

const scenarios = new URL("../../../query/test/fixtures/scenarios/", import.meta.url)

const scenario = (id: string): Design => {
  const { items, table } = JSON.parse(readFileSync(new URL(`${id}.json`, scenarios), "utf8")) as {
    readonly table: CreateTableCommandInput
    readonly items: ReadonlyArray<{ readonly stored: Item }>
  }
  return raw(
    table,
    items.map(({ stored }) => stored)
  )
}

export const recorded: ReadonlyArray<Design> = [
  "accounts",
  "complaints",
  "device-log",
  "ecommerce-orders",
  "sessions"
].map(scenario)

// -----------------------------------------------------------------------------
// Invented ones
// -----------------------------------------------------------------------------

const definitions = (types: { readonly [name: string]: "S" | "N" | "B" }): Array<AttributeDefinition> =>
  Object.entries(types).map(([AttributeName, AttributeType]) => ({ AttributeName, AttributeType }))

const keys = (hash: ReadonlyArray<string>, range: ReadonlyArray<string> = []): Array<KeySchemaElement> => [
  ...hash.map((AttributeName) => ({ AttributeName, KeyType: "HASH" as const })),
  ...range.map((AttributeName) => ({ AttributeName, KeyType: "RANGE" as const }))
]

const numbered = <A = Item>(count: number, make: (i: number) => A): Array<A> =>
  Array.from({ length: count }, (_, i) => make(i))

/** Keys that are numbers, numbers that JavaScript cannot hold, and expiry. */
export const readings = raw(
  {
    TableName: "sensor-readings",
    AttributeDefinitions: definitions({ deviceId: "N", at: "N", celsius: "N" }),
    KeySchema: keys(["deviceId"], ["at"]),
    LocalSecondaryIndexes: [
      {
        IndexName: "byCelsius",
        KeySchema: keys(["deviceId"], ["celsius"]),
        Projection: { ProjectionType: "KEYS_ONLY" }
      }
    ]
  },
  numbered<Item>(30, (i) => ({
    deviceId: { N: String(i % 3) },
    at: { N: String(1_705_314_600_000 + i) },
    celsius: { N: `${i}.${i % 10}5` },
    serial: { N: `900719925474099${i}` },
    exact: { N: i === 0 ? "0.12345678901234567890123456789" : "1.5" },
    raisedAt: { N: String(1_705_314_600_000 + i * 1000) },
    expiresAt: { N: String(1_705_314_600 + i) },
    samples: { NS: ["1.5", String(i + 2)] },
    counters: { NS: ["90071992547409931", String(i + 2)] }
  })),
  "expiresAt"
)

/** A multi-attribute index, and values of every type: nested, optional, null, of several types, by id. */
export const places = raw(
  {
    TableName: "places",
    AttributeDefinitions: definitions({ id: "S", country: "S", city: "S", openedAt: "S" }),
    KeySchema: keys(["id"]),
    GlobalSecondaryIndexes: [
      {
        IndexName: "byPlace",
        KeySchema: keys(["country", "city"], ["openedAt"]),
        Projection: { ProjectionType: "INCLUDE", NonKeyAttributes: ["name", "status"] }
      }
    ]
  },
  numbered<Item>(48, (i) => ({
    id: { S: `place-${i}` },
    country: { S: i % 2 === 0 ? "NL" : "PT" },
    city: { S: ["Delft", "Porto", "Faro"][i % 3]! },
    openedAt: { S: `2024-01-${String((i % 28) + 1).padStart(2, "0")}T10:30:00.000Z` },
    name: { S: `Place ${i}` },
    status: { S: ["open", "closed", "planned"][i % 3]! },
    "first name": { S: `n${i}` },
    constructor: { S: `c${i}` },
    active: { BOOL: i % 2 === 0 },
    ...(i % 4 === 0 ? { nickname: { S: `nick ${i}` } } : undefined),
    ...(i % 5 === 0 ? { tags: { SS: ["a", `b${i}`] } } : undefined),
    closedOn: i % 3 === 0 ? { NULL: true } : { S: "2024-01-15" },
    thumbnail: { B: new Uint8Array([i, 1, 2]) },
    hashes: { BS: [new Uint8Array([i]), new Uint8Array([255, i])] },
    rating: i % 7 === 0 ? { S: "none" } : { N: String(i / 2) },
    visits: {
      M: Object.fromEntries(numbered((i % 4) + 1, (j) => [`2024-01-${10 + ((i + j) % 20)}`, { N: String(j) }]))
    },
    address: {
      M: {
        street: { S: "Main" },
        "house-number": { N: "1" },
        ...(i % 2 === 0 ? { geo: { M: { lat: { N: "52.01" }, lon: { N: "4.36" } } } } : undefined)
      }
    },
    lines: {
      L: numbered<AttributeValue>(i % 3, (j) => ({
        M: { sku: { S: `s${j}` }, count: { N: "1" }, ...(j === 1 ? { note: { S: "x" } } : undefined) }
      }))
    },
    mixed: { L: [{ S: "a" }, { N: "1" }, { NULL: true }] },
    nothing: { NULL: true }
  }))
)

/** One kind of items, no sort key, a key of bytes. */
export const blobs = raw(
  { TableName: "blobs", AttributeDefinitions: definitions({ digest: "B" }), KeySchema: keys(["digest"]) },
  numbered<Item>(12, (i) => ({ digest: { B: new Uint8Array([7, i]) }, size: { N: String(i) }, kind: { S: "image" } }))
)

/** Kinds without a marker, of whose keys one holds what separates them, in an index that not all are in. */
export const forum = raw(
  {
    TableName: "forum",
    AttributeDefinitions: definitions({ PK: "S", SK: "S", GSI1PK: "S", GSI1SK: "S" }),
    KeySchema: keys(["PK"], ["SK"]),
    GlobalSecondaryIndexes: [
      { IndexName: "GSI1", KeySchema: keys(["GSI1PK"], ["GSI1SK"]), Projection: { ProjectionType: "ALL" } }
    ]
  },
  [
    ...numbered<Item>(20, (i) => ({
      PK: { S: `FORUM:f${i % 4}` },
      SK: { S: `THREAD:${String(i).padStart(5, "0")}` },
      forum: { S: `f${i % 4}` },
      number: { N: String(i) },
      subject: { S: `#${i} {braces} \\ and */` },
      ...(i % 2 === 0
        ? {
            author: { S: `a${i}` },
            GSI1PK: { S: `AUTHOR:a${i}` },
            GSI1SK: { S: `THREAD:${String(i).padStart(5, "0")}` }
          }
        : undefined)
    })),
    ...numbered<Item>(10, (i) => ({ PK: { S: `USER:u#${i}` }, SK: { S: "PROFILE" }, name: { S: `u${i}` } })),
    { PK: { S: "SETTINGS" }, SK: { S: "SETTINGS" }, theme: { S: "dark" } }
  ]
)

/** What this library writes by itself. */
const Team = Table.make("teamwork", {
  partitionKey: "pk",
  sortKey: "sk",
  indexes: { gsi1: Index.global({ partitionKey: "gsi1pk", sortKey: "gsi1sk" }) }
})
const User = Entity.make("User", {
  schema: Schema.Struct({ id: Schema.String, email: Schema.String, nickname: Schema.optionalKey(Schema.String) }),
  table: Team,
  partitionKey: ["id"],
  sortKey: ["email"],
  indexes: { gsi1: { partitionKey: ["email"] } }
})
const Score = Entity.make("Score", {
  schema: Schema.Struct({ game: Schema.String, points: Schema.Number, round: Schema.Int, at: Schema.DateTimeUtc }),
  table: Team,
  partitionKey: Key.template("GAME#{game}"),
  sortKey: Key.template("SCORE#{points:ordered}#{round:6}")
})
const Note = Entity.make("Note", {
  schema: Schema.Struct({ id: Schema.String, text: Schema.String }),
  table: Team,
  partitionKey: ["id"]
})
export const teamwork: Design = {
  name: "teamwork",
  make: Effect.gen(function* () {
    yield* TableAdmin.create(Team)
    for (let i = 0; i < 8; i++) {
      yield* Put.into(User, {
        id: `u#${i}`,
        email: `u${i}@example.com`,
        ...(i % 2 === 0 ? { nickname: "x" } : undefined)
      })
      yield* Put.into(Note, { id: `n${i}`, text: `text ${i}` })
      const at = Schema.decodeSync(Schema.DateTimeUtcFromString)("2024-01-15T10:30:00Z")
      yield* Put.into(Score, { game: `g${i % 2}`, points: i * 1.5 - 4, round: i, at })
    }
  })
}

/** As ElectroDB writes: a marker of its own, and keys in lower case. */
export const tasks = raw(
  {
    TableName: "electro",
    AttributeDefinitions: definitions({ pk: "S", sk: "S" }),
    KeySchema: keys(["pk"], ["sk"])
  },
  numbered<Item>(12, (i) => ({
    pk: { S: `$taskapp#team_t${i % 3}` },
    sk: { S: i % 2 === 0 ? `$tasks_1#employee_ann#task_x${i}` : `$members_1#employee_bob${i}` },
    team: { S: `T${i % 3}` },
    employee: { S: i % 2 === 0 ? "Ann" : `Bob${i}` },
    ...(i % 2 === 0 ? { task: { S: `X${i}` } } : undefined),
    __edb_e__: { S: i % 2 === 0 ? "tasks" : "members" },
    __edb_v__: { S: "1" }
  }))
)

/** A table in which nothing is. */
export const empty = raw(
  {
    TableName: "unused",
    AttributeDefinitions: definitions({ "user id": "S", at: "N" }),
    KeySchema: keys(["user id"], ["at"])
  },
  []
)

export const invented: ReadonlyArray<Design> = [readings, places, blobs, forum, teamwork, tasks, empty]
