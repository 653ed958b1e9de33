import { inspect } from "node:util"
import { DynamoClient } from "@effect-dynamo/client"
import type { DynamoError } from "@effect-dynamo/core/DynamoError"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Option } from "effect"
import { local } from "./support/local.ts"
import type { Answer } from "./support/stubServer.ts"
import { refusal, stubServer } from "./support/stubServer.ts"

const secret = "hunter2"

type Operation = "getItem" | "putItem" | "deleteItem" | "transactWriteItems" | "transactGetItems" | "createTable"

const call = (client: DynamoClient.Service, operation: Operation): Effect.Effect<unknown, DynamoError> => {
  const TableName = "users"
  const Key = { pk: { S: secret } }
  switch (operation) {
    case "getItem":
      return client.getItem({ TableName, Key })
    case "putItem":
      return client.putItem({ TableName, Item: Key })
    case "deleteItem":
      return client.deleteItem({ TableName, Key })
    case "transactWriteItems":
      return client.transactWriteItems({ TransactItems: [{ Put: { TableName, Item: Key } }] })
    case "transactGetItems":
      return client.transactGetItems({ TransactItems: [{ Get: { TableName, Key } }] })
    case "createTable":
      return client.createTable({ TableName, AttributeDefinitions: [], KeySchema: [] })
  }
}

const failure = (operation: Operation, answer: Answer) =>
  Effect.gen(function* () {
    const server = yield* stubServer(() => answer)
    return yield* DynamoClient.DynamoClient.use((client) => call(client, operation)).pipe(
      DynamoClient.noRetry,
      Effect.provide(DynamoClient.layer(local(server.url))),
      Effect.flip
    )
  })

interface Row {
  readonly answer: Answer
  readonly tag: DynamoError["_tag"]
  readonly operation?: Operation
  readonly fields?: Readonly<Record<string, unknown>>
  readonly message?: RegExp
}

const coral = (name: string, message = `${name} happened`): Answer => ({
  status: 400,
  body: JSON.stringify({ __type: `com.amazon.coral.service#${name}`, message })
})

const reasons = [{ reason: "TableReadKeyRangeThroughputExceeded", resource: "arn:aws:dynamodb:::table/users" }]

