import { type DynamoClient } from "@effect-dynamo/client"
import { type DynamoError, Entity, Table } from "@effect-dynamo/core"
import { type Effect, type Option, Schema, Stream } from "effect"
import { describe, expect, test } from "tstyche"
import { Batch, Check, Delete, Get, Put, Update } from "../src/main.ts"
import { type Cipher, Order, outcome, type Plain, Secret, User, userKey } from "./entities.ts"

const orderKey = { customerId: "c", placedAt: {} as Order["placedAt"], orderId: "o" }
const user = new User({ ...userKey, age: 1 })

const Versioned = Entity.make("Versioned", {
  schema: Schema.Struct({ id: Schema.String, version: Schema.Int }),
  table: Table.make("versioned", { sortKey: null }),
  partitionKey: ["id"],
  version: "version"
})
const Unique = Entity.make("Unique", {
  schema: Schema.Struct({ id: Schema.String, name: Schema.String }),
  table: Table.make("unique", { sortKey: null }),
  partitionKey: ["id"],
  unique: ["name"]
})

describe("Batch.write", () => {
  test("takes puts and deletes of any entities", () => {
    const written = Batch.write([Put.into(User, user), Delete.from(User).key(userKey), Put.into(Order, {} as Order)])
    expect<Effect.Success<typeof written>>().type.toBe<void>()
    expect<Effect.Services<typeof written>>().type.toBe<DynamoClient.DynamoClient>()
    expect<Effect.Error<typeof written>["_tag"]>().type.toBe<
      | DynamoError.Service["_tag"]
      | "KeyError"
      | "EncodeError"
      | "ItemTooLarge"
      | "ItemCollectionTooLarge"
      | "TransactionConflict"
      | "BatchIncomplete"
    >()
  })

  test("takes arrays, empty ones, and what was left of a batch", () => {
    const puts = [user].map((user) => Put.into(User, user))
    const written = Batch.write(puts)
    Batch.write([])
    Batch.write([user].flatMap((user) => [Put.into(User, user), Delete.from(User).key(userKey)]))
    const left = {} as Extract<Effect.Error<typeof written>, { readonly _tag: "BatchIncomplete" }>
    expect(left.operations).type.toBe<ReadonlyArray<(typeof puts)[number]>>()
    Batch.write(left.operations)
  })

  test("takes arrays that are spread among others", () => {
    const puts = [user].map((one) => Put.into(User, one))
    expect(Batch.write).type.toBeCallableWith([...puts, Delete.from(User).key(userKey)])
    Batch.write([...puts, Delete.from(User).key(userKey)])
    expect(Batch.write).type.not.toBeCallableWith([...puts, Update.in(User).key(userKey).set({ age: 1 })])
  })

  test("needs what writing needs", () => {
    const put = outcome(Batch.write([Put.into(Secret, { id: "a", text: "b" })]))
    expect(put.services).type.toBe<DynamoClient.DynamoClient | Plain>()
    const deleted = outcome(Batch.write([Delete.from(Secret).key({ id: "a" })]))
    expect(deleted.services).type.toBe<DynamoClient.DynamoClient>()
  })

  test("refuses what a batch cannot do, and says why", () => {
    // @ts-expect-error a batch has no conditions
    Batch.write([Put.into(User, user).ifNotExists()])
    // @ts-expect-error a batch has no conditions
    Batch.write([Put.into(User, user), Put.into(User, user).condition((u) => u.age.gt(1))])
    // @ts-expect-error a batch has no conditions
    Batch.write([Delete.from(User).key(userKey).ifExists()])
    // @ts-expect-error a batch gives no items back
    Batch.write([Put.into(User, user).returning("old")])
    // @ts-expect-error a batch gives no items back
    Batch.write([Delete.from(User).key(userKey).returning("old")])
    // @ts-expect-error a batch cannot compare the entity's `version`
    Batch.write([Put.into(Versioned, { id: "a" })])
    // @ts-expect-error a batch cannot compare the entity's `version`
    Batch.write([Delete.from(Versioned).key({ id: "a" })])
    // @ts-expect-error a batch cannot guard the entity's `unique` fields
    Batch.write([Put.into(Unique, { id: "a", name: "b" })])
    // @ts-expect-error a batch puts and deletes
    Batch.write([Update.in(User).key(userKey).set({ name: "b" })])
    // @ts-expect-error a batch puts and deletes
    Batch.write([Check.in(User).key(userKey).ifExists()])
    // @ts-expect-error is not assignable to
    Batch.write([Delete.from(User)])
    // @ts-expect-error is not assignable to
    Batch.write([Get.from(User).key(userKey)])
    // @ts-expect-error a batch has no conditions
    Batch.write([user].map((user) => Put.into(User, user).ifExists()))
  })
})

