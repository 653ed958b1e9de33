/** What a read came to, in words and numbers. */
import { count, many } from "../quantities.ts"
import type { Page } from "./pages.ts"

/** The sums of pages. */
export interface Summary {
  readonly count: number
  readonly scanned: number
  readonly readUnits: number
  /** Whether there may be more than was given. */
  readonly isCut: boolean
}

export const nothing: Summary = { count: 0, scanned: 0, readUnits: 0, isCut: false }

export const plus = (sum: Summary, page: Page): Summary => ({
  count: sum.count + page.count,
  scanned: sum.scanned + page.scanned,
  readUnits: sum.readUnits + page.readUnits,
  isCut: sum.isCut || page.isCut
})

/** `3 items of 120 looked at; 1.5 read units`. */
export const describe = ({ count: found, readUnits, scanned }: Summary): string =>
  `${many(found, "item")}${scanned === found ? "" : ` of ${count(scanned)} looked at`}; ${many(readUnits, "read unit")}`
