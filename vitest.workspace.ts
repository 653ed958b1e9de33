import { fileURLToPath } from "node:url"
import { defineConfig } from "vitest/config"
import { noSkips } from "./scripts/lib/noSkips.ts"

const conditions = ["@effect-dynamo/source"]

const project = (name: string) => ({
  extends: true as const,
  test: { name, root: `packages/${name}`, include: ["test/**/*.test.ts"] }
})

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    // One DynamoDB Local for the whole run.
    globalSetup: "packages/testing/test-support/globalSetup.ts",
    // EFFECT_DYNAMO_CODEC=generated runs everything on the generated tier of the codec.
    setupFiles: [fileURLToPath(new URL("packages/testing/test-support/codecTier.ts", import.meta.url))],
    // On a busy machine some property tests take longer than Vitest's 5 seconds.
    testTimeout: 30_000,
    // Vitest leaves a core to itself, half of a machine with two. Tests wait for engines more than they compute.
    maxWorkers: "100%",
    // What a test prints is shown where it fails.
    silent: "passed-only",
    reporters: process.env["CI"] ? ["default", noSkips] : ["default"],
    projects: [
      ...["core", "client", "query", "testing", "effect-dynamo", "cli"].map(project),
      // The examples have tests, as users write them. That all of them run is tested in effect-dynamo.
      {
        extends: true,
        test: { name: "examples", root: "examples", include: ["*.test.ts"] }
      },
      // The documentation's code, and the repository's own tools.
      {
        extends: true,
        test: { name: "repo", root: "scripts", include: ["**/*.test.ts"], testTimeout: 60_000 }
      }
    ]
  }
})
