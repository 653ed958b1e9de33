import { Effect, Schedule } from "effect"

/** Waits, in real time, until something holds; dies after five seconds. */
export const until = (condition: () => boolean) =>
  Effect.suspend(() => (condition() ? Effect.void : Effect.fail("it never came to hold"))).pipe(
    Effect.retry(Schedule.spaced("10 millis").pipe(Schedule.upTo({ times: 500 }))),
    Effect.orDie
  )
