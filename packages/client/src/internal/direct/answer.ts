import * as Predicate from "effect/Predicate"
import type { HttpResponse } from "../../HttpTransport.ts"
import type { OperationName, Operations } from "../operations.ts"
import { errorCode, fromAnswer, nameless } from "../sdkFailure.ts"
import type { TransportFailure } from "../transport.ts"
import { damaged, isDamaged, unreadable, withoutOutput } from "../wireChecks.ts"
import { decodeBytes, mayHoldBase64 } from "./binary.ts"
import { ofError, shapes } from "./shapes.ts"

type Members = Record<string, unknown>

/** One header. */
export const header = (response: HttpResponse, name: string): string | undefined => {
  const value = response.headers[name]
  return typeof value === "string" ? value : value?.[0]
}

/** The output that an answer holds, as the SDK gives it, or the failure it tells of. */
export const readAnswer = <Name extends OperationName>(
  operation: Name,
  response: HttpResponse
): Operations[Name]["output"] | TransportFailure => {
  if (isDamaged((name) => header(response, name), response.body)) return damaged(requestId(response))
  const { status } = response
  const isSuccess = status >= 200 && status < 300
  const text = textOf(response.body)
  if (isSuccess && withoutOutput.has(operation)) return output(operation, response, {}, "")
  const members = parse(text)
  if (isSuccess) {
    return members === undefined ? unreadable(status, requestId(response)) : output(operation, response, members, text)
  }
  return refusal(response, members ?? {}, text)
}

/** Whether an answer is a failure: outputs have no origin. */
export const isFailure = (answer: object): answer is TransportFailure => "origin" in answer

const output = <Name extends OperationName>(
  operation: Name,
  response: HttpResponse,
  members: Members,
  text: string
): Operations[Name]["output"] => {
  // null is for "absent" in JSON, where the SDK has `undefined`
  for (const name in members) if (members[name] === null) delete members[name]
  if (mayHoldBase64(text)) decodeBytes(shapes[operation].output, members)
  if (withDates.has(operation)) decodeDates(members)
  members.$metadata = {
    httpStatusCode: response.status,
    requestId: requestId(response),
    extendedRequestId: undefined,
    cfId: undefined,
    attempts: 1,
    totalRetryDelay: 0
  }
  // what DynamoDB answers to the operation, which nobody but it can vouch for
  return members as unknown as Operations[Name]["output"]
}

/** Those whose answers tell times. */
const withDates: ReadonlySet<OperationName> = new Set([
  "CreateTable",
  "DescribeTable",
  "UpdateTable",
  "DeleteTable",
  "DescribeContinuousBackups",
  "UpdateContinuousBackups"
])

/** Times are seconds since 1970 in answers about tables; the names of all of them, and of nothing else, end so. */
const decodeDates = (members: Members): void => {
  for (const name of Object.keys(members)) {
    const member = members[name]
    if (typeof member === "number") {
      if (name.endsWith("DateTime")) members[name] = new Date(Math.round(member * 1000))
    } else if (Array.isArray(member)) {
      for (const element of member) if (Predicate.isObject(element)) decodeDates(element)
    } else if (Predicate.isObject(member)) decodeDates(member)
  }
}

const requestId = (response: HttpResponse): string | undefined =>
  header(response, "x-amzn-requestid") ?? header(response, "x-amzn-request-id") ?? header(response, "x-amz-request-id")

const textOf = (body: Uint8Array): string =>
  Buffer.isBuffer(body)
    ? body.toString("utf8")
    : Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString("utf8")

/** The members of a JSON object; nothing if the text is anything else. */
const parse = (text: string): Members | undefined => {
  // oxlint-disable-next-line house/no-try -- JSON.parse throws for what is no JSON, and Effect.try would cost each answer
  try {
    const parsed: unknown = JSON.parse(text)
    return Predicate.isObject(parsed) ? parsed : undefined
  } catch {
    // The parser's message quotes the text, which may hold values of items: it is not passed on.
    return undefined
  }
}

const refusal = (response: HttpResponse, members: Members, text: string): TransportFailure => {
  if (mayHoldBase64(text)) decodeBytes(ofError, members)
  const { __type: type, code } = members
  const name = [type, code, header(response, "x-amzn-errortype")].find(Predicate.isString) ?? nameless
  return fromAnswer(members, {
    code: errorCode(name),
    status: response.status,
    requestId: requestId(response),
    cause: undefined
  })
}
