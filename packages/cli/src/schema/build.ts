/** Entities of a model at work, to see whether they read what the model was made from. */
import * as Attribute from "@effect-dynamo/core/Attribute"
import * as Entity from "@effect-dynamo/core/Entity"
import * as Index from "@effect-dynamo/core/Index"
import * as Key from "@effect-dynamo/core/Key"
import * as Table from "@effect-dynamo/core/Table"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type { EntityModel, IndexModel, KeyAttribute, KeyModel, Leaf, TableModel, Type } from "./model.ts"
import { sourceOf } from "./model.ts"

/** The table of a model. */
export const buildTable = (model: TableModel): Table.Table =>
  Table.make(model.name, {
    partitionKey: model.partitionKey,
    sortKey: model.sortKey ?? null,
    indexes: Object.fromEntries(model.indexes.map((index) => [index.name, buildIndex(index)])),
    timeToLive: model.timeToLive
  })

const buildIndex = ({ kind, partitionKey, projection, sortKey }: IndexModel): Index.Index => {
  const projected =
    projection._tag === "Include"
      ? Index.include([...projection.attributes])
      : projection._tag === "KeysOnly"
        ? Index.keysOnly
        : Index.all
  const [first] = sortKey
  return kind === "global" || first === undefined
    ? Index.global({
        partitionKey: one(partitionKey),
        ...(first === undefined ? undefined : { sortKey: one(sortKey) }),
        projection: projected
      })
    : Index.local({ sortKey: first, projection: projected })
}

const one = (attributes: ReadonlyArray<KeyAttribute>): Index.KeyAttributes => {
  const [first] = attributes
  return first !== undefined && attributes.length === 1 ? first : attributes
}

type AnySchema = Schema.Codec<unknown, unknown>

/** The schema of a type. */
export const buildType = (type: Type): AnySchema => {
  switch (type._tag) {
    case "Literals":
      return Schema.Literals(type.values)
    case "Array":
      return Schema.Array(buildType(type.of))
    case "Record":
      return Schema.Record(Schema.String, buildType(type.of))
    case "NullOr":
      return Schema.NullOr(buildType(type.of))
    case "Union":
      return Schema.Union(type.members.map(buildType))
    case "Struct":
      return Schema.Struct(Object.fromEntries(type.fields.map((field) => [field.name, buildField(field)])))
    default:
      return leaves[type._tag]
  }
}

const leaves: { readonly [Tag in Leaf]: AnySchema } = {
  String: Schema.String,
  DateTimeUtc: Schema.DateTimeUtc,
  DateTimeUtcFromMillis: Schema.DateTimeUtcFromMillis,
  Number: Schema.Number,
  BigInt: Schema.BigInt,
  BigDecimal: Schema.BigDecimal,
  Boolean: Schema.Boolean,
  Uint8Array: Schema.Uint8Array,
  Unknown: Schema.Unknown,
  StringSet: Attribute.StringSet,
  NumberSet: Attribute.NumberSet,
  BigIntSet: Schema.ReadonlySet(Schema.BigInt),
  BigDecimalSet: Schema.ReadonlySet(Schema.BigDecimal),
  BinarySet: Attribute.BinarySet
}

const buildField = (field: { readonly optional: boolean; readonly type: Type }) =>
  field.optional ? Schema.optionalKey(buildType(field.type)) : buildType(field.type)

const buildKey = (key: KeyModel): unknown => {
  switch (key._tag) {
    case "Attribute":
      return Key.attribute(key.field)
    case "Fields":
      return key.fields
    case "Template": {
      const { oneWay, separator } = key
      return Key.template<string>(sourceOf(key), { separator, oneWay })
    }
  }
}

/** The entity of a model, or why there is none. */
export const buildEntity = (model: EntityModel, table: Table.Table): Result.Result<Entity.Any, string> =>
  Result.try({
    try: () => {
      const renames = model.fields.flatMap(({ name, stored }) => (name === stored ? [] : [[name, stored] as const]))
      const struct = Schema.Struct(Object.fromEntries(model.fields.map((field) => [field.name, buildField(field)])))
      const options = {
        schema: renames.length === 0 ? struct : struct.pipe(Schema.encodeKeys(Object.fromEntries(renames))),
        table,
        partitionKey: buildKey(model.partitionKey),
        sortKey: isByName(model.sortKey) ? undefined : buildKey(model.sortKey),
        indexes: Object.fromEntries(
          model.patterns.map(({ index, partitionKey, sortKey }) => [
            index,
            {
              partitionKey: partitionKey && buildKey(partitionKey),
              sortKey: isByName(sortKey) ? undefined : buildKey(sortKey)
            }
          ])
        ),
        keyOnly: model.keyOnly,
        config: configOf(model)
      }
      // Its types are of names that are known only now; what does not fit throws.
      return Entity.make(model.name, options as never) as Entity.Any
    },
    catch: (cause) => (cause instanceof Error ? cause.message : String(cause))
  })

/** Whether a sort key is nothing that has to be said. */
export const isByName = (key: KeyModel | undefined): key is undefined =>
  key === undefined || (key._tag === "Fields" && key.fields.length === 0)

/** What an entity says of its marker, where it does not follow from its name. */
export const configOf = ({ marker, name }: EntityModel): Entity.Config => {
  if (marker === undefined) return { entityTypeAttribute: false }
  return {
    ...(marker.attribute === "_type" ? undefined : { entityTypeAttribute: marker.attribute }),
    ...(marker.value === name ? undefined : { entityType: marker.value })
  }
}
