/**
 * The tests of repository.ts. The rules of the library are tested on a double of its books, which needs no engine; what
 * the repository asks of DynamoDB, on Dynalite, which starts in a moment and finds what was written.
 */
import { assert, describe, it, layer } from "@effect/vitest"
import { Effect, Layer, Option } from "effect"
import { DynamoError, TableAdmin } from "effect-dynamo"
import { Dynalite } from "@effect-dynamo/testing"
import { Book, Books, Library, Shelf } from "./repository.ts"

const emma = new Book({ isbn: "1", title: "Emma" })

/** A library on books that do what a test says. */
const libraryOf = (books: Parameters<typeof Books.layerTest>[0]) =>
  Library.layerOnBooks.pipe(Layer.provide(Books.layerTest(books)))

describe("the rules of the library", () => {
  it.effect("a book that somebody has is not lent again", () =>
    Effect.gen(function* () {
      const library = yield* Library
      const error = yield* Effect.flip(library.lend("1", "grace"))
      assert.strictEqual(error._tag, "Lent")
    }).pipe(
      Effect.provide(
        libraryOf({
          lentTo: () => Effect.succeed([]),
          lend: () =>
            new DynamoError.ConditionalCheckFailed({
              message: "somebody has it",
              operation: "UpdateItem",
              item: Option.some(new Book({ ...emma, borrower: "ada" }))
            })
        })
      )
    )
  )

  it.effect("nobody has more than three", () =>
    Effect.gen(function* () {
      const library = yield* Library
      const error = yield* Effect.flip(library.lend("1", "ada"))
      assert.strictEqual(error._tag, "TooMany")
    }).pipe(
      // Were it lent all the same, the test would tell: an operation that is not given is a defect.
      Effect.provide(libraryOf({ lentTo: () => Effect.succeed([emma, emma, emma]) }))
    )
  )

  it.effect("what a reader can do nothing about is a defect", () =>
    Effect.gen(function* () {
      const library = yield* Library
      const exit = yield* Effect.exit(library.giveBack("1", "ada"))
      assert.isTrue(exit._tag === "Failure" && exit.cause.reasons.some(({ _tag }) => _tag === "Die"))
    }).pipe(
      Effect.provide(
        libraryOf({
          takeBack: () => new DynamoError.AccessDenied({ message: "not allowed", operation: "UpdateItem" })
        })
      )
    )
  )
})

// Engines run on real time, so the test services, whose clock stands still, stay out.
layer(Library.layer.pipe(Layer.provideMerge(Dynalite.layer)), { excludeTestServices: true })("on an engine", (it) => {
  it.effect("of two readers at the same time one has the book", () =>
    Effect.gen(function* () {
      yield* TableAdmin.create(Shelf)
      const books = yield* Books
      const library = yield* Library
      yield* books.insert(emma)

      const readers = ["ada", "grace", "mary", "hedy"]
      const outcomes = yield* Effect.forEach(readers, (reader) => Effect.result(library.lend("1", reader)), {
        concurrency: "unbounded"
      })
      const [winner, ...others] = readers.filter((_, i) => outcomes[i]?._tag === "Success")
      assert.isEmpty(others)
      assert.deepStrictEqual(yield* books.lentTo(winner!), [new Book({ ...emma, borrower: winner! })])

      yield* library.giveBack("1", winner!)
      assert.deepStrictEqual(yield* books.lentTo(winner!), [])
    })
  )
})
