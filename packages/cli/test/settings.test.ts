import { assert } from "@effect/vitest"
import { Effect, FileSystem } from "effect"
import { engines } from "../../testing/test-support/engines.ts"
import { run, runWith } from "../test-support/cli.ts"
import { inFolder } from "../test-support/folder.ts"

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
      const env = { AWS_REGION: "", AWS_ENDPOINT_URL: "", AWS_CONFIG_FILE: "/dev/null" }
      const { code, stderr } = yield* runWith(["list-tables"], { env })
      assert.strictEqual(code, 1)
      assert.include(stderr, "pass --region")
    })
  )

  it.effect("ends with 1 where there is no such profile, and says where it was looked for", () =>
    inFolder((folder) =>
      Effect.gen(function* () {
        const [AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE] = [`${folder}/config`, `${folder}/credentials`]
        const env = { AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE }
        yield* FileSystem.FileSystem.use((files) =>
          Effect.andThen(
            files.writeFileString(AWS_CONFIG_FILE, "[profile there]\nregion = eu-west-1\n"),
            files.writeFileString(
              AWS_SHARED_CREDENTIALS_FILE,
              "[here]\naws_access_key_id = A\naws_secret_access_key = B\n"
            )
          )
        )
        for (const [args, AWS_PROFILE, by] of [
          [["--profile", "nosuch"], "there", "the command line"],
          [[], "nosuch", "AWS_PROFILE"]
        ] as const) {
          const { code, stderr } = yield* runWith(["list-tables", ...args], { env: { ...env, AWS_PROFILE } })
          assert.strictEqual(code, 1)
          assert.include(
            stderr.replace(/\s+/g, " "),
            `There is no profile "nosuch", which ${by} names: looked for it in ${AWS_CONFIG_FILE} and ${AWS_SHARED_CREDENTIALS_FILE}.`
          )
        }
        // In either file it is one. What it says there is the SDK's to read, by the environment of the process.
        for (const profile of ["there", "here"]) {
          const { stderr } = yield* runWith(["list-tables", "--profile", profile], { env })
          assert.notInclude(stderr, "There is no profile")
        }
      })
    )
  )

  it.effect("ends with 2 where what names a table can be none, and asks nobody", () =>
    Effect.gen(function* () {
      // Whoever is asked there does not answer.
      const env = { AWS_ENDPOINT_URL: "http://127.0.0.1:9" }
      const wrong = ["ab", "a b c", "x".repeat(256), "users!", "", "arn:aws:dynamodb:eu-west-1:1:table/users"]
      for (const table of wrong) {
        const { code, stderr, stdout } = yield* runWith(["scan", table], { env })
        assert.include(stderr, `Invalid value for argument <table>: "${table}".`)
        assert.include(stderr.replace(/\s+/g, " "), "a table's name, of 3 to 255 characters out of a-z A-Z 0-9 _ . -")
        assert.strictEqual(stdout, "")
        assert.strictEqual(code, 2)
      }
      for (const args of [
        ["get", "ab", "1"],
        ["query", "ab", "1"],
        ["count", "ab"],
        ["export", "ab", "-o", "-"],
        ["import", "ab", "-"],
        ["copy", "ab", "users"],
        ["copy", "users", "ab"],
        ["describe-table", "ab"],
        ["delete-table", "ab", "--force"],
        ["generate-schema", "ab"],
        ["diff", "schema.ts", "ab"]
      ]) {
        const { code, stderr } = yield* runWith(args, { env })
        assert.include(stderr, `"ab". Expected: a table's name`, args.join(" "))
        assert.strictEqual(code, 2)
      }
    })
  )

  it.effect("takes the ARN of a table for its name", () =>
    Effect.gen(function* () {
      const arn = "arn:aws:dynamodb:eu-west-1:123456789012:table/users"
      const { stderr } = yield* runWith(["describe-table", arn], { env: { AWS_ENDPOINT_URL: "nonsense" } })
      // That is what it comes to next.
      assert.include(stderr, 'The endpoint "nonsense" is no URL')
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
