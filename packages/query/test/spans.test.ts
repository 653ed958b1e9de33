/** The spans of operations: one for each, the parent of those of its calls. */
import { DynamoClient } from "@effect-dynamo/client"
import { Entity, Index, Key, Table } from "@effect-dynamo/core"
import { assert } from "@effect/vitest"
import { Effect, Exit, Fiber, Schema, Stream, Tracer } from "effect"
import { engines, enginesOnBothClients, onlyLocal } from "../../testing/test-support/engines.ts"
import { faultProxy, retryAtOnce } from "../../testing/test-support/faults.ts"
import { attributesOf, eventsOf, recordingTracer, treeOf } from "../../testing/test-support/tracing.ts"
import { eventually } from "../../testing/test/utils.ts"
import { Batch, Check, Delete, Get, Put, Query, Scan, Transaction, Update } from "../src/main.ts"
import { afterReads } from "./support/client.ts"
import { withTables } from "./support/tables.ts"

const Traced = Table.make("traced", {
  partitionKey: "pk",
  sortKey: "sk",
  indexes: { byColour: Index.global({ partitionKey: "gsi1pk", sortKey: "gsi1sk" }) }
})

class Mark extends Entity.Class<Mark>("Mark")(
  {
    owner: Schema.String,
    id: Schema.Int,
    colour: Schema.String,
    shade: Schema.optionalKey(Schema.Int),
    note: Schema.optionalKey(Schema.String)
  },
  {
    table: Traced,
    partitionKey: Key.template("O#{owner}"),
    sortKey: Key.template("MARK#{id:3}"),
    indexes: { byColour: { partitionKey: ["colour"], sortKey: [Key.padded("shade", 3)] } }
  }
) {}

class Owner extends Entity.Class<Owner>("Owner")(
  { owner: Schema.String },
  { table: Traced, partitionKey: Key.template("O#{owner}"), sortKey: Key.template("OWNER") }
) {}

/** What no span may hold: it is part of every key and of every item. */
const secret = "hunter2"
const mark = (id: number) => new Mark({ owner: secret, id, colour: `${secret}-red`, shade: id })
const key = (id: number) => ({ owner: secret, id })

/** The spans of an effect; none of them holds what is stored. */
const spansOf = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const { spans, tracer } = recordingTracer()
    yield* Effect.exit(Effect.withTracer(effect, tracer))
    for (const span of spans) {
      const { status } = span
      assert.strictEqual(status._tag, "Ended", span.name)
      assert.notInclude(JSON.stringify([span.name, attributesOf(span), eventsOf(span)]), secret)
    }
    return spans
  })

const ofMark = {
  "db.system.name": "aws.dynamodb",
  "db.collection.name": "traced",
  "effect_dynamo.entity": "Mark"
}

