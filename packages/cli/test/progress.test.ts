import { Capacity } from "@effect-dynamo/client"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Sink, Stdio, Terminal } from "effect"
import { TestClock } from "effect/testing"
import { platform } from "../src/program.ts"
import { shown, type State } from "../src/progress.ts"
import { Quiet } from "../src/settings.ts"

/** Shows work of 100 seconds that does 100 items in each, and takes 50 units; and gives what was printed. */
const watched = (options: {
  readonly terminal: boolean
  readonly columns?: number
  readonly quiet?: boolean
  readonly state?: Partial<State>
}) =>
  Effect.gen(function* () {
    const printed: Array<string> = []
    const meter = yield* Capacity.makeMeter
    let items = 0
    const work = Effect.gen(function* () {
      for (let i = 0; i < 100; i++) {
        yield* Effect.sleep("1 second")
        items += 100
        meter.addUnsafe({ ...Capacity.empty, read: 50 })
      }
      return "done"
    })
    const fiber = yield* work.pipe(
      shown({ label: "Exporting users", state: () => ({ items, ...options.state }), meter }),
      Effect.provideService(Quiet, options.quiet ?? false),
      Effect.provide(
        Stdio.layerTest({
          stderrIsTerminal: Effect.succeed(options.terminal),
          stderr: () => Sink.forEach((text) => Effect.sync(() => void printed.push(String(text))))
        })
      ),
      Effect.updateService(Terminal.Terminal, (terminal) => ({
        ...terminal,
        columns: Effect.succeed(options.columns ?? 120)
      })),
      Effect.provide(platform),
      Effect.forkChild
    )
    for (let i = 0; i < 1000; i++) yield* TestClock.adjust("100 millis")
    assert.strictEqual(yield* Fiber.join(fiber), "done")
    return printed
  })

describe("progress", () => {
  it.effect("is a line on a terminal, drawn ten times a second, and gone in the end", () =>
    Effect.gen(function* () {
      const printed = yield* watched({ terminal: true, state: { total: 10_000 } })
      assert.isAtLeast(printed.length, 990)
      assert.strictEqual(
        printed[500],
        `\rExporting users  ${"█".repeat(12)}${"░".repeat(12)}  50%  5,000 items  100/s  50 units/s  50 s left\u001b[K`
      )
      assert.strictEqual(printed.at(-1), "\r\u001b[K")
    })
  )

  it.effect("fits into the terminal", () =>
    Effect.gen(function* () {
      const printed = yield* watched({ terminal: true, columns: 40, state: { part: 0.5, failed: 3 } })
      for (const text of printed) assert.isBelow(text.replace("\r", "").replace("\u001b[K", "").length, 40)
    })
  )

  it.effect("is a line every ten seconds elsewhere", () =>
    Effect.gen(function* () {
      const printed = yield* watched({ terminal: false, state: { failed: 7 } })
      assert.isAtLeast(printed.length, 9)
      assert.isAtMost(printed.length, 10)
      assert.match(printed[4]!, /^Exporting users: [45],\d00 items, 100\/s, 50 units\/s, 7 failed\n$/)
    })
  )

  it.effect("is nothing under --quiet", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* watched({ terminal: true, quiet: true }), [])
    })
  )

  it.effect("takes what DynamoDB counted hours ago for a hint", () =>
    Effect.gen(function* () {
      const printed = yield* watched({ terminal: true, state: { total: 100 } })
      assert.include(printed.at(-2), "99%")
      const unknown = yield* watched({ terminal: true, state: { total: 0 } })
      assert.notInclude(unknown.join(""), "%")
    })
  )
})
