/** The part of a partition that a query reads: a bound, or two, of the first sort attribute that has no value. */
import type { AttributeValue } from "@effect-dynamo/core/Attribute"
import type { Condition } from "@effect-dynamo/core/Expression"
import { attribute, value } from "@effect-dynamo/core/Expression"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { UsageFailure } from "../failure.ts"
import type { KeyAttribute } from "../tables/keyFlag.ts"
import { parseKeyValue } from "./keyArguments.ts"
import type { KeySchema } from "./keySchema.ts"

/** The flags that bound a sort key, as texts. */
export interface Range {
  readonly eq: Option.Option<string>
  readonly lt: Option.Option<string>
  readonly lte: Option.Option<string>
  readonly gt: Option.Option<string>
  readonly gte: Option.Option<string>
  readonly beginsWith: Option.Option<string>
}

const operators = { eq: "=", lt: "<", lte: "<=", gt: ">", gte: ">=" } as const

const usage = (message: string) => Effect.fail(new UsageFailure({ message }))

type Bound = readonly [flag: keyof Range, value: AttributeValue]

/** What a bound says of an attribute; or two, the lower one first. */
const conditionOf = ({ name }: KeyAttribute, [flag, bound]: Bound, upper: Bound | undefined): Condition => {
  const path = attribute(name)
  if (upper !== undefined) return { _tag: "Between", operand: path, lower: value(bound), upper: value(upper[1]) }
  return flag === "beginsWith"
    ? { _tag: "BeginsWith", path: [name], prefix: value(bound) }
    : { _tag: "Compare", left: path, operator: operators[flag], right: value(bound) }
}

/** The condition of the bounds, where there are any, on the attribute after the `given` ones. */
export const rangeOf = Effect.fnUntraced(function* (schema: KeySchema, given: number, range: Range) {
  const flags = (["eq", "lt", "gt", "gte", "lte", "beginsWith"] as const).flatMap((flag) =>
    Option.match(range[flag], { onNone: () => [], onSome: (text) => [[flag, text] as const] })
  )
  const isBetween = flags.length === 2 && Option.isSome(range.gte) && Option.isSome(range.lte)
  if (flags.length > 1 && !isBetween) {
    return yield* usage(
      "A sort key has one bound: --eq, --lt, --lte, --gt, --gte or --begins-with; or --gte with --lte."
    )
  }
  if (flags.length === 0) return undefined
  const bounded = schema.sort[given - schema.partition.length]
  if (bounded === undefined) {
    return yield* usage(
      schema.sort.length === 0
        ? `There is no sort key in ${schema.title} that could be bounded: for other attributes there is --filter.`
        : `All sort attributes of ${schema.title} have values already: leave out the last one to bound it instead.`
    )
  }
  if (Option.isSome(range.beginsWith) && bounded.type === "N") {
    return yield* usage(`${bounded.name} is a number: --begins-with is for text and binary.`)
  }
  const [bound, upper] = yield* Effect.forEach(flags, ([flag, text]) =>
    Effect.map(parseKeyValue(bounded, text), (value): Bound => [flag, value])
  )
  return bound === undefined ? undefined : conditionOf(bounded, bound, upper)
})
