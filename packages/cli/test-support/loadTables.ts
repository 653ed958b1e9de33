/** A program for tests: loads the tables that its arguments name, one after the other, and prints what came of each. */
import * as Effect from "effect/Effect"
import { loadTable } from "../src/modules/loadTable.ts"
import { platform } from "../src/program.ts"

const outcomes = Effect.forEach(process.argv.slice(2), (reference) =>
  loadTable(reference).pipe(
    Effect.map(({ name }) => ({ table: name })),
    Effect.catch(({ message }) => Effect.succeed({ message }))
  )
)

process.stdout.write(JSON.stringify(await Effect.runPromise(Effect.provide(outcomes, platform))))
