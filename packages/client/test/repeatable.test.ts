import type { AttributeValue, UpdateItemCommandInput } from "@aws-sdk/client-dynamodb"
import { DynamoClient } from "@effect-dynamo/client"
import { assert } from "@effect/vitest"
import { Effect, Result } from "effect"
import { engines } from "../../testing/test-support/engines.ts"
import { isRepeatable } from "../src/internal/resend.ts"
import { itemOf, TableName, withThings } from "./support/lostAnswers.ts"
import { mulberry } from "./support/random.ts"

const Key = { pk: { S: "one" } }

const values: Record<string, AttributeValue> = {
  ":zero": { N: "0" },
  ":one": { N: "1.0" },
  ":two": { N: "2" },
  ":text": { S: "x" },
  ":set": { SS: ["a"] },
  ":other": { SS: ["b", "c"] },
  ":list": { L: [{ N: "1" }] },
  ":map": { M: { a: { N: "1" } } }
}
const names: Record<string, string> = { "#n": "n", "#m": "m", "#l": "l", "#t": "tags" }

/** Updates of all kinds, on conditions of all kinds. Many of them DynamoDB refuses. */
const updateOf = (random: () => number): UpdateItemCommandInput => {
  const pick = <A>(...of: ReadonlyArray<A>): A => of[Math.floor(random() * of.length)]!
  const space = () => pick("", " ", "\n ")
  const word = (text: string) => pick(text, text.toLowerCase())
  const number = () => pick(":zero", ":one", ":two")
  const value = () => pick(number(), number(), ":text", ":set", ":list", ":map")
  const path = () =>
    pick("n", "#n", "k", "q", "m.a", "#m.b", "#m", "l", "#l[0]", "l[1]", "#l[7]", "tags", "#t", "absent")
  const setting = (): string => {
    const at = path()
    const from = pick(at, at, path())
    const operand = pick(from, `if_not_exists(${from},${space()}${value()})`)
    const to = pick(
      value(),
      value(),
      operand,
      `${operand}${space()}${pick("+", "-")}${space()}${number()}`,
      `${number()} + ${from}`,
      `list_append(${operand}, ${pick(":list", from)})`
    )
    return `${at}${space()}=${space()}${to}`
  }
  const clauses = [
    () => `${word("SET")} ${setting()}`,
    () => `${word("SET")} ${setting()}${space()},${space()}${setting()}`,
    () => `${word("REMOVE")} ${path()}`,
    () => `${word("ADD")} ${path()} ${pick(number(), ":set", ":other")}`,
    () => `${word("DELETE")} ${path()} ${pick(":set", ":other")}`
  ]
  const demand = (): string =>
    pick(
      `attribute_not_exists(${path()})`,
      `attribute_exists(${path()})`,
      `${path()}${space()}=${space()}${value()}`,
      `${path()}${space()}=${space()}${number()}`,
      `${number()} = ${path()}`,
      `NOT ${path()} = ${number()}`,
      `${path()} BETWEEN ${number()} AND ${number()}`
    )
  const UpdateExpression = random() < 0.7 ? pick(...clauses)() : `${pick(...clauses)()} ${pick(...clauses)()}`
  const ConditionExpression = pick(
    undefined,
    demand(),
    demand(),
    `${demand()} ${word("AND")} (${demand()})`,
    `${demand()} ${word("OR")} ${demand()}`
  )
  const text = `${UpdateExpression} ${ConditionExpression ?? ""}`
  return {
    TableName,
    Key,
    UpdateExpression,
    ConditionExpression,
    ExpressionAttributeNames: usedIn(text, names),
    ExpressionAttributeValues: usedIn(text, values)
  }
}

/** DynamoDB refuses placeholders that are not used. */
const usedIn = <A>(text: string, placeholders: Readonly<Record<string, A>>): Record<string, A> | undefined => {
  const used = Object.entries(placeholders).filter(([name]) => new RegExp(`${name}\\b`).test(text))
  return used.length === 0 ? undefined : Object.fromEntries(used)
}

const sorted = (item: DynamoClient.Item | undefined) =>
  item?.["tags"]?.SS === undefined ? item : { ...item, tags: { SS: [...item["tags"].SS].sort() } }

engines("an update that is sent again", (it) =>
  withThings(it, (it) => {
    it.effect("changes nothing the second time, whatever it does and on whatever condition", () =>
      Effect.gen(function* () {
        const client = yield* DynamoClient.DynamoClient
        const random = mulberry(20)
        const Item = {
          ...Key,
          n: { N: "1" },
          k: { N: "2" },
          m: { M: { a: { N: "1" } } },
          l: { L: [{ N: "1" }, { S: "x" }] },
          tags: { SS: ["a", "b"] }
        }
        let applied = 0
        let unconditional = 0
        for (let i = 0; i < 5000 && applied < 150; i++) {
          const input = updateOf(random)
          if (!isRepeatable("UpdateItem", input)) continue
          yield* client.putItem({ TableName, Item })
          if (Result.isFailure(yield* Effect.result(client.updateItem(input)))) continue
          applied++
          if (input.ConditionExpression === undefined) unconditional++
          const once = sorted(yield* itemOf("one"))
          const again = yield* Effect.result(client.updateItem(input))
          if (Result.isFailure(again)) assert.strictEqual(again.failure._tag, "ConditionalCheckFailed")
          assert.deepStrictEqual(sorted(yield* itemOf("one")), once, JSON.stringify(input))
        }
        assert.isAtLeast(applied, 150)
        assert.isAbove(unconditional, 20)
      })
    )
  })
)
