import { type Agent, type IncomingHttpHeaders, request } from "node:http"
import type { Answer } from "./answers.ts"

/** Passes a request on to an engine. */
export const forward = (target: URL, agent: Agent, headers: IncomingHttpHeaders, body: string): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const sent = request({
      host: target.hostname,
      port: target.port,
      method: "POST",
      path: "/",
      agent,
      headers: { ...headers, host: target.host, "content-length": Buffer.byteLength(body) }
    })
    sent.on("response", (response) => {
      const chunks: Array<Buffer> = []
      response.on("data", (chunk: Buffer) => chunks.push(chunk))
      response.on("error", reject)
      response.on("end", () =>
        // Answers have a status.
        resolve({ status: response.statusCode as number, headers: response.headers, body: Buffer.concat(chunks) })
      )
    })
    sent.on("error", reject)
    sent.end(body)
  })
