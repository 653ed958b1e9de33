import { DynamoClient } from "@effect-dynamo/client"
import { DynamoError, Index, Table } from "@effect-dynamo/core"
import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Fiber, Logger } from "effect"
import { TestClock } from "effect/testing"
import { engines, onlyLocal } from "../../testing/test-support/engines.ts"
import { TableAdmin } from "../src/main.ts"
import { answering, recorded } from "./support/client.ts"

const Shop = Table.make("shop", { indexes: { byState: Index.global({ partitionKey: "state" }) } })
const Expiring = Table.make("expiring", { sortKey: null, timeToLive: "until" })
/** The same before it had indexes, and with another sort key. */
const Older = Table.make("shop", { sortKey: { name: "at", type: "N" } })

type Send = DynamoClient.Transport["send"]

/** An effect whose requests go through `via`, which has the true way of sending them. */
const through = <A, E, R>(effect: Effect.Effect<A, E, R>, via: (send: Send) => Send) =>
  Effect.flatMap(DynamoClient.DynamoClient, (client) =>
    Effect.provideService(
      effect,
      DynamoClient.DynamoClient,
      DynamoClient.mapTransport(client, (transport) => ({ send: via((...request) => transport.send(...request)) }))
    )
  )

const expiryOf = (TableName: string) =>
  Effect.flatMap(DynamoClient.DynamoClient, (client) => client.describeTimeToLive({ TableName })).pipe(
    Effect.map(({ TimeToLiveDescription }) => TimeToLiveDescription)
  )

const silent = Effect.provide(Logger.layer([]))

engines("ensure", (it) => {
  it.effect("creates a table where there is none, and takes the one that is there", () =>
    Effect.gen(function* () {
      const options = { billing: { readCapacity: 1, writeCapacity: 2 }, tags: { team: "a" } }
      const created = yield* TableAdmin.ensure(Shop, options)
      assert.strictEqual(created.TableStatus, "ACTIVE")
      assert.strictEqual(created.ProvisionedThroughput?.WriteCapacityUnits, 2)
      const [again, sent] = yield* recorded((sent) =>
        Effect.map(TableAdmin.ensure(Shop, options), (description) => [description, sent] as const)
      )
      assert.deepStrictEqual(again.CreationDateTime, created.CreationDateTime)
      assert.deepStrictEqual(
        sent.map(({ operation }) => operation).filter((operation) => !operation.startsWith("Describe")),
        []
      )
      assert.deepStrictEqual(yield* TableAdmin.ensure(Shop), again)
      yield* TableAdmin.delete(Shop)
    })
  )

  it.effect("fails where the table is otherwise, says in what, and changes nothing", () =>
    Effect.gen(function* () {
      yield* TableAdmin.create(Older)
      const before = yield* TableAdmin.describe("shop")
      const error = yield* Effect.flip(TableAdmin.ensure(Shop))
      assert.instanceOf(error, DynamoError.ResourceInUse)
      assert.deepStrictEqual(error.differences, yield* TableAdmin.drift(Shop))
      assert.strictEqual(error.differences?.length, 2)
      assert.strictEqual(error.operation, "TableAdmin.ensure")
      assert.strictEqual(error.table, "shop")
      assert.match(
        error.message,
        /^The table "shop" is not as declared:\n- sortKey: declared as sk \(S\), but is at \(N\)\n- /
      )
      assert.include(error.message, "- indexes.byState: declared as global; partitionKey state (S); ")
      assert.match(error.message, /\nChange the Table value where the table is right\./)
      assert.deepStrictEqual(yield* TableAdmin.describe("shop"), before)
      yield* TableAdmin.delete("shop")
    })
  )

  it.effect("create says the same of a table that exists", () =>
    Effect.gen(function* () {
      yield* TableAdmin.create(Older)
      const other = yield* Effect.flip(TableAdmin.create(Shop))
      assert.instanceOf(other, DynamoError.ResourceInUse)
      assert.strictEqual(other.differences?.length, 2)
      assert.strictEqual(other.operation, "CreateTable")
      assert.match(other.message, /^The table "shop" exists already, and is not as declared:\n- sortKey: /)
      const same = yield* Effect.flip(TableAdmin.create(Older))
      assert.instanceOf(same, DynamoError.ResourceInUse)
      assert.deepStrictEqual(same.differences, [])
      assert.match(same.message, /^The table "shop" exists already, as it is declared\./)
      yield* TableAdmin.delete("shop")
    })
  )

  it.effect("may be run by many at once", () =>
    Effect.gen(function* () {
      const all = yield* Effect.all(
        Array.from({ length: 5 }, () => silent(TableAdmin.ensure(Expiring))),
        { concurrency: "unbounded" }
      )
      assert.deepStrictEqual(
        all.map(({ TableStatus }) => TableStatus),
        ["ACTIVE", "ACTIVE", "ACTIVE", "ACTIVE", "ACTIVE"]
      )
      assert.strictEqual(new Set(all.map(({ CreationDateTime }) => String(CreationDateTime))).size, 1)
      yield* TableAdmin.delete(Expiring)
    })
  )

  it.effect("compares what another process made in the meantime", () =>
    Effect.gen(function* () {
      let seen = false
      const error = yield* through(TableAdmin.ensure(Shop), (send) => (operation, input) => {
        if (operation !== "DescribeTable" || seen) return send(operation, input)
        seen = true
        return send(operation, input).pipe(
          Effect.ensuring(
            // The other process, right after this one has seen that there is no table.
            Effect.flatMap(TableAdmin.toInput(Older), (input) => send("CreateTable", input)).pipe(Effect.orDie)
          )
        )
      }).pipe(Effect.flip)
      assert.instanceOf(error, DynamoError.ResourceInUse)
      assert.strictEqual(error.differences?.length, 2)
      yield* TableAdmin.delete("shop")
    })
  )

  it.effect("goes on where the answer to CreateTable was lost", () =>
    Effect.gen(function* () {
      let creations = 0
      const description = yield* through(TableAdmin.ensure(Shop), (send) => (operation, input) => {
        if (operation !== "CreateTable" || creations++ > 0) return send(operation, input)
        return Effect.andThen(
          send(operation, input),
          Effect.fail({
            origin: "network",
            code: "ECONNRESET",
            message: "reset",
            sent: true,
            cause: undefined
          } as const)
        )
      })
      assert.strictEqual(description.TableStatus, "ACTIVE")
      assert.strictEqual(creations, 2)
      yield* TableAdmin.delete("shop")
    })
  )
})

