/** Designs of the same kind as the recorded ones: reads through each index, and index keys that follow updates. */
import { assert } from "@effect/vitest"
import { BigDecimal, DateTime, Effect, Option } from "effect"
import { DynamoClient, Get, Put, Query, Update } from "effect-dynamo"
import { engines, onlyLocal } from "../../../testing/test-support/engines.ts"
import { Comment, helpdesk, Ticket } from "./invented/helpdesk.ts"
import { Sale, sales } from "./invented/sales.ts"
import { Score, scores } from "./invented/scores.ts"
import { Flag, Setting, settings } from "./invented/settings.ts"
import { Stock, stock } from "./invented/stock.ts"
import { Reading, telemetry } from "./invented/telemetry.ts"
import type { Invented } from "./invented/invented.ts"
import { reset } from "./support/items.ts"
import { unchecked } from "../support/unchecked.ts"

const load = ({ items, members, table }: Invented) => reset(table, members, items)

const date = (text: string) => DateTime.makeUnsafe(text)

/** An item as it stands in the table. */
const stored = Effect.fn(function* (TableName: string, Key: Record<string, { readonly S: string }>) {
  const client = yield* DynamoClient.DynamoClient
  const { Item } = yield* client.getItem({ TableName, Key: Key as never })
  return Item ?? {}
})

/** Which of an index's key attributes an item has. */
const keysOf = (item: Record<string, unknown>, ...names: ReadonlyArray<string>) =>
  Object.fromEntries(names.filter((name) => name in item).map((name) => [name, item[name]]))

