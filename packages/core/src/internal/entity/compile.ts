/**
 * An entity's definition under one configuration: every key attribute gets the key
 * that fills it, and what cannot work is said.
 */
import * as Equal from "effect/Equal"
import * as Exit from "effect/Exit"
import * as Result from "effect/Result"
import * as SchemaAST from "effect/SchemaAST"
import type { DynamoConfig } from "../../DynamoConfig.ts"
import { attributesOf, type Index, type KeyType } from "../../Index.ts"
import type { AccessPattern, FieldKey, KeySlot, Marker, ResolvedEntity } from "../../ResolvedEntity.ts"
import { declarationName } from "../codec/ast.ts"
import type { EntityCodec, FieldCodec } from "../codec/entity.ts"
import { isNumeric } from "../codec/kind.ts"
import { compile as compileKey } from "../keys/compile.ts"
import type { CompiledKey, KeyContext, KeyData, KeyField } from "../keys/model.ts"
import type { DeclaredPattern, Definition, When } from "./definition.ts"
import { list } from "./list.ts"
import { problemOf } from "./managed.ts"
import { uniqueKeyData } from "./unique.ts"

interface Attribute {
  readonly name: string
  readonly type: KeyType
}

/** A key attribute of the table or of an index, and where it comes from. */
interface Source {
  readonly data: KeyData
  readonly role: "partition" | "sort"
  readonly when: When | undefined
  readonly of: string
}

/** Why a definition cannot work. */
export class Refusal {
  readonly message: string
  /** Another configuration, of the application or of a fiber, could make it work. */
  readonly configurable: boolean
  constructor(message: string, configurable: boolean) {
    this.message = message
    this.configurable = configurable
  }
}

/** A refusal stands in the place of what was asked for: no `Result` is made where all is well. */
type Failable<A> = A | Refusal

const isRefusal = (u: unknown): u is Refusal => u instanceof Refusal

/** Compiles a definition, or says why it cannot work. */
export const compile = (definition: Definition, config: DynamoConfig): Result.Result<ResolvedEntity, Refusal> => {
  const compiled = new Compiler(definition, config).run()
  return isRefusal(compiled) ? Result.fail(compiled) : Result.succeed(compiled)
}

class Compiler {
  private readonly codec: EntityCodec
  private readonly keyFields = new Map<string, KeyField>()
  /** Composite keys by attribute: the table's, then those that access patterns declare. */
  private readonly sources = new Map<string, Array<Source>>()
  private readonly slots = new Map<string, KeySlot>()
  private readonly partition: Attribute
  private readonly sort: Attribute | undefined
  private readonly definition: Definition
  private readonly config: DynamoConfig

  constructor(definition: Definition, config: DynamoConfig) {
    this.definition = definition
    this.config = config
    this.codec = definition.codec
    const { table } = definition
    this.partition = table.partitionKey ?? { name: config.partitionKeyName, type: "S" }
    this.sort =
      table.sortKey === undefined
        ? config.tableHasSortKey
          ? { name: config.sortKeyName, type: "S" }
          : undefined
        : (table.sortKey ?? undefined)
  }

  /** What keys need to know of a field: of most fields, nothing. */
  private readonly keyField = (name: string): KeyField | undefined => {
    const known = this.keyFields.get(name)
    const field = known === undefined ? this.codec.field(name) : undefined
    if (field === undefined) return known
    const made: KeyField = {
      name,
      stored: field.stored,
      kind: field.kind,
      numeric: isNumeric(field.ast),
      keyOnly: this.definition.keyOnly.has(name),
      encode: field.encodeKey
    }
    this.keyFields.set(name, made)
    return made
  }

