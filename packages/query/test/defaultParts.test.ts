import { DynamoClient } from "@effect-dynamo/client"
import { type Condition, DynamoError, Entity, Key, Table } from "@effect-dynamo/core"
import { assert } from "@effect/vitest"
import { DateTime, Effect, Schema } from "effect"
import { engines } from "../../testing/test-support/engines.ts"
import { Get, Put, Scan, Update } from "../src/main.ts"
import { unchecked } from "./support/unchecked.ts"
import { withTables } from "./support/tables.ts"

const Boxes = Table.make("default-parts", { partitionKey: "pk", sortKey: null })

class Maker extends Schema.Class<Maker>("Maker")({ city: Schema.String, since: Schema.DateTimeUtc }) {}

const Size = Schema.Struct({ w: Schema.Int, at: Schema.DateTimeUtc, note: Schema.optionalKey(Schema.String) }).pipe(
  Schema.encodeKeys({ w: "width" })
)
const epoch = DateTime.makeUnsafe(0)
const later = DateTime.makeUnsafe(1000)
const size = { w: 1, at: epoch }

const fields = {
  id: Schema.String,
  value: Entity.withDefault(Size, size),
  thunk: Entity.withDefault(Size, () => size).annotate({ title: "Size" }),
  effect: Entity.withDefault(Size, Effect.succeed(size)),
  maker: Entity.withDefault(Maker, new Maker({ city: "Rome", since: epoch })),
  names: Entity.withDefault(Schema.Record(Schema.String, Schema.DateTimeUtc), { a: epoch })
}
class BoxClass extends Schema.Class<BoxClass>("BoxClass")(fields) {}

const OfStruct = Entity.make("Struct", {
  schema: Schema.Struct(fields).pipe(Schema.encodeKeys({ value: "v" })),
  table: Boxes,
  partitionKey: Key.template("S#{id}")
})
const OfClass = Entity.make("Class", {
  schema: BoxClass.pipe(Schema.encodeKeys({ value: "v" })),
  table: Boxes,
  partitionKey: Key.template("C#{id}")
})

/** Stored before the fields were thought of. */
const old = (entity: "Struct" | "Class", id: string) =>
  Effect.flatMap(DynamoClient.DynamoClient, (client) =>
    client.putItem({
      TableName: Boxes.name,
      Item: { pk: { S: `${entity[0]}#${id}` }, id: { S: id }, entityType: { S: entity } }
    })
  )

