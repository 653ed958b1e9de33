/**
 * Tables in DynamoDB, from `Table` values: create, describe, delete.
 *
 * @since 0.1.0
 */
import type {
  AttributeDefinition,
  CreateTableCommandInput,
  KeySchemaElement,
  TableDescription
} from "@aws-sdk/client-dynamodb"
import { DynamoClient } from "@effect-dynamo/client/DynamoClient"
import * as DynamoConfig from "@effect-dynamo/core/DynamoConfig"
import { RequestTimeout, type RequestRejected, type ResourceInUse, type Service } from "@effect-dynamo/core/DynamoError"
import { attributesOf, type Index, type KeyType } from "@effect-dynamo/core/Index"
import type * as Table from "@effect-dynamo/core/Table"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"

/**
 * What table administration can fail with.
 *
 * @category errors
 * @since 0.1.0
 */
export type Error = Service | ResourceInUse

/**
 * How a table is paid for: by the request, or by capacity set aside, in units per second.
 *
 * @category models
 * @since 0.1.0
 */
export type Billing = "on-demand" | { readonly readCapacity: number; readonly writeCapacity: number }

/**
 * Options of {@link create}.
 *
 * @category models
 * @since 0.1.0
 */
export interface CreateOptions {
  /** On demand unless told. Provisioned capacity holds for the table and each global index. */
  readonly billing?: Billing | undefined
  /** How long to wait for the table to become active; two minutes unless told. */
  readonly timeout?: Duration.Input | undefined
}

/** A table's key attributes under the configuration in force. */
interface Keys {
  readonly partition: { readonly name: string; readonly type: KeyType }
  readonly sort: { readonly name: string; readonly type: KeyType } | undefined
}

const keysOf = (table: Table.Table, config: DynamoConfig.DynamoConfig): Keys => ({
  partition: table.partitionKey ?? { name: config.partitionKeyName, type: "S" },
  sort:
    table.sortKey === undefined
      ? config.tableHasSortKey
        ? { name: config.sortKeyName, type: "S" }
        : undefined
      : (table.sortKey ?? undefined)
})

/**
 * The request that creates a table, under the configuration in force.
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
export const toInput = (table: Table.Table, options?: CreateOptions): Effect.Effect<CreateTableCommandInput> =>
  Effect.map(DynamoConfig.current, (config) => createInput(table, config, options?.billing ?? "on-demand"))

const createInput = (
  table: Table.Table,
  config: DynamoConfig.DynamoConfig,
  billing: Billing
): CreateTableCommandInput => {
  const keys = keysOf(table, config)
  const types = new Map<string, KeyType>()
  const schema = (
    partition: ReadonlyArray<{ readonly name: string; readonly type: KeyType }>,
    sort: ReadonlyArray<{ readonly name: string; readonly type: KeyType }>
  ): Array<KeySchemaElement> =>
    [...partition.map((key) => [key, "HASH"] as const), ...sort.map((key) => [key, "RANGE"] as const)].map(
      ([{ name, type }, role]) => {
        types.set(name, type)
        return { AttributeName: name, KeyType: role }
      }
    )
  const throughput =
    billing === "on-demand"
      ? undefined
      : {
          ProvisionedThroughput: {
            ReadCapacityUnits: billing.readCapacity,
            WriteCapacityUnits: billing.writeCapacity
          }
        }
  const KeySchema = schema([keys.partition], keys.sort === undefined ? [] : [keys.sort])
  const indexes = Object.entries<Index>(table.indexes)
  const globals = indexes.flatMap(([IndexName, index]) =>
    index._tag === "Local"
      ? []
      : [
          {
            IndexName,
            KeySchema: schema(attributesOf(index.options.partitionKey), attributesOf(index.options.sortKey)),
            Projection: projectionOf(index),
            ...throughput
          }
        ]
  )
  const locals = indexes.flatMap(([IndexName, index]) =>
    index._tag === "Global"
      ? []
      : [
          {
            IndexName,
            KeySchema: schema([keys.partition], attributesOf(index.options.sortKey)),
            Projection: projectionOf(index)
          }
        ]
  )
  const AttributeDefinitions = Array.from(types, ([AttributeName, AttributeType]): AttributeDefinition => ({
    AttributeName,
    AttributeType
  }))
  return {
    TableName: config.tableNamePrefix + table.name,
    KeySchema,
    AttributeDefinitions,
    ...(globals.length === 0 ? undefined : { GlobalSecondaryIndexes: globals }),
    ...(locals.length === 0 ? undefined : { LocalSecondaryIndexes: locals }),
    ...(throughput === undefined ? { BillingMode: "PAY_PER_REQUEST" } : { BillingMode: "PROVISIONED", ...throughput })
  }
}

const projectionOf = (index: Index) => {
  const projection = index.options.projection
  switch (projection?._tag) {
    case "KeysOnly":
      return { ProjectionType: "KEYS_ONLY" as const }
    case "Include":
      return { ProjectionType: "INCLUDE" as const, NonKeyAttributes: [...projection.attributes] }
    default:
      return { ProjectionType: "ALL" as const }
  }
}

/**
 * Creates a table with its indexes and time to live, and waits until it is active.
 *
 * Fails with `ResourceInUse` where a table of this name exists already.
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
  options?: CreateOptions
): Effect.fn.Return<TableDescription, Error, DynamoClient> {
  const client = yield* DynamoClient
  const input = yield* toInput(table, options)
  yield* client.createTable(input)
  const description = yield* untilActive(input.TableName!, options?.timeout ?? "2 minutes")
  if (table.timeToLive !== undefined) yield* enableTimeToLive(input.TableName!, table.timeToLive)
  return description
})

/** Turns expiry on. An engine that does not know the operation has no expiry: that is said, not failed for. */
const enableTimeToLive = (TableName: string, AttributeName: string): Effect.Effect<void, Error, DynamoClient> =>
  Effect.flatMap(DynamoClient, (client) =>
    client.updateTimeToLive({ TableName, TimeToLiveSpecification: { AttributeName, Enabled: true } })
  ).pipe(
    Effect.asVoid,
    Effect.catchIf(
      (error): error is RequestRejected =>
        error._tag === "RequestRejected" && error.code === "UnknownOperationException",
      () => Effect.logWarning(`The engine has no time to live: items of the table "${TableName}" will not expire`)
    )
  )

