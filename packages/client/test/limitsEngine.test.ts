import { DynamoClient } from "@effect-dynamo/client"
import { RequestRejected } from "@effect-dynamo/core/DynamoError"
import { assert } from "@effect/vitest"
import { Effect, Result } from "effect"
import { onlyLocal } from "../../testing/test-support/engines.ts"
import { TableName, withThings } from "./support/lostAnswers.ts"

const terms = (term: string, count: number, by = " OR ") => Array.from({ length: count }, () => term).join(by)
const each = (count: number, change: (i: number) => string) =>
  Array.from({ length: count }, (_, i) => change(i)).join(",")

/** Whether there is an answer, of the engine itself and of the client, which looks before it sends. */
const asked = Effect.fnUntraced(function* <Name extends "scan" | "updateItem">(
  name: Name,
  input: Parameters<DynamoClient.Service[Name]>[0]
) {
  const client = yield* DynamoClient.DynamoClient
  const operation = name === "scan" ? "Scan" : "UpdateItem"
  const engine = yield* Effect.result(client.transport.send(operation, input as never))
  // The input is that of the operation, as the parameters say.
  const call = client[name] as (input: unknown) => Effect.Effect<unknown, unknown>
  const ours = yield* Effect.result(call(input))
  return { engine, ours }
})

const scanning = (FilterExpression: string) =>
  asked("scan", {
    TableName,
    FilterExpression,
    ExpressionAttributeNames: { "#a": "a" },
    ExpressionAttributeValues: { ":b": { S: "b" } }
  })

const updating = (UpdateExpression: string) =>
  asked("updateItem", {
    TableName,
    Key: { pk: { S: "a" } },
    UpdateExpression,
    ExpressionAttributeValues: { ":b": { N: "1" } }
  })

type Outcomes = ReturnType<typeof scanning>

onlyLocal("the limits of expressions are the engine's own", (it) =>
  withThings(it, (it) => {
    const cases: ReadonlyArray<readonly [what: string, taken: Outcomes, refused: Outcomes]> = [
      ["comparisons", scanning(terms("#a=:b", 150)), scanning(terms("#a=:b", 151))],
      ["functions", scanning(terms("contains(#a,:b)", 150)), scanning(terms("contains(#a,:b)", 151))],
      ["functions in comparisons", scanning(terms("size(#a)>:b", 100)), scanning(terms("size(#a)>:b", 101))],
      ["BETWEEN", scanning(terms("#a BETWEEN :b AND :b", 150)), scanning(terms("#a BETWEEN :b AND :b", 151))],
      ["IN", scanning(terms("#a in (:b)", 150)), scanning(terms("#a in (:b)", 151))],
      ["NOT", scanning(terms("NOT #a = :b", 100)), scanning(terms("NOT #a = :b", 101))],
      ["values of an IN", scanning(`#a IN (${terms(":b", 100, ",")})`), scanning(`#a IN (${terms(":b", 101, ",")})`)],
      ["bytes", scanning("#a = :b".padEnd(4096)), scanning("#a = :b".padEnd(4097))],
      ["sums", updating(`SET ${each(300, (i) => `c${i}=:b+:b`)}`), updating(`SET ${each(301, (i) => `c${i}=:b+:b`)}`)]
    ]
    for (const [what, taken, refused] of cases) {
      it.effect(`of ${what}`, () =>
        Effect.gen(function* () {
          const most = yield* taken
          assert.isTrue(Result.isSuccess(most.engine) && Result.isSuccess(most.ours))
          const more = yield* refused
          assert.isTrue(Result.isFailure(more.engine))
          const error = Result.isFailure(more.ours) ? more.ours.failure : undefined
          assert.instanceOf(error, RequestRejected)
          assert.strictEqual(error.attempts, 0)
        })
      )
    }

    it.effect("what is set, added and removed counts for nothing", () =>
      Effect.gen(function* () {
        for (const text of [
          `SET ${each(301, (i) => `a${i}=:b`)}`,
          `ADD ${each(301, (i) => `b${i} :b`)}`,
          `REMOVE ${each(301, (i) => `a${i}`)} SET z=:b`
        ]) {
          const { engine, ours } = yield* updating(text)
          assert.isTrue(Result.isSuccess(engine) && Result.isSuccess(ours), text.slice(0, 10))
        }
      })
    )
  })
)
