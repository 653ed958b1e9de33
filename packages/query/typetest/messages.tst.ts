/**
 * What the compiler says of the commonest mistakes: which field, of which key or entity, and what would be right.
 */
import { Attribute, Entity, Index, Key, Table } from "@effect-dynamo/core"
import { Batch, Delete, Get, Put, Query, type Repository, Scan, Transaction, Update } from "@effect-dynamo/query"
import { Effect, Schema } from "effect"
import { describe, test } from "tstyche"
import { Order, Profile, Reading, Session, User, userKey } from "./entities.ts"

const orderKey = { customerId: "c", placedAt: {} as Order["placedAt"], orderId: "o" }
const user = { ...userKey, age: 1 }
const Shop = Table.make("shop", {
  partitionKey: "pk",
  sortKey: "sk",
  indexes: { gsi1: Index.global({ partitionKey: "gsi1pk", sortKey: "gsi1sk" }) }
})
class Hold extends Entity.Class<Hold>("Hold")(
  {
    id: Schema.String,
    status: Schema.Literals(["held", "free"]),
    heldUntil: Schema.String,
    tags: Schema.optionalKey(Attribute.StringSet)
  },
  {
    table: Shop,
    partitionKey: ["id"],
    indexes: {
      held: {
        index: "gsi1",
        partitionKey: Key.template("HELD"),
        sortKey: Key.template("{heldUntil}"),
        when: { status: ["held"] }
      }
    }
  }
) {}
declare const holds: Repository.Repository<typeof Hold>
declare const users: Repository.Repository<typeof User>

describe("keys", () => {
  test("a field of another name", () => {
    // @ts-expect-error 'mail' does not exist in type 'KeyOf<typeof User, "id" | "email">'
    Get.from(User).key({ id: "1", mail: "a" })
  })
  test("a part that is missing", () => {
    // @ts-expect-error Property 'email' is missing in type '{ id: string; }' but required in type 'KeyOf<typeof User, "id" | "email">'
    Get.from(User).key({ id: "1" })
  })
  test("a value where the key has two fields", () => {
    // @ts-expect-error Argument of type 'string' is not assignable to parameter of type 'KeyOf<typeof User, "id" | "email">'
    Update.in(User).key("1")
  })
  test("a value of another type", () => {
    // @ts-expect-error Type 'number' is not assignable to type 'string'
    Delete.from(User).key({ id: 1, email: "a" })
  })
  test("forgotten: .key", () => {
    Effect.gen(function* () {
      // @ts-expect-error Type 'Unkeyed<typeof User, "no Effect yet: say which item, with .key({ … })">' must have a
      yield* Get.from(User)
    })
    // @ts-expect-error Property 'pipe' does not exist on type 'Unkeyed<typeof User, "no Effect yet: say which item, with .key({ … })">'
    Delete.from(User).pipe(Effect.asVoid)
    // @ts-expect-error Type 'Unkeyed<typeof User, "no Effect yet: say which item, with .key({ … })">' is missing the following
    void Effect.runPromise(Update.in(User))
  })
  test("forgotten: .pk", () => {
    Effect.gen(function* () {
      // @ts-expect-error Type 'Unkeyed<typeof Order, "byId", "no Effect yet: say which partition, with .pk(…)">' must have a
      yield* Query.from(Order).index("byId")
      // @ts-expect-error "no Effect yet: say which partition, with .pk(…)">' must have a '[Symbol.iterator]()' method
      yield* Query.collection({ users: User })
    })
    // @ts-expect-error Property 'pipe' does not exist on type 'Unkeyed<typeof User, "(table)", "no Effect yet: say which partition,
    Query.from(User).pipe(Effect.asVoid)
    // @ts-expect-error Type 'Unkeyed<typeof User, "(table)", "no Effect yet: say which partition, with .pk(…)">' is missing the
    users.query((query) => query)
  })
})

