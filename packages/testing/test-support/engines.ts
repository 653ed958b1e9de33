/**
 * Suites that run on engines. Not published: the helpers of this repository's own tests.
 */
import { DynamoClient } from "@effect-dynamo/client"
import { describe, layer, type Vitest } from "@effect/vitest"
import { Context, Effect, Layer } from "effect"
import { randomUUID } from "node:crypto"
import { inject } from "vitest"
import { Dynalite } from "../src/main.ts"

/** What globalSetup.ts found: the engine it started, the one `DYNAMODB_ENDPOINT` names, or why there is none. */
export type Local =
  | { readonly kind: "started" | "external"; readonly endpoint: string }
  | { readonly kind: "missing"; readonly reason: string }

declare module "vitest" {
  interface ProvidedContext {
    dynamoLocal: Local
  }
}

/** The engine that a suite runs on. */
export interface Engine {
  readonly name: "dynalite" | "dynamodb-local" | "external"
  /** Whether it has all that DynamoDB has: transactions, PartiQL, multi-attribute indexes. */
  readonly isComplete: boolean
}

/** On the AWS SDK, or without it. */
export type ClientKind = "sdk" | "direct"

/** The layers of clients by kind. */
export const clientLayers: {
  readonly [Kind in ClientKind]: (options: DynamoClient.ConnectionOptions) => Layer.Layer<DynamoClient.DynamoClient>
} = { sdk: DynamoClient.layer, direct: DynamoClient.layerDirect }

/** The client of suites that name none: the SDK's, unless `EFFECT_DYNAMO_CLIENT` says `direct`. */
export const usual: ClientKind = process.env["EFFECT_DYNAMO_CLIENT"] === "direct" ? "direct" : "sdk"

/** Where the engine of a suite listens, and as whom the suite's client calls it. */
export class Connection extends Context.Service<
  Connection,
  {
    readonly endpoint: string
    readonly region: string
    readonly credentials: DynamoClient.StaticCredentials
    /** The kind of client that the suite has; absent means the usual one. */
    readonly client?: ClientKind | undefined
  }
>()("@effect-dynamo/testing/test-support/Connection") {}

/** The `it` of a suite: its tests have a client, and run on real time, for engines do. */
export type It = Vitest.MethodsNonLive<DynamoClient.DynamoClient | Connection>

/**
 * Runs a suite on Dynalite and on DynamoDB Local, or on the engine that `DYNAMODB_ENDPOINT` names.
 *
 * Each suite finds an engine without tables: tables need no unique names, except within it.
 */
export const engines = (name: string, suite: (it: It, engine: Engine) => void, kind: ClientKind = usual): void => {
  if (local().kind !== "external") {
    block(`${name} [dynalite]`, dynalite(kind), (it) => suite(it, { name: "dynalite", isComplete: false }))
  }
  onlyLocal(name, suite, kind)
}

/** Runs a suite as `engines` does, once with each kind of client. */
export const enginesOnBothClients = (name: string, suite: (it: It, engine: Engine) => void): void => {
  engines(`${name} [sdk]`, suite, "sdk")
  engines(`${name} [direct]`, suite, "direct")
}

/** Runs a suite on Dynalite only: for what no engine is asked about. */
export const onlyDynalite = (name: string, suite: (it: It) => void, kind: ClientKind = usual): void =>
  block(`${name} [dynalite]`, dynalite(kind), suite)

/** Runs a suite on DynamoDB Local only, or on the engine that `DYNAMODB_ENDPOINT` names: for what Dynalite lacks. */
export const onlyLocal = (name: string, suite: (it: It, engine: Engine) => void, kind: ClientKind = usual): void => {
  const found = local()
  switch (found.kind) {
    case "started":
      return block(`${name} [dynamodb-local]`, client(found.endpoint, kind), (it) =>
        suite(it, { name: "dynamodb-local", isComplete: true })
      )
    case "external":
      return block(`${name} [${found.endpoint}]`, client(found.endpoint, kind), (it) =>
        suite(it, { name: "external", isComplete: true })
      )
    case "missing":
      return void describe.skip(`${name} [dynamodb-local], skipped: ${found.reason}`, () =>
        layer(client("http://127.0.0.1:0", kind))((it) => suite(it, { name: "dynamodb-local", isComplete: true })))
  }
}

const local = (): Local => {
  const found: Local | undefined = inject("dynamoLocal")
  if (found === undefined) {
    throw new Error("Add this project to the users of engines in packages/testing/test-support/globalSetup.ts.")
  }
  return found
}

/** DynamoDB Local keeps the tables of each access key apart. */
const connection = (endpoint: string): Omit<Connection["Service"], "client"> => ({
  endpoint,
  region: "us-east-1",
  credentials: { accessKeyId: randomUUID().replaceAll("-", ""), secretAccessKey: "test" }
})

const client = (endpoint: string, kind: ClientKind) => {
  const toEngine = connection(endpoint)
  return Layer.merge(clientLayers[kind](toEngine), Layer.succeed(Connection, { ...toEngine, client: kind }))
}

const dynalite = (kind: ClientKind) =>
  Layer.unwrap(Effect.map(Dynalite.endpoint, (endpoint) => client(endpoint, kind))).pipe(Layer.provide(Dynalite.layer))

const block = <E>(
  name: string,
  engine: Layer.Layer<DynamoClient.DynamoClient | Connection, E>,
  suite: (it: It) => void
): void => layer(engine, { excludeTestServices: true, timeout: "30 seconds" })(name, suite)
