/**
 * Why a value cannot be stored or read: text and the path below the value concerned.
 * Returned instead of a value, so that the fast path allocates nothing.
 */
import type * as SchemaAST from "effect/SchemaAST"
import * as SchemaIssue from "effect/SchemaIssue"

export class Refusal {
  /** What is wrong. Never holds the value. */
  readonly message: string
  readonly path: ReadonlyArray<string | number>
  constructor(message: string, path: ReadonlyArray<string | number> = []) {
    this.message = message
    this.path = path
  }
  /** The same refusal, seen from the container that holds the value. */
  at(key: string | number): Refusal {
    return new Refusal(this.message, [key, ...this.path])
  }
}

export const isRefusal = (u: unknown): u is Refusal => u instanceof Refusal

/** The refusal as Schema tells it. `input` is kept only where the caller asked for it. */
export const toIssue = (
  refusal: Refusal,
  input?: unknown,
  options?: SchemaAST.ParseOptions | undefined
): SchemaIssue.Issue => {
  const issue = new SchemaIssue.InvalidValue({ message: refusal.message }, input, options)
  return refusal.path.length === 0 ? issue : new SchemaIssue.Pointer(refusal.path, issue)
}
