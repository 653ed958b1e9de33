import type { DynamoDBClient, DynamoDBClientConfig, GetItemCommand } from "@aws-sdk/client-dynamodb"
import * as Effect from "effect/Effect"
import type { OperationName, Operations } from "./operations.ts"
import { fromSdkError, hasClockCorrected } from "./sdkFailure.ts"
import type { Transport, TransportFailure } from "./transport.ts"

/** What is used of the SDK's code. */
export type Sdk = typeof import("./sdk.ts")

/** Loads the SDK, or fails with what stands in the way. */
export const load = (): Effect.Effect<Sdk, unknown> =>
  Effect.tryPromise({ try: () => import("./sdk.ts"), catch: (cause) => cause })

/** Makes an SDK client whose own retries are off, since ours stand above it. */
export const makeClient = (sdk: Sdk, config: DynamoDBClientConfig): DynamoDBClient => {
  const client = new sdk.DynamoDBClient({
    // Without `info` the SDK's logging middleware does not copy every answer for its log:
    // 38 ms less for a page of 1 MB.
    logger: silentLogger,
    ...config,
    maxAttempts: 1
  })
  sendOnce(client.middlewareStack)
  return client
}

// The SDK calls `logger?.info?.(…)` and `logger?.error?.(…)`, so that a logger may lack them, though its type says otherwise.
// The others its providers of credentials call without asking.
const nothing = () => {}
const silentLogger = { trace: nothing, debug: nothing, warn: nothing } as unknown as NonNullable<
  DynamoDBClientConfig["logger"]
>

type Stack = DynamoDBClient["middlewareStack"]

/**
 * Puts another in place of the middleware that retries, which cannot be removed, since others are placed relative to
 * it. Told to try once, it still makes an id for each request, and waits for its own settings.
 */
const sendOnce = (stack: Stack): void =>
  stack.add(
    (next) => (args) =>
      next(args).then((result) => {
        Object.assign(result.output.$metadata, { attempts: 1, totalRetryDelay: 0 })
        return result
      }),
    { name: "retryMiddleware", step: "finalizeRequest", priority: "high", override: true }
  )

/**
 * Looks like `client`, and shares its connections and configuration, but sends each request once.
 * Nothing of `client` itself changes, for it is the user's.
 */
export const withoutRetries = (client: DynamoDBClient): DynamoDBClient => {
  const middlewareStack = client.middlewareStack.clone()
  sendOnce(middlewareStack)
  return Object.create(client, { middlewareStack: { value: middlewareStack } })
}

// Commands belong to their operation as its input and output do. The compiler cannot correlate the three, so each is
// treated as that of one operation.
type Command = new (input: Operations["GetItem"]["input"]) => GetItemCommand
type Send = (Command: Command, input: Operations["GetItem"]["input"], signal: AbortSignal) => Promise<Output>
type Output = Operations["GetItem"]["output"]

const transport = (sdk: Sdk, send: Send): Transport => {
  const once = <Name extends OperationName>(operation: Name, input: Operations[Name]["input"]) =>
    Effect.callback<Operations[Name]["output"], TransportFailure>((resume, signal) => {
      const Command = sdk.commands[operation] as unknown as Command
      send(Command, input as Operations["GetItem"]["input"], signal).then(
        (output) => resume(Effect.succeed(output as Operations[Name]["output"])),
        (error: unknown) => resume(Effect.fail(fromSdkError(error)))
      )
    })
  return {
    send: (operation, input) => Effect.catchIf(once(operation, input), hasClockCorrected, () => once(operation, input))
  }
}

/** Sends by a client that may be anybody's. */
export const fromClient = (sdk: Sdk, client: DynamoDBClient): Transport =>
  transport(sdk, (Command, input, abortSignal) => client.send(new Command(input), { abortSignal }))

/** The middleware of one operation, put together, with the options that its last part looks into for each request. */
interface Line {
  readonly options: { abortSignal: AbortSignal }
  readonly handle: (command: GetItemCommand) => Promise<{ readonly output: Output }>
}

/**
 * Sends by a client of our own, whose middleware nobody changes. The SDK puts it together anew for each request that can
 * be aborted, which is a fifth of what a small one costs: here it is kept, and used by one request at a time.
 */
export const fromOwnClient = (sdk: Sdk, client: DynamoDBClient): Transport => {
  const idle = new Map<Command, Array<Line>>()
  const open = (Command: Command, abortSignal: AbortSignal): Line => {
    const options = { abortSignal }
    // What is put together remembers the command that it was made for: not one that holds items.
    const command = new Command({ TableName: undefined, Key: undefined })
    return { options, handle: command.resolveMiddleware(client.middlewareStack, client.config, options) }
  }
  return transport(sdk, (Command, input, abortSignal) => {
    let lines = idle.get(Command)
    if (lines === undefined) idle.set(Command, (lines = []))
    const line = lines.pop() ?? open(Command, abortSignal)
    line.options.abortSignal = abortSignal
    // One that failed, or was aborted, is not used again: who knows what it still holds.
    return line.handle(new Command(input)).then(({ output }) => {
      lines.push(line)
      return output
    })
  })
}
