import type { DynamoClient } from "@effect-dynamo/client"
import type { Effect, Layer } from "effect"
import { describe, expect, test } from "tstyche"
import { Faults } from "../src/main.ts"

describe("Faults", () => {
  test("happen to the operations that they can happen to", () => {
    expect(Faults.on).type.toBeCallableWith("BatchWriteItem", Faults.once(Faults.unprocessed("all")))
    expect(Faults.on).type.not.toBeCallableWith("PutItem", Faults.once(Faults.unprocessed("all")))
    expect(Faults.on).type.not.toBeCallableWith(["PutItem", "BatchWriteItem"], Faults.once(Faults.unprocessed("all")))
    expect(Faults.onAny).type.not.toBeCallableWith(Faults.once(Faults.unprocessed("all")))
    expect(Faults.on).type.not.toBeCallableWith("PutItem", Faults.once(Faults.cancel({})))
    expect(Faults.on).type.not.toBeCallableWith("TransactWriteItems", Faults.once(Faults.conflict))
    expect(Faults.on).type.not.toBeCallableWith("CreateTable", Faults.once(Faults.throttle({ limit: "keyRange" })))
    expect(Faults.on).type.toBeCallableWith("CreateTable", Faults.once(Faults.throttle()))
    expect(Faults.on).type.not.toBeCallableWith("GetItem", Faults.once(Faults.limitExceeded))
    expect(Faults.on).type.not.toBeCallableWith("getItem", Faults.once(Faults.drop))
  })

  test("are applied where it can be so", () => {
    expect(Faults.applied).type.toBeCallableWith(Faults.hang)
    expect(Faults.applied).type.not.toBeCallableWith(Faults.throttle())
    expect(Faults.applied).type.not.toBeCallableWith(Faults.unreachable)
    expect(Faults.applied).type.not.toBeCallableWith(Faults.applied(Faults.drop))
    expect(Faults.applied).type.not.toBeCallableWith(Faults.drop.pipe(Faults.delayed("1 second")))
  })

  test("of a plan happen to the operations that all of them can happen to", () => {
    const mixed = Faults.sequence(Faults.throttle(), Faults.unprocessed("all"), Faults.pass)
    expect(mixed).type.toBe<Faults.Plan<"BatchGetItem" | "BatchWriteItem">>()
    const chance = Faults.random({ seed: 1, probability: 1, faults: [Faults.drop, Faults.unprocessed("all")] })
    expect(chance).type.toBe<Faults.Plan<"BatchGetItem" | "BatchWriteItem">>()
    expect(Faults.delayed(Faults.unprocessed("all"), 1)).type.toBe<Faults.Fault<"BatchGetItem" | "BatchWriteItem">>()
  })

  test("are for requests that can be", () => {
    const drops = Faults.always(Faults.drop)
    expect(Faults.on).type.toBeCallableWith("Query", drops, { table: "users", index: "byEmail" })
    expect(Faults.on).type.toBeCallableWith(["Query", "GetItem"], drops, { index: "byEmail" })
    expect(Faults.on).type.not.toBeCallableWith("PutItem", drops, { index: "byEmail" })
    Faults.on("PutItem", drops, {
      where: (input) => {
        expect(input).type.toBe<DynamoClient.Operations["PutItem"]["input"]>()
        return true
      }
    })
    Faults.on(["PutItem", "GetItem"], drops, { per: ({ TableName }) => String(TableName) })
  })

  test("are told of", () => {
    expect(Faults.layer([])).type.toBe<
      Layer.Layer<DynamoClient.DynamoClient | Faults.Faults, never, DynamoClient.DynamoClient>
    >()
    expect(Faults.requests("PutItem")).type.toBe<
      Effect.Effect<ReadonlyArray<Faults.Request<"PutItem">>, never, Faults.Faults>
    >()
  })
})
