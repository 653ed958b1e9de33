/**
 * What the compiled form of a key is made of. The data that users write is in `Key.ts`.
 */
import type { Result } from "effect/Result"
import type { AttributeValue, Item } from "../../Attribute.ts"

/** How a part of a composite key is written. */
export type PartMode =
  | "plain"
  | "ordered"
  | "desc"
  | "padded"
  | "lower"
  | "upper"
  | "custom"
  | "customAscending"
  | "customDescending"

/** A field's place in a key, as declared. `field` is the schema's field name. */
export interface PartData {
  readonly field: string
  readonly mode: PartMode
  /** `padded` only: the number of digits. */
  readonly width?: number | undefined
  /** `custom*` only: the schema it was declared with, by which two parts are the same. */
  readonly schema?: object | undefined
  /** `custom*` only: encodes the field's value to the text of the part; `undefined` where its schema refuses it. */
  readonly encodeText?: ((value: unknown) => string | undefined) | undefined
  /** `custom*` only: the field's value from the text of the part; `undefined` where the schema refuses it. */
  readonly decodeText?: ((text: string) => unknown) | undefined
}

/** Literal text, or a part. */
export type Segment = string | PartData

/** A key as declared, normalised. */
export type KeyData =
  | { readonly _tag: "FieldList"; readonly parts: ReadonlyArray<PartData> }
  | {
      readonly _tag: "Template"
      readonly source: string
      readonly segments: ReadonlyArray<Segment>
      readonly separator: string
      readonly oneWay: boolean
    }
  | { readonly _tag: "Attribute"; readonly field: string }

/**
 * What kind of text a field gives in a composite key:
 * - `string`: its stored form is S, taken as it is;
 * - `number`: its stored form is N (number, bigint, BigDecimal), written normalised;
 * - `boolean`: BOOL, `true`/`false`;
 * - `date`: its stored form is S in ISO 8601 (Date, DateTime.Utc); must be fixed width, years 0-9999;
 * - `zoned`: DateTime.Zoned: written as UTC, does not parse back;
 * - `binary`: B; only as a plain attribute;
 * - `none`: cannot stand in a key.
 */
export type FieldKind = "string" | "number" | "boolean" | "date" | "zoned" | "binary" | "none"

/** What a key needs to know of one field of the entity. */
export interface KeyField {
  /** The schema's field name. */
  readonly name: string
  /** The stored attribute name. */
  readonly stored: string
  readonly kind: FieldKind
  /** Its values are numbers, whatever they are stored as. */
  readonly numeric: boolean
  /** It lives in keys alone, so that it must come back from one. */
  readonly keyOnly: boolean
  /** The field's value as stored; `undefined` where it is stored as nothing. Fails with text that says why. */
  readonly encode: (value: unknown) => Result<AttributeValue | undefined, string>
}

/** The configuration a field-list key follows. */
export interface KeyConfig {
  readonly keySeparator: string
  readonly suffixPartitionKey: boolean
  readonly prefixSortKey: boolean
  readonly escapeKeys: boolean
}

export interface KeyContext {
  /** The entity's name, as written. */
  readonly entity: string
  readonly role: "partition" | "sort"
  /** `true` for the table's own key, `false` for an index's. */
  readonly primary: boolean
  /** DynamoDB's type of the key attribute. Composite keys need `S`. */
  readonly type: "S" | "N" | "B"
  readonly config: KeyConfig
  readonly field: (name: string) => KeyField | undefined
}

/** Why a key cannot be made. The caller adds entity, table and index. Never holds values. */
export interface KeyFailure {
  readonly message: string
  /** The field concerned, where it is one. */
  readonly field?: string | undefined
  /** `true` where the field is just absent (undefined, null or stored as nothing): an index leaves its entry out. */
  readonly absent: boolean
}

/** Field values by field name (the schema's type side). */
export type Values = Readonly<Record<string, unknown>>

/** One condition on a key attribute, ready for a key condition expression. All bounds of `between` are inclusive. */
export type Bound =
  | { readonly op: "eq" | "lt" | "lte" | "gt" | "gte" | "beginsWith"; readonly value: AttributeValue }
  | { readonly op: "between"; readonly lower: AttributeValue; readonly upper: AttributeValue }

export type RangeOperator = "lt" | "lte" | "gt" | "gte"

/** The text a part can be, for comparing keys as declared. */
export interface PartText {
  /** What its characters can be. */
  readonly characters: RegExp
  /** What each of its characters can be, where there is a fixed number of them. */
  readonly fixed?: ReadonlyArray<RegExp> | undefined
  /** The characters that have a `\` before them; none where nothing is escaped. */
  readonly escaped: ReadonlySet<string>
}

/** All a key can be: literal text, and parts. */
export type KeyText = ReadonlyArray<string | PartText>

/** A key, compiled for one entity, one configuration, one place. */
export interface CompiledKey {
  readonly data: KeyData
  /** The fields it is made of, in order, without repetition. */
  readonly fields: ReadonlyArray<string>
  /** Fields that `parse` gives back: those of lossy parts only as far as their text tells. */
  readonly parsed: ReadonlyArray<string>
  /** The literal text every such key begins with; the whole key where it has no fields. `""` for plain attributes. */
  readonly literalPrefix: string
  /** All it can be; `undefined` for a plain attribute, which can be anything. */
  readonly text: KeyText | undefined
  /** The whole key. Fails with `absent: true` if a field of it is absent. */
  readonly encode: (values: Values) => Result<AttributeValue, KeyFailure>
  /**
   * The same without a `Result`. Of a value that has just been encoded as `item` it takes the fields' attributes, and
   * none is encoded again.
   */
  readonly write: (values: Values, item?: Item | undefined) => AttributeValue | KeyFailure
  /** Whether a stored key is of this shape. */
  readonly accepts: (key: AttributeValue) => boolean
  /** The fields of a stored key, as stored attribute values; `undefined` where the key is not of this shape. */
  readonly parse: (key: AttributeValue) => Readonly<Record<string, AttributeValue>> | undefined
  /** Those keys whose leading fields equal `values` (all fields: `eq`). */
  readonly prefix: (values: Values) => Result<Bound, KeyFailure>
  /** Those keys whose leading fields equal `values`, the last of which is a text prefix. */
  readonly beginsWith: (values: Values) => Result<Bound, KeyFailure>
  /** Those keys whose leading fields equal `values`, the last of which stands in `op` to the value given. */
  readonly range: (op: RangeOperator, values: Values) => Result<Bound, KeyFailure>
  readonly between: (lower: Values, upper: Values) => Result<Bound, KeyFailure>
  /** The condition that holds for every key of this entity: literal text, or nothing. */
  readonly all: Bound | undefined
}
