/** What the library keeps by itself: what can be declared, and what it makes of puts and deletes. */
import { type DynamoError, Entity, Table } from "@effect-dynamo/core"
import type { DynamoClient } from "@effect-dynamo/client/DynamoClient"
import { Delete, Put } from "@effect-dynamo/query"
import { Context, Effect, Schema } from "effect"
import { describe, expect, test } from "tstyche"
import { type Outcome, outcome } from "./entities.ts"

const schema = Schema.Struct({
  id: Schema.String,
  email: Schema.String,
  org: Schema.NullOr(Schema.String),
  rev: Schema.Int,
  big: Schema.BigInt,
  made: Schema.DateTimeUtc,
  changed: Schema.Date,
  tags: Schema.Array(Schema.String)
})
const base = { schema, table: Table.make("managed", { timeToLive: "changed" }), partitionKey: ["id"] } as const
class Ids extends Context.Service<Ids, { readonly next: Effect.Effect<string> }>()("typetest/Ids") {}

const Kept = Entity.make("Kept", { ...base, version: "rev", createdAt: "made", updatedAt: "changed" })
class KeptClass extends Entity.Class<KeptClass>("KeptClass")(
  { id: Schema.String, rev: Schema.Int, made: Schema.Date, note: Schema.optionalKey(Schema.String) },
  { table: Table.make("kept"), partitionKey: ["id"], version: "rev", createdAt: "made" }
) {}
const Unique = Entity.make("Unique", { ...base, unique: ["email", ["org", "email"]] })
const Both = Entity.make("Both", { ...base, version: "rev", unique: ["email"] })
const Plain = Entity.make("Plain", base)
const Hooked = Entity.make("Hooked", {
  ...base,
  beforeWrite: (value) =>
    Effect.map(
      Ids.use(({ next }) => next),
      (id) => ({ ...value, id })
    )
})

declare const value: typeof schema.Type
type Client = DynamoClient

describe("options", () => {
  test("take fields of a fitting type", () => {
    Entity.make("User", { ...base, version: "big" })
    Entity.make("User", { ...base, createdAt: "email", updatedAt: "rev" })
    Entity.make("User", { ...base, timeToLive: "changed" })
    // @ts-expect-error is not assignable
    Entity.make("User", { ...base, version: "email" })
    // @ts-expect-error is not assignable
    Entity.make("User", { ...base, version: "nope" })
    // @ts-expect-error is not assignable
    Entity.make("User", { ...base, createdAt: "nope" })
    // @ts-expect-error is not assignable
    Entity.make("User", { ...base, updatedAt: "tags" })
    // @ts-expect-error Type '"nope"' is not assignable
    Entity.make("User", { ...base, timeToLive: "nope" })
    // @ts-expect-error Type '"nope"' is not assignable
    Entity.make("User", { ...base, unique: ["email", "nope"] })
    // @ts-expect-error Type '"nope"' is not assignable
    Entity.make("User", { ...base, unique: [["email", "nope"]] })
    // @ts-expect-error Type '"tags"' is not assignable
    Entity.make("User", { ...base, unique: ["tags"] })
  })

  test("beforeWrite gives what the schema takes", () => {
    Entity.make("User", { ...base, beforeWrite: (value) => Effect.succeed({ ...value, email: "x" }) })
    // @ts-expect-error Type 'number' is not assignable to type 'string'
    Entity.make("User", { ...base, beforeWrite: (value) => Effect.succeed({ ...value, email: 1 }) })
    // @ts-expect-error is not assignable
    Entity.make("User", { ...base, beforeWrite: (value) => Effect.as(Effect.fail("no"), value) })
  })
})

describe("a put", () => {
  const rest = { id: "1", email: "e", org: null, big: 1n, tags: [] }
  test("may leave out what is kept", () => {
    Put.into(Kept, rest)
    Put.into(Kept, value)
    Put.into(KeptClass, { id: "1" })
    Put.into(KeptClass, { id: "1", rev: 3, note: "n" })
    expect<KeptClass>().type.toBeAssignableTo<Parameters<typeof Put.into<typeof KeptClass>>[1]>()
    // @ts-expect-error Property 'email' is missing
    Put.into(Kept, { id: "1", org: null, big: 1n, tags: [] })
    // @ts-expect-error Type 'string' is not assignable to type 'number'
    Put.into(Kept, { ...rest, rev: "1" })
    // @ts-expect-error 'nope' does not exist
    Put.into(KeptClass, { id: "1", nope: 1 })
    // @ts-expect-error is missing the following properties
    Put.into(Plain, rest)
  })

  test("of an entity with a version may find another", () => {
    expect(outcome(Put.into(Kept, rest))).type.toBe<
      Outcome<typeof schema.Type, Put.Error | DynamoError.ConditionalCheckFailed<typeof schema.Type>, Client>
    >()
    expect(outcome(Put.into(Plain, value))).type.toBe<Outcome<typeof schema.Type, Put.Error, Client>>()
    expect(Put.into(Kept, rest).toInput).type.toBeCallableWith()
  })

  test("of an entity with unique fields reads first, and may be cancelled", () => {
    type Failed =
      | Put.Error
      | DynamoError.ConditionalCheckFailed<typeof schema.Type>
      | DynamoError.TransactionCanceled
      | DynamoError.DecodeError
    expect(outcome(Put.into(Unique, value))).type.toBe<Outcome<typeof schema.Type, Failed, Client>>()
    expect(outcome(Put.into(Both, { ...value }))).type.toBe<Outcome<typeof schema.Type, Failed, Client>>()
  })

  test("that reads first has no request to show", () => {
    const put = Put.into(Unique, value)
    // @ts-expect-error This expression is not callable
    put.toInput()
    // @ts-expect-error This expression is not callable
    put.ifExists().toInput()
    // @ts-expect-error This expression is not callable
    put.returning("old").toInput()
    expect(put.ifNotExists().toInput).type.toBeCallableWith()
    expect(put.ifNotExists().condition((u) => u.email.eq("e")).toInput).type.toBeCallableWith()
    expect(Effect.map(put.ifNotExists().toInput(), ({ TransactItems }) => TransactItems?.length)).type.not.toBe<never>()
    // @ts-expect-error This expression is not callable
    Delete.from(Unique).key({ id: "1" }).toInput()
    expect(Delete.from(Kept).key({ id: "1" }).toInput).type.toBeCallableWith()
  })

  test("needs what beforeWrite needs, its request too", () => {
    const put = Put.into(Hooked, value)
    expect(outcome(put)).type.toBe<Outcome<typeof schema.Type, Put.Error, Client | Ids>>()
    expect(outcome(put.toInput()).services).type.toBe<Ids>()
    expect(outcome(Put.into(Kept, rest).toInput()).services).type.toBe<never>()
    // A delete does not run it.
    expect(outcome(Delete.from(Hooked).key({ id: "1" })).services).type.toBe<Client>()
  })
})

describe("a delete", () => {
  test("asks for a version where there is one", () => {
    expect(Delete.from(Kept).key({ id: "1" }).ifVersion).type.toBeCallableWith(1)
    expect(Delete.from(Kept).key({ id: "1" }).ifVersion).type.not.toBeCallableWith("1")
    // @ts-expect-error This expression is not callable
    Delete.from(Plain).key({ id: "1" }).ifVersion(1)
  })

  test("of an entity with unique fields reads first", () => {
    expect(outcome(Delete.from(Unique).key({ id: "1" }))).type.toBe<
      Outcome<void, Delete.Error | DynamoError.DecodeError | DynamoError.TransactionCanceled, Client>
    >()
  })
})
