/** What is measured: in which suite, in which unit, and how. */
import { measure } from "mitata"
import type { AdapterId } from "../adapters/registry.ts"
import type { Adapter } from "./adapter.ts"
import type { Unit } from "./results.ts"

/** What the main process started for the scenarios that need it. */
export interface Services {
  /** The server with canned answers. */
  readonly server: string
  /** DynamoDB Local, where there is Java. */
  readonly dynamoLocal: string | undefined
}

export interface Settings extends Services {
  /** A smoke run: every measurement as short as can be. */
  readonly short: boolean
}

/** Ready to be measured, again and again. */
export interface Prepared {
  readonly measure: () => Promise<number>
  readonly close?: (() => Promise<void> | void) | undefined
}

export interface Scenario {
  readonly name: string
  readonly unit: Unit
  /** Measured once in each of these many processes of its own, instead of several times in one. */
  readonly fresh?: number | undefined
  /** Whether it can be run at all. */
  readonly needs?: "dynamoLocal" | undefined
  /** Too long for a smoke run. */
  readonly long?: boolean | undefined
  /** Checks that the answer is right, and gives what is to be measured; `undefined` where the library does not do it. */
  readonly prepare: (adapter: Adapter, settings: Settings) => Promise<Prepared | undefined>
}

export interface Suite {
  readonly name: string
  readonly title: string
  /** The adapter whose time is 1 in its table. */
  readonly baseline: AdapterId
  /** The part of adapters that it measures: those without it are not even started. */
  readonly uses: "codec" | "stored" | "plan" | "connect" | "define"
  /** How often its processes are started anew at most: an engine's noise is greater than theirs. */
  readonly generations?: number | undefined
  readonly scenarios: ReadonlyArray<Scenario>
}

/** The mean time of one run of a function, in nanoseconds, by mitata. */
export const timed = (run: () => unknown, { short }: Settings): Prepared => ({
  measure: async () => {
    const stats = await measure(run, {
      min_cpu_time: short ? 5e6 : 300e6,
      min_samples: short ? 1 : 12,
      ...(short ? { warmup_samples: 1, batch_samples: 16 } : undefined)
    })
    return stats.avg
  }
})
