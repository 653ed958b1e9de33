/** What is known of writes: of each whether it was acknowledged, is in doubt, or was refused. */
import { Effect, Exit } from "effect"
import { DynamoError } from "effect-dynamo"

/**
 * - `done`: acknowledged
 * - `doubtful`: it may have been applied, or not
 * - `late`: interrupted; it may even be applied after writes that came after it
 * - `refused`: not applied
 */
export type Outcome = "done" | "doubtful" | "late" | "refused"

/** How many calls ended how. */
export type Tally = Record<Outcome, number>

export const noTally = (): Tally => ({ done: 0, doubtful: 0, late: 0, refused: 0 })

/**
 * Whether a transaction was cancelled after another attempt. DynamoDB knows the token of one that was applied, and does not cancel it; the
 * proxy, which cancels by itself, may.
 */
const isCancelledLater = (error: DynamoError.DynamoError): boolean =>
  (error._tag === "TransactionCanceled" || error._tag === "TransactionConflict") &&
  error.operation === "TransactWriteItems" &&
  (error.attempts ?? 1) > 1

/** What became of a write. A batch that fails tells nothing of its parts. */
export const outcomeOf = (exit: Exit.Exit<unknown, unknown>, isBatch = false): Outcome => {
  if (Exit.isSuccess(exit)) return "done"
  const error = Exit.findErrorOption(exit)
  if (error._tag === "None") return "late"
  if (!DynamoError.isDynamoError(error.value)) throw error.value
  const isAmbiguous = "ambiguous" in error.value && error.value.ambiguous === true
  return isBatch || isAmbiguous || isCancelledLater(error.value) ? "doubtful" : "refused"
}

/** The writes of one item that leave their names in it. */
export class Names {
  private readonly done = new Set<string>()
  private readonly maybe = new Set<string>()

  note(name: string, outcome: Outcome): void {
    if (outcome === "done") this.done.add(name)
    else if (outcome !== "refused") this.maybe.add(name)
  }

  /** What is wrong with the names that are there. */
  problems(found: ReadonlySet<string>): ReadonlyArray<string> {
    const lost = Array.from(this.done).filter((name) => !found.has(name))
    const unknown = Array.from(found).filter((name) => !this.done.has(name) && !this.maybe.has(name))
    return [
      ...lost.map((name) => `${name} was acknowledged, and is not there`),
      ...unknown.map((name) => `${name} was refused, and is there`)
    ]
  }
}

/** The values that an item may have, by what became of its writes, which one fiber makes. */
export class Values {
  private now = new Set<number | undefined>([undefined])
  /** Of interrupted writes: they may come at any time. */
  private readonly late = new Set<number | undefined>()

  note(value: number | undefined, outcome: Outcome): void {
    if (outcome === "done") this.now = new Set([value])
    if (outcome === "doubtful") this.now.add(value)
    if (outcome === "late") this.late.add(value).forEach((late) => this.now.add(late))
  }

  may(value: number | undefined): boolean {
    return this.now.has(value) || this.late.has(value)
  }
}

/** Runs a write, and notes what became of it. */
export const noted = <A, E, R>(
  effect: Effect.Effect<A, E, R>,
  note: (outcome: Outcome) => void,
  isBatch = false
): Effect.Effect<void, never, R> =>
  effect.pipe(
    Effect.onExit((exit) => Effect.sync(() => note(outcomeOf(exit, isBatch)))),
    Effect.exit,
    Effect.asVoid
  )
