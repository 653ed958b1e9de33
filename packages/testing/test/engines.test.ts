import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { inject } from "vitest"
import { engines, onlyLocal } from "../test-support/engines.ts"
import { roundTrip, tables } from "./utils.ts"

const seen: Array<string> = []

engines("a suite on engines", (it, engine) => {
  it.effect("has a client of the engine", () =>
    Effect.gen(function* () {
      seen.push(engine.name)
      assert.isDefined(yield* roundTrip("users"))
    })
  )
})

for (const name of ["one suite", "another suite"]) {
  onlyLocal(name, (it) => {
    it.effect("finds no tables of others", () =>
      Effect.gen(function* () {
        assert.deepStrictEqual(yield* tables, [])
        yield* roundTrip("users")
      })
    )
  })
}

describe("a suite on engines", () => {
  it("has run on each", () => {
    const { kind } = inject("dynamoLocal")
    const expected = { started: ["dynalite", "dynamodb-local"], missing: ["dynalite"], external: ["external"] }
    assert.deepStrictEqual(seen, expected[kind])
  })
})
