/** How many operations a second a client does with so many in flight. */
import type { Prepared, Settings } from "./scenario.ts"

export const underLoad = (
  inFlight: number,
  run: (i: number) => Promise<unknown>,
  { short }: Settings,
  close?: () => Promise<void> | void
): Prepared => {
  let next = 0
  const during = async (milliseconds: number): Promise<number> => {
    const began = performance.now()
    const end = began + milliseconds
    let done = 0
    const lane = async () => {
      while (performance.now() < end) {
        await run(next++)
        done++
      }
    }
    await Promise.all(Array.from({ length: inFlight }, lane))
    return done / ((performance.now() - began) / 1000)
  }
  let warm = false
  return {
    measure: async () => {
      if (!warm) await during(short ? 20 : 700)
      warm = true
      return during(short ? 30 : 1_200)
    },
    close
  }
}
