/** What items of one kind have in common: their fields and their keys. */
import type { AttributeValue, Item } from "@effect-dynamo/core/Attribute"
import { asFieldList } from "./fieldLists.ts"
import type { Group } from "./groups.ts"
import { type Detail, expiryOf, typeOf } from "./infer.ts"
import type { EntityModel, Field, KeyAttribute, KeyModel, PatternModel, TableModel, TemplateKey } from "./model.ts"
import { fieldName, unique } from "./names.ts"
import { byName } from "./observe.ts"
import { findTemplate } from "./templates.ts"

/** How to look at items. */
export interface Options {
  readonly name: string
  readonly literals: boolean
  /** How far to go, attribute by attribute; `full` where nothing is said. */
  readonly detail: (attribute: string) => Detail
}

/** Whether an attribute is named as keys are that hold nothing else: `PK`, `gsi1sk`, `hash_key`. */
const isKeyName = (name: string): boolean =>
  /(^|[^a-z])(pk|sk|hk|rk)\d*$|^(gsi|lsi|gs\d|ls\d|idx|index)|^(hash|range|partition|sort)?[_-]?key$/i.test(name) ||
  /[a-z](PK|SK)\d*$/.test(name)

/** The model of items of one kind. */
export const entityOf = (group: Group, table: TableModel, options: Options): EntityModel =>
  new Inference(group, table, options).run()

class Inference {
  private readonly group: Group
  private readonly table: TableModel
  private readonly options: Options
  private readonly attributes: ReadonlyMap<string, ReadonlyArray<AttributeValue>>
  /** Field names by attribute. */
  private readonly names = new Map<string, string>()
  private readonly taken = new Set<string>()
  private readonly keyOnly: Array<string> = []
  /** Attributes that are made of others. */
  private readonly composite = new Set<string>()
  private readonly indexKeys: ReadonlySet<string>

  constructor(group: Group, table: TableModel, options: Options) {
    this.group = group
    this.table = table
    this.options = options
    const { marker } = group
    this.attributes = new Map(
      // No field can be stored under this name, and JavaScript's clients lose it.
      [...byName(group.items)].filter(([name]) => name !== marker?.attribute && name !== "__proto__")
    )
    this.indexKeys = new Set(
      table.indexes.flatMap(({ partitionKey, sortKey }) => [...partitionKey, ...sortKey].map(({ name }) => name))
    )
    // Names that can stay are not given to others.
    const [same, other] = [...this.attributes.keys()].reduce<[Array<string>, Array<string>]>(
      ([same, other], name) => (fieldName(name) === name ? [[...same, name], other] : [same, [...other, name]]),
      [[], []]
    )
    for (const name of [...same, ...other]) this.names.set(name, unique(fieldName(name), this.taken))
  }

  run(): EntityModel {
    const { group, options, table } = this
    const partition = this.primary(table.partitionKey, "partition")
    const sort = table.sortKey === undefined ? undefined : this.primary(table.sortKey, "sort")
    const patterns = table.indexes.flatMap((index) => this.pattern(index.name, index.partitionKey, index.sortKey))
    const own = this.asOwn(partition, sort)
    return {
      name: options.name,
      marker: group.marker,
      fields: this.fields([partition, ...(sort === undefined ? [] : [sort])]),
      partitionKey: own?.partition ?? partition,
      sortKey: own === undefined ? sort : own.sort,
      patterns: own === undefined ? patterns : patterns.map((pattern) => this.ownPattern(pattern)),
      keyOnly: this.keyOnly,
      items: group.items.length
    }
  }

  /** Whether this library wrote the items, as its marker says. */
  private get isOwn(): boolean {
    return this.group.marker?.attribute === "_type"
  }

  private primary(attribute: KeyAttribute, role: "partition" | "sort"): KeyModel {
    const found = this.template(attribute, role, true)
    if (found === undefined) return { _tag: "Attribute", field: this.names.get(attribute.name) ?? attribute.name }
    this.composite.add(attribute.name)
    return found
  }

  private template(
    { name, type }: KeyAttribute,
    role: "partition" | "sort",
    primary: boolean
  ): TemplateKey | undefined {
    const { group } = this
    if (type !== "S" || this.options.detail(name) !== "full") return undefined
    const having = group.items.filter((item) => Object.hasOwn(item, name))
    if (having.length === 0) return undefined
    const keys = having.flatMap((item) => ("S" in item[name]! ? [item[name].S] : []))
    const found = findTemplate(
      {
        attribute: isKeyName(name) ? undefined : name,
        keys,
        candidates: this.candidates(having, name),
        role,
        primary,
        own: this.isOwn
      },
      // The key's own name is free if no field has it.
      this.taken
    )
    if (found === undefined) return undefined
    this.keyOnly.push(...found.keyOnly)
    return found.key
  }

  /** The attributes that can be part of a key of these items. */
  private candidates(items: ReadonlyArray<Item>, key: string) {
    const others = new Set([this.table.partitionKey.name, this.table.sortKey?.name, key, ...this.composite])
    return [...this.attributes.keys()].flatMap((name) => {
      if (others.has(name) || isGeneric(name, this.indexKeys)) return []
      const values = items.flatMap((item) => item[name] ?? [])
      return values.length === items.length && values.every((value) => "S" in value || "N" in value)
        ? [{ name: this.names.get(name)!, values }]
        : []
    })
  }

