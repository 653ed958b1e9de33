/**
 * Secondary indexes of a table: their key attributes and what they project.
 *
 * @module
 * @since 0.1.0
 */

/**
 * DynamoDB's types of key attributes: string, number, binary.
 *
 * @category models
 * @since 0.1.0
 */
export type KeyType = "S" | "N" | "B"

/**
 * A key attribute: its name alone (type `S`), or name and type.
 *
 * @category models
 * @since 0.1.0
 */
export type KeyAttribute<Name extends string = string> = Name | { readonly name: Name; readonly type: KeyType }

/**
 * One key attribute, or up to four of a multi-attribute index, each an attribute of its own.
 *
 * See [multi-attribute keys](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.DesignPattern.MultiAttributeKeys.html).
 *
 * @category models
 * @since 0.1.0
 */
export type KeyAttributes = KeyAttribute | ReadonlyArray<KeyAttribute>

/**
 * What an index holds besides keys: everything, nothing, or some attributes (stored names).
 *
 * @category models
 * @since 0.1.0
 */
export type Projection = All | KeysOnly | Include

/**
 * The index holds whole items.
 *
 * @category models
 * @since 0.1.0
 */
export interface All {
  readonly _tag: "All"
}

/**
 * The index holds only its own and the table's key attributes.
 *
 * @category models
 * @since 0.1.0
 */
export interface KeysOnly {
  readonly _tag: "KeysOnly"
}

/**
 * The index holds keys and these attributes (stored names).
 *
 * @category models
 * @since 0.1.0
 */
export interface Include<out Names extends string = string> {
  readonly _tag: "Include"
  readonly attributes: ReadonlyArray<Names>
}

/**
 * Options of {@link global}.
 *
 * @category models
 * @since 0.1.0
 */
export interface GlobalOptions {
  readonly partitionKey: KeyAttributes
  readonly sortKey?: KeyAttributes | undefined
  /** {@link all} unless told. */
  readonly projection?: Projection | undefined
}

/**
 * Options of {@link local}.
 *
 * @category models
 * @since 0.1.0
 */
export interface LocalOptions {
  readonly sortKey: KeyAttribute
  /** {@link all} unless told. */
  readonly projection?: Projection | undefined
}

/**
 * A global secondary index.
 *
 * @category models
 * @since 0.1.0
 */
export interface Global<out O extends GlobalOptions = GlobalOptions> {
  readonly _tag: "Global"
  readonly options: O
}

/**
 * A local secondary index: it shares the table's partition key.
 *
 * @category models
 * @since 0.1.0
 */
export interface Local<out O extends LocalOptions = LocalOptions> {
  readonly _tag: "Local"
  readonly options: O
}

/**
 * Any secondary index.
 *
 * @category models
 * @since 0.1.0
 */
export type Index = Global | Local

/**
 * A global secondary index. Arrays make it a multi-attribute index (up to 4 + 4).
 *
 * **Example** (One composite key, and one of several attributes)
 *
 * ```ts
 * import { Index, Table } from "effect-dynamo"
 *
 * const Shop = Table.make("shop", {
 *   partitionKey: "pk",
 *   sortKey: "sk",
 *   indexes: {
 *     gsi1: Index.global({ partitionKey: "gsi1pk", sortKey: "gsi1sk" }),
 *     byState: Index.global({
 *       partitionKey: ["state", "city"],
 *       sortKey: ["createdAt"],
 *       projection: Index.include(["total"])
 *     })
 *   }
 * })
 * Object.keys(Shop.indexes) // => ["gsi1", "byState"]
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const global = <const O extends GlobalOptions>(options: O): Global<O> => {
  check("partitionKey", attributesOf(options.partitionKey).length, 1)
  check("sortKey", attributesOf(options.sortKey).length, 0)
  checkProjection(options.projection)
  return { _tag: "Global", options }
}

/**
 * A local secondary index: another sort key within the table's partitions.
 *
 * It can only be made with its table, and limits each partition to 10 GB.
 *
 * @category constructors
 * @since 0.1.0
 */
export const local = <const O extends LocalOptions>(options: O): Local<O> => {
  checkProjection(options.projection)
  return { _tag: "Local", options }
}

/**
 * The index holds whole items.
 *
 * @category projections
 * @since 0.1.0
 */
export const all: All = { _tag: "All" }

/**
 * The index holds only its own and the table's key attributes.
 *
 * @category projections
 * @since 0.1.0
 */
export const keysOnly: KeysOnly = { _tag: "KeysOnly" }

/**
 * The index holds keys and these attributes (stored names). At most 100 over all indexes of a table.
 *
 * @category projections
 * @since 0.1.0
 */
export const include = <const Names extends string>(attributes: ReadonlyArray<Names>): Include<Names> => ({
  _tag: "Include",
  attributes
})

/** Key attributes as a list of name and type. @internal */
export const attributesOf = (
  attributes: KeyAttributes | null | undefined
): ReadonlyArray<{ readonly name: string; readonly type: KeyType }> =>
  attributes === undefined || attributes === null
    ? []
    : isList(attributes)
      ? attributes.map(attributeOf)
      : [attributeOf(attributes)]

/** One key attribute as name and type. @internal */
export const attributeOf = (attribute: KeyAttribute): { readonly name: string; readonly type: KeyType } =>
  typeof attribute === "string" ? { name: attribute, type: "S" } : attribute

// Array.isArray does not narrow readonly arrays.
const isList = (u: KeyAttributes): u is ReadonlyArray<KeyAttribute> => Array.isArray(u)

const check = (what: string, count: number, least: number): void => {
  if (count < least || count > 4) {
    throw new Error(`Index.global: ${what} takes ${least === 0 ? "up to" : "one to"} four attributes, but has ${count}`)
  }
}

const checkProjection = (projection: Projection | undefined): void => {
  if (projection?._tag === "Include" && (projection.attributes.length === 0 || projection.attributes.length > 100)) {
    throw new Error(
      `Index.include: DynamoDB projects 1 to 100 attributes, not ${projection.attributes.length}; use Index.keysOnly or Index.all`
    )
  }
}
