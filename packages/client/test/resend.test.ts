import type { UpdateItemCommandInput } from "@aws-sdk/client-dynamodb"
import { DynamoClient } from "@effect-dynamo/client"
import { assert } from "@effect/vitest"
import { Effect, Option, Result } from "effect"
import { inspect } from "node:util"
import { enginesOnBothClients } from "../../testing/test-support/engines.ts"
import { appliedThen500, appliedThenLost, itemOf, lost, TableName, through, withThings } from "./support/lostAnswers.ts"

type Client = DynamoClient.Service
type Item = DynamoClient.Item

const things = (pk: string, more: Item = {}): Item => ({ pk: { S: pk }, ...more })
const put =
  (item: Item, more: object = {}) =>
  (client: Client) =>
    client.putItem({ TableName, Item: item, ...more })
const create = (item: Item, more: object = {}) =>
  put(item, { ConditionExpression: "attribute_not_exists(pk)", ...more })
const remove =
  (pk: string, more: object = {}) =>
  (client: Client) =>
    client.deleteItem({ TableName, Key: things(pk), ...more })
const update = (pk: string, more: Omit<UpdateItemCommandInput, "TableName" | "Key">) => (client: Client) =>
  client.updateItem({ TableName, Key: things(pk), ...more })

const begin = (item: Item) => DynamoClient.DynamoClient.use(put(item))

/** The failed condition that a call ended with. */
const conditionFailed = <A, E>(result: Result.Result<A, E>) => {
  assert(Result.isFailure(result))
  const error: unknown = result.failure
  assert.propertyVal(error, "_tag", "ConditionalCheckFailed")
  return error as Extract<DynamoClient.PutItemError, { readonly _tag: "ConditionalCheckFailed" }>
}

