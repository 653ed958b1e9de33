/**
 * An HTTP API on `effect/http-api`: the entity is the schema of its answers too, pages have cursors in their URLs
 * (`?after=`), and each failure that a caller can do something about has a status of its own.
 *
 * The requests of this program go to the API within the process. To listen on a port, take a server of a platform:
 * `HttpRouter.serve(Routes).pipe(Layer.provide(NodeHttpServer.layer(createServer, { port: 3000 })))`, of
 * `@effect/platform-node`.
 */
import assert from "node:assert/strict"
import { Console, Effect, Layer, Option, Redacted, Schema, Stream } from "effect"
import { FetchHttpClient, HttpClient, HttpRouter, HttpServer, UrlParams } from "effect/http"
import {
  HttpApi,
  HttpApiBuilder,
  HttpApiClient,
  HttpApiEndpoint,
  HttpApiError,
  HttpApiGroup,
  HttpApiMiddleware,
  HttpApiSchema,
  OpenApi
} from "effect/http-api"
import { Cursor, DynamoClient, DynamoError, Entity, Repository, RetryPolicy, Table, TableAdmin } from "effect-dynamo"
import { Dynalite, Faults } from "@effect-dynamo/testing"

// -----------------------------------------------------------------------------
// What is stored
// -----------------------------------------------------------------------------

const Catalog = Table.make("catalog")

class Product extends Entity.Class<Product>("Product")(
  {
    category: Schema.NonEmptyString,
    sku: Schema.NonEmptyString,
    name: Schema.String,
    price: Schema.Number,
    stock: Entity.withDefault(Schema.Int, 0)
  },
  { table: Catalog, partitionKey: ["category"], sortKey: ["sku"] }
) {}

class Products extends Repository.Service<Products>()("examples/Products", { entity: Product }) {}

// -----------------------------------------------------------------------------
// What the API promises
// -----------------------------------------------------------------------------

/** Problems as RFC 9457 has them. They say what the caller asked for, and nothing of tables and requests. */
class NoSuchProduct extends HttpApiError.Problem<NoSuchProduct>()("NoSuchProduct", {
  type: "https://example.com/problems/no-such-product",
  status: 404,
  title: "There is no such product"
}) {}

class ProductExists extends HttpApiError.Problem<ProductExists>()("ProductExists", {
  type: "https://example.com/problems/product-exists",
  status: 409,
  title: "There is such a product already"
}) {}

class NotEnough extends HttpApiError.Problem<NotEnough>()(
  "NotEnough",
  { type: "https://example.com/problems/not-enough", status: 409, title: "There is not enough of it" },
  { stock: Schema.Int }
) {}

class BadCursor extends HttpApiError.Problem<BadCursor>()("BadCursor", {
  type: "https://example.com/problems/bad-cursor",
  status: 400,
  title: "The cursor in `after` is not of this list; begin without it"
}) {}

class Busy extends HttpApiError.Problem<Busy>()("Busy", {
  type: "https://example.com/problems/busy",
  status: 503,
  title: "Too much is going on; try again later"
}) {}

const category = "/categories/:category/products"
// What is a part of a key is short: a partition key has 2,048 bytes at most, a sort key 1,024.
const Name = Schema.NonEmptyString.check(Schema.isMaxLength(100))
const Key = { category: Name, sku: Name }
const Limit = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 100 }))

class ProductsApi extends HttpApiGroup.make("products").add(
  HttpApiEndpoint.get("list", category, {
    params: { category: Key.category },
    query: { after: Schema.optional(Schema.String), limit: Schema.optional(Limit) },
    success: Schema.Struct({ items: Schema.Array(Product), next: Schema.NullOr(Schema.String) }),
    error: [BadCursor, Busy]
  }),
  HttpApiEndpoint.get("get", `${category}/:sku`, { params: Key, success: Product, error: [NoSuchProduct, Busy] }),
  HttpApiEndpoint.put("create", `${category}/:sku`, {
    params: Key,
    payload: Schema.Struct({ name: Schema.String, price: Schema.Number, stock: Schema.optionalKey(Schema.Int) }),
    success: Product.pipe(HttpApiSchema.status(201)),
    error: [ProductExists, Busy]
  }),
  HttpApiEndpoint.post("take", `${category}/:sku/take`, {
    params: Key,
    payload: Schema.Struct({ quantity: Schema.Int.check(Schema.isGreaterThan(0)) }),
    success: Product,
    error: [NoSuchProduct, NotEnough, Busy]
  })
) {}

