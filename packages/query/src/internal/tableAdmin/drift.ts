/**
 * What differs between a table as declared and the one in DynamoDB: both are written as facts, one text by path, which
 * are then compared.
 */
import type {
  AttributeDefinition,
  BillingMode,
  CreateTableCommandInput,
  KeySchemaElement,
  Projection,
  StreamSpecification,
  TableDescription,
  TimeToLiveDescription
} from "@aws-sdk/client-dynamodb"
import type { Drift } from "@effect-dynamo/core/DynamoError"
import type { Settings } from "./createInput.ts"

/** Facts by their path, in the order in which they are told: the same paths for each table, and for each index. */
type Facts = Readonly<Record<string, string | undefined>>

/** What is compared of a table. */
interface Shape {
  readonly facts: Facts
  readonly indexes: ReadonlyMap<string, Facts>
}

/** What is known of the live table. */
export interface Live {
  readonly description: TableDescription
  /** `undefined` where the engine does not know of expiry. */
  readonly timeToLive: TimeToLiveDescription | undefined
}

/** The attribute by which items expire; none where they do not, or soon will not. */
export const expiryOf = ({ AttributeName, TimeToLiveStatus }: TimeToLiveDescription): string | undefined =>
  TimeToLiveStatus === "ENABLED" || TimeToLiveStatus === "ENABLING" ? AttributeName : undefined

/** What differs between a table as it would be created and the live one. Settings are compared where they are given. */
export const driftOf = (
  input: CreateTableCommandInput,
  timeToLive: string | undefined,
  settings: Settings,
  live: Live
): ReadonlyArray<Drift> => {
  const { description } = live
  const found: Described = {
    ...description,
    BillingMode: description.BillingModeSummary?.BillingMode,
    timeToLive: live.timeToLive && expiryOf(live.timeToLive)
  }
  // An engine that tells nothing of these has none, which is no drift.
  const compared: Compared = {
    billing: settings.billing !== undefined,
    // Where either is paid for by the request, that says it all.
    capacity: settings.billing !== undefined && isProvisioned(input) && isProvisioned(found),
    stream: settings.stream !== undefined,
    deletionProtection:
      settings.deletionProtection !== undefined && description.DeletionProtectionEnabled !== undefined,
    timeToLive: live.timeToLive !== undefined
  }
  const [here, there] = [shapeOf({ ...input, timeToLive }, compared), shapeOf(found, compared)]
  return [...between(here.facts, there.facts), ...betweenIndexes(here.indexes, there.indexes)]
}

/** What is compared besides keys and indexes. */
type Compared = Readonly<Record<"billing" | "capacity" | "stream" | "deletionProtection" | "timeToLive", boolean>>

/** Units per second. */
interface Capacity {
  readonly ReadCapacityUnits?: number | undefined
  readonly WriteCapacityUnits?: number | undefined
}

/** What requests and descriptions of tables both have. */
interface Described {
  readonly AttributeDefinitions?: ReadonlyArray<AttributeDefinition> | undefined
  readonly KeySchema?: ReadonlyArray<KeySchemaElement> | undefined
  readonly GlobalSecondaryIndexes?: ReadonlyArray<DescribedIndex> | undefined
  readonly LocalSecondaryIndexes?: ReadonlyArray<DescribedIndex> | undefined
  readonly BillingMode?: BillingMode | undefined
  readonly ProvisionedThroughput?: Capacity | undefined
  readonly StreamSpecification?: StreamSpecification | undefined
  readonly DeletionProtectionEnabled?: boolean | undefined
  readonly timeToLive: string | undefined
}

/** What requests and descriptions of indexes both have. */
interface DescribedIndex {
  readonly IndexName?: string | undefined
  readonly KeySchema?: ReadonlyArray<KeySchemaElement> | undefined
  readonly Projection?: Projection | undefined
  readonly ProvisionedThroughput?: Capacity | undefined
}

/** DynamoDB leaves the mode out where capacity is set aside. */
const isProvisioned = ({ BillingMode }: { readonly BillingMode?: BillingMode | undefined }): boolean =>
  BillingMode !== "PAY_PER_REQUEST"

