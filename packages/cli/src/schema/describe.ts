/** What DynamoDB says of a table, as a model. */
import type { KeySchemaElement, Projection as ProjectionInput, TableDescription } from "@aws-sdk/client-dynamodb"
import { keyAttributes } from "../tables/keyAttributes.ts"
import type { IndexModel, Projection, TableModel } from "./model.ts"

/** The table of a description; `timeToLive` is the attribute by which its items expire. */
export const describe = (description: TableDescription, timeToLive: string | undefined): TableModel => {
  const keys = keyAttributes(description.AttributeDefinitions)
  const { KeySchema } = description
  const index =
    (kind: IndexModel["kind"]) =>
    (found: IndexDescription): IndexModel => ({
      name: found.IndexName ?? "",
      kind,
      partitionKey: kind === "local" ? [] : keys(found.KeySchema, "HASH"),
      sortKey: keys(found.KeySchema, "RANGE"),
      projection: projection(found.Projection)
    })
  const [partitionKey] = keys(KeySchema, "HASH")
  return {
    name: description.TableName ?? "",
    // Every table has one.
    partitionKey: partitionKey ?? { name: "pk", type: "S" },
    sortKey: keys(KeySchema, "RANGE")[0],
    // DynamoDB tells them in no order of its own.
    indexes: [
      ...(description.GlobalSecondaryIndexes ?? []).map(index("global")),
      ...(description.LocalSecondaryIndexes ?? []).map(index("local"))
    ].sort((a, b) => (a.kind === b.kind ? (a.name < b.name ? -1 : 1) : a.kind === "global" ? -1 : 1)),
    timeToLive
  }
}

interface IndexDescription {
  readonly IndexName?: string | undefined
  readonly KeySchema?: ReadonlyArray<KeySchemaElement> | undefined
  readonly Projection?: ProjectionInput | undefined
}

const projection = (found: ProjectionInput | undefined): Projection =>
  found?.ProjectionType === "KEYS_ONLY"
    ? { _tag: "KeysOnly" }
    : found?.ProjectionType === "INCLUDE"
      ? { _tag: "Include", attributes: [...(found.NonKeyAttributes ?? [])].sort() }
      : { _tag: "All" }