onlyLocal("ensure", (it) => {
  it.effect("turns expiry on where the creation was interrupted before that", () =>
    Effect.gen(function* () {
      const reached = yield* Deferred.make<void>()
      const creation = yield* through(
        TableAdmin.create(Expiring),
        (send) => (operation, input) =>
          operation === "UpdateTimeToLive"
            ? Effect.andThen(Deferred.succeed(reached, undefined), Effect.never)
            : send(operation, input)
      ).pipe(Effect.forkChild)
      yield* Deferred.await(reached)
      yield* Fiber.interrupt(creation)
      assert.strictEqual((yield* expiryOf("expiring"))?.TimeToLiveStatus, "DISABLED")
      const description = yield* TableAdmin.ensure(Expiring)
      assert.strictEqual(description.TableStatus, "ACTIVE")
      assert.deepStrictEqual(yield* expiryOf("expiring"), { TimeToLiveStatus: "ENABLED", AttributeName: "until" })
      assert.deepStrictEqual(yield* TableAdmin.drift(Expiring), [])
      yield* TableAdmin.delete(Expiring)
    })
  )

  it.effect("leaves expiry off where more than that differs, and fails where items expire by something else", () =>
    Effect.gen(function* () {
      yield* TableAdmin.create(Table.make("expiring"))
      const both = yield* Effect.flip(TableAdmin.ensure(Expiring))
      assert.instanceOf(both, DynamoError.ResourceInUse)
      assert.deepStrictEqual(
        both.differences?.map(({ path }) => path),
        ["sortKey", "timeToLive"]
      )
      assert.strictEqual((yield* expiryOf("expiring"))?.TimeToLiveStatus, "DISABLED")
      yield* TableAdmin.delete("expiring")
      yield* TableAdmin.create(Table.make("expiring", { sortKey: null, timeToLive: "other" }))
      const other = yield* Effect.flip(TableAdmin.ensure(Expiring))
      assert.instanceOf(other, DynamoError.ResourceInUse)
      assert.include(other.message, "- timeToLive: declared as until, but is other\n")
      yield* TableAdmin.delete("expiring")
    })
  )

  it.effect("takes what another process has turned on in the meantime, if it is the same", () =>
    Effect.gen(function* () {
      const overtaken = (by: string) =>
        through(
          TableAdmin.ensure(Expiring),
          (send) => (operation, input) =>
            operation !== "UpdateTimeToLive"
              ? send(operation, input)
              : Effect.andThen(
                  send("UpdateTimeToLive", {
                    TableName: "expiring",
                    TimeToLiveSpecification: { AttributeName: by, Enabled: true }
                  }),
                  send(operation, input)
                )
        )
      yield* overtaken("until")
      assert.deepStrictEqual(yield* expiryOf("expiring"), { TimeToLiveStatus: "ENABLED", AttributeName: "until" })
      yield* TableAdmin.delete("expiring")
      assert.strictEqual((yield* Effect.flip(overtaken("other")))._tag, "RequestRejected")
      yield* TableAdmin.delete("expiring")
    })
  )

  it.effect("creates with stream and deletion protection, under which a table is not deleted", () =>
    Effect.gen(function* () {
      const options = { stream: "new-image", deletionProtection: true, tags: { team: "a" } } as const
      const created = yield* TableAdmin.ensure(Shop, options)
      assert.deepStrictEqual(created.StreamSpecification, { StreamEnabled: true, StreamViewType: "NEW_IMAGE" })
      assert.isTrue(created.DeletionProtectionEnabled)
      assert.strictEqual((yield* TableAdmin.ensure(Shop, options)).TableStatus, "ACTIVE")
      const refused = yield* Effect.flip(TableAdmin.delete(Shop))
      assert.strictEqual(refused._tag, "RequestRejected")
      assert.match(refused.message, /Disable deletion protection first/)
      const client = yield* DynamoClient.DynamoClient
      yield* client.updateTable({ TableName: "shop", DeletionProtectionEnabled: false })
      yield* TableAdmin.delete(Shop)
    })
  )
})