/** Waits until the table and each of its indexes is active. For a moment DynamoDB may not know of what it has just made. */
const untilActive = (table: string, timeout: Duration.Input): Effect.Effect<TableDescription, Error, DynamoClient> =>
  describeName(table).pipe(
    Effect.catchTag("ResourceNotFound", () => Effect.succeed<TableDescription>({})),
    Effect.repeat({
      until: (description) =>
        description.TableStatus === "ACTIVE" &&
        (description.GlobalSecondaryIndexes ?? []).every((index) => index.IndexStatus === "ACTIVE"),
      schedule: polling
    }),
    Effect.timeoutOrElse({
      duration: timeout,
      orElse: () =>
        Effect.fail(
          new RequestTimeout({
            message: `The table "${table}" was not active after ${Duration.format(Duration.fromInputUnsafe(timeout))}`,
            operation: "TableAdmin.create",
            table,
            ambiguous: false
          })
        )
    })
  )

/** Soon at first, then every two seconds. */
const polling = /*#__PURE__*/ Schedule.min([
  /*#__PURE__*/ Schedule.exponential("20 millis"),
  /*#__PURE__*/ Schedule.spaced("2 seconds")
])

/**
 * What DynamoDB says of a table: a `Table` value's under the configuration in force,
 * or any by its full name. Fails with `ResourceNotFound` where there is none.
 *
 * @category administration
 * @since 0.1.0
 */
export const describe = /*#__PURE__*/ Effect.fn("TableAdmin.describe")(function* (
  table: Table.Table | string
): Effect.fn.Return<TableDescription, Error, DynamoClient> {
  return yield* describeName(yield* nameOf(table))
})

const describeName = (TableName: string): Effect.Effect<TableDescription, Error, DynamoClient> =>
  Effect.flatMap(DynamoClient, (client) => Effect.map(client.describeTable({ TableName }), ({ Table }) => Table ?? {}))

/** A full table name. */
const nameOf = (table: Table.Table | string): Effect.Effect<string> =>
  typeof table === "string"
    ? Effect.succeed(table)
    : Effect.map(DynamoConfig.current, (config) => config.tableNamePrefix + table.name)

const delete_ = /*#__PURE__*/ Effect.fn("TableAdmin.delete")(function* (
  table: Table.Table | string
): Effect.fn.Return<void, Error, DynamoClient> {
  const client = yield* DynamoClient
  const TableName = yield* nameOf(table)
  yield* client.deleteTable({ TableName })
  yield* untilGone(TableName)
})

const untilGone = (table: string): Effect.Effect<void, Error, DynamoClient> =>
  describeName(table).pipe(
    Effect.as(false),
    Effect.catchTag("ResourceNotFound", () => Effect.succeed(true)),
    Effect.repeat({ until: (gone) => gone, schedule: polling }),
    Effect.asVoid
  )

export {
  /**
   * Deletes a table and all that is in it, and waits until it is gone. Fails with
   * `ResourceNotFound` where there is none.
   *
   * @category administration
   * @since 0.1.0
   */
  delete_ as delete
}
