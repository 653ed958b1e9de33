/** Every example is a program that runs and ends by itself. */
import { globSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "vitest"
import { run } from "../lib/run.mjs"
import { root } from "../lib/workspace.mjs"

const examples = globSync("*.ts", { cwd: join(root, "examples"), exclude: ["*.test.ts"] }).sort()

describe.runIf(examples.length > 0)("examples", () => {
  for (const example of examples) {
    it(example, async () => {
      const { ok, output } = await run("node", ["--conditions=@effect-dynamo/source", join(root, "examples", example)])
      assert.isTrue(ok, output)
    })
  }
})
