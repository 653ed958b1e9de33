/** Tables that take their time, as DynamoDB's do. */
import { Dynalite } from "@effect-dynamo/testing"
import { assert } from "@effect/vitest"
import { Effect } from "effect"
import { onlyDynalite } from "../../testing/test-support/engines.ts"
import { runWith } from "../test-support/cli.ts"
import { controlC, type } from "../test-support/pty.ts"

/** Runs a test with the environment of an engine on which tables are made and deleted in so many milliseconds. */
const onSlow = <A, E, R>(millis: number, test: (env: Record<string, string>) => Effect.Effect<A, E, R>) =>
  Effect.flatMap(Dynalite.endpoint, (endpoint) => test({ AWS_ENDPOINT_URL: endpoint })).pipe(
    Effect.provide(Dynalite.layerWith({ createTableMs: millis, deleteTableMs: millis }), { local: true })
  )

onlyDynalite("tables that take their time", (it) => {
  it.effect("are waited for", () =>
    onSlow(300, (env) =>
      Effect.gen(function* () {
        const created = yield* runWith(["create-table", "users", "--json"], { env })
        assert.strictEqual((JSON.parse(created.stdout) as { readonly TableStatus: string }).TableStatus, "ACTIVE")
        assert.strictEqual((yield* runWith(["delete-table", "users", "--force"], { env })).code, 0)
        assert.strictEqual((yield* runWith(["list-tables", "--names"], { env })).stdout, "")
      })
    )
  )

  it.effect("are not waited for any longer than --timeout says", () =>
    onSlow(4000, (env) =>
      Effect.gen(function* () {
        const { code, stderr, stdout } = yield* runWith(["create-table", "users", "--timeout", "1"], { env })
        assert.include(stderr, 'The table "users" was not active after 1 second.')
        assert.include(stderr, "effect-dynamo describe-table users; a larger --timeout waits longer.")
        assert.notInclude(stderr, "--region")
        assert.strictEqual(stdout, "")
        assert.strictEqual(code, 1)

        const early = yield* runWith(["delete-table", "users", "--force"], { env })
        assert.include(early.stderr, "delete it when describe-table shows it as ACTIVE")
        assert.strictEqual(early.code, 1)
      })
    )
  )

  it.effect("are waited for until control-C, which ends with 130", () =>
    onSlow(60_000, (env) =>
      Effect.gen(function* () {
        const { code, raw, text } = yield* type(["create-table", "users"], {
          env,
          answers: [{ after: "Creating users… 1 s", type: controlC }]
        })
        assert.notInclude(text, "Created")
        assert.include(raw, "Creating users… 0 s")
        assert.strictEqual(code, 130)
      })
    )
  )
})
