import * as Effect from "effect/Effect"
import * as HttpBody from "effect/http/HttpBody"
import * as HttpClient from "effect/http/HttpClient"
import type * as HttpClientError from "effect/http/HttpClientError"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Predicate from "effect/Predicate"
import type { HttpTransport } from "../../HttpTransport.ts"
import { fromSdkError } from "../sdkFailure.ts"
import type { TransportFailure } from "../transport.ts"

/** Sends by Effect's `HttpClient`. */
export const make: Effect.Effect<HttpTransport, never, HttpClient.HttpClient> = /*#__PURE__*/ Effect.map(
  HttpClient.HttpClient,
  (client) => ({
    send: ({ body, headers, url }) => {
      // The host follows from the URL, and `fetch` does not let it be set.
      const { "content-type": contentType, host, ...others } = headers
      const request = HttpClientRequest.post(url, { headers: others, body: HttpBody.text(body, contentType) })
      return Effect.flatMap(client.execute(request), (response) =>
        Effect.map(response.arrayBuffer, (bytes) => ({
          status: response.status,
          headers: response.headers,
          body: new Uint8Array(bytes)
        }))
      ).pipe(Effect.mapError((error) => toFailure(error, host)))
    }
  })
)

const toFailure = ({ reason }: HttpClientError.HttpClientError, host: string | undefined): TransportFailure => {
  // `fetch` fails with a TypeError, whose cause is the system's error
  const thrown = "cause" in reason ? reason.cause : undefined
  const cause = Predicate.hasProperty(thrown, "cause") && thrown.cause !== undefined ? thrown.cause : thrown
  const failure = fromSdkError(cause)
  switch (reason._tag) {
    case "EncodeError":
    case "InvalidUrlError":
      return { ...failure, origin: "request", sent: false }
    default:
      return failure.origin === "timeout" || failure.origin === "network"
        ? { ...failure, host: failure.host ?? host }
        : { ...failure, origin: "network", sent: true, host }
  }
}
