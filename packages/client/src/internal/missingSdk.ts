import * as Effect from "effect/Effect"
import type { Transport } from "./transport.ts"

/**
 * What stands in for the SDK where it cannot be loaded: it need not be installed by those who use the direct client. Each
 * call says so, as it does of a region or of credentials that are missing.
 */
export const missingSdk = (cause: unknown): Transport => ({
  send: () =>
    Effect.fail({
      origin: "request",
      code: "MissingSdk",
      message: "@aws-sdk/client-dynamodb cannot be loaded.",
      sent: false,
      cause
    })
})
