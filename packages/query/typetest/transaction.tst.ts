/** What transactions take, give and fail with. */
import type { TransactGetItemsCommandInput, TransactWriteItemsCommandInput } from "@aws-sdk/client-dynamodb"
import type { DynamoClient } from "@effect-dynamo/client/DynamoClient"
import { type DynamoError, Entity, Table } from "@effect-dynamo/core"
import { Batch, Check, Delete, Get, Put, Query, Transaction, Update } from "@effect-dynamo/query"
import { Context, Effect, type Option, Schema } from "effect"
import { describe, expect, test } from "tstyche"
import {
  type Cipher,
  Order,
  type Outcome,
  outcome,
  type Plain,
  Profile,
  Secret,
  Session,
  User,
  userKey
} from "./entities.ts"

class Stamp extends Context.Service<Stamp, { readonly next: number }>()("typetest/Stamp") {}

class Member extends Entity.Class<Member>("Member")(
  { id: Schema.String, email: Schema.String },
  { table: Table.make("members"), partitionKey: ["id"], unique: ["email"] }
) {}

class Versioned extends Entity.Class<Versioned>("Versioned")(
  { id: Schema.String, version: Schema.Int },
  { table: Table.make("versions"), partitionKey: ["id"], version: "version" }
) {}

const Stamped = Entity.make("Stamped", {
  schema: Schema.Struct({ id: Schema.String, n: Schema.Number }),
  table: Table.make("stamps"),
  partitionKey: ["id"],
  beforeWrite: (value: { readonly id: string; readonly n: number }) =>
    Effect.map(Stamp, ({ next }) => ({ ...value, n: next }))
})

type SessionItem = typeof Session.Type

const put = Put.into(User, { ...userKey, age: 1 })
const putSession = Put.into(Session, { token: "t", userId: "1" })
const remove = Delete.from(User).key(userKey)
const check = Check.in(User).key(userKey).ifExists()
const get = Get.from(User).key(userKey)
const getSession = Get.from(Session).key({ token: "t" })

/** What any transaction of writes can fail with. */
type Common<R extends ReadonlyArray<DynamoError.CancellationReason>> =
  | DynamoError.Service
  | DynamoError.KeyError
  | DynamoError.ItemTooLarge
  | DynamoError.ItemCollectionTooLarge
  | DynamoError.IdempotentMismatch
  | Transaction.TransactionCanceled<R>
  | Transaction.TransactionConflict<R>

type Reason<A> = DynamoError.CancellationReason<A>

