/**
 * Faults as they are on the wire: the exact status, headers and body. `{table}` stands for the first table of the request.
 */

/** An answer that is a fault. */
export interface Fault {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** The text, or what it is the JSON of. */
  readonly body: string | object
  /** Whether DynamoDB expects the request again: `caller` if its caller says so, `clock` once the clock is right. */
  readonly retry: boolean | "caller" | "clock"
  /**
   * Where it is from: shapes of the AWS SDK 3.1162.0, AWS's documentation, what was seen in public, what an engine answers, or nowhere.
   */
  readonly provenance: "sdk-model" | "docs" | "captured" | "engine" | "assumed"
}

const dynamo = "com.amazonaws.dynamodb.v20120810#"
const service = "com.amazon.coral.service#"
const availability = "com.amazon.coral.availability#"
const validate = "com.amazon.coral.validate#"

const json = { "content-type": "application/x-amz-json-1.0" }
const html = { "content-type": "text/html" }
const arn = "arn:aws:dynamodb:us-east-1:000000000000:table/{table}"

const notProvisioned =
  "The level of configured provisioned throughput for the table was exceeded. Consider increasing your provisioning level with the UpdateTable API."
const onDemand =
  "Throughput exceeds the current capacity of your table or index. DynamoDB is automatically scaling your table or index so please try again shortly. If exceptions persist, check if you have a hot key: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html"

/** A page of what stands between the client and DynamoDB. */
const page = (status: number, title: string, retry: boolean) =>
  ({
    status,
    headers: html,
    body: `<html><head><title>${status} ${title}</title></head></html>`,
    retry,
    provenance: "assumed"
  }) as const

