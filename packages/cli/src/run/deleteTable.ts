import * as TableAdmin from "@effect-dynamo/query/TableAdmin"
import * as Prompt from "effect/cli/Prompt"
import * as TerminalCapabilities from "effect/cli/TerminalCapabilities"
import * as Effect from "effect/Effect"
import * as Connection from "../connection.ts"
import { Failure } from "../failure.ts"
import * as Output from "../output.ts"
import { bytes, many } from "../quantities.ts"
import { notInTime } from "../tables/refusals.ts"
import * as Waiting from "../waiting.ts"

interface Input {
  readonly name: string
  readonly force: boolean
  readonly timeout: number
}

const fail = (message: string) => Effect.fail(new Failure({ message }))

export const run = Effect.fnUntraced(function* ({ force, name, timeout }: Input) {
  if (!force) yield* confirm(name)
  yield* TableAdmin.delete(name, { timeout: `${timeout} seconds` }).pipe(
    Waiting.shown(`Deleting ${name}`),
    Effect.catchTag("RequestTimeout", notInTime(name, "gone", timeout)),
    Effect.catchTag("ResourceInUse", () =>
      fail(`The table "${name}" is being created or changed: delete it when describe-table shows it as ACTIVE.`)
    )
  )
  yield* Output.answer({ deleted: name }, `Deleted ${name}`)
}, Connection.provide)

/** Has the table's name typed, as what goes with it does not come back. */
const confirm = Effect.fnUntraced(function* (name: string) {
  const { canPrompt } = yield* TerminalCapabilities.TerminalCapabilities
  if (!canPrompt) return yield* fail("There is no terminal to ask on whether to delete the table: pass --force.")
  const found = yield* TableAdmin.describe(name)
  if (found.DeletionProtectionEnabled === true) {
    return yield* fail(
      `The table "${name}" is protected against deletion. Turn that off first:\n` +
        `aws dynamodb update-table --table-name ${name} --no-deletion-protection-enabled`
    )
  }
  const { ItemCount: items = 0, TableSizeBytes: size = 0 } = found
  yield* Output.note(
    `The table ${name} and all that is in it will be lost: ${many(items, "item")}, ` +
      `${bytes(size)} when DynamoDB last counted, which it does about every six hours.`
  )
  const typed = yield* Prompt.run(Prompt.String({ message: "Type the table's name to delete it" }))
  if (typed !== name) return yield* fail(`That is not the table's name, "${name}": nothing was deleted.`)
})
