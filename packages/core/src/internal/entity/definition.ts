/**
 * What an entity was declared with, at run time: checked as far as it can be
 * without configuration, so that a declaration that cannot work is refused where
 * it stands.
 */
import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import type { Config } from "../../Entity.ts"
import { attributesOf, type Index } from "../../Index.ts"
import { type Declaration, toData } from "../../Key.ts"
import type { Table } from "../../Table.ts"
import { clean, validate as validateConfig } from "../../DynamoConfig.ts"
import { type EntityCodec, makeEntityCodec, renamesOf } from "../codec/entity.ts"
import type { KeyData } from "../keys/model.ts"
import { list } from "./list.ts"
import { type Managed, managedOf, type ManagedOptions } from "./managed.ts"

/** Where an entity keeps its definition. */
export const TypeId = "~@effect-dynamo/core/Entity" as const

/** The item is in an index only where each field has one of the values. */
export type When = ReadonlyMap<string, ReadonlyArray<unknown>>

/** An access pattern as declared. */
export interface DeclaredPattern {
  readonly name: string
  readonly indexName: string
  readonly index: Index
  readonly partition: KeyData | undefined
  readonly sort: KeyData | undefined
  readonly when: When | undefined
}

/** Everything that was declared. */
export interface Definition {
  readonly name: string
  readonly table: Table
  readonly config: Config
  readonly partition: KeyData
  readonly sort: KeyData | undefined
  readonly patterns: ReadonlyArray<DeclaredPattern>
  readonly keyOnly: ReadonlySet<string>
  /** Stored names by field name, where they differ. */
  readonly rename: Readonly<Record<string, string>>
  /** The field stored under the table's time-to-live attribute. */
  readonly timeToLive: string | undefined
  /** What the library keeps of it by itself. */
  readonly managed: Managed
  /** The struct or class, before any renaming of keys. */
  readonly schema: Schema.Constraint & { readonly fields: Schema.Struct.Fields }
  /** Made when first asked for. */
  readonly codec: EntityCodec
}

/** Options as the constructors take them, untyped. */
export interface Options extends ManagedOptions {
  readonly table: Table
  readonly partitionKey: Declaration | undefined
  readonly sortKey?: Declaration | undefined
  readonly indexes?:
    | {
        readonly [name: string]: {
          readonly index?: string | undefined
          readonly partitionKey?: Declaration | undefined
          readonly sortKey?: Declaration | undefined
          readonly when?: { readonly [field: string]: ReadonlyArray<unknown> | undefined } | undefined
        }
      }
    | undefined
  readonly keyOnly?: ReadonlyArray<string> | undefined
  readonly config?: Config | undefined
}

/** Where a declaration cannot work: says which entity and why. */
export const refuse = (entity: string, why: string): never => {
  throw new Error(`The entity "${entity}" cannot work: ${why}`)
}

/** Says of what a schema is refused for which entity's it is. */
const inEntity = <A>(entity: string, make: () => A): A =>
  Result.getOrThrowWith(
    Result.try(make),
    (cause) =>
      new Error(`The entity "${entity}" cannot work: ${cause instanceof Error ? cause.message : String(cause)}`, {
        cause
      })
  )

/** What is declared, normalised and checked. The codec is made when first asked for. */
export const make = (name: string, given: Schema.Constraint, options: Options): Definition => {
  if (name === "") refuse(name, "an entity needs a name")
  const config = clean(options.config ?? {})
  validateConfig(config, `The configuration of the entity "${name}"`)
  const renamed = inEntity(name, () => renamesOf(given))
  const schema = renamed?.schema ?? (given as Definition["schema"])
  const rename = renamed?.rename ?? {}
  const keyOnly = new Set(options.keyOnly)
  const patterns = Object.entries(options.indexes ?? {}).map(([pattern, declared]): DeclaredPattern => {
    const indexName = declared.index ?? pattern
    const index = options.table.indexes[indexName as never] as Index | undefined
    if (index === undefined) {
      return refuse(
        name,
        `the access pattern "${pattern}" is for the index "${indexName}", but the table "${options.table.name}" ` +
          `has ${list(Object.keys(options.table.indexes))}`
      )
    }
    for (const role of ["partitionKey", "sortKey"] as const) {
      const attributes =
        role === "partitionKey" && index._tag === "Local" ? [] : attributesOf(index.options[role as never])
      if (declared[role] === undefined) continue
      if (attributes.length === 0) {
        refuse(
          name,
          `the access pattern "${pattern}" declares a ${role}, which the index "${indexName}" does not have of its own`
        )
      }
      if (attributes.length > 1) {
        refuse(
          name,
          `the access pattern "${pattern}" declares a ${role}, but the index "${indexName}" has several attributes there: ` +
            `they are the entity's fields by those names, and need no declaration`
        )
      }
    }
    return {
      name: pattern,
      indexName,
      index,
      partition: declared.partitionKey === undefined ? undefined : toData(declared.partitionKey),
      sort: declared.sortKey === undefined ? undefined : toData(declared.sortKey),
      when: declared.when === undefined ? undefined : whenOf(declared.when)
    }
  })
  const timeToLive = Object.keys(schema.fields).find((field) => (rename[field] ?? field) === options.table.timeToLive)
  let codec: EntityCodec | undefined
  return {
    name,
    table: options.table,
    config,
    partition: toData(options.partitionKey),
    sort: options.sortKey === undefined ? undefined : toData(options.sortKey),
    patterns,
    keyOnly,
    rename,
    timeToLive,
    managed: managedOf(options),
    schema,
    get codec() {
      return (codec ??= inEntity(name, () => makeEntityCodec(schema, { rename, keyOnly, timeToLive })))
    }
  }
}

/** The same definition over the class that was made of its struct. */
export const withSchema = (definition: Definition, schema: Definition["schema"]): Definition => {
  const { rename, keyOnly, timeToLive } = definition
  let codec: EntityCodec | undefined
  return {
    ...definition,
    schema,
    get codec() {
      return (codec ??= inEntity(definition.name, () => makeEntityCodec(schema, { rename, keyOnly, timeToLive })))
    }
  }
}

const whenOf = (when: { readonly [field: string]: ReadonlyArray<unknown> | undefined }): When =>
  new Map(Object.entries(when).flatMap(([field, values]) => (values === undefined ? [] : [[field, values] as const])))
