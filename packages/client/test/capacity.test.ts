import { Capacity, DynamoClient, RawBatch, RetryPolicy } from "@effect-dynamo/client"
import { assert, describe, it } from "@effect/vitest"
import { Cause, Deferred, Effect, Exit, Fiber, Schema } from "effect"
import { absent, conditionFailed, scripted, throttled } from "./support/script.ts"

/** A client whose answers tell this, by operation; it notes what was asked. */
const telling = (told: { readonly [operation in DynamoClient.OperationName]?: unknown }) => {
  const asked: Array<readonly [operation: string, detail: unknown]> = []
  const client = DynamoClient.make({
    send: (operation, input) =>
      Effect.sync(() => {
        asked.push([operation, (input as { readonly ReturnConsumedCapacity?: unknown }).ReturnConsumedCapacity])
        // Whatever the operation, the answer is the test's.
        return { $metadata: {}, ConsumedCapacity: told[operation] } as never
      })
  })
  return { client, asked }
}

const TableName = "orders"
const Key = { id: { S: "a" } }

const read = (units: number): Capacity.Units => ({ read: units, write: 0 })
const write = (units: number): Capacity.Units => ({ read: 0, write: units })

const consumedOf = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.map(DynamoClient.withCapacity(effect), ([, consumed]) => consumed)

