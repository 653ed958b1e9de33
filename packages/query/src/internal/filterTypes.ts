/**
 * What filters of reads take, by the fields of their entity; and why not.
 *
 * Names of fields are parameters here: only then do editors lead from a field to that of the schema.
 */
import type * as Condition from "@effect-dynamo/core/Condition"
import type * as Entity from "@effect-dynamo/core/Entity"
import type { Refused } from "../Query.ts"

type FieldsOf<E extends Entity.Any> = E["~@effect-dynamo/core/Entity"]["fields"]

/** The fields that a filter may name at all. */
export type Named<E extends Entity.Any> = keyof FieldsOf<E> & keyof E["Type"]

/** References to these fields; to those that cannot be filtered on, why not. */
export type References<E extends Entity.Any, Names extends keyof FieldsOf<E>, Keys, Absent> = Condition.References<
  E,
  never,
  Names
> & { readonly [K in (Keys | Absent) & PropertyKey]: Refused<WhyNot<K, Keys>> }

/** Values of these fields; for those that cannot be filtered on, why not. */
export type Values<E extends Entity.Any, Names extends keyof E["Type"], Keys, Absent> = {
  readonly [K in Names]?: K extends Keys | Absent ? Refused<WhyNot<K, Keys>> : Exclude<E["Type"][K], undefined>
}

type WhyNot<K, Keys> = K extends Keys
  ? "a key attribute of what is queried cannot be filtered on: say it with pk and sk"
  : "the index does not hold this field"
