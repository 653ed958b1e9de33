/** Writes the TypeScript module of a model. */
import { configOf, isByName } from "./build.ts"
import { printableJson } from "../table.ts"
import { after, before, call, type Code, group, layout, list, object } from "./layout.ts"
import type {
  EntityModel,
  Field,
  IndexModel,
  KeyAttribute,
  KeyModel,
  Leaf,
  PatternModel,
  SchemaModel,
  TableModel,
  Type
} from "./model.ts"
import { sourceOf } from "./model.ts"
import { constName, isIdentifier, pascal } from "./names.ts"

/** What the module is besides its model. */
export interface Options {
  /** The command line that writes it. */
  readonly command: string
  /** Where the library is imported from. */
  readonly from: string
  /** The name of the table's value, unless it follows from the table's. */
  readonly tableName?: string | undefined
}

/** The module's text. */
export const render = (model: SchemaModel, options: Options): string => {
  const { entities: names, table } = namesOf(model, options.tableName)
  const body = [
    statement(`export const ${table} = `, tableCode(model.table)),
    ...model.entities.flatMap((entity, i) => [
      statement(`export const ${names[i]} = `, entityCode(entity, table)),
      `export type ${names[i]} = typeof ${names[i]}.Type\n`
    ])
  ].join("\n")
  return `${header(model, options)}${imports(body, options.from)}\n${body}`
}

/** The names of the module's values. */
export const namesOf = ({ entities, table }: SchemaModel, tableName: string | undefined) => {
  const taken = new Set<string>()
  // Entities have theirs first: there are more of them, and they are used more.
  const names = entities.map(({ name }) => constName(name, "Entity", taken))
  return { entities: names, table: constName(tableName ?? (pascal(table.name) || "Items"), "Table", taken) }
}

const statement = (name: string, code: Code): string => `${layout(before(name, code))}\n`

const header = ({ entities, notes, sampled, table }: SchemaModel, { command }: Options): string => {
  const kinds = entities.length === 1 ? "" : `, of ${entities.length} kinds`
  const lines = [
    `The table ${JSON.stringify(table.name)} and what is in it.`,
    "",
    `Written by \`${command}\``,
    sampled === 0
      ? "from the table's description alone."
      : `from the table's description and ${sampled === 1 ? "1 item" : `${sampled} items`}${kinds}.`,
    ...(sampled === 0 ? [] : ["Items that were not looked at may have more: see what is optional, and the literals."]),
    ...notes.flatMap((note) => ["", note])
  ]
  // Nothing in a name can end the comment.
  const safe = lines.map((line) => ` * ${line.replaceAll("*/", "*\u200b/")}`.trimEnd())
  return `/**\n${safe.join("\n")}\n */\n`
}

const imports = (body: string, from: string): string => {
  const uses = (name: string) => body.includes(`${name}.`)
  const library = ["Attribute", "Entity", "Index", "Key", "Table"].filter(uses)
  return `import { Schema } from "effect"\nimport { ${library.join(", ")} } from ${JSON.stringify(from)}\n`
}

// -----------------------------------------------------------------------------
// Tables
// -----------------------------------------------------------------------------

const text = (value: string): string => printableJson(JSON.stringify(value))

const property = (name: string, code: Code): Code =>
  // In an object `__proto__: x`, quoted or not, is no property.
  before(`${name === "__proto__" ? '["__proto__"]' : isIdentifier(name) ? name : text(name)}: `, code)

/** A property, unless there is nothing to say. */
const optional = (name: string, code: Code | undefined): ReadonlyArray<Code> =>
  code === undefined ? [] : [property(name, code)]

const tableCode = ({ indexes, name, partitionKey, sortKey, timeToLive }: TableModel): Code =>
  options(`Table.make(${text(name)}, {`, [
    property("partitionKey", keyAttribute(partitionKey)),
    property("sortKey", sortKey === undefined ? "null" : keyAttribute(sortKey)),
    ...optional(
      "indexes",
      indexes.length === 0 ? undefined : object(indexes.map((index) => property(index.name, indexCode(index))))
    ),
    ...optional("timeToLive", timeToLive && text(timeToLive))
  ])

const options = (open: string, properties: ReadonlyArray<Code>): Code => group(open, properties, "})")

const keyAttribute = ({ name, type }: KeyAttribute): Code =>
  type === "S" ? text(name) : object([property("name", text(name)), property("type", text(type))])

const keyAttributes = (attributes: ReadonlyArray<KeyAttribute>): Code => {
  const [first] = attributes
  return first !== undefined && attributes.length === 1 ? keyAttribute(first) : list(attributes.map(keyAttribute))
}