/** A server and its clients share this much; neither needs the entity's table. */
class Api extends HttpApi.make("catalog")
  .add(ProductsApi)
  // What does not fit the schemas above is a problem of status 400.
  .middleware(HttpApiMiddleware.ProblemDetails)
  .annotateMerge(OpenApi.annotations({ title: "Catalog", version: "1" })) {}

// -----------------------------------------------------------------------------
// How it keeps it
// -----------------------------------------------------------------------------

/** A caller waits: better to tell them soon than to try again for half a minute, as a job would. */
const brief = RetryPolicy.make({ maxAttempts: 3, maxElapsed: "1 second", throttleBaseDelay: "10 millis" })

/**
 * What is the same for all endpoints. What passes is `Busy`, unless it was a write that may have been applied: nobody
 * should be told to send that again. Whatever else is left is no caller's business (permissions, a table that is not
 * there, an item that does not fit its schema): it becomes a defect, status 500, and stands in the log.
 */
const answer = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  effect.pipe(
    DynamoClient.withRetry(brief),
    DynamoClient.withTimeout("5 seconds"),
    Effect.catchIf(DynamoError.isDynamoError, (error) =>
      error.isRetryable && !DynamoError.isAmbiguous(error) ? Effect.fail(new Busy({})) : Effect.die(error)
    )
  )

const Handlers = HttpApiBuilder.group(
  Api,
  "products",
  Effect.fn(function* (handlers) {
    const products = yield* Products

    return handlers.handleAll({
      list: ({ params, query: { after, limit = 20 } }) =>
        Effect.gen(function* () {
          const cursor = after === undefined ? undefined : yield* Cursor.decode(after)
          const { cursor: next, items } = yield* products.query((query) =>
            query.pk(params.category).limit(limit).page({ after: cursor })
          )
          return { items, next: Option.getOrNull(yield* Effect.transposeOption(Option.map(next, Cursor.encode))) }
        }).pipe(
          // A cursor that is damaged, forged, or of another category's list.
          Effect.catchTag("CursorError", () => Effect.fail(new BadCursor({}))),
          answer
        ),

      get: ({ params }) =>
        products.getOrFail(params).pipe(
          Effect.catchTag("ItemNotFound", () => Effect.fail(new NoSuchProduct({}))),
          answer
        ),

      create: ({ params, payload }) =>
        products.insert({ ...params, ...payload }).pipe(
          Effect.catchTag("ConditionalCheckFailed", () => Effect.fail(new ProductExists({}))),
          answer
        ),

      take: ({ params, payload: { quantity } }) =>
        products
          .update(params, (product) =>
            product.decrement("stock", quantity).condition(({ stock }) => stock.gte(quantity))
          )
          .pipe(
            Effect.catchTags({
              ItemNotFound: () => Effect.fail(new NoSuchProduct({})),
              // The product as it stands there comes with the failure.
              ConditionalCheckFailed: ({ item }) =>
                Effect.fail(new NotEnough({ stock: Option.match(item, { onNone: () => 0, onSome: (p) => p.stock }) }))
            }),
            answer
          )
    })
  })
)

const Routes = HttpApiBuilder.layer(Api, { openapiPath: "/openapi.json" }).pipe(
  Layer.provide(Handlers),
  Layer.provide([
    Products.layer,
    HttpApiMiddleware.layerProblemDetails({ includeDetails: true }),
    // Cursors leave the program: nobody else shall make any. The secret is of your configuration.
    Cursor.layerSigned(Redacted.make("thirty-two random bytes, or more")),
    HttpServer.layerServices
  ])
)

// -----------------------------------------------------------------------------
// Some requests
// -----------------------------------------------------------------------------

/** The API as a function from requests to responses, on the client in context: serverless platforms take it as it is. */
const serve = Effect.gen(function* () {
  const client = Layer.succeed(DynamoClient.DynamoClient, yield* DynamoClient.DynamoClient)
  const { handler } = yield* Effect.acquireRelease(
    Effect.sync(() => HttpRouter.toWebHandler(Routes.pipe(Layer.provide(client)), { disableLogger: true })),
    ({ dispose }) => Effect.promise(dispose)
  )
  return handler
})

