/** The examples run on either client: what differs is one line, the layer. */
import { assert, describe, it } from "@effect/vitest"
import { Console, Effect } from "effect"
import { DynamoClient } from "effect-dynamo"
import { program as backfill } from "../../../examples/backfill.ts"
import { program as configuration } from "../../../examples/configuration.ts"
import { program as entities } from "../../../examples/entities.ts"
import { program as errors } from "../../../examples/errors.ts"
import { program as httpApi } from "../../../examples/http-api.ts"
import { program as lambda } from "../../../examples/lambda.ts"
import { program as multiTenant } from "../../../examples/multi-tenant.ts"
import { program as patterns } from "../../../examples/patterns.ts"
import { program as querying } from "../../../examples/querying.ts"
import { program as quickstart } from "../../../examples/quickstart.ts"
import { program as repository } from "../../../examples/repository.ts"
import { program as streams } from "../../../examples/streams.ts"
import { program as tables } from "../../../examples/tables.ts"
import { program as transactions } from "../../../examples/transactions.ts"
import { clients, program as twoRegions } from "../../../examples/two-regions.ts"
import { program as writing } from "../../../examples/writing.ts"
import { Dynalite } from "@effect-dynamo/testing"
import { readdirSync, readFileSync } from "node:fs"
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

/** What each prints at last, on every engine. */
const examples = {
  backfill: [backfill, "every order has its month"],
  configuration: [configuration, "every level has its say"],
  entities: [entities, "every entity is stored as it says"],
  errors: [errors, "every failure was"],
  "http-api": [httpApi, "every answer had the status"],
  lambda: [lambda, "every order is stored once"],
  "multi-tenant": [multiTenant, "every tenant sees what is theirs"],
  querying: [querying, "every read gave"],
  quickstart: [quickstart, "Updating it now"],
  repository: [repository, "every book is where the library says"],
  streams: [streams, "every stream ended where it should"],
  tables: [tables, "every table is gone"],
  writing: [writing, "every write did"]
} as const

/** These need an engine that has transactions. */
const transactional = {
  patterns: [patterns, "every pattern held"],
  transactions: [transactions, "every transaction happened whole"]
} as const

/** These have engines of their own, or a test of their own. */
const others = ["tracing", "two-regions"]

it("every example is run, and listed", () => {
  const directory = new URL("../../../examples/", import.meta.url)
  const files = readdirSync(directory)
    .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts"))
    .map((file) => file.slice(0, -".ts".length))
  assert.sameMembers([...Object.keys(examples), ...Object.keys(transactional), ...others], files)
  const list = readFileSync(new URL("README.md", directory), "utf8")
  for (const file of files) assert.include(list, `](${file}.ts)`)
})

for (const client of ["sdk", "direct"] satisfies ReadonlyArray<ClientKind>) {
  describe(`on the ${client} client`, () => {
    for (const [name, [program, last]] of Object.entries(examples)) {
      engines(
        name,
        (it) => {
          it.effect("runs", () => Effect.map(lastLine(program), (line) => assert.include(line, last)))
        },
        client
      )
    }
    for (const [name, [program, last]] of Object.entries(transactional)) {
      onlyLocal(
        name,
        (it) => {
          it.effect("runs", () => Effect.map(lastLine(program), (line) => assert.include(line, last)))
        },
        client
      )
    }
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
