/**
 * Tables in DynamoDB, from `Table` values: create, ensure, compare, list, describe, delete.
 *
 * @module
 * @since 0.1.0
 */
import type { CreateTableCommandInput, TableDescription } from "@aws-sdk/client-dynamodb"
import { DynamoClient, withIdempotent } from "@effect-dynamo/client/DynamoClient"
import * as DynamoConfig from "@effect-dynamo/core/DynamoConfig"
import { type Drift, type RequestRejected, ResourceInUse, type Service } from "@effect-dynamo/core/DynamoError"
import type * as Table from "@effect-dynamo/core/Table"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import {
  type CreateInput,
  createInput,
  type CreateOptions,
  fullName,
  isCount,
  refusalOf,
  refused,
  type Settings
} from "./internal/tableAdmin/createInput.ts"
import * as drifting from "./internal/tableAdmin/drift.ts"
import { describeTimeToLive, enableTimeToLive } from "./internal/tableAdmin/timeToLive.ts"
import {
  afterDeletion,
  describeName,
  untilActive as waitUntilActive,
  untilGone,
  type Waiting
} from "./internal/tableAdmin/waiting.ts"

export type { Drift } from "@effect-dynamo/core/DynamoError"
export type { Billing, CreateOptions, Settings, StreamView } from "./internal/tableAdmin/createInput.ts"

/**
 * What table administration can fail with.
 *
 * @category errors
 * @since 0.1.0
 */
export type Error = Service | ResourceInUse

/**
 * Options of {@link list}.
 *
 * @category models
 * @since 0.1.0
 */
export interface ListOptions {
  /** Only names that hold this text, in the same case. */
  readonly nameContains?: string | undefined
  /** How many names at most, from 1; all of them unless told. */
  readonly limit?: number | undefined
}

/**
 * Options of {@link delete_ delete}.
 *
 * @category models
 * @since 0.1.0
 */
export interface DeleteOptions {
  /** How long to wait until the table is gone; two minutes unless told. */
  readonly timeout?: Duration.Input | undefined
}

/**
 * Options of {@link untilActive}.
 *
 * @category models
 * @since 0.1.0
 */
export interface WaitOptions {
  /** How long to wait; two minutes unless told. */
  readonly timeout?: Duration.Input | undefined
}

/**
 * The request that creates a table, under the configuration in force. Fails with `RequestRejected` where capacity is not
 * in whole units from 1.
 *
 * **Example** (A table with configured key names)
 *
 * ```ts
 * import { Effect } from "effect"
 * import { Table, TableAdmin } from "effect-dynamo"
 *
 * Effect.runSync(TableAdmin.toInput(Table.make("users"))).KeySchema
 * // => [{ AttributeName: "pk", KeyType: "HASH" }, { AttributeName: "sk", KeyType: "RANGE" }]
 * ```
 *
 * @category requests
 * @since 0.1.0
 */
export const toInput = (
  table: Table.Table,
  options?: CreateOptions
): Effect.Effect<CreateTableCommandInput, RequestRejected> => inputOf(table, options ?? {})

const inputOf = (table: Table.Table, options: CreateOptions): Effect.Effect<CreateInput, RequestRejected> =>
  Effect.flatMap(DynamoConfig.current, (config) => {
    const refusal = refusalOf(fullName(table, config), options)
    return refusal === undefined ? Effect.succeed(createInput(table, config, options)) : Effect.fail(refusal)
  })

/**
 * Creates a table with its indexes and time to live, and waits until it is active.
 *
 * Fails with `ResourceInUse` where a table of this name exists already. Its `differences`, which the message lists, say
 * how that table is otherwise than declared.
 *
 * **Example** (Creating a table on the embedded engine)
 *
 * ```ts
 * import { Effect } from "effect"
 * import { Table, TableAdmin } from "effect-dynamo"
 * import { Dynalite } from "@effect-dynamo/testing"
 *
 * const created = await Effect.runPromise(TableAdmin.create(Table.make("users")).pipe(Effect.provide(Dynalite.layer)))
 * created.TableStatus // => "ACTIVE"
 * ```
 *
 * @category administration
 * @since 0.1.0
 */
