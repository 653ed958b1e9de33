/**
 * What requests consumed, in DynamoDB's capacity units: in all, by operation, by table and by index.
 *
 * `DynamoClient.withCapacity` tells what an effect consumed. `DynamoClient.withCapacityMeter` counts on a meter of one's
 * own, which is there whether the effect succeeds, fails or goes on.
 *
 * See [capacity units](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html).
 *
 * @module
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as F from "effect/Function"
import type { OperationName } from "./internal/operations.ts"

/**
 * Capacity units. One to read is 4 KB read consistently, or 8 KB otherwise; one to write is 1 KB. In a transaction
 * everything takes twice as many.
 *
 * @category models
 * @since 0.1.0
 */
export interface Units {
  /** Read capacity units. */
  readonly read: number
  /** Write capacity units. */
  readonly write: number
}

/**
 * What was consumed of one table: with its indexes, by itself, and of each index.
 *
 * @category models
 * @since 0.1.0
 */
export interface TableCapacity extends Units {
  /** Of the table itself. */
  readonly table: Units
  /** Of its indexes, local and global, by name. */
  readonly indexes: { readonly [index: string]: Units }
}

/**
 * What requests consumed, in all; and the same by operation, and by table.
 *
 * @category models
 * @since 0.1.0
 */
export interface Capacity extends Units {
  /** By DynamoDB's name of the operation: `PutItem`, `Query`, … */
  readonly operations: { readonly [operation in OperationName]?: Units }
  /** By the table's name as DynamoDB tells it. */
  readonly tables: { readonly [table: string]: TableCapacity }
}

/**
 * Nothing.
 *
 * @category constructors
 * @since 0.1.0
 */
export const empty: Capacity = { read: 0, write: 0, operations: {}, tables: {} }

/**
 * What both consumed together.
 *
 * **Example** (Two reads of one table)
 *
 * ```ts
 * import { Capacity } from "effect-dynamo"
 *
 * const units = { read: 0.5, write: 0 }
 * const one: Capacity.Capacity = {
 *   ...units,
 *   operations: { GetItem: units },
 *   tables: { users: { ...units, table: units, indexes: {} } }
 * }
 * const two = Capacity.combine(one, one)
 * two.read // => 1
 * two.operations.GetItem // => { read: 1, write: 0 }
 * ```
 *
 * @category combinators
 * @since 0.1.0
 */
export const combine: {
  (that: Capacity): (self: Capacity) => Capacity
  (self: Capacity, that: Capacity): Capacity
} = /*#__PURE__*/ F.dual(2, (self: Capacity, that: Capacity): Capacity => ({
  ...sum(self, that),
  operations: merge(self.operations, that.operations, sum),
  tables: merge(self.tables, that.tables, (a, b) => ({
    ...sum(a, b),
    table: sum(a.table, b.table),
    indexes: merge(a.indexes, b.indexes, sum)
  }))
}))

const sum = (a: Units, b: Units): Units => ({ read: a.read + b.read, write: a.write + b.write })

const merge = <A>(
  a: { readonly [name: string]: A },
  b: { readonly [name: string]: A },
  both: (a: A, b: A) => A
): { readonly [name: string]: A } => {
  const all = new Map(Object.entries(a))
  for (const [name, one] of Object.entries(b)) {
    const known = all.get(name)
    all.set(name, known === undefined ? one : both(known, one))
  }
  return Object.fromEntries(all)
}

/**
 * What everything in a list consumed together.
 *
 * @category combinators
 * @since 0.1.0
 */
export const combineAll = (all: Iterable<Capacity>): Capacity => {
  let total = empty
  for (const one of all) total = combine(total, one)
  return total
}

/**
 * Counts what requests consume: see `makeMeter`. Any object of this shape is one.
 *
 * @category models
 * @since 0.1.0
 */
export interface Meter {
  /** What was consumed up to now. */
  readonly consumed: Effect.Effect<Capacity>
  /** Counts what the answer to one request told. The client calls it: it must not throw, nor take long. */
  readonly addUnsafe: (consumed: Capacity) => void
}

/**
 * Makes a meter, which has counted nothing.
 *
 * **Example** (What a program consumed that failed)
 *
 * ```ts
 * import { Effect } from "effect"
 * import { Capacity, DynamoClient } from "effect-dynamo"
 *
 * const watched = <A, E, R>(program: Effect.Effect<A, E, R>) =>
 *   Effect.gen(function* () {
 *     const meter = yield* Capacity.makeMeter
 *     return yield* program.pipe(
 *       DynamoClient.withCapacityMeter(meter),
 *       Effect.ensuring(Effect.flatMap(meter.consumed, ({ read, write }) => Effect.logDebug("consumed", { read, write })))
 *     )
 *   })
 * Effect.runSync(Effect.flip(watched(Effect.fail("no")))) // => "no"
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const makeMeter: Effect.Effect<Meter> = /*#__PURE__*/ Effect.sync(() => {
  let total = empty
  return {
    consumed: Effect.sync(() => total),
    addUnsafe: (consumed) => {
      total = combine(total, consumed)
    }
  }
})
