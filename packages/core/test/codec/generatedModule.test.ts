/** The module that switches the generated tier on, in processes of its own: the switch is one for the whole program. */
import { assert, describe, it } from "@effect/vitest"
import { execFile } from "node:child_process"
import { promisify } from "node:util"

const program = (isImported: boolean) => `
  import * as Effect from "effect/Effect"
  import * as Schema from "effect/Schema"
  import * as ItemCodec from "@effect-dynamo/core/ItemCodec"
  const made = []
  globalThis.Function = new Proxy(Function, {
    construct: (target, args) => {
      made.push(args.at(-1))
      return Reflect.construct(target, args)
    }
  })
  const schema = () => Schema.Struct({ id: Schema.String, tags: Schema.optionalKey(Schema.ReadonlySet(Schema.String)), n: Schema.Int })
  const use = (codec) => {
    const items = [{ id: { S: "x" }, n: { N: "1" }, tags: { SS: ["a"] } }, { id: { S: "x" }, n: { N: "1.5" } }]
    return items.map((item) => {
      const exit = Effect.runSyncExit(Effect.flatMap(codec.decode(item), codec.encode))
      return exit._tag === "Success" ? exit.value : String(exit.cause)
    })
  }
  const before = ItemCodec.make(schema())
  const old = use(before)
  const early = ItemCodec.make(schema())
  const isEnabled = ${isImported ? `(await import("@effect-dynamo/core/GeneratedCodec")).isEnabled` : "undefined"}
  const probes = made.length
  const results = [old, use(before)]
  const kept = made.length - probes
  results.push(use(early), use(ItemCodec.make(schema())))
  process.stdout.write(JSON.stringify({ isEnabled, results, kept, made: made.length - probes }))
`

interface Report {
  readonly isEnabled?: boolean
  readonly results: ReadonlyArray<ReadonlyArray<unknown>>
  readonly kept: number
  readonly made: number
}

const run = async (isImported: boolean, ...flags: ReadonlyArray<string>): Promise<Report> => {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--conditions=@effect-dynamo/source", "--no-warnings", ...flags, "--input-type=module", "-e", program(isImported)],
    // Where both packages are found.
    { cwd: import.meta.dirname }
  )
  return JSON.parse(stdout) as Report
}

const isRight = ({ results }: Report): void => {
  for (const [item, failure] of results) {
    assert.deepStrictEqual(item, { id: { S: "x" }, n: { N: "1" }, tags: { SS: ["a"] } })
    assert.match(String(failure), /integer[^]*\["n"\]/)
  }
}

describe("GeneratedCodec", () => {
  it("is off until it is imported", async () => {
    const report = await run(false)
    isRight(report)
    assert.strictEqual(report.made, 0)
  })

  it("is on for codecs that are first used after its import", async () => {
    const report = await run(true)
    isRight(report)
    assert.isTrue(report.isEnabled)
    assert.strictEqual(report.kept, 0)
    // Two codecs, both ways.
    assert.strictEqual(report.made, 4)
  })

  it("stays off where source must not be made into functions", async () => {
    const report = await run(true, "--disallow-code-generation-from-strings")
    isRight(report)
    assert.isFalse(report.isEnabled)
    assert.strictEqual(report.made, 0)
  })
})
