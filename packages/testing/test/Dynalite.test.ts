import { DynamoClient } from "@effect-dynamo/client"
import { DynamoError } from "@effect-dynamo/core"
import { assert, describe, it } from "@effect/vitest"
import { Deferred, Duration, Effect, Exit, Fiber, Layer, Option } from "effect"
import { mkdtempSync } from "node:fs"
import { createServer } from "node:http"
import { connect, type Socket } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Dynalite } from "../src/main.ts"
import { clientLayers } from "../test-support/engines.ts"
import { createActiveTable, createTable, eventually, isOpen, portOf, roundTrip, tables, under } from "./utils.ts"

/** Whatever the environment of the test run names. */
const layer = Dynalite.layer.pipe(under({}))
const layerWith = (options: Dynalite.Options) => Dynalite.layerWith(options).pipe(under({}))

/** Connects, and sends the beginning of a request. */
const halfRequest = (endpoint: string): Effect.Effect<Socket> =>
  Effect.callback((resume) => {
    const head =
      "POST / HTTP/1.1\r\nHost: local\r\nContent-Type: application/x-amz-json-1.0\r\nContent-Length: 99\r\n\r\n{"
    const socket = connect(portOf(endpoint), "127.0.0.1", () => {
      socket.write(head, () => resume(Effect.succeed(socket)))
    })
    // It may be cut off.
    socket.on("error", () => {})
  })

describe("Dynalite", () => {
  it.live("answers while its scope is open, and not after", () =>
    Effect.gen(function* () {
      const endpoint = yield* Effect.gen(function* () {
        assert.deepStrictEqual(yield* roundTrip("users"), { pk: { S: "a" }, n: { N: "1" } })
        const endpoint = yield* Dynalite.endpoint
        assert.match(endpoint, /^http:\/\/127\.0\.0\.1:\d+$/)
        assert.isTrue(yield* isOpen(endpoint))
        return endpoint
      }).pipe(Effect.provide(layer))
      assert.isFalse(yield* isOpen(endpoint))
    })
  )

  it.effect("starts and stops under a TestClock that stands still", () =>
    Effect.provide(Effect.map(roundTrip("users"), assert.isDefined), layer)
  )

  it.live("does not wait for clients to hang up, not even within a request", () =>
    Effect.gen(function* () {
      const [duration] = yield* Effect.timed(Effect.provide(Effect.flatMap(Dynalite.endpoint, halfRequest), layer))
      assert.isBelow(Duration.toMillis(duration), 2000)
    })
  )

  it.live("runs more than one at once, each with its own tables", () =>
    Effect.gen(function* () {
      const engine = Effect.gen(function* () {
        yield* roundTrip("users")
        return { endpoint: yield* Dynalite.endpoint, tables: yield* tables }
      })
      const outer = yield* Effect.gen(function* () {
        const inner = yield* Effect.provide(engine, layer, { local: true })
        return [inner, yield* engine]
      }).pipe(Effect.provide(layer))
      assert.deepStrictEqual(
        outer.map(({ tables }) => tables),
        [["users"], ["users"]]
      )
      assert.notStrictEqual(outer[0]?.endpoint, outer[1]?.endpoint)
    })
  )

  it.live("takes the port, and says so when that is taken", () =>
    Effect.gen(function* () {
      const port = portOf(yield* Dynalite.endpoint)
      const error = yield* Effect.flip(Layer.build(layerWith({ port })))
      assert.strictEqual(error._tag, "EngineError")
      assert.strictEqual(error.reason, "PortInUse")
      assert.include(error.message, String(port))
    }).pipe(Effect.provide(layer))
  )

  it.live("keeps its data in a folder", () =>
    Effect.gen(function* () {
      const path = mkdtempSync(join(tmpdir(), "dynalite-"))
      yield* Effect.provide(roundTrip("users"), layerWith({ path }))
      assert.deepStrictEqual(yield* Effect.provide(tables, layerWith({ path })), ["users"])
    })
  )

  it.live("can take its time with tables", () =>
    Effect.gen(function* () {
      yield* createTable("users")
      const client = yield* DynamoClient.DynamoClient
      const { Table } = yield* client.describeTable({ TableName: "users" })
      assert.strictEqual(Table?.TableStatus, "CREATING")
    }).pipe(Effect.provide(layerWith({ createTableMs: 60_000 })))
  )

  it.live("survives a client that hangs up in the middle of a request", () =>
    Effect.gen(function* () {
      const socket = yield* halfRequest(yield* Dynalite.endpoint)
      socket.destroy()
      // An error outside of any call would fail the run.
      yield* Effect.sleep("50 millis")
      assert.isDefined(yield* roundTrip("users"))
    }).pipe(Effect.provide(layer))
  )

  it.live("survives being stopped under a load of writes", () =>
    Effect.gen(function* () {
      // Updates of one item wait for each other within the engine.
      const write = DynamoClient.DynamoClient.use((client) =>
        client.updateItem({
          TableName: "users",
          Key: { pk: { S: "a" } },
          UpdateExpression: "SET a = :a",
          ExpressionAttributeValues: { ":a": { S: "x".repeat(1000) } }
        })
      ).pipe(DynamoClient.noRetry)
      const writes = yield* Effect.gen(function* () {
        yield* createTable("users")
        yield* eventually(Effect.isSuccess(write))
        const first = yield* Deferred.make<void>()
        const writing = Effect.exit(Effect.tap(write, () => Deferred.succeed(first, undefined)))
        const context = yield* Effect.context<DynamoClient.DynamoClient>()
        const writes = Effect.all(
          Array.from({ length: 50 }, () => writing),
          { concurrency: "unbounded" }
        )
        const fiber = yield* Effect.forkDetach(Effect.provide(writes, context))
        yield* Deferred.await(first)
        return fiber
      }).pipe(Effect.provide(layer))
      const exits = yield* Fiber.join(writes)
      assert.isTrue(exits.some(Exit.isFailure))
      // An error outside of any call would fail the run.
      yield* Effect.sleep("50 millis")
    })
  )
})

