/**
 * What batches and transactions see of a builder: what types tell of it, and how it is
 * planned.
 */
import type { Item } from "@effect-dynamo/core/Attribute"
import type { DecodeError, EncodeError, ItemNotFound, KeyError, Service } from "@effect-dynamo/core/DynamoError"
import type * as Entity from "@effect-dynamo/core/Entity"
import type * as Projection from "@effect-dynamo/core/Projection"
import * as ResolvedEntity from "@effect-dynamo/core/ResolvedEntity"
import type * as Effect from "effect/Effect"
import type { GetItemCommandInput } from "@aws-sdk/client-dynamodb"
import type { Planning } from "./builder.ts"
import type { Write } from "./write.ts"

export const TypeId = "~@effect-dynamo/query/Operation"

/** What types tell of a builder. Nothing of it is there at run time. */
export interface Operation<out Kind, out E, out A, out X> {
  readonly [TypeId]: { readonly kind: Kind; readonly entity: E; readonly value: A; readonly error: X }
}

/** What making the request of a write can fail with. Only one that reads first fails with more than the first two. */
export type PlanError = KeyError | EncodeError | DecodeError | ItemNotFound | Service

/** A write at run time. */
export interface PlannedWrite {
  readonly kind: "Put" | "Update" | "Delete" | "Check"
  readonly entity: Entity.Any
  /** Asks what the builder was told to give: batches and transactions give nothing. */
  readonly returning: boolean
  /** Plans it once: what is made on the way (defaults, timestamps, what is read first) is made here. May need the client. */
  readonly plan: (planning: Planning) => Effect.Effect<Write, PlanError, unknown>
}

/** A get at run time. */
export interface PlannedGet {
  readonly kind: "Get"
  readonly entity: Entity.Any
  readonly consistent: boolean
  readonly plan: (planning: Planning) => Effect.Effect<GetPlan, KeyError>
  /** What the builder gives for the item that was read, or for there being none. */
  readonly give: (
    planning: Planning,
    plan: GetPlan,
    item: Item | undefined
  ) => Effect.Effect<unknown, DecodeError | ItemNotFound, unknown>
}

export interface GetPlan {
  readonly input: GetItemCommandInput
  readonly projection: Projection.Projection | undefined
}

/** The names of the entities that operations are about, each once. */
export const entitiesOf = (operations: ReadonlyArray<object>): ReadonlyArray<string> => {
  const names = new Set<string>()
  for (const operation of operations) {
    const { entity } = planned<PlannedWrite | PlannedGet>(operation)
    names.add(ResolvedEntity.definitionOf(entity).name)
  }
  return [...names]
}

/** What a builder keeps under the type id at run time. */
export const planned = <P extends PlannedWrite | PlannedGet>(operation: object): P =>
  // Types see what it tells of itself there.
  (operation as { readonly [TypeId]: P })[TypeId]