export const faults = {
  // Throttling.
  "pt-exceeded": {
    status: 400,
    headers: json,
    body: { __type: `${dynamo}ProvisionedThroughputExceededException`, message: notProvisioned },
    retry: true,
    provenance: "captured"
  },
  // Member is ThrottlingReasons (capital T) here.
  "pt-exceeded-reasons": {
    status: 400,
    headers: json,
    body: {
      __type: `${dynamo}ProvisionedThroughputExceededException`,
      message: notProvisioned,
      ThrottlingReasons: [{ reason: "TableReadProvisionedThroughputExceeded", resource: arn }]
    },
    retry: true,
    provenance: "sdk-model"
  },
  "pt-exceeded-gsi": {
    status: 400,
    headers: json,
    body: {
      __type: `${dynamo}ProvisionedThroughputExceededException`,
      message:
        "The level of configured provisioned throughput for one or more global secondary indexes of the table was exceeded. Consider increasing your provisioning level for the under-provisioned global secondary indexes with the UpdateTable API",
      ThrottlingReasons: [{ reason: "IndexWriteProvisionedThroughputExceeded", resource: `${arn}/index/GSI1` }]
    },
    retry: true,
    provenance: "captured"
  },
  throttling: {
    status: 400,
    headers: json,
    body: { __type: `${dynamo}ThrottlingException`, message: onDemand },
    retry: true,
    provenance: "captured"
  },
  // Member is throttlingReasons (small t) here.
  "throttling-reasons": {
    status: 400,
    headers: json,
    body: {
      __type: `${dynamo}ThrottlingException`,
      message: onDemand,
      throttlingReasons: [
        { reason: "TableWriteKeyRangeThroughputExceeded", resource: arn },
        { reason: "IndexWriteAccountLimitExceeded", resource: `${arn}/index/GSI1` }
      ]
    },
    retry: true,
    provenance: "sdk-model"
  },
  // Control plane (CreateTable/DescribeTable …): other namespace.
  "throttling-control": {
    status: 400,
    headers: json,
    body: { __type: `${availability}ThrottlingException`, message: "Rate exceeded" },
    retry: true,
    provenance: "captured"
  },
  "request-limit": {
    status: 400,
    headers: json,
    body: {
      __type: `${dynamo}RequestLimitExceeded`,
      message:
        "Throughput exceeds the current throughput limit for your account. Please contact AWS Support at https://aws.amazon.com/support request a limit increase",
      ThrottlingReasons: [{ reason: "TableReadAccountLimitExceeded", resource: arn }]
    },
    retry: true,
    provenance: "sdk-model"
  },
  "limit-exceeded": {
    status: 400,
    headers: json,
    body: {
      __type: `${dynamo}LimitExceededException`,
      message:
        "Subscriber limit exceeded: There is a limit of 500 tables that can be created, deleted, or updated simultaneously"
    },
    retry: true,
    provenance: "docs"
  },
  "throttling-429": {
    status: 429,
    headers: json,
    body: { __type: `${availability}ThrottlingException`, message: "Rate exceeded" },
    retry: true,
    provenance: "assumed"
  },

  // The server's side.
  "internal-500": {
    status: 500,
    headers: json,
    body: { __type: `${dynamo}InternalServerError`, message: "Internal server error" },
    retry: true,
    provenance: "docs"
  },
  // DynamoDB Local sends this also for malformed requests.
  "internal-failure-500": {
    status: 500,
    headers: json,
    body: {
      __type: `${dynamo}InternalFailure`,
      message: "The request processing has failed because of an unknown error, exception or failure."
    },
    retry: true,
    provenance: "engine"
  },
  "unavailable-503": {
    status: 503,
    headers: json,
    body: { __type: `${service}ServiceUnavailableException`, message: "Service Unavailable" },
    retry: true,
    provenance: "docs"
  },
  // Load balancer page: not JSON.
  "unavailable-503-html": {
    status: 503,
    headers: html,
    body: "<html><body><b>Http/1.1 Service Unavailable</b></body> </html>",
    retry: true,
    provenance: "assumed"
  },
  "bad-gateway-502": page(502, "Bad Gateway", true),
  "gateway-timeout-504": page(504, "Gateway Time-out", true),
  "empty-500": { status: 500, headers: {}, body: "", retry: true, provenance: "assumed" },

  // Transactions.
  // For single item writes that meet a running transaction; the AWS SDK does not retry it.
  "transaction-conflict": {
    status: 400,
    headers: json,
    body: { __type: `${dynamo}TransactionConflictException`, message: "Transaction is ongoing for the item" },
    retry: "caller",
    provenance: "docs"
  },
  "transaction-in-progress": {
    status: 400,
    headers: json,
    body: {
      __type: `${dynamo}TransactionInProgressException`,
      Message: "The transaction with the given request token is already in progress."
    },
    retry: true,
    provenance: "sdk-model"
  },
  // DynamoDB Local sends no message at all.
  "idempotent-mismatch": {
    status: 400,
    headers: json,
    body: { __type: `${dynamo}IdempotentParameterMismatchException` },
    retry: false,
    provenance: "engine"
  },
  "replicated-write-conflict": {
    status: 400,
    headers: json,
    body: {
      __type: `${dynamo}ReplicatedWriteConflictException`,
      message: "One or more items in this request are being modified by a request in another Region."
    },
    retry: "caller",
    provenance: "sdk-model"
  },

  // Conditions.
  conditional: {
    status: 400,
    headers: json,
    body: { __type: `${dynamo}ConditionalCheckFailedException`, message: "The conditional request failed" },
    retry: false,
    provenance: "engine"
  },
  "conditional-item": {
    status: 400,
    headers: json,
    body: {
      __type: `${dynamo}ConditionalCheckFailedException`,
      message: "The conditional request failed",
      Item: { pk: { S: "x" }, n: { N: "1" } }
    },
    retry: false,
    provenance: "engine"
  },
  "item-collection-size": {
    status: 400,
    headers: json,
    body: { __type: `${dynamo}ItemCollectionSizeLimitExceededException`, message: "Collection size exceeded." },
    retry: false,
    provenance: "docs"
  },

  // The client's side.
  validation: {
    status: 400,
    headers: json,
    body: { __type: `${validate}ValidationException`, message: "One or more parameter values were invalid: injected" },
    retry: false,
    provenance: "engine"
  },
  "resource-not-found": {
    status: 400,
    headers: json,
    body: { __type: `${dynamo}ResourceNotFoundException`, message: "Requested resource not found" },
    retry: false,
    provenance: "captured"
  },
  "resource-in-use": {
    status: 400,
    headers: json,
    body: {
      __type: `${dynamo}ResourceInUseException`,
      message: "Attempt to change a resource which is still in use: Table is being created: {table}"
    },
    retry: false,
    provenance: "captured"
  },
  serialization: {
    status: 400,
    headers: json,
    body: { __type: `${service}SerializationException` },
    retry: false,
    provenance: "engine"
  },
  "unknown-operation": {
    status: 400,
    headers: json,
    body: { __type: `${service}UnknownOperationException` },
    retry: false,
    provenance: "engine"
  },
  "access-denied": {
    status: 400,
    headers: json,
    body: {
      __type: `${service}AccessDeniedException`,
      Message: `User: arn:aws:iam::000000000000:user/u is not authorized to perform: dynamodb:GetItem on resource: ${arn}`
    },
    retry: false,
    provenance: "docs"
  },
  "unrecognized-client": {
    status: 400,
    headers: json,
    body: {
      __type: `${service}UnrecognizedClientException`,
      message: "The security token included in the request is invalid."
    },
    retry: false,
    provenance: "docs"
  },
  "expired-token": {
    status: 400,
    headers: json,
    body: {
      __type: `${service}ExpiredTokenException`,
      message: "The security token included in the request is expired"
    },
    retry: false,
    provenance: "docs"
  },
  "signature-expired": {
    status: 400,
    headers: json,
    body: {
      __type: `${service}InvalidSignatureException`,
      message: "Signature expired: 20240101T000000Z is now earlier than 20240101T001500Z (20240101T002000Z - 5 min.)"
    },
    retry: "clock",
    provenance: "docs"
  },
  "missing-token": {
    status: 400,
    headers: json,
    body: {
      __type: `${service}MissingAuthenticationTokenException`,
      message: "Request is missing Authentication Token"
    },
    retry: false,
    provenance: "docs"
  },

  // What no documentation tells.
  "payload-too-large": {
    status: 413,
    headers: json,
    body: { __type: `${service}RequestEntityTooLargeException` },
    retry: false,
    provenance: "assumed"
  },
  // Pages of proxies and firewalls between the client and DynamoDB.
  "bad-request-400-html": page(400, "Bad Request", false),
  "forbidden-403-html": page(403, "Forbidden", false),
  "proxy-authentication-407": page(407, "Proxy Authentication Required", false),
  "request-timeout-408": page(408, "Request Timeout", true),
  "too-large-413-html": page(413, "Request Entity Too Large", false),
  "too-many-429-html": page(429, "Too Many Requests", true),
  "unmodeled-error": {
    status: 400,
    headers: json,
    body: { __type: `${dynamo}SomethingNewException`, message: "an error name the client does not know" },
    retry: false,
    provenance: "assumed"
  },
  "no-type": { status: 400, headers: json, body: { message: "no __type" }, retry: false, provenance: "assumed" },
  // Error type only in the header, with a URL suffix.
  "header-type": {
    status: 400,
    headers: {
      ...json,
      "x-amzn-errortype": "ThrottlingException:http://internal.amazon.com/coral/com.amazon.coral.availability/"
    },
    body: { message: "Rate exceeded" },
    retry: true,
    provenance: "captured"
  }
} satisfies Record<string, Fault>

export type FaultId = keyof typeof faults

/** The messages that go with codes in `CancellationReasons`. */
export const cancellations: Readonly<Record<string, string | undefined>> = {
  None: undefined,
  ConditionalCheckFailed: "The conditional request failed",
  ItemCollectionSizeLimitExceeded: "Collection size exceeded.",
  TransactionConflict: "Transaction is ongoing for the item",
  ProvisionedThroughputExceeded: notProvisioned,
  ThrottlingError: onDemand,
  ValidationError: "One or more parameter values were invalid.",
  AccessDenied: "User is not authorized to perform the action",
  DuplicateItem: "Duplicate primary key exists in table"
}
