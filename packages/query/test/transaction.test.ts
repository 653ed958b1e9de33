import { DynamoClient } from "@effect-dynamo/client"
import { Entity, Key } from "@effect-dynamo/core"
import { assert } from "@effect/vitest"
import { Effect, Option, Schema } from "effect"
import { onlyLocal } from "../../testing/test-support/engines.ts"
import { Check, Delete, Get, Put, Transaction, Update } from "../src/main.ts"
import { Account, Audit, Bank, Hold, Member, Note, Transfer } from "./support/bank.ts"
import { recorded } from "./support/client.ts"
import { withTables } from "./support/tables.ts"

/** Another entity under an account's very key. */
const Intruder = Entity.make("Intruder", {
  schema: Schema.Struct({ id: Schema.String }),
  table: Bank,
  partitionKey: Key.template("id#{id}#account"),
  sortKey: Key.template("account")
})

const account = (id: string) => Get.from(Account).key({ id })
const checked = (id: string) => Check.in(Account).key({ id })
const put = (id: string, balance = 0) => Put.into(Account, { id, balance })
const member = (id: string, email: string) => new Member({ id, email, name: id })
const find = (id: string) => Get.from(Member).key({ id })
const none = { code: "None", message: undefined, item: Option.none() }

/** How the whole table of accounts looks: the number of its items. */
const count = (TableName: string) =>
  DynamoClient.DynamoClient.use((client) => client.scan({ TableName, Select: "COUNT", ConsistentRead: true })).pipe(
    Effect.map(({ Count }) => Count)
  )

