/**
 * A transport that does as a script says, and keeps a log.
 */
import type { OperationName, Operations, Transport, TransportFailure } from "@effect-dynamo/client/DynamoClient"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import { type Fault, pass } from "./fault.ts"
import { tablesOf } from "./requests.ts"
import type { Rule, Started } from "./rule.ts"

/**
 * What became of one request. An operation that is tried again makes several. The `requestId` of errors that a fault
 * made is `request-` and the place of its request in the log, from 1.
 *
 * @category models
 * @since 0.1.0
 */
export interface Request<out Op extends OperationName = OperationName> {
  readonly operation: Op
  /** What was sent, keys and items included. */
  readonly input: Operations[Op]["input"]
  /** The names of the tables that it is about. */
  readonly tables: ReadonlyArray<string>
  /** When it was made, by Effect's `Clock`, in milliseconds since 1970. */
  readonly at: number
  /** The place in the script of the rule that decided, from 0; none where it passed without one. */
  readonly rule: number | undefined
  /** The fault's name; none where it passed. */
  readonly fault: string | undefined
  /** Whether the client underneath was given it, or a part of it. */
  readonly isForwarded: boolean
  readonly outcome: "pending" | "answered" | "failed" | "interrupted"
  /** What it failed with: DynamoDB's name, or the network's. */
  readonly code: string | undefined
}

type Entry = { -readonly [Field in keyof Request]: Request[Field] }

/** What a script has made of the requests since it began. */
interface Run {
  readonly rules: ReadonlyArray<Started>
  readonly entries: Array<Entry>
}

const begin = (script: ReadonlyArray<Rule>): Effect.Effect<Run> =>
  Effect.map(
    Effect.forEach(script, ({ start }) => start),
    (rules) => ({ rules, entries: [] })
  )

/** Makes a transport on another one, the log of what was sent, and what begins another script. */
export const make = Effect.fnUntraced(function* (underlying: Transport, script: ReadonlyArray<Rule>) {
  let current = yield* begin(script)

  const send = <Op extends OperationName>(
    operation: Op,
    input: Operations[Op]["input"]
  ): Effect.Effect<Operations[Op]["output"], TransportFailure> =>
    Effect.flatMap(Clock.currentTimeMillis, (at) => {
      const { entries, rules } = current
      const { fault, rule } = decide(rules, operation, input)
      const name = fault === pass ? undefined : fault.name
      const entry: Entry = { ...blank, operation, input, tables: tablesOf(input), at, rule, fault: name }
      entries.push(entry)
      const exchange = {
        operation,
        input,
        requestId: `request-${entries.length}`,
        send: (input: object) =>
          Effect.suspend(() => {
            entry.isForwarded = true
            // A fault gives back an input of the operation that it was given.
            return underlying.send(operation, input as Operations[Op]["input"])
          })
      }
      // And an answer to it.
      const answer = fault.run(exchange) as Effect.Effect<Operations[Op]["output"], TransportFailure>
      return Effect.onExit(answer, (exit) => Effect.sync(() => note(entry, exit)))
    })

  return {
    transport: { send } satisfies Transport,
    requests: Effect.sync((): ReadonlyArray<Request> => current.entries.map((entry) => ({ ...entry }))),
    setScript: (script: ReadonlyArray<Rule>): Effect.Effect<void> =>
      Effect.map(begin(script), (run) => {
        current = run
      })
  }
})

const blank = { isForwarded: false, outcome: "pending", code: undefined } as const

/** The first rule decides that has something to say. */
const decide = (
  rules: ReadonlyArray<Started>,
  operation: OperationName,
  input: object
): { readonly fault: Fault<never>; readonly rule: number | undefined } => {
  for (const [rule, ask] of rules.entries()) {
    const fault = ask(operation, input)
    if (fault !== undefined) return { fault, rule }
  }
  return { fault: pass, rule: undefined }
}

const note = (entry: Entry, exit: Exit.Exit<unknown, TransportFailure>): void => {
  if (Exit.isSuccess(exit)) {
    entry.outcome = "answered"
    return
  }
  entry.outcome = Exit.hasInterrupts(exit) ? "interrupted" : "failed"
  entry.code = Option.getOrUndefined(Exit.findErrorOption(exit))?.code
}
