/** Unique fields: the guards beside the items, after whatever was written. */
import { DynamoClient } from "@effect-dynamo/client"
import { DynamoError, Entity, Key, Table } from "@effect-dynamo/core"
import { assert } from "@effect/vitest"
import { Effect, Exit, Option, Schema } from "effect"
import { onlyLocal } from "../../testing/test-support/engines.ts"
import { Delete, Get, Put, Query, Scan } from "../src/main.ts"
import { recorded } from "./support/client.ts"
import { withTables } from "./support/tables.ts"

const Users = Table.make("unique", { partitionKey: "pk", sortKey: "sk" })
const Model = Table.make("unique-model", { partitionKey: "pk", sortKey: "sk" })

const options = {
  schema: Schema.Struct({
    id: Schema.String,
    email: Schema.String,
    org: Schema.optionalKey(Schema.String),
    nick: Schema.optionalKey(Schema.String),
    note: Schema.optionalKey(Schema.String)
  }),
  partitionKey: Key.template("U#{id}"),
  sortKey: Key.template("U"),
  unique: ["email", ["org", "nick"]]
} as const
const User = Entity.make("User", { ...options, table: Users })
type User = typeof User.Type
const Modelled = Entity.make("User", { ...options, table: Model })

/** Its key is whatever its callers say. */
const Plain = Entity.make("Plain", {
  schema: Schema.Struct({ id: Schema.String, email: Schema.String }),
  table: Table.make("plain", { partitionKey: "id", sortKey: null }),
  partitionKey: Key.attribute("id"),
  unique: ["email"]
})

/** As keys write parts: the separator escaped. */
const part = (text: string) => text.replaceAll("\\", "\\\\").replaceAll("#", "\\#")
const emailGuard = (email: string) => `_unique#User#email#${part(email)}`
const nickGuard = ({ nick, org }: User) =>
  org === undefined || nick === undefined ? [] : [`_unique#User#org#nick#${part(org)}#${part(nick)}`]
const guardsOf = (user: User) => [emailGuard(user.email), ...nickGuard(user)]

/** The guards that stand in a table. */
const standing = (table: string) =>
  Effect.gen(function* () {
    const client = yield* DynamoClient.DynamoClient
    const { Items = [] } = yield* client.scan({
      TableName: table,
      ConsistentRead: true,
      FilterExpression: "begins_with(#pk, :guard)",
      ExpressionAttributeNames: { "#pk": "pk" },
      ExpressionAttributeValues: { ":guard": { S: "_unique#" } }
    })
    for (const item of Items) assert.deepInclude(item, { sk: { S: "_unique#" }, _type: { S: "_Unique" } })
    return Items.map(({ pk }) => pk!.S!).toSorted()
  })

/** Of the guards, those that are about these texts. */
const standingOf = (...texts: ReadonlyArray<string>) =>
  Effect.map(standing("unique"), (guards) => guards.filter((guard) => texts.some((text) => guard.includes(text))))

const conflict = <A, E, R>(effect: Effect.Effect<A, E | DynamoError.ConditionalCheckFailed<unknown>, R>) =>
  Effect.map(Effect.flip(effect), (error) => {
    assert.instanceOf(error, DynamoError.ConditionalCheckFailed)
    return error as DynamoError.ConditionalCheckFailed<unknown>
  })

