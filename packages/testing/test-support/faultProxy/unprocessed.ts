import { type Answer, jsonAnswer } from "./answers.ts"
import { type BatchItems, entriesOf, type Request, type TableKeys } from "./request.ts"
import type { Unprocessed } from "./script.ts"

/** What an engine answers to a batch. */
interface Body {
  readonly UnprocessedKeys?: BatchItems
  readonly UnprocessedItems?: BatchItems
}

/** Gives the engine a batch without the part that is withheld, and adds that part to what it reports as unprocessed. */
export const withhold = async (
  { body: sent, operation }: Request,
  items: BatchItems,
  unprocessed: Unprocessed,
  forward: (text: string) => Promise<Answer>
): Promise<{ readonly answer: Answer; readonly withheld?: number }> => {
  const isGet = operation === "BatchGetItem"
  const { rest, withheld } = split(items, unprocessed)
  const isEmpty = Object.keys(rest).length === 0
  const answer = isEmpty
    ? jsonAnswer(200, isGet ? { Responses: {} } : {})
    : await forward(JSON.stringify({ ...sent, RequestItems: rest }))
  if (answer.status !== 200) return { answer }

  const body: Body = JSON.parse(answer.body.toString())
  const field = isGet ? "UnprocessedKeys" : "UnprocessedItems"
  return {
    answer: { ...answer, body: Buffer.from(JSON.stringify({ ...body, [field]: add(body[field] ?? {}, withheld) })) },
    withheld: Object.values(withheld).reduce((sum, of) => sum + entriesOf(of).length, 0)
  }
}

/** A batch in two. */
const split = (items: BatchItems, { all, count, fraction = 0.5, pick = "last" }: Unprocessed) => {
  const entries = Object.entries(items).flatMap(([table, of]) => entriesOf(of).map((entry) => ({ table, entry })))
  const n = all === true ? entries.length : Math.min(entries.length, count ?? Math.ceil(entries.length * fraction))
  const picked = new Set(
    pick === "last"
      ? entries.slice(entries.length - n)
      : entries.filter((_, position) => pick === "first" || position % 2 === 0).slice(0, n)
  )
  const only = (isPicked: boolean): BatchItems => {
    const batch: Record<string, ReadonlyArray<unknown> | TableKeys> = {}
    for (const [table, of] of Object.entries(items)) {
      const part = entries.filter((entry) => entry.table === table && picked.has(entry) === isPicked)
      if (part.length > 0) {
        batch[table] = withEntries(
          of,
          part.map(({ entry }) => entry)
        )
      }
    }
    return batch
  }
  return { rest: only(false), withheld: only(true) }
}

const add = (reported: BatchItems, withheld: BatchItems): BatchItems => ({
  ...reported,
  ...Object.fromEntries(
    Object.entries(withheld).map(([table, of]) => [
      table,
      withEntries(of, [...entriesOf(reported[table] ?? []), ...entriesOf(of)])
    ])
  )
})

/** Other entries with the same projection, names and consistency. */
const withEntries = (of: ReadonlyArray<unknown> | TableKeys, entries: ReadonlyArray<unknown>) =>
  "Keys" in of ? { ...of, Keys: entries } : entries
