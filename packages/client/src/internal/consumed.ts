/**
 * What requests cost, as their answers tell it.
 *
 * See [ConsumedCapacity](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ConsumedCapacity.html).
 */
import type { Capacity, TableCapacity, Units } from "../Capacity.ts"
import { combineAll } from "../Capacity.ts"
import type { OperationName, Operations } from "./operations.ts"
import { writes } from "./resend.ts"
import { tableNames } from "./tables.ts"

/** Operations on items: DynamoDB charges for them by units, and tells them to those who ask. */
const priced: ReadonlySet<OperationName> = new Set([
  "GetItem",
  "PutItem",
  "UpdateItem",
  "DeleteItem",
  "Query",
  "Scan",
  "BatchGetItem",
  "BatchWriteItem",
  "TransactGetItems",
  "TransactWriteItems",
  "ExecuteStatement",
  "BatchExecuteStatement",
  "ExecuteTransaction"
])

/** Whether an operation consumes units. */
export const isPriced = (operation: OperationName): boolean => priced.has(operation)

const details = ["NONE", "TOTAL", "INDEXES"] as const

/** The same input, asking what the request consumes, in no less detail than it asks already. */
export const askingCost = <Input>(input: Input, detail: "TOTAL" | "INDEXES"): Input => {
  // Of all priced operations.
  const { ReturnConsumedCapacity: asked = "NONE" } = input as {
    readonly ReturnConsumedCapacity?: (typeof details)[number] | undefined
  }
  return details.indexOf(asked) < details.indexOf(detail) ? { ...input, ReturnConsumedCapacity: detail } : input
}

/** Units as DynamoDB tells them: of transactions by kind, of others as a number. */
interface Told {
  readonly CapacityUnits?: number | undefined
  readonly ReadCapacityUnits?: number | undefined
  readonly WriteCapacityUnits?: number | undefined
}

/** What was consumed of a table. */
interface ToldOfTable extends Told {
  readonly TableName?: string | undefined
  readonly Table?: Told | undefined
  readonly LocalSecondaryIndexes?: { readonly [index: string]: Told } | undefined
  readonly GlobalSecondaryIndexes?: { readonly [index: string]: Told } | undefined
}

/** What an answer tells: of one table, of many, or nothing where nobody asked. */
const toldBy = (output: object): ReadonlyArray<ToldOfTable> => {
  const { ConsumedCapacity: told } = output as {
    readonly ConsumedCapacity?: ToldOfTable | ReadonlyArray<ToldOfTable> | undefined
  }
  // The guard of arrays does not narrow readonly ones.
  return told === undefined ? [] : Array.isArray(told) ? (told as ReadonlyArray<ToldOfTable>) : [told as ToldOfTable]
}

/** How many units of a kind an answer says that it cost; `undefined` where it does not say. */
export const unitsBy = (kind: keyof Units, output: object): number | undefined => {
  const told = toldBy(output)
  return told.length === 0 ? undefined : told.reduce((sum, one) => sum + unitsOf(one, kind)[kind], 0)
}

/** What a request cost, as its answer tells; `undefined` where it does not say. */
export const consumedBy = <Name extends OperationName>(
  operation: Name,
  input: Operations[Name]["input"],
  output: object
): Capacity | undefined => {
  const told = toldBy(output)
  if (told.length === 0) return undefined
  const kind = writes(operation, input) ? "write" : "read"
  const [onlyTable, ...others] = tableNames(input)
  const fallback = others.length === 0 ? onlyTable : undefined
  return combineAll(
    told.map((one): Capacity => {
      const units = unitsOf(one, kind)
      const table = one.TableName ?? fallback
      return {
        ...units,
        operations: { [operation]: units },
        tables: table === undefined ? {} : Object.fromEntries([[table, ofTable(one, units, kind)]])
      }
    })
  )
}

const ofTable = (told: ToldOfTable, units: Units, kind: keyof Units): TableCapacity => {
  const indexes = [told.LocalSecondaryIndexes, told.GlobalSecondaryIndexes]
    .flatMap((indexes) => Object.entries(indexes ?? {}))
    .map(([name, one]) => [name, unitsOf(one, kind)] as const)
  return {
    ...units,
    table: told.Table === undefined ? rest(units, indexes) : unitsOf(told.Table, kind),
    indexes: Object.fromEntries(indexes)
  }
}

/** What is left of a sum without some parts of it. */
const rest = (units: Units, parts: ReadonlyArray<readonly [name: string, units: Units]>): Units => ({
  read: parts.reduce((left, [, { read }]) => left - read, units.read),
  write: parts.reduce((left, [, { write }]) => left - write, units.write)
})

const unitsOf = (
  { CapacityUnits: all = 0, ReadCapacityUnits: read, WriteCapacityUnits: write }: Told,
  kind: keyof Units
): Units =>
  read !== undefined || write !== undefined
    ? { read: read ?? 0, write: write ?? 0 }
    : kind === "read"
      ? { read: all, write: 0 }
      : { read: 0, write: all }