  run(): Failable<ResolvedEntity> {
    const { definition } = this
    const primary = this.primary()
    if (isRefusal(primary)) return primary
    for (const pattern of definition.patterns) {
      const refused = this.noteSources(pattern)
      if (refused !== undefined) return refused
    }
    const patterns = new Map<string, AccessPattern>()
    const declaredIndexes = new Set<string>()
    for (const pattern of definition.patterns) {
      declaredIndexes.add(pattern.indexName)
      const declared = this.declared(pattern)
      if (isRefusal(declared)) return declared
      patterns.set(pattern.name, declared)
    }
    for (const [name, index] of Object.entries<Index>(definition.table.indexes)) {
      if (declaredIndexes.has(name) || patterns.has(name)) continue
      const pattern = this.byItself(name, index)
      if (isRefusal(pattern)) return pattern
      if (pattern !== undefined) patterns.set(name, pattern)
    }
    const fieldKeys = this.fieldKeys()
    if (isRefusal(fieldKeys)) return fieldKeys
    const compositeAttributes = new Set<string>()
    for (const slot of this.slots.values()) if (slot.field === undefined) compositeAttributes.add(slot.attribute)
    const misplaced = this.checkNames(compositeAttributes) ?? this.checkKeyOnly(primary)
    if (misplaced !== undefined) return misplaced
    const marker = this.marker(compositeAttributes)
    if (isRefusal(marker)) return marker
    const keyFields = new Set([...primary.partition, ...primary.sort].flatMap((slot) => slot.key.fields))
    const problem = problemOf(definition.managed, this.codec, keyFields, definition.table.timeToLive)
    if (problem !== undefined) return this.fail(problem)
    const unique = this.unique()
    if (isRefusal(unique)) return unique
    return {
      name: definition.name,
      definition,
      marker,
      primary,
      patterns,
      written: [...patterns.values()].filter((pattern) => pattern.written.length > 0),
      compositeAttributes,
      sparseFields: this.sparseFields(patterns),
      fieldKeys,
      unique,
      nullableKeyFields: this.nullableKeyFields(fieldKeys)
    }
  }

  /** The table's own key. */
  private primary(): Failable<AccessPattern> {
    const { definition } = this
    if (definition.sort !== undefined && this.sort === undefined) {
      return this.fail(
        `it declares a sort key, but the table "${definition.table.name}" has none; ` +
          `make those fields part of the partition key`,
        definition.table.sortKey === undefined
      )
    }
    this.addSource(this.partition.name, {
      data: definition.partition,
      role: "partition",
      when: undefined,
      of: "the table"
    })
    const partition = this.slot(this.partition, "partition", true, definition.partition)
    if (isRefusal(partition)) return partition
    if (this.sort === undefined) {
      return { ...table, partition: [partition], sort: [] }
    }
    const data = definition.sort ?? { _tag: "FieldList", parts: [] }
    this.addSource(this.sort.name, { data, role: "sort", when: undefined, of: "the table" })
    const sort = this.slot(this.sort, "sort", true, data)
    return isRefusal(sort) ? sort : { ...table, partition: [partition], sort: [sort] }
  }

  /** Notes which composite keys an access pattern declares, so that others may share them. */
  private noteSources(pattern: DeclaredPattern): Refusal | undefined {
    const { index } = pattern
    const [partition] = index._tag === "Global" ? attributesOf(index.options.partitionKey) : []
    const [sort] = attributesOf(index.options.sortKey)
    for (const [attribute, data, role] of [
      [partition, pattern.partition, "partition"],
      [sort, pattern.sort, "sort"]
    ] as const) {
      if (attribute === undefined || data === undefined) continue
      const source: Source = { data, role, when: pattern.when, of: `the access pattern "${pattern.name}"` }
      for (const other of this.sources.get(attribute.name) ?? []) {
        if (sameKey(other.data, data) || excludeEachOther(other.when, source.when)) continue
        return this.fail(
          `the attribute "${attribute.name}" is made in two ways, by ${other.of} and by ${source.of}; ` +
            `an attribute is written once: give one of them another index, or make their \`when\` exclude each other`
        )
      }
      this.addSource(attribute.name, source)
    }
    return undefined
  }

