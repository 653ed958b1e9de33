/** Tables of what was measured, as Markdown: one for each suite, one for the goals. */
import type { AdapterId } from "../adapters/registry.ts"
import { type Check, type Goal, goalVerdict, verdict } from "../goals.ts"
import { isRate, type Measured, ratio, type Results, spread, type Unit, value } from "./results.ts"

/** A number with three digits that matter. */
export const short = (value: number): string => {
  if (value >= 1000) return Math.round(value).toLocaleString("en-US")
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2)
}

export const amount = (value: number, unit: Unit): string => {
  if (unit !== "ns") return unit === "instantiations" ? short(value) : `${short(value)} ${unit}`
  if (value < 1_000) return `${short(value)} ns`
  return value < 1_000_000 ? `${short(value / 1_000)} µs` : `${short(value / 1_000_000)} ms`
}

export interface SuiteTitle {
  readonly name: string
  readonly title: string
  readonly baseline: AdapterId
}

/** The first column is of names, the others of numbers, unless all are of text. */
const table = (rows: ReadonlyArray<ReadonlyArray<string>>, columns: "numbers" | "text" = "numbers"): string => {
  const [head = [], ...body] = rows
  const rule = head.map((_, i) => (i === 0 || columns === "text" ? "---" : "--:"))
  return [head, rule, ...body].map((cells) => `| ${cells.join(" | ")} |`).join("\n")
}

/** In brackets how many times the baseline: of times and sizes less is better, of rates more. */
const cell = (measured: Measured, id: AdapterId, baseline: AdapterId): string => {
  const own = value(measured, id)
  if (own === undefined) return ""
  const times = id === baseline ? 1 : ratio(measured, id, baseline)
  return amount(own, measured.unit) + (times === undefined ? "" : ` (${id === baseline ? "1" : short(times)})`)
}

const steadiness = ({ baseline, name }: SuiteTitle, results: Results): string => {
  const distance = spread(results, name, baseline)
  return distance === undefined
    ? ""
    : ` Half of the rounds' ratios are within ${Math.round(distance * 100)} % of these.`
}

export const suiteTable = (suite: SuiteTitle, results: Results, names: ReadonlyMap<AdapterId, string>): string => {
  const own = results.filter((one) => one.suite === suite.name)
  const ids = [...names.keys()].filter((id) => own.some(({ values }) => values[id] !== undefined))
  const rates = own.some(({ unit }) => isRate(unit)) ? "more is better" : "less is better"
  return [
    `## ${suite.title}`,
    `In brackets: times ${names.get(suite.baseline) ?? suite.baseline}; ${rates}.${steadiness(suite, results)}`,
    table([
      ["", ...own.map(({ scenario }) => scenario)],
      ...ids.map((id) => [names.get(id)!, ...own.map((one) => cell(one, id, suite.baseline))])
    ])
  ].join("\n\n")
}

export const checkLine = (check: Check, results: Results): string => {
  const found = check.measured(results)
  const bound = "atMost" in check.bound ? `≤ ${check.bound.atMost}` : `≥ ${check.bound.atLeast}`
  return `${check.what}: ${found === undefined ? "–" : short(found)} (${bound})`
}

/** How far from its bound, as a factor: above 1 it is missed. */
const missedBy = (check: Check, results: Results): number => {
  const found = check.measured(results)
  if (found === undefined) return 0
  return "atMost" in check.bound ? found / check.bound.atMost : check.bound.atLeast / found
}

export const goalTable = (goals: ReadonlyArray<Goal>, results: Results): string =>
  table(
    [
      ["#", "goal", "checks met", "the furthest from its bound", ""],
      ...goals.map((goal) => {
        const measured = goal.checks.filter((check) => verdict(check, results) !== "not measured")
        const met = measured.filter((check) => verdict(check, results) === "met").length
        const [worst] = [...measured].sort((a, b) => missedBy(b, results) - missedBy(a, results))
        return [
          String(goal.number),
          goal.goal,
          `${met} of ${goal.checks.length}` +
            (measured.length < goal.checks.length ? `, ${goal.checks.length - measured.length} not measured` : ""),
          worst === undefined ? "" : checkLine(worst, results),
          goalVerdict(goal, results)
        ]
      })
    ],
    "text"
  )

export const goalDetails = (goals: ReadonlyArray<Goal>, results: Results): string =>
  goals
    .map((goal) =>
      [
        `### ${goal.number}. ${goal.goal}`,
        goal.checks.map((check) => `- ${checkLine(check, results)}: ${verdict(check, results)}`).join("\n")
      ].join("\n\n")
    )
    .join("\n\n")