describe("withCapacity", () => {
  it.effect("gives the result, and what was consumed by operation, table and index", () =>
    Effect.gen(function* () {
      const { asked, client } = telling({
        GetItem: { TableName, CapacityUnits: 0.5, Table: { CapacityUnits: 0.5 } },
        PutItem: {
          TableName,
          CapacityUnits: 4,
          Table: { CapacityUnits: 1 },
          LocalSecondaryIndexes: { byDate: { CapacityUnits: 1 } },
          GlobalSecondaryIndexes: { gsi1: { CapacityUnits: 2 } }
        },
        Query: {
          TableName,
          CapacityUnits: 3,
          Table: { CapacityUnits: 0 },
          GlobalSecondaryIndexes: { gsi1: { CapacityUnits: 3 } }
        },
        BatchWriteItem: [
          { TableName, CapacityUnits: 5, Table: { CapacityUnits: 5 } },
          { TableName: "users", CapacityUnits: 1, Table: { CapacityUnits: 1 } }
        ]
      })
      const [result, consumed] = yield* Effect.gen(function* () {
        yield* Effect.all([client.getItem({ TableName, Key }), client.getItem({ TableName, Key })], { concurrency: 2 })
        yield* client.putItem({ TableName, Item: Key })
        const fiber = yield* Effect.forkChild(client.query({ TableName }))
        yield* Fiber.join(fiber)
        yield* client.batchWriteItem({ RequestItems: {} })
        return "done"
      }).pipe(DynamoClient.withCapacity)
      assert.strictEqual(result, "done")
      assert.deepStrictEqual(consumed, {
        read: 4,
        write: 10,
        operations: { GetItem: read(1), PutItem: write(4), Query: read(3), BatchWriteItem: write(6) },
        tables: {
          orders: {
            read: 4,
            write: 9,
            table: { read: 1, write: 6 },
            indexes: { byDate: write(1), gsi1: { read: 3, write: 2 } }
          },
          users: { ...write(1), table: write(1), indexes: {} }
        }
      })
      assert.isTrue(asked.every(([, detail]) => detail === "INDEXES"))
    })
  )

  it.effect("takes reads and writes of transactions as they are told", () =>
    Effect.gen(function* () {
      const table = { ReadCapacityUnits: 2, WriteCapacityUnits: 4, CapacityUnits: 6 }
      const { client } = telling({ TransactWriteItems: [{ TableName, ...table, Table: table }] })
      const consumed = yield* consumedOf(client.transactWriteItems({ TransactItems: [] }))
      assert.deepStrictEqual(consumed.tables[TableName], {
        read: 2,
        write: 4,
        table: { read: 2, write: 4 },
        indexes: {}
      })
      assert.deepStrictEqual(consumed.operations.TransactWriteItems, { read: 2, write: 4 })
    })
  )

  it.effect("tells statements that read from those that write", () =>
    Effect.gen(function* () {
      const { client } = telling({
        ExecuteStatement: { TableName, CapacityUnits: 1 },
        BatchExecuteStatement: [{ TableName, CapacityUnits: 2 }]
      })
      const consumed = yield* Effect.gen(function* () {
        yield* client.executeStatement({ Statement: `select * from "orders"` })
        yield* client.executeStatement({ Statement: `INSERT INTO "orders" VALUE {'id': 'a'}` })
        yield* client.batchExecuteStatement({ Statements: [{ Statement: `DELETE FROM "orders" WHERE id = 'a'` }] })
      }).pipe(consumedOf)
      assert.deepStrictEqual(consumed.operations, {
        ExecuteStatement: { read: 1, write: 1 },
        BatchExecuteStatement: write(2)
      })
    })
  )

  it.effect("reads what engines leave out: the name of the only table, and the table's own part", () =>
    Effect.gen(function* () {
      const { client } = telling({
        Query: { CapacityUnits: 3, LocalSecondaryIndexes: { byDate: { CapacityUnits: 1 } } },
        BatchGetItem: [{ CapacityUnits: 1 }]
      })
      const consumed = yield* Effect.gen(function* () {
        yield* client.query({ TableName })
        yield* client.batchGetItem({ RequestItems: { a: { Keys: [Key] }, b: { Keys: [Key] } } })
      }).pipe(consumedOf)
      assert.deepStrictEqual(consumed.tables, {
        orders: { ...read(3), table: read(2), indexes: { byDate: read(1) } }
      })
      assert.strictEqual(consumed.read, 4)
    })
  )

  it.effect("asks for no less than the caller, and for nothing without it", () =>
    Effect.gen(function* () {
      const { asked, client } = telling({})
      yield* client.getItem({ TableName, Key })
      yield* client.getItem({ TableName, Key, ReturnConsumedCapacity: "TOTAL" })
      const consumed = yield* Effect.gen(function* () {
        yield* client.getItem({ TableName, Key, ReturnConsumedCapacity: "NONE" })
        yield* client.getItem({ TableName, Key, ReturnConsumedCapacity: "TOTAL" })
        yield* client.getItem({ TableName, Key, ReturnConsumedCapacity: "INDEXES" })
        yield* client.describeTable({ TableName })
        yield* client.scan({ TableName }).pipe(DynamoClient.withReadRate(1))
      }).pipe(consumedOf)
      yield* client.scan({ TableName }).pipe(DynamoClient.withReadRate(1))
      assert.deepStrictEqual(asked, [
        ["GetItem", undefined],
        ["GetItem", "TOTAL"],
        ["GetItem", "INDEXES"],
        ["GetItem", "INDEXES"],
        ["GetItem", "INDEXES"],
        ["DescribeTable", undefined],
        ["Scan", "INDEXES"],
        ["Scan", "TOTAL"]
      ])
      assert.deepStrictEqual(consumed, Capacity.empty)
    })
  )

  it.live("counts each answer of a request that was retried or left work undone, once", () =>
    Effect.gen(function* () {
      const ConsumedCapacity = [{ TableName, CapacityUnits: 2 }]
      const { client, sent } = scripted([throttled, throttled], { $metadata: {}, ConsumedCapacity })
      const consumed = yield* RawBatch.writeItems(client, [{ table: TableName, key: Key, item: Key }]).pipe(
        DynamoClient.withRetry(RetryPolicy.make({ baseDelay: 0, limitBaseDelay: 0 })),
        consumedOf
      )
      assert.strictEqual(sent.length, 3)
      assert.strictEqual(consumed.write, 2)
    })
  )

  it.effect("is counted by those around it too", () =>
    Effect.gen(function* () {
      const { client } = telling({ GetItem: { TableName, CapacityUnits: 1 } })
      const get = client.getItem({ TableName, Key })
      const [[, inner], outer] = yield* DynamoClient.withCapacity(
        Effect.gen(function* () {
          yield* get
          return yield* DynamoClient.withCapacity(Effect.andThen(get, get))
        })
      )
      assert.strictEqual(inner.read, 2)
      assert.strictEqual(outer.read, 3)
    })
  )

  it.effect("begins anew with each run", () =>
    Effect.gen(function* () {
      const { client } = telling({ GetItem: { TableName, CapacityUnits: 1 } })
      const once = consumedOf(client.getItem({ TableName, Key }))
      assert.deepStrictEqual(yield* once, yield* once)
    })
  )
})

