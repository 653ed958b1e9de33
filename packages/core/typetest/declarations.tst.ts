/** What can be declared: each refusal has its twin that is accepted. */
import { Entity, Index, Key, Table } from "@effect-dynamo/core"
import { Schema } from "effect"
import { describe, expect, test } from "tstyche"

const Users = Table.make("users")
const Sessions = Table.make("sessions", { sortKey: null })
const Shop = Table.make("shop", {
  indexes: { gsi1: Index.global({ partitionKey: "gsi1pk", sortKey: "gsi1sk" }) }
})

const fields = {
  id: Schema.String,
  email: Schema.String,
  seq: Schema.Int,
  status: Schema.Literals(["open", "shut"]),
  tags: Schema.Array(Schema.String),
  photo: Schema.Uint8Array
}
const schema = Schema.Struct(fields)
const day: Key.CustomPart = { schema: Schema.String }

describe("keys of fields", () => {
  test("a field list takes fields that can be a key", () => {
    Entity.make("User", { schema, table: Users, partitionKey: ["id"], sortKey: ["email", "seq", "status"] })
    // @ts-expect-error Type '"nope"' is not assignable to type '..."status" | Part<"seq", "ordered" | "padded">'
    Entity.make("User", { schema, table: Users, partitionKey: ["nope"] })
    // @ts-expect-error Type '"nope"' is not assignable to type '..."status" | Part<"seq", "ordered" | "padded">'
    Entity.make("User", { schema, table: Users, partitionKey: ["id"], sortKey: ["email", "nope"] })
    // @ts-expect-error Type '"tags"' is not assignable to type '..."status" | Part<"seq", "ordered" | "padded">'
    Entity.make("User", { schema, table: Users, partitionKey: ["tags"] })
    // @ts-expect-error Type '"photo"' is not assignable to type '..."status" | Part<"seq", "ordered" | "padded">'
    Entity.make("User", { schema, table: Users, partitionKey: ["photo"] })
  })

  test("ordered and padded parts are numbers", () => {
    Entity.make("User", { schema, table: Users, partitionKey: ["id"], sortKey: [Key.ordered("seq")] })
    Entity.make("User", { schema, table: Users, partitionKey: ["id"], sortKey: [Key.padded("seq", 8)] })
    // @ts-expect-error Type '"nope"' is not assignable to type '"seq"'
    Entity.make("User", { schema, table: Users, partitionKey: ["id"], sortKey: [Key.ordered("nope")] })
    // @ts-expect-error Type '"nope"' is not assignable to type '"seq"'
    Entity.make("User", { schema, table: Users, partitionKey: ["id"], sortKey: [Key.padded("nope", 8)] })
    // @ts-expect-error Type '"email"' is not assignable to type '"seq"'
    Entity.make("User", { schema, table: Users, partitionKey: ["id"], sortKey: [Key.ordered("email")] })
    // @ts-expect-error Type '"email"' is not assignable to type '"seq"'
    Entity.make("User", { schema, table: Users, partitionKey: ["id"], sortKey: [Key.padded("email", 8)] })
    // @ts-expect-error Expected 2 arguments, but got 1
    Key.padded("seq")
  })

  test("a plain attribute is a field, binary too", () => {
    Entity.make("User", { schema, table: Users, partitionKey: Key.attribute("id"), sortKey: Key.attribute("photo") })
    // @ts-expect-error Type '"nope"' is not assignable to type '..."photo"
    Entity.make("User", { schema, table: Users, partitionKey: Key.attribute("nope") })
    // @ts-expect-error Type '"tags"' is not assignable to type '..."photo"
    Entity.make("User", { schema, table: Users, partitionKey: Key.attribute("tags") })
  })

  test("a table declared without a sort key takes none", () => {
    Entity.make("Session", { schema, table: Sessions, partitionKey: ["id"] })
    // @ts-expect-error is missing in type 'string[]' but required in type 'Refused<"the table has no sort key">'
    Entity.make("Session", { schema, table: Sessions, partitionKey: ["id"], sortKey: ["email"] })
  })

  test("an entity has a partition key and a table", () => {
    // @ts-expect-error Property 'partitionKey' is missing
    Entity.make("User", { schema, table: Users })
    // @ts-expect-error Property 'table' is missing
    Entity.make("User", { schema, partitionKey: ["id"] })
    // @ts-expect-error is not assignable to type 'Table<string, Options>'
    Entity.make("User", { schema, table: "users", partitionKey: ["id"] })
  })
})

