/** Whole calls whose answer is there at once: the processor time of a call without a socket. */
import type { Adapter, Answer, Calls } from "../lib/adapter.ts"
import { order, pageSize, product, sample, type Shape } from "../lib/data.ts"
import { answer, pageOf, storedItem, storedItems } from "../lib/answers.ts"
import { type Scenario, type Settings, type Suite, timed } from "../lib/scenario.ts"
import { same, sameAll } from "../lib/verify.ts"

const label = { order: "small", product: "medium" } as const

const connect = async (adapter: Adapter, answers: Readonly<Record<string, Answer>>): Promise<Calls | undefined> =>
  adapter.connect?.({
    endpoint: "http://127.0.0.1:1",
    table: "bench",
    stub: (operation) => {
      const found = answers[operation]
      if (found === undefined) throw new Error(`${adapter.name} asked for ${operation}`)
      return found
    }
  })

const call = (
  name: string,
  answers: (adapter: Adapter) => Readonly<Record<string, Answer>>,
  run: (calls: Calls) => Promise<unknown>,
  check: (result: unknown, adapter: Adapter) => void
): Scenario => ({
  name,
  unit: "ns",
  prepare: async (adapter: Adapter, settings: Settings) => {
    const calls = await connect(adapter, answers(adapter))
    if (calls === undefined) return undefined
    check(await run(calls), adapter)
    return { ...timed(() => run(calls), settings), close: calls.close }
  }
})

/** The SDK's client alone gives attribute values, as they were. */
const expected = (adapter: Adapter, shape: Shape, i: number): unknown =>
  adapter.name === "SDK alone" ? storedItem(adapter, shape, sample[shape](i) as never) : sample[shape](i)

const get = (shape: Shape): Scenario =>
  call(
    `get ${label[shape]}`,
    (adapter) => ({ GetItem: answer({ Item: storedItem(adapter, shape, sample[shape](1) as never) }) }),
    shape === "order" ? (calls) => calls.get.order(order(1)) : (calls) => calls.get.product(product(1)),
    (result, adapter) => same("got", result, expected(adapter, shape, 1))
  )

const put = (shape: Shape): Scenario => {
  const values = { order: order(1), product: product(1) }
  return call(
    `put ${label[shape]}`,
    () => ({ PutItem: answer({}) }),
    shape === "order" ? (calls) => calls.put.order(values.order) : (calls) => calls.put.product(values.product),
    () => {}
  )
}

const query = (shape: Shape, count: number, name: string): Scenario =>
  call(
    name,
    (adapter) => ({ Query: pageOf(storedItems(adapter, shape, count)) }),
    shape === "order" ? (calls) => calls.query.order("c-1") : (calls) => calls.query.product("chairs"),
    (result, adapter) =>
      sameAll(
        "queried",
        result as ReadonlyArray<unknown>,
        Array.from({ length: count }, (_, i) => expected(adapter, shape, i))
      )
  )

export const suite: Suite = {
  name: "stub",
  title: "Whole call, transport stubbed",
  baseline: "sdk",
  uses: "connect",
  scenarios: [
    get("order"),
    get("product"),
    put("order"),
    put("product"),
    query("order", 100, "query 100 small"),
    query("order", pageSize.order, "page 1 MB small"),
    query("product", pageSize.product, "page 1 MB medium")
  ]
}
