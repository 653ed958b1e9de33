/**
 * Partition and sort keys: which fields they are made of and how they are
 * written. The guide's page on keys says what stands in the table, byte for byte.
 *
 * A key is declared as
 * - an array of fields (`["tenant", "userId"]`), which follows `DynamoConfig`,
 * - a template (`Key.template("USER#{userId}")`), which is literal,
 * - or a plain attribute (`Key.attribute("deviceId")`): the key attribute *is* the field.
 *
 * @module
 * @since 0.1.0
 */
import type * as Schema from "effect/Schema"
import type { KeyData, PartData, PartMode } from "./internal/keys/model.ts"
import * as template_ from "./internal/keys/template.ts"

const PartTypeId = "~@effect-dynamo/core/Key/Part"
const TypeId = "~@effect-dynamo/core/Key"

// -----------------------------------------------------------------------------
// Models
// -----------------------------------------------------------------------------

/**
 * How a part of a key is written.
 *
 * @category models
 * @since 0.1.0
 */
export type Mode = PartMode | "native"

/**
 * One field of a key, and how it is written, as types see it.
 *
 * @category models
 * @since 0.1.0
 */
export interface PartType<out Name extends string = string, out M extends Mode = Mode> {
  readonly name: Name
  readonly mode: M
}

/**
 * The fields of a key in order, as types see them.
 *
 * @category models
 * @since 0.1.0
 */
export type Parts = ReadonlyArray<PartType>

/**
 * A field in a field list that is not written plainly: see {@link ordered} and {@link padded}.
 *
 * @category models
 * @since 0.1.0
 */
export interface Part<out Name extends string, out M extends "ordered" | "padded"> extends PartType<Name, M> {
  readonly [PartTypeId]: typeof PartTypeId
  /** @internal */
  readonly data: PartData
}

/**
 * A key written by a template: see {@link template}.
 *
 * @category models
 * @since 0.1.0
 */
export interface Template<out Source extends string, out P, out Adjacent extends boolean> {
  readonly [TypeId]: { readonly parts: P; readonly adjacent: Adjacent }
  readonly source: Source
  /** @internal */
  readonly data: KeyData
}

/**
 * A key attribute that is a field of the entity: see {@link attribute}.
 *
 * @category models
 * @since 0.1.0
 */
export interface Attribute<out Name extends string> {
  readonly [TypeId]: { readonly parts: readonly [PartType<Name, "native">]; readonly adjacent: false }
  readonly name: Name
  /** @internal */
  readonly data: KeyData
}

/**
 * How a named part of a template is written: any codec from the field's value to
 * text. Without `order`, ranges on that part are refused: text order is then not
 * the order of the values.
 *
 * @category models
 * @since 0.1.0
 */
export interface CustomPart {
  readonly schema: Schema.ConstraintCodec<unknown, unknown, never, never>
  readonly order?: "ascending" | "descending" | undefined
}

/**
 * Options of {@link template}.
 *
 * @category models
 * @since 0.1.0
 */
export interface TemplateOptions {
  /** What values are escaped against; `"#"` unless told. */
  readonly separator?: string | undefined
  /** The key is not parsed back: allows placeholders with no literal between them, in index keys. */
  readonly oneWay?: boolean | undefined
  /** How `{field:name}` is written, by name. */
  readonly parts?: { readonly [name: string]: CustomPart } | undefined
}

// -----------------------------------------------------------------------------
// Constructors
// -----------------------------------------------------------------------------

/**
 * A number in a field list, written so that text order is numeric order: for
 * every number DynamoDB can hold, negatives and fractions included. Range
 * operators on a number in a composite key need this (or {@link padded}).
 *
 * **Example** (Scores in numeric order)
 *
 * ```ts
 * import { Schema } from "effect"
 * import { Entity, Key, Table } from "effect-dynamo"
 *
 * class Score extends Entity.Class<Score>("Score")({
 *   game: Schema.String,
 *   points: Schema.Number,
 *   player: Schema.String
 * }, {
 *   table: Table.make("scores"),
 *   partitionKey: ["game"],
 *   sortKey: [Key.ordered("points"), "player"]
 * }) {}
 * Entity.fieldNames(Score) // => ["game", "points", "player"]
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const ordered = <const Name extends string>(name: Name): Part<Name, "ordered"> => ({
  [PartTypeId]: PartTypeId,
  name,
  mode: "ordered",
  data: { field: name, mode: "ordered" }
})

/**
 * A non-negative integer in a field list, written with zeros before it up to
 * `width` digits, so that text order is numeric order. A number that does not fit
 * is a `KeyError`.
 *
 * @category constructors
 * @since 0.1.0
 */
export const padded = <const Name extends string>(name: Name, width: number): Part<Name, "padded"> => {
  if (!Number.isInteger(width) || width < 1 || width > 38) {
    throw new Error(`Key.padded("${name}", ${width}): the width must be an integer from 1 to 38`)
  }
  return { [PartTypeId]: PartTypeId, name, mode: "padded", data: { field: name, mode: "padded", width } }
}

