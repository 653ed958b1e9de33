/**
 * An arena: a few fibers that write and read the items of one partition through faults, what they know of their writes, and, once they
 * are done, whether what stands there is what they know.
 */
import { Effect, Option, Random, Stream } from "effect"
import { Batch, Delete, DynamoClient, Get, Put, Query, Scan, Transaction, Update } from "effect-dynamo"
import { Account, Counter, Doc, Page, Slot, Soak } from "./entities.ts"
import { Names, type Outcome, noted, noTally, type Tally, Values } from "./ledger.ts"

export const kinds = [
  "put",
  "delete",
  "get",
  "increment",
  "edit",
  "claim",
  "batch write",
  "batch get",
  "transfer",
  "query",
  "scan"
] as const
export type Kind = (typeof kinds)[number]

/** How often each is done. */
const weights: Readonly<Record<Kind, number>> = {
  put: 20,
  delete: 4,
  get: 20,
  increment: 18,
  edit: 8,
  claim: 5,
  "batch write": 5,
  "batch get": 5,
  transfer: 7,
  query: 7,
  scan: 1
}
const deck = kinds.flatMap((kind) => Array.from({ length: weights[kind] }, () => kind))

/** One in so many operations is interrupted before long. */
const interrupted = 50

export interface Size {
  readonly fibers: number
  /** How many operations each of them does at most. */
  readonly operations: number
  /** When they end, by `performance.now()`. */
  readonly end: number
}

/** What came of all arenas so far. */
export class Totals {
  readonly calls = new Map<Kind, Tally>(kinds.map((kind) => [kind, noTally()]))
  readonly problems: Array<string> = []
  arenas = 0
  items = 0

  note(kind: Kind, outcome: Outcome): void {
    this.calls.get(kind)![outcome]++
  }
}

const text = "A text of some length, so that there is something to damage. "
const docsOfFiber = 6

class Arena {
  readonly name: string
  readonly totals: Totals
  readonly docs = new Map<string, Values>()
  readonly counters = new Map(["0", "1", "2"].map((id) => [id, new Names()]))
  readonly pages = new Map(["0", "1"].map((id) => [id, new Names()]))
  readonly slots = new Map<string, { readonly done: Array<string>; readonly maybe: Set<string> }>()
  readonly transfers = new Names()
  private count = 0

  constructor(name: string, totals: Totals) {
    this.name = name
    this.totals = totals
  }

  /** A name that no other write has. */
  unique(): string {
    return `${this.name}-${++this.count}`
  }

  problem(what: string): void {
    this.totals.problems.push(`arena ${this.name}: ${what}`)
  }

  key(id: string) {
    return { arena: this.name, id }
  }
}

const pick = <A>(list: ReadonlyArray<A>) => Effect.map(Random.nextIntBetween(0, list.length - 1), (i) => list[i]!)

/** Puts what the fibers count on. */
const open = (arena: Arena) =>
  Effect.all(
    [
      ...Array.from(arena.counters.keys(), (id) => Put.into(Counter, { ...arena.key(id), n: 0 })),
      ...Array.from(arena.pages.keys(), (id) => Put.into(Page, arena.key(id))),
      ...["a", "b"].map((id) => Put.into(Account, { ...arena.key(id), balance: 1000 }))
    ],
    { discard: true }
  )

