/** Building the request of a query with a key, a filter, a projection and a limit; nothing is sent. */
import { type Suite, timed } from "../lib/scenario.ts"
import type { Wanted } from "../lib/adapter.ts"

const wanted: Wanted = { customerId: "c-1", prefix: "o-0000", status: "paid", least: 100, limit: 20 }

/** Names and values differ in how they are called: all four values and the three projected names must be there. */
const check = (request: unknown): void => {
  const text = JSON.stringify(request, (_, value: unknown) => (value instanceof Set ? [...value] : value))
  for (const part of [
    "CUSTOMER#c-1",
    "ORDER#o-0000",
    '"paid"',
    "100",
    "orderId",
    "FilterExpression",
    "ProjectionExpression"
  ]) {
    if (!text.includes(part)) throw new Error(`The request lacks ${part}: ${text}`)
  }
}

export const suite: Suite = {
  name: "plan",
  title: "Plan: the request of a query with key, filter, projection and limit",
  baseline: "ours",
  uses: "plan",
  scenarios: [
    {
      name: "query",
      unit: "ns",
      prepare: async ({ plan }, settings) => {
        if (plan === undefined) return undefined
        check(plan(wanted))
        // Values vary, as they do in a program: only what does not depend on them can be kept.
        const variants = Array.from({ length: 64 }, (_, i) => ({ ...wanted, customerId: `c-${i}`, least: i }))
        let i = 0
        return timed(() => plan(variants[i++ & 63]!), settings)
      }
    }
  ]
}