describe("queries", () => {
  test("half a partition key", () => {
    // @ts-expect-error Argument of type 'string' is not assignable to parameter of type '{ readonly state: string; readonly city: string; }'
    Query.from(Order).index("byState").pk("open")
    // @ts-expect-error Property 'city' is missing in type '{ state: string; }'
    Query.from(Order).index("byState").pk({ state: "open" })
  })
  test("a partition of another type", () => {
    // @ts-expect-error Argument of type 'number' is not assignable to parameter of type 'string | { readonly id: string; }'
    Query.from(User).pk(1)
  })
  test("a partition where the key has no fields", () => {
    // @ts-expect-error Argument of type 'string' is not assignable to parameter of type 'void | NoFields'
    Query.from(Hold).index("held").pk("HELD")
    // @ts-expect-error Type 'string' is not assignable to type 'never'
    Query.collection({ holds: Hold }).index("held").pk({ id: "1" })
  })
  test("a partition of another name", () => {
    // @ts-expect-error 'customer' does not exist in type '{ readonly customerId: string; }'. Did you mean to write 'customerId'?
    Query.from(Order).pk({ customer: "c" })
  })
  test("an index that there is not", () => {
    // @ts-expect-error Argument of type '"byStatus"' is not assignable to parameter of type '"
    Query.from(Order).index("byStatus")
    // @ts-expect-error Argument of type 'string' is not assignable to parameter of type 'Refused<"this entity has no indexes">'
    Query.from(User).index("byEmail")
    // @ts-expect-error Argument of type 'string' is not assignable to parameter of type 'Refused<"this entity has no indexes">'
    Scan.from(User).index("byEmail")
    // @ts-expect-error parameter of type 'Refused<"these entities have no access pattern of the same name">'
    Query.collection({ users: User }).index("byEmail")
  })
  test("a sort operator without a sort key", () => {
    // @ts-expect-error Property 'gte' does not exist on type 'Refused<"the entity's sort key has no fields: each partition has one item of it">'
    Query.from(Profile).pk("1").sk.gte("a")
    // @ts-expect-error Property 'eq' does not exist on type 'Refused<"the table has no sort key">'
    Query.from(Session).pk("t").sk.eq("a")
    // @ts-expect-error Property 'eq' does not exist on type 'Refused<"the index has no sort key, or one without fields of the entity">'
    Query.from(Order).index("byId").pk("o").sk.eq("a")
  })
  test("two conditions on the sort key", () => {
    // @ts-expect-error Property 'sk' does not exist on type 'Query<typeof User, "(table)", User>'
    Query.from(User).pk("1").sk.gte("a").sk.lt("b")
  })
  test("a range of numbers that are not written in numeric order", () => {
    // @ts-expect-error "\"priority\" is not written in numeric order: declare it with Key.ordered or Key.padded"
    Query.from(Order).index("gsi2").pk("open").sk.gte({ priority: 1 })
  })
  test("a consistent read of a global index", () => {
    // @ts-expect-error Type 'Refused<"a global index cannot be read consistently">' has no call signatures
    Query.from(Order).index("byId").pk("o").consistent()
    // @ts-expect-error Type 'Refused<"a global index cannot be read consistently">' has no call signatures
    Scan.from(Order).index("byId").consistent()
  })
  test("a second index", () => {
    // @ts-expect-error Type 'Refused<"the query has its index already">' has no call signatures
    Query.from(Order).index("byId").index("gsi2")
  })
  test("whole items where they are whole", () => {
    // @ts-expect-error Type 'Refused<"the table holds whole items">' has no call signatures
    Query.from(Order).pk("c").hydrate()
  })
  test("a selection of a field that there is not", () => {
    // @ts-expect-error Argument of type '"bioo"' is not assignable to parameter of type '"id" | "bio" | readonly ["id" | "bio",
    Query.from(Profile).pk("1").select("bioo")
    // @ts-expect-error Argument of type '"bioo"' is not assignable to parameter of type '"id" | "bio" | readonly ["id" | "bio",
    Scan.from(Profile).select("bioo")
    // @ts-expect-error Argument of type '"bio"' is not assignable to parameter of type '"id" | readonly ["id",
    Query.from(Profile).pk("1").select("id").select("bio")
  })
  test("a path that leads nowhere", () => {
    // @ts-expect-error Did you mean '"lines"'?
    Query.from(Order).pk("c").select(["lnes", 0, "sku"])
    // @ts-expect-error Type '["lines", 0, "skuu"]' is not assignable to type 'NoSuchPart<"skuu", "sku" | "quantity">'
    Query.from(Order).pk("c").select(["lines", 0, "skuu"])
    // @ts-expect-error Type '["lines", "sku"]' is not assignable to type 'NoSuchPart<"sku", number>'
    Query.from(Order).pk("c").select(["lines", "sku"])
    // @ts-expect-error Property '"it has no parts: to select several fields, name each by itself"' is missing
    Query.from(Order).pk("c").select(["city", "total"])
  })
  test("a filter on a key attribute", () => {
    const query = Query.from(Reading).pk("d")
    // @ts-expect-error Property 'gt' does not exist on type 'Refused<"a key attribute of what is queried cannot be filtered on
    query.filter((reading) => reading.at.gt(1))
    // @ts-expect-error Type 'number' is not assignable to type 'Refused<"a key attribute of what is queried cannot be
    query.filter({ at: 1 })
  })
  test("a filter on a field that there is not", () => {
    const query = Query.from(User).pk("1")
    // @ts-expect-error Did you mean 'name'?
    query.filter((each) => each.nme.eq("a"))
  })
  test("an operator of another type, and an operand", () => {
    // @ts-expect-error Property 'beginsWith' does not exist on type 'OrderedReference<number>'
    Scan.from(User).filter((each) => each.age.beginsWith("1"))
    // @ts-expect-error Argument of type 'string' is not assignable to parameter of type 'Operand<number>'
    Scan.from(User).filter((each) => each.age.eq("1"))
  })
  test("entities of different tables", () => {
    // @ts-expect-error Property 'pk' does not exist on type 'Refused<"these entities are not of one table">'
    Query.collection({ orders: Order, users: User }).pk("1")
  })
  test("what is no entity", () => {
    // @ts-expect-error Property '"~@effect-dynamo/core/Entity"' is missing in type 'Struct<{ readonly id: String; }>'
    Query.from(Schema.Struct({ id: Schema.String }))
  })
  test("a cursor that is none", () => {
    // @ts-expect-error Type 'string' is not assignable to type 'Cursor'
    Query.from(User).pk("1").page({ after: "eyJ" })
  })
})

