/** The examples run on either client: what differs is one line, the layer. */
import { assert, describe, it } from "@effect/vitest"
import { Console, Effect } from "effect"
import { DynamoClient } from "effect-dynamo"
import { program as errors } from "../../../examples/errors.ts"
import { program as querying } from "../../../examples/querying.ts"
import { program as quickstart } from "../../../examples/quickstart.ts"
import { program as transactions } from "../../../examples/transactions.ts"
import { clients, program as twoRegions } from "../../../examples/two-regions.ts"
import { program as writing } from "../../../examples/writing.ts"
import { Dynalite } from "@effect-dynamo/testing"
import { type ClientKind, clientLayers, engines, onlyLocal } from "../../testing/test-support/engines.ts"

/** The last line that an example prints: each checks its own results on the way there. */
const lastLine = <R>(example: Effect.Effect<unknown, unknown, R>) =>
  Effect.suspend(() => {
    const lines: Array<unknown> = []
    const quiet = { ...console, log: (...line: ReadonlyArray<unknown>) => void lines.push(line[0]) }
    return Effect.as(Effect.provideService(example, Console.Console, quiet), lines).pipe(
      Effect.map((printed) => String(printed.at(-1)))
    )
  })

for (const client of ["sdk", "direct"] satisfies ReadonlyArray<ClientKind>) {
  describe(`on the ${client} client`, () => {
    engines(
      "the quick start",
      (it) => {
        it.effect("runs", () => Effect.map(lastLine(quickstart), (line) => assert.include(line, "Updating it now")))
      },
      client
    )
    engines(
      "querying",
      (it) => {
        it.effect("runs", () => Effect.map(lastLine(querying), (line) => assert.include(line, "every read gave")))
      },
      client
    )
    engines(
      "writing",
      (it) => {
        it.effect("runs", () => Effect.map(lastLine(writing), (line) => assert.include(line, "every write did")))
      },
      client
    )
    engines(
      "errors",
      (it) => {
        it.effect("runs", () => Effect.map(lastLine(errors), (line) => assert.include(line, "every failure was")))
      },
      client
    )
    onlyLocal(
      "transactions",
      (it) => {
        it.effect("runs", () =>
          Effect.map(lastLine(transactions), (line) => assert.include(line, "every transaction happened whole"))
        )
      },
      client
    )
    it.live("two regions run", () =>
      Effect.map(lastLine(Effect.provide(twoRegions, clients(clientLayers[client]))), (line) =>
        assert.include(line, "every order is in both regions")
      )
    )
  })
}

it.live("an engine's layer gives the client it is told to", () =>
  Effect.gen(function* () {
    const made: Array<string> = []
    const layer = Dynalite.layerWith({
      client: (connection) => {
        made.push(String(connection.endpoint))
        return DynamoClient.layerDirect(connection)
      }
    })
    const [line, endpoint] = yield* Effect.all([lastLine(quickstart), Dynalite.endpoint]).pipe(Effect.provide(layer))
    assert.include(line, "Updating it now")
    assert.deepEqual(made, [endpoint])
  })
)
