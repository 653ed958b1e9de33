/** What a run leaves behind: memory, fibers, sockets, timers, listeners. */
import { Effect, Metric } from "effect"

/** Memory at a time, in MiB. */
export interface Sample {
  readonly second: number
  readonly heap: number
  readonly rss: number
}

const mebibytes = (bytes: number) => bytes / 1024 / 1024

/** Memory after a collection. */
export const sample = (began: number): Sample => {
  globalThis.gc?.()
  const { heapUsed, rss } = process.memoryUsage()
  return { second: (performance.now() - began) / 1000, heap: mebibytes(heapUsed), rss: mebibytes(rss) }
}

/** How fast something grows, by the method of least squares: its unit per minute. */
export const slope = (samples: ReadonlyArray<Sample>, of: (sample: Sample) => number): number => {
  const mean = (f: (sample: Sample) => number) => samples.reduce((sum, one) => sum + f(one), 0) / samples.length
  const [time, value] = [mean(({ second }) => second), mean(of)]
  const covariance = mean((one) => (one.second - time) * (of(one) - value))
  const variance = mean(({ second }) => (second - time) ** 2)
  return variance === 0 ? 0 : (covariance / variance) * 60
}

/** The middle one. */
export const median = (samples: ReadonlyArray<Sample>, of: (sample: Sample) => number): number =>
  samples.map(of).sort((a, b) => a - b)[Math.floor(samples.length / 2)] ?? 0

/** Counts the fibers that are forked, and those that have ended. */
export class Fibers implements Metric.FiberRuntimeMetricsService {
  started = 0
  ended = 0
  recordFiberStart(): void {
    this.started++
  }
  recordFiberEnd(): void {
    this.ended++
  }
  get active(): number {
    return this.started - this.ended
  }
}

export const countingFibers =
  (fibers: Fibers) =>
  <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    Effect.provideService(effect, Metric.FiberRuntimeMetrics, fibers)

/** What keeps, or may keep, the process alive, and who listens to it. */
export interface Handles {
  readonly resources: Readonly<Record<string, number>>
  readonly listeners: number
}

export const handles = (): Handles => {
  const resources: Record<string, number> = {}
  for (const name of process.getActiveResourcesInfo()) resources[name] = (resources[name] ?? 0) + 1
  const listeners = process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0)
  return { resources, listeners }
}

/** What there is more of than there was before. */
export const leftOver = (before: Handles, after: Handles): ReadonlyArray<string> => {
  const more = Object.entries(after.resources).flatMap(([name, count]) => {
    const extra = count - (before.resources[name] ?? 0)
    return extra > 0 ? [`${extra} ${name}`] : []
  })
  return after.listeners > before.listeners ? [...more, `${after.listeners - before.listeners} listeners`] : more
}