describe("writes", () => {
  test("a put without a field", () => {
    // @ts-expect-error Property 'age' is missing in type '{ id: string; email: string; }' but required in type
    Put.into(User, userKey)
  })
  test("a put with a value of another type", () => {
    // @ts-expect-error Type 'string' is not assignable to type 'number'
    Put.into(User, { ...userKey, age: "1" })
  })
  test("a put with a field that there is not", () => {
    // @ts-expect-error 'nme' does not exist in type '{ readonly id: string; readonly email: string; readonly age: number;
    Put.into(User, { ...user, nme: "a" })
  })
  test("an update of the key", () => {
    // @ts-expect-error Refused<"a field of the primary key cannot be changed: delete the item and put it anew">
    Update.in(User).key(userKey).set({ email: "b" })
  })
  test("an update of a field that there is not", () => {
    // @ts-expect-error 'nme' does not exist in type 'SetArgument<typeof User> | Assigns<typeof User>'
    Update.in(User).key(userKey).set({ nme: "a" })
  })
  test("an update to a value of another type", () => {
    // @ts-expect-error Type 'string' is not assignable to type 'number'
    Update.in(User).key(userKey).set({ age: "1" })
  })
  test("counting what is no number, and a field that there is not", () => {
    // @ts-expect-error Argument of type '"role"' is not assignable to parameter of type '"role" & Refused<"it is no number">'
    Update.in(User).key(userKey).increment("role")
    // @ts-expect-error Argument of type '"agee"' is not assignable to parameter of type '"age"'
    Update.in(User).key(userKey).increment("agee")
    const anyField = (): Update.FieldNames<typeof User> => "age"
    // @ts-expect-error is not assignable to parameter of type '"age"'
    Update.in(User).key(userKey).increment(anyField())
  })
  test("removing what an item must have", () => {
    // @ts-expect-error type '"name" | Refused<"only optional fields that are not changed otherwise can be removed"> | Removes<typeof User>'
    Update.in(User).key(userKey).remove("age")
  })
  test("an update that leaves an index's key incomplete", () => {
    const hold = Update.in(Hold).key({ id: "1" }).set({ status: "held" })
    Effect.gen(function* () {
      // @ts-expect-error Type 'NoEffectYet<"index keys need these fields too: set them, or say recompute()", "heldUntil", typeof Hold,
      yield* hold
    })
    // @ts-expect-error Type 'NoEffectYet<"index keys need these fields too: set them, or say recompute()", "heldUntil", typeof Hold,
    hold.pipe(Effect.map((held) => held))
    // @ts-expect-error Type 'NoEffectYet<"index keys need these fields too: set them, or say recompute()", "heldUntil", typeof Hold,
    void Effect.runPromise(hold)
    // @ts-expect-error Type 'NoEffectYet<"index keys need these fields too: set them, or say recompute()", "heldUntil", typeof Hold,
    holds.update({ id: "1" }, (hold) => hold.set({ status: "held" }))
    // @ts-expect-error 'NoEffectYet<"index keys need these fields too: set them, or say recompute()", "heldUntil", typeof Hold,
    Transaction.write([hold])
    Effect.gen(function* () {
      // @ts-expect-error set them, or say recompute()", "city" | "total", typeof Order
      yield* Update.in(Order).key(orderKey).set({ priority: 1 })
    })
  })
  test("an update that changes nothing", () => {
    Effect.gen(function* () {
      // @ts-expect-error Type 'NoEffectYet<"it changes nothing: say what, or upsert()", never, typeof User, User, Error, never, never, "unchanged">' must
      yield* Update.in(User).key(userKey)
    })
    // @ts-expect-error Type 'NoEffectYet<"it changes nothing: say what, or upsert()", never, typeof User,
    Update.in(User).key(userKey).pipe(Effect.asVoid)
    // @ts-expect-error Type 'NoEffectYet<"it changes nothing: say what, or upsert()", never, typeof User,
    void Effect.runPromise(Update.in(User).key(userKey))
    // @ts-expect-error Type 'NoEffectYet<"it changes nothing: say what, or upsert()", never, typeof User,
    users.update(userKey, (user) => user)
  })
  test("an update that adds to a set and deletes from it", () => {
    const mixed = Update.in(Hold).key({ id: "1" }).addTo("tags", ["a"]).deleteFrom("tags", ["b"])
    Effect.gen(function* () {
      // @ts-expect-error "DynamoDB changes these in one of the two ways: make it two updates, or say recompute()", "tags", typeof Hold,
      yield* mixed
    })
    // @ts-expect-error "DynamoDB changes these in one of the two ways: make it two updates, or say recompute()", "tags", typeof Hold,
    void Effect.runPromise(mixed)
  })
  test("an update of an entity with a long type", () => {
    const long = Entity.make("Long", {
      schema: Schema.Struct({
        id: Schema.String,
        status: Schema.Literals(["held", "free"]),
        heldUntil: Schema.String,
        address: Schema.Struct({ street: Schema.String, city: Schema.String, country: Schema.String }),
        lines: Schema.Array(Schema.Struct({ sku: Schema.String, quantity: Schema.Number, note: Schema.String }))
      }),
      table: Shop,
      partitionKey: ["id"],
      indexes: { gsi1: { partitionKey: ["status"], sortKey: Key.template("{status}#{heldUntil}") } }
    })
    Effect.gen(function* () {
      // @ts-expect-error Type 'NoEffectYet<"index keys need these fields too: set them, or say recompute()", "heldUntil", Entity<
      yield* Update.in(long).key({ id: "1" }).set({ status: "held" })
      // @ts-expect-error "no Effect yet: say which item, with .key({ … })">' must have a '[Symbol.iterator]()' method
      yield* Get.from(long)
    })
  })
  test("a condition that is a boolean", () => {
    // @ts-expect-error Type 'boolean' is not assignable to type 'Condition'
    Put.into(User, user).condition((each) => Boolean(each.age))
  })
})