/** What one fiber does next. Only it writes the docs in `own`. */
const operation = (arena: Arena, kind: Kind, own: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const note = (outcome: Outcome) => arena.totals.note(kind, outcome)
    const doc = yield* pick(own)
    const values = arena.docs.get(doc)!
    const put = (id: string, value: number) => Put.into(Doc, { ...arena.key(id), value, text })
    const nextValue = Random.nextIntBetween(0, 1_000_000_000)
    const checkDoc = (id: string, found: Doc | undefined): void => {
      if (!arena.docs.get(id)!.may(found?.value)) arena.problem(`${kind}: doc ${id} is ${found?.value}`)
    }
    const checkDocs = (found: ReadonlyArray<Doc>): void => {
      const byId = new Map(found.map((item) => [item.id, item]))
      if (byId.size < found.length) arena.problem(`${kind}: an item came twice`)
      for (const id of own) checkDoc(id, byId.get(id))
    }

    switch (kind) {
      case "put": {
        const value = yield* nextValue
        return yield* noted(put(doc, value), (outcome) => {
          values.note(value, outcome)
          note(outcome)
        })
      }
      case "delete":
        return yield* noted(Delete.from(Doc).key(arena.key(doc)), (outcome) => {
          values.note(undefined, outcome)
          note(outcome)
        })
      case "get": {
        const get = Get.from(Doc).key(arena.key(doc)).consistent()
        const read = Effect.map(get, (found) => checkDoc(doc, Option.getOrUndefined(found)))
        return yield* noted(read, note)
      }
      case "increment": {
        const id = yield* pick(Array.from(arena.counters.keys()))
        const name = arena.unique()
        const update = Update.in(Counter).key(arena.key(id)).increment("n", 1).addTo("applied", [name])
        return yield* noted(update, (outcome) => {
          arena.counters.get(id)!.note(name, outcome)
          note(outcome)
        })
      }
      case "edit": {
        const id = yield* pick(Array.from(arena.pages.keys()))
        const page = yield* Effect.option(Get.from(Page).key(arena.key(id)).consistent().orFail())
        if (Option.isNone(page)) return note("refused")
        const name = arena.unique()
        const update = Update.in(Page).key(arena.key(id)).addTo("applied", [name]).ifVersion(page.value.version)
        return yield* noted(update, (outcome) => {
          arena.pages.get(id)!.note(name, outcome)
          note(outcome)
        })
      }
      case "claim": {
        const id = String(yield* Random.nextIntBetween(0, 20))
        const slot = arena.slots.get(id) ?? { done: [], maybe: new Set<string>() }
        arena.slots.set(id, slot)
        const owner = arena.unique()
        return yield* noted(Put.into(Slot, { ...arena.key(id), owner }).ifNotExists(), (outcome) => {
          if (outcome === "done") slot.done.push(owner)
          else if (outcome !== "refused") slot.maybe.add(owner)
          note(outcome)
        })
      }
      case "batch write": {
        const value = yield* nextValue
        return yield* noted(
          Batch.write(own.map((id) => put(id, value))),
          (outcome) => {
            for (const id of own) arena.docs.get(id)!.note(value, outcome)
            note(outcome)
          },
          true
        )
      }
      case "batch get": {
        const gets = own.map((id) => Get.from(Doc).key(arena.key(id)).consistent())
        const read = Effect.map(Batch.get(gets), (found) =>
          found.forEach((item, i) => checkDoc(own[i]!, Option.getOrUndefined(item)))
        )
        return yield* noted(read, note)
      }
      case "transfer": {
        const name = arena.unique()
        const write = Transaction.write([
          Update.in(Account).key(arena.key("a")).decrement("balance", 1).addTo("applied", [name]),
          Update.in(Account).key(arena.key("b")).increment("balance", 1).addTo("applied", [name])
        ])
        return yield* noted(write, (outcome) => {
          arena.transfers.note(name, outcome)
          note(outcome)
        })
      }
      case "query":
        return yield* noted(Effect.map(Query.from(Doc).pk(arena.name).consistent(), checkDocs), note)
      case "scan": {
        const scan = Scan.from(Doc)
          .filter((item) => item.arena.eq(arena.name))
          .consistent()
        return yield* noted(Effect.map(Stream.runCollect(scan.segments(2).stream()), checkDocs), note)
      }
    }
  })

const fiber = (arena: Arena, own: ReadonlyArray<string>, { end, operations }: Size) =>
  Effect.gen(function* () {
    for (let i = 0; i < operations && performance.now() < end; i++) {
      const run = operation(arena, yield* pick(deck), own)
      if ((yield* Random.nextIntBetween(1, interrupted)) > 1) yield* run
      else yield* Effect.timeoutOption(run, yield* Random.nextIntBetween(1, 40))
    }
  })