engines(helpdesk.title, (it) => {
  const ids = (tickets: ReadonlyArray<Ticket>) => tickets.map((ticket) => ticket.ticketId)
  const ticket = (ticketId: number) => ({ tenant: "acme", ticketId })
  const raw = (ticketId: number) =>
    stored("helpdesk", {
      pk: { S: "$helpdesk#tenant_acme" },
      sk: { S: `$ticket_1#ticketid_${String(ticketId).padStart(8, "0")}` }
    })

  it.effect("an index in descending order, and ranges that turn round with it", () =>
    Effect.gen(function* () {
      yield* load(helpdesk)
      for (const [ticketId, priority] of [
        [10, 5],
        [11, 70],
        [12, 600]
      ] as const) {
        yield* Put.into(Ticket, { ...ticket(ticketId), status: "open", priority, createdAt: "2024-01-01" })
      }
      const open = Query.from(Ticket).index("open").pk("ACME")
      assert.deepStrictEqual(ids(yield* open), [99_999_999, 12, 11, 10])
      assert.deepStrictEqual(ids(yield* open.reverse()), [10, 11, 12, 99_999_999])
      assert.deepStrictEqual(ids(yield* open.sk.gte({ priority: 70 })), [99_999_999, 12, 11])
      assert.deepStrictEqual(ids(yield* open.sk.gt({ priority: 70 })), [99_999_999, 12])
      assert.deepStrictEqual(ids(yield* open.sk.lt({ priority: 70 })), [10])
      assert.deepStrictEqual(ids(yield* open.sk.between({ priority: 5 }, { priority: 70 })), [11, 10])
      assert.deepStrictEqual(ids(yield* open.sk.prefix({ priority: 600 })), [12])
    })
  )

  it.effect("the other key of the same index, by the day", () =>
    Effect.gen(function* () {
      yield* load(helpdesk)
      const closed = Query.from(Ticket).index("closed")
      assert.deepStrictEqual(ids(yield* closed.pk("2024-03-02T00:00:01Z")), [3])
      assert.deepStrictEqual(ids(yield* closed.pk("2024-03-03")), [])
      const mine = Query.from(Ticket).index("mine").pk("Ann\\Bob")
      assert.deepStrictEqual(ids(yield* mine), [42])
      assert.deepStrictEqual(ids(yield* mine.sk.gte({ createdAt: "2024-02-29T23:00:00Z" })), [42])
      assert.deepStrictEqual(ids(yield* mine.sk.gt({ createdAt: "2024-02-29T01:00:00Z" })), [])
    })
  )

  it.effect("entities in one partition are told apart", () =>
    Effect.gen(function* () {
      yield* load(helpdesk)
      assert.deepStrictEqual(ids(yield* Query.from(Ticket).pk("acme")), [3, 4, 5, 99_999_999])
      const comments = yield* Query.from(Comment).pk("acme").sk.prefix({ ticketId: 3 })
      assert.deepStrictEqual(comments, [{ kind: "comment", tenant: "acme", ticketId: 3, at: "2024-03-01", text: "" }])
    })
  )

  it.effect("an update moves an item from one key of the index to the other, and out of it", () =>
    Effect.gen(function* () {
      yield* load(helpdesk)
      const update = Update.in(Ticket).key(ticket(99_999_999))
      yield* update.set({ status: "closed", closedAt: "2024-05-05T05:05:05Z" })
      assert.deepStrictEqual(keysOf(yield* raw(99_999_999), "gsi1pk", "gsi1sk"), {
        gsi1pk: { S: "$helpdesk#closed#2024-05-05T00:00:00.000Z" },
        gsi1sk: { S: "$ticket_1#closedat_2024-05-05T05:05:05Z#99999999" }
      })
      // `createdAt` is in the key of its assignee's index too: there is none.
      yield* update.set({ status: "open", priority: 1, createdAt: "2024", assignee: undefined })
      assert.deepStrictEqual(keysOf(yield* raw(99_999_999), "gsi1pk", "gsi1sk"), {
        gsi1pk: { S: "$helpdesk#tenant_acme#open" },
        gsi1sk: { S: "$ticket_1#priority_99999998#createdat_2024" }
      })
      yield* update.set({ status: "draft" })
      assert.deepStrictEqual(keysOf(yield* raw(99_999_999), "gsi1pk", "gsi1sk"), {})
    })
  )

  it.effect("an update that cannot know a key is refused, and changes nothing", () =>
    Effect.gen(function* () {
      yield* load(helpdesk)
      const before = yield* raw(99_999_999)
      const error = yield* Effect.flip(unchecked(Update.in(Ticket).key(ticket(99_999_999)).set({ priority: 3 })))
      assert.strictEqual(error._tag, "KeyError")
      assert.match(error.message, /priority, createdAt, status/)
      assert.deepStrictEqual(yield* raw(99_999_999), before)
    })
  )

  it.effect("removing an optional field takes the item out of its index", () =>
    Effect.gen(function* () {
      yield* load(helpdesk)
      yield* Put.into(Ticket, { ...ticket(9), status: "draft", priority: 1, createdAt: "2024", assignee: "a" })
      assert.isTrue("gsi2pk" in (yield* raw(9)))
      yield* Update.in(Ticket).key(ticket(9)).remove("assignee")
      assert.deepStrictEqual(keysOf(yield* raw(9), "gsi2pk", "gsi2sk", "assignee"), {})
    })
  )

  it.effect("an item that something else wrote without index keys reads", () =>
    Effect.gen(function* () {
      yield* load(helpdesk)
      const client = yield* DynamoClient.DynamoClient
      const added = /^(gsi1|__edb_)/
      const foreign = Object.fromEntries(
        Object.entries(helpdesk.items[1]!.stored).filter(([name]) => !added.test(name))
      )
      yield* client.putItem({ TableName: "helpdesk", Item: foreign })
      const found = yield* Get.from(Ticket).key(ticket(99_999_999))
      assert.strictEqual(Option.getOrThrow(found).version, "1")
    })
  )
})

