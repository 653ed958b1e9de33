import { setTimeout } from "node:timers/promises"
import { type Answer, cancelledAnswer, errorAnswer, faultAnswer, stalledAnswer } from "./answers.ts"
import type { Broken } from "./log.ts"
import type { Request } from "./request.ts"
import type { Steps } from "./script.ts"
import { withhold } from "./unprocessed.ts"

/** The two between which the proxy stands. */
export interface Sides {
  /** Gives the engine a request with the body. */
  readonly engine: (body: string) => Promise<Answer>
  readonly hasClientGone: () => boolean
  /** Takes note of how many items are kept from the engine. */
  readonly noteWithheld: (count: number) => void
}

/** Lets the engine do what it is to do. Gives what to answer, or why the connection is to be reset instead. */
export const react = async (steps: Steps, request: Request, sides: Sides): Promise<Answer | Broken> => {
  const { body } = request
  if (steps.delayMs !== undefined) await sleep(steps.delayMs)
  if (steps.reset === "before") return "reset-before"
  const inPlaceOfEngine = steps.after === true ? undefined : scripted(steps, request)
  if (inPlaceOfEngine !== undefined) return inPlaceOfEngine
  if (steps.unprocessed !== undefined && body?.RequestItems !== undefined) {
    const { answer, withheld } = await withhold(request, body.RequestItems, steps.unprocessed, sides.engine)
    if (withheld !== undefined) sides.noteWithheld(withheld)
    return answer
  }
  if (steps.stallPage === true && body?.ExclusiveStartKey !== undefined) return stalledAnswer(request)
  if (steps.hang !== undefined && steps.after !== true) {
    await sleep(steps.hang)
    return sides.hasClientGone() ? "client-gave-up" : "hang-then-reset"
  }

  const text = withPages(steps.page, request)
  const first = await sides.engine(text)
  const answer = steps.twice === true ? await sides.engine(text) : first
  if (steps.after !== true) return answer
  const afterEngine = scripted(steps, request)
  if (afterEngine !== undefined) return afterEngine
  if (steps.hang === undefined) return "applied-then-reset"
  await sleep(steps.hang)
  return sides.hasClientGone() ? "applied-client-gave-up" : "applied-hang"
}

/** Does not keep the process alive, for a hang may outlast the tests. */
export const sleep = (ms: number): Promise<void> => setTimeout(ms, undefined, { ref: false })

const scripted = ({ cancel, error, fault }: Steps, request: Request): Answer | undefined => {
  if (fault !== undefined) return faultAnswer(fault, request)
  if (error !== undefined) return errorAnswer(error)
  return cancel === undefined ? undefined : cancelledAnswer(cancel, request)
}

const withPages = (size: number | undefined, { body, operation, text }: Request): string =>
  size !== undefined && body !== undefined && (operation === "Query" || operation === "Scan")
    ? JSON.stringify({ ...body, Limit: Math.min(body.Limit ?? size, size) })
    : text
