import { DynamoClient } from "@effect-dynamo/client"
import { DynamoConfig, Entity, Key, Table } from "@effect-dynamo/core"
import { assert } from "@effect/vitest"
import { DateTime, Effect, Option, Schema } from "effect"
import { engines } from "../../testing/test-support/engines.ts"
import { Batch, Check, Delete, Get, Put, Scan, Update } from "../src/main.ts"
import { recorded, type Sent } from "./support/client.ts"
import { withTables } from "./support/tables.ts"

const People = Table.make("batch-people", { timeToLive: "until" })
const Things = Table.make("batch-things", { sortKey: null })
const Readings = Table.make("batch-readings", { partitionKey: "device", sortKey: { name: "at", type: "N" } })

class Person extends Entity.Class<Person>("Person")(
  {
    id: Schema.String,
    name: Schema.String,
    note: Schema.optionalKey(Schema.String),
    token: Entity.withDefault(Schema.String, () => crypto.randomUUID()),
    seenAt: Schema.optionalKey(Schema.DateTimeUtc),
    until: Schema.optionalKey(Schema.Number)
  },
  { table: People, partitionKey: ["id"], updatedAt: "seenAt", timeToLive: "until" }
) {}

const Pet = Entity.make("Pet", {
  schema: Schema.Struct({ id: Schema.String, name: Schema.String }),
  table: People,
  partitionKey: ["id"],
  config: { suffixPartitionKey: false }
})
const Thing = Entity.make("Thing", {
  schema: Schema.Struct({ id: Schema.String, size: Schema.Number }),
  table: Things,
  partitionKey: ["id"]
})
const Reading = Entity.make("Reading", {
  schema: Schema.Struct({ device: Schema.String, at: Schema.Number, value: Schema.Number }),
  table: Readings,
  partitionKey: Key.attribute("device"),
  sortKey: Key.attribute("at")
})
const Guarded = Entity.make("Guarded", {
  schema: Schema.Struct({ id: Schema.String, name: Schema.String }),
  table: Things,
  partitionKey: ["id"],
  unique: ["name"]
})
const Versioned = Entity.make("Versioned", {
  schema: Schema.Struct({ id: Schema.String, version: Schema.Int }),
  table: Things,
  partitionKey: ["id"],
  version: "version"
})

const operations = (sent: ReadonlyArray<Sent>) => sent.map(({ operation }) => operation)

const numbered = (n: number) => Array.from({ length: n }, (_, i) => String(i).padStart(5, "0"))