onlyLocal("transactions", (it) =>
  withTables(it, [Bank, Audit], (it) => {
    it.effect("write all, of any entities and tables, and give what was put", () =>
      Effect.gen(function* () {
        yield* put("a1", 5)
        yield* put("a2", 6)
        const given = new Transfer({ id: "t1", from: "a1", to: "a2", amount: 1 })
        const [checkedA1, created, deleted, transfer] = yield* Transaction.write([
          checked("a1").condition((a) => a.balance.eq(5)),
          put("a3", 7),
          Delete.from(Account).key({ id: "a2" }),
          Put.into(Transfer, given).ifNotExists()
        ])
        assert.isUndefined(checkedA1)
        assert.isUndefined(deleted)
        assert.instanceOf(created, Account)
        assert.deepStrictEqual(created, new Account({ id: "a3", balance: 7 }))
        assert.strictEqual(transfer, given)
        assert.deepStrictEqual(yield* Transaction.get([account("a1"), account("a2"), account("a3")]), [
          Option.some(new Account({ id: "a1", balance: 5 })),
          Option.none(),
          Option.some(created)
        ])
        assert.deepStrictEqual(yield* Get.from(Transfer).key({ id: "t1" }).orFail(), given)
      })
    )

    it.effect("write nothing where a condition is false, and say which", () =>
      Effect.gen(function* () {
        yield* put("b1", 5)
        yield* put("b2", 6)
        const before = yield* count("bank")
        const error = yield* Effect.flip(
          Transaction.write([
            put("b3"),
            checked("b1").condition((a) => a.balance.gte(100)),
            Put.into(Account, { id: "b2", balance: 0 }).ifNotExists(),
            checked("b4").ifExists()
          ])
        )
        assert(error._tag === "ConditionalCheckFailed")
        const [b1, b2] = [new Account({ id: "b1", balance: 5 }), new Account({ id: "b2", balance: 6 })]
        const failed = { code: "ConditionalCheckFailed", message: "The conditional request failed" }
        // DynamoDB Local ends some of its messages with a full stop.
        const reasons = error.reasons.map((reason) => ({ ...reason, message: reason.message?.replace(/\.$/, "") }))
        assert.deepStrictEqual(reasons, [
          none,
          { ...failed, item: Option.some(b1) },
          { ...failed, item: Option.some(b2) },
          { ...failed, item: Option.none() }
        ])
        assert.deepStrictEqual(error.item, Option.some(b1))
        assert.strictEqual(
          error.message,
          "The transaction was cancelled by operation 1, Check of Account: The conditional request failed (2 more in `reasons`)."
        )
        assert.include(error, { operation: "TransactWriteItems", table: "bank", attempts: 1 })
        assert.isString(error.requestId)
        assert.notInclude(JSON.stringify(error), "balance")
        assert.strictEqual(yield* count("bank"), before)
      })
    )

    it.effect("are caught by the tag of a condition", () =>
      Effect.gen(function* () {
        yield* put("c1", 5)
        const outcome = yield* Transaction.write([put("c1").ifNotExists()]).pipe(
          Effect.as("created"),
          Effect.catchTag("ConditionalCheckFailed", (error) => Effect.succeed(error.reasons[0].item))
        )
        assert.deepStrictEqual(outcome, Option.some(new Account({ id: "c1", balance: 5 })))
      })
    )

    it.effect("join a check with the write of its item, whose outcome it shares", () =>
      Effect.gen(function* () {
        yield* put("d1", 5)
        const close = (balance: number) =>
          Transaction.write([
            checked("d2").ifNotExists(),
            checked("d1").condition((a) => a.balance.eq(balance)),
            Delete.from(Account).key({ id: "d1" }).ifExists(),
            put("d3")
          ])
        const error = yield* Effect.flip(close(7))
        assert(error._tag === "ConditionalCheckFailed")
        assert.deepStrictEqual(
          error.reasons.map(({ code, item }) => [code, Option.isSome(item)]),
          [
            ["None", false],
            ["ConditionalCheckFailed", true],
            ["ConditionalCheckFailed", true],
            ["None", false]
          ]
        )
        yield* close(5)
        assert.deepStrictEqual(yield* account("d1"), Option.none())
      })
    )

    it.effect("show of what stood there what is theirs", () =>
      Effect.gen(function* () {
        yield* Put.into(Intruder, { id: "e1" })
        yield* Put.into(Hold, { id: "e1", account: "e1", expiresAt: 1 })
        const error = yield* Effect.flip(
          Transaction.write([
            Put.into(Account, { id: "e1", balance: 1 }).ifNotExists(),
            Check.in(Hold).key({ id: "e1" }).ifExists()
          ])
        )
        assert(error._tag === "ConditionalCheckFailed")
        assert.deepStrictEqual(
          error.reasons.map(({ code, item }) => [code, item]),
          [
            ["ConditionalCheckFailed", Option.none()],
            ["ConditionalCheckFailed", Option.none()]
          ]
        )
        assert.deepStrictEqual(error.item, Option.none())
      })
    )

    it.effect("take an item whose time has passed for none", () =>
      Effect.gen(function* () {
        yield* Put.into(Hold, { id: "f1", account: "a", expiresAt: 1 })
        yield* Put.into(Hold, { id: "f2", account: "a", expiresAt: 1 })
        const hold = { id: "f1", account: "b", expiresAt: 9_999_999_999 }
        yield* Transaction.write([Put.into(Hold, hold).ifNotExists(), Check.in(Hold).key({ id: "f2" }).ifNotExists()])
        assert.deepStrictEqual(
          yield* Transaction.get([Get.from(Hold).key({ id: "f1" }), Get.from(Hold).key({ id: "f2" })]),
          [Option.some(new Hold(hold)), Option.none()]
        )
      })
    )

    it.effect("keep what is unique so, and say who has it", () =>
      Effect.gen(function* () {
        const ann = member("g1", "ann@g.com")
        yield* Transaction.write([Put.into(Member, ann).ifNotExists(), put("g1")])
        const error = yield* Effect.flip(
          Transaction.write([put("g2"), Put.into(Member, member("g2", "ann@g.com")).ifNotExists()])
        )
        assert(error._tag === "ConditionalCheckFailed")
        assert.deepStrictEqual(error.reasons, [
          none,
          {
            code: "ConditionalCheckFailed",
            message: "Another Member has the same email, which must be unique",
            item: Option.none()
          }
        ])
        assert.strictEqual(
          error.message,
          "The transaction was cancelled by operation 1, Put of Member: Another Member has the same email, which must be unique."
        )
        assert.deepStrictEqual(yield* account("g2"), Option.none())
        const exists = yield* Effect.flip(
          Transaction.write([Put.into(Member, member("g1", "new@g.com")).ifNotExists(), put("g2")])
        )
        assert(exists._tag === "ConditionalCheckFailed")
        assert.deepStrictEqual(exists.reasons[0].item, Option.some(ann))
      })
    )

    it.effect("change what is unique, and give it up with the item", () =>
      Effect.gen(function* () {
        yield* Put.into(Member, member("h1", "one@h.com"))
        yield* Transaction.write([Put.into(Member, member("h1", "two@h.com")), put("h1")])
        yield* Transaction.write([Put.into(Member, member("h2", "one@h.com")).ifNotExists()])
        yield* Transaction.write([Delete.from(Member).key({ id: "h1" }), Delete.from(Member).key({ id: "h2" })])
        yield* Transaction.write([
          Put.into(Member, member("h3", "one@h.com")).ifNotExists(),
          Put.into(Member, member("h4", "two@h.com")).ifNotExists()
        ])
        assert.deepStrictEqual(yield* Transaction.get([find("h1"), find("h2")]), [Option.none(), Option.none()])
      })
    )

    it.effect("pass a unique value from one item to another, either way round", () =>
      Effect.gen(function* () {
        yield* Put.into(Member, member("i1", "first@i.com"))
        const taken = (id: string) => Effect.flip(Put.into(Member, member(id, "first@i.com")).ifNotExists())
        yield* Transaction.write([
          Put.into(Member, member("i1", "second@i.com")),
          Put.into(Member, member("i2", "first@i.com"))
        ])
        assert.strictEqual((yield* taken("i3"))._tag, "ConditionalCheckFailed")
        yield* Transaction.write([
          Put.into(Member, member("i3", "first@i.com")).ifNotExists(),
          Delete.from(Member).key({ id: "i2" })
        ])
        assert.strictEqual((yield* taken("i4"))._tag, "ConditionalCheckFailed")
        // Both at once.
        yield* Transaction.write([
          Put.into(Member, member("i1", "first@i.com")),
          Put.into(Member, member("i3", "second@i.com"))
        ])
        yield* Delete.from(Member).key({ id: "i1" })
        yield* Put.into(Member, member("i5", "first@i.com")).ifNotExists()
      })
    )

    it.effect("update what is unique", () =>
      Effect.gen(function* () {
        yield* Put.into(Member, member("q1", "one@q.com"))
        yield* Put.into(Member, member("q2", "two@q.com"))
        const change = (id: string, email: string) => Update.in(Member).key({ id }).set({ email })
        const error = yield* Effect.flip(Transaction.write([put("q"), change("q1", "two@q.com")]))
        assert(error._tag === "ConditionalCheckFailed")
        assert.strictEqual(error.reasons[1].message, "Another Member has the same email, which must be unique")
        // They take each other's.
        yield* Transaction.write([change("q1", "two@q.com"), change("q2", "one@q.com")])
        assert.deepStrictEqual(yield* Transaction.get([find("q1").orFail(), find("q2").orFail()]), [
          member("q1", "two@q.com"),
          member("q2", "one@q.com")
        ])
        const nobody = yield* Effect.flip(Transaction.write([change("q3", "three@q.com")]))
        assert.strictEqual(nobody._tag, "ItemNotFound")
      })
    )

    it.effect("make an item anew where one has expired, whatever it had", () =>
      Effect.gen(function* () {
        const until = 9_999_999_999
        const upsert = (id: string, expiresAt: number) =>
          Update.in(Hold).key({ id }).set({ account: "new", expiresAt }).upsert()
        const hold = (id: string) => Get.from(Hold).key({ id })
        yield* Put.into(Hold, { id: "r1", account: "old", expiresAt: 1, note: "old" })
        yield* Put.into(Hold, { id: "r2", account: "old", expiresAt: until, note: "old" })
        yield* Put.into(Hold, { id: "r3", account: "old", expiresAt: 1 })
        const error = yield* Effect.flip(
          Transaction.write([
            upsert("r1", until),
            checked("nobody").ifExists(),
            Check.in(Hold).key({ id: "r3" }).ifExists()
          ])
        )
        assert(error._tag === "ConditionalCheckFailed")
        assert.deepStrictEqual(
          error.reasons.map(({ code }) => code),
          ["None", "ConditionalCheckFailed", "ConditionalCheckFailed"]
        )
        yield* Put.into(Hold, { id: "r1", account: "old", expiresAt: 1, note: "old" })
        yield* Transaction.write([
          upsert("r1", until),
          upsert("r2", until),
          upsert("r3", until),
          Check.in(Hold).key({ id: "r3" }).ifNotExists()
        ])
        assert.deepStrictEqual(
          yield* Transaction.get([hold("r1").orFail(), hold("r2").orFail(), hold("r3").orFail()]),
          [
            new Hold({ id: "r1", account: "new", expiresAt: until }),
            new Hold({ id: "r2", account: "new", expiresAt: until, note: "old" }),
            new Hold({ id: "r3", account: "new", expiresAt: until })
          ]
        )
      })
    )

    it.effect("update no item that has expired", () =>
      Effect.gen(function* () {
        yield* Put.into(Hold, { id: "s1", account: "old", expiresAt: 1 })
        const error = yield* Effect.flip(
          Transaction.write([Update.in(Hold).key({ id: "s1" }).set({ expiresAt: 9_999_999_999 })])
        )
        assert(error._tag === "ConditionalCheckFailed")
        assert.deepStrictEqual(error.item, Option.none())
      })
    )

    it.effect("update versions, at one time with what is put", () =>
      Effect.gen(function* () {
        yield* Put.into(Note, { id: "t1", text: "a" })
        const [, made] = yield* Transaction.write([
          Update.in(Note).key({ id: "t1" }).set({ text: "b" }).ifVersion(1),
          Put.into(Note, { id: "t2", text: "a" })
        ])
        const changed = yield* Get.from(Note).key({ id: "t1" }).orFail()
        assert.strictEqual(changed.version, 2)
        assert.deepStrictEqual(changed.changedAt, made.changedAt)
        const error = yield* Effect.flip(
          Transaction.write([Update.in(Note).key({ id: "t1" }).set({ text: "c" }).ifVersion(1)])
        )
        assert(error._tag === "ConditionalCheckFailed")
        assert.deepStrictEqual(error.reasons[0].item, Option.some(changed))
      })
    )

    it.effect("count versions", () =>
      Effect.gen(function* () {
        const [first] = yield* Transaction.write([Put.into(Note, { id: "j", text: "a" })])
        assert.strictEqual(first.version, 1)
        const [second] = yield* Transaction.write([Put.into(Note, { ...first, text: "b" })])
        assert.strictEqual(second.version, 2)
        const error = yield* Effect.flip(
          Transaction.write([Put.into(Note, { ...first, text: "c" }), Delete.from(Note).key({ id: "k" }).ifVersion(1)])
        )
        assert(error._tag === "ConditionalCheckFailed")
        assert.deepStrictEqual(error.item, Option.some(second))
        assert.deepStrictEqual(
          error.reasons.map(({ code }) => code),
          ["ConditionalCheckFailed", "ConditionalCheckFailed"]
        )
      })
    )

    it.effect("are done once by one token, and refused with other content", () =>
      Effect.gen(function* () {
        const token = "once"
        const once = Transaction.write([put("l1", 1).ifNotExists()], { token })
        yield* once
        // The condition would fail were it done again.
        yield* once
        const error = yield* Effect.flip(Transaction.write([put("l1", 2)], { token }))
        assert.strictEqual(error._tag, "IdempotentMismatch")
        assert.deepStrictEqual(yield* account("l1"), Option.some(new Account({ id: "l1", balance: 1 })))
      })
    )

    it.effect("have a token of their own for each run", () =>
      recorded((sent) =>
        Effect.gen(function* () {
          const transaction = Transaction.write([put("m1")])
          yield* transaction
          yield* transaction
          const tokens = sent.map(({ input }) => input["ClientRequestToken"])
          assert.lengthOf(new Set(tokens), 2)
          for (const token of tokens) assert.match(String(token), /^[\da-f-]{36}$/)
        })
      )
    )

    it.effect("without operations send nothing", () =>
      recorded((sent) =>
        Effect.gen(function* () {
          assert.deepStrictEqual(yield* Transaction.write([]), [])
          assert.deepStrictEqual(yield* Transaction.get([]), [])
          assert.lengthOf(sent, 0)
        })
      )
    )

    it.effect("send nothing where an operation cannot be planned", () =>
      recorded((sent) =>
        Effect.gen(function* () {
          const error = yield* Effect.flip(Transaction.write([put("n1"), put("")]))
          assert.strictEqual(error._tag, "KeyError")
          const twice = yield* Effect.flip(Transaction.write([put("n1"), put("n1")]))
          assert.strictEqual(twice._tag, "KeyError")
          assert.lengthOf(sent, 0)
        })
      )
    )

    it.effect("of 100 items are done", () =>
      Effect.gen(function* () {
        const written = yield* Transaction.write(Array.from({ length: 100 }, (_, i) => put(`o${i}`, i)))
        assert.strictEqual(written[99]?.balance, 99)
        const read = yield* Transaction.get(Array.from({ length: 100 }, (_, i) => account(`o${i}`).orFail()))
        assert.deepStrictEqual(read, written)
      })
    )

    it.effect("read what each get asks for", () =>
      Effect.gen(function* () {
        yield* Put.into(Account, { id: "p1", balance: 1, owner: "ann" })
        yield* put("p2", 2)
        yield* Put.into(Intruder, { id: "p3" })
        const [whole, part, other, sure, none, intruder] = yield* Transaction.get([
          account("p1"),
          account("p1").select("balance"),
          account("p2").select("id").consistent(),
          account("p2").orFail().select("balance"),
          account("p4"),
          account("p3")
        ])
        assert.deepStrictEqual(whole, Option.some(new Account({ id: "p1", balance: 1, owner: "ann" })))
        assert.deepStrictEqual(part, Option.some({ balance: 1 }))
        assert.deepStrictEqual(other, Option.some({ id: "p2" }))
        assert.deepStrictEqual(sure, { balance: 2 })
        assert.deepStrictEqual(none, Option.none())
        assert.deepStrictEqual(intruder, Option.none())
        const error = yield* Effect.flip(Transaction.get([account("p1"), account("p4").orFail()]))
        assert.strictEqual(error._tag, "ItemNotFound")
      })
    )
  })
)
