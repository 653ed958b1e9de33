import { DynamoClient } from "@effect-dynamo/client/DynamoClient"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as Connection from "../connection.ts"
import { Failure } from "../failure.ts"
import * as Output from "../output.ts"
import type { Format } from "../reading/flags.ts"
import { attributeTable } from "../reading/itemTable.ts"
import { parseKeyValues } from "../reading/keyArguments.ts"
import { attributesOf, keySchemasOf } from "../reading/keySchema.ts"
import { columnsFirst, expressionsOf } from "../reading/request.ts"
import { lineOf, showingOf } from "../reading/show.ts"
import { Json } from "../settings.ts"

interface Input {
  readonly table: string
  readonly key: ReadonlyArray<string>
  readonly consistent: boolean
  readonly project: Option.Option<string>
  readonly format: Option.Option<Format>
}

export const run = Effect.fnUntraced(function* (input: Input) {
  const { format } = yield* showingOf(input.format)
  const { expressions, projected } = yield* expressionsOf({ project: input.project })
  const schemas = yield* keySchemasOf(input.table, Option.none())
  const key = yield* parseKeyValues(schemas.table, input.key, attributesOf(schemas.table).length)
  const { Item: item } = yield* DynamoClient.use((client) =>
    client.getItem({
      TableName: input.table,
      Key: Object.fromEntries(key.map(({ name, value }) => [name, value])),
      ...(input.consistent ? { ConsistentRead: true } : undefined),
      ...expressions
    })
  )
  if (item === undefined) {
    if (yield* Json) yield* Output.line("null")
    return yield* Effect.fail(new Failure({ message: `${input.table} has no item with this key.` }))
  }
  return yield* Output.write(
    Stream.make(
      format === "table" ? `${attributeTable(item, columnsFirst(schemas, projected))}\n` : lineOf(item, format)
    )
  )
}, Connection.provide)