describe("templates", () => {
  test("name fields that can be a key", () => {
    Entity.make("User", { schema, table: Users, partitionKey: Key.template("USER#{id}") })
    Entity.make("User", { schema, table: Users, partitionKey: Key.template("A{{{id}}}") })
    // @ts-expect-error Type '"nope"' is not assignable to type '"id" | "email" | "seq" | "status"'
    Entity.make("User", { schema, table: Users, partitionKey: Key.template("USER#{nope}") })
    // @ts-expect-error Type '"tags"' is not assignable to type '"id" | "email" | "seq" | "status"'
    Entity.make("User", { schema, table: Users, partitionKey: Key.template("USER#{tags}") })
    // @ts-expect-error Type '""' is not assignable to type '"id" | "email" | "seq" | "status"'
    Entity.make("User", { schema, table: Users, partitionKey: Key.template("USER#{}") })
  })

  test("close their braces", () => {
    Key.template("USER#{id}")
    // @ts-expect-error to parameter of type '"The template has an unclosed \"{\" before \"id\""'
    Key.template("USER#{id")
    // @ts-expect-error to parameter of type '"The template has an unclosed \"{\" before \"b\""'
    Key.template("{a}#{b")
  })

  test("keep placeholders apart in a primary key", () => {
    const oneWay = Key.template("{id}{email}", { oneWay: true })
    const index = { index: "gsi1", partitionKey: oneWay, sortKey: ["email"] } as const
    Entity.make("User", { schema, table: Shop, partitionKey: Key.template("{id}#{email}"), indexes: { index } })
    // @ts-expect-error Type 'true' is not assignable to type 'false'
    Entity.make("User", { schema, table: Users, partitionKey: Key.template("USER#{id}{email}") })
    // @ts-expect-error Type 'true' is not assignable to type 'false'
    Entity.make("User", { schema, table: Users, partitionKey: ["id"], sortKey: Key.template("{email}{seq}") })
    // @ts-expect-error Type 'true' is not assignable to type 'false'
    Entity.make("User", { schema, table: Users, partitionKey: oneWay })
  })

  test("write a part in a form that there is", () => {
    Entity.make("User", { schema, table: Users, partitionKey: Key.template("{seq:ordered}#{email:lower}") })
    Entity.make("User", { schema, table: Users, partitionKey: Key.template("{seq:desc}#{seq:10}") })
    Entity.make("User", { schema, table: Users, partitionKey: Key.template("{id:day}", { parts: { day } }) })
    // @ts-expect-error to parameter of type '"\"{id:day}\" names a form that is neither built in nor in \"parts\""'
    Key.template("{id:day}")
    // @ts-expect-error to parameter of type '"\"{id:hour}\" names a form that is neither built in nor in \"parts\""'
    Key.template("{id:hour}", { parts: { day } })
    // @ts-expect-error Type '"ordered"' is not assignable to type
    Entity.make("User", { schema, table: Users, partitionKey: Key.template("{id:ordered}") })
    // @ts-expect-error Type '"desc"' is not assignable to type
    Entity.make("User", { schema, table: Users, partitionKey: Key.template("{id:desc}") })
    // @ts-expect-error Type '"padded"' is not assignable to type
    Entity.make("User", { schema, table: Users, partitionKey: Key.template("{id:10}") })
  })
})

describe("access patterns", () => {
  const key = { table: Shop, partitionKey: ["id"] } as const

  test("are for an index of the table", () => {
    Entity.make("User", { schema, ...key, indexes: { gsi1: { partitionKey: ["email"] } } })
    Entity.make("User", { schema, ...key, indexes: { byEmail: { index: "gsi1", partitionKey: ["email"] } } })
    // @ts-expect-error Property 'index' is missing in type
    Entity.make("User", { schema, ...key, indexes: { byEmail: { partitionKey: ["email"] } } })
    // @ts-expect-error Type '"gsi9"' is not assignable to type '"gsi1"'
    Entity.make("User", { schema, ...key, indexes: { byEmail: { index: "gsi9", partitionKey: ["email"] } } })
    // @ts-expect-error Type 'string' is not assignable to type 'Refused<"the table has no indexes">'
    Entity.make("User", { schema, table: Users, partitionKey: ["id"], indexes: { byEmail: { index: "gsi1" } } })
  })

  test("have keys of fields", () => {
    Entity.make("User", {
      schema,
      ...key,
      indexes: { gsi1: { partitionKey: ["email"], sortKey: [Key.ordered("seq")] } }
    })
    // @ts-expect-error Type '"nope"' is not assignable to type '..."status" | Part<"seq", "ordered" | "padded">'
    Entity.make("User", { schema, ...key, indexes: { gsi1: { partitionKey: ["nope"] } } })
    // @ts-expect-error Type '"email"' is not assignable to type '"seq"'
    Entity.make("User", { schema, ...key, indexes: { gsi1: { sortKey: [Key.ordered("email")] } } })
  })

  test("have no other options", () => {
    // @ts-expect-error Type 'string[]' is not assignable to type 'never'
    Entity.make("User", { schema, ...key, indexes: { gsi1: { partitionKey: ["email"], sortkey: ["id"] } } })
  })

  test("are conditional on values of fields", () => {
    Entity.make("User", { schema, ...key, indexes: { gsi1: { partitionKey: ["email"], when: { status: ["open"] } } } })
    // @ts-expect-error Type '"opened"' is not assignable to type '"open" | "shut"'
    Entity.make("User", { schema, ...key, indexes: { gsi1: { partitionKey: ["id"], when: { status: ["opened"] } } } })
    // @ts-expect-error 'nope' does not exist in type
    Entity.make("User", { schema, ...key, indexes: { gsi1: { partitionKey: ["email"], when: { nope: ["open"] } } } })
  })
})

