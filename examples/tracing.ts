/**
 * Traces and metrics by OpenTelemetry's protocol (OTLP), with the exporter that comes with Effect. The collector that
 * receives them here is a part of the program, so that it can print what it got; yours is Jaeger, Grafana, Honeycomb, an
 * AWS Distro for OpenTelemetry, at a `baseUrl` such as http://localhost:4318.
 */
import assert from "node:assert/strict"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { Console, Effect, Layer, Schema, Stream } from "effect"
import { FetchHttpClient } from "effect/http"
import { Otlp } from "effect/observability"
import { Batch, DynamoClient, Entity, Key, Put, Query, RetryPolicy, Table, TableAdmin, Update } from "effect-dynamo"
import { Dynalite, Faults } from "@effect-dynamo/testing"

const Orders = Table.make("orders")

class Order extends Entity.Class<Order>("Order")(
  { customer: Schema.String, id: Schema.Int, total: Schema.Number },
  { table: Orders, partitionKey: ["customer"], sortKey: [Key.padded("id", 6)] }
) {}

/** What a program adds: one layer for the exporter, one that switches metrics on. Spans need no switch. */
const observability = (baseUrl: string) =>
  Layer.merge(
    Otlp.layerJson({ baseUrl, resource: { serviceName: "shop" } }).pipe(Layer.provide(FetchHttpClient.layer)),
    DynamoClient.layerMetrics
  )

/** The work of a request: a write that is throttled at first, a batch, a query in pages, an update. */
const checkout = Effect.gen(function* () {
  yield* Put.into(Order, new Order({ customer: "lovelace", id: 1, total: 10 }))
  yield* Batch.write([2, 3].map((id) => Put.into(Order, new Order({ customer: "lovelace", id, total: id * 10 }))))
  const totals = Query.from(Order).pk("lovelace").pageSize(2).stream()
  yield* Stream.runForEach(totals, ({ id }) => Update.in(Order).key({ customer: "lovelace", id }).increment("total", 1))
}).pipe(Effect.withSpan("checkout"), DynamoClient.withRetry(RetryPolicy.make({ throttleBaseDelay: "1 millis" })))

export const program = Effect.gen(function* () {
  const collector = yield* startCollector
  yield* TableAdmin.create(Orders)
  yield* throttledOnce(checkout).pipe(Effect.provide(observability(collector.baseUrl)))
  // The exporter has sent what was left when its layer was closed.

  const { metrics, spans } = collector
  yield* Console.log(treeOf(spans))
  const throttles = metrics.filter(({ name }) => name === "effect_dynamo.client.throttles")
  yield* Console.log(`throttled requests: ${throttles.flatMap(({ sum }) => sum?.dataPoints ?? []).length}`)

  // Neither keys nor values have left the program. (Ids of spans are hexadecimal: there is no such name in them.)
  assert.ok(!JSON.stringify([spans, metrics]).includes("lovelace"))
  yield* Console.log("every span and metric has arrived")
}).pipe(Effect.scoped)

/** The first put meets a table that is throttled. */
const throttledOnce = <A, E>(effect: Effect.Effect<A, E, DynamoClient.DynamoClient>) =>
  Effect.flatMap(Faults.make([Faults.on("PutItem", Faults.once(Faults.throttle()))]), ({ client }) =>
    Effect.provideService(effect, DynamoClient.DynamoClient, client)
  )

// -----------------------------------------------------------------------------
// The collector
// -----------------------------------------------------------------------------

/** What is used here of OTLP's JSON. */
interface Span {
  readonly name: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly startTimeUnixNano: string
  readonly attributes: ReadonlyArray<{ readonly key: string; readonly value: Readonly<Record<string, unknown>> }>
  readonly events: ReadonlyArray<{ readonly name: string }>
}
interface Metric {
  readonly name: string
  readonly sum?: { readonly dataPoints: ReadonlyArray<unknown> }
}
interface Export {
  readonly resourceSpans?: ReadonlyArray<{
    readonly scopeSpans: ReadonlyArray<{ readonly spans: ReadonlyArray<Span> }>
  }>
  readonly resourceMetrics?: ReadonlyArray<{
    readonly scopeMetrics: ReadonlyArray<{ readonly metrics: ReadonlyArray<Metric> }>
  }>
}

/** An HTTP server on a free port, until the scope ends. */
const startCollector = Effect.gen(function* () {
  const spans: Array<Span> = []
  const metrics: Array<Metric> = []
  const receive = ({ resourceMetrics = [], resourceSpans = [] }: Export) => {
    spans.push(...resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans)))
    metrics.push(...resourceMetrics.flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(({ metrics }) => metrics)))
  }
  const server = createServer((request, response) => {
    const chunks: Array<Buffer> = []
    request.on("data", (chunk: Buffer) => chunks.push(chunk))
    request.on("end", () => {
      receive(JSON.parse(Buffer.concat(chunks).toString()))
      response.setHeader("content-type", "application/json").end("{}")
    })
  })
  const listening = Effect.callback<AddressInfo>((resume) => {
    server.listen(0, "127.0.0.1", () => resume(Effect.succeed(server.address() as AddressInfo)))
  })
  const { port } = yield* Effect.acquireRelease(listening, () =>
    Effect.sync(() => {
      server.close()
      server.closeAllConnections()
    })
  )
  return { baseUrl: `http://127.0.0.1:${port}`, spans, metrics }
})

/** The trace as an indented list, with what is told of retries, pages and items. */
const treeOf = (spans: ReadonlyArray<Span>): string => {
  const shown = ["http.request.resend_count", "effect_dynamo.pages", "db.response.returned_rows"]
  const inOrder = spans.toSorted((a, b) => (BigInt(a.startTimeUnixNano) < BigInt(b.startTimeUnixNano) ? -1 : 1))
  const lines = (parent: string | undefined, depth: number): ReadonlyArray<string> =>
    inOrder
      .filter(({ parentSpanId }) => parentSpanId === parent)
      .flatMap(({ attributes, events, name, spanId }) => {
        const told = attributes.flatMap(({ key, value }) =>
          shown.includes(key) ? [` ${key}=${String(Object.values(value)[0])}`] : []
        )
        const noted = events.map((event) => ` [${event.name}]`)
        return [`${"  ".repeat(depth)}${name}${told.join("")}${noted.join("")}`, ...lines(spanId, depth + 1)]
      })
  return lines(undefined, 0).join("\n")
}

if (import.meta.main) {
  await Effect.runPromise(program.pipe(Effect.provide(Dynalite.layer)))
}