export const create = /*#__PURE__*/ Effect.fn("TableAdmin.create")(function* (
  table: Table.Table,
  options: CreateOptions = {}
): Effect.fn.Return<TableDescription, Error, DynamoClient> {
  const client = yield* DynamoClient
  const input = yield* inputOf(table, options)
  yield* Effect.catchTag(client.createTable(input), "ResourceInUse", (error) =>
    Effect.flatMap(existing(error, table, input, options), Effect.fail)
  )
  return yield* completed(table, { operation: "TableAdmin.create", table: input.TableName, timeout: options.timeout })
})

/** What remains to be done of a table that was just made. */
const completed = (table: Table.Table, waiting: Waiting): Effect.Effect<TableDescription, Error, DynamoClient> =>
  Effect.tap(waitUntilActive(waiting), () =>
    table.timeToLive === undefined ? Effect.void : enableTimeToLive(waiting.table, table.timeToLive)
  )

/** DynamoDB's error for a table that exists, with what is to be said of that table. */
const existing = (
  error: ResourceInUse,
  table: Table.Table,
  input: CreateInput,
  settings: Settings
): Effect.Effect<ResourceInUse, never, DynamoClient> =>
  Effect.gen(function* () {
    const name = input.TableName
    const description = yield* describeName(name)
    if (description.TableStatus === "DELETING") {
      return retold(error, name, `The table "${name}" is being deleted. ${afterDeletion}`)
    }
    const differences = yield* differencesOf(table, input, settings, description)
    const exists = `The table "${name}" exists already`
    return differences.length === 0
      ? retold(error, name, `${exists}, as it is declared. Use it, or TableAdmin.ensure, which takes it.`, differences)
      : retold(error, name, `${exists}, and is not as declared:\n${drifting.explain(differences)}`, differences)
  }).pipe(
    // It may be gone by now, or not ours to look at: then what DynamoDB said has to do.
    Effect.orElseSucceed(() => error)
  )

const retold = (
  { ambiguous, attempts, cause, operation, requestId }: ResourceInUse,
  table: string,
  message: string,
  differences?: ReadonlyArray<Drift>
): ResourceInUse => new ResourceInUse({ message, operation, table, cause, requestId, attempts, ambiguous, differences })

const differencesOf = (
  table: Table.Table,
  input: CreateInput,
  settings: Settings,
  description: TableDescription
): Effect.Effect<ReadonlyArray<Drift>, Service, DynamoClient> =>
  Effect.map(describeTimeToLive(input.TableName), (timeToLive) =>
    drifting.driftOf(input, table.timeToLive, settings, { description, timeToLive })
  )

/**
 * Makes sure that a table is there and as declared: creates it where there is none, waits until it is active, and gives
 * DynamoDB's description of it. Any number of processes may do so at once.
 *
 * **Details**
 *
 * A table that is being deleted is waited for, and then created anew. One that exists is compared as by {@link drift}.
 * Where they differ, it fails with `ResourceInUse`, whose `differences` the message lists, and changes nothing. But where
 * all that lacks is the time to live, it is turned on: whoever made the table may have been interrupted before that.
 *
 * `timeout` is for each wait, and `tags` are for a new table only.
 *
 * **Example** (At the start of a program)
 *
 * ```ts
 * import { Effect } from "effect"
 * import { Table, TableAdmin } from "effect-dynamo"
 * import { Dynalite } from "@effect-dynamo/testing"
 *
 * const Users = Table.make("users")
 *
 * const twice = Effect.gen(function* () {
 *   yield* TableAdmin.ensure(Users)
 *   return yield* TableAdmin.ensure(Users)
 * })
 * const description = await Effect.runPromise(twice.pipe(Effect.provide(Dynalite.layer)))
 * description.TableStatus // => "ACTIVE"
 * ```
 *
 * @category administration
 * @since 0.1.0
 */
