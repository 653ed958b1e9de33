/**
 * Projections: some of an item's attributes, or parts of them.
 *
 * @module
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Schema from "effect/Schema"
import type { Item } from "./Attribute.ts"
import type { Any } from "./Entity.ts"
import type { Path } from "./Expression.ts"
import * as amounts from "./internal/change/amounts.ts"
import { exitOf } from "./internal/codec/codec.ts"
import type { EntityCodec, FieldCodec } from "./internal/codec/entity.ts"
import { make as makeValueCodec, type ValueCodec } from "./internal/codec/value.ts"
import { assign } from "./internal/codec/wire.ts"
import * as parts_ from "./internal/projection/parts.ts"
import * as prune from "./internal/projection/prune.ts"

// -----------------------------------------------------------------------------
// Types
// -----------------------------------------------------------------------------

/**
 * What can be selected: a field, or a path into one: names in structs and records,
 * positions in lists. Only of fields that `A` has.
 *
 * @category models
 * @since 0.1.0
 */
export type Selection<E extends Any, A = E["Type"]> = Selections<E, A>["one"]

/** An interface, so that errors show the fields and not where they come from. */
interface Selections<E extends Any, A> {
  readonly field: keyof E["~@effect-dynamo/core/Entity"]["fields"] & keyof E["Type"] & keyof A & string
  readonly one: this["field"] | readonly [this["field"], string | number, ...ReadonlyArray<string | number>]
}

/**
 * Refuses paths that lead nowhere, and says where they go wrong.
 *
 * @category models
 * @since 0.1.0
 */
export type Checked<E extends Any, P> = {
  readonly [I in keyof P]: P[I] extends readonly [infer K extends keyof E["Type"], ...infer R]
    ? [In<Present<E["Type"][K]>, R>] extends [never]
      ? WhyNot<K, Present<E["Type"][K]>, R>
      : P[I]
    : P[I]
}

/**
 * Stands in the place of a path that leads nowhere: what it asks for, and what there is instead.
 *
 * @category models
 * @since 0.1.0
 */
export interface NoSuchPart<out Part, out Parts> {
  readonly "there is no": Part
  readonly "there is": Parts
}

/**
 * Stands in the place of a path into what has no parts. Several fields are selected one by one: `select("name", "age")`.
 *
 * @category models
 * @since 0.1.0
 */
export interface NoParts<out Of> {
  readonly "it has no parts: to select several fields, name each by itself": Of
}

/** Why a path from a part of this name leads nowhere. */
type WhyNot<Of, T, R> = R extends readonly [infer K, ...infer Rest]
  ? [T] extends [ReadonlyArray<infer A>]
    ? K extends number
      ? WhyNot<K, Present<A>, Rest>
      : NoSuchPart<K, number>
    : [T] extends [Leaf]
      ? NoParts<Of>
      : K extends keyof T
        ? WhyNot<K, Present<T[K]>, Rest>
        : NoSuchPart<K, T extends unknown ? keyof T : never>
  : never

/** What has no parts. */
type Leaf = string | number | bigint | boolean

/**
 * What is left of an item's type by a selection.
 *
 * @category models
 * @since 0.1.0
 */
export type Selected<E extends Any, P> = Flat<
  Together<P extends ReadonlyArray<infer One> ? Each<E["Type"], One> : never>
>

type Each<T, P> = P extends keyof T
  ? { readonly [K in P]: Pick<T, K> }[P]
  : P extends readonly [infer K extends keyof T, ...infer R]
    ? {} extends Pick<T, K>
      ? { readonly [N in K]?: In<Present<T[K]>, R> }
      : { readonly [N in K]: In<Present<T[K]>, R> }
    : never

/** What a path leads to within a value; `never` where it leads nowhere. */
type In<T, R> = R extends readonly [infer K, ...infer Rest]
  ? T extends ReadonlyArray<infer A>
    ? K extends number
      ? Elements<In<Present<A>, Rest>>
      : never
    : K extends keyof T
      ? Rest extends readonly []
        ? Pick<T, K>
        : Under<K, In<Present<T[K]>, Rest>>
      : never
  : T

// What leads nowhere further in leads nowhere: it would else be an array or a struct of `never`.

type Elements<A> = [A] extends [never] ? never : ReadonlyArray<A>

type Under<K extends PropertyKey, A> = [A] extends [never] ? never : { readonly [N in K]?: A }

type Present<T> = Exclude<T, undefined | null>

/** The intersection of a union. */
type Together<U> = (U extends unknown ? (u: U) => void : never) extends (i: infer I) => void ? I : never

