/** Which requests get faults, and what is told of them. */
import { DynamoClient, RetryPolicy } from "@effect-dynamo/client"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { Dynalite, Faults } from "../src/main.ts"
import { counting } from "./support/counting.ts"

type Send = (client: DynamoClient.Service) => Effect.Effect<unknown, unknown>

const keyOf = (id: string) => ({ pk: { S: id } })
const get =
  (id: string, TableName = "users"): Send =>
  (client) =>
    client.getItem({ TableName, Key: keyOf(id) })
const put =
  (id: string): Send =>
  (client) =>
    client.putItem({ TableName: "arn:aws:dynamodb:eu-west-1:123456789012:table/users", Item: keyOf(id) })
const query: Send = (client) => client.query({ TableName: "users", IndexName: "byName" })
const batch: Send = (client) => client.batchGetItem({ RequestItems: { others: { Keys: [keyOf("c")] } } })
const transaction: Send = (client) =>
  client.transactWriteItems({
    TransactItems: [
      { Put: { TableName: "users", Item: keyOf("a") } },
      { Delete: { TableName: "others", Key: keyOf("b") } }
    ]
  })
const partiql: Send = (client) =>
  client.executeTransaction({
    TransactStatements: [
      { Statement: `INSERT INTO users VALUE {'pk': 'from others'}` },
      { Statement: `UPDATE "more" SET n = 1 WHERE pk = 'a'` }
    ]
  })
const tags: Send = (client) =>
  client.listTagsOfResource({ ResourceArn: "arn:aws:dynamodb:eu-west-1:123456789012:table/users" })
const list: Send = (client) => client.listTables({})

const all = [get("a"), get("b"), get("a", "others"), put("a"), query, batch, transaction, partiql, tags, list]
const everything = all.map((_, at) => at)

/** The places of the requests that get a fault by rules, one request after the other. */
const struck = (script: Faults.Script, requests: ReadonlyArray<Send> = all) =>
  Effect.gen(function* () {
    const faults = yield* Faults.make(script).pipe(Effect.provide(counting().layer))
    yield* Effect.forEach(requests, (send) => Effect.exit(send(faults.client)).pipe(DynamoClient.noRetry))
    const log = yield* faults.requests
    assert.lengthOf(log, requests.length)
    return log.flatMap(({ fault }, at) => (fault === undefined ? [] : [at]))
  })

const { drop, pass, throttle } = Faults
const always = Faults.always(drop)

