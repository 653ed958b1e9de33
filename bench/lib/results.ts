/** What was measured, and what is made of it: medians, and medians of ratios inside one round. */
import type { AdapterId } from "../adapters/registry.ts"

export type Unit = "ns" | "ops/s" | "items/s" | "MB" | "µs/item" | "ms" | "KB" | "instantiations"

/** One scenario's values, by adapter: one for each round, at the same place for all. */
export interface Measured {
  readonly suite: string
  readonly scenario: string
  readonly unit: Unit
  readonly values: { readonly [Id in AdapterId]?: ReadonlyArray<number> }
}

export type Results = ReadonlyArray<Measured>

/** Of these, more is better. */
export const isRate = (unit: Unit): boolean => unit === "ops/s" || unit === "items/s"

export const median = (values: ReadonlyArray<number>): number => {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

export const find = (results: Results, suite: string, scenario: string): Measured | undefined =>
  results.find((one) => one.suite === suite && one.scenario === scenario)

/** How many times one adapter's value is another's: the median over the rounds that both were in. */
export const ratio = (measured: Measured | undefined, of: AdapterId, to: AdapterId): number | undefined => {
  const [above, below] = [measured?.values[of], measured?.values[to]]
  if (above === undefined || below === undefined) return undefined
  const ratios = above.slice(0, below.length).map((value, i) => value / below[i]!)
  return ratios.length === 0 ? undefined : median(ratios)
}

/**
 * How far one round's ratios are from their medians: half of them at most so far (0.1: 10 %). What it says of a run is how
 * much its ratios are worth.
 */
export const spread = (results: Results, suite: string, baseline: AdapterId): number | undefined => {
  const distances: Array<number> = []
  for (const { scenario, suite: own, values } of results) {
    const measured = find(results, suite, scenario)
    const base = values[baseline]
    if (own !== suite || measured === undefined || base === undefined) continue
    for (const id of Object.keys(values) as Array<AdapterId>) {
      const middle = ratio(measured, id, baseline)
      const rounds = values[id]?.slice(0, base.length) ?? []
      if (id === baseline || middle === undefined || rounds.length < 2) continue
      for (const [i, one] of rounds.entries()) distances.push(Math.abs(one / base[i]! / middle - 1))
    }
  }
  return distances.length === 0 ? undefined : median(distances)
}

export const value = (measured: Measured | undefined, of: AdapterId): number | undefined => {
  const values = measured?.values[of]
  return values === undefined || values.length === 0 ? undefined : median(values)
}
