import * as Effect from "effect/Effect"
import type { HttpRequest, HttpResponse, HttpTransport } from "../../HttpTransport.ts"
import { fromSdkError } from "../sdkFailure.ts"
import type { TransportFailure } from "../transport.ts"

/**
 * A request as undici's dispatchers take it.
 *
 * @category models
 * @since 0.1.0
 */
export interface DispatchOptions {
  readonly origin: string
  readonly path: string
  readonly method: "POST"
  readonly headers: Record<string, string>
  readonly body: string
}

interface Controller {
  readonly abort: (reason: Error) => void
}

/**
 * What undici's dispatchers tell of an answer.
 *
 * @category models
 * @since 0.1.0
 */
export interface DispatchHandler {
  /** The request is about to be sent; `abort` ends it. */
  readonly onRequestStart: (controller: Controller) => void
  /** The status and the headers are there. */
  readonly onResponseStart: (
    controller: Controller,
    statusCode: number,
    headers: Record<string, string | Array<string> | undefined>
  ) => void
  /** A part of the body is there. */
  readonly onResponseData: (controller: Controller, chunk: Buffer) => void
  /** The whole body is there. */
  readonly onResponseEnd: (controller: Controller) => void
  /** There will be no answer, or no more of it. */
  readonly onResponseError: (controller: Controller, error: Error) => void
}

/**
 * What is used of a dispatcher of undici's, 7 or later.
 *
 * @category models
 * @since 0.1.0
 */
export interface Dispatcher {
  /** Sends a request once, and tells the handler what becomes of it. */
  readonly dispatch: (options: DispatchOptions, handler: DispatchHandler) => boolean
}

/** undici's names for "the connection was never made". */
const neverConnected = new Set(["UND_ERR_CONNECT_TIMEOUT", "UND_ERR_CONNECT"])
/** And for "it took too long". */
const timeouts = new Set(["UND_ERR_CONNECT_TIMEOUT", "UND_ERR_HEADERS_TIMEOUT", "UND_ERR_BODY_TIMEOUT"])

/** What a URL, which puts its parts together each time it is asked, says of a place. */
interface Place {
  readonly url: URL
  readonly origin: string
  readonly path: string
}

/** Sends by a dispatcher of undici's. */
export const make = (dispatcher: Dispatcher): HttpTransport => {
  let last: Place | undefined
  const place = (url: URL): Place =>
    last?.url === url ? last : (last = { url, origin: url.origin, path: url.pathname })
  return { send: (request) => send(dispatcher, place(request.url), request) }
}

const send = (
  dispatcher: Dispatcher,
  { origin, path, url }: Place,
  { body, headers }: HttpRequest
): Effect.Effect<HttpResponse, TransportFailure> =>
  Effect.callback<HttpResponse, TransportFailure>((resume) => {
    let controller: Controller | undefined
    let interrupted = false
    let status = 0
    let received: HttpResponse["headers"] = {}
    const chunks: Array<Buffer> = []
    const abort = (controller: Controller) => controller.abort(new Error("The request was interrupted."))

    dispatcher.dispatch(
      { origin, path, method: "POST", headers: { ...headers }, body },
      {
        onRequestStart: (started) => {
          if (interrupted) return abort(started)
          controller = started
        },
        onResponseStart: (_, statusCode, headers) => {
          status = statusCode
          received = headers
        },
        onResponseData: (_, chunk) => void chunks.push(chunk),
        onResponseEnd: () => {
          const body = chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks)
          resume(Effect.succeed({ status, headers: received, body }))
        },
        onResponseError: (_, error) => resume(Effect.fail(toFailure(error, url.host, controller !== undefined)))
      }
    )
    return Effect.sync(() => {
      interrupted = true
      if (controller !== undefined) abort(controller)
    })
  })

const toFailure = (error: Error, host: string, started: boolean): TransportFailure => {
  const failure = fromSdkError(error)
  return {
    ...failure,
    origin: timeouts.has(failure.code) ? "timeout" : failure.origin,
    sent: failure.sent && started && !neverConnected.has(failure.code),
    host: failure.host ?? host
  }
}
