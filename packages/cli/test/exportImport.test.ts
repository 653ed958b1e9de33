import { DynamoClient } from "@effect-dynamo/client"
import { assert } from "@effect/vitest"
import { Effect, FileSystem } from "effect"
import { gunzipSync } from "node:zlib"
import { engines } from "../../testing/test-support/engines.ts"
import { json, run, runWith } from "../test-support/cli.ts"
import { inFolder } from "../test-support/folder.ts"
import { contents, createTable, fill, numbered, tableOf } from "../test-support/items.ts"

const read = (path: string) => FileSystem.FileSystem.use((files) => files.readFileString(path))
const write = (path: string, text: string) => FileSystem.FileSystem.use((files) => files.writeFileString(path, text))
const exists = (path: string) => FileSystem.FileSystem.use((files) => files.exists(path))

const linesIn = (text: string) => text.split("\n").slice(0, -1)

engines("export and import", (it, engine) => {
  it.effect("bring back a table without items, compressed or not", () =>
    inFolder((folder) =>
      Effect.gen(function* () {
        yield* createTable("nothing")
        for (const name of ["n.ndjson", "n.ndjson.gz"]) {
          assert.deepInclude(yield* json("export", "nothing", "--output", `${folder}/${name}`), { items: 0 })
          assert.deepInclude(yield* json("import", "nothing", `${folder}/${name}`), { items: 0, failed: 0 })
        }
        const bytes = yield* FileSystem.FileSystem.use((files) => files.readFile(`${folder}/n.ndjson.gz`))
        assert.strictEqual(gunzipSync(bytes).length, 0)
      })
    )
  )

  it.effect("bring all items from one table to another, in each format, compressed or not", () =>
    inFolder((folder) =>
      Effect.gen(function* () {
        yield* tableOf("all", 300)
        yield* tableOf("all-plain", 300, "plain")
        for (const [table, file, ...flags] of [
          ["all", "a.ndjson"],
          ["all", "a.ndjson.gz", "--segments", "3", "--page-size", "7"],
          ["all-plain", "p.ndjson", "--format", "plain"],
          ["all-plain", "p.json.gz", "--format", "plain", "--consistent"]
        ] as const) {
          const path = `${folder}/${file}`
          const summary = yield* json("export", table, "--output", path, ...flags)
          assert.deepInclude(summary, { table, items: 300 })
          assert.isFalse(yield* exists(`${path}.progress`))
          const target = `${table}-${file}`
          yield* createTable(target)
          assert.deepInclude(yield* json("import", target, path), { table: target, items: 300, failed: 0, replaced: 0 })
          assert.deepStrictEqual(yield* contents(target), yield* contents(table))
          assert.isFalse(yield* exists(`${path}.${target}.progress`))
          assert.isFalse(yield* exists(`${path}.failed.ndjson`))
        }
        const bytes = yield* FileSystem.FileSystem.use((files) => files.readFile(`${folder}/a.ndjson.gz`))
        assert.deepStrictEqual(
          linesIn(gunzipSync(bytes).toString()).sort(),
          linesIn(yield* read(`${folder}/a.ndjson`)).sort()
        )
        const mode = yield* FileSystem.FileSystem.use((files) => files.stat(`${folder}/a.ndjson`))
        assert.strictEqual(mode.mode & 0o777, 0o600)
      })
    )
  )

  it.effect("write to standard output and read standard input", () =>
    Effect.gen(function* () {
      yield* tableOf("piped", 30)
      const { code, stderr, stdout } = yield* run("export", "piped", "--output", "-")
      assert.strictEqual(code, 0)
      assert.strictEqual(linesIn(stdout).length, 30)
      assert.match(stderr, /^Exported 30 items of piped in /)
      yield* createTable("piped-2")
      const imported = yield* runWith(["import", "piped-2", "-"], { stdin: stdout })
      assert.match(imported.stdout, /^Imported 30 items from standard input into piped-2 in /)
      assert.deepStrictEqual(yield* contents("piped-2"), yield* contents("piped"))
      assert.strictEqual((yield* run("export", "piped", "--output", "-", "--json")).code, 2)
    })
  )

  it.effect("filter, and read an index", () =>
    inFolder((folder) =>
      Effect.gen(function* () {
        yield* tableOf("filtered", 100)
        const path = `${folder}/f.ndjson`
        const filter = "number >= 40 and number < 45"
        const answer = yield* run("export", "filtered", "-o", path, "--format", "plain", "--lossy", "--filter", filter)
        assert.match(answer.stdout, /^Exported 5 items of filtered to /)
        const numbers = linesIn(yield* read(path)).map((line) => (JSON.parse(line) as { number: number }).number)
        assert.deepStrictEqual(
          numbers.sort((a, b) => a - b),
          [40, 41, 42, 43, 44]
        )
        const none = yield* run("export", "filtered", "-o", `${folder}/g`, "--index", "none")
        assert.strictEqual(none.code, 2)
        assert.include(none.stderr, "filtered has no index none")
        assert.isFalse(yield* exists(`${folder}/g`))
      })
    )
  )

  it.effect("refuse in plain JSON what it cannot bring back, and say what to do", () =>
    inFolder((folder) =>
      Effect.gen(function* () {
        yield* createTable("sets")
        yield* fill("sets", [
          { pk: { S: "a" }, sk: { S: "1" }, tags: { M: { all: { SS: ["x", "y"] } } }, bin: { B: Uint8Array.of(1) } }
        ])
        const path = `${folder}/s.ndjson`
        const refused = yield* run("export", "sets", "-o", path, "--format", "plain")
        assert.strictEqual(refused.code, 1)
        assert.match(refused.stderr, /at "(tags\.all|bin)"/)
        assert.include(refused.stderr, "--lossy")
        const other = yield* run("export", "sets", "-o", path)
        assert.strictEqual(other.code, 1)
        assert.include(other.stderr, "had --format plain")
        assert.strictEqual((yield* run("export", "sets", "-o", path, "--format", "plain", "--lossy")).code, 0)
        assert.deepStrictEqual(JSON.parse(yield* read(path)), {
          pk: "a",
          sk: "1",
          tags: { all: ["x", "y"] },
          bin: "AQ=="
        })
      })
    )
  )

  it.effect("do not write over a file unless told", () =>
    inFolder((folder) =>
      Effect.gen(function* () {
        yield* tableOf("once", 3)
        const path = `${folder}/once.ndjson`
        yield* write(path, "precious")
        const refused = yield* run("export", "once", "-o", path)
        assert.strictEqual(refused.code, 1)
        assert.include(refused.stderr, "--overwrite")
        assert.strictEqual((yield* run("export", "once", "-o", path, "--restart")).code, 1)
        assert.strictEqual(yield* read(path), "precious")
        assert.strictEqual((yield* run("export", "once", "-o", path, "--overwrite")).code, 0)
        assert.strictEqual(linesIn(yield* read(path)).length, 3)
      })
    )
  )

  it.effect("put what fails into a file that can be imported when it is mended", () =>
    inFolder((folder) =>
      Effect.gen(function* () {
        yield* createTable("mended")
        const path = `${folder}/bad.ndjson`
        const good = Array.from({ length: 60 }, (_, i) => `{"pk":"P","sk":"${i}","n":${i}}`)
        const large = "x".repeat(410_000)
        const bad = [
          "{ this is no JSON",
          '{"pk":"P"}',
          '{"pk":"P","sk":7}',
          '{"pk":"","sk":"empty"}',
          '["pk"]',
          // Only DynamoDB finds this one, and refuses those of its batch with it.
          `{"pk":"P","sk":"number","n":${"9".repeat(39)}}`,
          `{"pk":"P","sk":"large","text":"${large}"}`
        ]
        yield* write(path, "\n" + [...good.slice(0, 30), ...bad, ...good.slice(30)].join("\r\n"))
        const { code, stderr, stdout } = yield* run("import", "mended", path)
        assert.strictEqual(code, 1)
        assert.match(stdout, /^Imported 60 items from /)
        assert.include(stderr, `7 lines could not be imported: see ${path}.failed.ndjson`)
        assert.strictEqual((yield* contents("mended")).length, 60)
        type Record = { readonly Line: number; readonly Error: string; readonly Item?: object; readonly Text?: string }
        const failed = linesIn(yield* read(`${path}.failed.ndjson`)).map((line) => JSON.parse(line) as Record)
        assert.deepStrictEqual(
          failed.map(({ Line }) => Line),
          [32, 33, 34, 35, 36, 37, 38]
        )
        const errors = failed.map(({ Error }) => Error)
        assert.include(errors[0], "It is no JSON")
        assert.include(errors[1], 'The key attribute "sk" is missing')
        assert.include(errors[2], 'The key attribute "sk" is of type N; in the table it is of type S')
        assert.include(errors[3], 'The key attribute "pk" is empty')
        assert.include(errors[4], "It is JSON, but no object")
        assert.match(errors[6]!, /^The item is 410,\d+ bytes large; DynamoDB takes 409,600$/)
        assert.strictEqual(failed[0]?.Text, "{ this is no JSON\r")
        assert.deepStrictEqual(failed[1]?.Item, { pk: { S: "P" } })

        // It is not written over: it is all that there is of those lines.
        const again = yield* run("import", "mended", path)
        assert.strictEqual(again.code, 1)
        assert.include(again.stderr, "--overwrite")

        const mended = (yield* read(`${path}.failed.ndjson`))
          .replace("{ this is no JSON", '{\\"pk\\":\\"P\\",\\"sk\\":\\"now it is\\"}')
          .replace('"Item":{"pk":{"S":"P"}}', '"Item":{"pk":{"S":"P"},"sk":{"S":"missing"}}')
          .replace('"sk":{"N":"7"}', '"sk":{"S":"7!"}')
          .replace('{"S":""}', '{"S":"P"}')
          .replace('["pk"]', "")
          .replace('[\\"pk\\"]', '{\\"pk\\":\\"P\\",\\"sk\\":\\"list\\"}')
          .replace("9".repeat(39), "9".repeat(38))
          .replace(large, "small")
        yield* write(`${folder}/mended`, mended)
        const second = yield* run("import", "mended", `${folder}/mended`)
        assert.strictEqual(second.code, 0, second.stderr)
        assert.match(second.stdout, /^Imported 7 items from /)
        const items = yield* contents("mended")
        assert.strictEqual(items.length, 67)
        assert.deepStrictEqual(items.find(({ sk }) => sk?.S === "number")?.["n"], { N: "9".repeat(38) })
      })
    )
  )

  it.effect("write the last of the lines of one key", () =>
    inFolder((folder) =>
      Effect.gen(function* () {
        yield* createTable("repeated")
        const path = `${folder}/r.ndjson`
        const lines = Array.from({ length: 1000 }, (_, i) => `{"pk":"P${i % 40}","sk":"a","n":${i}}`)
        lines.push(...Array.from({ length: 100 }, (_, i) => `{"pk":"one","sk":"a","n":${i}}`))
        yield* write(path, lines.join("\n") + "\n")
        const { items, replaced, failed } = (yield* json("import", "repeated", path, "--concurrency", "16")) as {
          readonly [name: string]: number
        }
        assert.strictEqual(items! + replaced!, 1100)
        assert.isAbove(replaced!, 90)
        assert.strictEqual(failed, 0)
        const found = yield* contents("repeated")
        const expected = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`P${i}`, String(960 + i)]))
        assert.deepStrictEqual(Object.fromEntries(found.map(({ n, pk }) => [pk!.S, n!.N])), { ...expected, one: "99" })
      })
    )
  )

  it.effect("lose no line to one of the same key that cannot be written", () =>
    inFolder((folder) =>
      Effect.gen(function* () {
        yield* createTable("lost")
        const path = `${folder}/l.ndjson`
        yield* write(
          path,
          `{"pk":"P","sk":"a","n":1}\n{"pk":"P","sk":"b"}\n{"pk":"P","sk":"a","n":${"9".repeat(39)}}\n`
        )
        const { code } = yield* run("import", "lost", path, "--quiet")
        assert.strictEqual(code, 1)
        assert.strictEqual((yield* contents("lost")).length, 1)
        const failed = linesIn(yield* read(`${path}.failed.ndjson`)).map(
          (line) => JSON.parse(line) as { readonly Line: number; readonly Item: unknown }
        )
        assert.deepStrictEqual(
          failed.map(({ Line }) => Line),
          [1, 3]
        )
        assert.deepStrictEqual(failed[0]!.Item, { pk: { S: "P" }, sk: { S: "a" }, n: { N: "1" } })
      })
    )
  )

  it.effect("say so where a file is none of items, or not there", () =>
    inFolder((folder) =>
      Effect.gen(function* () {
        yield* createTable("wrong")
        yield* write(`${folder}/csv`, "a,b,c\n".repeat(1000))
        const csv = yield* run("import", "wrong", `${folder}/csv`)
        assert.strictEqual(csv.code, 1)
        assert.include(csv.stderr, "The first 100 lines of")
        assert.include(csv.stderr, "nothing was written")
        yield* FileSystem.FileSystem.use((files) =>
          files.writeFile(`${folder}/latin1`, Uint8Array.of(34, 0xe4, 34, 10))
        )
        assert.include((yield* run("import", "wrong", `${folder}/latin1`)).stderr, "is not in UTF-8")
        assert.include((yield* run("import", "wrong", `${folder}/none`)).stderr, "there is no such file")
        assert.include((yield* run("import", "wrong", folder)).stderr, "is a folder")
        yield* write(`${folder}/not.gz`, "{}\n")
        assert.include((yield* run("import", "wrong", `${folder}/not.gz`)).stderr, "cannot be decompressed")
        const nowhere = yield* run("export", "wrong", "-o", `${folder}/none/file`)
        assert.include(nowhere.stderr, "there is no such file or folder")
        const missing = yield* run("import", "no-such-table", `${folder}/csv`)
        assert.strictEqual(missing.code, 1)
        assert.include(missing.stderr, "list-tables")
      })
    )
  )

  it.effect("read what AWS exports, and files with a byte order mark", () =>
    inFolder((folder) =>
      Effect.gen(function* () {
        yield* createTable("aws")
        yield* write(
          `${folder}/aws.json`,
          '\ufeff{"Item":{"pk":{"S":"a"},"sk":{"S":"b"},"s":{"SS":["x"]},"n":{"NULL":true},"Item":{"M":{}}}}\n'
        )
        assert.deepInclude(yield* json("import", "aws", `${folder}/aws.json`), { items: 1 })
        assert.deepStrictEqual(yield* contents("aws"), [
          { pk: { S: "a" }, sk: { S: "b" }, s: { SS: ["x"] }, n: { NULL: true }, Item: { M: {} } }
        ])
      })
    )
  )

  it.effect("copy a table, its items that match, and what it has beside them", () =>
    inFolder((folder) =>
      Effect.gen(function* () {
        yield* tableOf("original", 400)
        const summary = yield* json("copy", "original", "twin", "--create", "--segments", "3", "--page-size", "50")
        assert.deepInclude(summary, { from: "original", to: "twin", items: 400, failed: 0 })
        const { consumedCapacity } = summary as { consumedCapacity: { read: number; write: number } }
        assert.isAbove(consumedCapacity.read, 0)
        assert.isAtLeast(consumedCapacity.write, 400)
        assert.deepStrictEqual(yield* contents("twin"), yield* contents("original"))

        yield* createTable("some")
        const progress = `${folder}/copy.progress`
        const some = yield* run("copy", "original", "some", "--filter", "number < 10", "--progress", progress)
        assert.match(some.stdout, /^Copied 10 items of original to some in /)
        assert.isFalse(yield* exists(progress))
        assert.strictEqual((yield* contents("some")).length, 10)

        const same = yield* run("copy", "original", "original")
        assert.strictEqual(same.code, 2)
        assert.include(same.stderr, "the table itself")
        const missing = yield* run("copy", "original", "nothing-there")
        assert.strictEqual(missing.code, 1)
        if (engine.isComplete) {
          const region = yield* run("copy", "original", "original", "--to-region", "eu-west-1", "--create")
          assert.strictEqual(region.code, 0, region.stderr)
          assert.match(region.stdout, /^Copied 400 items/)
        }
      })
    )
  )

  it.effect("create the table to copy to, with its indexes and expiry", () =>
    Effect.gen(function* () {
      const client = yield* DynamoClient.DynamoClient
      yield* client.createTable({
        TableName: "model",
        AttributeDefinitions: ["pk", "sk", "a", "n"].map((AttributeName) => ({
          AttributeName,
          AttributeType: AttributeName === "n" ? "N" : "S"
        })),
        KeySchema: [
          { AttributeName: "pk", KeyType: "HASH" },
          { AttributeName: "sk", KeyType: "RANGE" }
        ],
        LocalSecondaryIndexes: [
          {
            IndexName: "local",
            KeySchema: [
              { AttributeName: "pk", KeyType: "HASH" },
              { AttributeName: "n", KeyType: "RANGE" }
            ],
            Projection: { ProjectionType: "KEYS_ONLY" }
          }
        ],
        GlobalSecondaryIndexes: [
          {
            IndexName: "global",
            KeySchema: [{ AttributeName: "a", KeyType: "HASH" }],
            Projection: { ProjectionType: "INCLUDE", NonKeyAttributes: ["x"] },
            ProvisionedThroughput: { ReadCapacityUnits: 3, WriteCapacityUnits: 4 }
          }
        ],
        ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 6 }
      })
      if (engine.isComplete) {
        yield* client.updateTimeToLive({
          TableName: "model",
          TimeToLiveSpecification: { AttributeName: "expires", Enabled: true }
        })
      }
      yield* Effect.repeat(client.describeTable({ TableName: "model" }), {
        until: ({ Table }) => Table?.TableStatus === "ACTIVE"
      })
      yield* fill("model", [{ pk: { S: "a" }, sk: { S: "b" }, a: { S: "c" }, n: { N: "1" } }])
      const { code, stderr, stdout } = yield* run("copy", "model", "model-2", "--create")
      assert.strictEqual(code, 0, stderr)
      assert.include(stderr, "Created model-2.")
      assert.match(stdout, /^Copied 1 item of model to model-2 in /)
      const shape = (table: string) =>
        Effect.map(client.describeTable({ TableName: table }), ({ Table: of = {} }) => ({
          attributes: [...(of.AttributeDefinitions ?? [])].sort((a, b) =>
            a.AttributeName! < b.AttributeName! ? -1 : 1
          ),
          keys: of.KeySchema,
          reads: of.ProvisionedThroughput?.ReadCapacityUnits,
          local: of.LocalSecondaryIndexes?.map((index) => [index.IndexName, index.KeySchema, index.Projection]),
          global: of.GlobalSecondaryIndexes?.map((index) => [index.IndexName, index.KeySchema, index.Projection]),
          writes: of.GlobalSecondaryIndexes?.map((index) => index.ProvisionedThroughput?.WriteCapacityUnits)
        }))
      assert.deepStrictEqual(yield* shape("model-2"), yield* shape("model"))
      if (engine.isComplete) {
        const { TimeToLiveDescription: found } = yield* client.describeTimeToLive({ TableName: "model-2" })
        assert.strictEqual(found?.AttributeName, "expires")
      }
      // It is there now, and stays as it is.
      assert.notInclude((yield* run("copy", "model", "model-2", "--create")).stderr, "Created")
    })
  )

  it.effect("do not copy into a table of other keys", () =>
    Effect.gen(function* () {
      yield* tableOf("keyed", 1)
      yield* DynamoClient.DynamoClient.use((client) =>
        client.createTable({
          TableName: "otherwise",
          AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "S" }],
          KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
          BillingMode: "PAY_PER_REQUEST"
        })
      )
      const { code, stderr } = yield* run("copy", "keyed", "otherwise")
      assert.strictEqual(code, 1)
      assert.include(stderr, "keyed has the key pk:S, sk:S and otherwise has pk:S")
    })
  )

  it.effect("tell how far they are", () =>
    inFolder((folder) =>
      Effect.gen(function* () {
        yield* createTable("empty")
        yield* fill("empty", [numbered(1)])
        const quiet = yield* run("export", "empty", "-o", `${folder}/q`, "--quiet")
        assert.strictEqual(quiet.stderr, "")
        assert.match(quiet.stdout, /^Exported 1 item of empty to /)
      })
    )
  )
})