describe("write", () => {
  test("gives what each operation gives", () => {
    expect(outcome(Transaction.write([put, remove, check, putSession.ifNotExists()])).success).type.toBe<
      readonly [User, void, void, SessionItem]
    >()
    expect(outcome(Transaction.write([])).success).type.toBe<readonly []>()
    const puts: ReadonlyArray<typeof put> = [put]
    expect(outcome(Transaction.write(puts)).success).type.toBe<ReadonlyArray<User>>()
    expect(outcome(Transaction.write([put, remove].slice(1))).success).type.toBe<ReadonlyArray<User | void>>()
  })

  test("takes arrays that are spread among others", () => {
    const puts = [putSession].map((one) => one)
    expect<Effect.Success<ReturnType<typeof spread>>>().type.toBe<readonly [...Array<SessionItem>, void]>()
    const spread = () => Transaction.write([...puts, remove])
    const old = remove.returning("old")
    expect(Transaction.write).type.not.toBeCallableWith([...puts, old])
  })

  test("without conditions cannot fail with one", () => {
    type R = readonly [Reason<User>, Reason<SessionItem>]
    expect(outcome(Transaction.write([put, putSession]))).type.toBe<
      Outcome<readonly [User, SessionItem], Common<R> | DynamoError.EncodeError, DynamoClient>
    >()
    expect(outcome(Transaction.write([remove]))).type.toBe<
      Outcome<readonly [void], Common<readonly [Reason<User>]>, DynamoClient>
    >()
    // @ts-expect-error Argument of type '"ConditionalCheckFailed"' is not assignable
    Transaction.write([put, putSession]).pipe(Effect.catchTag("ConditionalCheckFailed", () => Effect.void))
  })

  test("with a condition can, with the items of those that have one", () => {
    type R = readonly [Reason<User>, Reason<SessionItem>, Reason<typeof Profile.Type>]
    const write = Transaction.write([
      check,
      putSession,
      Delete.from(Profile)
        .key({ id: "1" })
        .condition((p) => p.bio.eq(""))
    ])
    expect(outcome(write)).type.toBe<
      Outcome<
        readonly [void, SessionItem, void],
        Common<R> | DynamoError.EncodeError | Transaction.ConditionalCheckFailed<User | typeof Profile.Type, R>,
        DynamoClient
      >
    >()
    write.pipe(
      Effect.catchTag("ConditionalCheckFailed", (error) => {
        expect(error.item).type.toBe<Option.Option<User | typeof Profile.Type>>()
        expect(error.reasons).type.toBe<R>()
        expect(error.reasons[1].item).type.toBe<Option.Option<SessionItem>>()
        expect(error).type.toBeAssignableTo<DynamoError.ConditionalCheckFailed>()
        return Effect.void
      }),
      Effect.catchTag("TransactionCanceled", (error) => {
        expect(error.reasons).type.toBe<R>()
        return Effect.void
      }),
      Effect.catchTag("TransactionConflict", (error) => {
        expect(error.reasons).type.toBe<R | undefined>()
        return Effect.void
      })
    )
  })

  test("a version or unique fields are a condition", () => {
    type Failed<A> = Transaction.ConditionalCheckFailed<A, readonly [Reason<A>]>
    expect(outcome(Transaction.write([Put.into(Versioned, { id: "1" })])).error).type.toBe<
      Common<readonly [Reason<Versioned>]> | DynamoError.EncodeError | Failed<Versioned>
    >()
    expect(outcome(Transaction.write([Put.into(Member, { id: "1", email: "a" })])).error).type.toBe<
      Common<readonly [Reason<Member>]> | DynamoError.EncodeError | DynamoError.DecodeError | Failed<Member>
    >()
    expect(outcome(Transaction.write([Put.into(Member, { id: "1", email: "a" }).ifNotExists()])).error).type.toBe<
      Common<readonly [Reason<Member>]> | DynamoError.EncodeError | Failed<Member>
    >()
    expect(outcome(Transaction.write([Delete.from(Member).key({ id: "1" })])).error).type.toBe<
      Common<readonly [Reason<Member>]> | DynamoError.DecodeError
    >()
  })

  test("that an update's item exists is a condition", () => {
    const update = Update.in(User).key(userKey).set({ age: 1 })
    type R = readonly [Reason<User>]
    expect(outcome(Transaction.write([update]))).type.toBe<
      Outcome<
        readonly [void],
        Common<R> | DynamoError.EncodeError | Transaction.ConditionalCheckFailed<User, R>,
        DynamoClient
      >
    >()
    expect(outcome(Transaction.write([update.returning("none")])).error).type.toBe(
      outcome(Transaction.write([update])).error
    )
    const upsert = Update.in(Session).key({ token: "t" }).set({ userId: "1" }).upsert()
    expect(outcome(Transaction.write([upsert])).error).type.toBe<
      Common<readonly [Reason<SessionItem>]> | DynamoError.EncodeError
    >()
    expect(outcome(Transaction.write([upsert.condition((s) => s.ip.exists())])).error).type.toBe<
      | Common<readonly [Reason<SessionItem>]>
      | DynamoError.EncodeError
      | Transaction.ConditionalCheckFailed<SessionItem, readonly [Reason<SessionItem>]>
    >()
  })

  test("what reads first can fail with what it reads", () => {
    const changed = Update.in(Member).key({ id: "1" }).set({ email: "a" })
    type R = readonly [Reason<Member>]
    type Expected =
      | Common<R>
      | DynamoError.EncodeError
      | DynamoError.DecodeError
      | DynamoError.ItemNotFound
      | Transaction.ConditionalCheckFailed<Member, R>
    expect(outcome(Transaction.write([changed])).error).type.toBe<Expected>()
    expect(outcome(Transaction.write([changed.returning("none")])).error).type.toBe<Expected>()
    expect(Transaction.write([changed]).toInput).type.toBe<Transaction.ReadsFirst>()
    const recomputed = Update.in(Order)
      .key({ customerId: "1", placedAt: {} as never, orderId: "1" })
      .recompute()
      .set({ state: "a" })
    expect(Transaction.write([recomputed]).toInput).type.toBe<Transaction.ReadsFirst>()
  })

  test("needs what its operations need", () => {
    expect(outcome(Transaction.write([Put.into(Secret, { id: "1", text: "a" })])).services).type.toBe<
      DynamoClient | Cipher | Plain
    >()
    expect(outcome(Transaction.write([put, Put.into(Stamped, { id: "1", n: 0 })])).services).type.toBe<
      DynamoClient | Stamp
    >()
    expect(outcome(Transaction.write([Delete.from(Stamped).key({ id: "1" })])).services).type.toBe<DynamoClient>()
  })

  test("shows its request, where nothing is read first", () => {
    expect(Transaction.write([put, check], { token: "t" }).toInput()).type.toBe<
      Effect.Effect<
        TransactWriteItemsCommandInput,
        DynamoError.KeyError | DynamoError.EncodeError | DynamoError.RequestRejected
      >
    >()
    expect(Transaction.write([Put.into(Secret, { id: "1", text: "a" })]).toInput()).type.toBe<
      Effect.Effect<
        TransactWriteItemsCommandInput,
        DynamoError.KeyError | DynamoError.EncodeError | DynamoError.RequestRejected,
        Plain
      >
    >()
    expect(Transaction.write([Put.into(Member, { id: "1", email: "a" }).ifNotExists()]).toInput).type.toBeCallableWith()
    expect(
      Transaction.write([put, Put.into(Member, { id: "1", email: "a" })]).toInput
    ).type.toBe<Transaction.ReadsFirst>()
    expect(Transaction.write([Delete.from(Member).key({ id: "1" })]).toInput).type.toBe<Transaction.ReadsFirst>()
  })

  test("refuses what is no write, or is to return an item", () => {
    expect(Transaction.write).type.not.toBeCallableWith([get])
    expect(Transaction.write).type.not.toBeCallableWith([put, get])
    expect(Transaction.write).type.not.toBeCallableWith([Query.from(User).pk("1")])
    expect(Transaction.write).type.not.toBeCallableWith([Effect.void])
    expect(Transaction.write).type.not.toBeCallableWith([Transaction.write([put])])
    expect(Transaction.write).type.not.toBeCallableWith([Batch.write([put])])
    expect(Transaction.write).type.not.toBeCallableWith(put)
    expect(Transaction.write).type.not.toBeCallableWith([Delete.from(User)])
    expect(Transaction.write).type.not.toBeCallableWith([Check.in(User).key(userKey)])
    expect(Transaction.write).type.not.toBeCallableWith([put.returning("old")])
    expect(Transaction.write).type.not.toBeCallableWith([remove.returning("old")])
    expect(Transaction.write).type.not.toBeCallableWith([put, remove.returning("old").ifExists()])
    const update = Update.in(User).key(userKey).set({ age: 1 })
    expect(Transaction.write).type.toBeCallableWith([update.returning("new")])
    expect(Transaction.write).type.not.toBeCallableWith([update.returning("old")])
    expect(Transaction.write).type.not.toBeCallableWith([update.returning("updatedNew")])
    expect(Transaction.write).type.not.toBeCallableWith([update.returning("updatedOld")])
    const upsert = Update.in(Session).key({ token: "t" }).set({ userId: "1" }).upsert()
    expect(Transaction.write).type.not.toBeCallableWith([upsert.returning("old")])
    expect(Transaction.write).type.not.toBeCallableWith([upsert.returning("updatedNew")])
    expect(Transaction.write).type.not.toBeCallableWith([Update.in(User)])
    expect(Transaction.write).type.not.toBeCallableWith([put], { token: 1 })
    // @ts-expect-error a transaction gives no items back: leave out `returning`
    Transaction.write([remove.returning("old")])
  })
})