onlyLocal("unique fields", (it) =>
  withTables(it, [Users, Model], (it) => {
    it.effect("that another item has are refused to one that replaces its own", () =>
      Effect.gen(function* () {
        const first = { id: "replaced", email: "replaced@x" }
        yield* Put.into(User, first)
        yield* Put.into(User, { id: "other", email: "other-one@x" })
        const error = yield* conflict(Put.into(User, { ...first, email: "other-one@x" }))
        assert.match(error.message, /^Another User has the same email, which must be unique/)
        assert.deepStrictEqual(yield* Get.from(User).key({ id: "replaced" }).orFail(), first)
        assert.deepStrictEqual(yield* standingOf("replaced", "other-one"), [
          emailGuard("other-one@x"),
          emailGuard("replaced@x")
        ])
      })
    )

    it.effect("of an item that does not fit its schema any more are given up with it", () =>
      Effect.gen(function* () {
        const client = yield* DynamoClient.DynamoClient
        const broken = { id: "broken", email: "broken@x" }
        const item = yield* Entity.encode(User, broken)
        for (const again of [
          Delete.from(User).key({ id: "broken" }),
          Put.into(User, { ...broken, email: "broken-2@x" })
        ]) {
          yield* Put.into(User, broken)
          yield* client.putItem({ TableName: "unique", Item: { ...item, note: { N: "1" } } })
          yield* again
          assert.notInclude(yield* standingOf("broken"), emailGuard("broken@x"))
        }
      })
    )

    it.effect("keep their guards from being taken for items", () =>
      Effect.gen(function* () {
        for (const id of ["_unique#Plain#email#x", "_unique#"]) {
          const error = yield* Effect.flip(Entity.key(Plain, { id }))
          assert.match(error.message, /as only the keys of the guards of unique fields do/)
        }
        assert.deepStrictEqual(yield* Entity.key(Plain, { id: "unique#" }), { id: { S: "unique#" } })
      })
    )

    it.effect("are refused to a second item, naming the field and not the value", () =>
      Effect.gen(function* () {
        const first: User = { id: "1", email: "second@x", org: "o", nick: "second" }
        assert.deepStrictEqual(yield* Put.into(User, first).ifNotExists(), first)
        const other = { id: "2", email: "second@x" }
        for (const put of [Put.into(User, other), Put.into(User, other).ifNotExists()]) {
          const error = yield* conflict(put)
          assert.match(error.message, /^Another User has the same email, which must be unique/)
          assert.notInclude(JSON.stringify(error), "second@x")
          assert.deepStrictEqual(error.item, Option.none())
        }
        const nick = yield* conflict(Put.into(User, { id: "2", email: "other@x", org: "o", nick: "second" }))
        assert.match(nick.message, /^Another User has the same org, nick/)
        assert.deepStrictEqual(yield* Get.from(User).key({ id: "2" }).consistent(), Option.none())
        assert.deepStrictEqual(yield* standingOf("second", "other@x"), guardsOf(first))
      })
    )

    it.effect("are the item's own: an item under its key is what stands in the way of ifNotExists", () =>
      Effect.gen(function* () {
        const first = yield* Put.into(User, { id: "own", email: "own@x" })
        const error = yield* conflict(Put.into(User, { id: "own", email: "new@x" }).ifNotExists())
        assert.deepStrictEqual(error.item, Option.some(first))
        assert.deepStrictEqual(yield* standingOf("own@x", "new@x"), guardsOf(first))
      })
    )

    it.effect("are kept, changed and given up with the item", () =>
      Effect.gen(function* () {
        const first = yield* Put.into(User, { id: "k", email: "k1@x", org: "k", nick: "k1" })
        const again = yield* recorded((sent) =>
          Effect.gen(function* () {
            const again = yield* Put.into(User, { ...first, note: "same" })
            // What does not change is not written.
            assert.notInclude(JSON.stringify(sent), "_unique#")
            assert.strictEqual(sent.length, 2)
            return again
          })
        )
        assert.deepStrictEqual(yield* standingOf("#k"), guardsOf(again))
        const moved = yield* Put.into(User, { id: "k", email: "k2@x", org: "k", nick: "k1" })
        assert.deepStrictEqual(yield* standingOf("#k"), guardsOf(moved))
        const old = yield* Put.into(User, { id: "k", email: "k2@x" }).returning("old")
        assert.deepStrictEqual(old, Option.some(moved))
        assert.deepStrictEqual(yield* standingOf("#k"), [emailGuard("k2@x")])
        // What was given up is free.
        yield* Put.into(User, { id: "l", email: "k1@x", org: "k", nick: "k1" })
        const removed = yield* Delete.from(User).key({ id: "k" }).returning("old")
        assert.deepStrictEqual(removed, Option.some({ id: "k", email: "k2@x" }))
        yield* Delete.from(User).key({ id: "l" })
        yield* Delete.from(User).key({ id: "l" })
        assert.deepStrictEqual(yield* standingOf("#k"), [])
      })
    )

    it.effect("leave the guards as they are where the caller's condition fails", () =>
      Effect.gen(function* () {
        const first = yield* Put.into(User, { id: "c", email: "c1@x", note: "n" })
        const changed = Put.into(User, { id: "c", email: "c2@x" })
        assert.deepStrictEqual((yield* conflict(changed.condition((u) => u.note.eq("m")))).item, Option.some(first))
        const removed = Delete.from(User)
          .key({ id: "c" })
          .condition((u) => u.note.eq("m"))
        assert.deepStrictEqual((yield* conflict(removed)).item, Option.some(first))
        assert.deepStrictEqual(
          (yield* conflict(Put.into(User, { id: "none", email: "c3@x" }).ifExists())).item,
          Option.none()
        )
        assert.deepStrictEqual((yield* conflict(Delete.from(User).key({ id: "none" }).ifExists())).item, Option.none())
        assert.deepStrictEqual(yield* standingOf("c1@x", "c2@x", "c3@x"), [emailGuard("c1@x")])
        yield* changed.condition((u) => u.note.eq("n"))
        assert.deepStrictEqual(yield* standingOf("c1@x", "c2@x", "c3@x"), [emailGuard("c2@x")])
      })
    )

    it.effect("go to exactly one of many who want the same", () =>
      Effect.gen(function* () {
        const exits = yield* Effect.forEach(
          Array.from({ length: 10 }, (_, i) => `race${i}`),
          (id) => Effect.exit(Put.into(User, { id, email: "race@x" })),
          { concurrency: "unbounded" }
        )
        assert.strictEqual(exits.filter(Exit.isSuccess).length, 1)
        assert.deepStrictEqual(yield* standingOf("race@x"), [emailGuard("race@x")])
        const found = yield* Scan.from(User).filter({ email: "race@x" }).consistent()
        assert.strictEqual(found.length, 1)
      })
    )

    it.effect("are those of the last of many who write one item at once", () =>
      Effect.gen(function* () {
        yield* Effect.forEach(
          Array.from({ length: 10 }, (_, i) => `many${i}@x`),
          (email) => Put.into(User, { id: "many", email }),
          { concurrency: "unbounded" }
        )
        const last = yield* Get.from(User).key({ id: "many" }).consistent().orFail()
        assert.deepStrictEqual(yield* standingOf("many"), guardsOf(last))
        yield* Effect.all([Delete.from(User).key({ id: "many" }), Put.into(User, { id: "many", email: "manyZ@x" })], {
          concurrency: "unbounded"
        })
        const left = yield* Get.from(User).key({ id: "many" }).consistent()
        assert.deepStrictEqual(yield* standingOf("many"), Option.isNone(left) ? [] : guardsOf(left.value))
      })
    )

    it.effect("have guards that no read gives", () =>
      Effect.gen(function* () {
        yield* Put.into(User, { id: "reads", email: "reads@x" })
        const all = yield* Scan.from(User).consistent()
        assert.isTrue(all.every(({ email }) => email.endsWith("@x")))
        assert.strictEqual(yield* Scan.from(User).consistent().count(), all.length)
        assert.strictEqual((yield* Query.from(User).pk({ id: "reads" })).length, 1)
      })
    )

    const write = Schema.Struct({
      kind: Schema.Literals(["put", "put", "put", "create", "replace", "delete"]),
      id: Schema.Literals(["1", "2", "3", "4"]),
      email: Schema.Literals(["a", "b", "a#", "a\\", "c"]),
      org: Schema.UndefinedOr(Schema.Literals(["o", "o#n"])),
      nick: Schema.UndefinedOr(Schema.Literals(["n", "n#n", "#"]))
    })
    const sequences = Schema.Array(write).check(Schema.isMinLength(10), Schema.isMaxLength(25))
    const seen = new Map<string, number>()

    it.effect.prop(
      "have exactly the guards of the items that are there, after any sequence of writes",
      { sequence: sequences },
      ({ sequence }) =>
        Effect.gen(function* () {
          for (const id of ["1", "2", "3", "4"]) yield* Delete.from(Modelled).key({ id })
          const model = new Map<string, User>()
          for (const { email, id, kind, nick, org } of sequence) {
            const user: User = {
              id,
              email,
              ...(org === undefined ? undefined : { org }),
              ...(nick === undefined ? undefined : { nick })
            }
            const before = model.get(id)
            const others = new Set([...model.values()].flatMap((other) => (other.id === id ? [] : guardsOf(other))))
            const taken = guardsOf(user).some((guard) => others.has(guard))
            if (kind === "delete") {
              yield* Delete.from(Modelled).key({ id })
              model.delete(id)
            } else {
              const put = Put.into(Modelled, user)
              const exit = yield* Effect.exit(
                kind === "create" ? put.ifNotExists() : kind === "replace" ? put.ifExists() : put
              )
              const holds =
                !taken && (kind === "put" || (kind === "create" ? before === undefined : before !== undefined))
              assert.strictEqual(Exit.isSuccess(exit), holds)
              if (holds) model.set(id, user)
            }
            const what = `${kind} ${taken ? "taken" : before === undefined ? "new" : "known"}`
            seen.set(what, (seen.get(what) ?? 0) + 1)
          }
          assert.deepStrictEqual(
            yield* standing("unique-model"),
            [...model.values()]
              .flatMap(guardsOf)
              .map((guard) => guard)
              .toSorted()
          )
          const items = yield* Scan.from(Modelled).consistent()
          assert.deepStrictEqual(
            items.toSorted((a, b) => a.id.localeCompare(b.id)),
            [...model.values()].toSorted((a, b) => a.id.localeCompare(b.id))
          )
        }),
      { arbitrary: { seed: 4, runs: 15 } }
    )

    it.effect("were written in every way", () =>
      Effect.sync(() => {
        for (const kind of ["put", "create", "replace"]) {
          for (const how of ["taken", "new", "known"])
            assert.isAbove(seen.get(`${kind} ${how}`) ?? 0, 3, `${kind} ${how}`)
        }
        assert.isAbove(seen.get("delete known") ?? 0, 3)
      })
    )
  })
)
