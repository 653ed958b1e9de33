/**
 * Two clients in one program, as for two regions or two accounts: the orders of a shop in Ireland are copied to an
 * archive in Virginia, while both are in use.
 */
import assert from "node:assert/strict"
import { Console, Context, Effect, Layer, Option, Redacted, Schema, Stream } from "effect"
import { Batch, DynamoClient, Entity, Get, Key, Put, Query, Scan, Table, TableAdmin, Update } from "effect-dynamo"
import { Dynalite } from "@effect-dynamo/testing"

const Orders = Table.make("orders")

class Order extends Entity.Class<Order>("Order")(
  {
    customer: Schema.String,
    id: Schema.Int,
    total: Schema.Number,
    archived: Entity.withDefault(Schema.Boolean, false)
  },
  { table: Orders, partitionKey: ["customer"], sortKey: [Key.ordered("id")] }
) {}

/** The second client: a service like `DynamoClient`, under a name of its own. */
export class Archive extends Context.Service<Archive, DynamoClient.Service>()("examples/Archive") {}

/** Runs an operation, or any effect made of some, in the archive. */
const inArchive = Effect.provideServiceEffect(DynamoClient.DynamoClient, Archive)

/** Reads by one client and writes by the other: what is not within `inArchive` is the shop's. */
const copy = Scan.from(Order)
  .filter((order) => order.archived.eq(false))
  .stream()
  .pipe(
    Stream.grouped(25),
    Stream.mapEffect((orders) =>
      Effect.gen(function* () {
        yield* inArchive(Batch.write(orders.map((order) => Put.into(Order, order))))
        yield* Effect.forEach(
          orders,
          // One that has changed meanwhile is left for the next run.
          ({ customer, id, total }) =>
            Update.in(Order)
              .key({ customer, id })
              .set({ archived: true })
              .condition((order) => order.total.eq(total))
              .pipe(Effect.catchTag(["ConditionalCheckFailed", "ItemNotFound"], () => Effect.void)),
          { concurrency: 8 }
        )
        return orders.length
      })
    ),
    Stream.runSum
  )

export const program = Effect.gen(function* () {
  const create = TableAdmin.create(Orders)
  yield* Effect.all([create, inArchive(create)], { concurrency: 2 })

  const orders = Array.from({ length: 60 }, (_, id) => ({ customer: `c${id % 3}`, id, total: id * 10 }))
  yield* Batch.write(orders.map((order) => Put.into(Order, order)))
  assert.deepEqual(yield* inArchive(Query.from(Order).pk("c0")), [])

  assert.equal(yield* copy, 60)
  assert.equal(yield* copy, 0)

  // What was read of each is its own.
  const [here, there] = yield* Effect.all([Query.from(Order).pk("c0"), inArchive(Query.from(Order).pk("c0"))])
  const ids = Array.from({ length: 20 }, (_, i) => i * 3)
  assert.deepEqual(
    there.map(({ id }) => id).sort((a, b) => a - b),
    ids
  )
  assert.ok(here.every(({ archived }) => archived))
  assert.ok(there.every(({ archived }) => !archived))
  yield* inArchive(Put.into(Order, { customer: "c9", id: 999, total: 0 }))
  assert.ok(Option.isNone(yield* Get.from(Order).key({ customer: "c9", id: 999 })))
  yield* Console.log("every order is in both regions, and both regions are by themselves")
})

/**
 * A client in a region, as a user: here of an engine of its own. On AWS it is
 * `DynamoClient.layer({ region, profile })`, or with a provider of credentials for another account.
 */
const clientIn = (region: string, accessKeyId: string, client: ClientLayer) =>
  Layer.unwrap(
    Effect.map(Dynalite.endpoint, (endpoint) =>
      client({ region, endpoint, credentials: { accessKeyId, secretAccessKey: Redacted.make("local") } })
    )
  ).pipe(Layer.provide(Dynalite.layerWith({})))

type ClientLayer = (options: DynamoClient.ConnectionOptions) => Layer.Layer<DynamoClient.DynamoClient>

/** Both clients, made once for the whole program. */
export const clients = (client: ClientLayer) =>
  Layer.merge(
    clientIn("eu-west-1", "shop", client),
    Layer.effect(Archive, DynamoClient.DynamoClient).pipe(Layer.provide(clientIn("us-east-1", "archive", client)))
  )

if (import.meta.main) {
  await Effect.runPromise(program.pipe(Effect.provide(clients(DynamoClient.layer))))
}