describe("get", () => {
  test("gives what each get gives", () => {
    const orders = Get.from(Order).key({ customerId: "1", placedAt: {} as never, orderId: "1" })
    expect(outcome(Transaction.get([get, getSession.orFail(), orders.select("total").consistent()])).success).type.toBe<
      readonly [Option.Option<User>, SessionItem, Option.Option<{ readonly total: number }>]
    >()
    expect(outcome(Transaction.get([])).success).type.toBe<readonly []>()
    const gets: ReadonlyArray<typeof get> = [get]
    expect(outcome(Transaction.get(gets)).success).type.toBe<ReadonlyArray<Option.Option<User>>>()
  })

  test("fails with what gets fail with, or for all of them", () => {
    type R = readonly [Reason<User>, Reason<SessionItem>]
    type All<T extends ReadonlyArray<Reason<unknown>>> =
      | Transaction.TransactionCanceled<T>
      | Transaction.TransactionConflict<T>
    expect(outcome(Transaction.get([get, getSession])).error).type.toBe<Get.Error | All<R>>()
    expect(outcome(Transaction.get([get, getSession.orFail()])).error).type.toBe<
      Get.Error | DynamoError.ItemNotFound | All<R>
    >()
  })

  test("needs what decoding needs", () => {
    expect(outcome(Transaction.get([get])).services).type.toBe<DynamoClient>()
    expect(outcome(Transaction.get([get, Get.from(Secret).key({ id: "1" })])).services).type.toBe<
      DynamoClient | Cipher
    >()
    expect(Transaction.get([get]).toInput()).type.toBe<
      Effect.Effect<TransactGetItemsCommandInput, DynamoError.KeyError | DynamoError.RequestRejected>
    >()
  })

  test("refuses what is no get", () => {
    expect(Transaction.get).type.not.toBeCallableWith([put])
    expect(Transaction.get).type.not.toBeCallableWith([check])
    expect(Transaction.get).type.not.toBeCallableWith([Query.from(User).pk("1")])
    expect(Transaction.get).type.not.toBeCallableWith(get)
  })
})

/** Refuses everything, with an error that displays the argument's type as a hover would. */
declare const show: (shown: { readonly shown: never }) => void

test("errors are displayed by their names", () => {
  // @ts-expect-error Argument of type 'WriteError<readonly [Delete<typeof User, void, Error>]>' is not assignable
  show(outcome(Transaction.write([remove])).error)
  // @ts-expect-error Argument of type 'GetError<readonly [Get<typeof User, User>]>' is not assignable
  show(outcome(Transaction.get([get])).error)
})