describe("several at once", () => {
  test("a batch of a put on a condition, and of an update", () => {
    // @ts-expect-error Refused<"a batch has no conditions: run it by itself, or in a Transaction">
    Batch.write([Put.into(User, user).ifNotExists()])
    // @ts-expect-error Refused<"a batch puts and deletes: run updates by themselves, or in a Transaction">
    Batch.write([Update.in(User).key(userKey).set({ age: 1 })])
  })
  test("a transaction of writes with a get, and of gets with a put", () => {
    // @ts-expect-error Type '"Get"' is not assignable to type '"
    Transaction.write([Get.from(User).key(userKey)])
    // @ts-expect-error Type '"Put"' is not assignable to type '"Get"'
    Transaction.get([Put.into(User, user)])
  })
})

describe("running", () => {
  test("without a client", () => {
    // @ts-expect-error Type 'DynamoClient' is not assignable to type 'never'
    void Effect.runPromise(Get.from(User).key(userKey))
  })
  test("catching an error that it does not fail with", () => {
    const get = Get.from(User).key(userKey)
    // @ts-expect-error Argument of type '"ItemNotFound"' is not assignable to parameter of type '"
    get.pipe(Effect.catchTag("ItemNotFound", () => Effect.void))
  })
})

describe("definitions", () => {
  const schema = Schema.Struct({ id: Schema.String })
  const definition = { schema, table: Shop, partitionKey: Key.template("A#{id}"), sortKey: Key.template("A") } as const
  test("a key of a field that there is not", () => {
    // @ts-expect-error Type '"ident"' is not assignable to type '
    Entity.make("A", { ...definition, partitionKey: ["ident"] })
    // @ts-expect-error Type '"ident"' is not assignable to type '"id"'
    Entity.make("A", { ...definition, partitionKey: Key.template("A#{ident}") })
  })
  test("a field in place of a list of fields", () => {
    // @ts-expect-error Type 'string' is not assignable to type 'Refused<"a field alone is no key: put it into a list, or use Key.template
    Entity.make("A", { ...definition, partitionKey: "id" })
    // @ts-expect-error Type 'string' is not assignable to type 'Refused<"a field alone is no key: put it into a list, or use Key.template
    Entity.make("A", { ...definition, sortKey: "id" })
    // @ts-expect-error Type 'string' is not assignable to type 'Refused<"a field alone is no key: put it into a list, or use Key.template
    Entity.make("A", { ...definition, indexes: { gsi1: { partitionKey: "id" } } })
  })
  test("an index where the table has none", () => {
    const alone = { schema, table: Table.make("a", { sortKey: null }), partitionKey: ["id"] } as const
    // @ts-expect-error is missing in type '{ partitionKey: ["id"]; }' but required in type '{ readonly index: Refused<"the table has no indexes">; }'
    Entity.make("A", { ...alone, indexes: { byId: { partitionKey: ["id"] } } })
    // @ts-expect-error Type 'string' is not assignable to type 'Refused<"the table has no indexes">'
    Entity.make("A", { ...alone, indexes: { byId: { index: "gsi1", partitionKey: ["id"] } } })
  })
  test("a sort key where the table has none", () => {
    // @ts-expect-error is missing in type 'string[]' but required in type 'Refused<"the table has no sort key">'
    Entity.make("A", { schema, table: Table.make("a", { sortKey: null }), partitionKey: ["id"], sortKey: ["id"] })
  })
  test("a version where no field is a number", () => {
    // @ts-expect-error Type 'string' is not assignable to type 'Refused<"no field is a number">'
    Entity.make("A", { ...definition, version: "id" })
  })
  test("a value that is changed before it is written, without an Effect", () => {
    // @ts-expect-error is missing the following properties from type 'Effect<{ readonly id: string; }, EncodeError, never>'
    Entity.make("A", { ...definition, beforeWrite: (value) => ({ ...value }) })
  })
  test("an index that the table has not", () => {
    // @ts-expect-error Property 'index' is missing in type '{ partitionKey: ["id"]; sortKey: ["id"]; }' but required in type '{ readonly index: "gsi1"; }'
    Entity.make("A", { ...definition, indexes: { gsi9: { partitionKey: ["id"], sortKey: ["id"] } } })
  })
})
