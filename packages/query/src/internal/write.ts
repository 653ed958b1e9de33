/**
 * A write, planned: what its own request, or its place in a batch or a transaction, is
 * made of.
 */
import type {
  DeleteItemCommandInput,
  PutItemCommandInput,
  TransactWriteItem,
  TransactWriteItemsCommandInput,
  UpdateItemCommandInput
} from "@aws-sdk/client-dynamodb"
import type { Item } from "@effect-dynamo/core/Attribute"
import * as Expression from "@effect-dynamo/core/Expression"
import type { Planning } from "./builder.ts"
import { type Change, changesText } from "./changes.ts"
import { addPlaceholders } from "./conditions.ts"

/** What is done to the item. */
export type Action =
  | { readonly _tag: "Put"; readonly item: Item; readonly value: unknown }
  | { readonly _tag: "Update"; readonly changes: ReadonlyArray<Change> }
  | { readonly _tag: "Delete" }
  /** Nothing: its conditions must hold. */
  | { readonly _tag: "Check" }

/** A write of one item. */
export interface Write {
  readonly planning: Planning
  /** The item's key in the table. */
  readonly key: Item
  readonly action: Action
  /** What must hold of the item that stands there. */
  readonly conditions: ReadonlyArray<Expression.Condition>
  /** The guards of unique fields, written in the same transaction. */
  readonly guards: ReadonlyArray<Guard>
  /**
   * The item as it was read for this plan, where it reads first. Conditions ask that it is the same still: where
   * one fails and the item is another, a write came between, which is no failure of the caller's conditions.
   */
  readonly seen: Seen | undefined
  /** Whether an expired item, which counts as none, must be removed before: DynamoDB would only change it. */
  readonly makesRoom?: boolean | undefined
}

/** What a write that reads first relies on. */
export interface Seen {
  /** The item that stood there; `undefined` where none did. */
  readonly item: Item | undefined
  /** The attributes, by stored name, that must still be as they were. */
  readonly attributes: ReadonlyArray<string>
}

/** A guard that is put or deleted with a write. */
export type Guard =
  | { readonly _tag: "Put"; readonly key: Item; readonly item: Item; readonly fields: ReadonlyArray<string> }
  | { readonly _tag: "Delete"; readonly key: Item; readonly fields: ReadonlyArray<string> }

/** Adds to a request what a write says: its changes and conditions, with their placeholders. */
const addTexts = (request: UpdateItemCommandInput | PutItemCommandInput | DeleteItemCommandInput, write: Write) => {
  const { action, conditions } = write
  const placeholders = new Expression.Placeholders()
  const all = flat(conditions)
  const condition = all.length === 0 ? undefined : placeholders.condition(Expression.and(all))
  const update = action._tag === "Update" ? changesText(action.changes, placeholders) : undefined
  // Requests of the other kinds change nothing.
  if (update !== undefined) (request as UpdateItemCommandInput).UpdateExpression = update
  if (condition !== undefined) {
    request.ConditionExpression = condition
    // Asks for the item that stood there, where the condition fails.
    request.ReturnValuesOnConditionCheckFailure = "ALL_OLD"
  }
  addPlaceholders(request, placeholders)
}

/** Conditions that all hold, side by side, each once: that an item is still there may be asked by several. */
const flat = (conditions: ReadonlyArray<Expression.Condition>): ReadonlyArray<Expression.Condition> => {
  const parts = conditions.some(({ _tag }) => _tag === "And")
    ? conditions.flatMap((condition) => (condition._tag === "And" ? condition.conditions : [condition]))
    : conditions
  // Mostly each is of another kind, so that none can be equal to another: their texts are not made then.
  const isMixed = parts.every(({ _tag }, i) => parts.findIndex((other) => other._tag === _tag) === i)
  return isMixed ? parts : [...new Map(parts.map((part) => [JSON.stringify(part), part])).values()]
}

const tableOf = ({ planning }: Write) => planning.where.table

/** The request of a put by itself. */
export const putInput = (write: Write, item: Item): PutItemCommandInput => {
  const input: PutItemCommandInput = { TableName: tableOf(write), Item: item }
  addTexts(input, write)
  return input
}

/** The request of an update by itself. */
export const updateInput = (write: Write): UpdateItemCommandInput => {
  const input: UpdateItemCommandInput = { TableName: tableOf(write), Key: write.key }
  addTexts(input, write)
  return input
}

/** The request of a delete by itself. */
export const deleteInput = (write: Write): DeleteItemCommandInput => {
  const input: DeleteItemCommandInput = { TableName: tableOf(write), Key: write.key }
  addTexts(input, write)
  return input
}

/** A write and its guards in a transaction: the write itself is the first. */
export const transactItems = (write: Write): ReadonlyArray<TransactWriteItem> => [
  transactItem(write),
  ...write.guards.map((guard) => guardItem(guard, write, false))
]

/** A write in a transaction, without its guards. */
export const transactItem = (write: Write): TransactWriteItem => {
  const { action } = write
  switch (action._tag) {
    case "Put": {
      return { Put: withTable(putInput(write, action.item)) }
    }
    case "Update": {
      const input = updateInput(write)
      // An update always changes something, or it would have been refused.
      return { Update: { ...withTable(input), Key: write.key, UpdateExpression: input.UpdateExpression! } }
    }
    case "Delete":
      return { Delete: { ...withTable(deleteInput(write)), Key: write.key } }
    case "Check": {
      const input = deleteInput(write)
      // A check always has a condition, or it would not compile.
      return {
        ConditionCheck: { ...withTable(input), Key: write.key, ConditionExpression: input.ConditionExpression! }
      }
    }
  }
}

/** The SDK's types want the table's name of a request that always has one. */
const withTable = <A extends { readonly TableName: string | undefined }>(
  input: A
): A & { readonly TableName: string } => input as A & { readonly TableName: string }

/** A guard in a transaction. One that stays, passing from one item to another, is there already. */
export const guardItem = (guard: Guard, write: Write, stays: boolean): TransactWriteItem => {
  const TableName = tableOf(write)
  if (guard._tag === "Delete") return { Delete: { TableName, Key: guard.key } }
  if (stays) return { Put: { TableName, Item: guard.item } }
  const placeholders = new Expression.Placeholders()
  const ConditionExpression = placeholders.condition({ _tag: "NotExists", path: [Object.keys(guard.key)[0]!] })
  const put: PutItemCommandInput & { TableName: string } = { TableName, Item: guard.item, ConditionExpression }
  addPlaceholders(put, placeholders)
  return { Put: put }
}

/** The request of a write that takes guards. */
export const transactionInput = (write: Write): TransactWriteItemsCommandInput => ({
  TransactItems: [...transactItems(write)]
})
