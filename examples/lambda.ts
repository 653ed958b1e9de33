/**
 * A Lambda function on a queue (SQS): each message is an order, which is stored once, however often it is delivered.
 *
 * What a function should take care of: one runtime, hence one client with its connections, for all invocations of an
 * instance; the direct client and imports module by module, which make a small bundle that starts soon; an end before
 * Lambda makes one; and the messages that failed, by name, so that only those come again.
 *
 * At the bottom is a loop that invokes it as Lambda would; a function of yours ends above that.
 */
import assert from "node:assert/strict"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Schema from "effect/Schema"
import * as DynamoClient from "effect-dynamo/DynamoClient"
import * as Entity from "effect-dynamo/Entity"
import * as Put from "effect-dynamo/Put"
import * as Query from "effect-dynamo/Query"
import * as Table from "effect-dynamo/Table"
import * as TableAdmin from "effect-dynamo/TableAdmin"
import { Dynalite, Faults } from "@effect-dynamo/testing"

const Orders = Table.make("orders")

class Order extends Entity.Class<Order>("Order")(
  { customer: Schema.NonEmptyString, id: Schema.NonEmptyString, total: Schema.Number },
  { table: Orders, partitionKey: ["customer"], sortKey: ["id"] }
) {}

// -----------------------------------------------------------------------------
// The function
// -----------------------------------------------------------------------------

/** What is used here of an event of SQS. The body of each message is an order, by the entity's own schema. */
const Event = Schema.Struct({
  Records: Schema.Array(Schema.Struct({ messageId: Schema.String, body: Schema.String }))
})
const decodeEvent = Schema.decodeUnknownEffect(Event)
const decodeOrder = Schema.decodeUnknownEffect(Schema.fromJsonString(Order))

/** What is used here of Lambda's context. */
interface Context {
  readonly getRemainingTimeInMillis: () => number
}

/** The messages that come again: the others are done. */
interface Response {
  readonly batchItemFailures: ReadonlyArray<{ readonly itemIdentifier: string }>
}

/** An order that is there already was delivered twice: that is no failure. */
const store = Effect.fn("store")(function* (body: string) {
  const order = yield* decodeOrder(body)
  yield* Put.into(Order, order)
    .ifNotExists()
    .pipe(
      Effect.asVoid,
      Effect.catchTag("ConditionalCheckFailed", () => Effect.void)
    )
})

const handle = Effect.fn("handle")(function* (event: unknown, context: Context) {
  const { Records } = yield* decodeEvent(event)
  const failed = yield* Effect.forEach(
    Records,
    ({ body, messageId }) =>
      store(body).pipe(
        // Lambda kills what takes too long, and all messages come again. So each gives up before that, and tells.
        Effect.timeout(Math.max(0, context.getRemainingTimeInMillis() - 500)),
        Effect.as([]),
        // Whatever it is, one message must not hold up the others: it comes again, and in the end the queue puts it aside.
        // Errors name what is wrong, never what is in the order.
        Effect.catch(({ _tag }) =>
          Effect.as(Console.log(`  ${messageId} comes again: ${_tag}`), [{ itemIdentifier: messageId }])
        )
      ),
    { concurrency: 8 }
  )
  return { batchItemFailures: failed.flat() } satisfies Response
})

/** The handler on a client, and what closes it. */
const make = <E>(client: Layer.Layer<DynamoClient.DynamoClient, E>) => {
  // Nothing is made yet: the first invocation does that, and all others of this instance find it made.
  const runtime = ManagedRuntime.make(client)
  return {
    handler: (event: unknown, context: Context): Promise<Response> => runtime.runPromise(handle(event, context)),
    close: () => runtime.dispose()
  }
}

/** Lambda's environment has the region and the credentials. */
const { close, handler } = make(DynamoClient.layerDirect())
export { handler }

// With an extension Lambda tells before it ends an instance; without one it just does, and nothing is lost by that.
if (process.env["AWS_LAMBDA_RUNTIME_API"] !== undefined) {
  process.once("SIGTERM", () => void close().then(() => process.exit(0)))
}

// -----------------------------------------------------------------------------
// Lambda, played
// -----------------------------------------------------------------------------

const message = (messageId: string, body: unknown) => ({ messageId, body: JSON.stringify(body) })
const first = { customer: "ada", id: "1", total: 10 }
const second = { customer: "ada", id: "2", total: 20 }
const third = { customer: "ada", id: "3", total: 30 }

/** With how many milliseconds are left of the function's timeout, which Lambda counts down. */
const invocations = [
  { Records: [message("m1", first), message("m2", second)], left: 30_000 },
  // One that was delivered before, and one that is no order.
  { Records: [message("m1", first), message("m3", { customer: "ada" })], left: 30_000 },
  // DynamoDB will not answer this one: see below.
  { Records: [message("m4", third)], left: 700 },
  { Records: [message("m4", third)], left: 30_000 }
]

export const program = Effect.gen(function* () {
  yield* TableAdmin.create(Orders)
  const { client, requests } = yield* Faults.make([Faults.on("PutItem", Faults.nth(4, Faults.hang))])
  const lambda = make(Layer.succeed(DynamoClient.DynamoClient, client))

  const responses: Array<Response> = []
  for (const { Records, left } of invocations) {
    const messages = Records.map(({ messageId }) => messageId)
    yield* Console.log(`invocation ${responses.length + 1}: ${messages.join(", ")}`)
    responses.push(yield* Effect.promise(() => lambda.handler({ Records }, { getRemainingTimeInMillis: () => left })))
  }
  yield* Effect.promise(lambda.close)

  const failures = responses.map(({ batchItemFailures }) => batchItemFailures.map((one) => one.itemIdentifier))
  assert.deepEqual(failures, [[], ["m3"], ["m4"], []])
  const orders = yield* Query.from(Order).pk("ada")
  assert.deepEqual(
    orders.map(({ id }) => id),
    ["1", "2", "3"]
  )
  assert.equal((yield* requests).length, 5)
  yield* Console.log("every order is stored once")
})

if (import.meta.main) {
  await Effect.runPromise(program.pipe(Effect.provide(Dynalite.layer)))
  await close()
}
