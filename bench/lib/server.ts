/**
 * A server, in a process of its own, that answers in DynamoDB's protocol what was made in advance: always the same item,
 * and scans of so many equal pages.
 */
import { createServer } from "node:http"
import { answer } from "./answers.ts"
import { scanned, sharedOrder } from "./canned.ts"
import { order } from "./data.ts"

const items = Array.from({ length: scanned.perPage }, (_, i) => sharedOrder(order(i)))
const page = (last: number | undefined) =>
  answer({
    Items: items,
    Count: items.length,
    ScannedCount: items.length,
    ...(last === undefined
      ? undefined
      : { LastEvaluatedKey: { pk: { S: "CUSTOMER#c-1" }, sk: { S: `ORDER#o-${last}` } } })
  })
const pages = Array.from({ length: scanned.pages }, (_, i) => page(i + 1 < scanned.pages ? i + 1 : undefined))

const fixed = {
  GetItem: answer({ Item: sharedOrder(order(1)) }),
  PutItem: answer({}),
  Query: answer({ Items: items.slice(0, 2), Count: 2, ScannedCount: 2 })
}

const answerTo = (operation: string, body: string) => {
  if (operation === "Scan") return pages[Number(/"ORDER#o-(\d+)"/.exec(body)?.[1] ?? 0)]
  return fixed[operation as keyof typeof fixed]
}

const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
  const chunks: Array<Buffer> = []
  request.on("data", (chunk: Buffer) => chunks.push(chunk))
  request.on("end", () => {
    const target = String(request.headers["x-amz-target"])
    const found = answerTo(
      target.slice(target.indexOf(".") + 1),
      chunks.length === 1 ? chunks[0]!.toString() : Buffer.concat(chunks).toString()
    )
    if (found === undefined) response.writeHead(400).end()
    else response.writeHead(200, found.headers).end(found.body)
  })
})

server.listen(0, "127.0.0.1", () => {
  const address = server.address()
  if (typeof address === "object" && address !== null) process.send?.(`http://127.0.0.1:${address.port}`)
})

process.on("disconnect", () => process.exit(0))
