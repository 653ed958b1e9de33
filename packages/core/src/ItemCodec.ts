/**
 * Values of a schema as DynamoDB items, and back.
 *
 * This is what entities are built on, for code that has a schema and raw items but no
 * table: a stream's records, an export, a test.
 *
 * @module
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Schema from "effect/Schema"
import * as SchemaAST from "effect/SchemaAST"
import * as SchemaIssue from "effect/SchemaIssue"
import type { Item } from "./Attribute.ts"
import { encodedEnd } from "./internal/codec/ast.ts"
import { type Codec, type Eager, makeCodec } from "./internal/codec/codec.ts"
import { derive } from "./internal/codec/derive.ts"
import { failed } from "./internal/codec/node.ts"

/**
 * Writes values of type `T` as items and reads them back.
 *
 * **Details**
 *
 * Wherever the schema needs nothing to wait for, the effects are `Exit`s already, so that
 * `Effect.mapEager`, `Effect.flatMapEager` and `Exit.isExit` stay synchronous.
 *
 * @category models
 * @since 0.1.0
 */
export interface ItemCodec<in out T, out RD = never, out RE = never> {
  /** The item of a value. The item is new, and its own; binaries in it are the value's. */
  readonly encode: (value: T) => Effect.Effect<Item, Schema.SchemaError, RE>
  /** The value of an item. Attributes the schema does not know are ignored. */
  readonly decode: (item: Item) => Effect.Effect<T, Schema.SchemaError, RD>
  /** The values of many items, in order, in one go. The path of a failure begins with the item's position. */
  readonly decodeAll: (items: ReadonlyArray<Item>) => Effect.Effect<Array<T>, Schema.SchemaError, RD>
}

/**
 * Makes the codec of a schema whose stored form is a map: a struct, a class, a record, a union
 * of these, or anything that is encoded to one.
 *
 * **Details**
 *
 * Every part of the schema gets DynamoDB's natural form: strings `S`; numbers, `bigint` and
 * `BigDecimal` exactly as `N`; booleans `BOOL`; `null` `NULL`; binary `B`; arrays and tuples `L`;
 * structs, records and classes `M`; sets of strings, numbers or binaries `SS`, `NS`, `BS`; dates
 * `S` in ISO 8601; durations `N` in milliseconds; an `Option` field its value or nothing. Any other
 * type has its canonical JSON codec, written as attribute values.
 *
 * **Gotchas**
 *
 * Throws where the schema cannot be stored: its stored form is no map, a type has no form that is
 * known, or a union could not be read back (`string | Date` are both `S`).
 *
 * **Example** (Writing and reading an item)
 *
 * ```ts
 * import { Effect, Schema } from "effect"
 * import { ItemCodec } from "effect-dynamo"
 *
 * const Point = ItemCodec.make(Schema.Struct({ x: Schema.Number, label: Schema.optionalKey(Schema.String) }))
 * Effect.runSync(Point.encode({ x: 1.5 })) // => { x: { N: "1.5" } }
 * Effect.runSync(Point.decode({ x: { N: "2" }, label: { S: "b" } })) // => { x: 2, label: "b" }
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = <T, E, RD, RE>(schema: Schema.ConstraintCodec<T, E, RD, RE>): ItemCodec<T, RD, RE> => {
  const derived = derive(schema.ast)
  if (!isMap(derived)) {
    throw new Error(
      "The schema cannot be stored as an item: its stored form is no map; put it into a field of a struct"
    )
  }
  const codec = makeCodec(derived)
  // The derived AST keeps the types and services of the schema.
  return {
    encode: codec.encode as ItemCodec<T, RD, RE>["encode"],
    decode: codec.decode as ItemCodec<T, RD, RE>["decode"],
    decodeAll: (items) => decodeFrom(codec, items, 0, []) as ReturnType<ItemCodec<T, RD, RE>["decodeAll"]>
  }
}

const isMap = (ast: SchemaAST.AST): boolean => {
  const end = encodedEnd(ast)
  // What is suspended may not exist yet.
  return SchemaAST.isObjects(end) || SchemaAST.isSuspend(end) || (SchemaAST.isUnion(end) && end.types.every(isMap))
}

// One loop for all items that have nothing to wait for and nothing to explain.
const decodeFrom = (
  codec: Codec,
  items: ReadonlyArray<Item>,
  start: number,
  out: Array<unknown>
): Eager<Array<unknown>> => {
  for (let i = start; i < items.length; i++) {
    const value = codec.attemptDecode(items[i]!)
    if (failed(value)) {
      return Effect.flatMapEager(
        Effect.mapErrorEager(
          codec.decode(items[i]!),
          (error) => new Schema.SchemaError(new SchemaIssue.Pointer([i], error.issue))
        ),
        // What was decoded so far stays as it is, should the effect be run again.
        (value) => decodeFrom(codec, items, i + 1, [...out, value])
      )
    }
    out.push(value)
  }
  return Exit.succeed(out)
}
