import type { DynamoClient } from "@effect-dynamo/client"
import type { Table } from "@effect-dynamo/core"
import { Effect, Layer } from "effect"
import type { It } from "../../../testing/test-support/engines.ts"
import { TableAdmin } from "../../src/main.ts"

/** Tests that find these tables, made once for all of them. */
export const withTables = (it: It, tables: ReadonlyArray<Table.Table>, tests: (it: It) => void): void => {
  const made: Layer.Layer<never, TableAdmin.Error, DynamoClient.DynamoClient> = Layer.effectDiscard(
    Effect.forEach(tables, (table) => TableAdmin.create(table), { discard: true })
  )
  it.layer(made, { timeout: "30 seconds" })(tests)
}
