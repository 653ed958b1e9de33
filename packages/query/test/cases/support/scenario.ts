/** The table designs recorded on DynamoDB Local, as they are written down in test/fixtures/scenarios. */
import type {
  AttributeValue,
  CreateTableCommandInput,
  QueryCommandInput,
  TransactWriteItem
} from "@aws-sdk/client-dynamodb"
import { readFileSync } from "node:fs"

/** A value as JSON; `{ $set: [...] }` is a set, `{ $num: "…" }` a number beyond JSON's, `{ $bin: "…" }` bytes in base 64. */
export type Logical = string | number | boolean | null | ReadonlyArray<Logical> | LogicalObject

export interface LogicalObject {
  readonly [name: string]: Logical
}

/** An item in DynamoDB's own form. */
export type Stored = Record<string, AttributeValue>

export interface RecordedItem {
  readonly entity: string
  readonly input: LogicalObject
  readonly stored: Stored
  /** Fields that read otherwise than they were given. */
  readonly reads?: LogicalObject
  /** What reads besides the input, where it cannot be seen in what is stored. */
  readonly defaults?: LogicalObject
}

export interface Request {
  readonly api: string
  readonly input: object
}

/** What DynamoDB Local answered. */
export type Expectation =
  | { readonly ok: true; readonly body?: Body; readonly pages?: ReadonlyArray<{ readonly count: number }> }
  | Failure

export interface Failure {
  readonly ok: false
  readonly name: string
  readonly item?: Stored
  readonly reasons?: ReadonlyArray<{ readonly Code: string; readonly Item?: Stored }>
}

export interface Body {
  readonly Attributes?: Stored
  readonly Count?: number
  readonly Item?: Stored
  readonly Items?: ReadonlyArray<Stored>
  /** Of a batch of gets, by table. */
  readonly Responses?: Readonly<Record<string, ReadonlyArray<Stored>>>
}

export interface Operation {
  readonly id: string
  readonly pattern: string
  readonly request: Request
  readonly expect: Expectation
  readonly logical?: ReadonlyArray<{ readonly entity: string | null; readonly value: LogicalObject }>
}

export interface Scenario {
  readonly title: string
  readonly table: CreateTableCommandInput & { readonly TableName: string }
  readonly items: ReadonlyArray<RecordedItem>
  readonly operations: ReadonlyArray<Operation>
}

/** A file of what was recorded, by its name. */
export const read = (path: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../fixtures/${path}.json`, import.meta.url), "utf8"))

/** A scenario by the name of its file. */
export const load = (name: string): Scenario =>
  // The files have this form: format "dynamodb-scenario/1".
  read(`scenarios/${name}`) as Scenario

/** The hazards of composite keys. */
export const hazards = (
  read("key-encoding") as { readonly cases: ReadonlyArray<{ readonly id: string; readonly visibility: string }> }
).cases

/** The same request for another table. `$uniq` marks text that must be unique to each run. */
export const forTable = ({ api, input }: Request, from: string, to: string): Request => ({
  api,
  input: JSON.parse(JSON.stringify(input).replaceAll(`"${from}"`, `"${to}"`), (_, value: unknown) =>
    typeof value === "object" && value !== null && "$uniq" in value ? `${String(value.$uniq)}-${to}` : value
  ) as object
})

/** The actions of a recorded transaction. */
export const actionsOf = ({ input }: Request): ReadonlyArray<TransactWriteItem> =>
  (input as { readonly TransactItems: ReadonlyArray<TransactWriteItem> }).TransactItems

/** The values that a recorded query asks for. */
export const valuesOf = (input: QueryCommandInput): ReadonlyArray<AttributeValue> =>
  Object.values(input.ExpressionAttributeValues ?? {})
