/**
 * Tables: their name, key attributes, indexes and time-to-live attribute.
 *
 * A table is a value. It says what stands in DynamoDB and knows nothing of the
 * entities that live in it; `TableAdmin.create` makes it there.
 *
 * @module
 * @since 0.1.0
 */
import type { Any } from "./Entity.ts"
import type * as Index from "./Index.ts"
import { attributeOf, attributesOf, type KeyAttribute, type KeyType } from "./Index.ts"
import { check as checkCoexistence } from "./internal/entity/coexist.ts"

/**
 * What marks a value as a table.
 *
 * @category type ids
 * @since 0.1.0
 */
export const TypeId = "~@effect-dynamo/core/Table"

/**
 * Options of {@link make}.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  /** The partition key attribute; `DynamoConfig`'s `partitionKeyName` (`"pk"`) unless told. */
  readonly partitionKey?: KeyAttribute | undefined
  /** The sort key attribute; `null` for a table without one; `DynamoConfig`'s `sortKeyName` (`"sk"`) unless told. */
  readonly sortKey?: KeyAttribute | null | undefined
  /** Secondary indexes by their DynamoDB names: up to 20 global and 5 local. */
  readonly indexes?: { readonly [name: string]: Index.Index } | undefined
  /** The time-to-live attribute (stored name): a field stored there is written as epoch seconds. */
  readonly timeToLive?: string | undefined
}

/**
 * A table.
 *
 * @category models
 * @since 0.1.0
 */
export interface Table<out Name extends string = string, out O extends Options = Options> {
  readonly [TypeId]: O
  /** The name, without `tableNamePrefix`. */
  readonly name: Name
  /** The partition key attribute, where the table names it. */
  readonly partitionKey: { readonly name: string; readonly type: KeyType } | undefined
  /** The sort key attribute; `null` where there is none; `undefined` where configuration decides. */
  readonly sortKey: { readonly name: string; readonly type: KeyType } | null | undefined
  readonly indexes: Indexes<O>
  readonly timeToLive: string | undefined
}

/**
 * The indexes a table declares.
 *
 * @category models
 * @since 0.1.0
 */
export type Indexes<O> = O extends { readonly indexes: infer I extends { readonly [name: string]: Index.Index } }
  ? I
  : {}

/**
 * Declares a table.
 *
 * Throws where the declaration cannot be a DynamoDB table: the name, an index's
 * name, or the number of indexes is outside DynamoDB's limits, or one attribute is
 * declared with two types.
 *
 * See [naming rules](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html).
 *
 * **Example** (A table with configured key names, and one that names them)
 *
 * ```ts
 * import { Index, Table } from "effect-dynamo"
 *
 * const Users = Table.make("users")
 * const Events = Table.make("events", {
 *   partitionKey: { name: "deviceId", type: "N" },
 *   sortKey: { name: "at", type: "N" },
 *   indexes: { byKind: Index.global({ partitionKey: "kind" }) },
 *   timeToLive: "expiresAt"
 * })
 * Events.partitionKey // => { name: "deviceId", type: "N" }
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = <const Name extends string, const O extends Options = {}>(
  name: Name,
  options?: O
): Table<Name, O> => {
  const given: Options = options ?? {}
  const table = {
    [TypeId]: TypeId,
    name,
    partitionKey: given.partitionKey === undefined ? undefined : attributeOf(given.partitionKey),
    sortKey: given.sortKey === undefined ? undefined : given.sortKey === null ? null : attributeOf(given.sortKey),
    indexes: given.indexes ?? {},
    timeToLive: given.timeToLive
  }
  validate(table)
  // The type identifier carries the options' type; the value needs none.
  return table as never
}

/**
 * Whether a value is a table.
 *
 * @category guards
 * @since 0.1.0
 */
export const isTable = (u: unknown): u is Table => typeof u === "object" && u !== null && TypeId in u

const NAME = /^[a-zA-Z0-9_.-]{3,255}$/

const validate = (table: {
  readonly name: string
  readonly partitionKey: { readonly name: string; readonly type: KeyType } | undefined
  readonly sortKey: { readonly name: string; readonly type: KeyType } | null | undefined
  readonly indexes: { readonly [name: string]: Index.Index }
}): void => {
  const refuse = (why: string): never => {
    throw new Error(`Table.make("${table.name}"): ${why}`)
  }
  if (!/^[a-zA-Z0-9_.-]{1,255}$/.test(table.name)) {
    refuse("a table's name has up to 255 characters (3 at the least, prefix included) out of a-z A-Z 0-9 _ . -")
  }
  const types = new Map<string, KeyType>()
  const seen = (attribute: { readonly name: string; readonly type: KeyType }): void => {
    if (attribute.name === "") refuse("a key attribute has an empty name")
    const type = types.get(attribute.name)
    if (type !== undefined && type !== attribute.type) {
      refuse(
        `the key attribute "${attribute.name}" is declared as ${type} and as ${attribute.type}; it can have one type`
      )
    }
    types.set(attribute.name, attribute.type)
  }
  if (table.partitionKey !== undefined) seen(table.partitionKey)
  if (table.sortKey !== undefined && table.sortKey !== null) seen(table.sortKey)
  if (table.partitionKey !== undefined && table.partitionKey.name === table.sortKey?.name) {
    refuse(`the partition key and the sort key are both "${table.partitionKey.name}"; they are two attributes`)
  }
  let globals = 0
  let locals = 0
  for (const [name, index] of Object.entries(table.indexes)) {
    if (!NAME.test(name)) refuse(`the index name "${name}" does not have 3 to 255 characters out of a-z A-Z 0-9 _ . -`)
    if (index._tag === "Global") {
      globals++
      attributesOf(index.options.partitionKey).forEach(seen)
    } else {
      locals++
      if (table.sortKey === null) refuse(`the local index "${name}" needs a table with a sort key`)
    }
    attributesOf(index.options.sortKey).forEach(seen)
  }
  if (locals > 5) refuse(`it has ${locals} local indexes; DynamoDB allows 5`)
  // 20 is a default quota that AWS raises on request, so more is not refused here.
  if (globals > 100) refuse(`it has ${globals} global indexes; DynamoDB allows 20 by default`)
}

/**
 * Checks that entities can share a table, and gives them back.
 *
 * Throws where two have the same name in lower case, are marked the same, or can have
 * the same key: one entity's items would take the place of another's. Keys are compared
 * as declared, under the default configuration.
 *
 * **Example** (Two entities of one table)
 *
 * ```ts
 * import { Schema } from "effect"
 * import { Entity, Key, Table } from "effect-dynamo"
 *
 * const Shop = Table.make("shop", { partitionKey: "pk", sortKey: "sk" })
 * const Customer = Entity.make("Customer", {
 *   schema: Schema.Struct({ customerId: Schema.String }),
 *   table: Shop,
 *   partitionKey: Key.template("CUSTOMER#{customerId}"),
 *   sortKey: Key.template("PROFILE")
 * })
 * const Order = Entity.make("Order", {
 *   schema: Schema.Struct({ customerId: Schema.String, orderId: Schema.String }),
 *   table: Shop,
 *   partitionKey: Key.template("CUSTOMER#{customerId}"),
 *   sortKey: Key.template("ORDER#{orderId}")
 * })
 * Table.entities(Shop, [Customer, Order]).length // => 2
 * ```
 *
 * @category checks
 * @since 0.1.0
 */
export const entities = <const Es extends ReadonlyArray<Any>>(table: Table, entities: Es): Es => {
  checkCoexistence(table, entities)
  return entities
}
