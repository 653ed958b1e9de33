/** Every code block of the documentation compiles, runs, and gives what its comments say. */
import { assert, describe, it } from "vitest"
import { compile, toSourceLocations, write } from "./project.ts"

const { modules, problems } = write()

describe("documentation", () => {
  it("has well-formed blocks", () => {
    assert.strictEqual(problems.join("\n"), "")
  })

  it("compiles", async () => {
    assert.strictEqual((await compile(modules)).join("\n"), "")
  })

  for (const module of modules.filter(({ run }) => run)) {
    it(module.name, async () => {
      try {
        await import(/* @vite-ignore */ module.path)
      } catch (cause) {
        const text = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)
        assert.fail(toSourceLocations(text, modules))
      }
    })
  }
})
