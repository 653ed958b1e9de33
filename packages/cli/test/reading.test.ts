import { type Capacity, DynamoClient } from "@effect-dynamo/client"
import { Index, Table } from "@effect-dynamo/core"
import { TableAdmin } from "@effect-dynamo/query"
import { assert } from "@effect/vitest"
import { Effect } from "effect"
import { engines, onlyLocal } from "../../testing/test-support/engines.ts"
import { json, run, runWith } from "../test-support/cli.ts"
import { makeTables, orderCount } from "../test-support/reading.ts"

const lines = (stdout: string): ReadonlyArray<string> => stdout.split("\n").filter((line) => line !== "")

interface Order {
  readonly number: number
  readonly customer: string
  readonly state: string
}

/** What a command line wrote, as items. */
const items = (...args: ReadonlyArray<string>) =>
  Effect.map(run(...args), ({ code, stderr, stdout }) => {
    assert.strictEqual(code, 0, stderr)
    return lines(stdout).map((line) => JSON.parse(line) as Order)
  })

const numbers = (...args: ReadonlyArray<string>) => Effect.map(items(...args), (all) => all.map(({ number }) => number))

const refused = (args: ReadonlyArray<string>, why: string) =>
  Effect.map(run(...args), ({ code, stderr, stdout }) => {
    assert.include(stderr.replace(/\s+/g, " "), why)
    assert.strictEqual(code, 2)
    assert.strictEqual(stdout, "")
  })

