/**
 * Optimistic locking, as the types of builders see it.
 */
import type * as Entity from "@effect-dynamo/core/Entity"

/** The version of an entity's items. */
export type VersionType<E extends Entity.Any> = Exclude<
  E["Type"][Entity.VersionOf<E> & keyof E["Type"]],
  undefined | null
>

/** Asks for a version, and gives the builder that asks; of an entity that keeps none, says so. */
export type IfVersion<E extends Entity.Any, Builder> = [Entity.VersionOf<E>] extends [never]
  ? NoVersion
  : (version: VersionType<E>) => Builder

/** What keeps a builder from asking for a version. */
export interface NoVersion {
  readonly "the entity keeps no version: its option `version` names the field that counts writes": true
}
