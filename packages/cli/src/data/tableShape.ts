/** What moving data needs to know of a table. */
import type { AttributeValue, TableDescription } from "@aws-sdk/client-dynamodb"
import { type DynamoClient, type Item } from "@effect-dynamo/client/DynamoClient"
import * as ItemSize from "@effect-dynamo/core/ItemSize"
import * as TableAdmin from "@effect-dynamo/query/TableAdmin"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { count } from "../quantities.ts"
import { defined, keyAttributes } from "../tables/keyAttributes.ts"
import type { KeyAttribute } from "../tables/keyFlag.ts"

/** Which table it is: one that is deleted and created again is another. */
export const Identity = Schema.Struct({
  name: Schema.String,
  arn: Schema.optionalKey(Schema.String),
  id: Schema.optionalKey(Schema.String),
  created: Schema.optionalKey(Schema.String)
})
export interface Identity extends Schema.Schema.Type<typeof Identity> {}

export interface TableShape {
  readonly identity: Identity
  /** The table's own key: the partition key, then the sort key. */
  readonly keys: ReadonlyArray<KeyAttribute>
  /** All attributes that are keys of the table or an index. */
  readonly attributes: ReadonlyArray<KeyAttribute>
  /** As DynamoDB last counted, which it does every few hours: of the table, and of indexes by name. */
  readonly items: number
  readonly itemsOfIndexes: { readonly [index: string]: number }
}

const shapeOf = (name: string, table: TableDescription): TableShape => {
  const attributes = keyAttributes(table.AttributeDefinitions)
  const indexes = [...(table.LocalSecondaryIndexes ?? []), ...(table.GlobalSecondaryIndexes ?? [])]
  return {
    identity: {
      name: table.TableName ?? name,
      ...(table.TableArn === undefined ? undefined : { arn: table.TableArn }),
      ...(table.TableId === undefined ? undefined : { id: table.TableId }),
      ...(table.CreationDateTime === undefined ? undefined : { created: table.CreationDateTime.toISOString() })
    },
    keys: [...attributes(table.KeySchema, "HASH"), ...attributes(table.KeySchema, "RANGE")],
    attributes: defined(table.AttributeDefinitions),
    items: table.ItemCount ?? 0,
    itemsOfIndexes: Object.fromEntries(indexes.map(({ IndexName, ItemCount }) => [IndexName!, ItemCount ?? 0]))
  }
}

export const describe = (table: string): Effect.Effect<TableShape, TableAdmin.Error, DynamoClient> =>
  Effect.map(TableAdmin.describe(table), (description) => shapeOf(table, description))

/** Whether both are the same table. */
export const isSame = (a: Identity, b: Identity): boolean =>
  a.id !== undefined && b.id !== undefined
    ? a.id === b.id
    : a.name === b.name && a.arn === b.arn && a.created === b.created

/** The key of an item, as DynamoDB asks for it. */
export const keyOf = ({ keys }: TableShape, item: Item): Item =>
  Object.fromEntries(keys.map(({ name }) => [name, item[name]!]))

/** Whether a value's type is that of a key. */
export const isOfType = (value: AttributeValue | undefined, type: KeyAttribute["type"]): boolean =>
  value !== undefined && value[type] !== undefined

/**
 * Why DynamoDB would refuse to put an item into a table, as far as this is seen without asking it; `undefined` where nothing
 * speaks against it.
 */
export const refusalOf = ({ attributes, keys }: TableShape, item: Item): string | undefined => {
  for (const { name } of keys) if (item[name] === undefined) return `The key attribute "${name}" is missing`
  for (const { name, type } of attributes) {
    const value = item[name]
    if (value === undefined) continue
    if (!isOfType(value, type)) {
      return `The key attribute "${name}" is of type ${Object.keys(value)[0]}; in the table it is of type ${type}`
    }
    if (value.S === "" || value.B?.length === 0) return `The key attribute "${name}" is empty`
  }
  if (ItemSize.boundOfItem(item) <= ItemSize.largestItem) return undefined
  const size = ItemSize.ofItem(item)
  return size <= ItemSize.largestItem
    ? undefined
    : `The item is ${count(size)} bytes large; DynamoDB takes ${count(ItemSize.largestItem)}`
}
