import { DynamoClient } from "@effect-dynamo/client"
import { ConfigProvider, Effect, Layer } from "effect"
import { execFileSync } from "node:child_process"
import { connect } from "node:net"

/** Creates a table with the partition key `pk`. */
export const createTable = (name: string) =>
  DynamoClient.DynamoClient.use((client) =>
    client.createTable({
      TableName: name,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }]
    })
  )

/** Creates a table with the partition key `pk`, and waits until it can be used: without sleeping, for clocks may stand still. */
export const createActiveTable = (name: string) =>
  Effect.andThen(
    createTable(name),
    DynamoClient.DynamoClient.use((client) => client.describeTable({ TableName: name })).pipe(
      Effect.repeat({ until: ({ Table }) => Table?.TableStatus === "ACTIVE" })
    )
  )

/** Creates a table, puts an item and gets it back. */
export const roundTrip = (table: string) =>
  Effect.gen(function* () {
    const client = yield* DynamoClient.DynamoClient
    yield* createActiveTable(table)
    const item = { pk: { S: "a" }, n: { N: "1" } }
    yield* client.putItem({ TableName: table, Item: item })
    const { Item } = yield* client.getItem({ TableName: table, Key: { pk: item.pk }, ConsistentRead: true })
    return Item
  })

/** The names of the tables that the client sees. */
export const tables = DynamoClient.DynamoClient.use((client) => client.listTables({})).pipe(
  Effect.map(({ TableNames }) => TableNames)
)

/** A client of the engine, with an access key of one's own. */
export const clientOf = (endpoint: string, accessKeyId: string) =>
  DynamoClient.layer({ endpoint, region: "us-east-1", credentials: { accessKeyId, secretAccessKey: "test" } })

/** What stands in the environment of the program, and nothing else. */
export const environment = (variables: Record<string, string>) =>
  ConfigProvider.layer(ConfigProvider.fromEnvRecord(variables))

/** A layer built under an environment of its own. */
export const under =
  (variables: Record<string, string>) =>
  <A, E>(layer: Layer.Layer<A, E>): Layer.Layer<A, E> =>
    Layer.provide(layer, environment(variables))

export const portOf = (endpoint: string): number => Number(new URL(endpoint).port)

/** Whether something listens there. */
export const isOpen = (endpoint: string): Effect.Effect<boolean> =>
  Effect.callback((resume) => {
    const socket = connect(portOf(endpoint), "127.0.0.1")
    socket.on("connect", () => {
      socket.destroy()
      resume(Effect.succeed(true))
    })
    socket.on("error", () => resume(Effect.succeed(false)))
  })

/** The command lines of the processes, watchmen included, that contain the text. */
export const processes = (text: string): Effect.Effect<ReadonlyArray<string>> =>
  Effect.sync(() =>
    execFileSync("ps", ["-A", "-o", "args="], { encoding: "utf8" })
      .split("\n")
      .filter((line) => line.includes(text))
  )

/** Waits until something is so; gives false if it is not within ten seconds. */
export const eventually = <R>(condition: Effect.Effect<boolean, never, R>): Effect.Effect<boolean, never, R> =>
  Effect.repeat(Effect.delay(condition, "20 millis"), { until: (holds) => holds }).pipe(
    Effect.timeoutOrElse({ duration: "10 seconds", orElse: () => Effect.succeed(false) })
  )

/** Waits until there are such processes. */
export const isRunning = (text: string) => eventually(Effect.map(processes(text), ({ length }) => length > 0))

/** Waits until there are none. */
export const isGone = (text: string) => eventually(Effect.map(processes(text), ({ length }) => length === 0))

/** Waits until nothing listens there. */
export const isClosed = (endpoint: string) => eventually(Effect.map(isOpen(endpoint), (open) => !open))
