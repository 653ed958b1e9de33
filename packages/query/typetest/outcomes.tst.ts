/** What operations give, fail with and need: the table of errors, held line by line. */
import type {
  BatchGetItemCommandInput,
  CreateTableCommandInput,
  DeleteItemCommandInput,
  GetItemCommandInput,
  PutItemCommandInput,
  QueryCommandInput,
  TableDescription,
  UpdateItemCommandInput
} from "@aws-sdk/client-dynamodb"
import type { DynamoClient } from "@effect-dynamo/client/DynamoClient"
import { DynamoError } from "@effect-dynamo/core"
import { type Cursor, Delete, Get, type Page, Put, Query, TableAdmin, Update } from "@effect-dynamo/query"
import { Data, Effect, type Option, type Stream } from "effect"
import { describe, expect, test } from "tstyche"
import { type Cipher, type Outcome, outcome, type Plain, Secret, Shop, User, userKey } from "./entities.ts"

type Client = DynamoClient
type Failed = DynamoError.ConditionalCheckFailed<User>

/** What any write can fail with. */
type Write =
  | DynamoError.Service
  | DynamoError.KeyError
  | DynamoError.ItemTooLarge
  | DynamoError.ItemCollectionTooLarge
  | DynamoError.TransactionConflict

test("Service is what any call can give", () => {
  expect<DynamoError.Service>().type.toBe<
    | DynamoError.ThroughputExceeded
    | DynamoError.ResourceNotFound
    | DynamoError.AccessDenied
    | DynamoError.RequestRejected
    | DynamoError.ServiceUnavailable
    | DynamoError.RequestTimeout
    | DynamoError.NetworkError
  >()
})

test("each alias is its line of the table", () => {
  type Read = DynamoError.Service | DynamoError.KeyError | DynamoError.EncodeError | DynamoError.DecodeError
  expect<Get.Error>().type.toBe<Read>()
  expect<Query.Error>().type.toBe<Read>()
  expect<Put.Error>().type.toBe<Write | DynamoError.EncodeError>()
  expect<Delete.Error>().type.toBe<Write>()
  expect<Update.UpsertError>().type.toBe<Write | DynamoError.EncodeError | DynamoError.DecodeError>()
  expect<Update.Error>().type.toBe<Update.UpsertError | DynamoError.ItemNotFound>()
  expect<TableAdmin.Error>().type.toBe<DynamoError.Service | DynamoError.ResourceInUse>()
})

test("isDynamoError takes our errors out of any effect's", () => {
  class Mine extends Data.TaggedError("Mine") {}

  const dying = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
    Effect.catchIf(effect, DynamoError.isDynamoError, (error) => {
      expect(error.isRetryable).type.toBe<boolean>()
      return Effect.die(error)
    })
  expect(dying(Effect.fail(new Mine()))).type.toBeAssignableTo<Effect.Effect<never, Mine>>()

  const mixed = Effect.mapError(Get.from(User).key(userKey), (error) =>
    error._tag === "KeyError" ? new Mine() : error
  )
  const caught = Effect.catchIf(mixed, DynamoError.isDynamoError, Effect.die)
  expect(caught).type.toBe<Effect.Effect<Option.Option<User>, Mine, Client>>()

  const unknown: unknown = new Mine()
  if (DynamoError.isDynamoError(unknown)) expect(unknown).type.toBe<DynamoError.DynamoError>()
})

describe("Get", () => {
  const get = Get.from(User).key(userKey)

  test("gives an option", () => {
    expect(outcome(get)).type.toBe<Outcome<Option.Option<User>, Get.Error, Client>>()
    expect(outcome(get.consistent())).type.toBe<Outcome<Option.Option<User>, Get.Error, Client>>()
  })

  test("orFail gives the value, or fails", () => {
    expect(outcome(get.orFail())).type.toBe<Outcome<User, Get.Error | DynamoError.ItemNotFound, Client>>()
    expect(outcome(get.orFail().consistent())).type.toBe<Outcome<User, Get.Error | DynamoError.ItemNotFound, Client>>()
    expect(get.consistent().orFail()).type.toBe(get.orFail().consistent())
  })
})

