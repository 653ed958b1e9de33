/**
 * Starts one DynamoDB Local for a whole run of Vitest. Where there is no Java the run goes on without it, except in CI.
 */
import { Effect, Exit, Option, Result, Scope } from "effect"
import type { TestProject } from "vitest/node"
import { start } from "../src/internal/dynamoLocalServer.ts"
import { configuredEndpoint } from "../src/internal/environment.ts"
import type { Local } from "./engines.ts"

/** The projects whose tests use engines: a run of others does not wait for Java. */
const users: ReadonlyArray<string> = ["client", "query", "testing", "effect-dynamo", "cli"]

const find = Effect.gen(function* () {
  const configured = yield* configuredEndpoint("DynamoDB Local")
  if (Option.isSome(configured)) return { kind: "external", endpoint: configured.value } satisfies Local
  // Each suite has an access key of its own, hence tables of its own.
  const { endpoint } = yield* start({ sharedDb: false })
  return { kind: "started", endpoint } satisfies Local
})

export default async function setup(project: TestProject): Promise<(() => Promise<void>) | void> {
  if (!project.vitest.projects.some(({ name }) => users.includes(name))) return
  const scope = Effect.runSync(Scope.make())
  const close = () => Effect.runPromise(Scope.close(scope, Exit.void))
  const found = await Effect.runPromise(Effect.result(Effect.provideService(find, Scope.Scope, scope)))
  if (Result.isSuccess(found)) {
    project.provide("dynamoLocal", found.success)
    return close
  }
  await close()
  const { message, reason } = found.failure
  const isCI = (process.env["CI"] ?? "false") !== "false"
  if (isCI || !(reason === "JavaNotFound" || reason === "JavaTooOld")) throw found.failure
  console.warn(`\nTests on DynamoDB Local are skipped. ${message}\n`)
  project.provide("dynamoLocal", { kind: "missing", reason: message })
}
