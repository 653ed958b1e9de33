/**
 * What an update's builder says.
 */
import type { Any } from "@effect-dynamo/core/Entity"
import type { Demand } from "./conditions.ts"
import type { Repeating } from "./repeating.ts"

/** One call of a method that changes something; values as they were given. */
export type Said =
  /** `undefined` removes. */
  | { readonly _tag: "Set"; readonly values: Readonly<Record<string, unknown>> }
  | { readonly _tag: "Assign"; readonly assignments: ReadonlyArray<unknown> }
  | { readonly _tag: "SetIfAbsent"; readonly values: Readonly<Record<string, unknown>> }
  | { readonly _tag: "Plus" | "Minus"; readonly field: string; readonly by: unknown }
  | { readonly _tag: "Append" | "Prepend"; readonly field: string; readonly elements: ReadonlyArray<unknown> }
  | { readonly _tag: "AddMembers" | "DeleteMembers"; readonly field: string; readonly members: Iterable<unknown> }
  | { readonly _tag: "RemoveParts"; readonly references: ReadonlyArray<unknown> }

/** What an update gives. */
export type Returning = "new" | "old" | "updatedNew" | "updatedOld" | "none"

export interface UpdateState extends Repeating {
  readonly entity: Any
  readonly key: Readonly<Record<string, unknown>>
  readonly said: ReadonlyArray<Said>
  readonly demands: ReadonlyArray<Demand>
  readonly isUpsert: boolean
  /** Reads what the keys of indexes need and is not said. */
  readonly recomputes: boolean
  readonly returning: Returning
}