engines("batches", (it) =>
  withTables(it, [People, Things, Readings], (it) => {
    it.effect("put and delete items of any entities and tables in one request", () =>
      recorded((sent) =>
        Effect.gen(function* () {
          yield* Put.into(Thing, { id: "gone", size: 1 })
          const result = yield* Batch.write([
            Put.into(Person, { id: "p1", name: "Ada" }),
            Put.into(Thing, { id: "t1", size: 2 }),
            Delete.from(Thing).key({ id: "gone" }),
            Put.into(Reading, { device: "d", at: 1.5, value: 3 }),
            Delete.from(Reading).key({ device: "never", at: 0 })
          ])
          assert.isUndefined(result)
          assert.deepStrictEqual(operations(sent), ["PutItem", "BatchWriteItem"])
          const [person, thing, gone, reading] = yield* Batch.get([
            Get.from(Person).key({ id: "p1" }).orFail(),
            Get.from(Thing).key({ id: "t1" }),
            Get.from(Thing).key({ id: "gone" }),
            Get.from(Reading).key({ device: "d", at: 1.5 })
          ])
          assert.instanceOf(person, Person)
          assert.strictEqual(person.name, "Ada")
          assert.deepStrictEqual(thing, Option.some({ id: "t1", size: 2 }))
          assert.deepStrictEqual(gone, Option.none())
          assert.deepStrictEqual(reading, Option.some({ device: "d", at: 1.5, value: 3 }))
          assert.deepStrictEqual(operations(sent), ["PutItem", "BatchWriteItem", "BatchGetItem"])
        })
      )
    )

    it.effect("take any number, 25 writes and 100 keys a request", () =>
      recorded((sent) =>
        Effect.gen(function* () {
          const ids = numbered(260)
          yield* Batch.write(ids.map((id, size) => Put.into(Thing, { id: `many-${id}`, size })))
          assert.deepStrictEqual(operations(sent), Array(11).fill("BatchWriteItem"))
          const things = yield* Batch.get(
            ids.map((id) =>
              Get.from(Thing)
                .key({ id: `many-${id}` })
                .orFail()
            )
          )
          assert.deepStrictEqual(
            things.map(({ size }) => size),
            ids.map((_, i) => i)
          )
          assert.deepStrictEqual(operations(sent).slice(11), Array(3).fill("BatchGetItem"))
          yield* Batch.write(ids.map((id) => Delete.from(Thing).key({ id: `many-${id}` })))
          const left = yield* Scan.from(Thing).filter((thing) => thing.id.beginsWith("many-"))
          assert.deepStrictEqual(left, [])
        })
      )
    )

    it.effect("of nothing send nothing", () =>
      recorded((sent) =>
        Effect.gen(function* () {
          yield* Batch.write([])
          assert.deepStrictEqual(yield* Batch.get([]), [])
          assert.deepStrictEqual(sent, [])
        })
      )
    )

    it.effect("read a key once, whoever asks for it, each with its projection and consistency", () =>
      recorded((sent) =>
        Effect.gen(function* () {
          yield* Put.into(Person, { id: "dup", name: "Dup", note: "n" })
          const get = Get.from(Person).key({ id: "dup" })
          const [whole, again, names, consistent, notes] = yield* Batch.get([
            get.orFail(),
            get,
            get.select("name"),
            get.consistent().select("name"),
            get.select("note").orFail()
          ])
          assert.deepStrictEqual(again, Option.some(whole))
          assert.strictEqual(whole.name, "Dup")
          assert.deepStrictEqual(names, Option.some({ name: "Dup" }))
          assert.deepStrictEqual(consistent, Option.some({ name: "Dup" }))
          assert.deepStrictEqual(notes, { note: "n" })
          assert.deepStrictEqual(operations(sent), ["PutItem", ...Array(4).fill("BatchGetItem")])
          const keys = sent.slice(1).map(({ input }) => JSON.stringify(input).split("id#dup").length - 1)
          assert.deepStrictEqual(keys, [1, 1, 1, 1])
        })
      )
    )

    it.effect("fail with ItemNotFound where one that must be there is not", () =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(
          Batch.get([Get.from(Thing).key({ id: "no" }), Get.from(Thing).key({ id: "no" }).orFail()])
        )
        assert.strictEqual(error._tag, "ItemNotFound")
        assert.strictEqual(error.operation, "BatchGetItem")
      })
    )

    it.effect("do not see other entities' items, nor those whose time has passed", () =>
      Effect.gen(function* () {
        const now = yield* Effect.map(DateTime.now, DateTime.toEpochMillis)
        yield* Batch.write([
          Put.into(Pet, { id: "pet", name: "Rex" }),
          Put.into(Person, { id: "late", name: "Late", until: Math.floor(now / 1000) - 10 }),
          Put.into(Person, { id: "soon", name: "Soon", until: Math.floor(now / 1000) + 1000 })
        ])
        const Stranger = Entity.make("Stranger", {
          schema: Schema.Struct({ id: Schema.String }),
          table: People,
          partitionKey: ["id"],
          config: { suffixPartitionKey: false }
        })
        const [stranger, pet, late, soon, selected] = yield* Batch.get([
          Get.from(Stranger).key({ id: "pet" }),
          Get.from(Pet).key({ id: "pet" }),
          Get.from(Person).key({ id: "late" }),
          Get.from(Person).key({ id: "soon" }),
          Get.from(Person).key({ id: "late" }).select("name")
        ])
        assert.deepStrictEqual(
          [stranger, pet, late, soon, selected].map((found) => Option.isSome<unknown>(found)),
          [false, true, false, true, false]
        )
        const byItself = yield* Get.from(Person).key({ id: "late" })
        assert.deepStrictEqual(byItself, Option.none())
        const error = yield* Effect.flip(Get.from(Person).key({ id: "late" }).select("note").orFail())
        assert.strictEqual(error._tag, "ItemNotFound")
      })
    )

    it.effect("make timestamps at one time", () =>
      Effect.gen(function* () {
        yield* Batch.write(numbered(60).map((id) => Put.into(Person, { id: `t-${id}`, name: "T" })))
        const people = yield* Batch.get(
          numbered(60).map((id) =>
            Get.from(Person)
              .key({ id: `t-${id}` })
              .orFail()
          )
        )
        assert.strictEqual(new Set(people.map(({ seenAt }) => DateTime.toEpochMillis(seenAt!))).size, 1)
        assert.strictEqual(new Set(people.map(({ token }) => token)).size, 60)
      })
    )

    it.effect("heed the configuration in force", () =>
      Effect.gen(function* () {
        yield* Batch.write([Put.into(Thing, { id: "conf", size: 1 })]).pipe(DynamoConfig.with({ keySeparator: "|" }))
        const gets = [Get.from(Thing).key({ id: "conf" })]
        assert.deepStrictEqual(yield* Batch.get(gets), [Option.none()])
        assert.deepStrictEqual(yield* Batch.get(gets).pipe(DynamoConfig.with({ keySeparator: "|" })), [
          Option.some({ id: "conf", size: 1 })
        ])
      })
    )

    it.effect("refuse two writes of one item before anything is sent", () =>
      recorded((sent) =>
        Effect.gen(function* () {
          const put = Put.into(Thing, { id: "secret-id", size: 1 })
          const error = yield* Effect.flip(
            Batch.write([
              Put.into(Person, { id: "secret-id", name: "x" }),
              put,
              Delete.from(Thing).key({ id: "secret-id" })
            ])
          )
          assert(error._tag === "KeyError")
          assert.strictEqual(error.entity, "Thing")
          assert.strictEqual(error.table, "batch-things")
          assert.include(error.message, "Operations 1 and 2")
          assert.notInclude(error.message, "secret-id")
          assert.deepStrictEqual(sent, [])
        })
      )
    )

    it.effect("refuse what the compiler does, before anything is sent", () =>
      recorded((sent) =>
        Effect.gen(function* () {
          const person = Put.into(Person, { id: "p", name: "x" })
          const unfit: ReadonlyArray<readonly [operation: unknown, why: string]> = [
            [person.ifNotExists(), "has a condition"],
            [person.condition((p) => p.name.eq("y")), "has a condition"],
            [Delete.from(Person).key({ id: "p" }).ifExists(), "has a condition"],
            [person.returning("old"), "is to return an item"],
            [Delete.from(Person).key({ id: "p" }).returning("old"), "is to return an item"],
            [Update.in(Person).key({ id: "p" }).set({ name: "y" }), "neither a put nor a delete"],
            [Check.in(Person).key({ id: "p" }).ifExists(), "neither a put nor a delete"],
            [Put.into(Guarded, { id: "g", name: "x" }), "unique fields"],
            [Delete.from(Guarded).key({ id: "g" }), "unique fields"],
            [Put.into(Versioned, { id: "v" }), "has a version"]
          ]
          for (const [operation, why] of unfit) {
            // As code without types would.
            const error = yield* Effect.flip(Batch.write([Put.into(Thing, { id: "t", size: 1 }), operation as never]))
            assert(error._tag === "RequestRejected", `${why}: ${error._tag}`)
            assert.include(error.message, why)
            assert.include(error.message, "operation 1")
          }
          assert.deepStrictEqual(sent, [])
        })
      )
    )

    it.effect("say what is wrong with a value before anything is sent", () =>
      recorded((sent) =>
        Effect.gen(function* () {
          const error = yield* Effect.flip(
            Batch.write([Put.into(Thing, { id: "t", size: 1 }), Put.into(Thing, { id: "t2", size: NaN })])
          )
          assert.strictEqual(error._tag, "EncodeError")
          const keyless = yield* Effect.flip(Batch.get([Get.from(Thing).key({ id: "" })]))
          assert.strictEqual(keyless._tag, "KeyError")
          assert.deepStrictEqual(sent, [])
        })
      )
    )

    it.effect("fail with what lasts", () =>
      Effect.gen(function* () {
        const prefixed = DynamoConfig.with({ tableNamePrefix: "missing-" })
        const write = yield* Effect.flip(prefixed(Batch.write([Put.into(Thing, { id: "t", size: 1 })])))
        assert.strictEqual(write._tag, "ResourceNotFound")
        const get = yield* Effect.flip(prefixed(Batch.get([Get.from(Thing).key({ id: "t" })])))
        assert.strictEqual(get._tag, "ResourceNotFound")
      }).pipe(DynamoClient.noRetry)
    )

    it.effect("fill requests up to 16 MB", () =>
      recorded((sent) =>
        Effect.gen(function* () {
          // In JSON, each quote is two bytes: 25 of these are about 17 MB, though stored they are 8.5.
          const name = '"'.repeat(340_000)
          yield* Batch.write(numbered(25).map((id) => Put.into(Person, { id: `big-${id}`, name })))
          assert.strictEqual(sent.length, 2)
          const people = yield* Batch.get(
            numbered(25).map((id) =>
              Get.from(Person)
                .key({ id: `big-${id}` })
                .orFail()
            )
          )
          assert.isTrue(people.every((person) => person.name === name))
        })
      )
    )

    it.effect("of gets that are batched are made of what fibers ask for at the same time", () =>
      recorded((sent) =>
        Effect.gen(function* () {
          const ids = numbered(250)
          yield* Batch.write(ids.map((id, size) => Put.into(Thing, { id, size })))
          yield* Put.into(Person, { id: "p", name: "P", note: "n" })
          const before = sent.length
          const things = yield* Effect.forEach(
            ids,
            (id) =>
              // From here and there, at different depths.
              Effect.andThen(Effect.void, Get.from(Thing).key({ id }).batched().orFail()).pipe(Effect.delay(0)),
            { concurrency: "unbounded" }
          )
          assert.deepStrictEqual(
            things.map(({ size }) => size),
            ids.map((_, i) => i)
          )
          assert.deepStrictEqual(operations(sent).slice(before), Array(3).fill("BatchGetItem"))

          const person = Get.from(Person).key({ id: "p" }).batched()
          const mixed = yield* Effect.all(
            [person, person, person.select("name"), person.consistent(), Get.from(Thing).key({ id: "no" }).batched()],
            { concurrency: "unbounded" }
          )
          assert.deepStrictEqual(
            mixed.map((found) => {
              const value = Option.getOrUndefined<{ readonly id?: string; readonly name?: string }>(found)
              return value?.name
            }),
            ["P", "P", "P", "P", undefined]
          )
          // The person as a whole and the thing; the selection and the consistent get, which are alone.
          assert.deepStrictEqual(
            operations(sent)
              .slice(before + 3)
              .toSorted(),
            ["BatchGetItem", "GetItem", "GetItem"]
          )

          const alone = yield* person.select("note").orFail()
          assert.deepStrictEqual(alone, { note: "n" })
          assert.strictEqual(operations(sent).at(-1), "GetItem")
        })
      )
    )
  })
)
