import { assert, describe, it } from "@effect/vitest"
import { execFileSync } from "node:child_process"

/** What a program of its own loads besides Node's own modules. */
const loadedBy = (program: string): ReadonlyArray<string> => {
  const script = `
    import { registerHooks } from "node:module"
    const loaded = []
    registerHooks({ load: (url, context, next) => { loaded.push(url); return next(url, context) } })
    await (async () => { ${program} })()
    console.log(JSON.stringify(loaded))
  `
  const output = execFileSync(
    process.execPath,
    ["--conditions=@effect-dynamo/source", "--no-warnings", "--input-type=module", "--eval", script],
    { cwd: import.meta.dirname, encoding: "utf8", env: { ...process.env, NODE_OPTIONS: "" } }
  )
  return JSON.parse(output.trim().split("\n").at(-1) ?? "") as ReadonlyArray<string>
}

const ofSdk = (urls: ReadonlyArray<string>) => urls.filter((url) => /@aws-sdk|@smithy|@aws\//.test(url))
const ofHttpClient = (urls: ReadonlyArray<string>) =>
  urls.filter((url) => /effect\/(dist|src)\/http\/\w*HttpClient/.test(url))

const call = (layer: string) => `
  const DynamoClient = await import("@effect-dynamo/client/DynamoClient")
  const Effect = await import("effect/Effect")
  const { createServer } = await import("node:http")
  const server = createServer((_, response) => response.end('{"TableNames":[]}'))
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve))
  const options = {
    region: "eu-west-1",
    endpoint: "http://127.0.0.1:" + server.address().port,
    credentials: { accessKeyId: "a", secretAccessKey: "b" }
  }
  const list = DynamoClient.DynamoClient.use((client) => client.listTables({}))
  await Effect.runPromise(Effect.provide(list, DynamoClient.${layer}(options)))
  server.closeAllConnections()
  server.close()
`

describe("a program on the direct client", () => {
  it("loads nothing of the SDK, nor of Effect's HTTP client", () => {
    const loaded = loadedBy(call("layerDirect"))
    assert.isTrue(loaded.some((url) => url.endsWith("directTransport.ts")))
    assert.deepStrictEqual([...ofSdk(loaded), ...ofHttpClient(loaded)], [])
  })

  it("does so where one on the SDK does", () => {
    assert.isAbove(ofSdk(loadedBy(call("layer"))).length, 10)
  })
})