enginesOnBothClients("spans on the wire", (it) =>
  withTables(it, [Traced], (it) => {
    it.effect("tell of an operation, of its call and of each retry", () =>
      Effect.gen(function* () {
        yield* Put.into(Mark, mark(1))
        const proxy = yield* faultProxy({
          rules: [{ match: { op: "Query" }, sequence: ["throttling", "internal-500"] }]
        })
        const spans = yield* spansOf(
          Query.from(Mark)
            .pk(secret)
            .limit(5)
            .reverse()
            .pipe(DynamoClient.withRetry(retryAtOnce), Effect.provide(proxy.client))
        )
        assert.deepStrictEqual(treeOf(spans), ["Query Mark", "  DynamoDB.Query"])
        const [operation, call] = spans
        assert.deepStrictEqual([operation?.kind, call?.kind], ["internal", "client"])
        assert.deepStrictEqual(attributesOf(operation), {
          ...ofMark,
          "db.operation.name": "Query",
          "effect_dynamo.pages": 1,
          "aws.dynamodb.scanned_count": 1,
          "db.response.returned_rows": 1
        })
        const {
          "aws.dynamodb.consumed_capacity": capacity,
          "aws.request_id": requestId,
          ...attributes
        } = attributesOf(call)
        assert.isString(requestId)
        assert.deepInclude(JSON.parse(String((capacity as ReadonlyArray<string>)[0])), { TableName: "traced" })
        assert.deepStrictEqual(attributes, {
          "db.system.name": "aws.dynamodb",
          "db.operation.name": "Query",
          "db.collection.name": "traced",
          "rpc.system": "aws-api",
          "rpc.service": "DynamoDB",
          "rpc.method": "Query",
          "server.address": "127.0.0.1",
          "server.port": Number(new URL(proxy.endpoint).port),
          "http.request.resend_count": 2,
          "http.response.status_code": 200,
          "aws.dynamodb.table_names": ["traced"],
          "aws.dynamodb.limit": 5,
          "aws.dynamodb.scan_forward": false,
          "aws.dynamodb.count": 1,
          "aws.dynamodb.scanned_count": 1
        })
        assert.deepStrictEqual(eventsOf(call), [
          ["retry", { "error.type": "ThroughputExceeded", "aws.retry.attempts": 1, "aws.retry.delay_ms": 0 }],
          ["retry", { "error.type": "ServiceUnavailable", "aws.retry.attempts": 2, "aws.retry.delay_ms": 0 }]
        ])
        yield* Delete.from(Mark).key(key(1))
      })
    )

    it.effect("tell what an operation failed with, and its call", () =>
      Effect.gen(function* () {
        const proxy = yield* faultProxy({
          rules: [{ match: { op: "PutItem" }, sequence: ["unavailable-503-html"], then: "repeat" }]
        })
        const [operation, call] = yield* spansOf(
          Put.into(Mark, mark(1)).pipe(DynamoClient.noRetry, Effect.provide(proxy.client))
        )
        assert.deepStrictEqual(attributesOf(operation), {
          ...ofMark,
          "db.operation.name": "Put",
          "error.type": "ServiceUnavailable"
        })
        assert.strictEqual(attributesOf(call)["error.type"], "ServiceUnavailable")
        assert.strictEqual(attributesOf(call)["http.response.status_code"], 503)
        assert.strictEqual(attributesOf(call)["server.port"], Number(new URL(proxy.endpoint).port))
      })
    )

    it.effect("of a condition that failed tell the condition, not the item", () =>
      Effect.gen(function* () {
        yield* Put.into(Mark, mark(1))
        const [operation, call] = yield* spansOf(Put.into(Mark, mark(1)).ifNotExists())
        assert.strictEqual(attributesOf(operation)["error.type"], "ConditionalCheckFailed")
        const attributes = attributesOf(call)
        assert.strictEqual(attributes["error.type"], "ConditionalCheckFailed")
        assert.strictEqual(attributes["db.response.status_code"], "ConditionalCheckFailedException")
        assert.strictEqual(attributes["http.response.status_code"], 400)
        yield* Delete.from(Mark).key(key(1))
      })
    )
  })
)

