/** This library, on its direct client, over Node's own `http`. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { DynamoClient } from "effect-dynamo"
import * as HttpTransport from "@effect-dynamo/client/HttpTransport"
import { type Adapter, type Connection, credentials, region } from "../lib/adapter.ts"
import { callsOver } from "./ours.ts"
import { ownMarkers } from "./oursEntities.ts"

export const clientOf = ({ endpoint }: Connection) => DynamoClient.layerDirect({ region, endpoint, credentials })

const answering = (stub: NonNullable<Connection["stub"]>): Layer.Layer<never> =>
  Layer.succeed(HttpTransport.HttpTransport, {
    send: ({ headers }) => {
      const target = headers["x-amz-target"] ?? ""
      const answer = stub(target.slice(target.indexOf(".") + 1))
      return Effect.succeed({ status: 200, ...answer })
    }
  })

export const adapter: Adapter = {
  name: "effect-dynamo, direct",
  markers: ownMarkers,
  connect: async (connection) => {
    const client = clientOf(connection)
    return callsOver(
      connection.stub === undefined ? client : Layer.provide(client, answering(connection.stub)),
      connection
    )
  }
}
