/** Entries in the groups in which they are written. */
import * as Latch from "effect/Latch"
import * as Stream from "effect/Stream"
import type { Entry, Failed, Piece } from "./pieces.ts"

/** What BatchWriteItem takes. */
const mostEntries = 25

/** A batch is small in all that it has: it may be that nothing in the source can be written, or all has the same key. */
const mostOthers = 25

/** Entries to write, no two of the same key, and what was found among them in the source. */
export interface Batch<M> {
  readonly entries: ReadonlyArray<Entry>
  readonly failed: ReadonlyArray<Failed>
  /** The mark that it ends at, if it does. */
  readonly mark: { readonly at: M } | undefined
  /** How many entries were replaced by later ones of the same key. */
  readonly replaced: number
  /** Open when those batches are written that have some of the same keys, and come before it. */
  readonly after: ReadonlyArray<Latch.Latch>
  /** Opens when it is written. */
  readonly written: Latch.Latch
}

/** Groups pieces in their order. `Stream.mapEffect` with concurrency may write the batches, in which each heeds `after`. */
export const batches =
  <M>() =>
  <E, R>(self: Stream.Stream<Piece<M>, E, R>): Stream.Stream<Batch<M>, E, R> =>
    Stream.suspend(() => {
      const grouping = new Grouping<M>()
      return self.pipe(
        Stream.mapAccumArray(
          () => grouping,
          (grouping, pieces) => [grouping, pieces.flatMap((piece) => grouping.add(piece))],
          { onHalt: (grouping) => grouping.close() }
        )
      )
    })

class Grouping<M> {
  private entries = new Map<string, Entry>()
  private failed: Array<Failed> = []
  private after = new Set<Latch.Latch>()
  private replaced = 0
  /** The last batch with an entry of a key, of those that are not known to be written. */
  private readonly latest = new Map<string, Batch<M>>()
  /** Batches that were not written when it was last looked at, in their order. */
  private unwritten: Array<Batch<M>> = []

  /** Takes a piece, and gives the batch that is complete with it, or was before it: a mark may follow what fills a batch. */
  add(piece: Piece<M>): ReadonlyArray<Batch<M>> {
    if (piece._tag === "Mark") return this.close(piece)
    const complete = this.isFull() ? this.close() : []
    if (piece._tag === "Failed") this.failed.push(piece)
    else this.addEntry(piece)
    return complete
  }

  private addEntry(entry: Entry): void {
    const before = this.entries.get(entry.identity)
    if (before !== undefined) this.replaced++
    const earlier = this.latest.get(entry.identity)
    if (earlier !== undefined) this.after.add(earlier.written)
    this.entries.set(entry.identity, before === undefined ? entry : { ...entry, before })
  }

  private isFull(): boolean {
    return this.entries.size >= mostEntries || Math.max(this.failed.length, this.replaced) >= mostOthers
  }

  /** The batch that is open, if there is anything in it. */
  close(mark?: { readonly at: M }): ReadonlyArray<Batch<M>> {
    if (mark === undefined && this.entries.size + this.failed.length === 0) return []
    this.forgetWritten()
    const batch: Batch<M> = {
      entries: [...this.entries.values()],
      failed: this.failed,
      mark,
      replaced: this.replaced,
      after: [...this.after],
      written: Latch.makeUnsafe()
    }
    for (const identity of this.entries.keys()) this.latest.set(identity, batch)
    this.unwritten.push(batch)
    this.entries = new Map()
    this.failed = []
    this.after = new Set()
    this.replaced = 0
    return [batch]
  }

  private forgetWritten(): void {
    this.unwritten = this.unwritten.filter((batch) => {
      if (!batch.written.isOpen()) return true
      for (const { identity } of batch.entries) {
        if (this.latest.get(identity) === batch) this.latest.delete(identity)
      }
      return false
    })
  }
}