engines("spans of operations", (it) =>
  withTables(it, [Traced], (it) => {
    it.effect("are one for each, with its calls below", () =>
      Effect.gen(function* () {
        const spans = yield* spansOf(
          Effect.gen(function* () {
            yield* Put.into(Mark, mark(1))
            yield* Get.from(Mark).key(key(1))
            yield* Get.from(Mark).key(key(2))
            yield* Update.in(Mark).key(key(1)).set({ note: secret })
            yield* Delete.from(Mark).key(key(1))
          }).pipe(Effect.withSpan("request"))
        )
        assert.deepStrictEqual(treeOf(spans), [
          "request",
          "  Put Mark",
          "    DynamoDB.PutItem",
          "  Get Mark",
          "    DynamoDB.GetItem",
          "  Get Mark",
          "    DynamoDB.GetItem",
          "  Update Mark",
          "    DynamoDB.UpdateItem",
          "  Delete Mark",
          "    DynamoDB.DeleteItem"
        ])
        const operations = spans.filter(({ name }) => name.endsWith("Mark"))
        assert.deepStrictEqual(operations.map(attributesOf), [
          { ...ofMark, "db.operation.name": "Put" },
          { ...ofMark, "db.operation.name": "Get", "db.response.returned_rows": 1 },
          { ...ofMark, "db.operation.name": "Get", "db.response.returned_rows": 0 },
          { ...ofMark, "db.operation.name": "Update" },
          { ...ofMark, "db.operation.name": "Delete" }
        ])
      })
    )

    it.effect("there are none where the tracer is off, or the default one", () =>
      Effect.gen(function* () {
        const { spans, tracer } = recordingTracer()
        const get = Get.from(Mark).key(key(1))
        const stream = Stream.runDrain(Query.from(Mark).pk(secret).stream())
        const both = Effect.andThen(get, stream)
        yield* both.pipe(Effect.withTracerEnabled(false), Effect.withTracer(tracer))
        yield* both.pipe(Effect.withTracer(Tracer.nativeTracer))
        yield* both
        assert.deepStrictEqual(spans, [])
      })
    )

    it.effect("of reads tell index, pages and items", () =>
      Effect.gen(function* () {
        yield* Batch.write([1, 2, 3, 4, 5, 6, 7].map((id) => Put.into(Mark, mark(id))))
        const ofQuery = { ...ofMark, "db.operation.name": "Query" }
        const told = Effect.fnUntraced(function* <A, E, R>(effect: Effect.Effect<A, E, R>) {
          const [operation, ...calls] = yield* spansOf(effect)
          return [attributesOf(operation), calls.length] as const
        })

        const inPages = Query.from(Mark).pk(secret).pageSize(3)
        const all = { "aws.dynamodb.scanned_count": 7, "db.response.returned_rows": 7 }
        assert.deepStrictEqual(yield* told(inPages), [{ ...ofQuery, ...all, "effect_dynamo.pages": 3 }, 3])
        assert.deepStrictEqual(yield* told(Stream.runDrain(inPages.stream())), [
          { ...ofQuery, ...all, "effect_dynamo.pages": 3 },
          3
        ])
        assert.deepStrictEqual(yield* told(inPages.page()), [
          {
            ...ofQuery,
            "effect_dynamo.pages": 1,
            "aws.dynamodb.scanned_count": 3,
            "db.response.returned_rows": 3
          },
          1
        ])
        assert.deepStrictEqual(yield* told(inPages.first()), [
          {
            ...ofQuery,
            "effect_dynamo.pages": 1,
            "aws.dynamodb.scanned_count": 1,
            "db.response.returned_rows": 1
          },
          1
        ])
        assert.deepStrictEqual(yield* told(inPages.count()), [
          { ...ofQuery, "effect_dynamo.pages": 3, "aws.dynamodb.scanned_count": 7, "aws.dynamodb.count": 7 },
          3
        ])
        const byColour = Query.from(Mark).index("byColour").pk(`${secret}-red`)
        assert.deepStrictEqual(yield* told(byColour), [
          { ...ofQuery, ...all, "aws.dynamodb.index_name": "byColour", "effect_dynamo.pages": 1 },
          1
        ])
        const ofScan = { ...ofMark, "db.operation.name": "Scan" }
        assert.deepStrictEqual(yield* told(Scan.from(Mark)), [{ ...ofScan, ...all, "effect_dynamo.pages": 1 }, 1])
        const segments = Scan.from(Mark).segments(3)
        assert.deepStrictEqual(yield* told(segments), [{ ...ofScan, ...all, "effect_dynamo.pages": 3 }, 3])
        assert.deepStrictEqual(yield* told(segments.count()), [
          { ...ofScan, "effect_dynamo.pages": 3, "aws.dynamodb.scanned_count": 7, "aws.dynamodb.count": 7 },
          3
        ])
        const collection = Query.collection({ owners: Owner, marks: Mark }).pk(secret)
        const ofCollection = {
          "db.system.name": "aws.dynamodb",
          "db.operation.name": "Query",
          "db.collection.name": "traced",
          "aws.dynamodb.table_names": ["traced"],
          "effect_dynamo.entities": ["Owner", "Mark"],
          "effect_dynamo.pages": 1,
          ...all
        }
        assert.deepStrictEqual(yield* told(collection), [ofCollection, 1])
        assert.deepStrictEqual(yield* told(Stream.runDrain(collection.stream())), [ofCollection, 1])
      })
    )

    it.effect("of streams end with them: early, with a failure, or interrupted", () =>
      Effect.gen(function* () {
        yield* Batch.write([1, 2, 3, 4, 5, 6, 7].map((id) => Put.into(Mark, mark(id))))
        const stream = Query.from(Mark).pk(secret).pageSize(2).stream()

        const [early] = yield* spansOf(stream.pipe(Stream.take(1), Stream.runDrain))
        assert.strictEqual(attributesOf(early)["db.response.returned_rows"], 2)
        assert.isTrue(early!.status._tag === "Ended" && Exit.isSuccess(early!.status.exit))

        const proxy = yield* faultProxy({
          rules: [{ match: { op: "Query", firstPage: false }, sequence: ["validation"] }]
        })
        const [failed] = yield* spansOf(
          stream.pipe(Stream.runDrain, DynamoClient.noRetry, Effect.provide(proxy.client))
        )
        assert.strictEqual(attributesOf(failed)["error.type"], "RequestRejected")
        assert.isTrue(failed!.status._tag === "Ended" && Exit.isFailure(failed!.status.exit))

        // A failure before the first request.
        const badKey = Query.from(Mark).pk("").stream()
        const [unplanned, ...calls] = yield* spansOf(Stream.runDrain(badKey))
        assert.deepStrictEqual([attributesOf(unplanned)["error.type"], calls.length], ["KeyError", 0])

        const { spans, tracer } = recordingTracer()
        let taken = 0
        const fiber = yield* stream.pipe(
          Stream.runForEach(() => (++taken === 3 ? Effect.never : Effect.void)),
          Effect.withTracer(tracer),
          Effect.forkChild
        )
        yield* eventually(Effect.sync(() => taken === 3))
        assert.strictEqual(spans[0]!.status._tag, "Started")
        yield* Fiber.interrupt(fiber)
        const { status } = spans[0]!
        assert.isTrue(status._tag === "Ended" && Exit.hasInterrupts(status.exit))
        assert.notProperty(attributesOf(spans[0]), "error.type")
      })
    )

    it.effect("of batches tell how many operations, of which entities and tables", () =>
      Effect.gen(function* () {
        const ids = [1, 2, 3]
        const ofBatch = {
          "db.system.name": "aws.dynamodb",
          "db.collection.name": "traced",
          "aws.dynamodb.table_names": ["traced"]
        }
        const puts = [...ids.map((id) => Put.into(Mark, mark(id))), Put.into(Owner, { owner: secret })]
        const spans = yield* spansOf(Batch.write(puts))
        assert.deepStrictEqual(treeOf(spans), ["BatchWrite", "  DynamoDB.BatchWriteItem"])
        assert.deepStrictEqual(attributesOf(spans[0]), {
          ...ofBatch,
          "db.operation.name": "BatchWrite",
          "db.operation.batch.size": 4,
          "effect_dynamo.entities": ["Mark", "Owner"]
        })

        const gets = [1, 2, 9].map((id) => Get.from(Mark).key(key(id)))
        const read = yield* spansOf(Batch.get(gets))
        assert.deepStrictEqual(treeOf(read), ["BatchGet Mark", "  DynamoDB.BatchGetItem"])
        assert.deepStrictEqual(attributesOf(read[0]), {
          ...ofBatch,
          "db.operation.name": "BatchGet",
          "db.operation.batch.size": 3,
          "effect_dynamo.entity": "Mark",
          "db.response.returned_rows": 2
        })

        const many = Array.from({ length: 60 }, (_, id) => id)
        const written = yield* spansOf(
          Stream.fromIterable(many).pipe(
            Stream.map((id) => Put.into(Mark, mark(id))),
            Batch.writeStream,
            Stream.runDrain
          )
        )
        const call = "  DynamoDB.BatchWriteItem"
        assert.deepStrictEqual(treeOf(written), ["BatchWrite", call, call, call])
        assert.deepStrictEqual(attributesOf(written[0]), {
          "db.system.name": "aws.dynamodb",
          "db.operation.name": "BatchWrite",
          "effect_dynamo.written": 60
        })
        const found = yield* spansOf(
          Stream.fromIterable(many).pipe(
            Stream.map((id) => Get.from(Mark).key(key(id))),
            Batch.getStream,
            Stream.runDrain
          )
        )
        assert.deepStrictEqual(treeOf(found), ["BatchGet", "  DynamoDB.BatchGetItem"])
        assert.deepStrictEqual(attributesOf(found[0]), {
          ...ofBatch,
          "db.operation.name": "BatchGet",
          "db.response.returned_rows": 60
        })
        yield* Batch.write(many.map((id) => Delete.from(Mark).key(key(id))))
      })
    )

    it.effect("of an update that reads first tell when it is planned again", () =>
      Effect.gen(function* () {
        yield* Put.into(Mark, mark(1))
        const disturbed = afterReads(
          Update.in(Mark)
            .key(key(1))
            .set({ colour: `${secret}-blue` })
            .recompute(),
          (reads) =>
            reads > 1
              ? Effect.void
              : Effect.withTracerEnabled(
                  Update.in(Mark)
                    .key(key(1))
                    .set({ shade: 10 + reads })
                    .recompute(),
                  false
                )
        )
        const spans = yield* spansOf(disturbed)
        assert.deepStrictEqual(treeOf(spans), [
          "Update Mark",
          "  DynamoDB.GetItem",
          "  DynamoDB.UpdateItem",
          "  DynamoDB.GetItem",
          "  DynamoDB.UpdateItem"
        ])
        const events = eventsOf(spans[0])
        assert.lengthOf(events, 1)
        const [name, attributes] = events[0]!
        assert.strictEqual(name, "plan again")
        assert.deepInclude(attributes, { "error.type": "ConditionalCheckFailed", "effect_dynamo.attempts": 1 })
        assert.isNumber((attributes as Record<string, unknown>)["effect_dynamo.delay_ms"])
        assert.notProperty(attributesOf(spans[0]), "error.type")
        yield* Delete.from(Mark).key(key(1))
      })
    )
  })
)

