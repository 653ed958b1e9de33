/** Colours of what goes to standard output: none where it is no terminal, or under `NO_COLOR`. */
import * as Effect from "effect/Effect"
import { canColour } from "./output.ts"

/** ANSI's numbers of what is used. */
const codes = { bold: 1, red: 31, green: 32, yellow: 33, cyan: 36 } as const

/** A colour, or bold. */
export type Style = keyof typeof codes

/** Gives text a style, or leaves it as it is. */
export type Paint = (style: Style, text: string) => string

export const paint: Effect.Effect<Paint> = Effect.map(
  canColour,
  (colours): Paint =>
    (style, text) =>
      colours && text !== "" ? `\u001b[${codes[style]}m${text}\u001b[0m` : text
)
