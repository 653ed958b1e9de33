import type { DynamoDBClient } from "@aws-sdk/client-dynamodb"
import { KnownFailure } from "./knownFailure.ts"
import type { OperationName } from "./operations.ts"
import { damaged, isDamaged, unreadable, withoutOutput } from "./wireChecks.ts"

// The SDK looks at no checksum, and takes a success without a JSON object for an output without members: for "there is no
// such item". So answers are checked before it reads them.

/** What is looked at in the SDK's responses: of `HttpResponse`, which it knows by these members too. */
interface Response {
  readonly statusCode: number
  readonly headers: Readonly<Record<string, string | undefined>>
  body?: unknown
}

/** Adds the check to middleware, next to what sends the request. */
export const checkAnswers = (stack: DynamoDBClient["middlewareStack"], config: DynamoDBClient["config"]): void =>
  stack.add(
    (next, { commandName }) => {
      const isEmptyFine = withoutOutput.has(operationOf(commandName))
      return (args) =>
        next(args).then((result) => {
          // of what type a response is, is the request handler's to know
          const response = result.response as Response
          const { body } = response
          if (body instanceof Uint8Array) return check(response, body, isEmptyFine) ?? result
          const read = body === undefined || body === null ? Promise.resolve(nothing) : config.streamCollector(body)
          return read.then((bytes) => {
            response.body = bytes
            return check(response, bytes, isEmptyFine) ?? result
          })
        })
    },
    { name: "effectDynamoCheckAnswers", step: "deserialize", priority: "low", override: true }
  )

const nothing = new Uint8Array()

/** `GetItemCommand` is the command of `GetItem`. */
const operationOf = (commandName: string | undefined): OperationName =>
  // the name of an operation, or of none that is asked about
  commandName?.replace(/Command$/, "") as OperationName

/** Nothing where all is well. */
const check = (
  { headers, statusCode }: Response,
  body: Uint8Array,
  isEmptyFine: boolean
): Promise<never> | undefined => {
  if (isDamaged((name) => headers[name], body)) return Promise.reject(new KnownFailure(damaged(requestId(headers))))
  const isSuccess = statusCode >= 200 && statusCode < 300
  return isSuccess && !isEmptyFine && !beginsAsObject(body)
    ? Promise.reject(new KnownFailure(unreadable(statusCode, requestId(headers))))
    : undefined
}

/** Whether the text begins with a brace: whether what follows is JSON, the SDK finds out as it reads it. */
const beginsAsObject = (body: Uint8Array): boolean => {
  let at = 0
  while (isSpace(body[at])) at++
  return body[at] === 0x7b
}

const isSpace = (byte: number | undefined): boolean => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09

const requestId = (headers: Response["headers"]): string | undefined =>
  headers["x-amzn-requestid"] ?? headers["x-amzn-request-id"] ?? headers["x-amz-request-id"]