engines(telemetry.title, (it) => {
  const device = Query.from(Reading).pk(-7n)
  const times = (readings: ReadonlyArray<Reading>) => readings.map((reading) => reading.at.epochMilliseconds % 10)

  it.effect("keys in the order of numbers", () =>
    Effect.gen(function* () {
      yield* load(telemetry)
      assert.deepStrictEqual(times(yield* device), [0, 1, 2])
      assert.deepStrictEqual(times(yield* device.sk.gt(date("2024-01-01T00:00:00.000Z")).reverse()), [2, 1])
      assert.deepStrictEqual(times(yield* device.sk.lte({ at: date("2024-01-01T00:00:00.001Z") })), [0, 1])
      assert.strictEqual((yield* Query.from(Reading).pk(12345678901234567890123456789012345678n)).length, 1)
    })
  )

  it.effect("local indexes give whole items, whatever they hold", () =>
    Effect.gen(function* () {
      yield* load(telemetry)
      const byLevel = Query.from(Reading).index("byLevel").pk(-7n)
      assert.deepStrictEqual(times(yield* byLevel.consistent()), [2, 1])
      assert.deepStrictEqual(times(yield* byLevel.sk.gte(BigDecimal.fromStringUnsafe("3.5"))), [1])
      const byUnit = yield* Query.from(Reading).index("byUnit").pk(-7n).sk.eq("F")
      assert.deepStrictEqual(times(byUnit), [1])
      assert.deepStrictEqual(
        byUnit.map(({ level }) => level && BigDecimal.format(level)),
        ["20.5"]
      )
    })
  )

  it.effect("an index by bytes, and one by the table's own partition key and the time to live", () =>
    Effect.gen(function* () {
      yield* load(telemetry)
      const byDigest = yield* Query.from(Reading)
        .index("byDigest")
        .pk(new Uint8Array([0, 255]))
      assert.deepStrictEqual(
        byDigest.map(({ at }) => at.epochMilliseconds),
        [-1]
      )
      const expiring = Query.from(Reading).index("byDevice").pk(-7n)
      assert.deepStrictEqual(times(yield* expiring), [2])
      assert.deepStrictEqual(times(yield* expiring.sk.gt(date("2024-02-01T00:00:00Z"))), [])
      assert.deepStrictEqual(times(yield* expiring.sk.gte(date("2024-02-01T00:00:00Z"))), [2])
    })
  )

  it.effect("a key attribute that becomes null leaves its index", () =>
    Effect.gen(function* () {
      yield* load(telemetry)
      const key = { deviceId: -7n, at: date("2024-01-01T00:00:00.001Z") }
      assert.isNull((yield* Update.in(Reading).key(key).set({ unit: null })).unit)
      assert.deepStrictEqual(times(yield* Query.from(Reading).index("byUnit").pk(-7n)), [2])
    })
  )
})

engines(settings.title, (it) => {
  it.effect("reads by key and by owner", () =>
    Effect.gen(function* () {
      yield* load(settings)
      assert.deepStrictEqual(yield* Get.from(Flag).key({ flag: -12 }), Option.some({ flag: -12, on: true }))
      assert.deepStrictEqual(yield* Query.from(Flag).pk(-12), [{ flag: -12, on: true }])
      const ofAnn = Query.from(Setting).index("byOwner").pk("ann")
      const names = Effect.map((found: ReadonlyArray<Setting>) => found.map(({ name }) => name))
      assert.deepStrictEqual(yield* names(ofAnn), ["theme"])
    })
  )

  it.effect("an update takes an item into its index and out of it", () =>
    Effect.gen(function* () {
      yield* load(settings)
      const update = Update.in(Setting).key({ tenant: "a", name: "b" })
      const ofBob = Query.from(Setting).index("byOwner").pk("bob")
      const changed = yield* update.set({ owner: "bob", changedAt: Option.some(new Date(0)) })
      assert.deepStrictEqual(yield* ofBob, [changed])
      assert.deepStrictEqual(yield* ofBob.sk.lte(Option.some(new Date(0))), [changed])
      yield* update.set({ changedAt: Option.none() })
      assert.deepStrictEqual(yield* ofBob, [])
    })
  )
})

engines(scores.title, (it) => {
  const numbers = (found: ReadonlyArray<Score>) => found.map(({ score }) => score)

  it.effect("in the order of numbers, up and down", () =>
    Effect.gen(function* () {
      yield* load(scores)
      const round = Query.from(Score).pk({ game: "GO|9", season: 2024 }).sk
      assert.deepStrictEqual(numbers(yield* round.prefix({ round: 7 })), [-1, 9, 10.25])
      assert.deepStrictEqual(numbers(yield* round.gt({ round: 7, score: -1 })), [9, 10.25])
      assert.deepStrictEqual(numbers(yield* round.prefix({ round: 70 })), [])
      const best = Query.from(Score).index("best").pk({ ranked: true, game: "go|9" })
      assert.deepStrictEqual(numbers(yield* best), [10.25, 9, -1])
      assert.deepStrictEqual(numbers(yield* best.sk.lt({ score: 10 })), [9, -1])
      assert.deepStrictEqual(numbers(yield* best.limit(1)), [10.25])
    })
  )

  it.effect("indexes made of other keys", () =>
    Effect.gen(function* () {
      yield* load(scores)
      const player = "m" as typeof Score.fields.player.Type
      const inverted = Query.from(Score).index("inverted").pk({ round: 7, score: 9, player })
      assert.deepStrictEqual(numbers(yield* inverted), [9])
      // Equal sort keys: in no order.
      const clan = yield* Query.from(Score).index("clan").pk(Option.some("red"))
      assert.sameMembers([...numbers(clan)], [10.25, 9])
      const bySeason = Query.from(Score).index("bySeason").pk(Option.some("red"))
      assert.deepStrictEqual(numbers(yield* bySeason.sk.gte({ round: 7, score: 9.5 })), [10.25])
    })
  )
})