const rows: ReadonlyArray<Row> = [
  // throttling
  { answer: refusal("ProvisionedThroughputExceededException"), tag: "ThroughputExceeded", fields: { reasons: [] } },
  {
    answer: refusal("ProvisionedThroughputExceededException", { ThrottlingReasons: reasons }),
    tag: "ThroughputExceeded",
    fields: { reasons }
  },
  {
    answer: refusal("ThrottlingException", { throttlingReasons: reasons }),
    tag: "ThroughputExceeded",
    fields: { reasons }
  },
  {
    answer: refusal("RequestLimitExceeded", { ThrottlingReasons: reasons }),
    tag: "ThroughputExceeded",
    fields: { reasons }
  },
  { answer: refusal("LimitExceededException"), tag: "ThroughputExceeded" },
  { answer: coral("ThrottlingException"), tag: "ThroughputExceeded" },
  { answer: refusal("SomethingUnheardOf", {}, 429), tag: "ThroughputExceeded" },
  // resources
  { answer: refusal("ResourceNotFoundException"), tag: "ResourceNotFound", message: /"users".*region/ },
  { answer: refusal("ResourceInUseException"), operation: "createTable", tag: "ResourceInUse" },
  { answer: refusal("TableAlreadyExistsException"), operation: "createTable", tag: "ResourceInUse" },
  // credentials
  { answer: coral("AccessDeniedException"), tag: "AccessDenied", message: /credentials/ },
  { answer: coral("UnrecognizedClientException"), tag: "AccessDenied" },
  { answer: coral("ExpiredTokenException"), tag: "AccessDenied" },
  { answer: coral("InvalidSignatureException"), tag: "AccessDenied" },
  { answer: coral("IncompleteSignatureException"), tag: "AccessDenied" },
  { answer: coral("MissingAuthenticationTokenException"), tag: "AccessDenied" },
  // refused requests
  {
    answer: {
      status: 400,
      body: JSON.stringify({
        __type: "com.amazon.coral.validate#ValidationException",
        message: "The provided key element does not match the schema"
      })
    },
    tag: "RequestRejected",
    fields: { code: "ValidationException" },
    message: /does not match the schema/
  },
  {
    answer: refusal("ValidationException", { message: undefined, Message: "Spelled so" }),
    tag: "RequestRejected",
    message: /Spelled so/
  },
  { answer: coral("SerializationException"), tag: "RequestRejected", fields: { code: "SerializationException" } },
  { answer: coral("UnknownOperationException"), tag: "RequestRejected" },
  { answer: refusal("SomethingNewException"), tag: "RequestRejected", fields: { code: "SomethingNewException" } },
  { answer: { status: 400, body: "{}" }, tag: "RequestRejected" },
  {
    answer: refusal("ValidationException", {
      message: `1 validation error detected: Value '{pk={S=${secret}}}' at 'item' failed to satisfy constraint: Member must not be null`
    }),
    tag: "RequestRejected",
    message: /Value at 'item' failed to satisfy constraint/
  },
  {
    answer: refusal("ValidationException", {
      message: `The parameter cannot be converted to a numeric value: ${secret}`
    }),
    tag: "RequestRejected",
    message: /cannot be converted to a numeric value/
  },
  {
    answer: refusal("ValidationException", {
      message: `1 validation error detected: Value '[{pk={S=${secret}}}]' at 'requestItems.my-table.member' failed to satisfy constraint: Member must not be null`
    }),
    tag: "RequestRejected",
    message: /Value at 'requestItems.my-table.member' failed to satisfy constraint/
  },
  {
    answer: refusal("ValidationException", {
      message: `Invalid FilterExpression: The BETWEEN operator requires upper bound to be greater than or equal to lower bound; lower bound operand: AttributeValue: {S:z${secret}}, upper bound operand: AttributeValue: {S:${secret}}`
    }),
    tag: "RequestRejected",
    message: /greater than or equal to lower bound\.$/
  },
  {
    answer: refusal("ValidationException", {
      message: `One or more parameter values were invalid: Input collection [${secret}, ${secret}] contains duplicates.`
    }),
    tag: "RequestRejected",
    message: /Input collection contains duplicates\.$/
  },
  {
    answer: refusal("ValidationException", {
      message: `Statement wasn't well formed, can't be processed: UPDATE t SET a = '${secret}' b`
    }),
    tag: "RequestRejected",
    message: /can't be processed\.$/
  },
  {
    answer: refusal("ValidationException", {
      message: "Statement wasn't well formed, can't be processed: Expected identifier for table name"
    }),
    tag: "RequestRejected",
    message: /Expected identifier for table name\.$/
  },
  // sizes
  {
    answer: refusal("ValidationException", { message: "Item size has exceeded the maximum allowed size" }),
    operation: "putItem",
    tag: "ItemTooLarge"
  },
  {
    answer: refusal("ValidationException", { message: "Item size to update has exceeded the maximum allowed size" }),
    operation: "putItem",
    tag: "ItemTooLarge"
  },
  { answer: refusal("ItemCollectionSizeLimitExceededException"), operation: "putItem", tag: "ItemCollectionTooLarge" },
  // conditions and conflicts
  {
    answer: refusal("ConditionalCheckFailedException"),
    operation: "putItem",
    tag: "ConditionalCheckFailed",
    fields: { item: Option.none() }
  },
  {
    answer: refusal("ConditionalCheckFailedException", { Item: { pk: { S: secret }, n: { N: "1" } } }),
    operation: "putItem",
    tag: "ConditionalCheckFailed",
    fields: { item: Option.some({ pk: { S: secret }, n: { N: "1" } }) }
  },
  { answer: refusal("TransactionConflictException"), operation: "putItem", tag: "TransactionConflict" },
  { answer: refusal("ReplicatedWriteConflictException"), operation: "putItem", tag: "TransactionConflict" },
  // an answer that the operation cannot give
  { answer: refusal("ConditionalCheckFailedException"), operation: "getItem", tag: "RequestRejected" },
  // transactions
  {
    answer: refusal("TransactionCanceledException", {
      CancellationReasons: [
        { Code: "None" },
        { Code: "ConditionalCheckFailed", Message: "The conditional request failed", Item: { pk: { S: secret } } },
        { Code: "TransactionConflict", Message: "in progress" }
      ]
    }),
    operation: "transactWriteItems",
    tag: "ConditionalCheckFailed",
    fields: {
      item: Option.some({ pk: { S: secret } }),
      reasons: [
        { code: "None", message: undefined, item: Option.none() },
        {
          code: "ConditionalCheckFailed",
          message: "The conditional request failed",
          item: Option.some({ pk: { S: secret } })
        },
        { code: "TransactionConflict", message: "in progress", item: Option.none() }
      ]
    }
  },
  {
    answer: refusal("TransactionCanceledException", {
      CancellationReasons: [{ Code: "None" }, { Code: "TransactionConflict" }]
    }),
    operation: "transactWriteItems",
    tag: "TransactionConflict"
  },
  {
    answer: refusal("TransactionCanceledException", {
      CancellationReasons: [{ Code: "TransactionConflict" }, { Code: "ValidationError" }]
    }),
    operation: "transactWriteItems",
    tag: "TransactionCanceled"
  },
  {
    answer: refusal("TransactionCanceledException", {
      CancellationReasons: undefined,
      message:
        "Transaction cancelled, please refer cancellation reasons for specific reasons [None, ConditionalCheckFailed]"
    }),
    operation: "transactWriteItems",
    tag: "ConditionalCheckFailed"
  },
  { answer: refusal("TransactionCanceledException"), operation: "transactWriteItems", tag: "TransactionCanceled" },
  {
    answer: refusal("TransactionCanceledException", { CancellationReasons: [{ Code: "TransactionConflict" }] }),
    operation: "transactGetItems",
    tag: "TransactionConflict"
  },
  {
    answer: refusal("TransactionInProgressException"),
    operation: "transactWriteItems",
    tag: "ServiceUnavailable",
    fields: { ambiguous: true }
  },
  {
    answer: refusal("IdempotentParameterMismatchException", { message: undefined }),
    operation: "transactWriteItems",
    tag: "IdempotentMismatch",
    message: /token/
  },
  // failures of the service
  {
    answer: refusal("InternalServerError", {}, 500),
    operation: "transactGetItems",
    tag: "ServiceUnavailable",
    fields: { ambiguous: false }
  },
  { answer: refusal("InternalServerError", {}, 500), tag: "ServiceUnavailable", fields: { ambiguous: false } },
  {
    answer: refusal("InternalServerError", {}, 500),
    operation: "putItem",
    tag: "ServiceUnavailable",
    fields: { ambiguous: true }
  },
  { answer: refusal("InternalFailure", {}, 500), tag: "ServiceUnavailable" },
  { answer: { status: 500, body: "" }, tag: "ServiceUnavailable" },
  {
    answer: { status: 502, body: "<html>Bad Gateway</html>", headers: { "content-type": "text/html" } },
    tag: "ServiceUnavailable"
  },
  {
    answer: { status: 503, body: "<html>busy</html>", headers: { "content-type": "text/html" } },
    tag: "ServiceUnavailable"
  },
  // answers that are none
  { answer: { status: 200, body: '{"Item":' }, tag: "NetworkError", fields: { ambiguous: false } },
  { answer: { status: 200, body: '{"Item":' }, operation: "putItem", tag: "NetworkError", fields: { ambiguous: true } },
  { answer: { status: 200, reset: true }, operation: "putItem", tag: "NetworkError", fields: { ambiguous: true } }
]

