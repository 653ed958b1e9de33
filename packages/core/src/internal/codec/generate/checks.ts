/**
 * The source of checks.
 */
import * as Schema from "effect/Schema"
import type * as SchemaAST from "effect/SchemaAST"
import { type Run, runsOf } from "../parse.ts"
import type { Body } from "./source.ts"

// The checks of `Schema.Finite` and `Schema.Int`, which most numbers have.
const [isFinite] = runsOf(Schema.Finite.ast.checks)
const [isInt] = runsOf(Schema.Int.ast.checks)

const options: SchemaAST.ParseOptions = {}

/** Refuses the value in the variable where a check of its node does. */
export const writeCheck = (body: Body, ast: SchemaAST.AST, value: string): void => {
  for (const run of runsOf(ast.checks)) {
    // DynamoDB has finite numbers alone, so no others are read or written.
    if (run === isFinite && ast._tag === "Number") continue
    body.refuseIf(
      run === isInt ? `!Number.isSafeInteger(${value})` : `!${body.program.constant(passing(run, ast))}(${value})`
    )
  }
}

const passing =
  (run: Run, ast: SchemaAST.AST) =>
  (value: unknown): boolean =>
    run(value, ast, options) === undefined
