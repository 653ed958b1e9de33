import * as DynamoError from "@effect-dynamo/core/DynamoError"
import * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import type { Item, OperationName } from "./operations.ts"
import { rules } from "./operations.ts"
import { redact } from "./redact.ts"
import { tableNames } from "./tables.ts"
import type { TransportFailure } from "./transport.ts"

/** What is known of a call while it runs. */
export interface Progress {
  /** How often the request was sent. */
  attempts: number
  /** Whether a request is under way. */
  inFlight: boolean
  /** Whether an attempt of a write may have been applied, although it brought no good answer. */
  ambiguous: boolean
}

// AWS services spell the same trouble in many ways, some with "Exception", some without: these are
// without.
const throttles = new Set([
  "ProvisionedThroughputExceeded",
  "Throttling",
  "Throttled",
  "RequestThrottled",
  "ThrottledRequest",
  "RequestLimitExceeded",
  "LimitExceeded",
  "TooManyRequests",
  "BandwidthLimitExceeded",
  "SlowDown",
  "PriorRequestNotComplete"
])

const accessProblems = new Set([
  "AccessDenied",
  "UnrecognizedClient",
  "ExpiredToken",
  "InvalidSignature",
  "SignatureDoesNotMatch",
  "IncompleteSignature",
  "MissingAuthenticationToken",
  "InvalidClientTokenId",
  "InvalidAccessKeyId",
  "AuthFailure",
  "UnauthorizedOperation",
  "NotAuthorized",
  "OptInRequired",
  "RequestExpired",
  "RequestTimeTooSkewed",
  "RequestInTheFuture"
])

const missing = new Set(["ResourceNotFound", "TableNotFound", "IndexNotFound"])
const inUse = new Set(["ResourceInUse", "TableInUse", "TableAlreadyExists"])

/**
 * Whether the write that failed so may have been applied all the same: the service failed, or its
 * answer was lost or could not be read.
 */
export const mayHaveBeenApplied = (failure: TransportFailure): boolean => {
  switch (failure.origin) {
    case "network":
    case "timeout":
      return failure.sent
    case "response": {
      const refused = failure.status !== undefined && failure.status >= 400 && failure.status < 500
      return !refused || failure.code === "TransactionInProgressException"
    }
    default:
      return false
  }
}

/** The error of this library for a failure: always one of those the operation's type names. */
export const toError = (
  operation: OperationName,
  input: object,
  failure: TransportFailure,
  progress: Progress
): DynamoError.DynamoError => {
  const error = specific(operation, input, failure, progress)
  // An answer that the operation cannot give, from something that only resembles DynamoDB
  return isService(error) || rules[operation].fails.some((tag) => tag === error._tag)
    ? error
    : new DynamoError.RequestRejected({ ...common(operation, input, failure, progress), code: failure.code })
}

/** The error for a call that took longer than it may. */
export const toTimeout = (
  operation: OperationName,
  input: object,
  duration: Duration.Duration,
  write: boolean,
  progress: Progress
): DynamoError.RequestTimeout =>
  new DynamoError.RequestTimeout({
    message: `${operation} had no good answer within ${Duration.format(duration)}, retries included.`,
    operation,
    table: onlyTable(input),
    attempts: progress.attempts,
    ambiguous: progress.ambiguous || (write && progress.inFlight)
  })

const serviceTags: ReadonlySet<string> = new Set<DynamoError.Service["_tag"]>([
  "ThroughputExceeded",
  "ResourceNotFound",
  "AccessDenied",
  "RequestRejected",
  "ServiceUnavailable",
  "RequestTimeout",
  "NetworkError"
])

const isService = (error: DynamoError.DynamoError): error is DynamoError.Service => serviceTags.has(error._tag)

const onlyTable = (input: object): string | undefined => {
  const names = tableNames(input)
  return names.length === 1 ? names[0] : undefined
}

const common = (operation: OperationName, input: object, failure: TransportFailure, progress: Progress) => {
  const said = redact(failure.message)
  return {
    message: sentence(said, `${operation} failed: ${failure.code}`),
    operation,
    table: onlyTable(input),
    // the original repeats the message: it is left out where that holds values
    cause: said === failure.message ? failure.cause : undefined,
    requestId: failure.requestId,
    attempts: progress.attempts,
    // whatever failed last: an earlier attempt may have been applied
    ...(progress.ambiguous ? { ambiguous: true } : undefined)
  }
}

/** What is told of a failure that brought items: not the original, which shows them to whoever looks into it. */
const withoutOriginal = (fields: ReturnType<typeof common>, hasItems: boolean): ReturnType<typeof common> =>
  hasItems ? { ...fields, cause: undefined } : fields

const sentence = (said: string, otherwise: string): string => {
  const text = said.trim() === "" ? otherwise : said.trim()
  return /[.!?]$/.test(text) ? text : `${text}.`
}

const specific = (
  operation: OperationName,
  input: object,
  failure: TransportFailure,
  progress: Progress
): DynamoError.DynamoError => {
  const fields = common(operation, input, failure, progress)
  const { ambiguous } = progress
  switch (failure.origin) {
    case "credentials":
      return new DynamoError.AccessDenied({
        ...fields,
        message: `${fields.message} Give the client credentials, or make them available to the AWS SDK's default chain.`
      })
    case "request":
      return new DynamoError.RequestRejected({
        ...fields,
        message: `The request was not sent. ${fields.message}${requestAdvice[failure.code] ?? ""}`,
        code: failure.code
      })
    case "timeout":
      return new DynamoError.RequestTimeout({ ...fields, ambiguous })
    case "network":
      return new DynamoError.NetworkError({ ...fields, ambiguous, message: networkMessage(failure, fields.message) })
    case "response":
      return fromResponse(operation, failure, fields, ambiguous)
  }
}