type Flat<T> = { readonly [K in keyof T]: T[K] }

// -----------------------------------------------------------------------------
// Run time
// -----------------------------------------------------------------------------

/**
 * A selection of an entity, compiled: what to ask for, and how to read it.
 *
 * @category models
 * @since 0.1.0
 */
export interface Projection {
  /** The stored paths to ask for. */
  readonly paths: ReadonlyArray<Path>
  /** The fields whose attributes are needed. */
  readonly fields: ReadonlyArray<string>
  /** Reads what came. */
  readonly decode: (item: Item) => Effect.Effect<unknown, Schema.SchemaError, unknown>
}

/** A selection as the builders hold it. */
type Given = string | ReadonlyArray<string | number>

/**
 * Compiles a selection of an entity's fields. Throws for a path that leads nowhere.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (codec: EntityCodec, selection: ReadonlyArray<Given>): Projection => {
  const wanted = new Map<string, Array<ReadonlyArray<string | number>> | "whole">()
  for (const given of selection) {
    const [field, ...rest] = typeof given === "string" ? [given] : given
    const name = String(field)
    const before = wanted.get(name)
    if (rest.length === 0) wanted.set(name, "whole")
    else if (before === undefined) wanted.set(name, [rest])
    else if (before !== "whole") before.push(rest)
  }
  const paths: Array<Path> = []
  const readers: Array<Reader> = []
  for (const [name, parts] of wanted) {
    const field = codec.fields.get(name)
    if (field === undefined) throw new Error(`There is no field ${JSON.stringify(name)} to select`)
    if (parts === "whole") {
      paths.push([field.stored])
      readers.push([name, field.stored, field])
    } else {
      const pruned = prune.make(field.ast, parts)
      const made = makeValueCodec(pruned.ast, name)
      const codec = field.optional ? made : orEmpty(made, pruned.isList)
      if (field.hasDefault) paths.push([field.stored])
      else for (const path of pruned.paths) paths.push([field.stored, ...path])
      readers.push([name, field.stored, field.hasDefault ? orDefault(codec, field, pruned.paths) : codec])
    }
  }
  return {
    paths: withoutInner(paths),
    fields: [...wanted.keys()],
    decode: (item) => decodeAll(readers, item)
  }
}

/** DynamoDB gives nothing of a field that has none of the parts asked for. */
const orEmpty = (codec: ValueCodec, isList: boolean): ValueCodec => ({
  encode: codec.encode,
  decode: (attribute) => (attribute === undefined ? Exit.succeed(isList ? [] : {}) : codec.decode(attribute))
})

/**
 * Asked for parts, DynamoDB does not say whether the field was absent. So the whole of a field
 * with a default is asked for, and the parts are taken here: of what came, or of the default.
 */
const orDefault = (
  codec: ValueCodec,
  field: FieldCodec,
  parts: ReadonlyArray<ReadonlyArray<string | number>>
): ValueCodec => ({
  encode: codec.encode,
  decode: (attribute) =>
    Effect.flatMapEager(attribute === undefined ? amounts.start(field) : Exit.succeed(attribute), (whole) =>
      codec.decode(whole === undefined ? undefined : parts_.take(whole, parts))
    )
})

/** DynamoDB refuses a path and a part of it in one projection. */
const withoutInner = (paths: ReadonlyArray<Path>): ReadonlyArray<Path> =>
  paths.filter(
    (path, i) =>
      !paths.some(
        (other, j) =>
          i !== j &&
          (other.length < path.length || (other.length === path.length && j < i)) &&
          other.every((key, k) => key === path[k])
      )
  )

type Reader = readonly [name: string, stored: string, codec: ValueCodec]

const decodeAll = (
  readers: ReadonlyArray<Reader>,
  item: Item,
  first = 0,
  out: Record<string, unknown> = {}
): Effect.Effect<unknown, Schema.SchemaError, unknown> => {
  for (let i = first; i < readers.length; i++) {
    const [name, stored, codec] = readers[i]!
    const decoded = codec.decode(Object.hasOwn(item, stored) ? item[stored] : undefined)
    const exit = exitOf(decoded)
    if (exit === undefined || Exit.isFailure(exit)) {
      return Effect.flatMapEager(decoded, (value) => {
        // What was decoded so far stays as it is, should the effect be run again.
        const all = { ...out }
        set(all, name, value)
        return decodeAll(readers, item, i + 1, all)
      })
    }
    set(out, name, exit.value)
  }
  return Exit.succeed(out)
}

const set = (out: Record<string, unknown>, name: string, value: unknown): void => {
  if (value !== undefined) assign(out, name, value)
}
