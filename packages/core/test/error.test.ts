import { assert, describe, it } from "@effect/vitest"
import { inspect } from "node:util"
import { Effect, Logger, Option } from "effect"
import { DynamoError } from "../src/main.ts"

const call = { message: "It failed.", operation: "PutItem", table: "users" }
const place = { ...call, entity: "User", path: ["a", 0] }

const errors: ReadonlyArray<readonly [DynamoError.DynamoError, isRetryable: boolean]> = [
  [new DynamoError.ThroughputExceeded({ ...call, reasons: [] }), true],
  [new DynamoError.ResourceNotFound(call), false],
  [new DynamoError.AccessDenied(call), false],
  [new DynamoError.RequestRejected({ ...call, code: "ValidationException" }), false],
  [new DynamoError.ServiceUnavailable({ ...call, ambiguous: true }), true],
  [new DynamoError.RequestTimeout({ ...call, ambiguous: true }), true],
  [new DynamoError.NetworkError({ ...call, ambiguous: false }), true],
  [new DynamoError.ConditionalCheckFailed({ ...call, item: Option.none() }), false],
  [new DynamoError.TransactionConflict(call), true],
  [new DynamoError.TransactionCanceled({ ...call, reasons: [] }), false],
  [new DynamoError.IdempotentMismatch(call), false],
  [new DynamoError.ItemTooLarge(call), false],
  [new DynamoError.ItemCollectionTooLarge(call), false],
  [new DynamoError.ResourceInUse(call), false],
  [new DynamoError.EncodeError(place), false],
  [new DynamoError.DecodeError({ ...place, keyAttributes: ["pk"] }), false],
  [new DynamoError.KeyError(place), false],
  [new DynamoError.ItemNotFound({ ...call, entity: "User" }), false],
  [new DynamoError.BatchIncomplete({ ...call, operations: [] }), true],
  [new DynamoError.CursorError(call), false]
]

describe("DynamoError", () => {
  it("has every tag of the API once", () => {
    assert.strictEqual(new Set(errors.map(([error]) => error._tag)).size, 20)
  })

  it.effect.each(errors)("$0._tag is an error that catchTag reaches", ([error, isRetryable]) =>
    Effect.gen(function* () {
      assert.instanceOf(error, Error)
      assert.isTrue(DynamoError.isDynamoError(error))
      assert.strictEqual(error.message, "It failed.")
      assert.strictEqual(error.operation, "PutItem")
      assert.strictEqual(error.table, "users")
      assert.strictEqual(error.isRetryable, isRetryable)
      const caught = yield* Effect.fail(error as DynamoError.KeyError).pipe(
        Effect.catchTag(error._tag as "KeyError", (error) => Effect.succeed(error))
      )
      assert.strictEqual(caught, error)
    })
  )

  it("is told from other errors with the same tag", () => {
    for (const other of [new Error("no"), { _tag: "KeyError" }, null, undefined, "KeyError"]) {
      assert.isFalse(DynamoError.isDynamoError(other))
    }
  })

  it("says where a write may have been applied", () => {
    const call = { message: "It failed.", operation: "UpdateItem" }
    assert.isTrue(DynamoError.isAmbiguous(new DynamoError.NetworkError({ ...call, ambiguous: true })))
    assert.isTrue(
      DynamoError.isAmbiguous(new DynamoError.ThroughputExceeded({ ...call, reasons: [], ambiguous: true }))
    )
    assert.isFalse(DynamoError.isAmbiguous(new DynamoError.NetworkError({ ...call, ambiguous: false })))
    assert.isFalse(DynamoError.isAmbiguous(new DynamoError.ThroughputExceeded({ ...call, reasons: [] })))
    assert.isFalse(DynamoError.isAmbiguous(new DynamoError.KeyError({ ...call, entity: "User", path: ["id"] })))
    for (const other of [{ ambiguous: true }, null, undefined, "ambiguous"]) {
      assert.isFalse(DynamoError.isAmbiguous(other))
    }
  })

  it.effect("shows no items where it is printed or logged, and has them for the program", () =>
    Effect.gen(function* () {
      const item = Option.some({ name: "hidden" })
      const cause = Object.assign(new Error("the SDK's"), { Item: { name: { S: "hidden" } } })
      const reasons = [{ code: "ConditionalCheckFailed", message: "no", item }]
      const carriers = [
        new DynamoError.ConditionalCheckFailed({ ...call, cause, item, reasons }),
        new DynamoError.TransactionConflict({ ...call, cause, reasons }),
        new DynamoError.TransactionCanceled({ ...call, cause, reasons })
      ]
      const lines: Array<string> = []
      const logger = Logger.make((options) => {
        lines.push(Logger.formatJson.log(options), Logger.formatLogFmt.log(options))
      })
      for (const error of carriers) {
        yield* Effect.logError(error).pipe(Effect.provide(Logger.layer([logger])))
        lines.push(inspect(error, { depth: 10 }), JSON.stringify(error))
        assert.strictEqual(error.cause, cause)
        assert.deepStrictEqual(error.reasons, reasons)
        const shown = JSON.parse(JSON.stringify(error)) as { readonly reasons: unknown }
        assert.deepStrictEqual(shown.reasons, [{ code: "ConditionalCheckFailed", message: "no" }])
      }
      assert.strictEqual(lines.length, 12)
      for (const line of lines) {
        assert.notInclude(line, "hidden")
        assert.include(line, "It failed.")
      }
    })
  )
})