/** A table that goes from one status to the next each time it is looked at, and stays in the last; `undefined`: is gone. */
const becoming = (statuses: ReadonlyArray<string | undefined>) => {
  const sent: Array<DynamoClient.OperationName> = []
  let described = 0
  const client = DynamoClient.make({
    send: (operation) =>
      Effect.suspend(() => {
        sent.push(operation)
        if (operation !== "DescribeTable") return Effect.succeed({}) as Effect.Effect<never> // the answer is the test's
        const TableStatus = statuses[Math.min(described++, statuses.length - 1)]
        return TableStatus === undefined
          ? Effect.fail({
              origin: "response",
              code: "ResourceNotFoundException",
              message: "gone",
              sent: true,
              status: 400,
              cause: undefined
            } as const)
          : (Effect.succeed({
              Table: {
                TableStatus,
                KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
                AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "S" }]
              }
            }) as Effect.Effect<never>)
      })
  })
  return { sent, client }
}

const Slow = Table.make("slow", { sortKey: null })

/** What comes of an effect on a table within an hour. */
const within = <A, E>(effect: Effect.Effect<A, E, DynamoClient.DynamoClient>, client: DynamoClient.Service) =>
  Effect.gen(function* () {
    const fiber = yield* effect.pipe(
      Effect.provideService(DynamoClient.DynamoClient, client),
      Effect.result,
      Effect.forkChild
    )
    yield* TestClock.adjust("1 hour")
    return yield* Fiber.join(fiber)
  })

describe("ensure", () => {
  it.effect("waits for a table that another is creating", () =>
    Effect.gen(function* () {
      const { client, sent } = becoming(["CREATING", "CREATING", "ACTIVE"])
      const result = yield* within(TableAdmin.ensure(Slow), client)
      assert.strictEqual(result._tag, "Success")
      assert.deepStrictEqual(sent, ["DescribeTable", "DescribeTable", "DescribeTable", "DescribeTimeToLive"])
    })
  )

  it.effect("waits for a table that is being deleted, and creates it anew", () =>
    Effect.gen(function* () {
      const { client, sent } = becoming(["DELETING", "DELETING", undefined, undefined, "CREATING", "ACTIVE"])
      const result = yield* within(TableAdmin.ensure(Slow), client)
      assert.strictEqual(result._tag, "Success")
      assert.deepStrictEqual(
        sent.map((operation) => (operation === "DescribeTable" ? "" : operation)),
        ["", "", "", "CreateTable", "", "", ""]
      )
    })
  )

  it.effect("gives up on a table that goes elsewhere", () =>
    Effect.gen(function* () {
      for (const [status, advice] of [
        ["DELETING", / it is DELETING\. Create it when it is gone, or use TableAdmin\.ensure/],
        ["ARCHIVED", / it is ARCHIVED\.$/]
      ] as const) {
        const result = yield* within(TableAdmin.ensure(Slow), becoming(["CREATING", status]).client)
        assert.strictEqual(result._tag, "Failure")
        if (result._tag === "Failure") {
          assert.strictEqual(result.failure._tag, "ResourceInUse")
          assert.match(result.failure.message, advice)
        }
      }
    })
  )

  it.effect("waits as long as it is told", () =>
    Effect.gen(function* () {
      for (const status of ["CREATING", "DELETING"]) {
        const { client, sent } = becoming([status])
        const result = yield* within(TableAdmin.ensure(Slow, { timeout: "10 seconds" }), client)
        assert.strictEqual(result._tag, "Failure")
        if (result._tag === "Failure") {
          assert.strictEqual(result.failure._tag, "RequestTimeout")
          assert.strictEqual(result.failure.operation, "TableAdmin.ensure")
          assert.match(result.failure.message, /^The table "slow" was not (active|gone) after 10s\./)
        }
        assert.isBelow(sent.length, 20)
      }
    })
  )

  it.effect("sends nothing for capacity that cannot be", () =>
    Effect.gen(function* () {
      const none = answering(() => Effect.die("was sent"))
      for (const [billing, message] of [
        [{ readCapacity: 0, writeCapacity: 1 }, /readCapacity takes a whole number of units from 1, not 0\./],
        [{ readCapacity: 1, writeCapacity: 1.5 }, /writeCapacity takes a whole number of units from 1, not 1\.5\./],
        [{ readCapacity: NaN, writeCapacity: 1 }, /readCapacity takes a whole number of units from 1, not NaN\./]
      ] as const) {
        for (const administer of [
          TableAdmin.toInput(Slow, { billing }),
          TableAdmin.create(Slow, { billing }),
          TableAdmin.ensure(Slow, { billing }),
          TableAdmin.drift(Slow, { billing })
        ] as ReadonlyArray<Effect.Effect<unknown, TableAdmin.Error, DynamoClient.DynamoClient>>) {
          const error = yield* Effect.flip(Effect.provide(administer, none))
          assert.strictEqual(error._tag, "RequestRejected")
          assert.match(error.message, message)
          assert.strictEqual(error.table, "slow")
        }
      }
    })
  )
})

