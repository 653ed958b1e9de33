/** A table's description, as people read it. */
import type {
  AttributeDefinition,
  KeySchemaElement,
  Projection,
  ProvisionedThroughputDescription,
  TableDescription
} from "@aws-sdk/client-dynamodb"
import type { Paint } from "../colours.ts"
import { bytes, count } from "../quantities.ts"
import { printable, table } from "../table.ts"
import { formatTimeToLive, type TimeToLive } from "./timeToLive.ts"

export const describeText = (found: TableDescription, timeToLive: TimeToLive, paint: Paint): string => {
  const facts = factsOf(found, timeToLive).filter((fact): fact is [string, string] => fact[1] !== undefined)
  const width = Math.max(...facts.map(([name]) => name.length))
  const lines = facts.map(([name, text]) => `${name.padEnd(width)}  ${printable(text)}`)
  const indexes = indexTable(found)
  return [
    paint("bold", printable(found.TableName ?? "")),
    ...lines,
    ...(indexes === undefined ? [] : ["", paint("bold", "Indexes"), indexes])
  ].join("\n")
}

const factsOf = (
  found: TableDescription,
  timeToLive: TimeToLive
): ReadonlyArray<readonly [string, string | undefined]> => {
  const keys = keysOf(found.AttributeDefinitions ?? [])
  const stream = found.StreamSpecification
  const streamed = stream?.StreamEnabled === true
  const replicas = found.Replicas ?? []
  const { SSEDescription: encryption } = found
  return [
    ["Status", found.TableStatus],
    ["Partition key", keys(found.KeySchema, "HASH")],
    ["Sort key", keys(found.KeySchema, "RANGE") || "none"],
    ["Billing", billingOf(found)],
    ["Time to live", formatTimeToLive(timeToLive)],
    ["Stream", streamed ? worded(stream.StreamViewType) : "off"],
    ["Deletion protection", found.DeletionProtectionEnabled === true ? "on" : "off"],
    ["Class", worded(found.TableClassSummary?.TableClass ?? "STANDARD")],
    ["Encryption", encryption && `${encryption.SSEType ?? "KMS"} ${encryption.KMSMasterKeyArn ?? ""}`.trim()],
    ["Replicas", replicas.length === 0 ? undefined : replicas.map(({ RegionName }) => RegionName).join(", ")],
    ["Items", count(found.ItemCount ?? 0)],
    ["Size", bytes(found.TableSizeBytes ?? 0)],
    ["Created", found.CreationDateTime && timeOf(found.CreationDateTime)],
    ["ARN", found.TableArn],
    ["Stream ARN", streamed ? found.LatestStreamArn : undefined]
  ]
}

/** DynamoDB's `NEW_AND_OLD_IMAGES` in words. */
const worded = (constant: string | undefined): string => (constant ?? "").toLowerCase().replaceAll("_", " ")

const timeOf = (date: Date): string => `${date.toISOString().slice(0, 19).replace("T", " ")} UTC`

const keysOf =
  (definitions: ReadonlyArray<AttributeDefinition>) =>
  (schema: ReadonlyArray<KeySchemaElement> = [], role: "HASH" | "RANGE"): string =>
    schema
      .filter(({ KeyType }) => KeyType === role)
      .map(({ AttributeName }) => {
        const definition = definitions.find((each) => each.AttributeName === AttributeName)
        return `${AttributeName} (${definition?.AttributeType})`
      })
      .join(", ")

/** DynamoDB leaves the mode out where capacity is set aside. */
const isProvisioned = (found: TableDescription): boolean => found.BillingModeSummary?.BillingMode !== "PAY_PER_REQUEST"

const capacityOf = (throughput: ProvisionedThroughputDescription | undefined): string =>
  `${count(throughput?.ReadCapacityUnits ?? 0)} read, ${count(throughput?.WriteCapacityUnits ?? 0)} write`

const billingOf = (found: TableDescription): string => {
  if (isProvisioned(found)) return `provisioned: ${capacityOf(found.ProvisionedThroughput)} units per second`
  const { MaxReadRequestUnits: read = -1, MaxWriteRequestUnits: write = -1 } = found.OnDemandThroughput ?? {}
  const most = [...(read > 0 ? [`${count(read)} read`] : []), ...(write > 0 ? [`${count(write)} write`] : [])]
  return most.length === 0 ? "on demand" : `on demand, at most ${most.join(", ")} units per second`
}

const projectionOf = ({ NonKeyAttributes = [], ProjectionType }: Projection = {}): string =>
  ProjectionType === "KEYS_ONLY"
    ? "keys"
    : ProjectionType === "INCLUDE"
      ? ["keys", ...[...NonKeyAttributes].sort()].join(", ")
      : "all"

const indexTable = (found: TableDescription): string | undefined => {
  const keys = keysOf(found.AttributeDefinitions ?? [])
  // Local indexes have no capacity of their own, and are there as long as the table is.
  const indexes = [
    ...(found.GlobalSecondaryIndexes ?? []).map((index) => ({
      index,
      kind: "global",
      status: index.Backfilling === true ? `${index.IndexStatus}, filling` : (index.IndexStatus ?? ""),
      capacity: capacityOf(index.ProvisionedThroughput)
    })),
    ...(found.LocalSecondaryIndexes ?? []).map((index) => ({
      index,
      kind: "local",
      status: found.TableStatus ?? "",
      capacity: "the table's"
    }))
  ].sort((a, b) => (`${a.kind} ${a.index.IndexName}` < `${b.kind} ${b.index.IndexName}` ? -1 : 1))
  if (indexes.length === 0) return undefined
  const provisioned = isProvisioned(found)
  return table(
    [
      { heading: "NAME" },
      { heading: "KIND" },
      { heading: "PARTITION KEY" },
      { heading: "SORT KEY" },
      { heading: "HOLDS" },
      ...(provisioned ? [{ heading: "CAPACITY" }] : []),
      { heading: "STATUS" },
      { heading: "ITEMS", align: "right" },
      { heading: "SIZE", align: "right" }
    ],
    indexes.map(({ capacity, index, kind, status }) => [
      index.IndexName ?? "",
      kind,
      keys(index.KeySchema, "HASH"),
      keys(index.KeySchema, "RANGE"),
      projectionOf(index.Projection),
      ...(provisioned ? [capacity] : []),
      status,
      count(index.ItemCount ?? 0),
      bytes(index.IndexSizeBytes ?? 0)
    ])
  )
}
