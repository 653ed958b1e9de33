/**
 * Holds what an entity costs the compiler: programs of 1, 11 and 21 entities, each with twelve attributes, two indexes, a
 * query, a get and a put. Instantiations are what is counted: unlike seconds they are the same on every machine.
 *
 * Usage: node scripts/check-typecost.mjs [--trace]
 */
import { mkdirSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { run } from "./lib/run.mjs"
import { fromRoot, root } from "./lib/workspace.mjs"

/** Instantiations that one entity more may cost, in any stretch of the program. */
const budget = 3500

const counts = [0, 1, 11, 21]
const trace = process.argv.includes("--trace")

const compilers = [
  { name: "5.9", script: join(root, "tools/typescript-5.9/node_modules/typescript/lib/tsc.js"), options: [] },
  { name: "6.0", script: join(root, "tools/typescript-6.0/node_modules/typescript/lib/tsc.js"), options: [] },
  // One thread: how the files are shared out between several changes what is instantiated twice.
  { name: "7.0", script: join(root, "node_modules/typescript/bin/tsc"), options: ["--singleThreaded"] }
]

/** @param {number} i */
const entity = (i) => `
export class Order${i} extends Entity.Class<Order${i}>("Order${i}")({
  customerId${i}: Schema.String,
  orderId: Schema.String,
  placedAt: Schema.DateTimeUtc,
  status: Schema.Literals(["pending", "paid", "shipped"]),
  total: Schema.Number,
  tags: Attribute.StringSet,
  lines: Schema.Array(Schema.Struct({ sku${i}: Schema.String, quantity: Schema.Int })),
  note: Schema.optionalKey(Schema.String),
  priority: Entity.withDefault(Schema.Int, 0),
  active: Entity.withDefault(Schema.Boolean, true),
  city: Schema.String,
  state: Schema.String
}, {
  table: Shop,
  partitionKey: Key.template("CUSTOMER${i}#{customerId${i}}"),
  sortKey: Key.template("ORDER#{placedAt}#{orderId}"),
  indexes: {
    byId: { index: "gsi1", partitionKey: Key.template("ORDER${i}#{orderId}"), sortKey: Key.template("ORDER") },
    gsi2: { partitionKey: ["state", "city"], sortKey: [Key.ordered("total"), "orderId"] }
  }
}) {}

export const get${i} = Get.from(Order${i}).key({ customerId${i}: "c", placedAt: at, orderId: "o" })
export const put${i} = Put.into(Order${i}, {
  customerId${i}: "c", orderId: "o", placedAt: at, status: "paid", total: 1, tags: new Set(["a"]),
  lines: [{ sku${i}: "s", quantity: 1 }], city: "c", state: "s"
})
export const query${i} = Query.from(Order${i}).index("gsi2").pk({ state: "s", city: "c" }).sk.gte({ total: 5 }).limit(10)
`

/** @param {number} count */
const programOf = (count) => `
import { DateTime, Schema } from "effect"
import { Attribute, Entity, Get, Index, Key, Put, Query, Table } from "effect-dynamo"

export const at = DateTime.makeUnsafe(0)
export const Shop = Table.make("shop", {
  partitionKey: "pk",
  sortKey: "sk",
  indexes: {
    gsi1: Index.global({ partitionKey: "gsi1pk", sortKey: "gsi1sk" }),
    gsi2: Index.global({ partitionKey: "gsi2pk", sortKey: "gsi2sk" })
  }
})
export const used = [Attribute, Entity, Get, Key, Put, Query, Schema]
${Array.from({ length: count }, (_, i) => entity(i)).join("")}`

// Below node_modules: packages are found from there, and git does not see it.
const folder = join(root, "node_modules/.cache/effect-dynamo-typecost")

/**
 * @param {typeof compilers[number]} compiler
 * @param {number} count
 */
const instantiations = async ({ name, options, script }, count) => {
  const file = join(folder, `entities${count}.ts`)
  const project = join(folder, `tsconfig.${count}.json`)
  writeFileSync(file, programOf(count))
  writeFileSync(
    project,
    JSON.stringify({
      extends: join(root, "tsconfig.base.json"),
      compilerOptions: {
        composite: false,
        incremental: false,
        tsBuildInfoFile: null,
        noEmit: true,
        rootDir: root,
        types: ["node"]
      },
      files: [file],
      include: []
    })
  )
  const traced = trace && count === 11 ? ["--generateTrace", join(folder, `trace-${name}`)] : []
  const { output } = await run(process.execPath, [
    script,
    "--project",
    project,
    "--extendedDiagnostics",
    ...options,
    ...traced
  ])
  const found = /^Instantiations:\s+(\d+)$/m.exec(output)
  // Errors in the sources are for `npm run types` to tell.
  if (found === null || output.includes(`entities${count}.ts(`)) {
    console.error(`TypeScript ${name} does not compile ${fromRoot(file)}:\n${output}`)
    process.exit(1)
  }
  return Number(found[1])
}

rmSync(folder, { recursive: true, force: true })
mkdirSync(folder, { recursive: true })

let passed = 0
let failed = 0
for (const compiler of compilers) {
  /** @type {Array<number>} */
  const totals = []
  for (const count of counts) totals.push(await instantiations(compiler, count))
  const [none = 0, one = 0, eleven = 0, twentyOne = 0] = totals
  const further = [(eleven - one) / 10, (twentyOne - eleven) / 10]
  const most = Math.max(...further)
  if (most <= budget) passed++
  else failed++
  console.log(
    `TypeScript ${compiler.name}: ${one - none} instantiations for the first entity, ` +
      `${further.map((each) => each.toFixed(0)).join(" and ")} for each further one (${budget} allowed)` +
      `${most <= budget ? "" : ": TOO MANY"}`
  )
}
if (trace) console.log(`traces: ${fromRoot(folder)}`)
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1