onlyLocal("spans of transactions", (it) =>
  withTables(it, [Traced], (it) => {
    it.effect("tell how many operations, and why one is not done", () =>
      Effect.gen(function* () {
        const ofTransaction = {
          "db.system.name": "aws.dynamodb",
          "db.collection.name": "traced",
          "aws.dynamodb.table_names": ["traced"],
          "db.operation.batch.size": 2
        }
        const written = yield* spansOf(Transaction.write([Put.into(Mark, mark(1)), Put.into(Owner, { owner: secret })]))
        assert.deepStrictEqual(treeOf(written), ["TransactWrite", "  DynamoDB.TransactWriteItems"])
        assert.deepStrictEqual(attributesOf(written[0]), {
          ...ofTransaction,
          "db.operation.name": "TransactWrite",
          "effect_dynamo.entities": ["Mark", "Owner"]
        })
        const read = yield* spansOf(Transaction.get([Get.from(Mark).key(key(1)), Get.from(Mark).key(key(2))]))
        assert.deepStrictEqual(treeOf(read), ["TransactGet Mark", "  DynamoDB.TransactGetItems"])
        assert.deepStrictEqual(attributesOf(read[0]), {
          ...ofTransaction,
          "db.operation.name": "TransactGet",
          "effect_dynamo.entity": "Mark",
          "db.response.returned_rows": 1
        })
        const refused = yield* spansOf(
          Transaction.write([
            Check.in(Mark).key(key(2)).ifExists(),
            Update.in(Mark).key(key(1)).set({ note: "b" }).returning("none")
          ])
        )
        const [operation, call] = refused
        assert.strictEqual(attributesOf(operation)["error.type"], "ConditionalCheckFailed")
        assert.strictEqual(attributesOf(call)["error.type"], "ConditionalCheckFailed")
        assert.strictEqual(attributesOf(call)["db.response.status_code"], "TransactionCanceledException")
      })
    )
  })
)
