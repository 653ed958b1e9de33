import { DynamoClient, HttpTransport } from "@effect-dynamo/client"
import { Effect, Layer } from "effect"
import { Readable } from "node:stream"

// Both clients without a network: what each would send, and what each makes of an answer.

/** What was sent: by the SDK or by the direct client. */
export interface Wire {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export interface Reply {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body: string
}

export const identity = { accessKeyId: "AKID", secretAccessKey: "secret" }

type Options = DynamoClient.DirectOptions & Pick<DynamoClient.Options, "region">

/** A direct client that gets this reply to everything, and what it sent. */
export const direct = (reply: Reply, options: DynamoClient.DirectOptions = {}) => {
  const sent: Array<Wire> = []
  const http = Layer.succeed(HttpTransport.HttpTransport, {
    send: ({ body, headers, url }) =>
      Effect.sync(() => {
        sent.push({ url: url.href, headers, body })
        return { status: reply.status ?? 200, headers: reply.headers ?? {}, body: new TextEncoder().encode(reply.body) }
      })
  })
  const client = DynamoClient.layerDirect({ region: "eu-west-1", credentials: identity, ...options })
  return { layer: Layer.provide(client, http), sent }
}

/** The same of the SDK's client. */
export const sdk = (reply: Reply, options: Options = {}) => {
  const sent: Array<Wire> = []
  const layer = DynamoClient.layer({
    region: "eu-west-1",
    credentials: identity,
    // options of one kind of client or of both; undefined is not among the SDK's
    ...(options as object),
    requestHandler: {
      handle: (request: {
        readonly protocol: string
        readonly hostname: string
        readonly port?: number
        readonly path: string
        readonly headers: Record<string, string>
        readonly body: string | Uint8Array
      }) => {
        const { body, headers, hostname, path, port, protocol } = request
        sent.push({
          url: `${protocol}//${hostname}${port === undefined ? "" : `:${port}`}${path}`,
          headers,
          body: Buffer.from(body as Uint8Array).toString()
        })
        const { headers: given, status = 200 } = reply
        const response = { statusCode: status, headers: { ...given }, body: Readable.from([Buffer.from(reply.body)]) }
        return Promise.resolve({ response })
      }
    } as unknown as NonNullable<DynamoClient.Options["requestHandler"]>
  })
  return { layer, sent }
}

/** Calls an operation by its name, once. */
export const call = (operation: DynamoClient.OperationName, input: object) =>
  DynamoClient.DynamoClient.use((client) =>
    // the pair fits together, as whoever calls sees to
    Effect.result(client.transport.send(operation, input as never))
  )
