/** A folder of a test's own, and the services of files. */
import { Effect, FileSystem } from "effect"
import { platform } from "../src/program.ts"

/** Runs a test with an empty folder, which is removed after it. */
export const inFolder = <A, E, R>(test: (folder: string) => Effect.Effect<A, E, R>) =>
  FileSystem.FileSystem.use((files) => files.makeTempDirectoryScoped({ prefix: "effect-dynamo-" })).pipe(
    Effect.flatMap(test),
    Effect.scoped,
    Effect.provide(platform)
  )
