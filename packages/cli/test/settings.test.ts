import { assert } from "@effect/vitest"
import { Effect } from "effect"
import { engines } from "../../testing/test-support/engines.ts"
import { run, runWith } from "../test-support/cli.ts"

engines("every command", (it) => {
  it.effect("ends with 2 where the command line is wrong, and says how to write it", () =>
    Effect.gen(function* () {
      const { code, stderr, stdout } = yield* run("list-tables", "--limit", "0")
      assert.strictEqual(code, 2)
      assert.strictEqual(stdout, "")
      assert.include(stderr, "See effect-dynamo list-tables --help")
    })
  )

  it.effect("ends with 1 where no region is known, and says what to do", () =>
    Effect.gen(function* () {
      const env = { AWS_REGION: "", AWS_ENDPOINT_URL: "", AWS_PROFILE: "none-such" }
      const { code, stderr } = yield* runWith(["list-tables"], { env })
      assert.strictEqual(code, 1)
      assert.include(stderr, "pass --region")
    })
  )

  it.effect("ends with 2 where --endpoint is no URL, and with 1 where the environment has that", () =>
    Effect.gen(function* () {
      const flag = yield* run("list-tables", "--endpoint", "localhost:8000")
      assert.strictEqual(flag.code, 2)
      assert.include(flag.stderr, "write it as http://localhost:8000")
      const variable = yield* runWith(["list-tables"], { env: { AWS_ENDPOINT_URL: "nonsense" } })
      assert.strictEqual(variable.code, 1)
    })
  )
})