describe("rules of Faults", () => {
  const matches: ReadonlyArray<readonly [name: string, rule: Faults.Rule, expected: ReadonlyArray<number>]> = [
    ["any", Faults.onAny(always), everything],
    ["an operation", Faults.on("GetItem", always), [0, 1, 2]],
    ["operations", Faults.on(["PutItem", "ListTables"], always), [3, 9]],
    ["no operation", Faults.on([], always), []],
    ["a table", Faults.onAny(always, { table: "users" }), [0, 1, 3, 4, 6, 7, 8]],
    ["another table", Faults.onAny(always, { table: "others" }), [2, 5, 6]],
    ["the table of a statement", Faults.onAny(always, { table: "more" }), [7]],
    ["no table", Faults.onAny(always, { table: "user" }), []],
    ["an index", Faults.on(["Query", "Scan"], always, { index: "byName" }), [4]],
    ["no index", Faults.on("Query", always, { index: "byAge" }), []],
    ["an input", Faults.on("GetItem", always, { where: ({ Key }) => Key?.["pk"]?.S === "a" }), [0, 2]],
    ["all of it", Faults.on("GetItem", always, { table: "users", where: ({ Key }) => Key?.["pk"]?.S === "a" }), [0]]
  ]
  it.effect.each(matches)("match %s", ([_, rule, expected]) =>
    Effect.map(struck([rule]), (at) => assert.deepStrictEqual(at, expected))
  )

  const gets = Array.from({ length: 8 }, (_, n) => get(`${n % 3}`))
  const plans: ReadonlyArray<readonly [name: string, plan: Faults.Plan, expected: ReadonlyArray<number>]> = [
    ["once", Faults.once(drop), [0]],
    ["times", Faults.times(3, drop), [0, 1, 2]],
    ["nth", Faults.nth(3, drop), [2]],
    ["always", Faults.always(drop), [0, 1, 2, 3, 4, 5, 6, 7]],
    ["always pass", Faults.always(pass), []],
    ["sequence", Faults.sequence(pass, drop, pass, throttle()), [1, 3]],
    ["an empty sequence", Faults.sequence(), []],
    ["cycle", Faults.cycle(pass, pass, drop), [2, 5]],
    ["an empty cycle", Faults.cycle(), []],
    ["random, never", Faults.random({ seed: 1, probability: 0, faults: [drop] }), []],
    ["random, always", Faults.random({ seed: 1, probability: 1, faults: [drop] }), [0, 1, 2, 3, 4, 5, 6, 7]],
    ["random, of nothing", Faults.random({ seed: 1, probability: 1, faults: [] }), []]
  ]
  it.effect.each(plans)("plan %s", ([_, plan, expected]) =>
    Effect.map(struck([Faults.on("GetItem", plan)], gets), (at) => assert.deepStrictEqual(at, expected))
  )

  it.effect("count for all, or for each", () =>
    Effect.gen(function* () {
      const per = ({ Key }: DynamoClient.Operations["GetItem"]["input"]) => String(Key?.["pk"]?.S)
      assert.deepStrictEqual(yield* struck([Faults.on("GetItem", Faults.once(drop), { per })], gets), [0, 1, 2])
      assert.deepStrictEqual(yield* struck([Faults.on("GetItem", Faults.nth(2, drop), { per })], gets), [3, 4, 5])
    })
  )

  it.effect("are asked in order, and count what they are asked about", () =>
    Effect.gen(function* () {
      const faults = yield* Faults.make([
        Faults.on("GetItem", Faults.sequence(drop, pass)),
        Faults.on("PutItem", Faults.always(throttle())),
        Faults.onAny(Faults.once(Faults.validation))
      ]).pipe(Effect.provide(counting().layer))
      yield* Effect.forEach([get("a"), put("a"), get("a"), get("a"), get("a")], (send) =>
        Effect.exit(send(faults.client)).pipe(DynamoClient.noRetry)
      )
      assert.deepStrictEqual(
        (yield* faults.requests).map(({ code, fault, outcome, rule }) => [rule, fault, outcome, code]),
        [
          [0, "drop", "failed", "ECONNRESET"],
          [1, "throttle", "failed", "ProvisionedThroughputExceededException"],
          [0, undefined, "answered", undefined],
          [2, "ValidationException", "failed", "ValidationException"],
          [undefined, undefined, "answered", undefined]
        ]
      )
    })
  )

  it.effect("give the same faults for the same seed, in every script anew", () =>
    Effect.gen(function* () {
      const chaos = (seed: number | string) => [
        Faults.onAny(Faults.random({ seed, probability: 0.3, faults: [drop, throttle(), Faults.unavailable] }))
      ]
      const faults = yield* Faults.make([]).pipe(Effect.provide(counting().layer))
      const run = (script: Faults.Script) =>
        Effect.gen(function* () {
          yield* faults.setScript(script)
          yield* Effect.repeat(Effect.exit(get("a")(faults.client)), { times: 199 }).pipe(DynamoClient.noRetry)
          return (yield* faults.requests).map(({ fault }) => fault)
        })
      const script = chaos(1)
      const first = yield* run(script)
      assert.lengthOf(first, 200)
      for (const name of ["drop", "throttle", "unavailable"]) {
        const count = first.filter((fault) => fault === name).length
        assert.isTrue(count >= 8 && count <= 35, `${name}: ${count}`)
      }
      assert.deepStrictEqual(yield* run(script), first)
      assert.deepStrictEqual(yield* run(chaos(1)), first)
      assert.notDeepEqual(yield* run(chaos(2)), first)
      assert.notDeepEqual(yield* run(chaos("1")), yield* run(chaos("2")))
    })
  )
})

