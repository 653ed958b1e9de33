import * as DynamoClient from "@effect-dynamo/client/DynamoClient"
import type { OperationName, TransportFailure } from "@effect-dynamo/client/DynamoClient"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { MakeClient } from "./engineLayer.ts"

/**
 * Makes a client of Dynalite that says which operation the engine lacks, and which engine has it: Dynalite answers with a bare
 * `UnknownOperationException`.
 */
export const namingOperations =
  (makeClient: MakeClient = DynamoClient.layer): MakeClient =>
  (connection) =>
    Layer.effect(
      DynamoClient.DynamoClient,
      DynamoClient.DynamoClient.useSync(
        DynamoClient.mapTransport((transport) => ({
          send: (operation, input) => Effect.mapError(transport.send(operation, input), named(operation))
        }))
      )
    ).pipe(Layer.provide(makeClient(connection)))

const named =
  (operation: OperationName) =>
  (failure: TransportFailure): TransportFailure =>
    failure.code === "UnknownOperationException" && !/\S/.test(failure.message)
      ? { ...failure, message: `This engine has no ${operation}${elsewhere(operation)}.` }
      : failure

const elsewhere = (operation: OperationName): string =>
  inNoEngine.has(operation)
    ? ", and neither has DynamoDB Local"
    : ": use DynamoLocal.layer of @effect-dynamo/testing for it"

const inNoEngine: ReadonlySet<OperationName> = new Set<OperationName>([
  "DescribeContinuousBackups",
  "UpdateContinuousBackups"
])
