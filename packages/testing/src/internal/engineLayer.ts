import * as DynamoClient from "@effect-dynamo/client/DynamoClient"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import type { EngineError } from "../EngineError.ts"
import { configuredEndpoint } from "./environment.ts"

/**
 * What both engines tell about themselves.
 *
 * @internal
 */
export interface Running {
  readonly endpoint: string
}

/** Makes the client of an engine: a layer of this library's, such as `DynamoClient.layer` or `DynamoClient.layerDirect`. */
export type MakeClient = (connection: Connection) => Layer.Layer<DynamoClient.DynamoClient>

/** How an engine is reached. */
export interface Connection {
  readonly endpoint: string
  readonly region: string
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string }
}

/**
 * The layer of an engine and of a client that talks to it: an engine of its own, or the one that
 * `DYNAMODB_ENDPOINT` names.
 *
 * @internal
 */
export const engineLayer = <Self>(
  service: Context.Key<Self, Running>,
  name: EngineError["engine"],
  start: Effect.Effect<Running, EngineError, Scope.Scope>,
  makeClient: MakeClient = DynamoClient.layer
) => {
  const engine = Layer.effect(
    service,
    Effect.flatMap(
      configuredEndpoint(name),
      Option.match({ onNone: () => start, onSome: (endpoint) => Effect.succeed<Running>({ endpoint }) })
    )
  )
  // Engines want credentials, and take any.
  const client = Layer.unwrap(
    Effect.map(service, ({ endpoint }) =>
      makeClient({
        endpoint,
        region: "us-east-1",
        credentials: { accessKeyId: "local", secretAccessKey: "local" }
      })
    )
  )
  return Layer.provideMerge(client, engine)
}