enginesOnBothClients("a write whose answer was lost", (it) =>
  withThings(it, (it) => {
    // -------------------------------------------------------------------------
    // Puts and deletes
    // -------------------------------------------------------------------------

    for (const [name, fault] of Object.entries({ lost, appliedThenLost, appliedThen500 })) {
      it.effect(`that creates an item succeeds, and creates it (${name})`, () =>
        Effect.gen(function* () {
          const item = things(`create ${name}`, { n: { N: "1.50" }, s: { SS: ["b", "a"] } })
          const { engineCalls, requests, result } = yield* through([fault], create(item))
          assert(Result.isSuccess(result))
          assert.isUndefined(result.success.Attributes)
          assert.strictEqual(requests, 2)
          assert.strictEqual(engineCalls, name === "lost" ? 1 : 2)
          assert.strictEqual((yield* itemOf(`create ${name}`))?.["n"]?.N, "1.5")
        })
      )

      it.effect(`that puts an item, on a condition or none, succeeds (${name})`, () =>
        Effect.gen(function* () {
          const pk = `put ${name}`
          for (const [n, more] of [
            [1, {}],
            [2, { ConditionExpression: "n = :n", ExpressionAttributeValues: { ":n": { N: "1" } } }]
          ] as const) {
            const { requests, result } = yield* through([fault], put(things(pk, { n: { N: String(n) } }), more))
            assert(Result.isSuccess(result))
            assert.strictEqual(requests, 2)
            assert.strictEqual((yield* itemOf(pk))?.["n"]?.N, String(n))
          }
        })
      )

      it.effect(`that deletes an item, on a condition or none, succeeds (${name})`, () =>
        Effect.gen(function* () {
          const pk = `delete ${name}`
          for (const more of [{}, { ConditionExpression: "attribute_exists(pk)" }]) {
            yield* begin(things(pk))
            const { requests, result } = yield* through([fault], remove(pk, more))
            assert(Result.isSuccess(result))
            assert.strictEqual(requests, 2)
            assert.isUndefined(yield* itemOf(pk))
          }
        })
      )
    }

    it.effect("is not sent again where its answer has the old item", () =>
      Effect.gen(function* () {
        const old = { ReturnValues: "ALL_OLD" }
        yield* begin(things("old", { n: { N: "1" } }))
        for (const call of [put(things("old"), old), create(things("old"), old), remove("old", old)]) {
          const { requests, result } = yield* through([appliedThenLost], call)
          assert(Result.isFailure(result))
          assert.propertyVal(result.failure, "ambiguous", true)
          assert.strictEqual(requests, 1)
        }
      })
    )

    it.effect("is in doubt where another one came between", () =>
      Effect.gen(function* () {
        const other = things("lost race", { by: { S: "other" } })
        const { requests, result } = yield* through(
          [lost],
          create(things("lost race", { by: { S: "us" } })),
          put(other)
        )
        const error = conditionFailed(result)
        assert.isTrue(error.ambiguous)
        assert.strictEqual(error.attempts, 2)
        assert.strictEqual(requests, 2)
        // Nobody asked for the item.
        assert.deepStrictEqual(error.item, Option.none())
        assert.notInclude(inspect(error, { depth: 9 }), "other")
        assert.deepStrictEqual(yield* itemOf("lost race"), other)
      })
    )

    it.effect("is in doubt with the item that came between, where it was asked for", () =>
      Effect.gen(function* () {
        const other = things("asked", { by: { S: "other" } })
        const { result } = yield* through(
          [appliedThen500],
          create(things("asked", { by: { S: "us" } }), { ReturnValuesOnConditionCheckFailure: "ALL_OLD" }),
          put(other)
        )
        const error = conditionFailed(result)
        assert.isTrue(error.ambiguous)
        assert.deepStrictEqual(error.item, Option.some(other))
      })
    )

    it.effect("is in doubt where what it deleted, or failed to delete, is there", () =>
      Effect.gen(function* () {
        yield* begin(things("stays", { n: { N: "2" } }))
        const { result } = yield* through(
          [lost],
          remove("stays", { ConditionExpression: "n = :n", ExpressionAttributeValues: { ":n": { N: "1" } } })
        )
        assert.isTrue(conditionFailed(result).ambiguous)
        assert.isDefined(yield* itemOf("stays"))
      })
    )

    it.effect("is in no doubt where all attempts before had an answer", () =>
      Effect.gen(function* () {
        yield* begin(things("there"))
        for (const fault of ["throttling", "pt-exceeded-reasons"] as const) {
          const { requests, result } = yield* through([fault], create(things("there")))
          assert.isUndefined(conditionFailed(result).ambiguous)
          assert.strictEqual(requests, 2)
        }
      })
    )

    it.effect("is in doubt whatever ends its attempts", () =>
      Effect.gen(function* () {
        const { result } = yield* through([appliedThenLost, "access-denied"], put(things("doubt")))
        assert(Result.isFailure(result))
        assert.strictEqual(result.failure._tag, "AccessDenied")
        assert.isTrue(result.failure.ambiguous)
      })
    )

    // -------------------------------------------------------------------------
    // Updates
    // -------------------------------------------------------------------------

    it.effect("is not sent again where it counts, appends, or changes elements of a list", () =>
      Effect.gen(function* () {
        const item = things("once", { n: { N: "1" }, l: { L: [{ N: "1" }, { N: "2" }] } })
        for (const UpdateExpression of [
          "ADD n :1",
          "SET n = n + :1",
          "SET n = n - :1",
          "SET n = if_not_exists(n, :1) + :1",
          "SET l = list_append(l, :l)",
          "SET l = list_append(:l, l)",
          "SET l[9] = :1",
          "REMOVE l[0]",
          "SET m = n"
        ]) {
          yield* begin(item)
          const call = update("once", {
            UpdateExpression,
            ExpressionAttributeValues: usedIn(UpdateExpression, { ":1": { N: "1" }, ":l": { L: [{ N: "1" }] } })
          })
          yield* DynamoClient.DynamoClient.use(call)
          const once = yield* itemOf("once")
          yield* begin(item)
          const { engineCalls, requests, result } = yield* through([appliedThenLost], call)
          assert(Result.isFailure(result), UpdateExpression)
          assert.propertyVal(result.failure, "ambiguous", true)
          assert.deepStrictEqual([requests, engineCalls], [1, 1], UpdateExpression)
          assert.deepStrictEqual(yield* itemOf("once"), once, UpdateExpression)

          // Throttled, it is.
          yield* begin(item)
          const throttled = yield* through(["throttling"], call)
          assert(Result.isSuccess(throttled.result))
          assert.deepStrictEqual(yield* itemOf("once"), once, UpdateExpression)
        }
      })
    )

    for (const ReturnValues of ["NONE", "ALL_NEW", "UPDATED_NEW"] as const) {
      it.effect(`answers as an update that was applied once (${ReturnValues})`, () =>
        Effect.gen(function* () {
          const item = things(`answer ${ReturnValues}`, {
            version: { N: "7" },
            old: { S: "o" },
            in: { M: { a: { S: "a" }, b: { S: "b" } } },
            tags: { SS: ["a", "b"] },
            sizes: { NS: ["1", "2"] }
          })
          const pk = `answer ${ReturnValues}`
          const call = update(pk, {
            UpdateExpression:
              "SET #v = if_not_exists(#v, :0) + :1, #in.#c = :c, made = if_not_exists(made, :c), n = :n REMOVE #old ADD tags :t DELETE sizes :s",
            ConditionExpression: "attribute_exists(pk) AND #v = :7",
            ExpressionAttributeNames: { "#v": "version", "#in": "in", "#c": "c", "#old": "old" },
            ExpressionAttributeValues: {
              ":0": { N: "0" },
              ":1": { N: "1" },
              ":7": { N: "7" },
              ":c": { S: "c" },
              ":n": { N: "1.50" },
              ":t": { SS: ["c", "b"] },
              ":s": { NS: ["2.0"] }
            },
            ReturnValues
          })
          yield* begin(item)
          const { Attributes } = yield* DynamoClient.DynamoClient.use(call)
          const after = yield* itemOf(pk)
          for (const fault of [appliedThenLost, appliedThen500, lost]) {
            yield* begin(item)
            const { requests, result } = yield* through([fault, fault], call)
            assert(Result.isSuccess(result))
            assert.strictEqual(requests, 3)
            const given = result.success.Attributes
            // Of a part that was changed, DynamoDB gives the part; DynamoDB Local gives the whole attribute.
            const isOfParts = ReturnValues === "UPDATED_NEW"
            if (isOfParts && fault !== lost) assert.deepStrictEqual(given?.["in"], { M: { c: { S: "c" } } })
            assert.deepStrictEqual(sorted(given, isOfParts ? "in" : ""), sorted(Attributes, isOfParts ? "in" : ""))
            assert.deepStrictEqual(sorted(yield* itemOf(pk)), sorted(after))
          }
        })
      )
    }

    it.effect("succeeds where its own success made the condition false", () =>
      Effect.gen(function* () {
        const values = { ":one": { N: "1" }, ":open": { S: "open" }, ":done": { S: "done" } }
        const cases: ReadonlyArray<readonly [text: string, condition: string]> = [
          ["SET n = n + :one", "n = :one"],
          ["ADD n :one", "n = :one"],
          ["SET taken = :one", "attribute_not_exists(taken)"],
          ["ADD taken :one", "attribute_not_exists(taken)"],
          ["SET st = :done", "st = :open"],
          ["SET st = :done", "attribute_exists(st) AND (st = :open)"],
          ["REMOVE st", "attribute_exists(st)"],
          ["SET st = :done REMOVE x", "st = :open AND (attribute_not_exists(y) OR y = :one)"]
        ]
        for (const [UpdateExpression, ConditionExpression] of cases) {
          const text = `${UpdateExpression} ${ConditionExpression}`
          const call = update("own", {
            UpdateExpression,
            ConditionExpression,
            ExpressionAttributeValues: usedIn(text, values)
          })
          const item = things("own", { n: { N: "1" }, st: { S: "open" }, x: { S: "x" } })
          yield* begin(item)
          yield* DynamoClient.DynamoClient.use(call)
          const once = yield* itemOf("own")
          yield* begin(item)
          const { engineCalls, result } = yield* through([appliedThenLost], call)
          assert(Result.isSuccess(result), text)
          assert.strictEqual(engineCalls, 2)
          assert.deepStrictEqual(yield* itemOf("own"), once, text)
        }
      })
    )

    it.effect("is in doubt where its condition is false, and nobody can tell whether by itself", () =>
      Effect.gen(function* () {
        const cases: ReadonlyArray<readonly [text: string, condition: string]> = [
          // What it counts besides is not known from where.
          ["SET n = n + :one, m = m + :one", "n = :one"],
          ["ADD n :one, m :one", "n = :one"],
          // It is sent again since it cannot happen twice, but nothing of it is to be seen.
          ["SET st = :done, l = list_append(l, :list)", "st = :open"],
          ["SET st = :done, again = m", "st = :open"]
        ]
        for (const [UpdateExpression, ConditionExpression] of cases) {
          const text = `${UpdateExpression} ${ConditionExpression}`
          const call = update("unseen", {
            UpdateExpression,
            ConditionExpression,
            ExpressionAttributeValues: usedIn(text, {
              ":one": { N: "1" },
              ":open": { S: "open" },
              ":done": { S: "done" },
              ":list": { L: [{ S: "x" }] }
            })
          })
          const item = things("unseen", { n: { N: "1" }, m: { N: "5" }, st: { S: "open" }, l: { L: [] } })
          yield* begin(item)
          yield* DynamoClient.DynamoClient.use(call)
          const once = yield* itemOf("unseen")
          yield* begin(item)
          const { engineCalls, result } = yield* through([appliedThenLost], call)
          assert.isTrue(conditionFailed(result).ambiguous, text)
          assert.strictEqual(engineCalls, 2)
          assert.deepStrictEqual(yield* itemOf("unseen"), once, text)
        }
      })
    )

    it.effect("is in doubt where its condition is false, and its own success does not make it so", () =>
      Effect.gen(function* () {
        // What the updates do is done already, by whomever: that is no success of theirs.
        const item = things("before", { n: { N: "1" }, st: { S: "done" }, tags: { SS: ["a"] } })
        const cases: ReadonlyArray<readonly [text: string, condition: string, names?: Record<string, string>]> = [
          ["SET st = :done", "n = :five"],
          ["SET st = :done", "attribute_exists(pk) AND n > :one"],
          ["SET st = :done", "attribute_exists(#pk) AND #n > :one", { "#pk": "pk", "#n": "n" }],
          ["SET st = :done", "NOT (n IN (:one, :five))"],
          ["SET st = :done", "m.st = :done AND size(n) > :one"],
          ["REMOVE x", "attribute_exists(y)"],
          ["ADD tags :tags", "n BETWEEN :five AND :five"]
        ]
        for (const [UpdateExpression, ConditionExpression, ExpressionAttributeNames] of cases) {
          const text = `${UpdateExpression} ${ConditionExpression}`
          const call = update("before", {
            UpdateExpression,
            ConditionExpression,
            ExpressionAttributeNames,
            ExpressionAttributeValues: usedIn(text, {
              ":one": { N: "1" },
              ":five": { N: "5" },
              ":done": { S: "done" },
              ":tags": { SS: ["a"] }
            })
          })
          yield* begin(item)
          const { result } = yield* through([lost], call)
          assert.isTrue(conditionFailed(result).ambiguous, text)
          assert.deepStrictEqual(yield* itemOf("before"), item, text)
        }
      })
    )

    it.effect("is in doubt where another update came between, with a version or without", () =>
      Effect.gen(function* () {
        const item = things("versions", { v: { N: "1" }, by: { S: "nobody" } })
        const write = (by: string, version: number) =>
          update("versions", {
            UpdateExpression: "SET v = v + :1, #by = :by",
            ConditionExpression: "v = :v",
            ExpressionAttributeNames: { "#by": "by" },
            ExpressionAttributeValues: { ":1": { N: "1" }, ":v": { N: String(version) }, ":by": { S: by } }
          })
        // Another took the version.
        yield* begin(item)
        const taken = yield* through([lost], write("us", 1), write("other", 1))
        assert.isTrue(conditionFailed(taken.result).ambiguous)
        assert.strictEqual((yield* itemOf("versions"))?.["by"]?.S, "other")
        // Another came after ours.
        yield* begin(item)
        const after = yield* through([appliedThenLost], write("us", 1), write("other", 2))
        assert.isTrue(conditionFailed(after.result).ambiguous)
        assert.strictEqual((yield* itemOf("versions"))?.["v"]?.N, "3")
        // It was deleted.
        yield* begin(item)
        const gone = yield* through([appliedThenLost], write("us", 1), remove("versions"))
        assert.isTrue(conditionFailed(gone.result).ambiguous)
      })
    )

    it.effect("may be applied twice where the caller says so, and is not sent again where the caller says not", () =>
      Effect.gen(function* () {
        const count = update("said", { UpdateExpression: "ADD n :1", ExpressionAttributeValues: { ":1": { N: "1" } } })
        const twice = yield* through([appliedThenLost], (client) => DynamoClient.withIdempotent(count(client), true))
        assert(Result.isSuccess(twice.result))
        assert.strictEqual((yield* itemOf("said"))?.["n"]?.N, "2")

        const never = yield* through([lost], (client) =>
          DynamoClient.withIdempotent(create(things("never"))(client), false)
        )
        assert(Result.isFailure(never.result))
        assert.strictEqual(never.requests, 1)
        assert.isUndefined(yield* itemOf("never"))
      })
    )

    it.effect("in the old form is sent again where it sets whole attributes", () =>
      Effect.gen(function* () {
        const set = update("legacy", { AttributeUpdates: { a: { Action: "PUT", Value: { S: "x" } } } })
        assert((yield* through([appliedThenLost], set)).requests === 2)
        const add = update("legacy", { AttributeUpdates: { n: { Action: "ADD", Value: { N: "1" } } } })
        assert((yield* through([appliedThenLost], add)).requests === 1)
        assert.deepStrictEqual(yield* itemOf("legacy"), things("legacy", { a: { S: "x" }, n: { N: "1" } }))
      })
    )
  })
)

/** DynamoDB refuses values that are not used, and that there are none. */
const usedIn = (text: string, values: Item): Item | undefined => {
  const used = Object.entries(values).filter(([name]) => new RegExp(`${name}\\b`).test(text))
  return used.length === 0 ? undefined : Object.fromEntries(used)
}

/** An item without an attribute. Sets come back in any order. */
const sorted = (item: Item | undefined, without = "") =>
  item &&
  Object.fromEntries(
    Object.entries(item).flatMap(([name, value]) =>
      name === without
        ? []
        : [[name, value.SS ? { SS: [...value.SS].sort() } : value.NS ? { NS: [...value.NS].sort() } : value]]
    )
  )
