/** What DynamoDB refuses, and what stands between it and the client. */
import { by, type CallName, code, codes, named, options, providerError, type Section } from "./row.ts"

const throttled = { tag: "ThroughputExceeded", retried: true, ambiguous: false } as const
const denied = { tag: "AccessDenied", retried: false, ambiguous: false } as const
const rejected = { tag: "RequestRejected", retried: false, ambiguous: false } as const
const unavailable = { tag: "ServiceUnavailable", retried: true, ambiguous: true } as const
const itemWrites: ReadonlyArray<CallName> = ["put", "increment"]
const otherThrottles = [
  "Throttling",
  "ThrottledException",
  "RequestThrottled",
  "RequestThrottledException",
  "TooManyRequestsException",
  "BandwidthLimitExceeded",
  "PriorRequestNotComplete",
  "SlowDown"
]
const signatures = ["InvalidSignatureException", "SignatureDoesNotMatch", "RequestTimeTooSkewed", "RequestExpired"]
const badSignatures = ["IncompleteSignature", "IncompleteSignatureException", "AuthFailure"]
const badCredentials = ["InvalidClientTokenId", "InvalidAccessKeyId", "NotAuthorized", "UnauthorizedOperation"]
const malformed = ["MalformedHttpRequestException", "MalformedQueryString", "InvalidAction", "MissingAction"]
const badParameters = ["ValidationError", "InvalidParameterValue", "InvalidParameterCombination", "MissingParameter"]
/** The SDK's exceptions of operations that this client does not have. */
const ofOtherOperations = [
  "BackupInUseException",
  "BackupNotFoundException",
  "ContinuousBackupsUnavailableException",
  "ExportConflictException",
  "ExportNotFoundException",
  "GlobalTableAlreadyExistsException",
  "GlobalTableNotFoundException",
  "ImportConflictException",
  "ImportNotFoundException",
  "InvalidEndpointException",
  "InvalidExportTimeException",
  "InvalidRestoreTimeException",
  "PointInTimeRecoveryUnavailableException",
  "PolicyNotFoundException",
  "ReplicaAlreadyExistsException",
  "ReplicaNotFoundException"
]

