/** The suites that measure adapters, in the order of the report. */
import type { Suite } from "../lib/scenario.ts"
import { suite as bytes } from "./bytes.ts"
import { suite as codec } from "./codec.ts"
import { suite as define } from "./define.ts"
import { suite as local } from "./local.ts"
import { suite as memory } from "./memory.ts"
import { suite as plan } from "./plan.ts"
import { suite as scan } from "./scan.ts"
import { suite as sockets } from "./sockets.ts"
import { suite as stored } from "./stored.ts"
import { suite as stub } from "./stub.ts"

export const suites: ReadonlyArray<Suite> = [codec, stored, bytes, plan, stub, sockets, local, scan, memory, define]