export const ensure = /*#__PURE__*/ Effect.fn("TableAdmin.ensure")(function* (
  table: Table.Table,
  options: CreateOptions = {}
): Effect.fn.Return<TableDescription, Error, DynamoClient> {
  const client = yield* DynamoClient
  const input = yield* inputOf(table, options)
  const name = input.TableName
  const waiting: Waiting = { operation: "TableAdmin.ensure", table: name, timeout: options.timeout }
  const status = yield* describeName(name).pipe(
    Effect.map(({ TableStatus }) => TableStatus),
    Effect.catchTag("ResourceNotFound", () => Effect.undefined)
  )
  if (status === "DELETING") yield* untilGone(waiting)
  if (status === undefined || status === "DELETING") {
    const made = yield* client.createTable(input).pipe(
      // After a lost answer it is sent again: that the table is there then is no failure.
      withIdempotent(true),
      Effect.as(true),
      Effect.catchTag("ResourceInUse", () => Effect.succeed(false))
    )
    if (made) return yield* completed(table, waiting)
  }
  const description = yield* waitUntilActive(waiting)
  const differences = yield* differencesOf(table, input, options, description)
  if (differences.length === 0) return description
  if (table.timeToLive !== undefined && differences.every(isExpiryMissing)) {
    yield* enableTimeToLive(name, table.timeToLive)
    return description
  }
  return yield* Effect.fail(
    new ResourceInUse({
      message: `The table "${name}" is not as declared:\n${drifting.explain(differences)}`,
      operation: waiting.operation,
      table: name,
      differences
    })
  )
})

const isExpiryMissing = ({ kind, path }: Drift): boolean => path === "timeToLive" && kind === "missing"

/**
 * What differs between a `Table` value, under the configuration in force, and the table in DynamoDB: nothing where the
 * list is empty. Fails with `ResourceNotFound` where there is no such table.
 *
 * **Details**
 *
 * Compared are the names and types of keys, each index with its keys and what it holds, and the time to live, whichever
 * side has it. What a `Table` value does not say (billing, stream, deletion protection) is compared where it is given.
 * Whether items expire is left out on an engine that does not know of it.
 *
 * **Example** (A table that was created otherwise)
 *
 * ```ts
 * import { Effect } from "effect"
 * import { Index, Table, TableAdmin } from "effect-dynamo"
 * import { Dynalite } from "@effect-dynamo/testing"
 *
 * const old = Table.make("shop", { sortKey: null })
 * const Shop = Table.make("shop", { indexes: { byState: Index.global({ partitionKey: "state" }) } })
 *
 * const drift = TableAdmin.create(old).pipe(Effect.andThen(TableAdmin.drift(Shop)), Effect.provide(Dynalite.layer))
 * const differences = await Effect.runPromise(drift)
 * differences[0] // => { path: "sortKey", kind: "missing", declared: "sk (S)", live: undefined }
 * differences.map(TableAdmin.formatDrift)
 * // => [
 * //   "sortKey: declared as sk (S), but missing",
 * //   "indexes.byState: declared as global; partitionKey state (S); projection all attributes, but missing"
 * // ]
 * ```
 *
 * @category administration
 * @since 0.1.0
 */
export const drift = /*#__PURE__*/ Effect.fn("TableAdmin.drift")(function* (
  table: Table.Table,
  settings: Settings = {}
): Effect.fn.Return<ReadonlyArray<Drift>, Service, DynamoClient> {
  const input = yield* inputOf(table, settings)
  return yield* differencesOf(table, input, settings, yield* describeName(input.TableName))
})

/**
 * A difference as a line of text.
 *
 * **Example** (An index that holds less than declared)
 *
 * ```ts
 * import { TableAdmin } from "effect-dynamo"
 *
 * TableAdmin.formatDrift({
 *   path: "indexes.byState.projection",
 *   kind: "different",
 *   declared: "all attributes",
 *   live: "keys"
 * })
 * // => "indexes.byState.projection: declared as all attributes, but is keys"
 * ```
 *
 * @category formatting
 * @since 0.1.0
 */
export const formatDrift: (drift: Drift) => string = drifting.formatDrift

/**
 * The full names of the account's tables in the client's region, in alphabetical order. Pages of 100 names are read until
 * there are no more, or as many as wanted are found.
 *
 * **Example** (Tables of one kind)
 *
 * ```ts
 * import { Effect } from "effect"
 * import { Table, TableAdmin } from "effect-dynamo"
 * import { Dynalite } from "@effect-dynamo/testing"
 *
 * const program = Effect.gen(function* () {
 *   for (const name of ["test-users", "test-orders", "users"]) yield* TableAdmin.create(Table.make(name))
 *   return yield* TableAdmin.list({ nameContains: "user" })
 * })
 * await Effect.runPromise(program.pipe(Effect.provide(Dynalite.layer))) // => ["test-users", "users"]
 * ```
 *
 * @category administration
 * @since 0.1.0
 */
