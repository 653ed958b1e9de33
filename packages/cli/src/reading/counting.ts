/** Answers how many items there are. */
import * as Capacity from "@effect-dynamo/client/Capacity"
import { withCapacityMeter } from "@effect-dynamo/client/DynamoClient"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as Output from "../output.ts"
import * as Progress from "../progress.ts"
import { Json } from "../settings.ts"
import type { Page } from "./pages.ts"
import { describe, nothing, plus } from "./summary.ts"

/** What is counted: its name, and how many items are to be looked at, as far as that is known. */
export interface Counted {
  readonly name: string
  readonly total: number | undefined
}

/** How many items all pages have: the number alone on standard output, what it took beside it. */
export const tell = <E, R>(pages: Stream.Stream<Page, E, R>, { name, total }: Counted) =>
  Effect.gen(function* () {
    const meter = yield* Capacity.makeMeter
    let summary = nothing
    const counting = Stream.runForEach(pages, (page) =>
      Effect.sync(() => {
        summary = plus(summary, page)
      })
    )
    yield* counting.pipe(
      withCapacityMeter(meter),
      Progress.shown({ label: `Counting ${name}`, state: () => ({ items: summary.scanned, total }), meter })
    )
    const { count, scanned } = summary
    const { read, write } = yield* meter.consumed
    yield* Output.answer({ count, scanned, consumedCapacity: { read, write } }, String(count))
    if (!(yield* Json)) yield* Output.note(describe(summary))
  })
