import type { QueryCommandInput } from "@aws-sdk/client-dynamodb"
import { DynamoClient } from "@effect-dynamo/client/DynamoClient"
import { and, attribute, value, type Condition } from "@effect-dynamo/core/Expression"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Connection from "../connection.ts"
import { UsageFailure } from "../failure.ts"
import { tell } from "../reading/counting.ts"
import type { Format } from "../reading/flags.ts"
import { parseKeyValues, type KeyValue } from "../reading/keyArguments.ts"
import { checkConsistent, keySchemasOf } from "../reading/keySchema.ts"
import { pagesOf } from "../reading/pages.ts"
import { rangeOf, type Range } from "../reading/range.ts"
import { checkFilter, columnsFirst, expressionsOf } from "../reading/request.ts"
import { atRate } from "../reading/scanning.ts"
import { limitOf, show, showingOf } from "../reading/show.ts"

interface Input extends Range {
  readonly table: string
  readonly key: ReadonlyArray<string>
  readonly index: Option.Option<string>
  readonly reverse: boolean
  readonly filter: Option.Option<string>
  readonly project: Option.Option<string>
  readonly limit: Option.Option<number>
  readonly count: boolean
  readonly readRate: Option.Option<number>
  readonly consistent: boolean
  readonly format: Option.Option<Format>
}

const equal = (key: KeyValue): Condition => ({
  _tag: "Compare",
  left: attribute(key.name),
  operator: "=",
  right: value(key.value)
})

export const run = Effect.fnUntraced(function* (input: Input) {
  if (input.count && (Option.isSome(input.project) || Option.isSome(input.format))) {
    return yield* Effect.fail(
      new UsageFailure({ message: "--count answers a number: --project and --format have nothing to show." })
    )
  }
  const showing = yield* showingOf(input.format)
  const schemas = yield* keySchemasOf(input.table, input.index)
  yield* checkConsistent(schemas.read, input.consistent)
  const keys = yield* parseKeyValues(schemas.read, input.key, schemas.read.partition.length)
  const range = yield* rangeOf(schemas.read, keys.length, input)
  const { condition, expressions, projected } = yield* expressionsOf({
    filter: input.filter,
    project: input.project,
    keys: and([...keys.map(equal), ...(range === undefined ? [] : [range])])
  })
  yield* checkFilter(schemas.read, condition)
  const request: QueryCommandInput = {
    TableName: input.table,
    ...(Option.isSome(input.index) ? { IndexName: input.index.value } : undefined),
    ...(input.consistent ? { ConsistentRead: true } : undefined),
    ...(input.reverse ? { ScanIndexForward: false } : undefined),
    ...(input.count ? { Select: "COUNT" } : undefined),
    ReturnConsumedCapacity: "TOTAL",
    ...expressions
  }
  const client = yield* DynamoClient
  const pages = pagesOf({
    fetch: (_, start, evaluate) =>
      client.query({
        ...request,
        ...(start === undefined ? undefined : { ExclusiveStartKey: start }),
        ...(evaluate === undefined ? undefined : { Limit: evaluate })
      }),
    segments: 1,
    limit: input.count
      ? Option.getOrUndefined(Option.filter(input.limit, (limit) => limit > 0))
      : limitOf(showing, input.limit)
  })
  const answer = input.count
    ? tell(pages, { name: input.table, total: undefined })
    : show(pages, showing, columnsFirst(schemas, projected), Option.isSome(input.limit))
  return yield* atRate(input.readRate)(answer)
}, Connection.provide)
