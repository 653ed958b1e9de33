/** The AWS SDK's client for a connection: with a request handler that answers by itself, where that is asked for. */
import type { DynamoDBClientConfig } from "@aws-sdk/client-dynamodb"
import { type Connection, credentials, region } from "./adapter.ts"

type Handler = NonNullable<DynamoDBClientConfig["requestHandler"]>

const handler = (stub: NonNullable<Connection["stub"]>) => ({
  handle: (request: { readonly headers: Readonly<Record<string, string>> }) => {
    const target = request.headers["x-amz-target"] ?? ""
    const { body, headers } = stub(target.slice(target.indexOf(".") + 1))
    // The SDK asks nothing of an answer but these three.
    return Promise.resolve({ response: { statusCode: 200, headers, body } })
  },
  metadata: { handlerProtocol: "http/1.1" },
  updateHttpClientConfig: () => {},
  httpHandlerConfigs: () => ({}),
  destroy: () => {}
})

export const sdkConfig = ({ endpoint, stub }: Connection) => ({
  region,
  endpoint,
  credentials,
  ...(stub === undefined ? undefined : { requestHandler: handler(stub) as unknown as Handler })
})