const shapeOf = (table: Described, compared: Compared): Shape => {
  const types = new Map(
    table.AttributeDefinitions?.map((attribute) => [attribute.AttributeName, attribute.AttributeType])
  )
  const key = (schema: ReadonlyArray<KeySchemaElement> | undefined, role: "HASH" | "RANGE"): string | undefined => {
    const parts = (schema ?? []).filter(({ KeyType }) => KeyType === role)
    return parts.length === 0
      ? undefined
      : parts.map(({ AttributeName }) => `${nameText(AttributeName)} (${types.get(AttributeName)})`).join(", ")
  }
  const index = (
    kind: "global" | "local",
    { KeySchema, Projection, ProvisionedThroughput }: DescribedIndex
  ): Facts => ({
    kind,
    partitionKey: key(KeySchema, "HASH"),
    sortKey: key(KeySchema, "RANGE"),
    projection: projectionText(Projection),
    billing: compared.capacity && kind === "global" ? capacityText(ProvisionedThroughput) : undefined
  })
  const indexes = new Map<string, Facts>()
  for (const each of table.GlobalSecondaryIndexes ?? []) indexes.set(each.IndexName ?? "", index("global", each))
  for (const each of table.LocalSecondaryIndexes ?? []) indexes.set(each.IndexName ?? "", index("local", each))
  const stream = table.StreamSpecification
  return {
    facts: {
      partitionKey: key(table.KeySchema, "HASH"),
      sortKey: key(table.KeySchema, "RANGE"),
      timeToLive: compared.timeToLive ? table.timeToLive : undefined,
      billing: compared.billing
        ? isProvisioned(table)
          ? capacityText(table.ProvisionedThroughput)
          : "on demand"
        : undefined,
      stream: compared.stream && stream?.StreamEnabled === true ? lowered(stream.StreamViewType) : undefined,
      deletionProtection: compared.deletionProtection
        ? table.DeletionProtectionEnabled === true
          ? "on"
          : "off"
        : undefined
    },
    indexes
  }
}

/** Attributes may have any name: in quotes where it could be read as several. */
const nameText = (name = ""): string => (/^[\w.:-]+$/.test(name) ? name : JSON.stringify(name))

const capacityText = ({ ReadCapacityUnits = 0, WriteCapacityUnits = 0 }: Capacity = {}): string =>
  `${ReadCapacityUnits} read and ${WriteCapacityUnits} write units per second`

/** The order of projected attributes tells nothing. */
const projectionText = ({ NonKeyAttributes = [], ProjectionType }: Projection = {}): string =>
  ProjectionType === "INCLUDE"
    ? `keys and ${[...new Set(NonKeyAttributes)].sort().map(nameText).join(", ")}`
    : ProjectionType === "KEYS_ONLY"
      ? "keys"
      : "all attributes"

/** DynamoDB's `NEW_IMAGE` as the options have it. */
const lowered = (constant: string | undefined): string => (constant ?? "").toLowerCase().replaceAll("_", "-")

/** The differences between two sets of facts. */
const between = (declared: Facts, live: Facts, prefix = ""): ReadonlyArray<Drift> =>
  Object.keys(declared).flatMap((path) =>
    declared[path] === live[path] ? [] : [difference(prefix + path, declared[path], live[path])]
  )

/** The same of indexes: one that only one side has is one difference, and told in full. */
const betweenIndexes = (declared: ReadonlyMap<string, Facts>, live: ReadonlyMap<string, Facts>): ReadonlyArray<Drift> =>
  [...new Set([...declared.keys(), ...live.keys()])].flatMap((name) => {
    const [here, there] = [declared.get(name), live.get(name)]
    const path = `indexes.${name}`
    return here === undefined || there === undefined
      ? [difference(path, here && indexText(here), there && indexText(there))]
      : between(here, there, `${path}.`)
  })

const indexText = (facts: Facts): string =>
  Object.entries(facts)
    .flatMap(([path, text]) => (text === undefined ? [] : path === "kind" ? text : `${path} ${text}`))
    .join("; ")

const difference = (path: string, declared: string | undefined, live: string | undefined): Drift => ({
  path,
  kind: live === undefined ? "missing" : declared === undefined ? "extra" : "different",
  declared,
  live
})

/** A difference as a line of text. */
export const formatDrift = ({ declared, kind, live, path }: Drift): string => {
  switch (kind) {
    case "missing":
      return `${path}: declared as ${declared}, but missing`
    case "extra":
      return `${path}: not declared, but there as ${live}`
    case "different":
      return `${path}: declared as ${declared}, but is ${live}`
  }
}

/** What differs, and what to do about it. */
export const explain = (differences: ReadonlyArray<Drift>): string =>
  [
    ...differences.map((difference) => `- ${formatDrift(difference)}`),
    "Change the Table value where the table is right. Else change the table: the client's updateTable adds and deletes " +
      "global indexes and changes billing, stream and deletion protection; its updateTimeToLive turns expiry on and off. " +
      "Keys, local indexes and what a global index holds stay as they were created: others take a new table or index."
  ].join("\n")
