/**
 * The request that creates a table, from a `Table` value and what its options say besides.
 */
import type {
  AttributeDefinition,
  CreateTableCommandInput,
  KeySchemaElement,
  StreamViewType
} from "@aws-sdk/client-dynamodb"
import type * as DynamoConfig from "@effect-dynamo/core/DynamoConfig"
import { RequestRejected } from "@effect-dynamo/core/DynamoError"
import { attributesOf, type Index, type KeyType } from "@effect-dynamo/core/Index"
import type * as Table from "@effect-dynamo/core/Table"
import type * as Duration from "effect/Duration"

/**
 * How a table is paid for: by the request, or by capacity set aside, in units per second (whole numbers from 1).
 *
 * @category models
 * @since 0.1.0
 */
export type Billing = "on-demand" | { readonly readCapacity: number; readonly writeCapacity: number }

/**
 * What a table's stream tells of each change: the item's keys, the item as it is after, as it was before, or both.
 *
 * See [streams](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html).
 *
 * @category models
 * @since 0.1.0
 */
export type StreamView = "keys-only" | "new-image" | "old-image" | "new-and-old-images"

/**
 * What a table has that its `Table` value does not say. `TableAdmin.drift` compares what is given of it.
 *
 * @category models
 * @since 0.1.0
 */
export interface Settings {
  /** On demand unless told. Provisioned capacity holds for the table and each global index. */
  readonly billing?: Billing | undefined
  /** Has DynamoDB write changes to a stream, and says what of them; no stream unless told. */
  readonly stream?: StreamView | undefined
  /** Whether DynamoDB refuses to delete the table; it does not unless told. */
  readonly deletionProtection?: boolean | undefined
}

/**
 * Options of `TableAdmin.create` and `TableAdmin.ensure`.
 *
 * @category models
 * @since 0.1.0
 */
export interface CreateOptions extends Settings {
  /** Tags that the new table has, up to 50. Those of a table that exists are not looked at. */
  readonly tags?: Readonly<Record<string, string>> | undefined
  /** How long to wait for the table to become active; two minutes unless told. */
  readonly timeout?: Duration.Input | undefined
}

/** What DynamoDB calls each kind of stream. */
const streamViews: Readonly<Record<StreamView, StreamViewType>> = {
  "keys-only": "KEYS_ONLY",
  "new-image": "NEW_IMAGE",
  "old-image": "OLD_IMAGE",
  "new-and-old-images": "NEW_AND_OLD_IMAGES"
}

/** The request, of which more is known than the SDK says. */
export type CreateInput = CreateTableCommandInput & { readonly TableName: string }

/** An attribute of a key. */
interface KeyPart {
  readonly name: string
  readonly type: KeyType
}

/** A table's key attributes under the configuration in force. */
const keysOf = (
  table: Table.Table,
  config: DynamoConfig.DynamoConfig
): { readonly partition: KeyPart; readonly sort: ReadonlyArray<KeyPart> } => {
  const configured = config.tableHasSortKey ? { name: config.sortKeyName, type: "S" as const } : null
  const sort = table.sortKey === undefined ? configured : table.sortKey
  return {
    partition: table.partitionKey ?? { name: config.partitionKeyName, type: "S" },
    sort: sort === null ? [] : [sort]
  }
}

/** The name of a table in DynamoDB. */
export const fullName = (table: Table.Table, config: DynamoConfig.DynamoConfig): string =>
  config.tableNamePrefix + table.name

/** What `CreateTable` takes. That the options can be used is checked elsewhere: {@link refusalOf}. */
export const createInput = (
  table: Table.Table,
  config: DynamoConfig.DynamoConfig,
  { billing = "on-demand", deletionProtection, stream, tags = {} }: CreateOptions
): CreateInput => {
  const keys = keysOf(table, config)
  const types = new Map<string, KeyType>()
  const schema = (partition: ReadonlyArray<KeyPart>, sort: ReadonlyArray<KeyPart>): Array<KeySchemaElement> =>
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
  const KeySchema = schema([keys.partition], keys.sort)
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
  const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))
  return {
    TableName: fullName(table, config),
    KeySchema,
    AttributeDefinitions,
    ...(globals.length === 0 ? undefined : { GlobalSecondaryIndexes: globals }),
    ...(locals.length === 0 ? undefined : { LocalSecondaryIndexes: locals }),
    ...(throughput === undefined ? { BillingMode: "PAY_PER_REQUEST" } : { BillingMode: "PROVISIONED", ...throughput }),
    ...(stream === undefined
      ? undefined
      : { StreamSpecification: { StreamEnabled: true, StreamViewType: streamViews[stream] } }),
    ...(deletionProtection === undefined ? undefined : { DeletionProtectionEnabled: deletionProtection }),
    ...(Tags.length === 0 ? undefined : { Tags })
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

/** Why options cannot be used: engines cut fractions of capacity off, and say little of the rest. */
export const refusalOf = (table: string, { billing = "on-demand" }: Settings): RequestRejected | undefined => {
  if (billing === "on-demand") return undefined
  const { readCapacity, writeCapacity } = billing
  if (isCount(readCapacity) && isCount(writeCapacity)) return undefined
  const [what, units] = isCount(readCapacity) ? ["writeCapacity", writeCapacity] : ["readCapacity", readCapacity]
  return refused("CreateTable", `billing: ${what} takes a whole number of units from 1, not ${units}.`, table)
}

/** A request that is not sent, because of what its options say. */
export const refused = (operation: string, why: string, table?: string): RequestRejected =>
  new RequestRejected({
    message: `The request was not sent. ${why}`,
    operation,
    table,
    attempts: 0,
    code: "InvalidOptions"
  })

/** Whether there can be so many of something. */
export const isCount = (count: number): boolean => Number.isSafeInteger(count) && count >= 1
