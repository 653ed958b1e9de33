/** Whether entities read items, and write them back as they were. */
import type { AttributeValue, Item } from "@effect-dynamo/core/Attribute"
import * as Entity from "@effect-dynamo/core/Entity"
import * as ResolvedEntity from "@effect-dynamo/core/ResolvedEntity"
import * as BigDecimal from "effect/BigDecimal"
import * as Effect from "effect/Effect"
import * as Base64 from "effect/encoding/Base64"
import { decimal } from "./observe.ts"

/** What comes of an item. */
export type Reading =
  | { readonly _tag: "Same" }
  /** It is another entity's. */
  | { readonly _tag: "Other" }
  /** The attributes that were not read, or not written as they were; none where that is not known. */
  | { readonly _tag: "Failed"; readonly attributes: ReadonlyArray<string> }

/** Whether the entity takes the item for its own. */
export const isMine = (entity: Entity.Any, item: Item): Effect.Effect<boolean> =>
  ResolvedEntity.use(entity, "generate-schema", (resolved) =>
    Effect.succeed(ResolvedEntity.classify(resolved, item) === "mine")
  ).pipe(Effect.orElseSucceed(() => false))

/** Reads an item and writes it again. */
export const read = (entity: Entity.Any, item: Item): Effect.Effect<Reading> =>
  Effect.gen(function* () {
    if (!(yield* isMine(entity, item))) return other
    const value = yield* Entity.decode(entity, item)
    // The types of an entity that was just built are not known: what it has read is what it takes.
    return failed(differences(item, yield* Entity.encode(entity, value as never)))
  }).pipe(
    Effect.catch(({ path: [first] }) => Effect.succeed(first === undefined ? unreadable : failed([String(first)])))
    // No schema of a model needs a service.
  ) as Effect.Effect<Reading>

const same: Reading = { _tag: "Same" }
const other: Reading = { _tag: "Other" }
const unreadable: Reading = { _tag: "Failed", attributes: [] }

const failed = (attributes: ReadonlyArray<string>): Reading =>
  attributes.length === 0 ? same : { _tag: "Failed", attributes }

/** The attributes that differ. One named `__proto__` is not told apart from a prototype, and left out. */
export const differences = (a: Item, b: Item): ReadonlyArray<string> =>
  [...new Set([...Object.keys(a), ...Object.keys(b)])].filter(
    (name) =>
      name !== "__proto__" &&
      (!Object.hasOwn(a, name) || !Object.hasOwn(b, name) || canonical(a[name]!) !== canonical(b[name]!))
  )

/** Text that is the same for values that DynamoDB holds as the same. */
export const canonical = (value: AttributeValue): string => {
  if ("N" in value) return `N${number(value.N)}`
  if ("B" in value) return `B${Base64.encode(value.B)}`
  if ("SS" in value) return `SS${JSON.stringify([...value.SS].sort())}`
  if ("NS" in value) return `NS${value.NS.map(number).sort().join()}`
  if ("BS" in value)
    return `BS${value.BS.map((bytes) => Base64.encode(bytes))
      .sort()
      .join()}`
  if ("L" in value) return `L[${value.L.map(canonical).join()}]`
  if ("M" in value) {
    const { M } = value
    return `M{${Object.keys(M)
      .sort()
      .map((name) => `${JSON.stringify(name)}:${canonical(M[name]!)}`)
      .join()}}`
  }
  return JSON.stringify(value)
}

const number = (text: string): string => BigDecimal.format(decimal(text))