describe("Put", () => {
  const put = Put.into(User, { ...userKey, age: 1 })

  test("gives what was written", () => {
    expect(outcome(put)).type.toBe<Outcome<User, Put.Error, Client>>()
  })

  test("that may be applied twice is the same", () => {
    expect(put.idempotent()).type.toBe<typeof put>()
    expect(put.ifNotExists().idempotent()).type.toBe(put.ifNotExists())
  })

  test("with a condition", () => {
    expect(outcome(put.ifNotExists())).type.toBe<Outcome<User, Put.Error | Failed, Client>>()
    expect(outcome(put.ifExists())).type.toBe<Outcome<User, Put.Error | Failed, Client>>()
    expect<Failed["item"]>().type.toBe<Option.Option<User>>()
  })

  test("returning", () => {
    expect(outcome(put.returning("old"))).type.toBe<
      Outcome<Option.Option<User>, Put.Error | DynamoError.DecodeError, Client>
    >()
    expect(outcome(put.ifExists().returning("old"))).type.toBe<
      Outcome<Option.Option<User>, Put.Error | DynamoError.DecodeError | Failed, Client>
    >()
    expect(outcome(put.returning("old").ifExists())).type.toBe<
      Outcome<Option.Option<User>, Put.Error | DynamoError.DecodeError | Failed, Client>
    >()
  })
})

describe("Update", () => {
  const update = Update.in(User).key(userKey).set({ age: 1 })

  test("gives the item as it is after", () => {
    expect(outcome(update)).type.toBe<Outcome<User, Update.Error, Client>>()
    expect(outcome(update.remove("name"))).type.toBe<Outcome<User, Update.Error, Client>>()
  })

  test("that may be applied twice is the same", () => {
    expect(update.idempotent()).type.toBe<typeof update>()
    const upsert = update.upsert()
    expect(upsert.idempotent()).type.toBe<typeof upsert>()
    expect(Update.in(User).key(userKey).idempotent()).type.toBe(Update.in(User).key(userKey))
  })

  test("an upsert always finds an item", () => {
    expect(outcome(update.upsert())).type.toBe<Outcome<User, Update.UpsertError, Client>>()
  })
})

describe("Delete", () => {
  const remove = Delete.from(User).key(userKey)

  test("that may be applied twice is the same", () => {
    expect(remove.idempotent()).type.toBe<typeof remove>()
  })

  test("gives nothing", () => {
    expect(outcome(remove)).type.toBe<Outcome<void, Delete.Error, Client>>()
  })

  test("with a condition", () => {
    expect(outcome(remove.ifExists())).type.toBe<Outcome<void, Delete.Error | Failed, Client>>()
  })

  test("returning", () => {
    expect(outcome(remove.returning("old"))).type.toBe<
      Outcome<Option.Option<User>, Delete.Error | DynamoError.DecodeError, Client>
    >()
    expect(outcome(remove.ifExists().returning("old"))).type.toBe<
      Outcome<Option.Option<User>, Delete.Error | DynamoError.DecodeError | Failed, Client>
    >()
  })
})

describe("Query", () => {
  const query = Query.from(User).pk("1").sk.beginsWith("john")

  test("gives items", () => {
    expect(outcome(query)).type.toBe<Outcome<ReadonlyArray<User>, Query.Error, Client>>()
    expect(outcome(query.limit(5).reverse())).type.toBe<Outcome<ReadonlyArray<User>, Query.Error, Client>>()
    expect(query.first()).type.toBe<Effect.Effect<Option.Option<User>, Query.Error, Client>>()
  })

  test("gives pages", () => {
    expect(query.page()).type.toBe<Effect.Effect<Page.Page<User>, Query.Error, Client>>()
    expect(query.page({ after: {} as Cursor.Cursor })).type.toBe<
      Effect.Effect<Page.Page<User>, Query.Error | DynamoError.CursorError, Client>
    >()
  })

  test("gives streams", () => {
    expect(query.stream()).type.toBe<Stream.Stream<User, Query.Error, Client>>()
    expect(query.pages()).type.toBe<Stream.Stream<Page.Page<User>, Query.Error, Client>>()
  })
})