describe("ReturnValuesOnConditionCheckFailure", () => {
  const stands = {
    pk: { S: "stands" },
    n: { N: "1" },
    deep: { L: [{ M: { names: { SS: ["x", "y"] }, bytes: { B: new Uint8Array([1, 2]) } } }, { NULL: true }] }
  }

  type Asked = { readonly ReturnValuesOnConditionCheckFailure?: "ALL_OLD" | "NONE" }
  type Write = (
    asked: Asked,
    pk?: string
  ) => Effect.Effect<unknown, { readonly _tag: string }, DynamoClient.DynamoClient>

  // The condition is false of the item that stands, and where there is none.
  const condition = {
    TableName: "users",
    ConditionExpression: "n = :two",
    ExpressionAttributeValues: { ":two": { N: "2" } }
  }
  const writes: Record<string, Write> = {
    putItem: (asked, pk = "stands") =>
      DynamoClient.DynamoClient.use((client) =>
        client.putItem({ ...condition, ...asked, Item: { pk: { S: pk }, n: { N: "3" } } })
      ),
    updateItem: (asked, pk = "stands") =>
      DynamoClient.DynamoClient.use((client) =>
        client.updateItem({ ...condition, ...asked, Key: { pk: { S: pk } }, UpdateExpression: "SET n = :two" })
      ),
    deleteItem: (asked, pk = "stands") =>
      DynamoClient.DynamoClient.use((client) => client.deleteItem({ ...condition, ...asked, Key: { pk: { S: pk } } }))
  }

  it.live.each(Object.entries(writes))("is heeded by %s", ([, write]) =>
    Effect.gen(function* () {
      yield* createActiveTable("users")
      yield* DynamoClient.DynamoClient.use((client) => client.putItem({ TableName: "users", Item: stands }))
      const told = (asked: Asked, pk?: string) =>
        Effect.flip(write(asked, pk)).pipe(
          Effect.map((error) => {
            assert.instanceOf(error, DynamoError.ConditionalCheckFailed)
            return error.item
          })
        )
      assert.deepStrictEqual(yield* told({ ReturnValuesOnConditionCheckFailure: "ALL_OLD" }), Option.some(stands))
      assert.deepStrictEqual(yield* told({ ReturnValuesOnConditionCheckFailure: "NONE" }), Option.none())
      assert.deepStrictEqual(yield* told({}), Option.none())
      assert.deepStrictEqual(yield* told({ ReturnValuesOnConditionCheckFailure: "ALL_OLD" }, "absent"), Option.none())
      // Nothing was written.
      const { Items } = yield* DynamoClient.DynamoClient.use((client) => client.scan({ TableName: "users" }))
      assert.deepStrictEqual(Items, [stands])
    }).pipe(Effect.provide(layer))
  )

  it.live("gives the item of a put that is repeated under attribute_not_exists, in the second engine too", () =>
    Effect.gen(function* () {
      yield* createActiveTable("users")
      const put = DynamoClient.DynamoClient.use((client) =>
        client.putItem({
          TableName: "users",
          Item: stands,
          ConditionExpression: "attribute_not_exists(pk)",
          ReturnValuesOnConditionCheckFailure: "ALL_OLD"
        })
      )
      yield* put
      const error = yield* Effect.flip(put)
      assert.instanceOf(error, DynamoError.ConditionalCheckFailed)
      assert.deepStrictEqual(error.item, Option.some(stands))
    }).pipe(Effect.provide(layer), Effect.repeat({ times: 1 }))
  )

  it.live("is refused where it is neither ALL_OLD nor NONE", () =>
    Effect.gen(function* () {
      yield* createActiveTable("users")
      const error = yield* DynamoClient.DynamoClient.use((client) =>
        client.putItem({
          TableName: "users",
          Item: stands,
          // @ts-expect-error -- no value that DynamoDB knows
          ReturnValuesOnConditionCheckFailure: "ALL_NEW"
        })
      ).pipe(Effect.flip)
      assert.strictEqual(error._tag, "RequestRejected")
    }).pipe(Effect.provide(layer))
  )
})

