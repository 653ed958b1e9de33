/** Modules of tables of many shapes: they compile, read every item, write it back as it was, and make the table again. */
import type { Projection } from "@aws-sdk/client-dynamodb"
import type { Item } from "@effect-dynamo/core/Attribute"
import { assert } from "@effect/vitest"
import { Effect } from "effect"
import { DynamoClient, Entity, Scan, Table, TableAdmin } from "effect-dynamo"
import { writeFile } from "node:fs/promises"
import { onlyLocal } from "../../testing/test-support/engines.ts"
import { canonical } from "../src/schema/check.ts"
import { run } from "../test-support/cli.ts"
import { invented, recorded } from "./support/designs.ts"
import { folder, freshFolder, load, typeErrors } from "./support/modules.ts"

const contents = (TableName: string) =>
  Effect.gen(function* () {
    const client = yield* DynamoClient.DynamoClient
    const { Items, LastEvaluatedKey } = yield* client.scan({ TableName, ConsistentRead: true })
    assert.isUndefined(LastEvaluatedKey, "one page holds it all")
    return (Items ?? []) as ReadonlyArray<Item>
  })

const inOrder = (items: ReadonlyArray<Item>) => items.map((item) => canonical({ M: item })).sort()

/** Every item, read as the entity that it is and written again. */
const readBack = (entity: Entity.Any) =>
  Effect.gen(function* () {
    // Nothing is known of the entity's types here; those of the module are the compiler's to check.
    const read = Scan.from(entity as never) as unknown as Effect.Effect<
      ReadonlyArray<never>,
      unknown,
      DynamoClient.DynamoClient
    >
    const values = yield* read
    return yield* Effect.forEach(values, (value) => Entity.encode(entity, value) as Effect.Effect<Item, unknown>)
  })

interface Index {
  readonly IndexName?: string | undefined
  readonly KeySchema?: unknown
  readonly Projection?: Projection | undefined
}

/** What a `Table` value says of a table, as DynamoDB has it. */
const shape = (TableName: string) =>
  Effect.gen(function* () {
    const client = yield* DynamoClient.DynamoClient
    const { TimeToLiveDescription } = yield* client.describeTimeToLive({ TableName })
    const found = yield* TableAdmin.describe(TableName)
    const index = ({ IndexName, KeySchema, Projection }: Index) => ({
      name: IndexName,
      keys: KeySchema,
      projection: Projection?.ProjectionType,
      attributes: Projection?.NonKeyAttributes?.toSorted()
    })
    const indexes = (all: ReadonlyArray<Index> = []) =>
      all.map(index).sort((a, b) => ((a.name ?? "") < (b.name ?? "") ? -1 : 1))
    return {
      keys: found.KeySchema,
      attributes: found.AttributeDefinitions?.map(
        ({ AttributeName, AttributeType }) => `${AttributeName} ${AttributeType}`
      ).sort(),
      global: indexes(found.GlobalSecondaryIndexes),
      local: indexes(found.LocalSecondaryIndexes),
      expiry: TimeToLiveDescription?.AttributeName
    }
  })

/** A key of a field that there is not. */
const wrong = `import { Schema } from "effect"
import { Entity, Table } from "effect-dynamo"
const table = Table.make("wrong", { sortKey: null })
export const E = Entity.make("E", { schema: Schema.Struct({ id: Schema.String }), table, partitionKey: ["other"] })
`

onlyLocal("generate-schema", (it) => {
  it.effect(
    "is checked by a compiler that finds what is wrong",
    () =>
      Effect.gen(function* () {
        yield* freshFolder
        yield* Effect.promise(() => writeFile(`${folder}wrong.ts`, wrong))
        assert.include(yield* typeErrors, "wrong.ts(4")
      }).pipe(Effect.scoped),
    60_000
  )

  it.effect(
    "writes modules that compile, read every item and write it back as it was, and make the table again",
    () =>
      Effect.gen(function* () {
        yield* freshFolder
        const designs = [...recorded, ...invented]
        for (const { make, name } of designs) {
          yield* make
          const { code, stderr, stdout } = yield* run("generate-schema", name, "--output", `${folder}${name}.ts`)
          assert.strictEqual(code, 0, stderr)
          assert.include(stdout, `Wrote ${folder}${name}.ts`)
        }
        assert.strictEqual(yield* typeErrors, "")
        for (const { name } of designs) {
          const exports = Object.entries(yield* load(`${folder}${name}.ts`))
          const entities = exports.map(([, value]) => value).filter(Entity.isEntity)
          const reference = `${folder}${name}.ts#${exports.find(([, value]) => Table.isTable(value))?.[0]}`
          const read = (yield* Effect.forEach(entities, readBack)).flat()
          assert.deepStrictEqual(inOrder(read), inOrder(yield* contents(name)), name)
          const same = yield* run("diff", reference)
          assert.strictEqual(same.code, 0, same.stdout + same.stderr)
          const copy = `${name}-copy`
          const created = yield* run("create-table", copy, "--from", reference)
          assert.strictEqual(created.code, 0, created.stderr)
          assert.deepStrictEqual(yield* shape(copy), yield* shape(name))
        }
      }).pipe(Effect.scoped),
    120_000
  )
})