/**
 * A key written by a template: literal text, and fields in braces. It ignores
 * `DynamoConfig`.
 *
 * - `{x}` the field's value, escaped against the separator;
 * - `{x:ordered}`, `{x:desc}` a number whose text sorts as the number does, or the other way round;
 * - `{x:10}` a non-negative integer, zero-padded to ten digits;
 * - `{x:lower}`, `{x:upper}` text in that case;
 * - `{x:day}` as `parts.day` says;
 * - `{{` and `}}` write braces.
 *
 * Throws for a template that is malformed where types cannot see it.
 *
 * **Example** (An order's sort key)
 *
 * ```ts
 * import { Key } from "effect-dynamo"
 *
 * Key.template("ORDER#{placedAt}#{orderId}").source // => "ORDER#{placedAt}#{orderId}"
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const template = <const Source extends string, const O extends TemplateOptions = {}>(
  source: Template.Checked<Source, O>,
  options?: O
): Template<Source, Template.PartsOf<Source, O>, Template.IsAdjacent<Source, O>> =>
  // The types are computed from the same text that is parsed here.
  ({ [TypeId]: TypeId, source, data: template_.parse(source as string, options ?? {}) }) as never

/**
 * The key attribute *is* the field: stored once, under its own name, in its own
 * type (S, N or B), in DynamoDB's own order.
 *
 * @category constructors
 * @since 0.1.0
 */
export const attribute = <const Name extends string>(name: Name): Attribute<Name> =>
  // The type identifier carries types only.
  ({ [TypeId]: TypeId, name, data: { _tag: "Attribute", field: name } }) as never

// -----------------------------------------------------------------------------
// Types of declarations
// -----------------------------------------------------------------------------

/** The ways to write a number so that text order is numeric order. */
type NumericMode = "ordered" | "desc" | "padded"

/** Parts over the fields `F`, of which `O` are numbers. */
type PartsOver<F extends string, O extends string> = ReadonlyArray<
  PartType<F, Exclude<Mode, NumericMode>> | PartType<O, NumericMode>
>

/**
 * Any declaration of a key over the fields `F`, of which `O` can be written in numeric
 * order; `A` are those that can be a key attribute.
 *
 * @category models
 * @since 0.1.0
 */
export type Declaration<F extends string = string, O extends string = F, A extends Attribute<string> = Attribute<F>> =
  | ReadonlyArray<F | Part<O, "ordered" | "padded">>
  | Template<string, PartsOver<F, O>, boolean>
  | A

/**
 * The same without templates whose placeholders touch: a primary key must parse back.
 *
 * @category models
 * @since 0.1.0
 */
export type PrimaryDeclaration<
  F extends string = string,
  O extends string = F,
  A extends Attribute<string> = Attribute<F>
> = ReadonlyArray<F | Part<O, "ordered" | "padded">> | Template<string, PartsOver<F, O>, false> | A

/**
 * The fields of a declared key, in order.
 *
 * @category models
 * @since 0.1.0
 */
export type PartsOf<D> = D extends { readonly [TypeId]: { readonly parts: infer P extends Parts } }
  ? P
  : D extends ReadonlyArray<unknown>
    ? { readonly [I in keyof D]: D[I] extends string ? PartType<D[I], "plain"> : D[I] }
    : readonly []

/**
 * The names of a key's fields.
 *
 * @category models
 * @since 0.1.0
 */
export type NamesOf<P> = P extends readonly [] // From no fields at all any name would be inferred.
  ? never
  : P extends ReadonlyArray<{ readonly name: infer N extends string }>
    ? N
    : never

/**
 * What types make of the text of a template.
 *
 * @category models
 * @since 0.1.0
 */
export declare namespace Template {
  /** The fields of a template, in order; a sentence where it is malformed. */
  type PartsOf<S extends string, O, Acc extends Parts = readonly []> = S extends `${string}{${infer Rest}`
    ? Rest extends `{${infer Tail}`
      ? PartsOf<Tail, O, Acc>
      : Rest extends `${infer Body}}${infer Tail}`
        ? Body extends `${infer Name}:${infer M}`
          ? ModeOf<M, O> extends infer Known extends Mode
            ? PartsOf<Tail, O, readonly [...Acc, PartType<Name, Known>]>
            : `"{${Body}}" names a form that is neither built in nor in "parts"`
          : PartsOf<Tail, O, readonly [...Acc, PartType<Body, "plain">]>
        : `The template has an unclosed "{" before "${Rest}"`
    : Acc

  /** The source itself where it is well-formed, else the sentence that says why not. */
  type Checked<S extends string, O> = PartsOf<S, O> extends Parts ? S : PartsOf<S, O>

  /** Whether two placeholders touch without `oneWay`. */
  type IsAdjacent<S extends string, O> = O extends { readonly oneWay: true }
    ? true
    : S extends `${infer Before}}{${infer Rest}`
      ? Rest extends `{${infer Tail}`
        ? IsAdjacent<Tail, O>
        : // `}}` writes a brace.
          Before extends `${string}}`
          ? IsAdjacent<Rest, O>
          : true
      : false

  /** How a form is written; `undefined` where there is no such form. */
  type ModeOf<M extends string, O> = M extends "ordered" | "desc" | "lower" | "upper"
    ? M
    : M extends `${number}`
      ? "padded"
      : O extends { readonly parts: { readonly [K in M]: infer P } }
        ? P extends { readonly order: "ascending" }
          ? "customAscending"
          : P extends { readonly order: "descending" }
            ? "customDescending"
            : "custom"
        : undefined
}

/** What a declaration says, normalised. @internal */
export const toData = (declaration: Declaration | undefined): KeyData =>
  declaration === undefined
    ? { _tag: "FieldList", parts: [] }
    : isList(declaration)
      ? {
          _tag: "FieldList",
          parts: declaration.map((part) =>
            typeof part === "string" ? { field: part, mode: "plain" as const } : part.data
          )
        }
      : declaration.data

// Array.isArray does not narrow readonly arrays.
const isList = (u: Declaration): u is Extract<Declaration, ReadonlyArray<unknown>> => Array.isArray(u)
