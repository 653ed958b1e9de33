/** What an import and a copy have in common: pieces of a source become items of a table, in runs that go on where one has ended. */
import * as DynamoClient from "@effect-dynamo/client/DynamoClient"
import * as Effect from "effect/Effect"
import type * as Option from "effect/Option"
import type * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { Failure } from "../failure.ts"
import * as Output from "../output.ts"
import * as Progress from "../progress.ts"
import { many } from "../quantities.ts"
import * as Journal from "./journal.ts"
import { failedText, type Piece } from "./pieces.ts"
import { goesOn, measure, noteIfStopped } from "./summary.ts"
import { atWriteRate, patient, write } from "./writing.ts"

/** What was done, by this run and those before it. */
export interface Done {
  readonly items: number
  readonly failed: number
  readonly replaced: number
}

/** What is noted of how far it is, whatever else there is to note. */
interface Progressed {
  readonly items: number
  readonly failed: number
  readonly replaced?: number
  readonly failedSize: number
}

export interface Options<A extends Progressed, M> {
  /** Where items are written. */
  readonly client: DynamoClient.Service
  readonly concurrency: number
  readonly writeRate: Option.Option<number>
  /** What is being done, as "Importing into users". */
  readonly label: string
  /** How much of all is read, as far as that is known. */
  readonly extent: () => Pick<Progress.State, "part" | "total">
  readonly begun: A
  /** The file for what cannot be written. */
  readonly failedPath: string
  /** Where to note how far it is, if it can be gone on with. */
  readonly notes: { readonly path: string; readonly schema: Schema.Codec<A, unknown> } | undefined
  /** Is told that all of the source up to a mark is dealt with. */
  readonly reached: (at: M) => void
  /** What to note now. */
  readonly current: (done: Done) => A
  /** What is said of items when it is stopped, and of a run that cannot be gone on with. */
  readonly stopped: { readonly items: string; readonly anew: string }
}

/** Writes pieces, and gives what came of them and what it took. */
export const move = Effect.fnUntraced(function* <A extends Progressed, M, E, R>(
  pieces: Stream.Stream<Piece<M>, E, R>,
  options: Options<A, M>
) {
  const { begun, notes } = options
  const { meter, taken } = yield* measure
  let done: Done = { items: begun.items, failed: begun.failed, replaced: begun.replaced ?? 0 }
  /** Not all of it may be noted yet. */
  let written = begun.items
  const journal = yield* Journal.make<A>({
    path: options.failedPath,
    size: begun.failedSize,
    always: false,
    notes: notes && {
      ...notes,
      current: () => {
        const now = options.current(done)
        return (failedSize) => ({ ...now, failedSize })
      }
    }
  })
  yield* pieces.pipe(
    write<M>({
      client: options.client,
      concurrency: options.concurrency,
      hasWritten: (items) => {
        written += items
      }
    }),
    Stream.runForEach((outcome) =>
      Effect.suspend(() => {
        done = {
          items: done.items + outcome.items,
          failed: done.failed + outcome.failed.length,
          replaced: done.replaced + outcome.replaced
        }
        options.reached(outcome.at)
        return journal.put(outcome.failed.map(failedText).join(""))
      })
    ),
    journal.during,
    atWriteRate(options.writeRate),
    patient,
    DynamoClient.withCapacityMeter(meter),
    Progress.shown({
      label: options.label,
      state: () => ({ ...options.extent(), items: written, failed: done.failed }),
      meter
    }),
    noteIfStopped(
      () =>
        `${many(done.items, "item")} ${options.stopped.items}. ` +
        (notes === undefined
          ? `It begins at the beginning again, which writes the same items again${options.stopped.anew}.`
          : goesOn)
    )
  )
  yield* journal.finish
  return { ...done, itemsBefore: begun.items, failedPath: options.failedPath, taken: yield* taken }
})

type Moved = Effect.Success<ReturnType<typeof move>>

/** Tells what was done, and fails where not all of it was: `failed` says which part. */
export const tell = Effect.fnUntraced(function* (
  { failed, failedPath, items, itemsBefore, taken }: Moved,
  told: { readonly json: object; readonly text: string; readonly failed: (count: number) => string }
) {
  yield* Output.answer(
    {
      ...told.json,
      items,
      itemsBefore,
      failed,
      ...(failed === 0 ? undefined : { failedFile: failedPath }),
      ...taken.json
    },
    told.text
  )
  if (failed > 0) {
    return yield* Effect.fail(
      new Failure({ message: `${told.failed(failed)}: see ${failedPath}, which can be imported when it is mended` })
    )
  }
})
