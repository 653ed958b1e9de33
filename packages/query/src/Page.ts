/**
 * Pages: some of the items of a read, and where to go on.
 *
 * @module
 * @since 0.1.0
 */
import type * as Option from "effect/Option"
import type { Cursor } from "./Cursor.ts"

/**
 * A page.
 *
 * @category models
 * @since 0.1.0
 */
export interface Page<out A> {
  readonly items: ReadonlyArray<A>
  /** Where to go on; none at the end. That there is one does not mean that more items follow. */
  readonly cursor: Option.Option<Cursor>
  /** How many items there are: the length of `items`. */
  readonly count: number
  /** How many items DynamoDB looked at to find them, which is what is paid for. */
  readonly scannedCount: number
  /** The read capacity units consumed, where DynamoDB told; see [capacity](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html). */
  readonly consumedCapacity: Option.Option<number>
  /** Whether a budget (`maxPages`, `maxScanned`) ended it before its limit and the end. */
  readonly stoppedEarly: boolean
}