describe("withCapacityMeter", () => {
  it.effect("tells what an effect consumed that failed, and one that was interrupted", () =>
    Effect.gen(function* () {
      const meter = yield* Capacity.makeMeter
      const ConsumedCapacity = { TableName, CapacityUnits: 1 }
      const { client } = scripted(["pass", conditionFailed, "pass", absent], { $metadata: {}, ConsumedCapacity })
      const put = client.putItem({ TableName, Item: Key })
      const exit = yield* Effect.andThen(put, put).pipe(DynamoClient.withCapacityMeter(meter), Effect.exit)
      assert.isTrue(Exit.isFailure(exit))
      assert.strictEqual((yield* meter.consumed).write, 1)
      const reached = yield* Deferred.make<void>()
      const fiber = yield* Effect.gen(function* () {
        yield* put
        yield* Deferred.succeed(reached, undefined)
        return yield* Effect.never
      }).pipe(DynamoClient.withCapacityMeter(meter), Effect.forkChild)
      yield* Deferred.await(reached)
      assert.strictEqual((yield* meter.consumed).write, 2)
      yield* Fiber.interrupt(fiber)
      assert.strictEqual((yield* meter.consumed).write, 2)
    })
  )

  it.effect("counts once on each meter, however often it is said", () =>
    Effect.gen(function* () {
      const [one, other] = [yield* Capacity.makeMeter, yield* Capacity.makeMeter]
      const { client } = telling({ GetItem: { TableName, CapacityUnits: 1 } })
      yield* client
        .getItem({ TableName, Key })
        .pipe(
          DynamoClient.withCapacityMeter(one),
          DynamoClient.withCapacityMeter(other),
          DynamoClient.withCapacityMeter(one)
        )
      assert.deepStrictEqual([(yield* one.consumed).read, (yield* other.consumed).read], [1, 1])
    })
  )

  it.effect("takes a meter of one's own, and a defect of it is the call's", () =>
    Effect.gen(function* () {
      const { client } = telling({ GetItem: { TableName, CapacityUnits: 1 } })
      const seen: Array<Capacity.Capacity> = []
      const meter: Capacity.Meter = { consumed: Effect.succeed(Capacity.empty), addUnsafe: (one) => seen.push(one) }
      yield* client.getItem({ TableName, Key }).pipe(DynamoClient.withCapacityMeter(meter))
      assert.deepStrictEqual(
        seen.map(({ read }) => read),
        [1]
      )
      const broken: Capacity.Meter = {
        ...meter,
        addUnsafe: () => {
          throw new Error("broken")
        }
      }
      const exit = yield* client.getItem({ TableName, Key }).pipe(DynamoClient.withCapacityMeter(broken), Effect.exit)
      assert.isTrue(Exit.isFailure(exit) && Cause.hasDies(exit.cause))
    })
  )
})