engines("looking at data", (it, engine) => {
  it.effect("begins", () => makeTables)

  it.effect("scan writes every item once, a line each, with all digits", () =>
    Effect.gen(function* () {
      for (const segments of ["1", "4", "30"]) {
        const { code, stdout } = yield* run("scan", "orders", "--segments", segments)
        assert.strictEqual(code, 0)
        const all = lines(stdout)
        assert.strictEqual(all.length, orderCount)
        const numbers = new Set(all.map((line) => (JSON.parse(line) as Order).number))
        assert.strictEqual(numbers.size, orderCount)
        assert.include(stdout, '"total":7.12345678901234567890123456789')
        assert.notInclude(stdout, "\u009b")
      }
    })
  )

  it.effect("scan gives so many items, of those that match", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* items("scan", "orders", "--limit", "7")).length, 7)
      assert.strictEqual((yield* items("scan", "orders", "--limit", "0")).length, orderCount)
      const open = yield* items("scan", "orders", "--filter", "state = 'open' and number >= 100", "--limit", "30")
      assert.strictEqual(open.length, 30)
      assert.isTrue(open.every(({ number, state }) => state === "open" && number >= 100))
      const few = ["scan", "orders", "--filter", "number in (3, 4, 1000)", "--segments", "3", "--limit", "10"]
      assert.deepStrictEqual(
        (yield* numbers(...few)).sort((a, b) => a - b),
        [3, 4]
      )
    })
  )

  it.effect("scan reads an index, and only what is asked for", () =>
    Effect.gen(function* () {
      const { stdout } = yield* run("scan", "orders", "--index", "byState", "--project", "number", "--limit", "1")
      assert.match(stdout, /^\{"number":\d+\}\n$/)
    })
  )

  it.effect("scan writes DynamoDB JSON when asked", () =>
    Effect.gen(function* () {
      const { stdout } = yield* run("scan", "blobs", "--format", "dynamodb")
      assert.deepStrictEqual(JSON.parse(stdout), {
        hash: { B: "AQI=" },
        tags: { SS: ["a", "b"] },
        data: { B: "/w==" }
      })
    })
  )

  it.effect("scan on a terminal shows a table that fits, and says what is missing", () =>
    Effect.gen(function* () {
      const { stderr, stdout } = yield* runWith(["scan", "orders"], { columns: 50 })
      const [heading, ...rows] = lines(stdout)
      assert.match(heading!, /^customer +number +day +state/)
      assert.strictEqual(rows.length, 100)
      for (const row of rows) assert.isAtMost(row.length, 50)
      assert.include(stderr, "100 items; ")
      assert.match(stderr, /\nNot shown for lack of room: .*total.* \(--project, --json\)\n/)
      assert.include(stderr, "There may be more: --limit 1000, or --limit 0 for all")
    })
  )

  it.effect("scan on a terminal goes on in tables of 100 where all are asked for", () =>
    Effect.gen(function* () {
      const { stderr, stdout } = yield* runWith(["scan", "orders", "--limit", "0", "--project", "number"], {
        columns: 80
      })
      assert.deepStrictEqual(
        stdout.split("\n").flatMap((line, i) => (line === "number" ? [i] : [])),
        [0, 102, 204]
      )
      assert.strictEqual(stderr, "250 items; 3.5 read units\n".replace("3.5", /; (\S+) read/.exec(stderr)![1]!))
    })
  )

  it.effect("scan on a terminal leaves nothing out of JSON", () =>
    Effect.gen(function* () {
      const { stderr, stdout } = yield* runWith(["scan", "orders", "--json"], { columns: 50 })
      assert.strictEqual(lines(stdout).length, orderCount)
      assert.strictEqual(stderr, "")
    })
  )

  it.effect("--quiet leaves out the notes, --format table cuts nothing where there is no terminal", () =>
    Effect.gen(function* () {
      const { stderr, stdout } = yield* run("scan", "orders", "--format", "table", "--quiet")
      assert.strictEqual(stderr, "")
      assert.include(stdout, "first\\u000asecond \\u009b31m")
      assert.include(stdout, "12345678901234567890123456789")
    })
  )

  it.effect("an empty result is nothing, and no failure", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* run("scan", "orders", "--filter", "total < 0"), { code: 0, stdout: "", stderr: "" })
      const shown = yield* runWith(["query", "orders", "nobody"], { columns: 80 })
      assert.strictEqual(shown.stdout, "")
      assert.match(shown.stderr, /^0 items; /)
    })
  )

  it.effect("query reads a partition in order, from both sides", () =>
    Effect.gen(function* () {
      const all = yield* numbers("query", "orders", "c1")
      assert.deepStrictEqual(
        all,
        Array.from({ length: 50 }, (_, i) => 1 + i * 5)
      )
      assert.deepStrictEqual(yield* numbers("query", "orders", "c1", "--reverse", "--limit", "2"), [246, 241])
      assert.deepStrictEqual(
        yield* numbers("query", "orders", "c1", "--limit", "3", "--filter", "state = 'open'"),
        [6, 16, 26]
      )
    })
  )

  const ranges: ReadonlyArray<readonly [ReadonlyArray<string>, ReadonlyArray<number>]> = [
    [["6"], [6]],
    [["--eq", "6"], [6]],
    [
      ["--lt", "11"],
      [1, 6]
    ],
    [
      ["--lte", "11"],
      [1, 6, 11]
    ],
    [
      ["--gt", "236"],
      [241, 246]
    ],
    [
      ["--gte", "236"],
      [236, 241, 246]
    ],
    [
      ["--lte", "20", "--gte", "10"],
      [11, 16]
    ],
    [["--lt", "-5"], []]
  ]
  for (const [flags, expected] of ranges) {
    it.effect(`query c1 ${flags.join(" ")}`, () =>
      Effect.gen(function* () {
        assert.deepStrictEqual(yield* numbers("query", "orders", "c1", ...flags), expected)
      })
    )
  }

  it.effect("query reads indexes, global and local", () =>
    Effect.gen(function* () {
      const global = ["query", "orders", "open", "--index", "byState", "--begins-with", "2026-01-1"]
      const found = yield* items(...global)
      assert.isAbove(found.length, 20)
      assert.isTrue(found.every(({ number, state }) => state === "open" && number % 28 >= 9 && number % 28 < 19))
      const local = yield* numbers("query", "orders", "c0", "--index", "byDay", "--eq", "2026-01-01", "--consistent")
      assert.deepStrictEqual(
        local.toSorted((a, b) => a - b),
        [0, 140]
      )
    })
  )

  it.effect("query --count says how many, and what it cost", () =>
    Effect.gen(function* () {
      const { stderr, stdout } = yield* run("query", "orders", "c1", "--count", "--filter", "state = 'open'")
      assert.strictEqual(stdout, "25\n")
      assert.match(stderr, /^25 items of 50 looked at; [\d.]+ read units?\n$/)
      assert.strictEqual((yield* run("query", "orders", "c1", "--count", "--limit", "7")).stdout, "7\n")
    })
  )

  it.effect("count is exact, however it is read", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* run("count", "orders")).stdout, "250\n")
      assert.strictEqual((yield* run("count", "orders", "--index", "byState")).stdout, "250\n")
      const flags = ["--filter", "attribute_exists(note)", "--segments", "5", "--read-rate", "1000"]
      const counted = yield* json("count", "orders", ...flags)
      const { consumedCapacity, ...rest } = counted as { readonly consumedCapacity: Capacity.Units }
      assert.deepStrictEqual<unknown>(rest, { count: 50, scanned: 250 })
      assert.deepStrictEqual(consumedCapacity, { read: consumedCapacity.read, write: 0 })
      assert.isAbove(consumedCapacity.read, 0)
    })
  )

  it.effect("get shows an item by its key: text, number or binary", () =>
    Effect.gen(function* () {
      const { stdout } = yield* run("get", "orders", "c2", "2.0", "--consistent")
      assert.include(stdout, '"total":2.12345678901234567890123456789')
      const binary = yield* json("get", "blobs", "AQI=")
      assert.deepStrictEqual(binary, { hash: "AQI=", tags: ["a", "b"], data: "/w==" })
      const { stdout: part } = yield* run("get", "orders", "c2", "2", "--project", "state,number")
      assert.deepStrictEqual(JSON.parse(part), { state: "open", number: 2 })
      const { stdout: shown } = yield* runWith(["get", "orders", "c0", "0"], { columns: 80 })
      assert.deepStrictEqual(lines(shown), [
        "ATTRIBUTE  TYPE  VALUE",
        "customer   S     c0",
        "number     N     0",
        "day        S     2026-01-01",
        "note       S     first\\u000asecond \\u009b31m",
        "state      S     open",
        "total      N     0.12345678901234567890123456789"
      ])
    })
  )

  it.effect("get fails where there is no such item, without telling the key", () =>
    Effect.gen(function* () {
      const missing = yield* run("get", "orders", "secret", "9")
      assert.strictEqual(missing.code, 1)
      assert.strictEqual(missing.stdout, "")
      assert.include(missing.stderr, "orders has no item with this key.")
      assert.notInclude(missing.stderr, "secret")
      assert.strictEqual((yield* run("get", "orders", "secret", "9", "--json")).stdout, "null\n")
    })
  )

  it.effect("a table that is not there is a failure", () =>
    Effect.gen(function* () {
      for (const command of [
        ["scan", "nope"],
        ["count", "nope"],
        ["get", "nope", "a"],
        ["query", "nope", "a"]
      ]) {
        const { code, stderr } = yield* run(...command)
        assert.strictEqual(code, 1)
        assert.include(stderr, "effect-dynamo list-tables")
      }
    })
  )

  const wrong: ReadonlyArray<readonly [ReadonlyArray<string>, string]> = [
    [
      ["get", "orders", "c1"],
      "The key of orders takes 2 values, not 1: the partition key customer (text), then the sort key number (number)."
    ],
    [["get", "orders", "c1", "1", "2"], "takes 2 values, not 3"],
    [["get", "blobs"], "The key of blobs takes 1 value, not 0: the partition key hash (base64)."],
    [["get", "orders", "c1", "x"], "The value of number is wrong: it is a number"],
    [["get", "orders", "", "1"], "The value of customer is wrong"],
    [["get", "blobs", "?"], "The value of hash is wrong: it is binary in base64"],
    [["query", "orders"], "The key of orders takes 1 to 2 values, not 0"],
    [["query", "orders", "a", "--index", "nope"], "orders has no index nope; it has byState, byDay."],
    [["query", "orders", "a", "--gt", "1", "--lt", "2"], "A sort key has one bound"],
    [["query", "orders", "a", "--eq", "1", "--gte", "2", "--lte", "3"], "A sort key has one bound"],
    [["query", "orders", "a", "1", "--gt", "1"], "have values already"],
    [["query", "orders", "a", "--begins-with", "1"], "number is a number: --begins-with is for text and binary."],
    [["query", "blobs", "AQI=", "--gt", "1"], "There is no sort key in blobs"],
    [["query", "orders", "a", "--filter", "number > 3"], "The filter names number, a key attribute of orders"],
    [["query", "orders", "open", "--index", "byState", "--consistent"], "A global index cannot be read consistently"],
    [["query", "orders", "a", "--count", "--project", "x"], "--count answers a number"],
    [["scan", "orders", "--index", "byState", "--consistent"], "A global index cannot be read consistently"],
    [["count", "orders", "--index", "nope"], "orders has no index nope"],
    [["scan", "orders", "--filter", "state ="], "The filter is wrong at column 8"],
    [["scan", "orders", "--project", "a,"], "The list of attributes is wrong at column 3"],
    [["scan", "orders", "--json", "--format", "table"], "--json and --format table do not go together"],
    [["scan", "orders", "--limit", "-1"], "a whole number from 0"],
    [["scan", "orders", "--segments", "0"], "a whole number from 1 to 256"],
    [["count", "orders", "--read-rate", "0"], "the rate is 0"]
  ]
  for (const [args, why] of wrong) {
    // Dynalite tells indexes in an order of its own.
    it.effect(`${args.join(" ")} is refused`, () =>
      refused(args, engine.isComplete ? why : why.replace("byState, byDay.", "by"))
    )
  }
})

