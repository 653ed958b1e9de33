/**
 * Makes a key, as declared, work for one entity in one place.
 */
import * as Result from "effect/Result"
import * as attribute from "./attribute.ts"
import * as composite from "./composite.ts"
import type { CompiledKey, KeyContext, KeyData } from "./model.ts"
import * as shape from "./shape.ts"

/** Compiles a key once. Fails with why it cannot work for this entity, in a sentence without its end. */
export const compile = (data: KeyData, context: KeyContext): Result.Result<CompiledKey, string> => {
  if (data._tag !== "Attribute") {
    return Result.map(shape.make(data, context), (made) => composite.make(data, made, context.role))
  }
  const field = context.field(data.field)
  if (field === undefined) {
    return Result.fail(`the key names "${data.field}", which is not a field of the entity`)
  }
  const problem = attribute.problem(field, context)
  return problem === undefined ? Result.succeed(attribute.make(data, field, context)) : Result.fail(problem)
}
