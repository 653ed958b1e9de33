import * as DynamoClient from "@effect-dynamo/client/DynamoClient"
import type * as RetryPolicy from "@effect-dynamo/client/RetryPolicy"
import { Clock, Effect } from "effect"

export interface Sent {
  readonly at: number
  readonly operation: DynamoClient.OperationName
  readonly input: object
}

/** A transport that fails as scripted (`pass`: answers), then answers; it notes what was sent, and when. */
export const scripted = (
  failures: ReadonlyArray<DynamoClient.TransportFailure | "pass">,
  output: object = { $metadata: {} },
  quota?: RetryPolicy.Quota
) => {
  const sent: Array<Sent> = []
  const transport: DynamoClient.Transport = {
    send: (operation, input) =>
      Effect.flatMap(Clock.currentTimeMillis, (at) => {
        sent.push({ at, operation, input })
        const failure = failures[sent.length - 1] ?? "pass"
        // whatever the operation, the tests look only at whether there is an answer
        return failure === "pass" ? Effect.succeed(output as never) : Effect.fail(failure)
      })
  }
  return { client: DynamoClient.make(transport, quota), sent }
}

const refused = (code: string, status = 400): DynamoClient.TransportFailure => ({
  origin: "response",
  code,
  message: `${code} happened`,
  sent: true,
  status,
  requestId: "r",
  cause: new Error(code)
})

export const throttled = refused("ThrottlingException")
export const throttledBy = (...reasons: ReadonlyArray<string>): DynamoClient.TransportFailure => ({
  ...throttled,
  throttlingReasons: reasons.map((reason) => ({ reason, resource: undefined }))
})
export const serverError = refused("InternalServerError", 500)
export const invalid = refused("ValidationException")
export const denied = refused("AccessDeniedException")
export const absent = refused("ResourceNotFoundException")
export const conditionFailed = refused("ConditionalCheckFailedException")
export const conflict = refused("TransactionConflictException")
export const inProgress = refused("TransactionInProgressException")

export const cancelled = (...codes: ReadonlyArray<string>): DynamoClient.TransportFailure => ({
  ...refused("TransactionCanceledException"),
  message: `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes.join(", ")}]`
})

export const broken: DynamoClient.TransportFailure = {
  origin: "network",
  code: "ECONNRESET",
  message: "socket hang up",
  sent: true,
  cause: new Error("socket hang up")
}

export const unreachable: DynamoClient.TransportFailure = { ...broken, code: "ECONNREFUSED", sent: false }
export const untrusted: DynamoClient.TransportFailure = { ...unreachable, code: "CERT_HAS_EXPIRED", permanent: true }

export const times = <A>(n: number, value: A): ReadonlyArray<A> => Array.from({ length: n }, () => value)
