/**
 * What is to happen to which requests.
 */
import type { OperationName, Operations } from "@effect-dynamo/client/DynamoClient"
import * as Effect from "effect/Effect"
import type { Fault } from "./fault.ts"
import type { Next, Plan } from "./plan.ts"
import { indexOf, tablesOf } from "./requests.ts"

export const TypeId = "~@effect-dynamo/testing/Faults/Rule"

/** Operations that can read an index. */
type Indexed = "Query" | "Scan" | "ExecuteStatement" | "BatchExecuteStatement" | "ExecuteTransaction"

/**
 * Which requests of its operations a rule is about, where it is not about all. What is given must hold together.
 *
 * @category models
 * @since 0.1.0
 */
export interface Match<in Op extends OperationName = OperationName> {
  /** A table that the request is about, by its name. */
  readonly table?: string | undefined
  /** The index that it reads. */
  readonly index?: ([Extract<Op, Indexed>] extends [never] ? never : string) | undefined
  /** Whether its input is meant. */
  readonly where?: ((input: Operations[Op]["input"]) => boolean) | undefined
  /**
   * What the plan counts for: begun anew for each text that is given, as for each key. One for all requests if
   * absent.
   */
  readonly per?: ((input: Operations[Op]["input"]) => string) | undefined
}

/**
 * What is to happen to which requests.
 *
 * @category models
 * @since 0.1.0
 */
export interface Rule {
  readonly [TypeId]: typeof TypeId
  /** @internal */
  readonly start: Effect.Effect<Started>
}

/** A rule that counts; gives what happens to a request, or nothing where it is about others. */
export type Started = (operation: OperationName, input: object) => Fault<never> | undefined

/** The same, of operations that are known only when it runs. */
interface AnyMatch {
  readonly table?: string | undefined
  readonly index?: string | undefined
  readonly where?: ((input: object) => boolean) | undefined
  readonly per?: ((input: object) => string) | undefined
}

/** Without operations it is about all of them. */
export const make = (
  operations: ReadonlyArray<OperationName> | undefined,
  plan: Plan<never>,
  match: AnyMatch = {}
): Rule => ({
  [TypeId]: TypeId,
  start: Effect.map(plan.start, (begin): Started => {
    const counting = new Map<string, Next>()
    return (operation, input) => {
      if (operations !== undefined && !operations.includes(operation)) return undefined
      if (!matches(match, input)) return undefined
      const of = match.per?.(input) ?? ""
      let next = counting.get(of)
      if (next === undefined) counting.set(of, (next = begin()))
      return next()
    }
  })
})

const matches = ({ index, table, where }: AnyMatch, input: object): boolean =>
  (table === undefined || tablesOf(input).includes(table)) &&
  (index === undefined || indexOf(input) === index) &&
  (where === undefined || where(input))
