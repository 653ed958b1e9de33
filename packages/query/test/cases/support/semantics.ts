/** What DynamoDB does, as it is written down in test/fixtures/semantics.json, and how the library says it. */
import type { Effect } from "effect"
import { type DynamoClient, Key, Table } from "effect-dynamo"
import { type Expectation, type Logical, read, type Request } from "./scenario.ts"

/** A step of a case, with what DynamoDB Local answered, and Dynalite where it differs. */
export interface Recorded extends Request {
  readonly expect: Expectation
  readonly dynalite?: Expectation
}

export interface Case {
  readonly id: string
  readonly area: string
  readonly title: string
  readonly setup?: ReadonlyArray<Request>
  readonly steps: ReadonlyArray<Recorded>
}

/** The cases of an area. */
export const casesOf = (area: string): ReadonlyArray<Case> =>
  // The file has this form: format "dynamodb-semantics/1".
  (read("semantics") as { readonly cases: ReadonlyArray<Case> }).cases.filter((one) => one.area === area)

/** How a step is done with the library. */
export type Step =
  /** It gives what was recorded, or fails with an error of the recorded class. */
  | { readonly _tag: "Said"; readonly effect: Saying; readonly onEveryEngine: boolean }
  /** It gives something else, or fails otherwise, for this reason. */
  | { readonly _tag: "Otherwise"; readonly effect: Saying; readonly outcome: Outcome; readonly why: string }
  | Unsaid

/** It cannot be said, for this reason. */
export interface Unsaid {
  readonly _tag: "Unsaid"
  readonly why: string
}

export type Saying = Effect.Effect<unknown, { readonly _tag: string }, DynamoClient.DynamoClient>

/** What an effect gives, or the tag of its error. */
export type Outcome = { readonly gives: Logical } | { readonly fails: string }

/** How the steps of a case are done, except those that read an item back; `p` is the key of its item. */
export type How = Unsaid | ((p: string) => ReadonlyArray<Step>)

export const said = (effect: Saying): Step => ({ _tag: "Said", effect, onEveryEngine: false })

/** It gives what DynamoDB Local gave on Dynalite too. */
export const saidOnEveryEngine = (effect: Saying): Step => ({ _tag: "Said", effect, onEveryEngine: true })

export const otherwise = (effect: Saying, outcome: Outcome, why: string): Step => ({
  _tag: "Otherwise",
  effect,
  outcome,
  why
})

export const cannotBeSaid = (why: string): Unsaid => ({ _tag: "Unsaid", why })

/** The tables of the cases. */
export const S = Table.make("sem-s", { partitionKey: "p", sortKey: null })
export const SN = Table.make("sem-sn", { partitionKey: "p", sortKey: { name: "c", type: "N" } })
export const NN = Table.make("sem-nn", { partitionKey: { name: "p", type: "N" }, sortKey: { name: "c", type: "N" } })

/** What the entities in the first have in common: their items hold nothing but their fields. */
export const inS = { table: S, partitionKey: Key.attribute("p"), config: { entityTypeAttribute: false } } as const

/** A value of a recorded request: what repeats is written once in the file, and bytes are in base 64. */
export const expand = (value: unknown, name = ""): unknown => {
  if (typeof value === "string") return name === "B" || name === "BS" ? bytes(value) : value
  if (Array.isArray(value)) return value.map((element) => expand(element, name))
  if (typeof value !== "object" || value === null) return value
  if ("$repeat" in value) {
    const [text, count] = value.$repeat as readonly [string, number]
    return text.repeat(count)
  }
  if ("$list" in value) {
    const { from = 0, item, n } = value.$list as { readonly n: number; readonly from?: number; readonly item: unknown }
    const text = JSON.stringify(item)
    return Array.from({ length: n }, (_, i) => expand(JSON.parse(text.replaceAll("${i}", String(from + i)))))
  }
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, expand(inner, key)]))
}

const bytes = (base64: string): Uint8Array => Uint8Array.from(Buffer.from(base64, "base64"))
