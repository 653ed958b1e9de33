/** A tracer that keeps its spans, in the order in which they began. */
import { Tracer } from "effect"

export const recordingTracer = () => {
  const spans: Array<Tracer.NativeSpan> = []
  const tracer = Tracer.make({
    span: (options) => {
      const span = new Tracer.NativeSpan(options)
      spans.push(span)
      return span
    }
  })
  return { spans, tracer }
}

/** All that a span tells but its name and its events. */
export const attributesOf = (span: Tracer.NativeSpan | undefined): Record<string, unknown> =>
  Object.fromEntries(span?.attributes ?? [])

/** A span's events without their times. */
export const eventsOf = (span: Tracer.NativeSpan | undefined): ReadonlyArray<readonly [string, unknown]> =>
  (span?.events ?? []).map(([name, , attributes]) => [name, attributes])

/** The spans as an indented list of names. */
export const treeOf = (spans: ReadonlyArray<Tracer.NativeSpan>): ReadonlyArray<string> => {
  const lines = (parent: string | undefined, depth: number): ReadonlyArray<string> =>
    spans
      .filter((span) => (span.parent._tag === "Some" ? span.parent.value.spanId : undefined) === parent)
      .flatMap((span) => [`${"  ".repeat(depth)}${span.name}`, ...lines(span.spanId, depth + 1)])
  return lines(undefined, 0)
}
