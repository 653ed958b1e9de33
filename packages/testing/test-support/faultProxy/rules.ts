import { type Request, tablesOf } from "./request.ts"
import type { Action, Match, Rule, Script, Steps } from "./script.ts"

/** What to do with a request, and by which step of which rule. */
export interface Decision {
  readonly rule: string | null
  readonly step: number | "random" | null
  readonly action: Action
}

/** Decides on one request after another, by a script from its beginning. */
export const makeRules = (script: Script): ((request: Request) => Decision) => {
  const rules = script.rules.map((rule, position) => ({
    ...rule,
    id: rule.id ?? `r${position}`,
    next: generator(rule.random?.seed ?? 1)
  }))
  const counters = new Map<string, number>()

  return (request) => {
    for (const rule of rules) {
      if (!matches(rule.match, request)) continue
      if (rule.random !== undefined) {
        const { faults, p } = rule.random
        const action = rule.next() < p ? faults[Math.floor(rule.next() * faults.length)] : undefined
        if (action !== undefined) return { rule: rule.id, step: "random", action }
        continue
      }
      const counter = counterOf(rule, request)
      const step = counters.get(counter) ?? 0
      counters.set(counter, step + 1)
      const action = actionAt(rule, step)
      if (action !== undefined) return { rule: rule.id, step, action }
    }
    return { rule: null, step: null, action: "pass" }
  }
}

/** An action that is but a name, in its long form. */
export const toSteps = (action: Action): Steps =>
  typeof action !== "string" ? action : action === "pass" ? {} : { fault: action }

const actionAt = ({ sequence = [], then }: Rule, step: number): Action | undefined => {
  if (step < sequence.length) return sequence[step]
  switch (then) {
    case "repeat":
      return sequence[step % sequence.length]
    case "last":
      return sequence.at(-1)
    case "stop":
      return "pass"
    default:
      return undefined
  }
}

const matches = (match: Match | undefined, request: Request): boolean => {
  if (match === undefined) return true
  const { body, operation, text } = request
  const { contains, firstPage, index, op, regex, segment, table } = match
  return (
    (op === undefined || (typeof op === "string" ? op === operation : op.includes(operation))) &&
    (table === undefined || tablesOf(request).includes(table)) &&
    (index === undefined || body?.IndexName === index) &&
    (segment === undefined || body?.Segment === segment) &&
    (firstPage === undefined || (body?.ExclusiveStartKey === undefined) === firstPage) &&
    (contains === undefined || text.includes(contains)) &&
    (regex === undefined || new RegExp(regex).test(text))
  )
}

const counterOf = (rule: Rule & { readonly id: string }, { body, headers, operation, text }: Request): string => {
  switch (rule.scope) {
    case "key":
      return `${rule.id}:${operation}${JSON.stringify(body?.Key ?? body?.Item ?? body?.ExclusiveStartKey ?? text)}`
    case "segment":
      return `${rule.id}:s${body?.Segment}`
    case "invocation":
      return `${rule.id}:${String(headers["amz-sdk-invocation-id"] ?? text)}`
    default:
      return rule.id
  }
}

/** Numbers from 0 to 1 that look random, the same for the same seed (mulberry32). */
const generator = (seed: number): (() => number) => {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
