/** What builders of single items take: each refusal has its twin that is accepted. */
import { Delete, Get, Put, Update } from "@effect-dynamo/query"
import { Effect } from "effect"
import { describe, expect, test } from "tstyche"
import { Order, Profile, Reading, Session, User, userKey } from "./entities.ts"

describe("a key", () => {
  test("has all its fields, and no others", () => {
    for (const operation of [Get.from(User), Delete.from(User), Update.in(User)]) {
      expect(operation.key).type.toBeCallableWith({ id: "1", email: "a" })
      expect(operation.key).type.not.toBeCallableWith({ id: "1" })
      expect(operation.key).type.not.toBeCallableWith({ id: "1", mail: "a" })
      expect(operation.key).type.not.toBeCallableWith({ id: "1", email: "a", name: "x" })
      expect(operation.key).type.not.toBeCallableWith({ id: 1, email: "a" })
      expect(operation.key).type.not.toBeCallableWith({ id: undefined, email: "a" })
      expect(operation.key).type.not.toBeCallableWith("1")
      expect(operation.key).type.not.toBeCallableWith()
    }
    // @ts-expect-error Property 'email' is missing in type '{ id: string; }' but required in type 'KeyOf<typeof User, "id" | "email">'
    Get.from(User).key({ id: "1" })
    // @ts-expect-error Did you mean to write 'email'?
    Delete.from(User).key({ id: "1", mail: "a" })
  })

  test("is of the partition alone where the sort key has no fields, or there is none", () => {
    expect(Get.from(Session).key).type.toBeCallableWith({ token: "t" })
    expect(Get.from(Session).key).type.not.toBeCallableWith({ token: "t", userId: "u" })
    expect(Get.from(Profile).key).type.toBeCallableWith({ id: "1" })
    expect(Get.from(Profile).key).type.not.toBeCallableWith({ id: "1", bio: "b" })
  })

  test("is of the fields of templates and attributes, in their types", () => {
    const placedAt = {} as Order["placedAt"]
    expect(Get.from(Order).key).type.toBeCallableWith({ customerId: "c", placedAt, orderId: "o" })
    expect(Get.from(Order).key).type.not.toBeCallableWith({ customerId: "c", placedAt: "2024", orderId: "o" })
    expect(Get.from(Order).key).type.not.toBeCallableWith({ customerId: "c", placedAt })
    expect(Get.from(Reading).key).type.toBeCallableWith({ deviceId: "d", at: 1 })
    expect(Get.from(Reading).key).type.not.toBeCallableWith({ deviceId: "d", at: "1" })
  })

  test("makes an effect of the builder", () => {
    expect(Get.from(User)).type.not.toBeAssignableTo<Effect.Effect<unknown, unknown, unknown>>()
    expect(Delete.from(User)).type.not.toBeAssignableTo<Effect.Effect<unknown, unknown, unknown>>()
    expect(Update.in(User)).type.not.toBeAssignableTo<Effect.Effect<unknown, unknown, unknown>>()
    Effect.gen(function* () {
      yield* Get.from(User).key(userKey)
      yield* Delete.from(User).key(userKey)
      yield* Update.in(User).key(userKey).set({ age: 1 })
      // @ts-expect-error Type 'Unkeyed<typeof User, "no Effect yet: say which item, with .key({ … })">' must have a '[Symbol.iterator]()' method
      yield* Get.from(User)
      // @ts-expect-error Type 'Unkeyed<typeof User, "no Effect yet: say which item, with .key({ … })">' must have a '[Symbol.iterator]()' method
      yield* Delete.from(User)
      // @ts-expect-error Type 'Unkeyed<typeof User, "no Effect yet: say which item, with .key({ … })">' must have a '[Symbol.iterator]()' method
      yield* Update.in(User)
    })
    // @ts-expect-error is not assignable to parameter of type 'Effect<
    Effect.runSync(Get.from(User))
  })

  test("is of an entity", () => {
    // @ts-expect-error Argument of type 'string' is not assignable to parameter of type 'Any'
    Get.from("users")
    // @ts-expect-error Argument of type 'Struct<...' is not assignable to parameter of type 'Any'
    Get.from(Session.schema)
  })
})

