/** What only some operations meet. */
import { by, type CallName, named, type Section } from "./row.ts"

const itemWrites: ReadonlyArray<CallName> = ["put", "increment"]
const transactions: ReadonlyArray<CallName> = ["transact"]

export const ofWrites: ReadonlyArray<Section> = [
  {
    title: "Tables",
    rows: [
      {
        error: "`ResourceNotFoundException`, `TableNotFoundException`, `IndexNotFoundException`",
        by: [...by("resource-not-found"), ...named("TableNotFoundException", "IndexNotFoundException")],
        tag: "ResourceNotFound",
        retried: false,
        ambiguous: false,
        why: "no such table or index, in this region and account"
      },
      {
        error: "`ResourceInUseException`, `TableInUseException`, `TableAlreadyExistsException`",
        by: [...by("resource-in-use"), ...named("TableInUseException", "TableAlreadyExistsException")],
        tag: "ResourceInUse",
        retried: false,
        ambiguous: false,
        why: "the table is there, or is being changed: for the caller to say what then",
        calls: ["createTable"]
      }
    ]
  },
  {
    title: "Conditions and conflicts",
    rows: [
      {
        error: "`ConditionalCheckFailedException`",
        by: by("conditional", "conditional-item"),
        tag: "ConditionalCheckFailed",
        retried: false,
        ambiguous: false,
        why: "an answer: the condition is false",
        calls: itemWrites
      },
      {
        error: "`DuplicateItemException`",
        by: named("DuplicateItemException"),
        tag: "ConditionalCheckFailed",
        retried: false,
        ambiguous: false,
        why: "the same, of a PartiQL `INSERT`",
        calls: ["insert"]
      },
      {
        error: "`ItemCollectionSizeLimitExceededException`",
        by: by("item-collection-size"),
        tag: "ItemCollectionTooLarge",
        retried: false,
        ambiguous: false,
        why: "a partition with a local index is full, and stays so",
        calls: itemWrites
      },
      {
        error: "`TransactionConflictException`, `ReplicatedWriteConflictException`",
        by: by("transaction-conflict", "replicated-write-conflict"),
        tag: "TransactionConflict",
        retried: "on request",
        ambiguous: false,
        why: "another write was under way on the item: it may have changed what the caller decided by",
        calls: itemWrites
      }
    ]
  },
  {
    title: "Transactions",
    rows: [
      {
        error: "`TransactionCanceledException`: a condition among the reasons",
        by: by({ cancel: { 0: "ConditionalCheckFailed" } }),
        tag: "ConditionalCheckFailed",
        retried: false,
        ambiguous: false,
        why: "an answer: nothing was written",
        calls: transactions
      },
      {
        error: "… : conflicts alone",
        by: by({ cancel: { 0: "TransactionConflict" } }),
        tag: "TransactionConflict",
        retried: "on request",
        ambiguous: false,
        why: "other writes were under way on the items",
        calls: transactions
      },
      {
        error: "… : throttling, or throttling and conflicts",
        by: by({ cancel: { 0: "ThrottlingError" } }, { cancel: { 0: "ProvisionedThroughputExceeded" } }),
        tag: "TransactionCanceled",
        retried: true,
        ambiguous: false,
        why: "it passes, and nothing was written",
        calls: transactions
      },
      {
        error: "… : anything else",
        by: by(
          { cancel: { 0: "ValidationError" } },
          { cancel: { 0: "ItemCollectionSizeLimitExceeded" } },
          { cancel: { 0: "AccessDenied" } }
        ),
        tag: "TransactionCanceled",
        retried: false,
        ambiguous: false,
        why: "it lasts; `reasons` say which operation it was",
        calls: transactions
      },
      {
        error: "… without reasons",
        by: named("TransactionCanceledException"),
        tag: "TransactionCanceled",
        retried: false,
        ambiguous: false,
        why: "nothing was written, and nobody knows why; `reasons` tell nothing",
        calls: transactions
      },
      {
        error: "`TransactionInProgressException`",
        by: by("transaction-in-progress"),
        tag: "ServiceUnavailable",
        retried: true,
        ambiguous: true,
        why: "an earlier attempt with the same token is still under way: asked again, its outcome is told",
        calls: transactions
      },
      {
        error: "`IdempotentParameterMismatchException`",
        by: by("idempotent-mismatch"),
        tag: "IdempotentMismatch",
        retried: false,
        ambiguous: false,
        why: "the token is of another transaction",
        calls: transactions
      }
    ]
  }
]