  /** A declared access pattern. */
  private declared(pattern: DeclaredPattern): Failable<AccessPattern> {
    const { index } = pattern
    const partition: Array<KeySlot> = []
    const sort: Array<KeySlot> = []
    const own = new Set<KeySlot>()
    let when = pattern.when
    if (index._tag === "Local") partition.push(this.slots.get(slotKey(this.partition.name, undefined))!)
    for (const [role, attributes, data, slots] of [
      [
        "partition",
        index._tag === "Local" ? [] : attributesOf(index.options.partitionKey),
        pattern.partition,
        partition
      ],
      ["sort", attributesOf(index.options.sortKey), pattern.sort, sort]
    ] as const) {
      for (const attribute of attributes) {
        const known = data === undefined ? this.known(attribute, role, pattern.when) : undefined
        if (isRefusal(known)) return known
        if (known !== undefined) {
          slots.push(known.slot)
          when = both(when, known.when)
          continue
        }
        if (data === undefined && (role === "partition" || attributes.length > 1)) {
          return this.fail(
            `the access pattern "${pattern.name}" does not say what its ${role} key "${attribute.name}" is made of, ` +
              `and it is no field of the entity`
          )
        }
        // As with a table's own: a sort key without fields is the entity's name.
        const slot = this.slot(attribute, role, false, data ?? { _tag: "FieldList", parts: [] })
        if (isRefusal(slot)) return slot
        slots.push(slot)
        if (slot.field === undefined && !this.isPrimary(slot)) own.add(slot)
      }
    }
    if (pattern.when !== undefined) {
      for (const field of pattern.when.keys()) {
        if (this.codec.field(field) === undefined)
          return this.fail(`\`when\` names "${field}", which is no field of it`)
      }
      if ([...partition, ...sort].every((slot) => slot.field !== undefined || this.isPrimary(slot))) {
        return this.fail(
          `the access pattern "${pattern.name}" has a \`when\`, but its key attributes are fields or keys of the table, ` +
            `which are always written; it takes a key of its own`
        )
      }
    }
    return {
      name: pattern.name,
      indexName: pattern.indexName,
      index,
      partition,
      sort,
      written: [...own],
      when
    }
  }

  /** An index whose key attributes are all known already. */
  private byItself(name: string, index: Index): Failable<AccessPattern | undefined> {
    const partition: Array<KeySlot> = []
    const sort: Array<KeySlot> = []
    let when: When | undefined
    if (index._tag === "Local") partition.push(this.slots.get(slotKey(this.partition.name, undefined))!)
    for (const [role, attributes, slots] of [
      ["partition", index._tag === "Local" ? [] : attributesOf(index.options.partitionKey), partition],
      ["sort", attributesOf(index.options.sortKey), sort]
    ] as const) {
      for (const attribute of attributes) {
        const known = this.known(attribute, role, undefined)
        if (known === undefined || isRefusal(known)) return known
        slots.push(known.slot)
        when = both(when, known.when)
      }
    }
    return { name, indexName: name, index, partition, sort, written: [], when }
  }

  /** The fields that are key attributes of an index by themselves, also of one that the entity is never in. */
  private fieldKeys(): Failable<ReadonlyArray<FieldKey>> {
    const found = new Map<string, FieldKey>()
    for (const [indexName, index] of Object.entries<Index>(this.definition.table.indexes)) {
      for (const [role, attributes] of [
        ["partition", index._tag === "Local" ? [] : attributesOf(index.options.partitionKey)],
        ["sort", attributesOf(index.options.sortKey)]
      ] as const) {
        for (const attribute of attributes) {
          if (found.has(attribute.name) || this.isPrimaryName(attribute.name)) continue
          const known = this.known(attribute, role, undefined)
          if (isRefusal(known)) return known
          const slot = known?.slot
          if (slot?.field === undefined) continue
          const pattern = { indexName, partition: role === "partition" ? [slot] : [] }
          found.set(attribute.name, { field: slot.field, slot, pattern })
        }
      }
    }
    return [...found.values()]
  }

  /** The slot of an attribute that is a key already, or a field by itself; and when the attribute is there. */
  private known(
    attribute: Attribute,
    role: "partition" | "sort",
    when: When | undefined
  ): Failable<{ readonly slot: KeySlot; readonly when: When | undefined } | undefined> {
    const sources = this.sources.get(attribute.name)
    if (sources !== undefined) {
      const source = sources.find((source) => source.when === undefined || source.when === when) ?? sources[0]!
      // Written as its own role writes it: an inverted index reads what the table's key holds.
      const slot = this.slot(attribute, source.role, this.isPrimaryName(attribute.name), source.data)
      return isRefusal(slot) ? slot : { slot, when: source.when }
    }
    const field = this.codec.fieldStoredAs(attribute.name)
    if (field === undefined || this.definition.keyOnly.has(field.name)) return undefined
    const slot = this.slot(attribute, role, false, { _tag: "Attribute", field: field.name })
    return isRefusal(slot) ? slot : { slot, when: undefined }
  }

