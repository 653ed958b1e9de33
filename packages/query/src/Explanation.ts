/**
 * What a read will do, told before it is done.
 *
 * @module
 * @since 0.1.0
 */

/**
 * What `explain()` gives: a plain object, made without a client. Values stand in `request`
 * alone.
 *
 * **Example** (Explaining a query)
 *
 * ```ts
 * import { Effect, Schema } from "effect"
 * import { Entity, Query, Table } from "effect-dynamo"
 *
 * class User extends Entity.Class<User>("User")({
 *   id: Schema.String,
 *   email: Schema.String,
 *   age: Schema.Int
 * }, { table: Table.make("users"), partitionKey: ["id"], sortKey: ["email"] }) {}
 *
 * const query = Query.from(User).pk("user-123").filter((user) => user.age.gte(18))
 * const explanation = Effect.runSync(query.explain())
 * explanation.filteredOnServer // => "age >= :1"
 * explanation.evaluatedAtMost // => undefined
 * explanation.warnings.map(({ code }) => code) // => ["unbounded-filter"]
 * ```
 *
 * @category models
 * @since 0.1.0
 */
export interface Explanation<out Request> {
  /** The first request as DynamoDB gets it. */
  readonly request: Request
  /** The index that is read, by DynamoDB's name, and what it holds: all, keys, or these attributes besides. */
  readonly index:
    | { readonly name: string; readonly projection: "ALL" | "KEYS_ONLY" | ReadonlyArray<string> }
    | undefined
  /** What DynamoDB filters by after it has read: names in full, values by their placeholders in the request. */
  readonly filteredOnServer: string | undefined
  /** What is left out of what comes back. */
  readonly filteredAfter: ReadonlyArray<string>
  /** How many items DynamoDB looks at, which is what is paid for; `undefined` where nothing bounds it. */
  readonly evaluatedAtMost: number | undefined
  readonly warnings: ReadonlyArray<Warning>
}

/**
 * What may cost more than it seems, or give less.
 *
 * - `unbounded-filter`: a filter, with no limit and no budget
 * - `limit-with-filter`: a limit counts what passes the filter; nothing bounds what is looked at for it
 * - `shared-table-scan`: a scan looks at every item, whosever it is
 * - `hot-partition`: all items of the entity share one partition key
 * - `marker-not-projected`: the index does not hold what marks the entity's items, so keys alone decide
 * - `consistent-cost`: a consistent read costs twice as much
 *
 * @category models
 * @since 0.1.0
 */
export interface Warning {
  readonly code:
    | "unbounded-filter"
    | "limit-with-filter"
    | "shared-table-scan"
    | "hot-partition"
    | "marker-not-projected"
    | "consistent-cost"
  readonly message: string
}
