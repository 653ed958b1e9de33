/** This library, on the AWS SDK's client. */
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Option from "effect/Option"
import type * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as ResolvedEntity from "@effect-dynamo/core/ResolvedEntity"
import { type Attribute, Condition, DynamoClient, Entity, Get, ItemCodec, Put, Query, Scan } from "effect-dynamo"
import type { Adapter, Calls, Codec, Connection, Stored } from "../lib/adapter.ts"
import { sdkConfig } from "../lib/sdkStub.ts"
import { orderSchema, ordersIn, ownMarkers, productSchema, productsIn, tableOf } from "./oursEntities.ts"

/** What an effect gives that has nothing to wait for: mostly it is an `Exit` already. */
const now = <A, E>(effect: Effect.Effect<A, E>): A =>
  // An effect that is an Exit has the effect's own types.
  Exit.isExit(effect) && Exit.isSuccess(effect) ? (effect.value as A) : Effect.runSync(effect)

export const codecOf = <T, E>(schema: Schema.ConstraintCodec<T, E>): Codec<unknown> => {
  const codec = ItemCodec.make(schema)
  return {
    // Values come from the benchmark's own data, which is of the schema's type; the SDK's items can hold what DynamoDB
    // has yet to think of.
    encode: (value) => now(codec.encode(value as T)),
    decode: (item) => now(codec.decode(item as Attribute.Item)),
    decodeAll: (items) => now(codec.decodeAll(items as ReadonlyArray<Attribute.Item>))
  }
}

export const codec = (): NonNullable<Adapter["codec"]> => ({
  order: codecOf(orderSchema),
  product: codecOf(productSchema)
})

const table = tableOf("bench")
const orders = ordersIn(table)
const products = productsIn(table)

/** As a put writes its item and a get reads it: inside a call, whose fiber has the entity's configuration already. */
const storedOf = (entity: typeof orders | typeof products): Stored<unknown> => {
  const resolved = Effect.runSync(ResolvedEntity.use(entity, "bench", Effect.succeed))
  // These schemas need no services and fit the benchmark's data: the effects succeed, and need nothing.
  const where = { operation: "bench", table: "bench" }
  return {
    encode: (value) =>
      now(ResolvedEntity.makePutItem(resolved, value, where, 0) as Effect.Effect<ResolvedEntity.PutItem>).item,
    decode: (item) => now(ResolvedEntity.decodeMine(resolved, item as Attribute.Item, where) as Effect.Effect<unknown>)
  }
}

export const stored: NonNullable<Adapter["stored"]> = { order: storedOf(orders), product: storedOf(products) }

export const plan: NonNullable<Adapter["plan"]> = ({ customerId, least, limit, prefix, status }) =>
  Effect.runSync(
    Query.from(orders)
      .pk(customerId)
      .sk.beginsWith(prefix)
      .filter((order) => Condition.and(order.status.eq(status), order.total.gte(least)))
      .select("orderId", "status", "total")
      .limit(limit)
      .toInput()
  )

export const callsOver = (client: Layer.Layer<DynamoClient.DynamoClient>, { table: name }: Connection): Calls => {
  const runtime = ManagedRuntime.make(client)
  const table = tableOf(name)
  const orders = ordersIn(table)
  const products = productsIn(table)
  const scan = (segments: number) =>
    segments === 1 ? Scan.from(orders).stream() : Scan.from(orders).segments(segments).stream()
  return {
    get: {
      order: ({ customerId, orderId }) =>
        runtime.runPromise(Effect.map(Get.from(orders).key({ customerId, orderId }), Option.getOrUndefined)),
      product: ({ category, id }) =>
        runtime.runPromise(Effect.map(Get.from(products).key({ category, id }), Option.getOrUndefined))
    },
    put: {
      order: (value) => runtime.runPromise(Put.into(orders, value)),
      product: (value) => runtime.runPromise(Put.into(products, value))
    },
    query: {
      order: (customerId) => runtime.runPromise(Effect.map(Query.from(orders).pk(customerId).page(), (_) => _.items)),
      product: (category) => runtime.runPromise(Effect.map(Query.from(products).pk(category).page(), (_) => _.items))
    },
    scan: (segments, each) =>
      runtime.runPromise(Stream.runForEachArray(scan(segments), (page) => Effect.sync(() => each(page)))),
    scanItems: (each) => runtime.runPromise(Stream.runForEach(scan(1), (item) => Effect.sync(() => each(item)))),
    close: () => runtime.dispose()
  }
}

export const define: NonNullable<Adapter["define"]> = (count, sample) => {
  for (let i = 0; i < count; i++) {
    const products = productsIn(table, `Product${i}`)
    now(Entity.decode(products, now(Entity.encode(products, sample))))
  }
}

export const adapter: Adapter = {
  name: "effect-dynamo",
  markers: ownMarkers,
  codec: codec(),
  stored,
  plan,
  connect: async (connection) => callsOver(DynamoClient.layer(sdkConfig(connection)), connection),
  define
}
