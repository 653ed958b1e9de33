/** Items out of lines, in either format. */
import type { Item } from "@effect-dynamo/client/DynamoClient"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { Failure } from "../failure.ts"
import { fromDynamoJson, isObject } from "../items/dynamoJson.ts"
import { jsonMistake } from "../items/jsonMistake.ts"
import { fromPlainText } from "../items/plain.ts"
import type { Line, Lines, Place } from "./lines.ts"
import { entryOf, type Entry, type Failed, type Piece } from "./pieces.ts"
import type { TableShape } from "./tableShape.ts"

/** DynamoDB JSON, as AWS exports it, or plain. */
export type Format = "dynamodb" | "plain"

/** After so many lines without an item, it is the wrong file. */
const mostUnknown = 100

/** How many lines, or items, are between two marks at most. */
export const markEvery = 100

/** How the line of a file of failures begins. */
const ofFailures = /^\s*\{\s*"Line"\s*:/

/** Reads the lines of a file, one after the other. If it is not told the format, the first items show it. */
export const makeReader = (
  shape: TableShape,
  { format: told, source }: { readonly format: Format | undefined; readonly source: string }
): ((lines: Lines) => Effect.Effect<ReadonlyArray<Piece<Place>>, Failure>) => {
  let format = told
  let unknown = 0
  const names = shape.keys.map(({ name }) => name).join(", ")

  const read = (line: Line): Entry | Failed =>
    Result.match(itemIn(line.text), {
      onSuccess: (item) => entryOf(shape, item, line.number),
      onFailure: (error) => ({ _tag: "Failed", line: line.number, error, what: { text: line.text } })
    })

  const itemIn = (text: string): Result.Result<Item, string> => {
    if (ofFailures.test(text)) {
      const inside = Result.getOrUndefined(parse(text))
      if (isObject(inside) && typeof inside["Error"] === "string" && !hasPlainKeys(shape, inside)) {
        if (typeof inside["Text"] === "string") return itemIn(inside["Text"])
        if (isObject(inside["Item"])) return itemOfJson(inside)
      }
    }
    format ??= formatOf(shape, text)
    switch (format) {
      case "plain":
        return Result.try({ try: () => fromPlainText(text), catch: messageOf })
      case "dynamodb":
        return Result.flatMap(parse(text), itemOfJson)
      default:
        unknown++
        return Result.flatMap(parse(text), () =>
          Result.fail(`It has not the table's key (${names}), neither in plain JSON nor in the "Item" of DynamoDB JSON`)
        )
    }
  }

  return ({ begin, end, lines }) =>
    Effect.suspend(() => {
      const pieces: Array<Piece<Place>> = []
      for (const [index, line] of lines.entries()) {
        // Before each of them so many lines are dealt with.
        if (index > 0 && index % markEvery === 0) {
          pieces.push({ _tag: "Mark", at: { ...begin, more: line.number - 1 - begin.lines } })
        }
        const piece = read(line)
        pieces.push(piece)
        if (format === undefined && unknown >= mostUnknown && piece._tag === "Failed") {
          return Effect.fail(
            new Failure({
              message:
                `The first ${unknown} lines of ${source} are no items of the table "${shape.identity.name}", so nothing was ` +
                `written. Line ${line.number}: ${piece.error}. It takes one item a line, in JSON.`
            })
          )
        }
      }
      pieces.push({ _tag: "Mark", at: end })
      return Effect.succeed(pieces)
    })
}

/** What the parser and the readers of items throw. */
const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

const parse = (text: string): Result.Result<unknown, string> =>
  Result.try({ try: () => JSON.parse(text) as unknown, catch: jsonMistake })

const itemOfJson = (json: unknown): Result.Result<Item, string> =>
  isObject(json) && "Item" in json
    ? Result.try({ try: () => fromDynamoJson(json["Item"]), catch: messageOf })
    : Result.fail('It has no "Item": is it plain JSON? Then pass --format plain')

/** The format of a line, if it has the table's key in one. */
const formatOf = (shape: TableShape, text: string): Format | undefined => {
  const json = Result.getOrUndefined(parse(text))
  if (!isObject(json)) return undefined
  if (hasPlainKeys(shape, json)) return "plain"
  const item = json["Item"]
  const isKey = ({ name }: { readonly name: string }) => isObject(item) && isObject(item[name])
  return shape.keys.every(isKey) ? "dynamodb" : undefined
}

const hasPlainKeys = ({ keys }: TableShape, json: { readonly [name: string]: unknown }): boolean =>
  keys.every(({ name }) => typeof json[name] === "string" || typeof json[name] === "number")
