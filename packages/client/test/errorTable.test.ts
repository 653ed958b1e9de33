/** Each error of the table, on the wire, by both clients: its tag, how often the request is sent, and whether a write is in doubt. */
import { readFileSync } from "node:fs"
import { inspect } from "node:util"
import * as Sdk from "@aws-sdk/client-dynamodb"
import { DynamoClient, RetryPolicy } from "@effect-dynamo/client"
import type { DynamoError } from "@effect-dynamo/core/DynamoError"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { onlyDynalite } from "../../testing/test-support/engines.ts"
import { createActiveTable, eventually } from "../../testing/test/utils.ts"
import { meet, nameOf } from "./support/errorTable/meet.ts"
import type { CallName, Cause, Row } from "./support/errorTable/row.ts"
import { sections, toMarkdown } from "./support/errorTable/table.ts"

const TableName = "things"
const secret = "hunter2"
const Key = { pk: { S: "1" } }
const Item = { ...Key, name: { S: secret }, n: { N: "1" } }

const calls: { readonly [Name in CallName]: (client: DynamoClient.Service) => Effect.Effect<unknown, DynamoError> } = {
  get: (client) => client.getItem({ TableName, Key }),
  put: (client) => client.putItem({ TableName, Item }),
  increment: (client) =>
    client.updateItem({
      TableName,
      Key,
      UpdateExpression: "ADD n :one",
      ExpressionAttributeValues: { ":one": { N: "1" } }
    }),
  transact: (client) => client.transactWriteItems({ TransactItems: [{ Put: { TableName, Item } }] }),
  insert: (client) =>
    client.executeStatement({
      Statement: `INSERT INTO "${TableName}" VALUE {'pk': ?, 'name': ?}`,
      Parameters: [Key.pk, Item.name]
    }),
  createTable: (client) => client.createTable({ TableName, AttributeDefinitions: [], KeySchema: [] })
}

const most = 3
const atOnce = { maxAttempts: most, baseDelay: 0, throttleBaseDelay: 0 } as const
const policy = RetryPolicy.make(atOnce)
const insistent = RetryPolicy.make({ ...atOnce, retryOn: ["throttle", "server", "network", "timeout", "conflict"] })

/** How often a call is to be made by the client. */
const attemptsOf = (call: CallName, { ambiguous, retried }: Row, isInsistent: boolean): number => {
  const isRetried = retried === true || (retried === "on request" && isInsistent)
  // What counts cannot be sent again once it may have been applied.
  return isRetried && !(ambiguous && call === "increment") ? most : 1
}

const check = Effect.fnUntraced(function* (cause: Cause, row: Row, call: CallName, isInsistent: boolean) {
  const { client, log } = yield* meet(cause)
  const error = yield* DynamoClient.DynamoClient.use(calls[call]).pipe(
    DynamoClient.withRetry(isInsistent ? insistent : policy),
    Effect.provide(client),
    Effect.flip
  )
  assert.strictEqual(error._tag, row.tag, `${call}: ${error.message}`)
  const attempts = attemptsOf(call, row, isInsistent)
  assert.propertyVal(error, "attempts", attempts, call)
  assert.strictEqual("ambiguous" in error && error.ambiguous === true, row.ambiguous && call !== "get", call)
  assert.notInclude(inspect(error, { depth: 10 }), secret)
  if (log !== undefined) {
    const requests = row.retried === "once" ? 2 : attempts
    // A request is in the log when the proxy has done with it.
    const isLogged = Effect.map(log, ({ length }) => length >= requests)
    assert.isTrue((yield* isLogged) || (yield* eventually(isLogged)), call)
    assert.lengthOf(yield* log, requests, call)
  }
}, Effect.scoped)

const filled = Layer.effectDiscard(
  Effect.andThen(
    createActiveTable(TableName),
    DynamoClient.DynamoClient.use((client) => client.putItem({ TableName, Item }))
  )
)

for (const kind of ["sdk", "direct"] as const) {
  onlyDynalite(
    `errors on the wire [${kind}]`,
    (it) =>
      it.layer(filled, { timeout: "30 seconds" })((it) => {
        for (const row of sections.flatMap(({ rows }) => rows)) {
          for (const cause of row.by) {
            it.effect(`${row.tag}: ${nameOf(cause)}`, () =>
              Effect.forEach(
                row.calls ?? (["get", "put", "increment"] as const),
                (call) =>
                  row.retried === "on request"
                    ? Effect.andThen(check(cause, row, call, false), check(cause, row, call, true))
                    : check(cause, row, call, false),
                { discard: true }
              )
            )
          }
        }
      }),
    kind
  )
}

/** The cells of the tables in a text, however wide they are. */
const cellsOf = (markdown: string) =>
  markdown
    .split("\n")
    .filter((line) => line.startsWith("|") && !/^[|\s-]+$/.test(line))
    .map((line) => line.split("|").map((cell) => cell.trim()))

const textBetween = (text: string, begin: string, end: string) => text.slice(text.indexOf(begin), text.indexOf(end))

describe("the table of errors", () => {
  const guide = readFileSync(new URL("../../../docs/errors.md", import.meta.url), "utf8")
  const inGuide = textBetween(guide, "<!-- errors: begin -->", "<!-- errors: end -->")

  it("is in the guide as it is tested: npm run docs:errors writes it there", () => {
    assert.deepStrictEqual(cellsOf(inGuide), cellsOf(toMarkdown()))
    const titles = Array.from(inGuide.matchAll(/^### (.*)$/gm), ([, title]) => title)
    assert.deepStrictEqual(
      titles,
      sections.map(({ title }) => title)
    )
  })

  it("has every exception of the SDK", () => {
    const exceptions = Object.values(Sdk).flatMap((value) =>
      typeof value === "function" && value.prototype instanceof Sdk.DynamoDBServiceException ? [value.name] : []
    )
    assert.isAbove(exceptions.length, 30)
    const text = toMarkdown()
    assert.deepStrictEqual(
      exceptions.filter((name) => !text.includes(`\`${name}\``)),
      []
    )
  })
})
