import { DynamoClient } from "@effect-dynamo/client"
import { TableAdmin } from "@effect-dynamo/query"
import { assert } from "@effect/vitest"
import { Effect } from "effect"
import { engines, onlyDynalite, onlyLocal } from "../../testing/test-support/engines.ts"
import { json, run, runWith } from "../test-support/cli.ts"

const typed = (line: string) => run(...line.split(" "))

/** The answer to a command line without a client: there is no region, endpoint or credentials. */
const dry = (line: string) =>
  Effect.map(
    runWith(["create-table", ...line.split(" "), "--dry-run"], {
      env: { AWS_REGION: "", AWS_ENDPOINT_URL: "", AWS_ACCESS_KEY_ID: "", AWS_SECRET_ACCESS_KEY: "" }
    }),
    ({ code, stderr, stdout }) => {
      assert.strictEqual(code, 0, stderr)
      return { request: JSON.parse(stdout) as unknown, stderr }
    }
  )

engines("create-table", (it) => {
  it.effect("makes the table, its keys and its indexes, and waits for it", () =>
    Effect.gen(function* () {
      const { code, stderr, stdout } = yield* typed(
        "create-table orders --partition-key customer --sort-key number:N " +
          "--index byStatus=status/createdAt:N@keys+total --index local:byDate=/createdAt:N@keys"
      )
      assert.strictEqual(stdout, "Created orders: keys customer (S), number (N); indexes byDate, byStatus\n")
      assert.strictEqual(stderr, "Creating orders…\n")
      assert.strictEqual(code, 0)
      const found = yield* TableAdmin.describe("orders")
      assert.strictEqual(found.TableStatus, "ACTIVE")
      assert.sameDeepMembers(found.AttributeDefinitions ?? [], [
        { AttributeName: "customer", AttributeType: "S" },
        { AttributeName: "number", AttributeType: "N" },
        { AttributeName: "status", AttributeType: "S" },
        { AttributeName: "createdAt", AttributeType: "N" }
      ])
      const [byStatus] = found.GlobalSecondaryIndexes ?? []
      assert.deepStrictEqual(byStatus?.KeySchema, [
        { AttributeName: "status", KeyType: "HASH" },
        { AttributeName: "createdAt", KeyType: "RANGE" }
      ])
      assert.deepStrictEqual(byStatus?.Projection, { ProjectionType: "INCLUDE", NonKeyAttributes: ["total"] })
      const [byDate] = found.LocalSecondaryIndexes ?? []
      assert.deepStrictEqual(byDate?.KeySchema, [
        { AttributeName: "customer", KeyType: "HASH" },
        { AttributeName: "createdAt", KeyType: "RANGE" }
      ])
      assert.deepStrictEqual(byDate?.Projection, { ProjectionType: "KEYS_ONLY" })
    })
  )

  it.effect("answers with DynamoDB's description under --json", () =>
    Effect.gen(function* () {
      const answer = yield* json("create-table", "described", "--no-sort-key")
      assert.deepInclude(answer, { TableName: "described", TableStatus: "ACTIVE" })
    })
  )

  it.effect("tells how a table that is there differs from the wanted one", () =>
    Effect.gen(function* () {
      yield* run("create-table", "there", "--no-sort-key")
      const { code, stderr, stdout } = yield* run("create-table", "there")
      assert.include(stderr, 'The table "there" exists already, and is not as it was to be created:\n- sortKey: ')
      assert.notInclude(stderr, "TableAdmin")
      assert.strictEqual(stdout, "")
      assert.strictEqual(code, 1)
    })
  )

  const mistakes: ReadonlyArray<readonly [args: string, says: string]> = [
    ["", "Name the table"],
    ["ab", '"ab" is no table name'],
    ["users --partition-key id:X", "S (text), N (number) or B (binary)"],
    ["users --partition-key sk", 'the partition key and the sort key are both "sk"'],
    ["users --sort-key at --no-sort-key", "--sort-key and --no-sort-key do not go together"],
    ["users --no-sort-key --index local:byDate=/at", 'the local index "byDate" needs a table with a sort key'],
    ["users --index byA=a --index byA=b", 'There are two indexes "byA"'],
    ["users --index byA=a --index byB=a:N", 'the key attribute "a" is declared as S and as N'],
    ["users --index byA=pk:N", 'the key attribute "pk" is declared as S and as N'],
    ["users --index byA=a,b,c,d,e", "partitionKey takes one to four attributes, but has 5"],
    ["users --index a=b", 'the index name "a" does not have 3 to 255 characters'],
    ["users --read-capacity 1", "go with --billing-mode PROVISIONED only"],
    ["users --billing-mode on-demand --write-capacity 1", "go with --billing-mode PROVISIONED only"],
    ["users --billing-mode PROVISIONED --write-capacity 1", "needs --read-capacity and --write-capacity"],
    ["users --billing-mode provisioned --read-capacity 0 --write-capacity 1", "a whole number from 1"],
    ["users --billing-mode monthly", "PAY_PER_REQUEST"],
    ["users --stream everything", "new-and-old-images"],
    ["users --tags team", "key=value"],
    ["users --timeout 1.5", "a whole number from 1"],
    ["users --from schema.ts --ttl at", "--ttl and --from do not go together"],
    ["users --from schema.ts --index byA=a", "--index and --from do not go together"],
    ["users --from #Users", '"#Users" names no table: write FILE#EXPORT']
  ]
  for (const [args, says] of mistakes) {
    it.effect(`ends with 2 after "${args}", and says why`, () =>
      Effect.gen(function* () {
        const { code, stderr, stdout } = yield* typed(`create-table ${args}`.trim())
        assert.include(stderr, says)
        assert.notMatch(stderr, /Table\.make|Index\.global|\n +at /)
        assert.strictEqual(stdout, "")
        assert.strictEqual(code, 2)
      })
    )
  }

  it.effect("prints the request under --dry-run, and needs nothing for it", () =>
    Effect.gen(function* () {
      const { request, stderr } = yield* dry("users --ttl expiresAt")
      assert.deepStrictEqual(request, {
        TableName: "users",
        KeySchema: [
          { AttributeName: "pk", KeyType: "HASH" },
          { AttributeName: "sk", KeyType: "RANGE" }
        ],
        AttributeDefinitions: [
          { AttributeName: "pk", AttributeType: "S" },
          { AttributeName: "sk", AttributeType: "S" }
        ],
        BillingMode: "PAY_PER_REQUEST"
      })
      assert.include(stderr, 'UpdateTimeToLive would turn on that items expire by "expiresAt"')
      assert.notInclude(yield* TableAdmin.list(), "users")
    })
  )

  it.effect("has billing, stream, tags and protection in the request", () =>
    Effect.gen(function* () {
      const { request } = yield* dry(
        "users --billing-mode provisioned --read-capacity 50 --write-capacity 25 " +
          "--stream NEW_AND_OLD_IMAGES --tags team=shop --tags stage=a=b --deletion-protection"
      )
      assert.deepInclude(request, {
        BillingMode: "PROVISIONED",
        ProvisionedThroughput: { ReadCapacityUnits: 50, WriteCapacityUnits: 25 },
        StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" },
        Tags: [
          { Key: "team", Value: "shop" },
          { Key: "stage", Value: "a=b" }
        ],
        DeletionProtectionEnabled: true
      })
      assert.deepInclude((yield* dry("users --stream keys-only")).request, {
        StreamSpecification: { StreamEnabled: true, StreamViewType: "KEYS_ONLY" }
      })
    })
  )
})