describe("an operation that Dynalite lacks", () => {
  const requests = DynamoClient.DynamoClient.use((client) =>
    Effect.all([
      Effect.flip(
        client.transactWriteItems({ TransactItems: [{ Put: { TableName: "users", Item: { pk: { S: "a" } } } }] })
      ),
      Effect.flip(client.describeContinuousBackups({ TableName: "users" }))
    ])
  )

  for (const [name, client] of Object.entries(clientLayers)) {
    it.live(`is named, and the engine that has it: the ${name} client`, () =>
      Effect.gen(function* () {
        const [transaction, backups] = yield* requests
        assert.instanceOf(transaction, DynamoError.RequestRejected)
        assert.strictEqual(transaction.code, "UnknownOperationException")
        assert.strictEqual(
          transaction.message,
          "This engine has no TransactWriteItems: use DynamoLocal.layer of @effect-dynamo/testing for it."
        )
        assert.instanceOf(backups, DynamoError.RequestRejected)
        assert.strictEqual(
          backups.message,
          "This engine has no DescribeContinuousBackups, and neither has DynamoDB Local."
        )
      }).pipe(Effect.provide(layerWith({ client })))
    )
  }

  it.live("is named by the client that is there if none is chosen", () =>
    Effect.gen(function* () {
      const [transaction] = yield* requests
      assert.include(transaction.message, "TransactWriteItems")
    }).pipe(Effect.provide(layer))
  )

  it.live("is told of in the engine's own words, if it has any", () =>
    Effect.gen(function* () {
      const client = () =>
        Layer.succeed(
          DynamoClient.DynamoClient,
          DynamoClient.make({
            send: () =>
              Effect.fail({
                origin: "response" as const,
                code: "UnknownOperationException",
                message: "Not here",
                sent: true,
                status: 400,
                cause: undefined
              })
          })
        )
      const [transaction] = yield* Effect.provide(requests, layerWith({ client }))
      assert.strictEqual(transaction.message, "Not here.")
    })
  )
})

describe("DYNAMODB_ENDPOINT", () => {
  it.live("names the engine to use, and none is started", () =>
    Effect.gen(function* () {
      const endpoint = yield* Dynalite.endpoint
      yield* createTable("users")
      const seen = Effect.all([Dynalite.endpoint, tables])
      const other = Dynalite.layer.pipe(under({ DYNAMODB_ENDPOINT: `${endpoint}/` }))
      assert.deepStrictEqual(yield* Effect.provide(seen, other, { local: true }), [endpoint, ["users"]])
      // Closing that layer has not closed the engine, which is not its own.
      assert.isTrue(yield* isOpen(endpoint))
    }).pipe(Effect.provide(layer))
  )

  it.live("counts as not set when empty", () =>
    Effect.provide(
      Effect.map(roundTrip("users"), assert.isDefined),
      Dynalite.layer.pipe(under({ DYNAMODB_ENDPOINT: "" }))
    )
  )

  for (const value of ["localhost:8000", "nonsense", "ftp://localhost"]) {
    it.live(`is refused when it is no URL of an engine: ${value}`, () =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(Layer.build(Dynalite.layer.pipe(under({ DYNAMODB_ENDPOINT: value }))))
        assert.strictEqual(error.reason, "InvalidEndpoint")
        assert.notInclude(error.message, value)
      })
    )
  }

  it.live("is sent the region and credentials that any engine takes", () =>
    Effect.gen(function* () {
      let authorization: string | undefined
      const server = createServer((request, response) => {
        authorization = request.headers.authorization
        response.setHeader("content-type", "application/x-amz-json-1.0").end('{"TableNames":[]}')
      })
      yield* Effect.acquireRelease(
        Effect.callback<void>((resume) => void server.listen(0, "127.0.0.1", () => resume(Effect.void))),
        () => Effect.sync(() => server.close().closeAllConnections())
      )
      const { port } = server.address() as { readonly port: number }
      yield* Effect.provide(tables, Dynalite.layer.pipe(under({ DYNAMODB_ENDPOINT: `http://127.0.0.1:${port}` })))
      assert.match(authorization ?? "", /Credential=local\/\d+\/us-east-1\/dynamodb\/aws4_request/)
    })
  )
})
