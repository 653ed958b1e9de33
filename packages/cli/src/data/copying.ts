/** From one table to another, which may be somewhere else. */
import type { CreateTableCommandInput, TableDescription } from "@aws-sdk/client-dynamodb"
import { DynamoClient, type Service } from "@effect-dynamo/client/DynamoClient"
import * as TableAdmin from "@effect-dynamo/query/TableAdmin"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import { Failure } from "../failure.ts"
import { expiringBy } from "../tables/timeToLive.ts"
import * as Checkpoint from "./checkpoint.ts"
import * as Waiting from "../waiting.ts"
import { explained } from "./files.ts"
import { beginning } from "./pages.ts"
import { describe, type Identity, isSame, type TableShape } from "./tableShape.ts"

/** The request that creates a table as another one is: its keys, its indexes, how it is paid for. */
const createInput = (from: TableDescription, TableName: string): CreateTableCommandInput => {
  const isOnDemand = from.BillingModeSummary?.BillingMode === "PAY_PER_REQUEST"
  const capacity = (
    of: { readonly ReadCapacityUnits?: number | undefined; readonly WriteCapacityUnits?: number | undefined } = {}
  ) =>
    isOnDemand
      ? undefined
      : {
          ProvisionedThroughput: {
            ReadCapacityUnits: of.ReadCapacityUnits ?? 1,
            WriteCapacityUnits: of.WriteCapacityUnits ?? 1
          }
        }
  const globals = (from.GlobalSecondaryIndexes ?? []).map(
    ({ IndexName, KeySchema, Projection, ProvisionedThroughput }) => ({
      IndexName,
      KeySchema,
      Projection,
      ...capacity(ProvisionedThroughput)
    })
  )
  const locals = (from.LocalSecondaryIndexes ?? []).map(({ IndexName, KeySchema, Projection }) => ({
    IndexName,
    KeySchema,
    Projection
  }))
  return {
    TableName,
    KeySchema: from.KeySchema,
    AttributeDefinitions: from.AttributeDefinitions,
    ...(isOnDemand ? { BillingMode: "PAY_PER_REQUEST" } : { BillingMode: "PROVISIONED" }),
    ...capacity(from.ProvisionedThroughput),
    ...(globals.length === 0 ? undefined : { GlobalSecondaryIndexes: globals }),
    ...(locals.length === 0 ? undefined : { LocalSecondaryIndexes: locals })
  }
}

/** The attribute by which items expire. An engine may not know of such. */
const timeToLiveOf = (client: Service, TableName: string): Effect.Effect<string | undefined, TableAdmin.Error> =>
  client.describeTimeToLive({ TableName }).pipe(
    Effect.map(({ TimeToLiveDescription: found = {} }) => expiringBy(found)),
    Effect.catchTag("RequestRejected", (error) =>
      error.code === "UnknownOperationException" ? Effect.undefined : Effect.fail(error)
    )
  )

/** Creates a table as another one is, where it is not there; and tells whether it has done so. */
export const createLike = (
  from: { readonly client: Service; readonly table: string },
  to: { readonly client: Service; readonly table: string },
  timeout: Duration.Input
) =>
  Effect.gen(function* () {
    const source = yield* Effect.provideService(TableAdmin.describe(from.table), DynamoClient, from.client)
    const exists = yield* to.client.describeTable({ TableName: to.table }).pipe(
      Effect.as(true),
      Effect.catchTag("ResourceNotFound", () => Effect.succeed(false))
    )
    if (exists) return false
    const AttributeName = yield* timeToLiveOf(from.client, from.table)
    yield* to.client.createTable(createInput(source, to.table))
    yield* TableAdmin.untilActive(to.table, { timeout }).pipe(
      Effect.provideService(DynamoClient, to.client),
      Waiting.shown(`Creating ${to.table}`)
    )
    if (AttributeName !== undefined) {
      yield* to.client.updateTimeToLive({
        TableName: to.table,
        TimeToLiveSpecification: { AttributeName, Enabled: true }
      })
    }
    return true
  })

/** A table's shape, asked for by a client of one's own. */
export const describeBy = (client: Service, table: string) =>
  Effect.provideService(describe(table), DynamoClient, client)

/** Why items of one table may not be those of another. */
export const mismatchOf = (from: TableShape, to: TableShape): string | undefined => {
  const text = ({ keys }: TableShape) => keys.map(({ name, type }) => `${name}:${type}`).join(", ")
  return text(from) === text(to)
    ? undefined
    : `${from.identity.name} has the key ${text(from)} and ${to.identity.name} has ${text(to)}: several items could become ` +
        "one. If they do not, export the items and import them"
}

/** What is copied. */
export interface Copy {
  readonly from: Identity
  readonly to: Identity
  readonly filter: string | undefined
  readonly segments: number | undefined
  readonly failed: string
  /** Where to note how far it is, if that is wanted. */
  readonly notes: string | undefined
  readonly restart: boolean
  readonly overwrite: boolean
}

const usualSegments = 4

/** Where to begin: at the beginning, or where an earlier run of the same copy ended. */
export const begin = (wanted: Copy): Effect.Effect<Checkpoint.CopyProgress, Failure, FileSystem.FileSystem> =>
  Effect.gen(function* () {
    const files = yield* FileSystem.FileSystem
    const fail = (message: string) => Effect.fail(new Failure({ message }))
    const { notes } = wanted
    const isUnfinished = notes !== undefined && (yield* files.exists(notes).pipe(explained(notes)))
    if (isUnfinished && !wanted.restart) {
      const left = yield* Checkpoint.load(notes, Checkpoint.CopyProgress)
      if (Option.isSome(left)) {
        const { cursors, failedSize, filter, from, to } = left.value
        const isThis =
          isSame(from, wanted.from) &&
          isSame(to, wanted.to) &&
          filter === wanted.filter &&
          (wanted.segments ?? cursors.length) === cursors.length
        if (!isThis) return yield* fail(`${notes} is of another copy that was interrupted: begin anew with --restart`)
        if (failedSize === 0) yield* Checkpoint.remove(wanted.failed)
        return left.value
      }
    }
    if (!isUnfinished && !wanted.overwrite && (yield* files.exists(wanted.failed).pipe(explained(wanted.failed)))) {
      return yield* fail(
        `${wanted.failed} exists already, with what could not be written earlier: import it or move it away, or pass --overwrite`
      )
    }
    yield* Checkpoint.remove(wanted.failed)
    return {
      command: "copy",
      version: 1,
      from: wanted.from,
      to: wanted.to,
      ...(wanted.filter === undefined ? undefined : { filter: wanted.filter }),
      cursors: Checkpoint.toSaved(Array.from({ length: wanted.segments ?? usualSegments }, () => beginning)),
      items: 0,
      failed: 0,
      failedSize: 0
    }
  })