  /** What is to be said of an index: the keys of its own that are no fields. */
  private pattern(
    index: string,
    partitionKey: ReadonlyArray<KeyAttribute>,
    sortKey: ReadonlyArray<KeyAttribute>
  ): ReadonlyArray<PatternModel> {
    const partition = this.indexKey(partitionKey, "partition")
    const sort = this.indexKey(sortKey, "sort")
    const made = [...(partition === undefined ? [] : partitionKey), ...(sort === undefined ? [] : sortKey)].map(
      ({ name }) => name
    )
    const beside = [...partitionKey, ...sortKey].map(({ name }) => name).filter((name) => !made.includes(name))
    const fields = [partition, sort].flatMap((key) => (key === undefined ? [] : this.attributesOf(key)))
    if (made.length === 0 || !this.areThereTogether(made, [...fields, ...beside])) return []
    for (const name of made) this.composite.add(name)
    return [
      {
        index,
        ...(partition === undefined ? undefined : { partitionKey: partition }),
        ...(sort === undefined ? undefined : { sortKey: sort })
      }
    ]
  }

  /** What the key of an index is made of; `undefined` where it is fields, or a key that is known already. */
  private indexKey(attributes: ReadonlyArray<KeyAttribute>, role: "partition" | "sort"): TemplateKey | undefined {
    const [attribute] = attributes
    const { partitionKey, sortKey } = this.table
    if (attribute === undefined || attributes.length > 1 || this.composite.has(attribute.name)) return undefined
    if (attribute.name === partitionKey.name || attribute.name === sortKey?.name) return undefined
    const found = this.template(attribute, role, false)
    // An attribute that happens to begin with a word, or to be the same as another, is a field like others.
    const isComposite = found !== undefined && found.segments.length > 1 && this.attributesOf(found).length > 0
    return isComposite || isKeyName(attribute.name) ? found : undefined
  }

  /** The attributes of a template's fields. */
  private attributesOf({ segments }: TemplateKey): ReadonlyArray<string> {
    const fields = segments.flatMap((segment) => (typeof segment === "string" ? [] : [segment.field]))
    return [...this.names].filter(([, name]) => fields.includes(name)).map(([attribute]) => attribute)
  }

  /** Whether keys are there where all that they are made of is, and nowhere else: so they will be written. */
  private areThereTogether(keys: ReadonlyArray<string>, attributes: ReadonlyArray<string>): boolean {
    return this.group.items.every((item) => {
      const isThere = attributes.every((name) => Object.hasOwn(item, name))
      return keys.every((name) => Object.hasOwn(item, name) === isThere)
    })
  }

  /** The fields, those of the key first. */
  private fields(keys: ReadonlyArray<KeyModel>): ReadonlyArray<Field> {
    const inKeys = keys.flatMap((key) =>
      key._tag === "Template"
        ? key.segments.flatMap((segment) => (typeof segment === "string" ? [] : [segment.field]))
        : key._tag === "Attribute"
          ? [key.field]
          : key.fields
    )
    const order = new Map([...new Set(inKeys)].map((name, i) => [name, i]))
    const stored = [...this.attributes].flatMap(([name, values]): ReadonlyArray<Field> => {
      if (this.composite.has(name)) return []
      const field = this.names.get(name)!
      const type = this.fieldType(name, values, order.has(field))
      return [{ name: field, stored: name, optional: values.length < this.group.items.length, type }]
    })
    const alone = this.keyOnly.map((name): Field => ({ name, stored: name, optional: false, type: { _tag: "String" } }))
    const place = ({ name }: Field) => order.get(name) ?? order.size
    return [...alone, ...stored].sort((a, b) => place(a) - place(b))
  }

  private fieldType(name: string, values: ReadonlyArray<AttributeValue>, inKey: boolean): Field["type"] {
    const isKey = inKey || this.indexKeys.has(name)
    if (name === this.table.timeToLive) {
      return (isKey ? undefined : expiryOf(values)) ?? typeOf(values, { name, detail: "plain", literals: false })
    }
    // A key that has had few values so far is a key all the same.
    const literals = this.options.literals && !isKey
    const detail = this.options.detail(name)
    return typeOf(values, { name, detail: isKey && detail === "none" ? "plain" : detail, literals })
  }

  /** The keys as field lists, where this library wrote them so. */
  private asOwn(partition: KeyModel, sort: KeyModel | undefined) {
    if (!this.isOwn || this.group.marker?.value !== this.options.name) return undefined
    const partitionList = this.ownKey(partition, "partition")
    const sortList = sort === undefined ? undefined : this.ownKey(sort, "sort")
    return partitionList === undefined || (sort !== undefined && sortList === undefined)
      ? undefined
      : { partition: partitionList, sort: sortList }
  }

  private ownKey(key: KeyModel, role: "partition" | "sort"): KeyModel | undefined {
    const storedOf = new Map([...this.names].map(([stored, name]) => [name, stored]))
    return key._tag === "Template"
      ? asFieldList(key, { entity: this.options.name, role, stored: (field) => storedOf.get(field) ?? field })
      : undefined
  }

  private ownPattern({ index, partitionKey, sortKey }: PatternModel): PatternModel {
    const own = {
      partitionKey: partitionKey && (this.ownKey(partitionKey, "partition") ?? partitionKey),
      sortKey: sortKey && (this.ownKey(sortKey, "sort") ?? sortKey)
    }
    return { index, ...own }
  }
}

/** Whether an attribute is there for an index, so that no other key is made of it. */
const isGeneric = (name: string, indexKeys: ReadonlySet<string>): boolean => indexKeys.has(name) && isKeyName(name)