export const refusals: ReadonlyArray<Section> = [
  {
    title: "Throttling",
    rows: [
      {
        error: `${code("ProvisionedThroughputExceededException")}, with \`ThrottlingReasons\` or without`,
        by: by("pt-exceeded", "pt-exceeded-reasons", "pt-exceeded-gsi"),
        ...throttled,
        why: "the table, an index or a key range is at its limit for now; nothing was done"
      },
      {
        error: `${code("ThrottlingException")}, of tables or of operations on tables`,
        by: by("throttling", "throttling-reasons", "throttling-control", "header-type"),
        ...throttled,
        why: "the same; also while an on-demand table grows"
      },
      {
        error: code("RequestLimitExceeded"),
        by: by("request-limit"),
        ...throttled,
        why: "the account is at its limit for now"
      },
      {
        error: code("LimitExceededException"),
        by: by("limit-exceeded"),
        ...throttled,
        why: "too many tables are being changed at once"
      },
      {
        error: codes(otherThrottles),
        by: named(...otherThrottles),
        ...throttled,
        why: "what other services of AWS, and gateways, call it"
      },
      {
        error: "HTTP 429, whatever its body",
        by: by("throttling-429", "too-many-429-html", { error: { name: "SomethingNewException", status: 429 } }),
        ...throttled,
        why: "the status says so"
      }
    ]
  },
  {
    title: "Failures of the service",
    rows: [
      {
        error: "HTTP 500: `InternalServerError`, `InternalFailure`, or without a body",
        by: by("internal-500", "internal-failure-500", "empty-500"),
        ...unavailable,
        why: "it passes; a write may have been applied before the failure"
      },
      {
        error: "HTTP 500 after the write was applied",
        by: by({ fault: "internal-500", after: true }),
        ...unavailable,
        why: "nobody can tell it from the one before"
      },
      {
        error: "HTTP 502, 503, 504, as JSON or as a gateway's HTML page",
        by: by("bad-gateway-502", "unavailable-503", "unavailable-503-html", "gateway-timeout-504"),
        ...unavailable,
        why: "the same: a gateway does not know what became of the request"
      },
      {
        error: "`RequestTimeout`, `RequestTimeoutException`, HTTP 408",
        by: [...named("RequestTimeout", "RequestTimeoutException"), ...by("request-timeout-408")],
        tag: "RequestTimeout",
        retried: true,
        ambiguous: false,
        why: "the request did not arrive whole in time: it was not looked at"
      }
    ]
  },
  {
    title: "Refused requests",
    rows: [
      {
        error: code("ValidationException"),
        by: by("validation"),
        ...rejected,
        why: "the request is wrong, and stays so"
      },
      {
        error: "`ValidationException`: item size has exceeded the maximum allowed size",
        by: by({ error: { name: "ValidationException", message: "Item size has exceeded the maximum allowed size" } }),
        tag: "ItemTooLarge",
        retried: false,
        ambiguous: false,
        why: "the item would be larger than 400 KB",
        calls: itemWrites
      },
      {
        error: codes(badParameters),
        by: named(...badParameters),
        ...rejected,
        why: "the same, as other services call it"
      },
      {
        error: "`SerializationException`, `UnknownOperationException`",
        by: by("serialization", "unknown-operation"),
        ...rejected,
        why: "no DynamoDB, or an engine that lacks the operation"
      },
      {
        error: codes(malformed),
        by: named(...malformed),
        ...rejected,
        why: "something on the way damages requests"
      },
      {
        error: "HTTP 413: `RequestEntityTooLargeException`, or a proxy's page",
        by: by("payload-too-large", "too-large-413-html"),
        ...rejected,
        why: "the request stays as large as it is"
      },
      {
        error: "HTTP 400 or 407 with a proxy's HTML page",
        by: by("bad-request-400-html", "proxy-authentication-407"),
        ...rejected,
        why: "the proxy does not pass it on; `code` is `UnknownError`"
      },
      {
        error: codes(ofOtherOperations),
        by: named(...ofOtherOperations),
        ...rejected,
        why: "of operations that the client does not have"
      },
      {
        error: "any other name, or none, with HTTP 4xx",
        by: by("unmodeled-error", "no-type"),
        ...rejected,
        why: "DynamoDB says that the request is at fault; `code` is the name"
      }
    ]
  },
  {
    title: "Credentials and permissions",
    rows: [
      {
        error: "`AccessDeniedException`, HTTP 401 or 403 with whatever body",
        by: by("access-denied", "forbidden-403-html", { error: { name: "SomethingNewException", status: 401 } }),
        ...denied,
        why: "a policy, or a firewall, forbids it"
      },
      {
        error: "`UnrecognizedClientException`, `MissingAuthenticationTokenException`",
        by: by("unrecognized-client", "missing-token"),
        ...denied,
        why: "the credentials are unknown, or of another partition"
      },
      {
        error: "`ExpiredTokenException`, `ExpiredToken`",
        by: [...by("expired-token"), ...named("ExpiredToken")],
        ...denied,
        why: "the next call has new credentials, where a provider gives them"
      },
      {
        error: `${codes([...badCredentials, "OptInRequired"])}`,
        by: named(...badCredentials, "OptInRequired"),
        ...denied,
        why: "the same, as other services call it"
      },
      {
        error: codes(badSignatures),
        by: named(...badSignatures),
        ...denied,
        why: "something on the way changes headers"
      },
      {
        error: codes(signatures),
        by: [...by("signature-expired"), ...named(...signatures)],
        ...denied,
        why: "where the clocks agree, the secret is wrong"
      },
      {
        error: "the same, with a `date` that is minutes away",
        by: by(
          { fault: "signature-expired", aheadMs: 20 * 60_000 },
          ...signatures.map((name) => ({ error: { name }, aheadMs: -20 * 60_000 }))
        ),
        ...denied,
        retried: "once",
        why: "this machine's clock is wrong; from then on the client has DynamoDB's time"
      },
      {
        error: "the provider of credentials fails, or finds none",
        by: options(
          { credentials: () => Promise.reject(providerError("Could not load credentials from any providers")) },
          { credentials: () => Promise.reject(providerError("The SSO session has expired")) },
          { credentials: () => Promise.reject(new Error("no such profile")) },
          // as of a provider in JavaScript
          { credentials: () => Promise.resolve(undefined as never) }
        ),
        ...denied,
        why: "nothing was sent; the next call asks it again"
      }
    ]
  }
]
