/**
 * A condition that fails after an attempt that may have been applied: whether it was, as the item tells that stands there.
 */
import type * as Sdk from "@aws-sdk/client-dynamodb"
import { holdsAll, holdsNone, sameItem, sameValue, sumOf } from "./attributeValues.ts"
import { attributesIn, type Demand, demandsOf } from "./conditionForm.ts"
import { hasPosition, samePath, valueAt } from "./expressionReader.ts"
import type { Item, OperationName, Operations } from "./operations.ts"
import { asksItem, givesOld } from "./resend.ts"
import type { TransportFailure } from "./transport.ts"
import { type Change, changesOf } from "./updateForm.ts"

/** Whether a failure is that the condition of a write did not hold. */
export const isConditionFailure = ({ code, origin }: TransportFailure): boolean =>
  origin === "response" && code === "ConditionalCheckFailedException"

/**
 * The answer of a write that was applied by an earlier attempt, as far as what stands there tells; `undefined` where it
 * does not. The attempt that failed must have asked for that.
 */
export const appliedBefore = <Name extends OperationName>(
  operation: Name,
  input: Operations[Name]["input"],
  failure: TransportFailure
): Operations[Name]["output"] | undefined => {
  const write = input as Sdk.UpdateItemCommandInput // what the three writes of one item have in common
  if (!asksItem(write) || givesOld(write)) return undefined
  const attributes = attributesAfter(operation, input, failure.item)
  const answer = { $metadata: { requestId: failure.requestId, attempts: 1, totalRetryDelay: 0 } }
  if (attributes === undefined) return undefined
  // the answer of each of the three operations: attributes are there for updates alone
  return (Object.keys(attributes).length === 0 ? answer : { ...answer, Attributes: attributes }) as never
}

/** What the write's answer tells of the item, if it was applied: nothing unless asked. */
const attributesAfter = (operation: OperationName, input: object, item: Item | undefined): Item | undefined => {
  // the operation says whose input it is
  switch (operation) {
    case "PutItem":
      return item !== undefined && sameItem((input as Sdk.PutItemCommandInput).Item ?? {}, item) ? {} : undefined
    case "DeleteItem":
      return item === undefined ? {} : undefined
    case "UpdateItem": {
      const update = input as Sdk.UpdateItemCommandInput
      const changes = changesOf(update)
      const demands = demandsOf(update)
      return item !== undefined &&
        changes !== undefined &&
        changes.length > 0 &&
        canHaveEnded(update, changes) &&
        changes.every((change) => isDone(change, demands, item))
        ? returned(update, changes, item)
        : undefined
    }
    default:
      return undefined
  }
}

/**
 * Whether the update's own success can have made its condition false. Where it looks at nothing that is changed, it was
 * false before, or another write made it so.
 */
const canHaveEnded = (update: Sdk.UpdateItemCommandInput, changes: ReadonlyArray<Change>): boolean => {
  const looked = attributesIn(update)
  return (
    Object.keys(update.Key ?? {}).some((name) => looked.has(name)) || // whether the item was there
    changes.some(({ path: [name] }) => typeof name === "string" && looked.has(name))
  )
}

/** Whether a change is done, for sure: that something was counted or copied is not seen, unless it is known from where. */
const isDone = (change: Change, demands: ReadonlyArray<Demand>, item: Item): boolean => {
  if (hasPosition(change.path)) return false
  const standing = valueAt(item, change.path)
  switch (change._tag) {
    case "Set":
      return sameValue(standing, change.value)
    case "SetIfAbsent":
      return wasAbsent(change, demands) ? sameValue(standing, change.value) : standing !== undefined
    case "Remove":
      return standing === undefined
    case "AddMembers":
      return holdsAll(standing, change.value)
    case "DeleteMembers":
      return standing === undefined || holdsNone(standing, change.value)
    case "Count": {
      const from = startOf(change, demands)
      const after = from === undefined ? undefined : sumOf(from, change.by, change.sign)
      return after !== undefined && sameValue(standing, { N: after })
    }
    case "Derive":
      return false
  }
}

const wasAbsent = ({ path }: Change, demands: ReadonlyArray<Demand>): boolean =>
  demands.some((demand) => demand._tag === "NotExists" && samePath(demand.path, path))

/** The number that was counted from: the one that the condition demanded, or that of an attribute that was absent. */
const startOf = (
  change: Extract<Change, { readonly _tag: "Count" }>,
  demands: ReadonlyArray<Demand>
): string | undefined => {
  if (wasAbsent(change, demands)) return change.start
  for (const demand of demands) {
    if (demand._tag === "Equals" && samePath(demand.path, change.path)) return demand.value.N
  }
  return undefined
}

/** What the update was to give of the item. */
const returned = ({ ReturnValues }: Sdk.UpdateItemCommandInput, changes: ReadonlyArray<Change>, item: Item): Item => {
  if (ReturnValues === "ALL_NEW") return item
  const given: Item = {}
  if (ReturnValues !== "UPDATED_NEW") return given
  for (const { path } of changes) {
    const value = valueAt(item, path)
    if (value !== undefined) place(given, path.map(String), value)
  }
  return given
}

/** Puts a value at a path, in maps that are made for it. */
const place = (item: Item, [name = "", ...rest]: ReadonlyArray<string>, value: Sdk.AttributeValue): void => {
  const within: Item = rest.length === 0 ? {} : { ...item[name]?.M }
  if (rest.length > 0) place(within, rest, value)
  // a name may be `__proto__`
  Object.defineProperty(item, name, {
    value: rest.length === 0 ? value : { M: within },
    enumerable: true,
    writable: true,
    configurable: true
  })
}
