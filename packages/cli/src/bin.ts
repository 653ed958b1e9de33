#!/usr/bin/env node
/** The program: runs a command line on Node, and turns how it ends into text and an exit code. */
import * as NodeRuntime from "@effect/platform-node-shared/NodeRuntime"
import { program } from "./program.ts"

NodeRuntime.runMain(program, { disableErrorReporting: true })
