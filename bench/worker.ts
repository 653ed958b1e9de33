/** One adapter in a process of its own: prepares, measures and closes scenarios as the main process says. */
import { adapters, type AdapterId } from "./adapters/registry.ts"
import type { Prepared, Settings } from "./lib/scenario.ts"
import { suites } from "./suites/registry.ts"

export interface Request {
  readonly id: number
  readonly suite: string
  readonly scenario: string
  readonly step: "prepare" | "measure" | "close"
  readonly settings: Settings
}

export interface Response {
  readonly id: number
  /** Of `measure` the value, of `prepare` whether there is something to measure. */
  readonly value?: number | undefined
  readonly error?: string | undefined
}

// The main process starts it with an adapter's id.
const adapter = await adapters[process.argv[2] as AdapterId]()
let prepared: Prepared | undefined

const handle = async ({ scenario: name, settings, step, suite }: Request): Promise<number | undefined> => {
  switch (step) {
    case "prepare": {
      const scenario = suites.find((one) => one.name === suite)?.scenarios.find((one) => one.name === name)
      prepared = adapter === undefined ? undefined : await scenario?.prepare(adapter, settings)
      return prepared === undefined ? 0 : 1
    }
    case "measure":
      return prepared?.measure()
    case "close":
      await prepared?.close?.()
      prepared = undefined
      return 0
  }
}

/** What a worker says first. */
export interface Hello {
  /** Empty where the adapter is not there. */
  readonly name: string
  /** Which parts of `Adapter` there are. */
  readonly offers: ReadonlyArray<string>
}

const respond = (response: Response) => process.send?.(response)

process.on("message", (request: Request) => {
  handle(request).then(
    (value) => respond({ id: request.id, value }),
    (error: unknown) =>
      respond({ id: request.id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) })
  )
})
process.on("disconnect", () => process.exit(0))
const { markers: _, name, ...offers } = adapter ?? { name: "", markers: undefined }
process.send?.({ name, offers: Object.keys(offers) } satisfies Hello)
