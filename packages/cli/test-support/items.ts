/** Items of every kind, by a seed; and tables full of them. */
import { DynamoClient, RawBatch } from "@effect-dynamo/client"
import type { AttributeValue } from "@aws-sdk/client-dynamodb"
import { Arbitrary, Effect, Option, Schema, Stream } from "effect"
import { pages, beginning } from "../src/data/pages.ts"

export type Item = DynamoClient.Item

/** Numbers from 0 up to a bound, the same for the same seed. */
type Choose = (below: number) => number

const chooser = (seed: number): Choose => {
  let state = seed >>> 0
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

const names = [
  "a",
  "name",
  "Line",
  "Error",
  "Item",
  "toString",
  "constructor",
  "größe",
  "日本",
  "a.b",
  "🙂",
  " ",
  "x[0]"
]
const texts = [
  "",
  "a",
  "ä",
  "日本",
  "🙂",
  "\u0000\u0007",
  '"\\/',
  "\u2028",
  "\ufeffbom",
  "null",
  "line\nbreak\r",
  "x".repeat(300)
]
const numbers = [
  "0",
  "-1",
  "12345678901234567890123456789012345678",
  "-0.12345678901234567890123456789012345678",
  "99999999999999999999999999999999999999",
  "1" + "0".repeat(125),
  "0." + "0".repeat(129) + "1",
  "9007199254740993",
  "0.1"
]

const pick = <A>(choose: Choose, all: ReadonlyArray<A>): A => all[choose(all.length)]!

/** As many as there are, no two the same: sets have no others. */
const some = <A>(choose: Choose, all: ReadonlyArray<A>): Array<A> => {
  const chosen = all.filter(() => choose(3) === 0)
  return chosen.length === 0 ? [all[0]!] : chosen
}

const bytes = (choose: Choose): Uint8Array => Uint8Array.from({ length: choose(20) }, () => choose(256))

const valueOf = (choose: Choose, depth: number, kinds: number): AttributeValue => {
  switch (choose(depth === 0 ? kinds - 2 : kinds)) {
    case 0:
      return { S: pick(choose, texts) }
    case 1:
      return { N: pick(choose, numbers) }
    case 2:
      return { BOOL: choose(2) === 0 }
    case 3:
      return { NULL: true }
    case kinds - 1:
      return { M: attributesOf(choose, depth - 1, kinds) }
    case kinds - 2:
      return { L: Array.from({ length: choose(4) }, () => valueOf(choose, depth - 1, kinds)) }
    case 4:
      return { B: bytes(choose) }
    case 5:
      return {
        SS: some(
          choose,
          texts.filter((text) => text !== "")
        )
      }
    case 6:
      return { NS: some(choose, numbers) }
    default:
      return { BS: some(choose, [Uint8Array.of(1), Uint8Array.of(0, 255), new TextEncoder().encode("binary")]) }
  }
}

const attributesOf = (choose: Choose, depth: number, kinds: number): Item =>
  Object.fromEntries(
    Array.from({ length: choose(5) }, () => [pick(choose, names), valueOf(choose, depth, kinds)] as const)
  )

/** All kinds of values, or those that plain JSON has. */
const kinds = { all: 10, plain: 6 }

export const attributes = (seed: number, which: keyof typeof kinds = "all"): Item =>
  attributesOf(chooser(seed), 3, kinds[which])

export const anyItems = (which: keyof typeof kinds): Arbitrary.Arbitrary<Item> =>
  Arbitrary.map(Arbitrary.schema(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 2 ** 31 }))), (seed) =>
    attributes(seed, which)
  )

/** The item of a number: with attributes of all kinds, or of a fixed size. */
export const numbered = (number: number, which: keyof typeof kinds = "all"): Item => ({
  ...attributes(number, which),
  pk: { S: `P#${number % 97}` },
  sk: { S: String(number).padStart(8, "0") },
  number: { N: String(number) }
})

interface KeyTypes {
  readonly pk: "S" | "N" | "B"
  readonly sk: "S" | "N" | "B"
}

/** Creates a table with the keys `pk` and `sk`, of text unless told. */
export const createTable = (TableName: string, { pk, sk }: KeyTypes = { pk: "S", sk: "S" }) =>
  DynamoClient.DynamoClient.use((client) =>
    client.createTable({
      TableName,
      AttributeDefinitions: [
        { AttributeName: "pk", AttributeType: pk },
        { AttributeName: "sk", AttributeType: sk }
      ],
      KeySchema: [
        { AttributeName: "pk", KeyType: "HASH" },
        { AttributeName: "sk", KeyType: "RANGE" }
      ],
      BillingMode: "PAY_PER_REQUEST"
    })
  ).pipe(Effect.andThen(untilActive(TableName)))

const untilActive = (TableName: string) =>
  DynamoClient.DynamoClient.use((client) => client.describeTable({ TableName })).pipe(
    Effect.repeat({ until: ({ Table }) => Table?.TableStatus === "ACTIVE" })
  )

/** Puts items with the keys `pk` and `sk` into a table. */
export const fill = (table: string, items: ReadonlyArray<Item>) =>
  DynamoClient.DynamoClient.use((client) =>
    RawBatch.writeItems(
      client,
      items.map((item) => ({ table, item, key: { pk: item["pk"]!, sk: item["sk"]! } }))
    )
  ).pipe(Effect.asVoid)

/** All items of a table, in the order of their keys. */
export const contents = (table: string) =>
  DynamoClient.DynamoClient.use((client) =>
    pages(
      client,
      { table, index: Option.none(), consistent: true, pageSize: undefined, filter: undefined },
      [beginning],
      ({ items }) => Effect.succeed(items)
    ).pipe(Stream.flattenIterable, Stream.runCollect)
  ).pipe(Effect.map((items) => items.sort((a, b) => (keyText(a) < keyText(b) ? -1 : 1))))

const keyText = (item: Item): string => JSON.stringify([item["sk"], item["pk"]])

/** Creates a table and fills it with the items of the numbers from 0. */
export const tableOf = (table: string, items: number, which: keyof typeof kinds = "all") =>
  Effect.andThen(
    createTable(table),
    fill(
      table,
      Array.from({ length: items }, (_, number) => numbered(number, which))
    )
  )
