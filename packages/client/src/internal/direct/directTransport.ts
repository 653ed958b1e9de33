import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { HttpResponse, HttpTransport } from "../../HttpTransport.ts"
import type { OperationName, Operations } from "../operations.ts"
import { skews } from "../sdkFailure.ts"
import { serverAt } from "../server.ts"
import type { Transport, TransportFailure } from "../transport.ts"
import { header, isFailure, readAnswer } from "./answer.ts"
import { encodeBytes, mayHoldBytes } from "./binary.ts"
import { isTarget, makeAccountOf, makeEndpoints } from "./endpoint.ts"
import type { Settings } from "./settings.ts"
import { shapes } from "./shapes.ts"
import { makeSigner } from "./sign.ts"
import type { Identity, Target } from "./sign.ts"

/** What every request has besides what is signed. */
const unsigned = {
  // Packed, an answer would have another checksum; DynamoDB packs none unless asked to.
  "accept-encoding": "identity",
  "user-agent": "effect-dynamo"
}

/** A transport that makes DynamoDB's requests and reads its answers by itself. */
export const make = (settings: Settings, http: HttpTransport): Transport => {
  const { credentials } = settings
  const endpoints = makeEndpoints(settings.endpoint)
  const accountOf = makeAccountOf(settings.endpoint)
  const sign = makeSigner()
  const write = makeWriter()
  /** How far the service's clock is ahead of this machine's. */
  let skew = 0
  let lastTarget: Target | undefined

  const send = <Name extends OperationName>(
    operation: Name,
    input: Operations[Name]["input"],
    body: string,
    identity: Identity,
    clock: Clock.Clock,
    isSecond: boolean
  ): Effect.Effect<Operations[Name]["output"], TransportFailure> => {
    const target = endpoints(accountOf(input, identity.accountId))
    if (!isTarget(target)) return Effect.fail(target)
    lastTarget = target
    // Another request may set it right meanwhile.
    const allowed = skew
    const now = clock.currentTimeMillisUnsafe() + allowed
    const headers = { ...sign({ identity, target, operation, now, body }), ...unsigned }
    return Effect.flatMap(http.send({ url: target.url, headers, body }), (response) => {
      const answer = readAnswer(operation, response)
      if (!isFailure(answer)) return Effect.succeed(answer)
      if (expiries.has(answer.code)) credentials.expired(identity)
      const found = isSecond ? undefined : skewOf(answer, response, clock, allowed)
      if (found === undefined) return Effect.fail(answer)
      skew = found
      return send(operation, input, body, identity, clock, true)
    })
  }

  return {
    server: () => (lastTarget === undefined ? undefined : serverAt(lastTarget.url)),
    send: (operation, input) =>
      Effect.withFiber((fiber) => {
        const body = write(operation, input)
        if (typeof body !== "string") return Effect.fail(body)
        const clock = fiber.getRef(Clock.Clock)
        const identity = credentials.current(clock.currentTimeMillisUnsafe())
        return identity === undefined
          ? Effect.flatMap(credentials.get, (identity) => send(operation, input, body, identity, clock, false))
          : send(operation, input, body, identity, clock, false)
      })
  }
}

/** Writes the JSON of requests. */
const makeWriter = () => {
  // Most programs store no bytes, so a request is written as it is, and again if there were some. Once there were,
  // there will be more: from then on they are looked for first.
  let expectBytes = false
  return (operation: OperationName, input: object): string | TransportFailure => {
    const { input: fields } = shapes[operation]
    // oxlint-disable-next-line house/no-try -- JSON.stringify throws for cycles and bigints, which the types do not let through
    try {
      if (expectBytes) return JSON.stringify(encodeBytes(fields, input))
      const text = JSON.stringify(input)
      if (!mayHoldBytes(text)) return text
      const encoded = JSON.stringify(encodeBytes(fields, input))
      expectBytes = encoded !== text
      return encoded
    } catch (cause) {
      const [code, message] = cause instanceof Error ? [cause.name, cause.message] : ["Error", "It is no JSON."]
      return { origin: "request", code, message, sent: false, cause }
    }
  }
}

/** What DynamoDB says of credentials whose time is over. */
const expiries = new Set(["ExpiredTokenException", "ExpiredToken"])

/** DynamoDB accepts signatures that are some minutes old: what is wrong is the clock only if it is off by as much. */
const tolerance = 4 * 60_000

/** How far the service's clock is ahead, if it refused the request because that is not what was allowed for. */
const skewOf = (
  failure: TransportFailure,
  response: HttpResponse,
  clock: Clock.Clock,
  allowed: number
): number | undefined => {
  if (!skews.has(failure.code)) return undefined
  const ahead = Date.parse(header(response, "date") ?? "") - clock.currentTimeMillisUnsafe()
  return Math.abs(ahead - allowed) >= tolerance ? ahead : undefined
}
