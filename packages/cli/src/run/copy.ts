import * as DynamoClient from "@effect-dynamo/client/DynamoClient"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as Connection from "../connection.ts"
import * as Checkpoint from "../data/checkpoint.ts"
import * as Copying from "../data/copying.ts"
import * as Lock from "../data/lock.ts"
import * as Moving from "../data/moving.ts"
import { type Cursor, type Page, pages } from "../data/pages.ts"
import { entryOf, type Piece } from "../data/pieces.ts"
import { markEvery } from "../data/reading.ts"
import { isSame, keyOf, type TableShape } from "../data/tableShape.ts"
import { Failure, UsageFailure } from "../failure.ts"
import { compileFilter } from "../filter/compile.ts"
import * as Output from "../output.ts"
import { many } from "../quantities.ts"
import { atRate } from "../reading/scanning.ts"
import * as settings from "../settings.ts"

interface Input {
  readonly from: string
  readonly to: string
  readonly toRegion: Option.Option<string>
  readonly toEndpoint: Option.Option<string>
  readonly toProfile: Option.Option<string>
  readonly create: boolean
  readonly filter: Option.Option<string>
  readonly consistent: boolean
  readonly segments: Option.Option<number>
  readonly pageSize: Option.Option<number>
  readonly concurrency: number
  readonly readRate: Option.Option<number>
  readonly writeRate: Option.Option<number>
  readonly progress: Option.Option<string>
  readonly failed: Option.Option<string>
  readonly restart: boolean
  readonly overwrite: boolean
  readonly timeout: number
}

/** The client of the other end: what is not said of it is as at this end. */
const otherEnd = Effect.fnUntraced(function* (input: Input) {
  const here = yield* settings.connection
  const context = yield* Layer.build(
    Connection.layerOf({
      region: Option.orElse(input.toRegion, () => here.region),
      endpoint: Option.orElse(input.toEndpoint, () => here.endpoint),
      profile: Option.orElse(input.toProfile, () => here.profile)
    })
  )
  return Context.get(context, DynamoClient.DynamoClient)
})

/** Where a segment is when what was read of it is written. */
interface Reached {
  readonly segment: number
  readonly cursor: Cursor
}

/** The items of a page for another table, with marks among them: a scan may go on after any item. */
const piecesOf = (page: Page, from: TableShape, to: TableShape): ReadonlyArray<Piece<Reached>> => {
  const { cursor, items, segment } = page
  return [
    ...items.flatMap((item, index): ReadonlyArray<Piece<Reached>> => {
      const entry = entryOf(to, item)
      return index % markEvery === markEvery - 1
        ? [entry, { _tag: "Mark", at: { segment, cursor: { done: false, after: keyOf(from, item) } } }]
        : [entry]
    }),
    { _tag: "Mark", at: { segment, cursor } }
  ]
}

const copy = Effect.fnUntraced(function* (input: Input) {
  const filter = Option.isNone(input.filter) ? undefined : yield* compileFilter(input.filter.value)
  const source = yield* DynamoClient.DynamoClient
  const target = yield* otherEnd(input)
  const from = yield* Copying.describeBy(source, input.from)
  if (input.create) {
    const created = yield* Copying.createLike(
      { client: source, table: input.from },
      { client: target, table: input.to },
      `${input.timeout} seconds`
    )
    if (created) yield* Output.note(`Created ${input.to}.`)
  }
  const to = yield* Copying.describeBy(target, input.to)
  if (isSame(from.identity, to.identity)) {
    return yield* Effect.fail(new UsageFailure({ message: `${input.to} is the table itself: name another one` }))
  }
  const mismatch = Copying.mismatchOf(from, to)
  if (mismatch !== undefined) return yield* Effect.fail(new Failure({ message: mismatch }))

  const notes = Option.getOrUndefined(input.progress)
  const failedPath = Option.getOrElse(input.failed, () => `${to.identity.name}.failed.ndjson`)
  yield* Lock.holdFailures(failedPath)
  if (notes !== undefined) {
    yield* Lock.hold(
      notes,
      (by) => `${notes} is being written by another copy, ${by}: wait until it is done, or name another file.`
    )
  }
  const begun = yield* Copying.begin({
    ...input,
    from: from.identity,
    to: to.identity,
    filter: Option.getOrUndefined(input.filter),
    segments: Option.getOrUndefined(input.segments),
    failed: failedPath,
    notes
  })
  const cursors: Array<Cursor> = [...(yield* Checkpoint.fromSaved(notes ?? "", begun.cursors))]
  if (begun.items > 0) yield* Output.note(`Going on after ${many(begun.items, "item")}.`)
  const scanning = {
    table: input.from,
    index: Option.none(),
    consistent: input.consistent,
    pageSize: Option.getOrUndefined(input.pageSize),
    filter
  }
  const pieces = pages(source, scanning, [...cursors], (page) => Effect.sync(() => piecesOf(page, from, to)))
  const moved = yield* Moving.move(Stream.flattenIterable(pieces), {
    client: target,
    concurrency: input.concurrency,
    writeRate: input.writeRate,
    label: `Copying ${input.from} to ${input.to}`,
    extent: () => ({ total: filter === undefined ? from.items : undefined }),
    begun,
    failedPath,
    notes: notes === undefined ? undefined : { path: notes, schema: Checkpoint.CopyProgress },
    reached: ({ cursor, segment }: Reached) => {
      cursors[segment] = cursor
    },
    current: ({ failed, items }) => ({ ...begun, cursors: Checkpoint.toSaved(cursors), items, failed }),
    stopped: { items: "copied", anew: "; --progress FILE notes where to go on" }
  }).pipe(atRate(input.readRate))
  yield* Moving.tell(moved, {
    json: { from: input.from, to: input.to },
    text: `Copied ${many(moved.items, "item")} of ${input.from} to ${input.to} ${moved.taken.text}.`,
    failed: (count) => `${many(count, "item")} could not be written`
  })
}, Effect.scoped)

export const run = (input: Input) => Connection.provide(copy(input))
