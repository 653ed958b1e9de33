import { assert } from "@effect/vitest"
import { Effect } from "effect"
import { execFileSync, spawnSync } from "node:child_process"
import { engines } from "../../testing/test-support/engines.ts"
import { run } from "../test-support/cli.ts"

const script = (shell: string) =>
  Effect.map(run("--completions", shell), ({ code, stdout }) => {
    assert.strictEqual(code, 0)
    return stdout
  })

/** What bash would offer for the last word of a line. */
const offered = (completions: string, line: ReadonlyArray<string>): ReadonlyArray<string> => {
  const words = line.map((word) => `'${word}'`).join(" ")
  const program = `${completions}
COMP_WORDS=(${words}); COMP_CWORD=${line.length - 1}; COMP_LINE="\${COMP_WORDS[*]}"; COMP_POINT=\${#COMP_LINE}
$(complete -p effect-dynamo | sed 's/.*-F \\([^ ]*\\).*/\\1/') effect-dynamo "\${COMP_WORDS[COMP_CWORD]}" "\${COMP_WORDS[COMP_CWORD-1]}"
printf '%s\\n' "\${COMPREPLY[@]}"`
  return execFileSync("bash", ["-c", program], { encoding: "utf8" })
    .split("\n")
    .map((word) => word.trim())
}

engines("completions", (it) => {
  for (const shell of ["bash", "zsh", "fish"]) {
    it.effect(`for ${shell} are a script that ${shell} can read`, () =>
      Effect.gen(function* () {
        const text = yield* script(shell)
        assert.include(text, "effect-dynamo")
        assert.include(text, "describe-table")
        const { error, status, stderr } = spawnSync(shell, ["-n"], { input: text, encoding: "utf8" })
        // Not every machine has every shell.
        if (error === undefined) assert.strictEqual(status, 0, stderr)
      })
    )
  }

  it.effect("complete commands and their flags in bash", () =>
    Effect.gen(function* () {
      const text = yield* script("bash")
      assert.include(offered(text, ["effect-dynamo", "des"]), "describe-table")
      assert.include(offered(text, ["effect-dynamo", "local", "st"]), "start")
      assert.include(offered(text, ["effect-dynamo", "create-table", "--part"]), "--partition-key")
      assert.sameMembers(
        offered(text, ["effect-dynamo", "create-table", "users", "--billing-mode", "P"]).filter((word) => word !== ""),
        ["PAY_PER_REQUEST", "PROVISIONED"]
      )
    })
  )
})