  /** The compiled key of an attribute; one for each definition of it. */
  private slot(attribute: Attribute, role: "partition" | "sort", primary: boolean, data: KeyData): Failable<KeySlot> {
    const known = this.slots.get(slotKey(attribute.name, primary ? undefined : data))
    if (known !== undefined) return known
    if (data._tag === "Attribute") {
      const field = this.codec.field(data.field)
      if (field !== undefined && field.stored !== attribute.name) {
        return this.fail(
          `the key attribute "${attribute.name}" is to be the field "${data.field}", which is stored as "${field.stored}"; ` +
            `rename one of them (Schema.encodeKeys renames a field's attribute)`,
          this.isConfigured(attribute.name)
        )
      }
      if (this.definition.keyOnly.has(data.field)) {
        return this.fail(`the field "${data.field}" is a key attribute by itself, so it cannot be keyOnly as well`)
      }
    }
    const context: KeyContext = {
      entity: this.definition.name,
      role,
      primary,
      type: attribute.type,
      config: this.config,
      field: this.keyField
    }
    const key = compileKey(data, context)
    if (Result.isFailure(key)) return this.fail(`its ${role} key "${attribute.name}": ${key.failure}`)
    const slot: KeySlot = {
      attribute: attribute.name,
      type: attribute.type,
      field: data._tag === "Attribute" ? data.field : undefined,
      key: key.success,
      suffixed: data._tag === "FieldList" && role === "partition" && this.config.suffixPartitionKey
    }
    this.slots.set(slotKey(attribute.name, primary ? undefined : data), slot)
    return slot
  }

  /** No field may be stored where a composite key is. */
  private checkNames(composite: ReadonlySet<string>): Refusal | undefined {
    for (const name of composite) {
      const field = this.codec.fieldStoredAs(name)
      if (field !== undefined && !this.definition.keyOnly.has(field.name)) {
        return this.fail(
          `the field "${field.name}" is stored as "${name}", which holds a key made of ${list(this.fieldsOf(name))}; ` +
            `make the key Key.attribute("${field.name}"), or rename the field's attribute with Schema.encodeKeys`,
          this.isConfigured(name)
        )
      }
    }
    return undefined
  }

  /** What lives in the keys alone must come back from the table's own key. */
  private checkKeyOnly(primary: AccessPattern): Refusal | undefined {
    if (this.definition.keyOnly.size === 0) return undefined
    const parsed = new Set([...primary.partition, ...primary.sort].flatMap((slot) => slot.key.parsed))
    for (const field of this.definition.keyOnly) {
      if (this.codec.field(field) === undefined) return this.fail(`keyOnly names "${field}", which is no field of it`)
      if (!parsed.has(field)) {
        return this.fail(
          `keyOnly names "${field}", which cannot be read back from the table's key: ` +
            `it is no part of it, or its part loses information`
        )
      }
    }
    return undefined
  }

  private marker(composite: ReadonlySet<string>): Failable<Marker | undefined> {
    const attribute = this.config.entityTypeAttribute
    if (attribute === false) return undefined
    if (composite.has(attribute) || attribute === this.partition.name || attribute === this.sort?.name) {
      return this.fail(
        `its marker attribute "${attribute}" is a key attribute; name another with entityTypeAttribute, or false for none`,
        this.definition.config.entityTypeAttribute === undefined
      )
    }
    const field = this.codec.fieldStoredAs(attribute)
    if (field === undefined) {
      return {
        attribute,
        values: [this.definition.config.entityType ?? this.definition.name],
        isField: false
      }
    }
    const literals = field.literals
    return literals === undefined
      ? this.fail(
          `its field "${field.name}" is stored as "${attribute}", where the marker stands, but is no literal; ` +
            `make it a literal (then it is the marker), rename it, or set entityTypeAttribute to another name or false`,
          this.definition.config.entityTypeAttribute === undefined
        )
      : { attribute, values: literals, isField: true }
  }

  /** What the keys of guards are made of. */
  private unique(): Failable<ReadonlyArray<CompiledKey>> {
    const { managed, name } = this.definition
    const keys: Array<CompiledKey> = []
    for (const fields of managed.unique) {
      for (const attribute of [this.partition, this.sort]) {
        if (attribute === undefined || attribute.type === "S") continue
        return this.fail(
          `its unique ${list(fields)} takes guards in its table, whose key "${attribute.name}" would have to be text`
        )
      }
      const data = uniqueKeyData(
        name,
        fields.map((field) => ({ field, stored: this.codec.field(field)!.stored }))
      )
      const context: KeyContext = {
        entity: name,
        role: "partition",
        primary: false,
        type: "S",
        config: this.config,
        field: this.keyField
      }
      const key = compileKey(data, context)
      if (Result.isFailure(key)) return this.fail(`its unique ${list(fields)}: ${key.failure}`)
      keys.push(key.success)
    }
    return keys
  }

