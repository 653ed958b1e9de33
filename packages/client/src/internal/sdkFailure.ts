import type { CancellationReason, ThrottlingReason } from "@effect-dynamo/core/DynamoError"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import { KnownFailure } from "./knownFailure.ts"
import type { Item } from "./operations.ts"
import type { TransportFailure } from "./transport.ts"
import { unreadable } from "./wireChecks.ts"

// Reads what the SDK and Node throw. Nothing about their shape is taken for granted: errors come
// from several copies of classes, several namespaces, and from services that only resemble DynamoDB.

const text = (u: unknown): string | undefined => (typeof u === "string" && u !== "" ? u : undefined)
const record = (u: unknown): Record<string, unknown> => (Predicate.isObject(u) ? (u as Record<string, unknown>) : {})

// Node's codes for "the connection was never made": nothing was sent.
const neverConnected = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EAI_FAIL",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "EHOSTDOWN",
  "ENETDOWN",
  "EADDRNOTAVAIL"
])

// Node's codes for "the connection was lost, or took too long": the request may have arrived.
const timeouts = new Set(["ETIMEDOUT", "ESOCKETTIMEDOUT"])

/** Whatever the code: also where the system did not let a connection be begun, as for want of rights or of files. */
const hasNotConnected = (code: string, syscall: unknown): boolean =>
  neverConnected.has(code) || (syscall === "connect" && !timeouts.has(code))

// What SDK credential providers throw, by name.
const credentialErrors = new Set(["CredentialsProviderError", "TokenProviderError", "ProviderError"])

// What the SDK throws before it sends anything, by what its messages say: it gives these no names.
const requestProblems: ReadonlyArray<readonly [pattern: RegExp, code: string]> = [
  [/region is missing/i, "MissingRegion"],
  [/region not accepted|valid hostname component/i, "InvalidRegion"],
  [/invalid url|invalid endpoint|endpoint is not valid/i, "InvalidEndpoint"]
]

// Node's codes for a request that cannot be written: as a header with a line break, which comes of credentials.
const unwritable = new Set([
  "ERR_INVALID_CHAR",
  "ERR_INVALID_HTTP_TOKEN",
  "ERR_HTTP_INVALID_HEADER_VALUE",
  "ERR_INVALID_PROTOCOL",
  "ERR_UNESCAPED_CHARACTERS"
])

const certificateError =
  /^(CERT_|ERR_TLS_|ERR_SSL_|UNABLE_TO_|DEPTH_ZERO_SELF_SIGNED|SELF_SIGNED_|EPROTO$|HOSTNAME_MISMATCH)/

/** The name of an error: what follows the namespace, without the URL some services append. */
export const errorCode = (name: string): string => {
  const afterNamespace = name.slice(name.lastIndexOf("#") + 1)
  const colon = afterNamespace.indexOf(":")
  return colon < 0 ? afterNamespace : afterNamespace.slice(0, colon)
}

/** The code of an error without a name. */
export const nameless = "UnknownError"

/** What DynamoDB says of signatures whose time is wrong, and of others too. */
export const skews: ReadonlySet<string> = new Set([
  "RequestTimeTooSkewed",
  "RequestTimeTooSkewedException",
  "RequestExpired",
  "RequestInTheFuture",
  "InvalidSignatureException",
  "SignatureDoesNotMatch",
  "AuthFailure"
])

/** Whether a signature was refused whose time was wrong, and the SDK has set its clock by the answer: the next one has the right time. */
export const hasClockCorrected = ({ cause, code }: TransportFailure): boolean =>
  skews.has(code) && record(record(cause).$metadata).clockSkewCorrected === true

