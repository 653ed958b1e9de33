/** The example's trace, as a collector of OTLP has it. */
import { assert } from "@effect/vitest"
import { Console, Effect } from "effect"
import { program } from "../../../examples/tracing.ts"
import { engines } from "../../testing/test-support/engines.ts"

const trace = `checkout
  Put Order
    DynamoDB.PutItem http.request.resend_count=1 [retry]
  BatchWrite Order
    DynamoDB.BatchWriteItem
  Query Order effect_dynamo.pages=2 db.response.returned_rows=3
    DynamoDB.Query
    DynamoDB.Query
  Update Order
    DynamoDB.UpdateItem
  Update Order
    DynamoDB.UpdateItem
  Update Order
    DynamoDB.UpdateItem`

engines("tracing", (it) => {
  it.effect("shows one trace, and nothing of what is stored", () =>
    Effect.gen(function* () {
      const lines: Array<unknown> = []
      const quiet = { ...console, log: (...line: ReadonlyArray<unknown>) => void lines.push(line[0]) }
      yield* Effect.provideService(program, Console.Console, quiet)
      assert.deepStrictEqual(lines, [trace, "throttled requests: 1", "every span and metric has arrived"])
    })
  )
})