  private nullableKeyFields(fieldKeys: ReadonlyArray<FieldKey>): ReadonlyArray<string> {
    return fieldKeys.flatMap(({ field }) => {
      const codec = this.codec.field(field)!
      return codec.admitsNull && !codec.optional ? [codec.stored] : []
    })
  }

  private sparseFields(patterns: ReadonlyMap<string, AccessPattern>): ReadonlySet<string> {
    const sparse = new Set<string>()
    for (const pattern of patterns.values()) {
      for (const slot of [...pattern.partition, ...pattern.sort]) {
        for (const name of slot.key.fields) {
          const field = this.codec.field(name)!
          if (field.optional || field.admitsNull || (!field.hasDefault && readsAbsence(field))) sparse.add(name)
        }
      }
    }
    return sparse
  }

  private fieldsOf(attribute: string): ReadonlyArray<string> {
    return [...this.slots.values()].find((slot) => slot.attribute === attribute)?.key.fields ?? []
  }

  private isPrimaryName(name: string): boolean {
    return name === this.partition.name || name === this.sort?.name
  }

  private isPrimary(slot: KeySlot): boolean {
    return this.isPrimaryName(slot.attribute)
  }

  private addSource(attribute: string, source: Source): void {
    const sources = this.sources.get(attribute)
    if (sources === undefined) this.sources.set(attribute, [source])
    else sources.push(source)
  }

  /** Whether configuration, not the table, gives an attribute of the primary key its name. */
  private isConfigured(name: string): boolean {
    const { table } = this.definition
    return name === this.partition.name
      ? table.partitionKey === undefined
      : name === this.sort?.name && table.sortKey === undefined
  }

  private fail(why: string, configurable = false): Refusal {
    return new Refusal(`The entity "${this.definition.name}" cannot work: ${why}`, configurable)
  }
}

/** A text, a number, a point in time or the like, which is always there unless the field is optional. */
const isPlain = (ast: SchemaAST.AST): boolean => {
  if (ast.encoding !== undefined) return false
  if (SchemaAST.isUnion(ast)) return ast.types.every(SchemaAST.isLiteral)
  return plain.has(SchemaAST.isDeclaration(ast) ? (declarationName(ast) ?? "") : ast._tag)
}

const plain: ReadonlySet<string> = new Set([
  "String",
  "Number",
  "Boolean",
  "BigInt",
  "Literal",
  "Date",
  "DateTimeUtc",
  "BigDecimal"
])

/** Whether no attribute at all is one of the field's values: an Option, say. */
const readsAbsence = (field: FieldCodec): boolean => {
  if (isPlain(field.ast)) return false
  const absent = field.decode(undefined)
  return Exit.isExit(absent) && Exit.isSuccess(absent)
}

const table = { name: undefined, indexName: undefined, index: undefined, written: [], when: undefined }

/** An attribute of the table's own key has one definition; others one for each way they are made. */
const slotKey = (attribute: string, data: KeyData | undefined): string =>
  data === undefined ? attribute : `${attribute}\u0000${describe(data)}`

const describe = (data: KeyData): string =>
  JSON.stringify(data, (name, value: unknown) =>
    name === "schema" && typeof value !== "string" && value !== undefined ? schemaId(value as object) : value
  )

const schemaIds = new WeakMap<object, number>()
let schemaCount = 0

/** Schemas are told apart by what they are, not by what they say. */
const schemaId = (schema: object): number => {
  let id = schemaIds.get(schema)
  if (id === undefined) schemaIds.set(schema, (id = schemaCount++))
  return id
}

const sameKey = (a: KeyData, b: KeyData): boolean => describe(a) === describe(b)

/** Where both hold. */
const both = (a: When | undefined, b: When | undefined): When | undefined => {
  if (a === undefined || b === undefined || a === b) return a ?? b
  const all = new Map(a)
  for (const [field, values] of b) {
    const others = a.get(field)
    all.set(field, others === undefined ? values : values.filter((value) => includes(others, value)))
  }
  return all
}

/** Whether no item can satisfy both: some field's values have nothing in common. */
const excludeEachOther = (a: When | undefined, b: When | undefined): boolean => {
  if (a === undefined || b === undefined) return false
  for (const [field, values] of a) {
    const others = b.get(field)
    if (others !== undefined && !values.some((value) => includes(others, value))) return true
  }
  return false
}

/** Whether a value is one of these: dates and options are compared as what they are. */
export const includes = (values: ReadonlyArray<unknown>, value: unknown): boolean =>
  values.some((one) => Equal.equals(one, value))