/** Whether what stands there is what the fibers know. */
const verify = (arena: Arena) =>
  Effect.gen(function* () {
    const found = yield* Query.collection({ doc: Doc, counter: Counter, page: Page, slot: Slot, account: Account })
      .pk({ arena: arena.name })
      .consistent()
    arena.totals.items += Object.values(found).reduce((sum, items) => sum + items.length, 0)
    const byId = <A extends { readonly id: string }>(items: ReadonlyArray<A>) =>
      new Map(items.map((item) => [item.id, item]))

    const docs = byId(found.doc)
    for (const [id, values] of arena.docs) {
      const value = docs.get(id)?.value
      if (!values.may(value)) arena.problem(`doc ${id} is ${value} in the end`)
    }
    const check = (what: string, names: Names, applied: ReadonlySet<string> = new Set(), times: number) => {
      for (const problem of names.problems(applied)) arena.problem(`${what}: ${problem}`)
      if (times !== applied.size) arena.problem(`${what}: ${applied.size} writes were applied ${times} times`)
    }
    const counters = byId(found.counter)
    for (const [id, names] of arena.counters) {
      const counter = counters.get(id)
      check(`counter ${id}`, names, counter?.applied, counter?.n ?? -1)
    }
    const pages = byId(found.page)
    for (const [id, names] of arena.pages) {
      const page = pages.get(id)
      check(`page ${id}`, names, page?.applied, (page?.version ?? 0) - 1)
    }
    const accounts = byId(found.account)
    const [a, b] = [accounts.get("a"), accounts.get("b")]
    check("account a", arena.transfers, a?.applied, 1000 - (a?.balance ?? -1))
    check("account b", arena.transfers, b?.applied, (b?.balance ?? -1) - 1000)
    const [ofA = new Set<string>(), ofB = new Set<string>()] = [a?.applied, b?.applied]
    const isWhole = ofA.size === ofB.size && Array.from(ofA).every((name) => ofB.has(name))
    if (!isWhole) arena.problem("a transaction was done by half")

    const slots = byId(found.slot)
    for (const [id, { done, maybe }] of arena.slots) {
      const owner = slots.get(id)?.owner
      if (done.length > 1) arena.problem(`slot ${id} was given to ${done.length}`)
      const isRight = done.length > 0 ? owner === done[0] : owner === undefined || maybe.has(owner)
      if (!isRight) arena.problem(`slot ${id} belongs to ${owner}, not to ${done[0] ?? "one in doubt"}`)
    }
  })

/** Deletes what stands in the arena, whatever it is. */
const clear = (arena: Arena) =>
  DynamoClient.DynamoClient.use((client) =>
    Effect.gen(function* () {
      const { Items = [] } = yield* client.query({
        TableName: Soak.name,
        KeyConditionExpression: "pk = :pk",
        ExpressionAttributeValues: { ":pk": { S: `A#${arena.name}` } },
        ProjectionExpression: "pk, sk",
        ConsistentRead: true
      })
      // The projection gives both key attributes of each item.
      const keys = Items.map(({ pk, sk }) => ({ pk: pk!, sk: sk! }))
      yield* Effect.forEach(keys, (Key) => client.deleteItem({ TableName: Soak.name, Key }), { discard: true })
    })
  )

/** Runs an arena from its beginning to its end: the fibers by one client, through faults; the truth by another. */
export const runArena = (
  name: string,
  totals: Totals,
  size: Size,
  through: DynamoClient.Service,
  truth: DynamoClient.Service
) =>
  Effect.gen(function* () {
    const arena = new Arena(name, totals)
    const toEngine = Effect.provideService(DynamoClient.DynamoClient, truth)
    yield* toEngine(open(arena))
    const own = Array.from({ length: size.fibers }, (_, fiber) =>
      Array.from({ length: docsOfFiber }, (_, i) => `${fiber}-${i}`)
    )
    for (const id of own.flat()) arena.docs.set(id, new Values())
    yield* Effect.forEach(own, (ids) => fiber(arena, ids, size), { concurrency: "unbounded", discard: true }).pipe(
      Effect.provideService(DynamoClient.DynamoClient, through)
    )
    // What was interrupted may still be on its way.
    yield* Effect.sleep("1 second")
    yield* toEngine(Effect.andThen(verify(arena), clear(arena)))
    totals.arenas++
  })