describe("Put", () => {
  test("takes what the constructor takes, or an instance", () => {
    Put.into(User, { id: "1", email: "a", age: 1 })
    Put.into(User, { id: "1", email: "a", age: 1, name: "x", role: "admin" })
    Put.into(User, new User({ id: "1", email: "a", age: 1 }))
    // @ts-expect-error Property 'age' is missing in type
    Put.into(User, { id: "1", email: "a" })
    // @ts-expect-error Type 'string' is not assignable to type 'number'
    Put.into(User, { id: "1", email: "a", age: "1" })
    // @ts-expect-error Type 'undefined' is not assignable to type 'string'
    Put.into(User, { id: "1", email: "a", age: 1, name: undefined })
  })

  test("knows no other fields; a getter is none", () => {
    // @ts-expect-error 'nope' does not exist in type '{ readonly id: string; readonly email: string;
    Put.into(User, { id: "1", email: "a", age: 1, nope: 1 })
    // @ts-expect-error 'display' does not exist in type '{ readonly id: string; readonly email: string;
    Put.into(User, { id: "1", email: "a", age: 1, display: "x" })
    // @ts-expect-error 'nope' does not exist in type '{ readonly token: string; readonly userId: string;
    Put.into(Session, { token: "t", userId: "u", nope: 1 })
  })

  test("gives back the old item or its own value", () => {
    const put = Put.into(Session, { token: "t", userId: "u" })
    expect(put.returning).type.toBeCallableWith("old")
    expect(put.returning).type.not.toBeCallableWith("new")
    expect(put.ifNotExists().returning("old").ifExists).type.toBeCallableWith()
  })
})

describe("Update", () => {
  const update = Update.in(User).key(userKey)

  test("sets fields", () => {
    update.set({ age: 1, role: "admin", active: false })
    update.set({ age: 1 }).set({ name: "x" })
    // @ts-expect-error Type 'string' is not assignable to type 'number'
    update.set({ age: "1" })
    // @ts-expect-error 'nope' does not exist in type
    update.set({ nope: 1 })
    // @ts-expect-error is not assignable to type '...Refused<"no such field">'
    update.set({ age: 1, nope: 1 })
    // @ts-expect-error 'display' does not exist in type
    update.set({ display: "x" })
    // @ts-expect-error is not assignable to type '...Refused<"no such field">'
    update.set({ age: 1, display: "x" })
  })

  test("sets no field of the primary key", () => {
    // @ts-expect-error Refused<"a field of the primary key cannot be changed: delete the item and put it anew">
    update.set({ id: "2" })
    // @ts-expect-error Refused<"a field of the primary key cannot be changed: delete the item and put it anew">
    update.set({ email: "b" })
    // @ts-expect-error Refused<"a field of the primary key cannot be changed: delete the item and put it anew">
    update.set({ age: 1, id: "2" })
    const changes = { age: 1, email: "b" }
    // @ts-expect-error Refused<"a field of the primary key cannot be changed: delete the item and put it anew">
    update.set(changes)
  })

  test("removes optional fields", () => {
    update.remove("name")
    update.set({ name: undefined })
    // @ts-expect-error Argument of type '"age"' is not assignable to parameter of type '"name" | Refused<"only optional fields that are not changed otherwise can be removed"> | Removes<typeof User>'
    update.remove("age")
    // @ts-expect-error Argument of type '"role"' is not assignable to parameter of type '"name" | Refused<"only optional fields that are not changed otherwise can be removed"> | Removes<typeof User>'
    update.remove("role")
    // @ts-expect-error Argument of type '"id"' is not assignable to parameter of type '"name" | Refused<"only optional fields that are not changed otherwise can be removed"> | Removes<typeof User>'
    update.remove("id")
    // @ts-expect-error Argument of type '"nope"' is not assignable to parameter of type '"name" | Refused<"only optional fields that are not changed otherwise can be removed"> | Removes<typeof User>'
    update.remove("nope")
    // @ts-expect-error Type 'undefined' is not assignable to type 'number'
    update.set({ age: undefined })
  })

  test("refuses no more than the field that cannot be set", () => {
    update.set({
      age: 1,
      // @ts-expect-error Type 'string' is not assignable to type '...Refused<"a field of the primary key
      id: "2"
    })
  })

  test("is an upsert where what is set makes a whole item", () => {
    update.set({ age: 1 }).upsert()
    update.set({ name: "x" }).set({ age: 1 }).upsert()
    update.set({ age: 1 }).remove("name").upsert()
    // @ts-expect-error Type 'MissingFields<"age">' has no call signatures
    update.upsert()
    // @ts-expect-error Type 'MissingFields<"age">' has no call signatures
    update.set({ name: "x" }).upsert()
    // @ts-expect-error Type 'MissingFields<"userId">' has no call signatures
    Update.in(Session).key({ token: "t" }).set({ ip: "::1" }).upsert()
    // @ts-expect-error Property 'set' does not exist on type 'Upsert<typeof User, User, UpsertError>'
    update.set({ age: 1 }).upsert().set({ age: 2 })
  })
})