engines("parts of a field with a default", (it) => {
  // The class has the same fields.
  withTables(it, [Boxes], (it) => {
    for (const Box of [OfStruct, OfClass] as unknown as ReadonlyArray<typeof OfStruct>) {
      const put = (id: string) => Put.into(Box, Box.schema.make({ id, value: { w: 5, at: later } }) as never)
      const get = (id: string) => Get.from(Box).key({ id }).consistent().orFail()
      const scanned = (
        found: Effect.Effect<ReadonlyArray<{ readonly id: string }>, unknown, DynamoClient.DynamoClient>
      ) => Effect.map(found, (boxes) => boxes.map(({ id }) => id).toSorted())

      for (const name of ["value", "thunk", "effect"] as const) {
        it.effect(`are set: of a ${name}, ${Box.name}`, () =>
          Effect.gen(function* () {
            yield* put("full")
            yield* old(Box.name, "bare")
            for (const id of ["full", "bare"]) {
              yield* Update.in(Box)
                .key({ id })
                .set((b) => [b[name].get("w").to(7), b[name].get("at").to(later)])
              const found = yield* get(id)
              assert.deepStrictEqual(found[name], { w: 7, at: later })
            }
            assert.deepStrictEqual((yield* get("bare"))[name === "value" ? "thunk" : "value"], size)
          })
        )
      }

      it.effect(`are set: of a class and a record: ${Box.name}`, () =>
        Effect.gen(function* () {
          yield* old(Box.name, "m")
          const update = Update.in(Box).key({ id: "m" })
          yield* update.set((b) => [b.maker.get("since").to(later), b.names.get("b").to(later)])
          const found = yield* get("m")
          assert.deepStrictEqual(found.maker, new Maker({ city: "Rome", since: later }))
          assert.deepStrictEqual(found.names, { a: epoch, b: later })
          const wrong = update.set((b) => [b.value.get("w").to(1.5)])
          assert.instanceOf(yield* Effect.flip(unchecked(wrong)), DynamoError.EncodeError)
        })
      )

      it.effect(`are compared, also where an item lacks the field: ${Box.name}`, () =>
        Effect.gen(function* () {
          yield* put("full")
          yield* old(Box.name, "bare")
          const ids = (filter: (box: Condition.References<typeof OfStruct>) => Condition.Condition) =>
            scanned(Scan.from(Box).consistent().filter(filter))
          const among = (id: string, found: ReadonlyArray<string>) => found.includes(id)
          const expect = (found: ReadonlyArray<string>, full: boolean, bare: boolean) =>
            assert.deepStrictEqual([among("full", found), among("bare", found)], [full, bare])
          expect(yield* ids((b) => b.value.get("w").eq(5)), true, false)
          expect(yield* ids((b) => b.value.get("w").eq(1)), false, true)
          expect(yield* ids((b) => b.value.get("w").ne(1)), true, false)
          expect(yield* ids((b) => b.value.get("at").between(epoch, epoch)), false, true)
          expect(yield* ids((b) => b.value.get("note").eq("x")), false, false)
          expect(yield* ids((b) => b.thunk.get("w").in([1, 2])), true, true)
          expect(yield* ids((b) => b.effect.get("at").lt(later)), true, true)
          expect(yield* ids((b) => b.maker.get("city").beginsWith("Ro")), true, true)
          expect(yield* ids((b) => b.names.get("a").eq(epoch)), true, true)
          expect(yield* ids((b) => b.value.eq(size)), false, true)
          expect(yield* ids((b) => b.value.get("w").exists()), true, false)
        })
      )

      it.effect(`hold conditions of writes: ${Box.name}`, () =>
        Effect.gen(function* () {
          yield* put("full")
          yield* old(Box.name, "bare")
          const update = (id: string, w: number) =>
            Update.in(Box)
              .key({ id })
              .set((b) => [b.maker.get("city").to("x")])
              .condition((b) => b.value.get("w").eq(w))
          yield* update("full", 5)
          yield* update("bare", 1)
          assert.instanceOf(yield* Effect.flip(update("full", 1)), DynamoError.ConditionalCheckFailed)
        })
      )

      it.effect(`are selected: ${Box.name}`, () =>
        Effect.gen(function* () {
          yield* put("full")
          yield* old(Box.name, "bare")
          const select = (id: string) =>
            get(id).select(["value", "w"], ["value", "at"], ["thunk", "w"], ["maker", "since"], ["names", "a"])
          assert.deepStrictEqual(yield* select("full"), {
            value: { w: 5, at: later },
            thunk: { w: 1 },
            maker: { since: epoch },
            names: { a: epoch }
          })
          assert.deepStrictEqual(yield* select("bare"), {
            value: { w: 1, at: epoch },
            thunk: { w: 1 },
            maker: { since: epoch },
            names: { a: epoch }
          })
          // What the field lacks, although it is there, is not of the default.
          yield* Update.in(Box).key({ id: "bare" }).set({ names: {} })
          assert.deepStrictEqual(yield* get("bare").select(["names", "a"]), { names: {} } as never)
        })
      )
    }

    it.effect("are copied where what they hold surely fits", () =>
      Effect.gen(function* () {
        yield* Put.into(OfStruct, OfStruct.schema.make({ id: "copy" }))
        yield* Update.in(OfStruct)
          .key({ id: "copy" })
          .set((b) => [b.value.get("at").to(b.maker.get("since"))])
        const wrong = Update.in(OfStruct)
          .key({ id: "copy" })
          .set((b) => [b.value.get("w").to(b.maker.get("city") as never)])
        const error = yield* Effect.flip(unchecked(wrong))
        assert.match(error.message, /at value\.w: maker\.city/)
      })
    )
  })
})
