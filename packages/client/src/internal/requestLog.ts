/**
 * The log of requests and answers: the one place where keys and items leave the program on purpose.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as LogLevel from "effect/LogLevel"
import * as Option from "effect/Option"
import type { OperationName } from "./operations.ts"
import { tableNames } from "./tables.ts"
import type { Transport, TransportFailure } from "./transport.ts"

/**
 * How requests are logged.
 *
 * @category models
 * @since 0.1.0
 */
export interface RequestLogging {
  /** The level of the entries. Default `Debug`. */
  readonly level?: LogLevel.Severity | undefined
  /** `false` leaves out inputs, outputs and messages, which hold keys and items. Default `true`. */
  readonly values?: boolean | undefined
}

/** Logs what goes through a transport. */
export const logging = ({ level = "Debug", values = true }: RequestLogging): ((transport: Transport) => Transport) => {
  const log = Effect.logWithLevel(level)
  return (transport) => ({
    send: (operation, input) =>
      Effect.flatMap(Clock.currentTimeMillis, (start) => {
        const request = { operation, tables: tableNames(input) }
        const sent = Effect.andThen(
          log("DynamoDB request", values ? { ...request, input } : request),
          transport.send(operation, input)
        )
        return Effect.onExit(sent, (exit) =>
          Effect.flatMap(Clock.currentTimeMillis, (end) =>
            log(...entryOf(exit, { operation, milliseconds: end - start }, values))
          )
        )
      })
  })
}

interface Common {
  readonly operation: OperationName
  readonly milliseconds: number
}

const entryOf = (
  exit: Exit.Exit<object, TransportFailure>,
  common: Common,
  values: boolean
): readonly [message: string, details: object] => {
  if (Exit.isSuccess(exit)) {
    const { $metadata, ...output } = exit.value as { readonly $metadata?: { readonly requestId?: string | undefined } }
    const told = { ...common, requestId: $metadata?.requestId }
    return ["DynamoDB answer", values ? { ...told, output } : told]
  }
  const failure = Option.getOrUndefined(Exit.findErrorOption(exit))
  if (failure === undefined) return ["DynamoDB request aborted", common]
  const { cancellationReasons, cause: _, message, throttlingReasons, item, ...known } = failure
  const told = { ...common, ...known, ...(throttlingReasons === undefined ? undefined : { throttlingReasons }) }
  return [
    "DynamoDB failure",
    values
      ? {
          ...told,
          message,
          ...(item === undefined ? undefined : { item }),
          ...(cancellationReasons === undefined ? undefined : { cancellationReasons })
        }
      : told
  ]
}
