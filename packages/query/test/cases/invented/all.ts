/** Designs of the same kind as the recorded ones. */
import { helpdesk } from "./helpdesk.ts"
import type { Invented } from "./invented.ts"
import { sales } from "./sales.ts"
import { scores } from "./scores.ts"
import { settings } from "./settings.ts"
import { stock } from "./stock.ts"
import { telemetry } from "./telemetry.ts"

export const designs: ReadonlyArray<Invented> = [helpdesk, telemetry, settings, scores, stock, sales]
