/**
 * What a read will do, from its plan.
 */
import * as ResolvedEntity from "@effect-dynamo/core/ResolvedEntity"
import type { Explanation, Warning } from "../Explanation.ts"
import type { Expiry } from "./expiry.ts"
import type { ReadState } from "./reading.ts"

/** A read, planned. */
export interface Explained<Request> {
  readonly kind: "Query" | "Scan"
  readonly request: Request
  /** Whose items are read, and through which access pattern. All are of one table or index. */
  readonly readers: ReadonlyArray<Reader>
  readonly budgets: Pick<ReadState, "limit" | "pageSize" | "maxPages" | "maxScanned" | "consistent">
  /** The builder says a filter. */
  readonly filtered: boolean
  /** The filter can hold for no item, so that nothing is sent. */
  readonly never: boolean
  /** Whole items are read after those of the index. */
  readonly hydrates: boolean
  /** How items whose time has passed are left out; `undefined` where none expires. */
  readonly expiry: Expiry | undefined
  /** The key condition is of one item's whole key. */
  readonly exact: boolean
}

/** Whose items a read gives. */
export interface Reader {
  readonly entity: ResolvedEntity.ResolvedEntity
  readonly pattern: ResolvedEntity.AccessPattern
}

/** The parts of a request that say its filter. */
interface Filtering {
  readonly FilterExpression?: string | undefined
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>> | undefined
}

/** Explains a read. */
export const explain = <Request extends Filtering>(read: Explained<Request>): Explanation<Request> => {
  const filteredAfter = leftOut(read)
  return {
    request: read.request,
    index: indexOf(read.readers[0]!.pattern),
    filteredOnServer: filterText(read.request),
    filteredAfter,
    evaluatedAtMost: evaluatedAtMost(read, filteredAfter.length > 0),
    warnings: warningsOf(read)
  }
}

const indexOf = ({ index, indexName }: ResolvedEntity.AccessPattern): Explanation<unknown>["index"] => {
  if (index === undefined || indexName === undefined) return undefined
  const { projection } = index.options
  return {
    name: indexName,
    projection:
      projection?._tag === "Include" ? projection.attributes : projection?._tag === "KeysOnly" ? "KEYS_ONLY" : "ALL"
  }
}

const filterText = ({ ExpressionAttributeNames, FilterExpression }: Filtering): string | undefined =>
  FilterExpression?.replace(/#\d+/g, (placeholder) => {
    const name = ExpressionAttributeNames?.[placeholder] ?? placeholder
    return /^\w+$/.test(name) ? name : JSON.stringify(name)
  })

/** Whether all items under such a key are the entity's, so that nothing else can come. */
const isDecidedByKey = ({ pattern }: Reader): boolean => pattern.partition.every((slot) => slot.suffixed)

const hasMarker = ({ entity, pattern }: Reader): boolean =>
  entity.marker !== undefined && ResolvedEntity.storesAttribute(entity, pattern, entity.marker.attribute)

const leftOut = ({ expiry, hydrates, kind, readers, request }: Explained<Filtering>): ReadonlyArray<string> => {
  const others =
    kind === "Query" && readers.every(isDecidedByKey)
      ? []
      : request.FilterExpression !== undefined && readers.every(hasMarker)
        ? ["items of other entities that have no marker, by their keys"]
        : readers.every(hasMarker)
          ? ["items of other entities, by their marker, or by their keys where they have none"]
          : ["items of other entities, by their keys"]
  return [
    ...others,
    ...(hydrates ? ["items deleted since the index was written"] : []),
    // Of a whole item, the time may be another than in the index.
    ...(expiry !== undefined && (hydrates || expiry._tag !== "Filter") ? ["items whose time has passed"] : [])
  ]
}

const evaluatedAtMost = (
  { budgets, exact, hydrates, never, request }: Explained<Filtering>,
  leavesOut: boolean
): number | undefined => {
  const { limit, maxPages, maxScanned, pageSize } = budgets
  if (never) return 0
  const bounds = [
    exact ? 1 : undefined,
    maxScanned,
    maxPages === undefined || pageSize === undefined ? undefined : maxPages * pageSize,
    // Where nothing is left out, no more is asked for than is wanted.
    request.FilterExpression === undefined && !leavesOut && !hydrates ? limit : undefined
  ].filter((bound) => bound !== undefined)
  return bounds.length === 0 ? undefined : Math.min(...bounds)
}

const warningsOf = ({ budgets, exact, filtered, kind, readers }: Explained<Filtering>): ReadonlyArray<Warning> => {
  const { limit, maxPages, maxScanned } = budgets
  const warnings: Array<Warning> = []
  const warn = (code: Warning["code"], message: string): void => void warnings.push({ code, message })
  const { indexName } = readers[0]!.pattern
  const of = indexName === undefined ? "the table" : `the index "${indexName}"`
  if (filtered && !exact && maxScanned === undefined && maxPages === undefined) {
    if (limit === undefined) {
      warn("unbounded-filter", "A filter saves no reading, and nothing bounds it: set limit, maxScanned or maxPages")
    } else {
      warn(
        "limit-with-filter",
        `The limit counts items that pass the filter; many more than ${limit} may be looked at: set maxScanned or maxPages`
      )
    }
  }
  if (kind === "Scan") warn("shared-table-scan", `A scan looks at every item of ${of}, other entities' too`)
  for (const { entity, pattern } of readers) {
    if (kind === "Query" && pattern.partition.every((slot) => slot.key.fields.length === 0)) {
      warn(
        "hot-partition",
        `All items of ${entity.name} in ${of} are in one partition, which gives 3000 read units a second at most`
      )
    }
    if (entity.marker !== undefined && !hasMarker({ entity, pattern })) {
      warn(
        "marker-not-projected",
        `${of} does not hold the marker "${entity.marker.attribute}", so keys alone tell whether an item is of ${entity.name}`
      )
    }
  }
  if (budgets.consistent) warn("consistent-cost", "A consistent read costs twice as much")
  return warnings
}
