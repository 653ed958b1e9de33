/** One scenario as horizontal bars, in SVG that is readable on light and dark pages. */
import type { AdapterId } from "../adapters/registry.ts"
import { isRate, type Measured, value } from "./results.ts"
import { amount } from "./report.ts"

const row = 26
const left = 236
const width = 766
const right = 110

const escape = (text: string) => text.replace(/[&<>]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[c] ?? c)

/** This library in colour, all others in grey. */
const color = (id: AdapterId): string => (id.startsWith("ours") ? "#2563eb" : id === "hand" ? "#16a34a" : "#94a3b8")

export const plot = (title: string, measured: Measured, names: ReadonlyMap<AdapterId, string>): string => {
  const bars = [...names].flatMap(([id, name]) => {
    const own = value(measured, id)
    return own === undefined ? [] : [{ id, name, own }]
  })
  bars.sort((a, b) => (isRate(measured.unit) ? b.own - a.own : a.own - b.own))
  const longest = Math.max(...bars.map(({ own }) => own))
  const height = 48 + bars.length * row
  const lines = bars.map(({ id, name, own }, i) => {
    const y = 40 + i * row
    const length = Math.max(1.5, (own / longest) * (width - left - right))
    return [
      `<text x="${left - 8}" y="${y + 14}" text-anchor="end">${escape(name)}</text>`,
      `<rect x="${left}" y="${y}" width="${length.toFixed(1)}" height="18" rx="2" fill="${color(id)}"/>`,
      `<text x="${(left + length + 6).toFixed(1)}" y="${y + 14}">${escape(amount(own, measured.unit))}</text>`
    ].join("")
  })
  const better = isRate(measured.unit) ? "more is better" : "less is better"
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escape(title)}">`,
    "<style>text{font:13px system-ui,sans-serif;fill:#334155}.t{font-weight:600}@media(prefers-color-scheme:dark){text{fill:#cbd5e1}}</style>",
    `<text class="t" x="8" y="22">${escape(title)} (${better})</text>`,
    ...lines,
    "</svg>",
    ""
  ].join("\n")
}