export const list = /*#__PURE__*/ Effect.fn("TableAdmin.list")(function* ({
  limit = Infinity,
  nameContains = ""
}: ListOptions = {}): Effect.fn.Return<ReadonlyArray<string>, Service, DynamoClient> {
  if (limit !== Infinity && !isCount(limit)) {
    return yield* Effect.fail(refused("ListTables", `limit takes a whole number from 1, not ${limit}.`))
  }
  const client = yield* DynamoClient
  const names: Array<string> = []
  let last: string | undefined
  do {
    const page = yield* client.listTables(last === undefined ? {} : { ExclusiveStartTableName: last })
    for (const name of page.TableNames ?? []) if (name.includes(nameContains)) names.push(name)
    last = page.LastEvaluatedTableName
  } while (last !== undefined && names.length < limit)
  return names.length > limit ? names.slice(0, limit) : names
})

/**
 * What DynamoDB says of a table: a `Table` value's under the configuration in force,
 * or any by its full name. Fails with `ResourceNotFound` where there is none.
 *
 * @category administration
 * @since 0.1.0
 */
export const describe = /*#__PURE__*/ Effect.fn("TableAdmin.describe")(function* (
  table: Table.Table | string
): Effect.fn.Return<TableDescription, Service, DynamoClient> {
  return yield* describeName(yield* nameOf(table))
})

/**
 * Waits until a table and each of its indexes is active, and gives what DynamoDB says of it then: two minutes, unless told
 * otherwise. {@link create} and {@link ensure} do so themselves; this is for tables that are created or changed otherwise.
 * A table that DynamoDB does not know (yet) is waited for. Fails with
 *
 * - `RequestTimeout` where it is not active in time
 * - `ResourceInUse` where it cannot become active, as one that is being deleted
 *
 * **Example** (After a change by the client)
 *
 * ```ts
 * import { Effect } from "effect"
 * import { DynamoClient, TableAdmin } from "effect-dynamo"
 *
 * const provisioned = DynamoClient.DynamoClient.use((client) =>
 *   client.updateTable({
 *     TableName: "users",
 *     BillingMode: "PROVISIONED",
 *     ProvisionedThroughput: { ReadCapacityUnits: 50, WriteCapacityUnits: 25 }
 *   })
 * ).pipe(Effect.andThen(TableAdmin.untilActive("users", { timeout: "10 minutes" })))
 * Effect.isEffect(provisioned) // => true
 * ```
 *
 * @category administration
 * @since 0.1.0
 */
export const untilActive = /*#__PURE__*/ Effect.fn("TableAdmin.untilActive")(function* (
  table: Table.Table | string,
  options: WaitOptions = {}
): Effect.fn.Return<TableDescription, Error, DynamoClient> {
  const name = yield* nameOf(table)
  return yield* waitUntilActive({ operation: "TableAdmin.untilActive", table: name, timeout: options.timeout })
})

/** A full table name. */
const nameOf = (table: Table.Table | string): Effect.Effect<string> =>
  typeof table === "string"
    ? Effect.succeed(table)
    : Effect.map(DynamoConfig.current, (config) => fullName(table, config))

const delete_ = /*#__PURE__*/ Effect.fn("TableAdmin.delete")(function* (
  table: Table.Table | string,
  options: DeleteOptions = {}
): Effect.fn.Return<void, Error, DynamoClient> {
  const client = yield* DynamoClient
  const TableName = yield* nameOf(table)
  yield* Effect.catchTag(client.deleteTable({ TableName }), "ResourceInUse", (error) =>
    Effect.fail(retold(error, TableName, stillChanging(TableName)))
  )
  yield* untilGone({ operation: "TableAdmin.delete", table: TableName, timeout: options.timeout })
})

const stillChanging = (table: string): string =>
  `The table "${table}" is being created or changed, and cannot be deleted before that is done. ` +
  "Delete it when TableAdmin.describe says that its TableStatus is ACTIVE."

export {
  /**
   * Deletes a table and all that is in it, and waits until it is gone: two minutes, unless told otherwise. Fails with
   *
   * - `ResourceNotFound` where there is none
   * - `ResourceInUse` while it is being created or changed
   * - `RequestRejected` where it has deletion protection
   * - `RequestTimeout` where it is not gone in time: DynamoDB goes on deleting it
   *
   * @category administration
   * @since 0.1.0
   */
  delete_ as delete
}
