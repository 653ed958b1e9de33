import * as Context from "effect/Context"
import type { HttpTransport } from "../../HttpTransport.ts"

/** What sends the requests of direct clients. By itself, so that they need not load the layers that may provide it. */
export const CurrentHttp: Context.Reference<HttpTransport | undefined> = /*#__PURE__*/ Context.Reference<
  HttpTransport | undefined
>("@effect-dynamo/client/HttpTransport", { defaultValue: () => undefined })
