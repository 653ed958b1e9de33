import type { UpdateItemCommandInput } from "@aws-sdk/client-dynamodb"
import { DynamoClient } from "@effect-dynamo/client"
import { assert } from "@effect/vitest"
import { Effect, Result } from "effect"
import { engines } from "../../testing/test-support/engines.ts"
import { faultProxy, retryAtOnce } from "../../testing/test-support/faults.ts"
import { itemOf, TableName, withThings } from "./support/lostAnswers.ts"
import { mulberry } from "./support/random.ts"

type Item = DynamoClient.Item

type Write = (client: DynamoClient.Service, pk: string) => Effect.Effect<unknown, DynamoClient.UpdateItemError>

const update =
  (input: Omit<UpdateItemCommandInput, "TableName" | "Key">): Write =>
  (client, pk) =>
    client.updateItem({ TableName, Key: { pk: { S: pk } }, ReturnValues: "ALL_NEW", ...input })

/** Writes of all kinds, made of the item as it is and of what chance says. */
const writeOf = (before: Item | undefined, random: () => number): Write => {
  const pick = <A>(...of: ReadonlyArray<A>): A => of[Math.floor(random() * of.length)]!
  const n = pick("1", "2", "3")
  const one = { ":one": { N: n } }
  const member = { ":m": { SS: [pick("a", "b", "c")] } }
  const version = before?.["v"]?.N ?? "0"
  return pick<() => Write>(
    () => update({ UpdateExpression: "ADD n :one", ExpressionAttributeValues: one }),
    () => update({ UpdateExpression: "SET w = if_not_exists(w, :one) + :one", ExpressionAttributeValues: one }),
    () =>
      update({
        UpdateExpression: "SET l = list_append(if_not_exists(l, :none), :some)",
        ExpressionAttributeValues: { ":none": { L: [] }, ":some": { L: [{ N: n }] } }
      }),
    () => update({ UpdateExpression: "SET a = :one", ExpressionAttributeValues: one }),
    () => update({ UpdateExpression: "SET a = :one REMOVE b", ExpressionAttributeValues: one }),
    () => update({ UpdateExpression: "SET b = if_not_exists(b, :one)", ExpressionAttributeValues: one }),
    () => update({ UpdateExpression: "ADD tags :m", ExpressionAttributeValues: member }),
    () => update({ UpdateExpression: "DELETE tags :m", ExpressionAttributeValues: member }),
    () =>
      update({
        UpdateExpression: "SET b = :one",
        ConditionExpression: "attribute_not_exists(b)",
        ExpressionAttributeValues: one
      }),
    () =>
      update({
        UpdateExpression: "SET v = if_not_exists(v, :zero) + :one, a = :one",
        ConditionExpression: "v = :v",
        ExpressionAttributeValues: { ":zero": { N: "0" }, ":one": { N: "1" }, ":v": { N: pick(version, version, "0") } }
      }),
    () =>
      update({
        UpdateExpression: "SET v = if_not_exists(v, :zero) + :one, n = if_not_exists(n, :zero) + :one",
        ConditionExpression: "attribute_not_exists(v) OR v = :v",
        ExpressionAttributeValues: { ":zero": { N: "0" }, ":one": { N: "1" }, ":v": { N: version } }
      }),
    () =>
      update({
        UpdateExpression: "SET v = :next, n = n + :one",
        ConditionExpression: "v = :v",
        ExpressionAttributeValues: {
          ":next": { N: `${Number(version) + 1}` },
          ":one": { N: "1" },
          ":v": { N: version }
        }
      }),
    () => (client, pk) => client.putItem({ TableName, Item: { pk: { S: pk }, v: { N: n } } }),
    () => (client, pk) =>
      client.putItem({
        TableName,
        Item: { pk: { S: pk }, v: { N: "1" }, tags: { SS: ["b", "a"] } },
        ConditionExpression: "attribute_not_exists(pk)"
      }),
    () => (client, pk) => client.deleteItem({ TableName, Key: { pk: { S: pk } } }),
    () => (client, pk) =>
      client.deleteItem({ TableName, Key: { pk: { S: pk } }, ConditionExpression: "attribute_exists(pk)" })
  )()
}

const sorted = (item: Item | undefined) => {
  if (item === undefined) return undefined
  const { pk: _, ...rest } = item
  return rest["tags"]?.SS === undefined ? rest : { ...rest, tags: { SS: [...rest["tags"].SS].sort() } }
}

engines("writes through faults", (it) =>
  withThings(it, (it) => {
    it.effect(
      "are done once where they are acknowledged, not at all where refused, and at most once where in doubt",
      () =>
        Effect.gen(function* () {
          const engine = yield* DynamoClient.DynamoClient
          const proxy = yield* faultProxy({
            rules: [
              {
                random: {
                  seed: 6,
                  p: 0.2,
                  faults: [
                    "throttling",
                    "pt-exceeded-gsi",
                    "internal-500",
                    "unavailable-503",
                    { after: true },
                    { after: true, fault: "internal-500" },
                    { after: true, response: "truncated" },
                    { reset: "before" },
                    { reset: "headers" },
                    { reset: "mid-body" },
                    { response: "empty" }
                  ]
                }
              }
            ]
          })
          const client = yield* Effect.provide(DynamoClient.DynamoClient, proxy.client)
          const random = mulberry(6)
          const seen = { done: 0, refused: 0, doubt: 0 }
          for (let i = 0; i < 200; i++) {
            const before = yield* itemOf("real")
            const write = writeOf(before, random)
            // What it would make of the item without faults: of a twin.
            yield* before === undefined
              ? engine.deleteItem({ TableName, Key: { pk: { S: "twin" } } })
              : engine.putItem({ TableName, Item: { ...before, pk: { S: "twin" } } })
            const expected = yield* Effect.result(write(engine, "twin"))
            const after = sorted(yield* itemOf("twin"))

            const result = yield* Effect.result(DynamoClient.withRetry(write(client, "real"), retryAtOnce))
            const found = sorted(yield* itemOf("real"))
            if (Result.isSuccess(result)) {
              seen.done++
              assert.deepStrictEqual(found, after, `write ${i}`)
              const { Attributes: given } = result.success as { readonly Attributes?: Item }
              if (given !== undefined) assert.deepStrictEqual(sorted(given), found, `write ${i}`)
            } else if (result.failure.ambiguous === true) {
              seen.doubt++
              const isOne = [before === undefined ? undefined : sorted(before), after].some(
                (one) => JSON.stringify(ordered(one)) === JSON.stringify(ordered(found))
              )
              assert.isTrue(isOne, `write ${i}: ${JSON.stringify({ before, after, found })}`)
            } else {
              seen.refused++
              assert.isTrue(Result.isFailure(expected), `write ${i}`)
              assert.deepStrictEqual(found, sorted(before), `write ${i}`)
            }
          }
          assert.isAbove(seen.done, 120)
          assert.isAbove(seen.doubt, 2)
          assert.isAbove(seen.refused, 10)
        })
    )
  })
)

const ordered = (item: Item | undefined) =>
  item === undefined ? undefined : Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1))
