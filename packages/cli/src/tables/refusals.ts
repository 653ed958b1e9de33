/** What TableAdmin's failures mean to who types commands: it advises those who write programs. */
import type { RequestTimeout, ResourceInUse } from "@effect-dynamo/core/DynamoError"
import * as TableAdmin from "@effect-dynamo/query/TableAdmin"
import * as Effect from "effect/Effect"
import { Failure } from "../failure.ts"
import { many } from "../quantities.ts"

/** DynamoDB was not done in time; `awaited` is what the table was to be. */
export const notInTime = (name: string, awaited: string, seconds: number) => (cause: RequestTimeout) =>
  Effect.fail(
    cause.operation.startsWith("TableAdmin.")
      ? new Failure({
          message:
            `The table "${name}" was not ${awaited} after ${many(seconds, "second")}. DynamoDB goes on with it.\n` +
            `See how far it is: effect-dynamo describe-table ${name}; a larger --timeout waits longer.`,
          cause
        })
      : cause
  )

/** The table is there already, or on its way out. */
export const exists = (name: string) => (cause: ResourceInUse) => {
  const { differences } = cause
  const message =
    differences === undefined
      ? cause.message
      : differences.length === 0
        ? `The table "${name}" exists already, just as it was to be created.`
        : [
            `The table "${name}" exists already, and is not as it was to be created:`,
            ...differences.map((difference) => `- ${TableAdmin.formatDrift(difference)}`),
            `See it: effect-dynamo describe-table ${name}`
          ].join("\n")
  return Effect.fail(new Failure({ message, cause }))
}