describe("gets that are shared", () => {
  const item = (N: string) => ({ id: { S: N }, n: { N } })

  /** Answers batch gets of any keys, at half a unit each. */
  const answering = () => {
    const sent: Array<string> = []
    const client = DynamoClient.make({
      send: (operation, input) =>
        Effect.sync(() => {
          sent.push(operation)
          const { RequestItems } = input as { readonly RequestItems?: { readonly t: { readonly Keys: Array<object> } } }
          const CapacityUnits = 0.5 * (RequestItems?.t.Keys.length ?? 1)
          // Whatever the operation, the answer is the test's.
          return {
            $metadata: {},
            Item: item("1"),
            Responses: { t: RequestItems?.t.Keys ?? [] },
            ConsumedCapacity: RequestItems ? [{ TableName: "t", CapacityUnits }] : { TableName: "t", CapacityUnits }
          } as never
        })
    })
    return { client, sent }
  }

  const get = (client: DynamoClient.Service, id: string) => client.getItem({ TableName: "t", Key: { id: { S: id } } })

  it.effect("are in one request with those of the same meters, and count for these", () =>
    Effect.gen(function* () {
      const { client, sent } = answering()
      const service = DynamoClient.batched(client)
      const some = (...ids: ReadonlyArray<string>) =>
        consumedOf(
          Effect.all(
            ids.map((id) => get(service, id), { concurrency: "unbounded" }),
            { concurrency: "unbounded" }
          )
        )
      const [three, two] = yield* Effect.all(
        [some("a", "b", "c"), some("a", "d"), Effect.all([get(service, "e"), get(service, "f")], { concurrency: 2 })],
        {
          concurrency: "unbounded"
        }
      )
      assert.deepStrictEqual(sent, ["BatchGetItem", "BatchGetItem", "BatchGetItem"])
      assert.deepStrictEqual(three.operations, { BatchGetItem: read(1.5) })
      assert.deepStrictEqual(two.operations, { BatchGetItem: read(1) })
    })
  )

  it.effect("cost nothing when they are given from the cache", () =>
    Effect.gen(function* () {
      const { client, sent } = answering()
      const consumed = yield* Effect.gen(function* () {
        const service = yield* DynamoClient.DynamoClient
        yield* Effect.forEach([1, 2, 3], () => get(service, "a"))
      }).pipe(DynamoClient.withReadCache, Effect.provideService(DynamoClient.DynamoClient, client), consumedOf)
      assert.deepStrictEqual(sent, ["GetItem"])
      assert.strictEqual(consumed.read, 0.5)
    })
  )
})

describe("Capacity.combine", () => {
  const part = Schema.Struct({
    table: Schema.Literals(["a", "b", "__proto__"]),
    index: Schema.Literals(["x", "y"]),
    operation: Schema.Literals(["GetItem", "PutItem"]),
    units: Schema.Struct({ read: Schema.Int, write: Schema.Int })
  })
  const capacityOf = ({ index, operation, table, units }: typeof part.Type): Capacity.Capacity => ({
    ...units,
    operations: { [operation]: units },
    tables: Object.fromEntries([[table, { ...units, table: read(0), indexes: { [index]: units } }]])
  })
  const sum = (parts: ReadonlyArray<Capacity.Units | undefined>): Capacity.Units => ({
    read: parts.reduce((all, one) => all + (one?.read ?? 0), 0),
    write: parts.reduce((all, one) => all + (one?.write ?? 0), 0)
  })

  it.prop("adds everything up, in whatever groups", [Schema.Array(part), Schema.Int], ([parts, at]) => {
    const all = parts.map(capacityOf)
    const cut = Math.abs(at) % (all.length + 1)
    const total = Capacity.combineAll(all)
    const inGroups = Capacity.combine(Capacity.combineAll(all.slice(0, cut)), Capacity.combineAll(all.slice(cut)))
    assert.deepStrictEqual(inGroups, total)
    assert.deepStrictEqual(sum([total]), sum(parts.map(({ units }) => units)))
    for (const table of ["a", "b", "__proto__"]) {
      const found = Object.hasOwn(total.tables, table) ? total.tables[table] : undefined
      const mine = parts.filter((one) => one.table === table)
      assert.deepStrictEqual(sum([found]), sum(mine.map(({ units }) => units)))
      assert.deepStrictEqual(sum(Object.values(found?.indexes ?? {})), sum(mine.map(({ units }) => units)))
    }
    assert.deepStrictEqual(sum(Object.values(total.operations)), sum([total]))
  })

  it("leaves what it combines as it was", () => {
    assert.deepStrictEqual(Capacity.empty, { read: 0, write: 0, operations: {}, tables: {} })
    const one = capacityOf({ table: "a", index: "x", operation: "GetItem", units: read(1) })
    assert.deepStrictEqual(Capacity.combine(one)(one).tables["a"]?.indexes["x"], read(2))
    assert.deepStrictEqual(one.tables["a"]?.indexes["x"], read(1))
  })
})