engines(stock.title, (it) => {
  const shelves = (found: ReadonlyArray<typeof Stock.Type>) => found.map(({ shelf }) => shelf)
  const key = { warehouse: "north", shelf: 12345678, sku: "a/b#c" }
  const raw = stored("stock", { PK: { S: "WH#north" }, SK: { S: "12345678/a\\/b#c" } })

  it.effect("only what is active is in the index, and in the one that shares its attribute", () =>
    Effect.gen(function* () {
      yield* load(stock)
      assert.deepStrictEqual(shelves(yield* Query.from(Stock).index("active").pk({})), [12345678])
      assert.deepStrictEqual(shelves(yield* Query.from(Stock).index("GSI2").pk("north")), [12345678])
      assert.deepStrictEqual(shelves(yield* Query.from(Stock).index("GSI3").pk(6)), [0])
      assert.deepStrictEqual(shelves(yield* Query.from(Stock).pk("north")), [0, 1, 12345678])
      assert.deepStrictEqual(shelves(yield* Query.from(Stock).pk("north").sk.gte({ shelf: 1 })), [1, 12345678])
    })
  )

  it.effect("updates keep both in step", () =>
    Effect.gen(function* () {
      yield* load(stock)
      const update = Update.in(Stock).key(key)
      yield* update.set({ active: false })
      assert.deepStrictEqual(keysOf(yield* raw, "GSI1PK", "GSI1SK"), {})
      const error = yield* Effect.flip(unchecked(update.set({ active: true })))
      assert.strictEqual(error._tag, "KeyError")
      yield* update.set({ active: true, quantity: 99_999_999, lot: 1 })
      assert.deepStrictEqual(keysOf(yield* raw, "GSI1PK", "GSI1SK"), {
        GSI1PK: { S: "ACTIVE" },
        GSI1SK: { S: "9999999900000000#1" }
      })
      yield* update.set({ lot: undefined })
      assert.deepStrictEqual(keysOf(yield* raw, "GSI1PK", "GSI1SK", "lot"), {})
    })
  )

  it.effect("a number that its form cannot hold is refused", () =>
    Effect.gen(function* () {
      yield* load(stock)
      const error = yield* Effect.flip(Put.into(Stock, { ...key, quantity: 100_000_000, lot: 1 }))
      assert.strictEqual(error._tag, "KeyError")
      assert.notInclude(error.message, "100000000")
    })
  )
})

onlyLocal(sales.title, (it) => {
  const ids = (found: ReadonlyArray<Sale>) => found.map(({ id }) => id)

  it.effect("reads by several attributes", () =>
    Effect.gen(function* () {
      yield* load(sales)
      const delft = Query.from(Sale).index("byPlace").pk({ country: "NL", city: "Delft" })
      assert.deepStrictEqual(ids(yield* delft), ["1", "2", "4"])
      assert.deepStrictEqual(ids(yield* delft.sk.gte({ total: 9.75 })), ["2", "4"])
      assert.deepStrictEqual(ids(yield* delft.sk.prefix({ total: 10 })), ["2", "4"])
      assert.deepStrictEqual(ids(yield* delft.sk.gt({ total: 10, soldAt: date("2023-06-01") })), ["4"])
      assert.deepStrictEqual(ids(yield* delft.sk.eq({ total: 10, soldAt: date("2023-01-01"), id: "2" })), ["2"])
      const byChannel = Query.from(Sale).index("byChannel").pk({ channel: 1, country: "NL" })
      assert.deepStrictEqual(ids(yield* byChannel).toSorted(), ["1", "3"])
    })
  )

  it.effect("an update leaves an index, and comes back", () =>
    Effect.gen(function* () {
      yield* load(sales)
      const delft = Query.from(Sale).index("byPlace").pk({ country: "NL", city: "Delft" })
      yield* Update.in(Sale).key({ id: "1" }).remove("city")
      assert.deepStrictEqual(ids(yield* delft), ["2", "4"])
      yield* Update.in(Sale).key({ id: "1" }).set({ city: "Delft", channel: null })
      assert.deepStrictEqual(ids(yield* delft), ["1", "2", "4"])
      assert.deepStrictEqual(ids(yield* Query.from(Sale).index("byChannel").pk({ channel: 1, country: "NL" })), ["3"])
    })
  )
})