describe("errors, on the wire", () => {
  for (const [index, row] of rows.entries()) {
    const operation = row.operation ?? "getItem"
    const answer = row.answer.reset === true ? "reset" : `${row.answer.status} ${row.answer.body?.slice(0, 90) ?? ""}`
    it.live(`${index}. ${operation}: ${answer} -> ${row.tag}`, () =>
      Effect.gen(function* () {
        const error = yield* failure(operation, row.answer)
        assert.strictEqual(error._tag, row.tag, error.message)
        assert.strictEqual(error.operation.toLowerCase(), operation.toLowerCase())
        assert.strictEqual(error.table, "users")
        assert.propertyVal(error, "attempts", 1)
        if (row.answer.reset !== true) assert.propertyVal(error, "requestId", "request-1")
        for (const [name, expected] of Object.entries(row.fields ?? {})) {
          assert.deepStrictEqual((error as unknown as Record<string, unknown>)[name], expected, name)
        }
        if (row.message !== undefined) assert.match(error.message, row.message)
        assert.notInclude(error.message, secret)
        if (error.cause instanceof Error) assert.notInclude(error.cause.message, secret)
        // Whoever looks into the original finds no item that the answer brought.
        assert.notInclude(inspect(error.cause, { depth: null, showHidden: true }), secret)
      })
    )
  }
})

