import * as DynamoClient from "@effect-dynamo/client/DynamoClient"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import { Engine } from "../Engine.ts"
import type { EngineError } from "../EngineError.ts"
import { configuredEndpoint } from "./environment.ts"

/** Makes the client of an engine: a layer of this library's, such as `DynamoClient.layer` or `DynamoClient.layerDirect`. */
export type MakeClient = (connection: Connection) => Layer.Layer<DynamoClient.DynamoClient>

/** What an engine tells about itself. */
export type Running = Engine["Service"]

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
export const engineLayer = (
  name: EngineError["engine"],
  start: Effect.Effect<Running, EngineError, Scope.Scope>,
  makeClient: MakeClient = DynamoClient.layer
) => {
  const engine = Layer.effect(
    Engine,
    Effect.flatMap(
      configuredEndpoint(name),
      Option.match({ onNone: () => start, onSome: (endpoint) => Effect.succeed<Running>({ endpoint }) })
    )
  )
  // Engines want credentials, and take any.
  const client = Layer.unwrap(
    Effect.map(Engine, ({ endpoint }) =>
      makeClient({
        endpoint,
        region: "us-east-1",
        credentials: { accessKeyId: "local", secretAccessKey: "local" }
      })
    )
  )
  return Layer.provideMerge(client, engine)
}
