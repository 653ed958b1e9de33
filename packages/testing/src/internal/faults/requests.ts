/**
 * What requests are about.
 */
import type { OperationName } from "@effect-dynamo/client/DynamoClient"
import * as Predicate from "effect/Predicate"

/** A table's name, of its name or its ARN. */
const nameOf = (table: string): string => table.replace(/^.*:table\//, "").replace(/\/.*$/, "")

const statementsOf = (input: object): ReadonlyArray<string> => {
  const { Statement, Statements, TransactStatements }: Record<string, unknown> = { ...input }
  if (Predicate.isString(Statement)) return [Statement]
  return [Statements, TransactStatements]
    .flatMap((list) => (Array.isArray(list) ? list : []))
    .flatMap((one: unknown) => (Predicate.hasProperty(one, "Statement") ? [String(one.Statement)] : []))
}

/** The table and the index of a PartiQL statement: `SELECT … FROM "orders"."byDate"`, `INSERT INTO "orders"`. */
const targetOf = (statement: string): { readonly table: string; readonly index: string | undefined } | undefined => {
  const [, table, index] = /^(?:[^'"]*?\b(?:from|into|update))\s+"?([\w.-]+)"?(?:\."([\w.-]+)")?/i.exec(statement) ?? []
  return table === undefined ? undefined : { table, index }
}

/** The names of the tables that a request is about, each once. */
export const tablesOf = (input: object): ReadonlyArray<string> => {
  const { RequestItems, ResourceArn, TableName, TransactItems }: Record<string, unknown> = { ...input }
  const named: Array<unknown> = [TableName, ResourceArn]
  if (Predicate.isObject(RequestItems)) named.push(...Object.keys(RequestItems))
  if (Array.isArray(TransactItems)) {
    // Each holds one action under its kind: `{ Put: { TableName, … } }`.
    for (const item of TransactItems) {
      for (const action of Object.values<unknown>(Predicate.isObject(item) ? item : {})) {
        if (Predicate.hasProperty(action, "TableName")) named.push(action.TableName)
      }
    }
  }
  named.push(...statementsOf(input).map((statement) => targetOf(statement)?.table))
  return [...new Set(named.filter(Predicate.isString).map(nameOf))]
}

/** The index that a request reads. */
export const indexOf = (input: object): string | undefined => {
  const { IndexName }: Record<string, unknown> = { ...input }
  if (Predicate.isString(IndexName)) return IndexName
  return statementsOf(input).flatMap((statement) => targetOf(statement)?.index ?? [])[0]
}

/** How many operations a transaction has. */
export const operationsOf = (input: object): number => {
  const { TransactItems, TransactStatements }: Record<string, unknown> = { ...input }
  return [TransactItems, TransactStatements].reduce(
    (sum: number, list) => sum + (Array.isArray(list) ? list.length : 0),
    0
  )
}

const reads: ReadonlySet<OperationName> = new Set(["GetItem", "Query", "Scan", "BatchGetItem", "TransactGetItems"])

/** Whether a request of data reads it; otherwise it writes. */
export const isRead = (operation: OperationName, input: object): boolean => {
  if (reads.has(operation)) return true
  const statements = statementsOf(input)
  return statements.length > 0 && statements.every((statement) => /^\s*select\b/i.test(statement))
}
