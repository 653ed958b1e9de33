/** What scans take and give: each refusal has its twin that is accepted. */
import type { DynamoClient } from "@effect-dynamo/client"
import type { DynamoError } from "@effect-dynamo/core"
import { type Cursor, type Page, type Query, Scan } from "@effect-dynamo/query"
import type { Effect, Option, Stream } from "effect"
import { describe, expect, test } from "tstyche"
import { Order, User } from "./entities.ts"

type Client = DynamoClient.DynamoClient

describe("a scan", () => {
  test("is an effect at once", () => {
    expect(Scan.from(User)).type.toBeAssignableTo<Effect.Effect<ReadonlyArray<User>, Scan.Error, Client>>()
    expect(Scan.from(User).segments(4)).type.toBeAssignableTo<Effect.Effect<ReadonlyArray<User>, Scan.Error, Client>>()
    expect(Scan.from(User).first()).type.toBe<Effect.Effect<Option.Option<User>, Scan.Error, Client>>()
    expect(Scan.from(User).stream()).type.toBe<Stream.Stream<User, Scan.Error, Client>>()
    expect(Scan.from(User).segments(2).pages()).type.toBe<Stream.Stream<Page.Page<User>, Scan.Error, Client>>()
    expect(Scan.from(User).count()).type.toBe<
      Effect.Effect<number, Exclude<Scan.Error, DynamoError.DecodeError>, Client>
    >()
  })

  test("filters on keys, too, and on nothing else than fields", () => {
    Scan.from(User).filter((user) => user.id.beginsWith("a"))
    Scan.from(User).filter({ email: "a", active: true }).segments(2).filter({ id: "b" })
    Scan.from(Order)
      .index("byState")
      .filter((order) => order.state.eq("s"))
    expect(Scan.from(User).filter).type.not.toBeCallableWith({ nope: 1 })
    expect(Scan.from(User).filter).type.not.toBeCallableWith({ id: 1 })
    // @ts-expect-error Property 'display' does not exist
    Scan.from(User).filter((user) => user.display.eq("a"))
  })

  test("narrows what it gives", () => {
    const selected = Scan.from(User).select("name", "role")
    expect<Effect.Success<typeof selected>>().type.toBe<
      ReadonlyArray<{ readonly name?: string; readonly role: string }>
    >()
    const parallel = Scan.from(User).segments(2).select("name", "role")
    expect<Effect.Success<typeof parallel>>().type.toBe<Effect.Success<typeof selected>>()
    expect(Scan.from(User).select).type.not.toBeCallableWith("display")
  })

  test("takes the entity's own indexes, before anything else is said", () => {
    expect(Scan.from(Order).index).type.toBeCallableWith("byId")
    expect(Scan.from(Order).index).type.toBeCallableWith("byTotal")
    expect(Scan.from(Order).index).type.not.toBeCallableWith("foreign")
    expect(Scan.from(User).index).type.not.toBeCallableWith("byId")
    expect(Scan.from(Order)).type.toHaveProperty("index")
    expect(Scan.from(Order).limit(1)).type.not.toHaveProperty("index")
  })

  test("is not consistent on a global index", () => {
    expect(Scan.from(Order).consistent).type.toBeCallableWith()
    expect(Scan.from(Order).index("byTotal").consistent).type.toBeCallableWith()
    expect(Scan.from(Order).index("byId").consistent).type.toBe<
      Query.Refused<"a global index cannot be read consistently">
    >()
    expect(Scan.from(Order).segments(2).consistent).type.toBeCallableWith()
    expect(Scan.from(Order).index("byId").segments(2).consistent).type.toBe<
      Query.Refused<"a global index cannot be read consistently">
    >()
  })
})

describe("pages and checkpoints", () => {
  const cursor = {} as Cursor.Cursor
  const checkpoint = {} as Scan.Checkpoint

  test("a page is of one place: the whole scan's, or one segment's", () => {
    expect(Scan.from(User).page()).type.toBe<Effect.Effect<Page.Page<User>, Scan.Error, Client>>()
    expect(Scan.from(User).segment(0, 2).page({ after: cursor })).type.toBe<
      Effect.Effect<Page.Page<User>, Scan.Error | DynamoError.CursorError, Client>
    >()
    expect(Scan.from(User).segments(2)).type.not.toHaveProperty("page")
    expect(Scan.from(User).page).type.not.toBeCallableWith({ after: checkpoint })
  })

  test("a checkpoint is of segments", () => {
    const scan = Scan.from(User).segments(2)
    expect(Scan.checkpoint(scan)).type.toBe<Stream.Stream<Scan.Checkpointed<User>, Scan.Error, Client>>()
    expect(Scan.from(User)).type.not.toHaveProperty("checkpoints")
    expect(Scan.checkpoint).type.not.toBeCallableWith(Scan.from(User))
    expect(scan.resume).type.not.toBeCallableWith(cursor)
  })

  test("one that is resumed can fail for its checkpoint", () => {
    const resumed = Scan.from(User).segments(2).resume(checkpoint)
    expect(resumed).type.toBe<Scan.Segmented<typeof User, Query.Primary, User, Scan.Error | DynamoError.CursorError>>()
    expect(resumed.filter({ active: true }).limit(3)).type.toBe<typeof resumed>()
    expect<Effect.Error<typeof resumed>>().type.toBe<Scan.Error | DynamoError.CursorError>()
  })
})
