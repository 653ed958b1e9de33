#!/usr/bin/env node
/** The program: runs a command line on Node, and turns how it ends into text and an exit code. */
import { enableCompileCache } from "node:module"

// Node keeps what it compiles, in the system's folder for temporary files: the next start is a fifth faster.
enableCompileCache()

const [{ runMain }, { program }] = await Promise.all([
  import("@effect/platform-node-shared/NodeRuntime"),
  import("./program.ts")
])

runMain(program, { disableErrorReporting: true })