describe("inputs need no client", () => {
  test("and fail only with what cannot be written", () => {
    const get = Get.from(User).key(userKey)
    const update = Update.in(User).key(userKey).set({ age: 1 })
    expect(get.toInput()).type.toBe<Effect.Effect<GetItemCommandInput, DynamoError.KeyError>>()
    expect(get.orFail().toInput()).type.toBe<Effect.Effect<GetItemCommandInput, DynamoError.KeyError>>()
    expect(Put.into(User, { ...userKey, age: 1 }).toInput()).type.toBe<
      Effect.Effect<PutItemCommandInput, DynamoError.KeyError | DynamoError.EncodeError>
    >()
    expect(update.toInput()).type.toBe<
      Effect.Effect<UpdateItemCommandInput, DynamoError.KeyError | DynamoError.EncodeError>
    >()
    expect(update.upsert().toInput()).type.toBe(update.toInput())
    expect(Delete.from(User).key(userKey).toInput()).type.toBe<
      Effect.Effect<DeleteItemCommandInput, DynamoError.KeyError>
    >()
    expect(Query.from(User).pk("1").toInput()).type.toBe<
      Effect.Effect<QueryCommandInput, DynamoError.KeyError | DynamoError.EncodeError>
    >()
    expect(TableAdmin.toInput(Shop)).type.toBe<Effect.Effect<CreateTableCommandInput, DynamoError.RequestRejected>>()
    expect(get.toInput()).type.not.toBeAssignableTo<Effect.Effect<BatchGetItemCommandInput, DynamoError.KeyError>>()
  })
})

test("tables can be in use only where they are changed", () => {
  type InUse = DynamoError.ResourceInUse
  expect(outcome(TableAdmin.list())).type.toBe<Outcome<ReadonlyArray<string>, DynamoError.Service, Client>>()
  expect(outcome(TableAdmin.describe(Shop))).type.toBe<Outcome<TableDescription, DynamoError.Service, Client>>()
  expect(outcome(TableAdmin.drift(Shop))).type.toBe<
    Outcome<ReadonlyArray<TableAdmin.Drift>, DynamoError.Service, Client>
  >()
  expect(outcome(TableAdmin.ensure(Shop))).type.toBe<Outcome<TableDescription, DynamoError.Service | InUse, Client>>()
  expect(outcome(TableAdmin.delete(Shop))).type.toBe<Outcome<void, DynamoError.Service | InUse, Client>>()
  expect<InUse["differences"]>().type.toBe<ReadonlyArray<TableAdmin.Drift> | undefined>()
  expect(TableAdmin.drift).type.not.toBeCallableWith(Shop, { tags: {} })
})

describe("services of a schema", () => {
  const key = { id: "1" }

  test("are needed where it is read or written", () => {
    expect(outcome(Get.from(Secret).key(key)).services).type.toBe<Client | Cipher>()
    expect(outcome(Get.from(Secret).key(key).orFail()).services).type.toBe<Client | Cipher>()
    expect(outcome(Put.into(Secret, { id: "1", text: "a" })).services).type.toBe<Client | Cipher | Plain>()
    expect(outcome(Update.in(Secret).key(key).set({ text: "a" })).services).type.toBe<Client | Cipher | Plain>()
    expect(outcome(Delete.from(Secret).key(key)).services).type.toBe<Client | Cipher>()
    // A filter's values are written.
    expect(outcome(Query.from(Secret).pk("1")).services).type.toBe<Client | Cipher | Plain>()
    expect(Put.into(Secret, { id: "1", text: "a" }).toInput()).type.toBe<
      Effect.Effect<PutItemCommandInput, DynamoError.KeyError | DynamoError.EncodeError, Plain>
    >()
    expect(Get.from(Secret).key(key).toInput()).type.toBe<Effect.Effect<GetItemCommandInput, DynamoError.KeyError>>()
  })
})

test("each tag can be caught, and is gone then", () => {
  const get = Get.from(User).key(userKey).orFail()
  const caught = get.pipe(Effect.catchTag("ItemNotFound", () => Effect.succeed("none" as const)))
  expect(caught).type.toBe<Effect.Effect<User | "none", Get.Error, Client>>()
  // @ts-expect-error Argument of type '"ConditionalCheckFailed"' is not assignable
  get.pipe(Effect.catchTag("ConditionalCheckFailed", () => Effect.succeed("none" as const)))
})
