/**
 * Runs suites: each adapter in a process of its own, and each scenario round by round through all of them, so that a slow
 * spell of the machine hits all alike.
 */
import type { AdapterId } from "../adapters/registry.ts"
import type { Measured, Results } from "./results.ts"
import type { Scenario, Settings, Suite } from "./scenario.ts"
import { Worker } from "./worker.ts"

export interface Plan {
  /** How often the processes are started anew. */
  readonly generations: number
  readonly rounds: number
  readonly settings: Settings
  /** The adapters that are there, with the parts they offer. */
  readonly adapters: ReadonlyMap<AdapterId, ReadonlyArray<string>>
  readonly log: (line: string) => void
  /** Processes that are kept, in a smoke run. */
  readonly kept: Map<AdapterId, Worker>
  /** What went wrong. */
  readonly failures: Array<string>
}

type Values = Map<string, Map<AdapterId, Array<number>>>

const runnable = (scenario: Scenario, { settings }: Plan): boolean =>
  !(settings.short && scenario.long === true) &&
  !(scenario.needs === "dynamoLocal" && settings.dynamoLocal === undefined)

const withWorkers = async (
  ids: ReadonlyArray<AdapterId>,
  plan: Plan,
  use: (workers: Array<Worker>) => Promise<void>
) => {
  const workers: Array<Worker> = []
  for (const id of ids) {
    const kept = plan.kept.get(id)
    const worker = kept ?? (await Worker.start(id))
    if (plan.settings.short) plan.kept.set(id, worker)
    workers.push(worker)
  }
  await use(workers)
  if (!plan.settings.short) for (const worker of workers) worker.stop()
}

const inRounds = async (
  suite: Suite,
  scenario: Scenario,
  workers: ReadonlyArray<Worker>,
  plan: Plan,
  values: Values
) => {
  const { rounds, settings } = plan
  const request = { suite: suite.name, scenario: scenario.name, settings }
  let ready: Array<Worker> = []
  const ask = (worker: Worker, step: "prepare" | "measure" | "close") =>
    worker.request({ ...request, step }).catch((error: unknown) => {
      plan.failures.push(String(error))
      ready = ready.filter((one) => one !== worker)
      return undefined
    })
  for (const worker of workers) {
    if ((await ask(worker, "prepare")) === 1) ready.push(worker)
  }
  for (let round = 0; round < rounds; round++) {
    // Each round begins with another, so that none is always the one after the same neighbour.
    for (const worker of [...ready.slice(round), ...ready.slice(0, round)]) {
      const value = await ask(worker, "measure")
      if (value !== undefined) add(values, scenario.name, worker.id, value)
    }
  }
  for (const worker of ready.slice()) await ask(worker, "close")
}

const add = (values: Values, scenario: string, id: AdapterId, value: number) => {
  let ofScenario = values.get(scenario)
  if (ofScenario === undefined) values.set(scenario, (ofScenario = new Map()))
  const list = ofScenario.get(id)
  if (list === undefined) ofScenario.set(id, [value])
  else list.push(value)
}

export const measureSuite = async (suite: Suite, plan: Plan): Promise<Results> => {
  const { adapters, log, settings } = plan
  const generations = Math.min(plan.generations, suite.generations ?? plan.generations)
  const ids = [...adapters].flatMap(([id, offers]) => (offers.includes(suite.uses) ? [id] : []))
  const values: Values = new Map()
  const scenarios = suite.scenarios.filter((scenario) => runnable(scenario, plan))
  const lasting = scenarios.filter(({ fresh }) => fresh === undefined || settings.short)
  if (lasting.length > 0) {
    for (let generation = 0; generation < generations; generation++) {
      await withWorkers(ids, plan, async (workers) => {
        for (const scenario of lasting) {
          log(`${suite.name}: ${scenario.name}, ${generation + 1} of ${generations}`)
          await inRounds(suite, scenario, workers, plan, values)
        }
      })
    }
  }
  for (const scenario of scenarios.filter((one) => !lasting.includes(one))) {
    for (let i = 0; i < scenario.fresh!; i++) {
      log(`${suite.name}: ${scenario.name}, ${i + 1} of ${scenario.fresh}`)
      for (const id of ids) {
        await withWorkers([id], plan, (workers) => inRounds(suite, scenario, workers, { ...plan, rounds: 1 }, values))
      }
    }
  }
  return scenarios.map((scenario): Measured => ({
    suite: suite.name,
    scenario: scenario.name,
    unit: scenario.unit,
    values: Object.fromEntries(values.get(scenario.name) ?? [])
  }))
}
