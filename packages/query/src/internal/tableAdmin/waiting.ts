/**
 * Waiting for what DynamoDB does with tables in its own time.
 */
import type { TableDescription } from "@aws-sdk/client-dynamodb"
import { DynamoClient } from "@effect-dynamo/client/DynamoClient"
import { RequestTimeout, ResourceInUse, type Service } from "@effect-dynamo/core/DynamoError"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"

/** What DynamoDB says of a table. */
export const describeName = (TableName: string): Effect.Effect<TableDescription, Service, DynamoClient> =>
  Effect.flatMap(DynamoClient, (client) => Effect.map(client.describeTable({ TableName }), ({ Table }) => Table ?? {}))

/** How long to wait unless told. */
const usualTimeout: Duration.Input = "2 minutes"

/** Soon at first, then every two seconds. */
const polling = /*#__PURE__*/ Schedule.min([
  /*#__PURE__*/ Schedule.exponential("20 millis"),
  /*#__PURE__*/ Schedule.spaced("2 seconds")
])

/** What is waited for. */
export interface Waiting {
  /** The effect on whose behalf. */
  readonly operation: string
  readonly table: string
  readonly timeout: Duration.Input | undefined
}

/** Waits until the table and each of its indexes is active. For a moment DynamoDB may not know of what it has just made. */
export const untilActive = (waiting: Waiting): Effect.Effect<TableDescription, Service | ResourceInUse, DynamoClient> =>
  describeName(waiting.table).pipe(
    Effect.catchTag("ResourceNotFound", () => Effect.succeed<TableDescription>({})),
    Effect.tap(({ TableStatus }) =>
      TableStatus === undefined || passing.has(TableStatus)
        ? Effect.void
        : Effect.fail(
            new ResourceInUse({
              message: `The table "${waiting.table}" does not become active: it is ${TableStatus}.${advice(TableStatus)}`,
              operation: waiting.operation,
              table: waiting.table
            })
          )
    ),
    Effect.repeat({
      until: (description) =>
        description.TableStatus === "ACTIVE" &&
        (description.GlobalSecondaryIndexes ?? []).every((index) => index.IndexStatus === "ACTIVE"),
      schedule: polling
    }),
    within(waiting, "active")
  )

/** What a table is in before it is active, or while it is. The others lead elsewhere, or need somebody's hand. */
const passing: ReadonlySet<string> = new Set(["CREATING", "UPDATING", "ACTIVE"])

const advice = (status: string): string => (status === "DELETING" ? ` ${afterDeletion}` : "")

/** What to do about a table that is being deleted. */
export const afterDeletion = "Create it when it is gone, or use TableAdmin.ensure, which waits for that."

/** Waits until there is no such table. */
export const untilGone = (waiting: Waiting): Effect.Effect<void, Service, DynamoClient> =>
  describeName(waiting.table).pipe(
    Effect.as(false),
    Effect.catchTag("ResourceNotFound", () => Effect.succeed(true)),
    Effect.repeat({ until: (gone) => gone, schedule: polling }),
    Effect.asVoid,
    within(waiting, "gone")
  )

const within =
  ({ operation, table, timeout = usualTimeout }: Waiting, awaited: string) =>
  <A, E, R>(self: Effect.Effect<A, E, R>): Effect.Effect<A, E | RequestTimeout, R> =>
    Effect.timeoutOrElse(self, {
      duration: timeout,
      orElse: () =>
        Effect.fail(
          new RequestTimeout({
            message:
              `The table "${table}" was not ${awaited} after ${Duration.format(Duration.fromInputUnsafe(timeout))}. ` +
              "DynamoDB goes on with it: TableAdmin.describe tells how far it is, and a larger timeout waits longer.",
            operation,
            table,
            ambiguous: false
          })
        )
    })
