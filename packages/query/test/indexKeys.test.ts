import { DynamoClient } from "@effect-dynamo/client"
import { Attribute, Entity, Index, Key, Table } from "@effect-dynamo/core"
import { assert } from "@effect/vitest"
import { Effect, Option, Schema } from "effect"
import { engines } from "../../testing/test-support/engines.ts"
import { Delete, Put, Query, Update } from "../src/main.ts"
import { withTables } from "./support/tables.ts"
import { unchecked } from "./support/unchecked.ts"

const Docs = Table.make("docs", {
  partitionKey: "pk",
  sortKey: "sk",
  indexes: {
    sparse: Index.global({ partitionKey: "g1pk", sortKey: "g1sk" }),
    conditional: Index.global({ partitionKey: "g2pk", sortKey: "g2sk" }),
    // Shares its partition key with `sparse`; its sort key is a field.
    half: Index.global({ partitionKey: "g1pk", sortKey: { name: "n", type: "N" } }),
    plain: Index.global({ partitionKey: "b", sortKey: "g4sk" }),
    // Two that share an attribute made of the item's key alone.
    sharedA: Index.global({ partitionKey: "g5pk", sortKey: "g5a" }),
    sharedC: Index.global({ partitionKey: "g5pk", sortKey: "g5d" }),
    local: Index.local({ sortKey: "l1sk" }),
    inverted: Index.global({ partitionKey: "sk", sortKey: "pk" })
  }
})

const Doc = Entity.make("Doc", {
  schema: Schema.Struct({
    group: Schema.String,
    id: Schema.String,
    a: Schema.optionalKey(Schema.String),
    b: Schema.optionalKey(Schema.NullOr(Schema.String)),
    c: Schema.String,
    d: Schema.Option(Schema.String),
    n: Schema.optionalKey(Schema.Int),
    status: Schema.Literals(["open", "late", "done"]),
    // In no key.
    count: Schema.optionalKey(Schema.Int),
    log: Schema.optionalKey(Schema.Array(Schema.String)),
    tags: Schema.optionalKey(Attribute.StringSet),
    inner: Schema.optionalKey(Schema.Struct({ note: Schema.optionalKey(Schema.String) }))
  }),
  table: Docs,
  partitionKey: ["group"],
  sortKey: ["id"],
  indexes: {
    sparse: { partitionKey: ["a"], sortKey: ["c", "id"] },
    half: {},
    open: {
      index: "conditional",
      partitionKey: Key.template("OPEN#{c}"),
      sortKey: Key.template("{d}#{id}"),
      when: { status: ["open", "late"] }
    },
    done: {
      index: "conditional",
      partitionKey: Key.template("DONE#{a}"),
      sortKey: Key.template("{id}"),
      when: { status: ["done"] }
    },
    plain: { sortKey: Key.template("X#{id}") },
    sharedA: { partitionKey: Key.template("G#{group}"), sortKey: Key.template("{a}") },
    sharedC: { partitionKey: Key.template("G#{group}"), sortKey: Key.template("{d}") },
    local: { sortKey: Key.template("{n:ordered}#{id}") }
  }
})
type Doc = typeof Doc.Type

const text = Schema.Literals(["x", "y"])
const values = Schema.Struct({
  a: Schema.UndefinedOr(text),
  b: Schema.UndefinedOr(Schema.NullOr(text)),
  c: text,
  d: Schema.Option(text),
  n: Schema.UndefinedOr(Schema.Literals([-1, 0, 10])),
  status: Schema.Literals(["open", "late", "done"])
})
const steps = Schema.Array(
  Schema.Struct({
    action: Schema.Literals(["put", "update", "change", "recompute", "operate", "count", "upsert", "delete"]),
    id: Schema.Literals(["1", "2"]),
    values,
    // Which fields an update is about.
    chosen: Schema.Array(Schema.Literals(["a", "b", "c", "d", "n", "status"])).check(
      Schema.isMinLength(1),
      Schema.isMaxLength(2)
    )
  })
).check(Schema.isMinLength(8), Schema.isMaxLength(10))

/** As it reads back: absent is absent, and so is a null that an index's key attribute cannot hold. */
const compact = (doc: object): Doc =>
  Object.fromEntries(Object.entries(doc).filter(([, value]) => value !== undefined && value !== null)) as Doc

/** All that changes a field otherwise than by a value that is known. */
const operate = (update: Plain, id: string) =>
  update
    .increment("count", 2)
    .append("log", [id])
    .addTo("tags", [id, "tag"])
    .setIfNotExists({ inner: { note: "first" } })