describe("Batch.get", () => {
  const byUser = Get.from(User).key(userKey)
  const byOrder = Get.from(Order).key(orderKey)

  test("gives what each gives, in its place", () => {
    const got = Batch.get([byUser, byOrder.orFail(), byUser.select("name").consistent(), byOrder.batched()])
    expect<Effect.Success<typeof got>>().type.toBe<
      readonly [Option.Option<User>, Order, Option.Option<{ readonly name?: string }>, Option.Option<Order>]
    >()
    expect<Effect.Services<typeof got>>().type.toBe<DynamoClient.DynamoClient>()
  })

  test("of an array gives an array", () => {
    const got = Batch.get([userKey].map((key) => Get.from(User).key(key)))
    expect<Effect.Success<typeof got>>().type.toBe<ReadonlyArray<Option.Option<User>>>()
  })

  test("fails with ItemNotFound where a get does, and with the gets that are left", () => {
    const options = Batch.get([byUser])
    expect<Effect.Error<typeof options>>().type.toBe<Get.Error | DynamoError.BatchIncomplete<typeof byUser>>()
    const items = Batch.get([byUser.orFail()])
    expect<
      Extract<Effect.Error<typeof items>, { readonly _tag: "ItemNotFound" }>
    >().type.toBe<DynamoError.ItemNotFound>()
  })

  test("needs what reading needs", () => {
    const got = outcome(Batch.get([Get.from(Secret).key({ id: "a" })]))
    expect(got.services).type.toBe<DynamoClient.DynamoClient | Cipher>()
  })

  test("refuses writes", () => {
    // @ts-expect-error is not assignable to
    Batch.get([Put.into(User, user)])
    // @ts-expect-error Property '[TypeId]' is missing
    Batch.get([Get.from(User)])
  })
})

describe("streams", () => {
  test("of writes give the writes", () => {
    const written = Stream.make(user).pipe(
      Stream.map((user) => Put.into(User, user)),
      Batch.writeStream
    )
    expect<Stream.Success<typeof written>>().type.toBe<Put.Put<typeof User, User, Put.Error>>()
    expect<Stream.Services<typeof written>>().type.toBe<DynamoClient.DynamoClient>()
  })

  test("of writes refuse what a batch cannot do", () => {
    const conditional = Stream.make(Put.into(User, user).ifNotExists())
    // @ts-expect-error a batch has no conditions
    Batch.writeStream(conditional)
    // @ts-expect-error a batch has no conditions
    conditional.pipe(Batch.writeStream)
  })

  test("of gets give what each gives", () => {
    const got = Stream.make(userKey).pipe(
      Stream.map((key) => Get.from(User).key(key).orFail()),
      Batch.getStream
    )
    expect<Stream.Success<typeof got>>().type.toBe<User>()
    expect<Stream.Error<typeof got>["_tag"]>().type.toBe<Get.Error["_tag"] | "ItemNotFound" | "BatchIncomplete">()
  })
})

describe("batched", () => {
  test("is the same get", () => {
    const get = Get.from(User).key(userKey)
    expect(get.batched()).type.toBe<typeof get>()
    expect(get.orFail().batched()).type.toBe<Get.OrFail<typeof User, User>>()
    expect(get.batched().orFail()).type.toBe<Get.OrFail<typeof User, User>>()
  })
})
