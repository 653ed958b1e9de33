/**
 * Tenants: who a request is for stands in the context, and the configuration of that tenant follows from it. Two of
 * them have tables of their own, one of these with keys as another program wrote them; all others share a table.
 */
import assert from "node:assert/strict"
import { Console, Context, Effect, Schema, Stream } from "effect"
import { DynamoConfig, Entity, Put, Query, Table, TableAdmin, Update } from "effect-dynamo"
import { Dynalite } from "@effect-dynamo/testing"

const Projects = Table.make("projects")

/** The tenant is a part of the key: where tenants share a table, a query cannot leave its tenant's partitions. */
class Project extends Entity.Class<Project>("Project")(
  { tenant: Schema.String, id: Schema.String, name: Schema.String, tasks: Entity.withDefault(Schema.Int, 0) },
  { table: Projects, partitionKey: ["tenant"], sortKey: ["id"] }
) {}

// -----------------------------------------------------------------------------
// The tenant of a request
// -----------------------------------------------------------------------------

class Tenant extends Context.Service<Tenant, { readonly id: string; readonly config: DynamoConfig.Options }>()(
  "examples/Tenant"
) {}

/** What is special about some. In an application it stands in a table, or in the environment. */
const special: ReadonlyMap<string, DynamoConfig.Options> = new Map<string, DynamoConfig.Options>([
  // A contract says that nobody else's data is in the same table.
  ["acme", { tableNamePrefix: "acme-" }],
  // It came with a table that another program wrote.
  ["globex", { tableNamePrefix: "globex-", keySeparator: "_", suffixPartitionKey: false, prefixSortKey: true }]
])

/** The edge of the program: once for each request, when it is known whose it is. */
const asTenant =
  (id: string) =>
  <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, Exclude<R, Tenant>> => {
    const config = special.get(id) ?? {}
    // What is configured for an effect holds for all fibers that it starts, and ends with it: nothing has to be cleared.
    return effect.pipe(DynamoConfig.with(config), Effect.provideService(Tenant, { id, config }))
  }

// -----------------------------------------------------------------------------
// The application: it says nothing of tables, prefixes and separators
// -----------------------------------------------------------------------------

/** Without a tenant these do not compile where they are run: `Tenant` is in their type. */
const open = Effect.fn("open")(function* (id: string, name: string) {
  const { id: tenant } = yield* Tenant
  return yield* Put.into(Project, { tenant, id, name }).ifNotExists()
})

const addTask = Effect.fn("addTask")(function* (id: string) {
  const { id: tenant } = yield* Tenant
  return yield* Update.in(Project).key({ tenant, id }).increment("tasks")
})

const projects = Stream.unwrap(Effect.map(Tenant, ({ id }) => Query.from(Project).pk(id).stream()))

// -----------------------------------------------------------------------------
// Requests of several tenants
// -----------------------------------------------------------------------------

const tenants = ["acme", "globex", "initech", "umbrella"]

export const program = Effect.gen(function* () {
  // A table for all, and one for each that has its own.
  yield* TableAdmin.create(Projects)
  yield* Effect.forEach(["acme", "globex"], (tenant) => TableAdmin.create(Projects).pipe(asTenant(tenant)))

  // Requests of all tenants at the same time, and with the same names: each meets its own.
  const work = Effect.gen(function* () {
    yield* open("p1", "The first")
    yield* open("p2", "The second")
    yield* Effect.all([addTask("p1"), addTask("p1")], { concurrency: "unbounded" })
    return yield* Stream.runCollect(projects)
  })
  const found = yield* Effect.forEach(tenants, (tenant) => work.pipe(asTenant(tenant)), { concurrency: "unbounded" })
  for (const [i, tenant] of tenants.entries()) {
    assert.deepEqual(
      found[i]?.map((project) => [project.tenant, project.id, project.tasks]),
      [
        [tenant, "p1", 2],
        [tenant, "p2", 0]
      ]
    )
  }

  // Where an item is, and under which key.
  for (const tenant of tenants) {
    const { Key, TableName } = yield* Update.in(Project)
      .key({ tenant, id: "p1" })
      .increment("tasks")
      .toInput()
      .pipe(asTenant(tenant))
    yield* Console.log(`${tenant}: ${TableName} ${Key?.["pk"]?.S} ${Key?.["sk"]?.S}`)
  }

  // Nothing is left of it outside.
  assert.equal((yield* DynamoConfig.current).tableNamePrefix, "")
  assert.deepEqual(yield* Query.from(Project).pk("acme"), [])
  yield* Console.log("every tenant sees what is theirs")
})

if (import.meta.main) {
  await Effect.runPromise(program.pipe(Effect.provide(Dynalite.layer)))
}