/** The client that follows from the API. Its requests go to the handler, instead of the network, and are printed. */
const clientOf = (handler: (request: Request) => Promise<Response>) =>
  HttpApiClient.make(Api, {
    baseUrl: "http://localhost",
    transformClient: HttpClient.tap(({ request, status }) => {
      const query = UrlParams.toString(request.urlParams).replace(/after=[^&]+/, "after=…")
      return Console.log(`${request.method} ${new URL(request.url).pathname}${query && `?${query}`} -> ${status}`)
    })
  }).pipe(
    Effect.provide(FetchHttpClient.layer),
    Effect.provideService(FetchHttpClient.Fetch, (input, init) => handler(new Request(input, init)))
  )

export const program = Effect.gen(function* () {
  yield* TableAdmin.create(Catalog)
  const handler = yield* serve
  const { products } = yield* clientOf(handler)
  const product = (sku: string) => ({ category: "games", sku })

  for (const n of [1, 2, 3, 4, 5]) {
    yield* products.create({ params: product(`g${n}`), payload: { name: `Game ${n}`, price: 10 * n, stock: 3 } })
  }
  const exists = yield* Effect.flip(products.create({ params: product("g1"), payload: { name: "Another", price: 1 } }))
  assert.equal(exists._tag, "ProductExists")

  // An instance of the entity's class, on this side too.
  assert.ok((yield* products.get({ params: product("g1") })) instanceof Product)
  assert.equal((yield* Effect.flip(products.get({ params: product("g9") })))._tag, "NoSuchProduct")

  assert.equal((yield* products.take({ params: product("g1"), payload: { quantity: 2 } })).stock, 1)
  const tooMuch = yield* Effect.flip(products.take({ params: product("g1"), payload: { quantity: 2 } }))
  assert.ok(tooMuch._tag === "NotEnough" && tooMuch.stock === 1)

  // A caller follows `next` until there is none.
  const list = (after?: string) =>
    products.list({ params: { category: "games" }, query: { limit: 2, ...(after === undefined ? {} : { after }) } })
  const all = yield* Stream.paginate(undefined as string | undefined, (after) =>
    Effect.map(list(after), ({ items, next }) => [items, Option.fromNullOr(next)] as const)
  ).pipe(Stream.runCollect)
  assert.deepEqual(
    all.map(({ sku }) => sku),
    ["g1", "g2", "g3", "g4", "g5"]
  )

  // Cursors of another list, or of nobody's making, are the caller's mistake.
  const { next } = yield* list()
  const elsewhere = products.list({ params: { category: "books" }, query: { after: next ?? "" } })
  assert.equal((yield* Effect.flip(elsewhere))._tag, "BadCursor")
  assert.equal((yield* Effect.flip(list("c1uAAAAAAAAAAAAAAAAAAAAAFtdXQ")))._tag, "BadCursor")

  // Not every caller uses the typed client.
  const malformed = yield* Effect.promise(() =>
    handler(new Request("http://localhost/categories/games/products?limit=0"))
  )
  assert.deepEqual([malformed.status, malformed.headers.get("content-type")], [400, "application/problem+json"])
  assert.equal((yield* Effect.promise(() => handler(new Request("http://localhost/openapi.json")))).status, 200)
  yield* Console.log(`described at /openapi.json: ${Object.keys(OpenApi.fromApi(Api).paths).join(", ")}`)

  // The table is throttled, and stays so for as long as a caller should wait.
  const throttled = yield* Faults.make([Faults.on("GetItem", Faults.times(3, Faults.throttle()))])
  const busy = yield* Effect.gen(function* () {
    const { products } = yield* clientOf(yield* serve)
    return yield* Effect.flip(products.get({ params: product("g1") }))
  }).pipe(Effect.provideService(DynamoClient.DynamoClient, throttled.client))
  assert.equal(busy._tag, "Busy")
  yield* Console.log("every answer had the status that it should have")
}).pipe(Effect.scoped)

if (import.meta.main) {
  await Effect.runPromise(program.pipe(Effect.provide(Dynalite.layer)))
}