const requestAdvice: { readonly [code: string]: string } = {
  MissingSdk: " Install it, or use DynamoClient.layerDirect, which does without.",
  MissingRegion: " Give the client a region, or set AWS_REGION.",
  InvalidRegion: " Check the client's region.",
  ERR_INVALID_CHAR: " Check the client's credentials: they may end with a line break.",
  InvalidEndpoint: " Check the client's endpoint: it must be a URL such as http://localhost:8000."
}

const networkMessage = (failure: TransportFailure, said: string): string => {
  const where = failure.host === undefined ? "DynamoDB" : failure.host
  if (failure.permanent === true) {
    return `The connection to ${where} is not trusted (${failure.code}): ${said} Check the endpoint and its certificate.`
  }
  return failure.sent
    ? `The connection to ${where} broke (${failure.code}): ${said}`
    : `${where} cannot be reached (${failure.code}): ${said} Check the client's endpoint and region, and the network.`
}

const fromResponse = (
  operation: OperationName,
  failure: TransportFailure,
  fields: ReturnType<typeof common>,
  ambiguous: boolean
): DynamoError.DynamoError => {
  const name = failure.code.replace(/(Exception|Error)$/, "")
  const status = failure.status ?? 0

  if (name === "ConditionalCheckFailed" || name === "DuplicateItem") {
    return new DynamoError.ConditionalCheckFailed<Item>({
      ...withoutOriginal(fields, failure.item !== undefined),
      message: ambiguous
        ? `${fields.message} An earlier attempt had no good answer, and may have been applied.`
        : fields.message,
      item: Option.fromNullishOr(failure.item)
    })
  }
  if (name === "TransactionCanceled") return fromCancellation(failure, fields)
  if (name === "TransactionConflict" || name === "ReplicatedWriteConflict") {
    return new DynamoError.TransactionConflict(fields)
  }
  if (name === "TransactionInProgress") {
    return new DynamoError.ServiceUnavailable({
      ...fields,
      ambiguous,
      message: "A transaction with the same token is still in progress, and may yet succeed."
    })
  }
  if (name === "IdempotentParameterMismatch") {
    return new DynamoError.IdempotentMismatch({
      ...fields,
      message: "The transaction's token was used within the last 10 minutes for a transaction with other content."
    })
  }
  if (throttles.has(name) || status === 429) {
    const reasons = failure.throttlingReasons ?? []
    return new DynamoError.ThroughputExceeded({ ...fields, reasons })
  }
  if (name === "ItemCollectionSizeLimitExceeded") return new DynamoError.ItemCollectionTooLarge(fields)
  if (name === "Validation" && /item size.*exceeded/i.test(failure.message)) return new DynamoError.ItemTooLarge(fields)
  if (missing.has(name)) {
    const what = fields.table === undefined ? "the table's name" : `that table "${fields.table}" exists`
    return new DynamoError.ResourceNotFound({
      ...fields,
      message: `${fields.message} Check ${what}, and the client's region and endpoint.`
    })
  }
  if (inUse.has(name)) return new DynamoError.ResourceInUse(fields)
  if (accessProblems.has(name) || status === 401 || status === 403) {
    return new DynamoError.AccessDenied({
      ...fields,
      message: `${fields.message} Check the credentials and what they allow (${failure.code}).`
    })
  }
  // The request did not arrive whole in time: it was not looked at.
  if (name === "RequestTimeout" || status === 408) return new DynamoError.RequestTimeout({ ...fields, ambiguous })
  if (status >= 500) {
    return new DynamoError.ServiceUnavailable({
      ...fields,
      ambiguous,
      message: `DynamoDB failed with ${status} ${failure.code}: ${fields.message}`
    })
  }
  if (status >= 400) return new DynamoError.RequestRejected({ ...fields, code: failure.code })
  // An answer of success that could not be read
  return new DynamoError.NetworkError({
    ...fields,
    ambiguous,
    message: `The answer to ${operation} could not be read (${failure.code}): ${fields.message}`
  })
}

const fromCancellation = (
  failure: TransportFailure,
  { ambiguous: _, ...all }: ReturnType<typeof common> // by its token it would have been recognised
): DynamoError.ConditionalCheckFailed<Item> | DynamoError.TransactionConflict | DynamoError.TransactionCanceled => {
  const reasons = (failure.cancellationReasons ?? codesOf(failure.message)).map((reason) => ({
    ...reason,
    message: reason.message === undefined ? undefined : redact(reason.message)
  }))
  const fields = withoutOriginal(
    all,
    reasons.some(({ item }) => Option.isSome(item))
  )
  const culprits = reasons.filter((reason) => reason.code !== "None")
  const condition = culprits.find((reason) => reason.code === "ConditionalCheckFailed")
  if (condition !== undefined) {
    return new DynamoError.ConditionalCheckFailed<Item>({ ...fields, item: condition.item, reasons })
  }
  if (culprits.length > 0 && culprits.every((reason) => reason.code === "TransactionConflict")) {
    return new DynamoError.TransactionConflict({ ...fields, reasons })
  }
  return new DynamoError.TransactionCanceled({ ...fields, reasons })
}

// "Transaction cancelled, please refer cancellation reasons for specific reasons [None, ConditionalCheckFailed]":
// where the list itself is missing, the message still has the codes in order.
const codesOf = (message: string): ReadonlyArray<DynamoError.CancellationReason<Item>> => {
  const list = /\[([\w\s,]+)\]/.exec(message)?.[1]
  return list === undefined
    ? []
    : list.split(",").map((code) => ({ code: code.trim(), message: undefined, item: Option.none() }))
}
