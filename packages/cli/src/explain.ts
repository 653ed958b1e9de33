/** What to tell of a failure: what happened, and what to do about it. */
import * as CliError from "effect/cli/CliError"

/** What helps against a failure, by its tag. */
const remedies: { readonly [tag: string]: string } = {
  ResourceNotFound:
    "See the tables there are: effect-dynamo list-tables. Are --region, --endpoint and --profile right?",
  AccessDenied: "Check the credentials: --profile, AWS_PROFILE, AWS_ACCESS_KEY_ID; and what they are allowed to do.",
  NetworkError:
    "Is the service there? Check --endpoint and --region; effect-dynamo local start runs one on this machine.",
  RequestTimeout: "No answer came in time. Try again; check --endpoint and --region.",
  ServiceUnavailable: "DynamoDB could not answer, after several attempts. Try again later.",
  ThroughputExceeded: "The table has too little capacity for this. Try again with a lower --read-rate or --write-rate."
}

const hasTag = (error: unknown): error is { readonly _tag: string; readonly message: string } =>
  typeof error === "object" && error !== null && "_tag" in error && typeof error._tag === "string"

/** The text that people see. Never a stack. */
export const explain = (error: unknown): string => {
  if (typeof error === "object" && error !== null) {
    const own = CliError.getUserMessage(error)
    if (own !== undefined) return own
  }
  if (hasTag(error)) {
    const remedy = remedies[error._tag]
    return remedy === undefined ? error.message : `${error.message}\n${remedy}`
  }
  return `This is a mistake in effect-dynamo itself: ${error instanceof Error ? error.message : String(error)}`
}

/** Whether a failure is that nobody reads the output any more. */
export const isClosedPipe = (error: unknown): boolean => {
  for (let at: unknown = error; typeof at === "object" && at !== null; at = "cause" in at ? at.cause : undefined) {
    if ("code" in at && at.code === "EPIPE") return true
  }
  return false
}