describe("Faults.layer", () => {
  const Flaky = (script: Faults.Script, engine = counting()) => Layer.provide(Faults.layer(script), engine.layer)
  const use = (send: Send) => DynamoClient.DynamoClient.use((client) => Effect.exit(send(client)))

  it.effect("provides the client, and tells of its requests", () =>
    Effect.gen(function* () {
      yield* use(get("a"))
      yield* use(put("b"))
      assert.deepStrictEqual(
        (yield* Faults.requests()).map(({ operation, tables }) => [operation, tables]),
        [
          ["GetItem", ["users"]],
          ["GetItem", ["users"]],
          ["PutItem", ["users"]]
        ]
      )
      const [request, ...others] = yield* Faults.requests("PutItem")
      assert.deepStrictEqual(request?.input.Item, keyOf("b"))
      assert.lengthOf(others, 0)
      assert.deepStrictEqual(yield* Faults.requests("Scan"), [])
      yield* Faults.setScript([Faults.on("GetItem", Faults.once(Faults.validation))])
      assert.deepStrictEqual(yield* Faults.requests(), [])
      yield* use(get("a"))
      assert.strictEqual((yield* Faults.requests())[0]?.fault, "ValidationException")
    }).pipe(
      DynamoClient.withRetry(RetryPolicy.make({ baseDelay: 0 })),
      Effect.provide(Flaky([Faults.on("GetItem", Faults.once(drop))]))
    )
  )

  it.effect("begins its script for each that it is built for", () => {
    const layer = Flaky([Faults.on("GetItem", Faults.once(Faults.validation))])
    const run = Effect.andThen(use(get("a")), Faults.requests()).pipe(Effect.provide(layer))
    return Effect.gen(function* () {
      for (const log of [yield* run, yield* run]) {
        assert.deepStrictEqual(
          log.map(({ fault }) => fault),
          ["ValidationException"]
        )
      }
    })
  })

  it.effect("is bypassed by what is not to fail", () => {
    const engine = counting()
    return Effect.gen(function* () {
      yield* Faults.bypass(use(get("a")))
      assert.deepStrictEqual(yield* Faults.requests(), [])
      assert.lengthOf(engine.sent, 1)
      assert.strictEqual((yield* use(get("a")))._tag, "Failure")
      assert.lengthOf(engine.sent, 1)
    }).pipe(Effect.provide(Flaky([Faults.onAny(Faults.always(Faults.validation))], engine)))
  })

  it.effect("leaves gets that are coalesced so", () => {
    const engine = counting({ Responses: { users: [keyOf("a"), keyOf("b")] } })
    const Batched = Layer.provide(DynamoClient.layerBatched, engine.layer)
    return Effect.gen(function* () {
      const client = yield* DynamoClient.DynamoClient
      yield* Effect.forEach(["a", "b"], (id) => client.getItem({ TableName: "users", Key: keyOf(id) }), {
        concurrency: "unbounded"
      })
      assert.deepStrictEqual(
        (yield* Faults.requests()).map(({ fault, operation }) => [operation, fault]),
        [
          ["BatchGetItem", "drop"],
          ["BatchGetItem", undefined]
        ]
      )
    }).pipe(
      DynamoClient.withRetry(RetryPolicy.make({ baseDelay: 0 })),
      Effect.provide(Layer.provide(Faults.layer([Faults.onAny(Faults.once(drop))]), Batched))
    )
  })

  it.effect("stands in front of an engine", () =>
    Effect.gen(function* () {
      const exit = yield* use(list)
      assert.strictEqual(exit._tag, "Success")
      assert.lengthOf(yield* Faults.requests("ListTables"), 2)
    }).pipe(
      DynamoClient.withRetry(RetryPolicy.make({ baseDelay: 0 })),
      Effect.provide(Faults.layer([Faults.onAny(Faults.once(drop))]).pipe(Layer.provide(Dynalite.layer)))
    )
  )
})
