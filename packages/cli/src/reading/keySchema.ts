/** The key attributes of a table or index, as DescribeTable tells them. */
import type { AttributeDefinition, KeySchemaElement, TableDescription } from "@aws-sdk/client-dynamodb"
import * as TableAdmin from "@effect-dynamo/query/TableAdmin"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { UsageFailure } from "../failure.ts"
import { keyAttributes } from "../tables/keyAttributes.ts"
import type { KeyAttribute } from "../tables/keyFlag.ts"

/** What may be read by its key. Only indexes have keys of several attributes each. */
export interface KeySchema {
  /** As in a sentence: `users`, `the index byDate of users`. */
  readonly title: string
  readonly kind: "table" | "local" | "global"
  readonly partition: ReadonlyArray<KeyAttribute>
  readonly sort: ReadonlyArray<KeyAttribute>
  /** How many there were when DynamoDB counted last, within hours. */
  readonly items: number | undefined
}

/** All key attributes, in order. */
export const attributesOf = ({ partition, sort }: KeySchema): ReadonlyArray<KeyAttribute> => [...partition, ...sort]

/** A table or index, as far as it is looked at. */
interface Described {
  readonly IndexName?: string | undefined
  readonly ItemCount?: number | undefined
  readonly KeySchema?: ReadonlyArray<KeySchemaElement> | undefined
}

const toSchema = (
  title: string,
  kind: KeySchema["kind"],
  { ItemCount: items, KeySchema: elements }: Described,
  definitions: ReadonlyArray<AttributeDefinition> | undefined
): KeySchema => {
  const attributes = keyAttributes(definitions)
  return { title, kind, partition: attributes(elements, "HASH"), sort: attributes(elements, "RANGE"), items }
}

const indexSchema = (description: TableDescription, index: string): KeySchema | undefined => {
  const of = (kind: "local" | "global", all: ReadonlyArray<Described> = []) =>
    all
      .filter(({ IndexName }) => IndexName === index)
      .map((found) =>
        toSchema(`the index ${index} of ${description.TableName}`, kind, found, description.AttributeDefinitions)
      )
  return [...of("global", description.GlobalSecondaryIndexes), ...of("local", description.LocalSecondaryIndexes)][0]
}

const indexNames = ({ GlobalSecondaryIndexes = [], LocalSecondaryIndexes = [] }: TableDescription): string =>
  [...GlobalSecondaryIndexes, ...LocalSecondaryIndexes].map(({ IndexName }) => IndexName).join(", ")

/** The keys of a table, and of what is read of it: the table itself, or one of its indexes. */
export const keySchemasOf = Effect.fnUntraced(function* (table: string, index: Option.Option<string>) {
  const description = yield* TableAdmin.describe(table)
  const whole = toSchema(table, "table", description, description.AttributeDefinitions)
  if (Option.isNone(index)) return { table: whole, read: whole }
  const read = indexSchema({ ...description, TableName: table }, index.value)
  if (read !== undefined) return { table: whole, read }
  const names = indexNames(description)
  return yield* Effect.fail(
    new UsageFailure({
      message: `${table} has no index ${index.value}; it has ${names === "" ? "none" : names}.`
    })
  )
})

/** What a global index cannot do: its items are copies, made a moment later. */
export const checkConsistent = ({ kind, title }: KeySchema, consistent: boolean): Effect.Effect<void, UsageFailure> =>
  consistent && kind === "global"
    ? Effect.fail(
        new UsageFailure({
          message: `A global index cannot be read consistently, and ${title} is one: leave out --consistent.`
        })
      )
    : Effect.void