describe("create", () => {
  const inUse = {
    origin: "response",
    code: "ResourceInUseException",
    message: "it is",
    sent: true,
    status: 400
  } as const

  it.effect("tells of a table that is being deleted", () =>
    Effect.gen(function* () {
      const { client } = becoming(["DELETING"])
      const create = through(
        TableAdmin.create(Slow),
        (send) => (operation, input) =>
          operation === "CreateTable" ? Effect.fail({ ...inUse, cause: undefined }) : send(operation, input)
      )
      const error = yield* Effect.flip(Effect.provideService(create, DynamoClient.DynamoClient, client))
      assert.strictEqual(error._tag, "ResourceInUse")
      assert.match(error.message, /^The table "slow" is being deleted\. Create it when it is gone/)
    })
  )

  it.effect("fails as DynamoDB did where it may not look at the table", () =>
    Effect.gen(function* () {
      const { client } = becoming(["ACTIVE"])
      const create = through(
        TableAdmin.create(Slow),
        (send) => (operation, input) =>
          operation === "CreateTable"
            ? Effect.fail({ ...inUse, cause: undefined })
            : operation === "DescribeTable"
              ? Effect.fail({ ...inUse, code: "AccessDeniedException", cause: undefined })
              : send(operation, input)
      )
      const error = yield* Effect.flip(Effect.provideService(create, DynamoClient.DynamoClient, client))
      assert.instanceOf(error, DynamoError.ResourceInUse)
      assert.strictEqual(error.message, "it is.")
      assert.isUndefined(error.differences)
    })
  )
})

describe("delete", () => {
  it.effect("gives up in time on a table that does not go", () =>
    Effect.gen(function* () {
      for (const [options, expected] of [
        [undefined, /^The table "slow" was not gone after 2m\. /],
        [{ timeout: "5 seconds" }, /^The table "slow" was not gone after 5s\. DynamoDB goes on with it: /]
      ] as const) {
        const result = yield* within(TableAdmin.delete(Slow, options), becoming(["DELETING"]).client)
        assert.strictEqual(result._tag, "Failure")
        if (result._tag === "Failure") {
          assert.strictEqual(result.failure._tag, "RequestTimeout")
          assert.strictEqual(result.failure.operation, "TableAdmin.delete")
          assert.match(result.failure.message, expected)
        }
      }
    })
  )

  it.effect("says what to do about a table that is being created", () =>
    Effect.gen(function* () {
      const { client } = becoming(["CREATING"])
      const remove = through(
        TableAdmin.delete("slow"),
        () => () =>
          Effect.fail({
            origin: "response",
            code: "ResourceInUseException",
            message: "Attempt to change a resource which is still in use",
            sent: true,
            status: 400,
            requestId: "r1",
            cause: undefined
          })
      )
      const error = yield* Effect.flip(Effect.provideService(remove, DynamoClient.DynamoClient, client))
      assert.instanceOf(error, DynamoError.ResourceInUse)
      assert.match(error.message, /^The table "slow" is being created or changed, .*Delete it when .* ACTIVE\.$/)
      assert.strictEqual(error.operation, "DeleteTable")
      assert.strictEqual(error.table, "slow")
      assert.strictEqual(error.requestId, "r1")
      assert.strictEqual(error.attempts, 1)
    })
  )
})
