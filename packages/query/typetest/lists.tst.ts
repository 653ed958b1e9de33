/** Lists of operations that are filled in a loop. */
import { DateTime, type Effect } from "effect"
import { Batch, Check, Delete, type DynamoClient, type DynamoError, Put, Transaction, Update } from "effect-dynamo"
import { describe, expect, test } from "tstyche"
import { Order, Secret, User, userKey } from "./entities.ts"

type Client = DynamoClient.DynamoClient

const orderKey = { customerId: "c", placedAt: DateTime.makeUnsafe(0), orderId: "o" }
type Services<T> = T extends Effect.Effect<unknown, unknown, infer R> ? R : never
type Failure<T> = T extends Effect.Effect<unknown, infer E, unknown> ? E : never

describe("Batch.Writable", () => {
  const operations: Array<Batch.Writable> = [Put.into(User, { ...userKey, age: 1 }), Delete.from(Order).key(orderKey)]

  test("is what a batch can do, and needs the client alone", () => {
    const written = Batch.write(operations)
    expect<Services<typeof written>>().type.toBe<Client>()
  })

  test("is nothing that it cannot do", () => {
    // @ts-expect-error is not assignable to parameter of type 'Writable'
    operations.push(Put.into(User, { ...userKey, age: 1 }).ifNotExists())
    // @ts-expect-error is not assignable to parameter of type 'Writable'
    operations.push(Put.into(User, { ...userKey, age: 1 }).returning("old"))
    // @ts-expect-error is not assignable to parameter of type 'Writable'
    operations.push(Update.in(User).key(userKey).set({ age: 2 }))
    // @ts-expect-error is not assignable to parameter of type 'Writable'
    operations.push(Put.into(Secret, { id: "1", text: "a" }))
  })
})

describe("Transaction.Writable", () => {
  const operations: Array<Transaction.Writable> = [
    Put.into(User, { ...userKey, age: 1 }).ifNotExists(),
    Update.in(User).key(userKey).set({ age: 2 }),
    Delete.from(Order).key(orderKey),
    Check.in(User).key(userKey).ifExists()
  ]

  test("is any write, and needs the client alone", () => {
    const written = Transaction.write(operations)
    expect<Services<typeof written>>().type.toBe<Client>()
    expect<DynamoError.ItemTooLarge>().type.toBeAssignableTo<Failure<typeof written>>()
    expect<Extract<Failure<typeof written>, { readonly _tag: "ConditionalCheckFailed" }>>().type.not.toBe<never>()
  })

  test("is none that needs a service", () => {
    // @ts-expect-error is not assignable to parameter of type 'Writable'
    operations.push(Put.into(Secret, { id: "1", text: "a" }))
  })
})
