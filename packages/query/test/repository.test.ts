import { Entity, Key, Table } from "@effect-dynamo/core"
import { DynamoClient } from "@effect-dynamo/client"
import { assert, describe, it as plain } from "@effect/vitest"
import { Cause, Context, Effect, Exit, Layer, Option, Schema, Stream } from "effect"
import { engines } from "../../testing/test-support/engines.ts"
import { Put, Repository } from "../src/main.ts"
import { withTables } from "./support/tables.ts"

const members = Table.make("members")

class Member extends Entity.Class<Member>("Member")(
  { team: Schema.String, id: Schema.String, name: Schema.String, logins: Entity.withDefault(Schema.Int, 0) },
  { table: members, partitionKey: ["team"], sortKey: ["id"] }
) {}

class Members extends Repository.Service<Members>()("test/Members", {
  entity: Member,
  methods: (repository) => ({
    named: (team: string, name: string) => repository.query((query) => query.pk(team).filter({ name }).first()),
    /** Both are written, or neither. */
    twice: (one: Member, other: Member) =>
      repository.run(Effect.all([Put.into(Member, one), Put.into(Member, other)], { discard: true }))
  })
}) {}

const ada = { team: "core", id: "1", name: "Ada" }

engines("a repository", (it) => {
  withTables(it, [members], (it) => {
    it.effect("reads and writes items of its entity", () =>
      Effect.gen(function* () {
        const repository = yield* Members
        const made = yield* repository.insert(ada)
        assert.instanceOf(made, Member)
        assert.strictEqual(made.logins, 0)
        assert.deepStrictEqual(yield* repository.get(ada, { consistent: true }), Option.some(made))

        const again = yield* Effect.flip(repository.insert(ada))
        assert.strictEqual(again._tag, "ConditionalCheckFailed")

        const counted = yield* repository.update(ada, (member) => member.increment("logins", 2))
        assert.strictEqual(counted.logins, 2)
        const old = yield* repository.update(ada, (member) => member.set({ name: "Ada L." }).returning("old"))
        assert.strictEqual(old.name, "Ada")

        yield* repository.put({ ...ada, name: "Grace" })
        assert.strictEqual((yield* repository.getOrFail(ada)).name, "Grace")
        assert.strictEqual((yield* repository.getOrFail(ada)).logins, 0)

        yield* repository.delete(ada)
        assert.deepStrictEqual(yield* repository.get(ada), Option.none())
        const { _tag } = yield* Effect.flip(repository.getOrFail(ada, { consistent: true }))
        assert.strictEqual(_tag, "ItemNotFound")
      }).pipe(Effect.provide(Members.layer))
    )

    it.effect("reads and writes many", () =>
      Effect.gen(function* () {
        const repository = yield* Members
        const values = Array.from({ length: 60 }, (_, i) => ({ team: "many", id: `${i + 100}`, name: `n${i % 2}` }))
        yield* repository.putMany(values)
        const found = yield* repository.getMany([values[7]!, { team: "many", id: "none" }, values[3]!])
        assert.deepStrictEqual(
          found.map((one) => Option.getOrUndefined(one)?.id),
          ["107", undefined, "103"]
        )
        const queried = yield* repository.query((query) => query.pk("many").sk.between("110", "119"))
        assert.strictEqual(queried.length, 10)
        assert.strictEqual(yield* repository.query((query) => query.pk("many").count()), 60)
        const streamed = yield* repository
          .queryStream((query) => query.pk("many").filter({ name: "n1" }).pageSize(7).stream())
          .pipe(Stream.runCollect)
        assert.strictEqual(streamed.length, 30)
        const scanned = yield* repository.scanStream((scan) => scan.segments(3).stream()).pipe(Stream.runCollect)
        assert.strictEqual(scanned.filter(({ team }) => team === "many").length, 60)
        assert.strictEqual((yield* repository.scan((scan) => scan.filter({ team: "many" }).limit(5))).length, 5)
        yield* repository.deleteMany(values.slice(1))
        assert.deepStrictEqual(
          (yield* repository.query((query) => query.pk("many"))).map(({ id }) => id),
          ["100"]
        )
      }).pipe(Effect.provide(Members.layer))
    )

    it.effect("has the operations that are written for it", () =>
      Effect.gen(function* () {
        const repository = yield* Members
        yield* repository.twice(
          new Member({ team: "own", id: "1", name: "x" }),
          new Member({ team: "own", id: "2", name: "y" })
        )
        assert.strictEqual(Option.getOrThrow(yield* repository.named("own", "y")).id, "2")
      }).pipe(Effect.provide(Members.layer))
    )

    it.effect("follows the settings of the effect that calls it, not of its layer", () =>
      Effect.gen(function* () {
        const repository = yield* Members
        const [, capacity] = yield* DynamoClient.withCapacity(repository.get(ada))
        assert.isAbove(capacity.operations.GetItem?.read ?? 0, 0)
      }).pipe(Effect.provide(Members.layer))
    )
  })
})

describe("a double of a repository", () => {
  plain.effect("does what it is given, and says which operation it is not given", () =>
    Effect.gen(function* () {
      const repository = yield* Members
      assert.strictEqual(repository.entity, Member)
      assert.strictEqual((yield* repository.getOrFail(ada)).name, "Ada of Test")
      const exit = yield* Effect.exit(repository.delete(ada))
      assert.isTrue(Exit.isFailure(exit) && Cause.hasDies(exit.cause))
      assert.include(Exit.isFailure(exit) ? Cause.pretty(exit.cause) : "", "delete")
    }).pipe(
      Effect.provide(
        Members.layerTest({ getOrFail: (key) => Effect.succeed(new Member({ ...key, name: "Ada of Test" })) })
      )
    )
  )

  plain.effect("can stand in for several at once", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* (yield* Members).get(ada), Option.none())
      assert.deepStrictEqual(yield* (yield* Others).get({ id: 1 }), Option.none())
    }).pipe(
      Effect.provide(
        Layer.mergeAll(
          Members.layerTest({ get: () => Effect.succeedNone }),
          Others.layerTest({ get: () => Effect.succeedNone })
        )
      )
    )
  )
})

const Other = Entity.make("Other", {
  schema: Schema.Struct({ id: Schema.Int }),
  table: Table.make("others", { partitionKey: { name: "id", type: "N" }, sortKey: null }),
  partitionKey: Key.attribute("id")
})

class Others extends Repository.Service<Others>()("test/Others", { entity: Other }) {}

class Here extends Context.Service<Here, Members["Service"]>()("test/Here") {}
class There extends Context.Service<There, Members["Service"]>()("test/There") {}

plain.effect("is a repository of each client that its layer is provided with, in one program", () =>
  Effect.gen(function* () {
    const sent: Array<string> = []
    const clientOf = (name: string) =>
      Layer.succeed(
        DynamoClient.DynamoClient,
        DynamoClient.make({ send: () => Effect.sync(() => (sent.push(name), {}) as never) })
      )
    const both = Layer.mergeAll(
      Layer.effect(Here, Members).pipe(Layer.provide(Members.layer), Layer.provide(clientOf("here"))),
      Layer.effect(There, Members).pipe(Layer.provide(Members.layer), Layer.provide(clientOf("there")))
    )
    yield* Effect.gen(function* () {
      yield* (yield* Here).get({ team: "core", id: "u1" })
      yield* (yield* There).get({ team: "core", id: "u1" })
    }).pipe(Effect.provide(both))
    assert.deepStrictEqual(sent, ["here", "there"])
  })
)
