/** What a repository's operations take, give and fail with. */
import type { DynamoClient } from "@effect-dynamo/client"
import { Entity, Table } from "@effect-dynamo/core"
import type { DynamoError } from "@effect-dynamo/core"
import { type Get, type Put, Repository } from "@effect-dynamo/query"
import { type Effect, type Layer, type Option, Schema, type Stream } from "effect"
import { describe, expect, test } from "tstyche"

class User extends Entity.Class<User>("User")(
  { team: Schema.String, id: Schema.String, name: Schema.String },
  { table: Table.make("users"), partitionKey: ["team"], sortKey: ["id"] }
) {}

class Users extends Repository.Service<Users>()("app/Users", {
  entity: User,
  methods: (users) => ({ ofTeam: (team: string) => users.query((query) => query.pk(team)) })
}) {}

const Versioned = Entity.make("Versioned", {
  schema: Schema.Struct({ id: Schema.String, version: Schema.Int }),
  table: Table.make("versioned", { sortKey: null }),
  partitionKey: ["id"],
  version: "version"
})
class VersionedItems extends Repository.Service<VersionedItems>()("app/Versioned", { entity: Versioned }) {}

declare const users: (typeof Users)["Service"]
declare const versioned: (typeof VersionedItems)["Service"]
const key = { team: "t", id: "i" }

describe("a repository", () => {
  test("its layer needs the client alone, and its double nothing", () => {
    expect(Users.layer).type.toBe<Layer.Layer<Users, never, DynamoClient.DynamoClient>>()
    expect(Users.layerTest({})).type.toBe<Layer.Layer<Users>>()
    expect(Users.layerTest).type.not.toBeCallableWith({ nope: 1 })
  })

  test("operations need no client", () => {
    expect(users.get(key)).type.toBe<Effect.Effect<Option.Option<User>, Get.Error>>()
    expect(users.getOrFail(key)).type.toBe<Effect.Effect<User, Get.Error | DynamoError.ItemNotFound>>()
    expect(users.put({ ...key, name: "n" })).type.toBe<Effect.Effect<User, Put.Error>>()
    expect(users.insert({ ...key, name: "n" })).type.toBe<
      Effect.Effect<User, Put.Error | DynamoError.ConditionalCheckFailed<User>>
    >()
    expect(users.queryStream((query) => query.pk("t").stream())).type.toBe<Stream.Stream<User, Get.Error>>()
    expect(users.query((query) => query.pk("t").count())).type.toBeAssignableTo<Effect.Effect<number, Get.Error>>()
    expect(users.ofTeam("t")).type.toBe<Effect.Effect<ReadonlyArray<User>, Get.Error>>()
  })

  test("keys and values are the entity's", () => {
    expect(users.get).type.not.toBeCallableWith({ team: "t" })
    expect(users.put).type.not.toBeCallableWith(key)
    expect(users.update).type.not.toBeCallableWith(key, () => 1)
  })

  test("an update must change something", () => {
    // @ts-expect-error is missing the following properties
    users.update(key, (user) => user)
  })

  test("what a batch cannot guard is no function", () => {
    expect(users.putMany).type.toBeCallableWith([{ ...key, name: "n" }])
    expect(versioned.putMany).type.toBe<"a batch cannot guard the entity's `version` or `unique` fields">()
    expect(versioned.deleteMany).type.toBe<"a batch cannot guard the entity's `version` or `unique` fields">()
  })

  test("a partition key alone is a key where there is no sort key", () => {
    expect(versioned.get).type.toBeCallableWith({ id: "i" })
  })
})