onlyLocal("create-table with what DynamoDB Local has", (it) => {
  it.effect("turns on expiry, a stream, protection, and makes indexes of several attributes", () =>
    Effect.gen(function* () {
      const { code, stderr } = yield* typed(
        "create-table events --ttl expiresAt --stream new-image --deletion-protection " +
          "--index byPlace=country,city/year:N,month:N --billing-mode PAY_PER_REQUEST"
      )
      assert.strictEqual(code, 0, stderr)
      const found = yield* TableAdmin.describe("events")
      assert.deepStrictEqual(
        found.GlobalSecondaryIndexes?.[0]?.KeySchema?.map(({ AttributeName, KeyType }) => [AttributeName, KeyType]),
        [
          ["country", "HASH"],
          ["city", "HASH"],
          ["year", "RANGE"],
          ["month", "RANGE"]
        ]
      )
      assert.deepStrictEqual(found.StreamSpecification, { StreamEnabled: true, StreamViewType: "NEW_IMAGE" })
      assert.isTrue(found.DeletionProtectionEnabled)
      const { describeTimeToLive } = yield* DynamoClient.DynamoClient
      const { TimeToLiveDescription } = yield* describeTimeToLive({ TableName: "events" })
      assert.strictEqual(TimeToLiveDescription?.AttributeName, "expiresAt")
    })
  )
})

onlyDynalite("create-table where items cannot expire", (it) => {
  it.effect("says so, beside the answer", () =>
    Effect.gen(function* () {
      const { code, stderr, stdout } = yield* run("create-table", "lasting", "--ttl", "expiresAt", "--json")
      assert.include(stderr, 'warn: The engine has no time to live: items of the table "lasting" will not expire')
      assert.deepInclude(JSON.parse(stdout), { TableName: "lasting" })
      assert.strictEqual(code, 0)
    })
  )
})