export const fromSdkError = (error: unknown): TransportFailure => {
  if (error instanceof KnownFailure) return error.failure
  const fields = record(error)
  const metadata = record(fields.$metadata)
  const response = record(fields.$response)
  const status = [metadata.httpStatusCode, response.statusCode].find((n) => typeof n === "number")
  const message = messageOf(fields)
  const name = errorCode(text(fields.name) ?? "Error")
  const systemCode = text(fields.code) ?? text(record(fields.cause).code)

  const base = { message, cause: error }
  if (typeof status === "number") {
    const requestId = text(metadata.requestId)
    // No JSON. The parser's message quotes the answer, which may hold values of items: it is not passed on.
    if (name === "SyntaxError") {
      return status >= 200 && status < 300
        ? unreadable(status, requestId)
        : fromAnswer({}, { code: nameless, status, requestId, cause: undefined })
    }
    // The SDK's word for an error without a name is another one.
    return fromAnswer(fields, { code: name === "Unknown" ? nameless : name, status, requestId, cause: error })
  }
  if (
    credentialErrors.has(name) ||
    /could not load credentials|credential is missing|credential object is not valid/i.test(message)
  ) {
    return { ...base, origin: "credentials", code: name, sent: false }
  }
  const problem = requestProblems.find(([pattern]) => pattern.test(message))
  if (problem !== undefined) return { ...base, origin: "request", code: problem[1], sent: false }
  // Settings that exclude each other, as FIPS and an endpoint do
  if (name === "EndpointError") return { ...base, origin: "request", code: "InvalidConfiguration", sent: false }

  // Where a name has several addresses, Node fails with one error for each
  const first = Array.isArray(fields.errors) ? record(fields.errors[0]) : fields
  const host = text(first.hostname) ?? text(first.host) ?? text(first.address)
  if (systemCode !== undefined && hasNotConnected(systemCode, fields.syscall)) {
    return { ...base, origin: "network", code: systemCode, sent: false, host }
  }
  if (systemCode !== undefined && certificateError.test(systemCode)) {
    return { ...base, origin: "network", code: systemCode, sent: false, permanent: true, host }
  }
  // The SDK calls a reset connection a TimeoutError too: the system's code decides where there is one.
  if (systemCode === undefined ? name === "TimeoutError" : timeouts.has(systemCode)) {
    const connecting = /did not establish a connection/.test(message) || fields.syscall === "connect"
    return { ...base, origin: "timeout", code: systemCode ?? name, sent: !connecting, host }
  }
  // A mistake in the request that the SDK stumbled over while writing it
  if (systemCode === undefined ? name === "TypeError" || name === "RangeError" : unwritable.has(systemCode)) {
    return { ...base, origin: "request", code: systemCode ?? name, sent: false }
  }
  return { ...base, origin: "network", code: systemCode ?? name, sent: true, host }
}

/** What DynamoDB answered with in place of an output: the fields of its error, and what came beside them. */
export const fromAnswer = (
  fields: Record<string, unknown>,
  answer: {
    readonly code: string
    readonly status: number
    readonly requestId: string | undefined
    readonly cause: unknown
  }
): TransportFailure => ({
  ...answer,
  origin: "response",
  sent: true,
  message: messageOf(fields),
  item: Predicate.isObject(fields.Item) ? (fields.Item as Item) : undefined, // as the codec before us read it
  cancellationReasons: Array.isArray(fields.CancellationReasons)
    ? fields.CancellationReasons.map(cancellationReason)
    : undefined,
  throttlingReasons: throttlingReasons(fields.ThrottlingReasons ?? fields.throttlingReasons)
})

// `message` is usual, `Message` is what cancelled transactions have
const messageOf = (fields: Record<string, unknown>): string => {
  const message = text(fields.message) ?? text(fields.Message) ?? ""
  return message === "UnknownError" ? "" : message // the SDK's word for none
}

const cancellationReason = (u: unknown): CancellationReason<Item> => {
  const reason = record(u)
  return {
    code: text(reason.Code) ?? text(reason.code) ?? "None",
    message: text(reason.Message) ?? text(reason.message),
    item: Predicate.isObject(reason.Item) ? Option.some(reason.Item as Item) : Option.none() // as the codec before us read it
  }
}

const throttlingReasons = (u: unknown): ReadonlyArray<ThrottlingReason> | undefined =>
  Array.isArray(u)
    ? u.map((entry) => {
        const reason = record(entry)
        return { reason: text(reason.reason), resource: text(reason.resource) }
      })
    : undefined