const indexCode = ({ kind, partitionKey, projection, sortKey }: IndexModel): Code =>
  options(`Index.${kind}({`, [
    ...optional("partitionKey", kind === "local" ? undefined : keyAttributes(partitionKey)),
    ...optional("sortKey", sortKey.length === 0 ? undefined : keyAttributes(sortKey)),
    ...optional(
      "projection",
      projection._tag === "Include"
        ? call("Index.include", list(projection.attributes.map(text)))
        : projection._tag === "KeysOnly"
          ? "Index.keysOnly"
          : undefined
    )
  ])

// -----------------------------------------------------------------------------
// Entities
// -----------------------------------------------------------------------------

const entityCode = (model: EntityModel, table: string): Code => {
  const config = Object.entries(configOf(model)).map(([name, value]) => property(name, JSON.stringify(value)))
  return options(`Entity.make(${text(model.name)}, {`, [
    property("schema", schemaCode(model.fields)),
    table === "table" ? table : property("table", table),
    property("partitionKey", keyCode(model.partitionKey)),
    ...optional("sortKey", isByName(model.sortKey) ? undefined : keyCode(model.sortKey)),
    ...optional("indexes", model.patterns.length === 0 ? undefined : object(model.patterns.map(patternCode))),
    ...optional("keyOnly", model.keyOnly.length === 0 ? undefined : list(model.keyOnly.map(text))),
    ...optional("config", config.length === 0 ? undefined : object(config))
  ])
}

const schemaCode = (fields: ReadonlyArray<Field>): Code => {
  const struct = structCode(fields)
  const renamed = fields.filter(({ name, stored }) => name !== stored)
  if (renamed.length === 0) return struct
  const names = object(renamed.map(({ name, stored }) => property(name, text(stored))))
  return after(struct, `.pipe(Schema.encodeKeys(${flatObject(names)}))`)
}

/** What follows a struct stays on the line of its end. */
const flatObject = (code: Code): string =>
  typeof code === "string" ? code : `{ ${code.items.map(flatObject).join(", ")} }`

const keyCode = (key: KeyModel): Code => {
  switch (key._tag) {
    case "Attribute":
      return `Key.attribute(${text(key.field)})`
    case "Fields":
      return list(key.fields.map(text))
    case "Template": {
      const { oneWay, separator } = key
      const extra = [
        ...optional("separator", separator && text(separator)),
        ...optional("oneWay", oneWay === true ? "true" : undefined)
      ]
      const source = text(sourceOf(key))
      return extra.length === 0 ? `Key.template(${source})` : options(`Key.template(${source}, {`, extra)
    }
  }
}

const patternCode = ({ index, partitionKey, sortKey }: PatternModel): Code =>
  property(
    index,
    object([
      ...optional("partitionKey", partitionKey && keyCode(partitionKey)),
      ...optional("sortKey", isByName(sortKey) ? undefined : keyCode(sortKey))
    ])
  )

// -----------------------------------------------------------------------------
// Types
// -----------------------------------------------------------------------------

const structCode = (fields: ReadonlyArray<Field>): Code =>
  call(
    "Schema.Struct",
    object(
      fields.map(({ name, optional, type }) =>
        property(name, optional ? call("Schema.optionalKey", typeCode(type)) : typeCode(type))
      )
    )
  )

const typeCode = (type: Type): Code => {
  switch (type._tag) {
    case "Literals":
      return call("Schema.Literals", list(type.values.map(text)))
    case "Array":
      return call("Schema.Array", typeCode(type.of))
    case "NullOr":
      return call("Schema.NullOr", typeCode(type.of))
    case "Record":
      return after(before("Schema.Record(Schema.String, ", typeCode(type.of)), ")")
    case "Union":
      return call("Schema.Union", list(type.members.map(typeCode)))
    case "Struct":
      return structCode(type.fields)
    default:
      return leaves[type._tag]
  }
}

const leaves: { readonly [Tag in Leaf]: string } = {
  String: "Schema.String",
  DateTimeUtc: "Schema.DateTimeUtc",
  DateTimeUtcFromMillis: "Schema.DateTimeUtcFromMillis",
  Number: "Schema.Number",
  BigInt: "Schema.BigInt",
  BigDecimal: "Schema.BigDecimal",
  Boolean: "Schema.Boolean",
  Uint8Array: "Schema.Uint8Array",
  Unknown: "Schema.Unknown",
  StringSet: "Attribute.StringSet",
  NumberSet: "Attribute.NumberSet",
  BigIntSet: "Schema.ReadonlySet(Schema.BigInt)",
  BigDecimalSet: "Schema.ReadonlySet(Schema.BigDecimal)",
  BinarySet: "Attribute.BinarySet"
}
