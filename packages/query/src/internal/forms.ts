/**
 * Forms of requests: what of a read's request does not depend on values, worked out once.
 *
 * Two reads are of one form where their builders said the same but for values: then all texts and names are the same.
 * Only values that are equal, and share a placeholder, make a difference: such a request is made without a form.
 */
import type { AttributeValue } from "@effect-dynamo/core/Attribute"
import * as Condition from "@effect-dynamo/core/Condition"
import * as Expression from "@effect-dynamo/core/Expression"
import type * as ResolvedEntity from "@effect-dynamo/core/ResolvedEntity"
import type { Planning } from "./builder.ts"
import { withNow } from "./expiry.ts"
import type { ReadPlan, ReadRequest, ReadState } from "./reading.ts"

/** What a read says: what tells its form apart, and the values. */
export interface Saying {
  readonly tokens: ReadonlyArray<unknown>
  /** In the order of their placeholders: those of the key first, so many. */
  readonly values: ReadonlyArray<AttributeValue>
  readonly keyValues: number
}

/** A form, and the first request of it. */
interface Form<Request> {
  readonly tokens: ReadonlyArray<unknown>
  readonly reading: ReadPlan
  /** Without values. */
  readonly request: Request
  readonly names: Record<string, string> | undefined
  /** The placeholders of all values. */
  readonly placeholders: ReadonlyArray<string>
  /** All of them, with the values of the form itself (the marker's), and something in place of the others. */
  readonly values: Record<string, AttributeValue>
  /** The former, which stand between the values of the key and those of the filter. */
  readonly own: ReadonlyArray<AttributeValue>
}

/** A request with the table that it is sent to. */
type TableRequest = ReadRequest & { TableName?: string | undefined }

/** More values are not compared with each other. */
const mostValues = 16

/** So many forms are kept: the reads that a program says in its source, of one access pattern. */
const mostForms = 16

/** What a read says; `undefined` where its texts depend on the values. */
export const sayingOf = (
  { consistent, filter, hydrate, select }: ReadState,
  bounds: ReadonlyArray<readonly [attribute: string, bound: ResolvedEntity.Bound]>
): Saying | undefined => {
  const tokens: Array<unknown> = [consistent, hydrate, select, bounds.length, filter.length]
  const values: Array<AttributeValue> = []
  for (const [, bound] of bounds) {
    tokens.push(bound.op)
    if (bound.op === "between") values.push(bound.lower, bound.upper)
    else values.push(bound.value)
  }
  const keyValues = values.length
  for (const condition of filter) if (!Condition.addForm(condition, tokens, values)) return undefined
  return values.length > mostValues ? undefined : { tokens, values, keyValues }
}

/** The forms of the reads through an access pattern. */
export class Forms<Request extends TableRequest> {
  private readonly forms: Array<Form<Request>> = []
  private next = 0

  /** The request of a read, if its form is known. */
  request(
    saying: Saying,
    { now, where }: Planning
  ): { readonly input: Request; readonly reading: ReadPlan } | undefined {
    const form = this.forms.find((one) => isSame(one.tokens, saying.tokens))
    if (form === undefined || haveEqual(saying.values, form.own)) return undefined
    const { names, own, placeholders, reading } = form
    const { keyValues, values } = saying
    const input = { ...form.request, TableName: where.table }
    if (names !== undefined) input.ExpressionAttributeNames = { ...names }
    // Copied whole and then changed: to add one by one takes twice the time.
    const all = { ...form.values }
    for (let i = 0; i < values.length; i++) all[placeholders[i < keyValues ? i : i + own.length]!] = values[i]!
    if (reading.expiry?._tag === "Filter") input.ExpressionAttributeValues = withNow(all, now)
    else if (placeholders.length > 0) input.ExpressionAttributeValues = all
    return { input, reading }
  }

  /** Keeps the form of a request that was made without one. */
  keep(
    { keyValues, tokens, values }: Saying,
    request: Request,
    reading: ReadPlan,
    marker: Expression.Condition | undefined
  ): void {
    const own = new Expression.Placeholders()
    if (marker !== undefined) own.condition(marker)
    const { expiry } = reading
    if (expiry?._tag === "Filter") own.condition(expiry.condition)
    const ownValues = Object.values(own.values ?? {})
    const placeholders = Object.keys(request.ExpressionAttributeValues ?? {}).slice(0, values.length + ownValues.length)
    if (haveEqual(values, ownValues)) return
    const { ExpressionAttributeNames: names } = request
    // They keep their places in it; no value is kept.
    const empty = { ...request }
    if (names !== undefined) empty.ExpressionAttributeNames = {}
    if (request.ExpressionAttributeValues !== undefined) empty.ExpressionAttributeValues = {}
    this.forms[this.next] = {
      tokens,
      reading,
      request: empty,
      names: names && { ...names },
      placeholders,
      values: Object.fromEntries(placeholders.map((name, i) => [name, ownValues[i - keyValues] ?? nothing])),
      own: ownValues
    }
    this.next = (this.next + 1) % mostForms
  }
}

const nothing: AttributeValue = { NULL: true }

const isSame = (a: ReadonlyArray<unknown>, b: ReadonlyArray<unknown>): boolean => {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

/** Whether two of the values would share a placeholder. */
const haveEqual = (values: ReadonlyArray<AttributeValue>, own: ReadonlyArray<AttributeValue>): boolean => {
  for (let i = 0; i < values.length; i++) {
    for (let j = i + 1; j < values.length; j++) if (Expression.isSameScalar(values[i]!, values[j]!)) return true
    for (const other of own) if (Expression.isSameScalar(values[i]!, other)) return true
  }
  return false
}