type Plain = Update.Update<typeof Doc, Doc, Update.Error>

/** What becomes of the fields that `operate` changes. */
const operatedOn = ({ count = 0, inner = { note: "first" }, log = [], tags = new Set() }: Doc, id: string) => ({
  count: count + 2,
  inner,
  log: [...log, id],
  tags: new Set([...tags, id, "tag"])
})

const keyOf = (id: string) => ({ group: "g", id })

engines("keys of indexes follow their items", (it) =>
  withTables(it, [Docs], (it) => {
    const stored = DynamoClient.DynamoClient.use((client) => client.scan({ TableName: "docs" })).pipe(
      Effect.map(({ Items = [] }) => Object.fromEntries(Items.map((item) => [item["id"]?.S, item])))
    )

    const empty = Effect.forEach(["1", "2", "3", "8", "9"], (id) => Delete.from(Doc).key(keyOf(id)), { discard: true })

    /** What an index query must find, from the documents alone. */
    const expected = (docs: ReadonlyArray<Doc>, keys: (doc: Doc) => readonly [unknown, unknown]) =>
      docs
        .filter((doc) => keys(doc).every((part) => part !== undefined && part !== null))
        .map((doc) => doc.id)
        .sort()

    const assertIndexes = (docs: ReadonlyArray<Doc>) =>
      Effect.gen(function* () {
        const ids = (query: Effect.Effect<ReadonlyArray<Doc>, Query.Error, DynamoClient.DynamoClient>) =>
          Effect.map(query, (found) => {
            for (const doc of found)
              assert.deepStrictEqual(
                doc,
                docs.find(({ id }) => id === doc.id)
              )
            return found.map((doc) => doc.id).sort()
          })
        const from = Query.from(Doc)
        const only = (id: unknown, wanted: unknown) => (id === wanted ? id : undefined)
        for (const value of ["x", "y"]) {
          assert.deepStrictEqual(
            yield* ids(from.index("sparse").pk(value)),
            expected(docs, (doc) => [only(doc.a, value), doc.c])
          )
          assert.deepStrictEqual(
            yield* ids(from.index("half").pk(value)),
            expected(docs, (doc) => [only(doc.a, value), doc.n])
          )
          assert.deepStrictEqual(
            yield* ids(from.index("plain").pk(value)),
            expected(docs, (doc) => [only(doc.b, value), doc.id])
          )
          assert.deepStrictEqual(
            yield* ids(from.index("open").pk(value)),
            expected(docs, (doc) => [
              only(doc.c, value),
              doc.status === "done" ? undefined : Option.getOrUndefined(doc.d)
            ])
          )
          assert.deepStrictEqual(
            yield* ids(from.index("done").pk(value)),
            expected(docs, (doc) => [only(doc.a, value), doc.status === "done" ? true : undefined])
          )
        }
        assert.deepStrictEqual(
          yield* ids(from.index("sharedA").pk("g")),
          expected(docs, (doc) => [doc.a, true])
        )
        assert.deepStrictEqual(
          yield* ids(from.index("sharedC").pk("g")),
          expected(docs, (doc) => [Option.getOrUndefined(doc.d), true])
        )
        assert.deepStrictEqual(
          yield* ids(from.index("local").pk("g")),
          expected(docs, (doc) => [doc.n, true])
        )
        assert.deepStrictEqual(
          yield* ids(from.index("inverted").pk("2")),
          expected(docs, (doc) => [only(doc.id, "2"), 1])
        )
      })

    const counts = { updated: 0, refused: 0, recomputed: 0 }

    it.effect.prop(
      "whatever is put, updated and deleted",
      { first: values, steps },
      ({ first, steps }) =>
        Effect.gen(function* () {
          const model = new Map<string, Doc>()
          yield* empty
          model.set("1", compact({ ...keyOf("1"), ...first }))
          yield* Put.into(Doc, model.get("1")!)
          for (const { action, chosen, id, values } of steps) {
            const before = model.get(id)
            const changes = Object.fromEntries(chosen.map((field) => [field, values[field]]))
            switch (action) {
              case "put": {
                const doc = compact({ ...keyOf(id), ...values })
                yield* Put.into(Doc, doc)
                model.set(id, doc)
                break
              }
              case "delete":
                yield* Delete.from(Doc).key(keyOf(id))
                model.delete(id)
                break
              case "upsert": {
                const { c, status, ...rest } = values
                const doc = compact({ ...before, ...keyOf(id), ...values })
                assert.deepStrictEqual(
                  yield* Update.in(Doc)
                    .key(keyOf(id))
                    .set({ ...rest, c, status })
                    .upsert(),
                  doc
                )
                model.set(id, doc)
                break
              }
              // What is not said is read; other operators go with it.
              case "recompute":
              case "operate": {
                const update = Update.in(Doc)
                  .key(keyOf(id))
                  .set(changes as typeof values)
                  .recompute()
                const operated = action === "operate" ? operate(update as unknown as Plain, id) : update
                if (before === undefined) {
                  assert.strictEqual((yield* Effect.flip(operated))._tag, "ItemNotFound")
                  break
                }
                counts.recomputed++
                const doc = compact({ ...before, ...changes, ...(action === "operate" ? operatedOn(before, id) : {}) })
                assert.deepStrictEqual(yield* operated, doc)
                model.set(id, doc)
                break
              }
              // The operators alone leave all keys as they are.
              case "count": {
                if (before === undefined) break
                const doc = compact({ ...before, ...operatedOn(before, id) })
                assert.deepStrictEqual(yield* operate(Update.in(Doc).key(keyOf(id)) as unknown as Plain, id), doc)
                model.set(id, doc)
                break
              }
              default: {
                if (Object.keys(changes).length === 0) break
                const update = Update.in(Doc).key(keyOf(id))
                // What an index key needs and is not said is a KeyError; said in full, it is none.
                const partial = yield* Effect.result(update.set(changes as typeof values))
                if (before === undefined) {
                  assert.strictEqual(partial._tag, "Failure")
                  break
                }
                if (partial._tag === "Success") {
                  counts.updated++
                  const doc = compact({ ...before, ...changes })
                  assert.deepStrictEqual(partial.success, doc)
                  model.set(id, doc)
                } else {
                  counts.refused++
                  assert.strictEqual(partial.failure._tag, "KeyError")
                  const doc = compact({ ...before, ...values })
                  assert.deepStrictEqual(yield* update.set(values), doc)
                  model.set(id, doc)
                }
              }
            }
            // Each item stands as a put would have written it: keys of indexes too.
            const written = yield* Effect.forEach(model.values(), (doc) => Entity.encode(Doc, doc))
            assert.deepStrictEqual(yield* stored, Object.fromEntries(written.map((item) => [idOf(item), item])))
          }
          yield* assertIndexes(Array.from(model.values()))
        }),
      { timeout: 120_000, arbitrary: { runs: 60, seed: 20 } }
    )

    it("has seen updates of some fields, and updates that needed more", () => {
      assert.isAtLeast(counts.updated, 10)
      assert.isAtLeast(counts.refused, 10)
      assert.isAtLeast(counts.recomputed, 10)
    })

    it.effect("an update that takes an item out of one index leaves it in the other that shares an attribute", () =>
      Effect.gen(function* () {
        yield* empty
        yield* Put.into(Doc, { ...keyOf("9"), c: "x", d: Option.some("x"), a: "x", status: "open" })
        const change = { a: undefined, c: "x", status: "open" } as const
        const error = yield* Effect.flip(unchecked(Update.in(Doc).key(keyOf("9")).set(change)))
        assert.strictEqual(error._tag, "KeyError")
        assert.match(error.message, /of which d is not known here/)
        const doc = yield* Update.in(Doc)
          .key(keyOf("9"))
          .set({ ...change, d: Option.some("y") })
        assert.deepStrictEqual(yield* Query.from(Doc).index("sharedC").pk("g"), [doc])
        assert.deepStrictEqual(yield* Query.from(Doc).index("sharedA").pk("g"), [])
      })
    )

    it.effect("where `when` is known not to hold, nothing else of that key is needed", () =>
      Effect.gen(function* () {
        yield* empty
        yield* Put.into(Doc, { ...keyOf("8"), c: "x", d: Option.some("x"), a: "x", status: "open" })
        const doc = yield* Update.in(Doc).key(keyOf("8")).set({ status: "done", a: "y", c: "y" })
        assert.deepStrictEqual(yield* Query.from(Doc).index("done").pk("y"), [doc])
        assert.deepStrictEqual(yield* Query.from(Doc).index("open").pk("x"), [])
      })
    )
  })
)

const idOf = (item: { readonly [name: string]: object }): unknown => (item["id"] as { readonly S: string }).S
