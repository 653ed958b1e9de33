/**
 * A cold process that loads an app's bundle and runs it: prints what import, a first get and a first query took, in ms.
 *
 * Usage: node launch.mjs <bundle> <endpoint>
 */
import { pathToFileURL } from "node:url"

const [bundle = "", endpoint] = process.argv.slice(2)
const began = performance.now()
const { run } = await import(pathToFileURL(bundle).href)
const [order, count] = await run(endpoint)
const took = performance.now() - began
if (!JSON.stringify(order).includes("o-00000001") || count !== 2) {
  console.error(`${bundle} found ${JSON.stringify(order)} and ${count} orders`)
  process.exit(1)
}
console.log(took)
process.exit(0)
