import { randomBytes } from "node:crypto"
import type { IncomingHttpHeaders } from "node:http"
import { cancellations, type Fault, type FaultId, faults } from "./faults.ts"
import { type Request, tablesOf } from "./request.ts"
import type { NamedError, Reason, Steps } from "./script.ts"

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

const answer = (status: number, headers: IncomingHttpHeaders, body: string): Answer => ({
  status,
  headers: { ...headers, "x-amzn-requestid": randomBytes(26).toString("hex").toUpperCase() },
  body: Buffer.from(body)
})

export const jsonAnswer = (status: number, body: object): Answer =>
  answer(status, { "content-type": "application/x-amz-json-1.0" }, JSON.stringify(body))

export const faultAnswer = (id: FaultId, request: Request): Answer => {
  const { body, headers, status }: Fault = faults[id]
  const text = typeof body === "string" ? body : JSON.stringify(body)
  // As a table's name may stand in JSON.
  return answer(status, headers, text.replaceAll("{table}", tablesOf(request)[0] ?? "?"))
}

export const errorAnswer = ({ message, name, status = 400 }: NamedError): Answer =>
  jsonAnswer(status, {
    __type: name.includes("#") ? name : `com.amazonaws.dynamodb.v20120810#${name}`,
    message: message ?? `${name} happened`
  })

export const cancelledAnswer = (cancel: NonNullable<Steps["cancel"]>, { body }: Request): Answer => {
  const length = body?.TransactItems?.length ?? Math.max(...Object.keys(cancel).map(Number)) + 1
  const reasons = Array.from({ length }, (_, position) => {
    const given = cancel[position] ?? "None"
    const { Code, Item, Message }: Reason = typeof given === "string" ? { Code: given } : given
    // What is undefined does not show in JSON.
    return { Code, Message: Message ?? cancellations[Code], Item }
  })
  const codes = reasons.map(({ Code }) => Code).join(", ")
  return jsonAnswer(400, {
    __type: "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
    CancellationReasons: reasons,
    Message: `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`
  })
}

/** An empty page that ends where it began. */
export const stalledAnswer = ({ body }: Request): Answer =>
  jsonAnswer(200, {
    ...(body?.Select === "COUNT" ? undefined : { Items: [] }),
    Count: 0,
    ScannedCount: 1,
    LastEvaluatedKey: body?.ExclusiveStartKey
  })