test("keyOnly takes fields that can be in a key", () => {
  Entity.make("User", { schema, table: Users, partitionKey: ["id"], keyOnly: ["id"] })
  // @ts-expect-error Type '"nope"' is not assignable to type '"id" | "email" | "seq" | "status"'
  Entity.make("User", { schema, table: Users, partitionKey: ["id"], keyOnly: ["nope"] })
  // @ts-expect-error Type '"tags"' is not assignable to type '"id" | "email" | "seq" | "status"'
  Entity.make("User", { schema, table: Users, partitionKey: ["id"], keyOnly: ["tags"] })
})

test("configuration is checked", () => {
  Entity.make("User", { schema, table: Users, partitionKey: ["id"], config: { keySeparator: "|" } })
  // @ts-expect-error 'separator' does not exist in type 'Config'
  Entity.make("User", { schema, table: Users, partitionKey: ["id"], config: { separator: "|" } })
  // @ts-expect-error 'sortkey' does not exist in type
  Entity.make("User", { schema, table: Users, partitionKey: ["id"], sortkey: ["email"] })
})

describe("a class", () => {
  test("names itself", () => {
    class User extends Entity.Class<User>("User")(fields, { table: Users, partitionKey: ["id"] }) {}
    expect(User).type.toBeAssignableTo<Entity.Any>()
    // @ts-expect-error "Missing `Self` - use `class User extends Entity.Class<User>(\"User\")(...)`"
    class Anonymous extends Entity.Class("User")(fields, { table: Users, partitionKey: ["id"] }) {}
    void Anonymous
  })

  test("refuses in the same words as make", () => {
    // @ts-expect-error Type '"nope"' is not assignable to type '..."status" | Part<"seq", "ordered" | "padded">'
    Entity.Class<object>("User")(fields, { table: Users, partitionKey: ["nope"] })
    // @ts-expect-error Type '"nope"' is not assignable to type '..."status" | Part<"seq", "ordered" | "padded">'
    Entity.Class<object>("User")(schema, { table: Users, partitionKey: ["nope"] })
    // @ts-expect-error Type '"nope"' is not assignable to type '"id" | "email" | "seq" | "status"'
    Entity.Class<object>("User")(fields, { table: Users, partitionKey: Key.template("USER#{nope}") })
    // @ts-expect-error is missing in type 'string[]' but required in type 'Refused<"the table has no sort key">'
    Entity.Class<object>("User")(fields, { table: Sessions, partitionKey: ["id"], sortKey: ["email"] })
    // @ts-expect-error Type '"gsi9"' is not assignable to type '"gsi1"'
    Entity.Class<object>("User")(fields, { table: Shop, partitionKey: ["id"], indexes: { a: { index: "gsi9" } } })
  })

  test("is made from fields or a struct", () => {
    Entity.Class<object>("User")(schema, { table: Users, partitionKey: ["id"] })
    Entity.Class<object>("User")(schema.pipe(Schema.encodeKeys({ id: "ID" })), { table: Users, partitionKey: ["id"] })
    // @ts-expect-error Argument of type 'String' is not assignable to parameter of type
    Entity.Class<object>("User")(Schema.String, { table: Users, partitionKey: ["id"] })
    class Plain extends Schema.Class<Plain>("Plain")(fields) {}
    // @ts-expect-error Argument of type 'typeof Plain' is not assignable to parameter of type
    Entity.Class<object>("User")(Plain, { table: Users, partitionKey: ["id"] })
  })

  test("may have a field that is called fields", () => {
    Entity.Class<object>("Form")({ fields: Schema.String }, { table: Users, partitionKey: ["fields"] })
    // @ts-expect-error Type '"nope"' is not assignable to type '"fields" | Part<never, "ordered" | "padded">'
    Entity.Class<object>("Form")({ fields: Schema.String }, { table: Users, partitionKey: ["nope"] })
  })
})

describe("tables", () => {
  test("have key attributes of DynamoDB's types", () => {
    Table.make("devices", { partitionKey: { name: "deviceId", type: "N" } })
    // @ts-expect-error Type '"BOOL"' is not assignable to type 'KeyType'
    Table.make("devices", { partitionKey: { name: "deviceId", type: "BOOL" } })
    // @ts-expect-error Type 'null' is not assignable to type
    Table.make("devices", { partitionKey: null })
    // @ts-expect-error Property 'sortKey' is missing
    Table.make("devices", { indexes: { byTotal: Index.local({}) } })
    // @ts-expect-error Property 'partitionKey' is missing
    Table.make("devices", { indexes: { byTotal: Index.global({}) } })
  })
})
