import { Effect } from "effect"
import * as Http from "node:http"
import type { AddressInfo } from "node:net"

export interface Answer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** Break the connection instead of answering. */
  readonly reset?: boolean
  /** Send the head and the body, and never the end. */
  readonly stall?: boolean
}

export interface StubRequest {
  readonly operation: string
  readonly headers: Http.IncomingHttpHeaders
  readonly body: Record<string, unknown>
}

export interface StubServer {
  readonly url: string
  readonly port: number
  /** Every request so far. */
  readonly requests: Array<StubRequest>
  /** How many connections are open now. */
  readonly openSockets: () => number
  /** How many connections were opened so far. */
  readonly opened: () => number
}

/** An HTTP server on this machine that answers as it is told; `undefined` means never. */
export const stubServer = (answer: (request: StubRequest, nth: number) => Answer | undefined) =>
  Effect.acquireRelease(
    Effect.callback<StubServer & { readonly close: () => void }>((resume) => {
      const requests: Array<StubRequest> = []
      let open = 0
      let opened = 0
      const server = Http.createServer((request, response) => {
        const chunks: Array<Buffer> = []
        request.on("data", (chunk: Buffer) => chunks.push(chunk))
        request.on("end", () => {
          const received: StubRequest = {
            operation: String(request.headers["x-amz-target"]).split(".").pop() ?? "",
            headers: request.headers,
            body: JSON.parse(Buffer.concat(chunks).toString("utf8"))
          }
          requests.push(received)
          const given = answer(received, requests.length)
          if (given === undefined) return
          if (given.reset === true) {
            request.socket.destroy()
            return
          }
          response.writeHead(given.status, {
            "content-type": "application/x-amz-json-1.0",
            "x-amzn-requestid": `request-${requests.length}`,
            ...given.headers
          })
          if (given.stall === true) response.write(given.body ?? "{")
          else response.end(given.body ?? "{}")
        })
      })
      server.on("connection", (socket) => {
        open++
        opened++
        socket.on("close", () => open--)
      })
      server.listen(0, "127.0.0.1", () => {
        // listening on a port, hence an AddressInfo
        const { port } = server.address() as AddressInfo
        const close = () => {
          server.closeAllConnections()
          server.close()
        }
        const url = `http://127.0.0.1:${port}`
        resume(Effect.succeed({ url, port, requests, openSockets: () => open, opened: () => opened, close }))
      })
    }),
    (server) => Effect.sync(server.close)
  )

/** An error as DynamoDB sends it. */
export const refusal = (name: string, fields: object = {}, status = 400): Answer => ({
  status,
  body: JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${name}`, message: `${name} happened`, ...fields })
})
