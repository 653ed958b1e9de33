/** What is known of a table and of the items in it: what the module is written from. */

/** A key attribute, as DynamoDB knows it. */
export interface KeyAttribute {
  readonly name: string
  readonly type: "S" | "N" | "B"
}

/** What an index holds besides keys. */
export type Projection =
  | { readonly _tag: "All" | "KeysOnly" }
  | { readonly _tag: "Include"; readonly attributes: ReadonlyArray<string> }

/** A secondary index. */
export interface IndexModel {
  readonly name: string
  readonly kind: "global" | "local"
  /** Empty where it is the table's: of a local index. */
  readonly partitionKey: ReadonlyArray<KeyAttribute>
  readonly sortKey: ReadonlyArray<KeyAttribute>
  readonly projection: Projection
}

/** A table without what is in it. */
export interface TableModel {
  readonly name: string
  readonly partitionKey: KeyAttribute
  readonly sortKey: KeyAttribute | undefined
  readonly indexes: ReadonlyArray<IndexModel>
  readonly timeToLive: string | undefined
}

/** Types that have no others in them. */
export type Leaf =
  | "String"
  | "DateTimeUtc"
  | "DateTimeUtcFromMillis"
  | "Number"
  | "BigInt"
  | "BigDecimal"
  | "Boolean"
  | "Uint8Array"
  | "Unknown"
  | "StringSet"
  | "NumberSet"
  | "BigIntSet"
  | "BigDecimalSet"
  | "BinarySet"

/** The type of an attribute's values. */
export type Type =
  | { readonly _tag: Leaf }
  | { readonly _tag: "Literals"; readonly values: ReadonlyArray<string> }
  | { readonly _tag: "Array" | "Record" | "NullOr"; readonly of: Type }
  | { readonly _tag: "Union"; readonly members: ReadonlyArray<Type> }
  | { readonly _tag: "Struct"; readonly fields: ReadonlyArray<Field> }

/** An attribute of items, or of maps in them. */
export interface Field {
  readonly name: string
  /** The attribute's name, where it is another. */
  readonly stored: string
  /** Some items lack it. */
  readonly optional: boolean
  readonly type: Type
}

/** A field in the text of a key; `mode` is what stands after the colon, as in `{seq:10}`. */
export interface Placeholder {
  readonly field: string
  readonly mode?: string | undefined
}

/** A key made of text and fields. */
export interface TemplateKey {
  readonly _tag: "Template"
  readonly segments: ReadonlyArray<string | Placeholder>
  /** `#` where it is absent. */
  readonly separator?: string | undefined
  /** Placeholders touch: it is not parsed back. */
  readonly oneWay?: boolean | undefined
}

/** What a key attribute is made of. */
export type KeyModel =
  | TemplateKey
  /** The attribute is the field. */
  | { readonly _tag: "Attribute"; readonly field: string }
  /** As this library writes keys by itself; without fields, the entity's name. */
  | { readonly _tag: "Fields"; readonly fields: ReadonlyArray<string> }

/** What an index's key is made of, where it is not fields. */
export interface PatternModel {
  readonly index: string
  readonly partitionKey?: KeyModel | undefined
  readonly sortKey?: KeyModel | undefined
}

/** The items of one kind. */
export interface EntityModel {
  readonly name: string
  /** The attribute that tells them from others, and what it holds. */
  readonly marker: { readonly attribute: string; readonly value: string } | undefined
  readonly fields: ReadonlyArray<Field>
  readonly partitionKey: KeyModel
  readonly sortKey: KeyModel | undefined
  readonly patterns: ReadonlyArray<PatternModel>
  /** Fields that are in the key alone. */
  readonly keyOnly: ReadonlyArray<string>
  /** How many of the sample they are. */
  readonly items: number
}

/** A table, and what is in it. */
export interface SchemaModel {
  readonly table: TableModel
  readonly entities: ReadonlyArray<EntityModel>
  /** How many items were looked at. */
  readonly sampled: number
  /** What is to be known of this besides. */
  readonly notes: ReadonlyArray<string>
}

/** The text of a key with its placeholders, as `Key.template` takes it. */
export const sourceOf = ({ segments }: TemplateKey): string =>
  segments
    .map((segment) =>
      typeof segment === "string"
        ? segment.replace(/[{}]/g, "$&$&")
        : `{${segment.mode === undefined ? segment.field : `${segment.field}:${segment.mode}`}}`
    )
    .join("")