onlyLocal("looking at an index whose key has several attributes", (it) => {
  it.effect("takes the values in the order of the key", () =>
    Effect.gen(function* () {
      yield* TableAdmin.create(
        Table.make("shops", {
          sortKey: null,
          indexes: {
            byPlace: Index.global({
              partitionKey: ["country", "city"],
              sortKey: ["street", { name: "house", type: "N" }]
            })
          }
        })
      )
      const client = yield* DynamoClient.DynamoClient
      const shop = (pk: string, country: string, city: string, street: string, house: number) =>
        client.putItem({
          TableName: "shops",
          Item: {
            pk: { S: pk },
            country: { S: country },
            city: { S: city },
            street: { S: street },
            house: { N: `${house}` }
          }
        })
      yield* shop("a", "NO", "Oslo", "Torggata", 1)
      yield* shop("b", "NO", "Oslo", "Torggata", 20)
      yield* shop("c", "NO", "Oslo", "Storgata", 3)
      yield* shop("d", "NO", "Bergen", "Torget", 4)
      const found = (...args: ReadonlyArray<string>) =>
        Effect.map(run("query", "shops", "--index", "byPlace", "--project", "pk", ...args), ({ stderr, stdout }) => {
          assert.strictEqual(stderr, "")
          return lines(stdout).map((line) => (JSON.parse(line) as { readonly pk: string }).pk)
        })
      assert.deepStrictEqual(yield* found("NO", "Oslo"), ["c", "a", "b"])
      assert.deepStrictEqual(yield* found("NO", "Oslo", "Torggata"), ["a", "b"])
      assert.deepStrictEqual(yield* found("NO", "Oslo", "Torggata", "--gte", "2"), ["b"])
      assert.deepStrictEqual(yield* found("NO", "Oslo", "--begins-with", "Tor"), ["a", "b"])
      assert.deepStrictEqual(yield* found("NO", "Oslo", "Torggata", "20"), ["b"])
      yield* refused(
        ["query", "shops", "--index", "byPlace", "NO"],
        "The key of the index byPlace of shops takes 2 to 4 values, not 1: the partition key country (text), city (text), then the sort key street (text), house (number)."
      )
    })
  )
})