describe("errors without an answer", () => {
  const getItem = DynamoClient.DynamoClient.use((client) => client.getItem({ TableName: "t", Key: { pk: { S: "1" } } }))
  const putItem = DynamoClient.DynamoClient.use((client) =>
    client.putItem({ TableName: "t", Item: { pk: { S: "1" } } })
  )

  const failureWith = <E>(call: Effect.Effect<unknown, E, DynamoClient.DynamoClient>, options: DynamoClient.Options) =>
    call.pipe(DynamoClient.noRetry, Effect.provide(DynamoClient.layer(options)), Effect.flip)

  it.live("nothing listens: NetworkError that names the address, never ambiguous", () =>
    Effect.gen(function* () {
      const server = yield* Effect.scoped(stubServer(() => undefined)) // closed again: its port is free
      const error = yield* failureWith(putItem, local(server.url))
      assert.strictEqual(error._tag, "NetworkError")
      assert.propertyVal(error, "ambiguous", false)
      assert.match(error.message, /127\.0\.0\.1.*ECONNREFUSED/)
    })
  )

  // The SDK takes "localhost:8000" for a URL, and sends its request to port 80.
  for (const endpoint of ["not a url", "localhost:8000", "ftp://localhost:8000"]) {
    it.live(`an endpoint that is no URL of HTTP, ${endpoint}: RequestRejected`, () =>
      Effect.gen(function* () {
        const error = yield* failureWith(getItem, local(endpoint))
        assert.strictEqual(error._tag, "RequestRejected")
        assert.propertyVal(error, "code", "InvalidEndpoint")
        assert.match(error.message, /not sent.*http:\/\/localhost:8000/)
      })
    )
  }

  it.live("a region that cannot be one: RequestRejected", () =>
    Effect.gen(function* () {
      const credentials = { accessKeyId: "a", secretAccessKey: "b" }
      const error = yield* failureWith(getItem, { region: "not a region", credentials })
      assert.strictEqual(error._tag, "RequestRejected")
      assert.propertyVal(error, "code", "InvalidRegion")
    })
  )

  it.live("credentials that cannot be had: AccessDenied", () =>
    Effect.gen(function* () {
      const error = yield* failureWith(getItem, {
        ...local("http://127.0.0.1:1"),
        credentials: () =>
          Promise.reject(Object.assign(new Error("Could not load credentials"), { name: "CredentialsProviderError" }))
      })
      assert.strictEqual(error._tag, "AccessDenied")
      assert.match(error.message, /credentials/)
    })
  )
})
