/**
 * Stands between a client and an engine, answers some requests with faults by a script, passes on the others, and logs them all.
 */
import { Agent, createServer, type IncomingMessage, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import type { Answer } from "./answers.ts"
import { finished } from "./damage.ts"
import { forward } from "./forward.ts"
import { type Broken, type LogEntry, type Outcome, toEntry } from "./log.ts"
import { react, sleep } from "./react.ts"
import { read, type Request } from "./request.ts"
import { makeRules, toSteps } from "./rules.ts"
import type { Script, Steps } from "./script.ts"

export interface Proxy {
  /** Listens on a free port, which it gives. */
  readonly listen: () => Promise<number>
  /** Cuts off all clients. */
  readonly close: () => Promise<void>
  /** Begins another script, with an empty log. */
  readonly load: (script: Script) => void
  /** What became of the requests since the script was loaded, in the order in which they were done. */
  readonly log: () => ReadonlyArray<LogEntry>
  readonly traffic: () => Traffic
}

/** What is under way between the clients and the proxy. */
export interface Traffic {
  /** How many requests came in since the script was loaded. */
  readonly received: number
  /** How many are open: neither answered to their end, nor given up by their client. */
  readonly open: number
  /** The most that were open at once since the script was loaded. */
  readonly most: number
  /** How many connections are open. */
  readonly sockets: number
}

export const makeProxy = (target: URL, script: Script): Proxy => {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 })
  let run = begin(script)
  let open = 0
  let sockets = 0

  const serve = async (message: IncomingMessage, response: ServerResponse): Promise<void> => {
    const request = await read(message)
    // What is under way when another script is loaded belongs to the one that it began with.
    const { decide, log } = run
    const n = ++run.requests
    const start = new Date()
    const decision = decide(request)
    const outcome = await perform(toSteps(decision.action), request, response, (body) =>
      forward(target, agent, request.headers, body)
    )
    log.push(toEntry(n, request, decision, start, outcome))
  }

  const server = createServer((message, response) => {
    open++
    run.most = Math.max(run.most, open)
    // When it is answered, or its connection closed.
    response.on("close", () => open--)
    // Writing to a client that has gone is no failure of the proxy.
    response.on("error", () => {})
    // A client that breaks off within its request gets no answer.
    serve(message, response).catch(() => message.destroy())
  })

  server.on("connection", (socket) => {
    sockets++
    socket.on("close", () => sockets--)
  })

  return {
    listen: () =>
      new Promise((resolve, reject) => {
        server.once("error", reject)
        // A server that listens on TCP has an address with a port.
        server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port))
      }),
    close: () =>
      new Promise((resolve) => {
        agent.destroy()
        server.close(() => resolve())
        server.closeAllConnections()
      }),
    load: (next) => {
      run = begin(next)
    },
    log: () => [...run.log],
    traffic: () => ({ received: run.requests, open, most: run.most, sockets })
  }
}

/** A script from its beginning. */
const begin = (script: Script) => ({ decide: makeRules(script), log: Array<LogEntry>(), requests: 0, most: 0 })

/** Does what the steps say for a request. */
const perform = async (
  steps: Steps,
  request: Request,
  response: ServerResponse,
  toEngine: (body: string) => Promise<Answer>
): Promise<Outcome> => {
  let hasClientGone = false
  response.on("close", () => {
    hasClientGone = !response.writableEnded
  })
  let engineCalls = 0
  let engineStatus: number | undefined
  let withheld: number | undefined
  let status: number | Broken
  let error: string | undefined
  try {
    const reaction = await react(steps, request, {
      engine: async (body) => {
        const answer = await toEngine(body)
        engineCalls++
        engineStatus = answer.status
        return answer
      },
      hasClientGone: () => hasClientGone,
      noteWithheld: (count) => {
        withheld = count
      }
    })
    if (typeof reaction === "string") status = reaction
    else if (hasClientGone) status = "client-gone"
    else status = await send(finished(reaction, steps.response), steps, response)
    if (typeof status === "string") response.destroy()
  } catch (cause) {
    status = "proxy-error"
    error = String(cause)
    if (!response.headersSent) response.writeHead(502)
    response.end(`proxy: ${error}`)
  }
  return { engineCalls, engineStatus, withheld, status, error }
}

const send = async (
  { body, headers, status }: Answer,
  { aheadMs, bytes, drip, reset }: Steps,
  response: ServerResponse
): Promise<number | Broken> => {
  if (aheadMs !== undefined) response.setHeader("date", new Date(Date.now() + aheadMs).toUTCString())
  response.writeHead(status, headers)
  if (reset === "headers" || reset === "mid-body") {
    response.flushHeaders()
    if (reset === "mid-body") response.write(body.subarray(0, bytes ?? Math.floor(body.length / 2)))
    // Lets it reach the client before the reset does.
    await sleep(20)
    return `reset-${reset}`
  }
  let at = 0
  if (drip !== undefined) {
    for (; at + drip.bytes < body.length && !response.destroyed; at += drip.bytes) {
      response.write(body.subarray(at, at + drip.bytes))
      await sleep(drip.everyMs)
    }
  }
  response.end(body.subarray(at))
  return status
}
