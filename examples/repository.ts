/**
 * Layers of an application: a repository keeps books, and a service above it knows the rules of lending. Neither its
 * callers nor its tests (repository.test.ts) know of tables and requests.
 */
import assert from "node:assert/strict"
import { Console, Context, Effect, Layer, Option, Schema } from "effect"
import { type DynamoClient, Entity, Index, Repository, Table, TableAdmin } from "effect-dynamo"
import { Dynalite } from "@effect-dynamo/testing"

// A book that nobody has is not in the index: its partition key is a field that such a book lacks.
export const Shelf = Table.make("books", {
  sortKey: null,
  indexes: { byBorrower: Index.global({ partitionKey: "borrower", sortKey: "isbn" }) }
})

export class Book extends Entity.Class<Book>("Book")(
  { isbn: Schema.String, title: Schema.String, borrower: Schema.optionalKey(Schema.String) },
  { table: Shelf, partitionKey: ["isbn"] }
) {}

// -----------------------------------------------------------------------------
// The repository
// -----------------------------------------------------------------------------

/**
 * `get`, `insert`, `query` and the others are there. Under `methods` stand those that the application has words for, made
 * of these: each is one typed function, which a test can replace as easily.
 */
export class Books extends Repository.Service<Books>()("examples/Books", {
  entity: Book,
  methods: (books) => ({
    /** Two readers who ask at the same time: DynamoDB lets one of them have it. */
    lend: (isbn: string, reader: string) =>
      books.update({ isbn }, (book) =>
        book.set({ borrower: reader }).condition(({ borrower }) => borrower.notExists())
      ),
    takeBack: (isbn: string, reader: string) =>
      books.update({ isbn }, (book) => book.remove("borrower").condition(({ borrower }) => borrower.eq(reader))),
    lentTo: (reader: string) => books.query((query) => query.index("byBorrower").pk(reader))
  })
}) {}

// -----------------------------------------------------------------------------
// The service above it
// -----------------------------------------------------------------------------

/** What can go wrong when a book is lent, in the words of a library. */
export class NoSuchBook extends Schema.TaggedError<NoSuchBook>()("NoSuchBook", { isbn: Schema.String }) {}
export class Lent extends Schema.TaggedError<Lent>()("Lent", { isbn: Schema.String }) {}
export class NotYours extends Schema.TaggedError<NotYours>()("NotYours", { isbn: Schema.String }) {}
export class TooMany extends Schema.TaggedError<TooMany>()("TooMany", { reader: Schema.String }) {}

export class Library extends Context.Service<
  Library,
  {
    lend(isbn: string, reader: string): Effect.Effect<Book, NoSuchBook | Lent | TooMany>
    giveBack(isbn: string, reader: string): Effect.Effect<void, NoSuchBook | NotYours>
  }
>()("examples/Library") {
  /** On any repository of books, such as a test's. */
  static readonly layerOnBooks = Layer.effect(
    Library,
    Effect.gen(function* () {
      const books = yield* Books

      const lend = Effect.fn("Library.lend")(function* (isbn: string, reader: string) {
        // The index is a moment behind: a limit that nobody may ever exceed would be a counter in a transaction.
        const lent = yield* Effect.orDie(books.lentTo(reader))
        if (lent.length >= 3) return yield* new TooMany({ reader })
        return yield* books.lend(isbn, reader).pipe(
          Effect.catchTags(
            {
              ItemNotFound: () => Effect.fail(new NoSuchBook({ isbn })),
              ConditionalCheckFailed: () => Effect.fail(new Lent({ isbn }))
            },
            // A reader can do nothing about the rest: a defect, which the program's edge answers and logs.
            Effect.die
          )
        )
      })

      const giveBack = Effect.fn("Library.giveBack")(function* (isbn: string, reader: string) {
        yield* books.takeBack(isbn, reader).pipe(
          Effect.catchTags(
            {
              ItemNotFound: () => Effect.fail(new NoSuchBook({ isbn })),
              ConditionalCheckFailed: () => Effect.fail(new NotYours({ isbn }))
            },
            Effect.die
          )
        )
      })

      return Library.of({ lend, giveBack })
    })
  )

  /** On DynamoDB. */
  static readonly layer: Layer.Layer<Library | Books, never, DynamoClient.DynamoClient> = this.layerOnBooks.pipe(
    Layer.provideMerge(Books.layer)
  )
}

// -----------------------------------------------------------------------------
// A day at the library
// -----------------------------------------------------------------------------

export const program = Effect.gen(function* () {
  yield* TableAdmin.create(Shelf)
  const books = yield* Books
  const library = yield* Library

  yield* books.putMany(["Emma", "Middlemarch", "Persuasion", "Villette"].map((title, i) => ({ isbn: `${i}`, title })))
  const emma = yield* library.lend("0", "ada")
  yield* Console.log(`${emma.borrower} has ${emma.title}`)

  const refused = yield* Effect.flip(library.lend("0", "grace"))
  yield* Console.log(`grace cannot have it: ${refused._tag}`)
  assert.equal((yield* Effect.flip(library.lend("9", "grace")))._tag, "NoSuchBook")
  assert.equal((yield* Effect.flip(library.giveBack("0", "grace")))._tag, "NotYours")

  yield* library.lend("1", "ada")
  yield* library.lend("2", "ada")
  assert.deepEqual(
    (yield* books.lentTo("ada")).map(({ title }) => title),
    ["Emma", "Middlemarch", "Persuasion"]
  )
  assert.equal((yield* Effect.flip(library.lend("3", "ada")))._tag, "TooMany")

  yield* library.giveBack("0", "ada")
  assert.deepEqual(yield* books.get({ isbn: "0" }), Option.some(new Book({ isbn: "0", title: "Emma" })))
  assert.equal((yield* library.lend("0", "grace")).borrower, "grace")
  yield* Console.log("every book is where the library says")
}).pipe(Effect.provide(Library.layer))

if (import.meta.main) {
  await Effect.runPromise(program.pipe(Effect.provide(Dynalite.layer)))
}
