/**
 * The contents of the site, in the order in which the sidebar shows them. A page of docs/ or a public module that is in no
 * group fails `npm run check:docs`. Titles are those of the pages.
 */

/** Groups of pages, by their names in docs/. `index` is the home page, in no group. */
export const guide = [
  { title: "Start", pages: ["getting-started", "modeling", "operations", "repositories"] },
  {
    title: "Entities and keys",
    pages: ["entities", "keys", "attributes", "ordered-numbers", "single-table", "patterns"]
  },
  { title: "Reading", pages: ["conditions", "pagination", "collections", "scanning"] },
  { title: "Writing", pages: ["updates", "batches", "transactions"] },
  {
    title: "In production",
    pages: ["client", "configuration", "multi-tenancy", "errors", "capacity", "telemetry", "lambda", "performance"]
  },
  { title: "Tools", pages: ["cli", "testing"] },
  {
    title: "Coming from",
    pages: ["from-elixir", "coming-from-electrodb", "coming-from-dynamodb-toolbox", "coming-from-the-sdk"]
  }
]

/** Groups of public modules, by their names: those of `effect-dynamo`, of `@effect-dynamo/testing`, and those for libraries. */
export const reference = [
  { title: "Modelling", modules: ["Entity", "Table", "Key", "Index", "Attribute", "ItemCodec", "GeneratedCodec"] },
  {
    title: "Reading",
    modules: ["Get", "Query", "Scan", "Collection", "Condition", "Page", "Cursor", "Explanation"]
  },
  { title: "Writing", modules: ["Put", "Update", "Delete", "Batch", "Transaction", "Check"] },
  { title: "Services", modules: ["Repository", "TableAdmin"] },
  {
    title: "Client",
    modules: ["DynamoClient", "DynamoConfig", "DynamoError", "RetryPolicy", "Capacity", "HttpTransport", "RawBatch"]
  },
  { title: "Testing", modules: ["Dynalite", "DynamoLocal", "Engine", "Faults", "EngineError"] },
  { title: "For libraries", modules: ["ResolvedEntity", "Expression", "Projection", "Change", "ItemSize"] }
]

/** What the home page shows above the contents. */
export const home = {
  layout: "home",
  title: "effect-dynamo",
  titleTemplate: "The DynamoDB library for Effect applications",
  hero: {
    name: "effect-dynamo",
    text: "DynamoDB for Effect applications",
    tagline: "Schema-first, and typed down to the keys: from one entity to a single-table design.",
    actions: [
      { theme: "brand", text: "Getting started", link: "/getting-started" },
      { theme: "alt", text: "Reference", link: "/reference/modules" }
    ]
  },
  features: [
    {
      title: "Your schema is the model",
      details: "Classes, brands, dates, bigint, sets and Option go to attribute values and back, exactly.",
      link: "/attributes"
    },
    {
      title: "Keys are made of fields",
      details: "Typed composite keys, escaped, in a documented format; the keys of indexes follow every write.",
      link: "/modeling"
    },
    {
      title: "Operations are Effects",
      details:
        "Immutable builders that are run by yield*. A limit means items, and a cursor goes on exactly after the last.",
      link: "/operations"
    },
    {
      title: "Errors are in the types",
      details: "Each operation names what it can fail with, and each failure is caught by its tag.",
      link: "/errors"
    },
    {
      title: "Made for production",
      details:
        "Retries that know what may be sent twice, rates, timeouts, telemetry, and a client without the SDK's request path.",
      link: "/client"
    },
    {
      title: "Real engines in tests",
      details: "An engine inside the program, DynamoDB Local, and faults by script, each as a layer.",
      link: "/testing"
    }
  ]
}
