import type { IncomingHttpHeaders, IncomingMessage } from "node:http"

/** A request as the proxy sees it. */
export interface Request {
  readonly operation: string
  readonly headers: IncomingHttpHeaders
  readonly text: string
  /** Undefined where the text is no JSON. */
  readonly body: Body | undefined
}

/** What is looked at in the bodies of requests. */
export interface Body {
  readonly TableName?: string
  readonly IndexName?: string
  readonly Segment?: number
  readonly Limit?: number
  readonly Select?: string
  readonly ExclusiveStartKey?: unknown
  readonly ClientRequestToken?: string
  readonly Key?: unknown
  readonly Item?: unknown
  readonly RequestItems?: BatchItems
  readonly TransactItems?: ReadonlyArray<Readonly<Record<string, { readonly TableName?: string }>>>
}

/** Per table the writes of a BatchWriteItem, or the keys of a BatchGetItem with what else it says about the table. */
export type BatchItems = Readonly<Record<string, ReadonlyArray<unknown> | TableKeys>>

export interface TableKeys {
  readonly Keys: ReadonlyArray<unknown>
}

export const read = async (message: IncomingMessage): Promise<Request> => {
  const chunks: Array<Buffer> = []
  for await (const chunk of message) chunks.push(chunk)
  const text = Buffer.concat(chunks).toString("utf8")
  const target = String(message.headers["x-amz-target"] ?? "")
  return { operation: target.slice(target.lastIndexOf(".") + 1), headers: message.headers, text, body: parse(text) }
}

const parse = (text: string): Body | undefined => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The tables that a request is about, in its order, each as often as it is named. */
export const tablesOf = ({ body }: Request): ReadonlyArray<string> => {
  if (body?.TableName !== undefined) return [body.TableName]
  if (body?.RequestItems !== undefined) return Object.keys(body.RequestItems)
  return (body?.TransactItems ?? []).flatMap((action) => Object.values(action)[0]?.TableName ?? [])
}

/** The items or keys of one table in a batch. */
export const entriesOf = (items: ReadonlyArray<unknown> | TableKeys): ReadonlyArray<unknown> =>
  "Keys" in items ? items.Keys : items

/** How many items a batch or a transaction is about. */
export const countItems = ({ body }: Request): number | undefined =>
  body?.TransactItems?.length ??
  (body?.RequestItems === undefined
    ? undefined
    : Object.values(body.RequestItems).reduce((sum, items) => sum + entriesOf(items).length, 0))
