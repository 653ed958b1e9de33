/**
 * Source text that is being written, and the values it works with.
 *
 * What comes from a schema gets into the text in one way only: names and literals through `quote`. Anything else is
 * handed over as a value, under a name made here.
 */
import type * as SchemaAST from "effect/SchemaAST"

/** Text as a string literal. What ends a line in old engines, or a script element, ends no literal here. */
export const quote = (text: string): string =>
  JSON.stringify(text).replace(/[\u2028\u2029<]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`)

/** A property of an object literal. Not computed, `__proto__` would set the prototype. */
export const property = (name: string, value: string): string =>
  name === "__proto__" ? `["__proto__"]: ${value}` : `${quote(name)}: ${value}`

/** The statements of one function. */
export class Body {
  readonly program: Program
  private readonly statements: Array<string> = []
  constructor(program: Program) {
    this.program = program
  }
  line(statement: string): void {
    this.statements.push(statement)
  }
  /** Declares a variable and gives its name. */
  let(value: string, keyword: "const" | "let" = "const"): string {
    const name = this.program.fresh("v")
    this.line(`${keyword} ${name} = ${value}`)
    return name
  }
  /** Finds the value invalid where the condition holds. */
  refuseIf(condition: string): void {
    this.line(`if (${condition}) return ${this.program.invalid}`)
  }
  /** Gives up where the variable holds a failure, and passes it on. */
  passFailure(variable: string): void {
    const { invalid, unknown } = this.program
    this.line(`if (${variable} === ${invalid} || ${variable} === ${unknown}) return ${variable}`)
  }
  /** Leaves it to the reference where the condition holds. */
  giveUpIf(condition: string): void {
    this.line(`if (${condition}) return ${this.program.unknown}`)
  }
  toString(): string {
    return this.statements.join("\n")
  }
}

/** The functions of one node and of all that is inside of it, one direction. */
export class Program {
  private readonly constants = new Map<unknown, string>()
  private readonly written = new Map<SchemaAST.AST, string>()
  private readonly functions: Array<string> = []
  private count = 0
  readonly invalid: string
  readonly unknown: string
  readonly missing: string

  constructor(failures: { readonly invalid: unknown; readonly unknown: unknown; readonly missing: unknown }) {
    this.invalid = this.constant(failures.invalid)
    this.unknown = this.constant(failures.unknown)
    this.missing = this.constant(failures.missing)
  }

  /** A name that nothing else has. */
  fresh(prefix: "c" | "f" | "v"): string {
    return prefix + String(this.count++)
  }

  /** The name of a value from outside. */
  constant(value: unknown): string {
    let name = this.constants.get(value)
    if (name === undefined) this.constants.set(value, (name = this.fresh("c")))
    return name
  }

  /** The name of the node's function, which is written once. */
  define(ast: SchemaAST.AST, write: (body: Body, parameter: string) => void): string {
    const known = this.written.get(ast)
    if (known !== undefined) return known
    const name = this.fresh("f")
    this.written.set(ast, name)
    const parameter = this.fresh("v")
    const body = new Body(this)
    write(body, parameter)
    this.functions.push(`function ${name}(${parameter}) {\n${body.toString()}\n}`)
    return name
  }

  /** The source, whose parameters are the constants, and which gives the function `main`. */
  text(main: string): string {
    return `"use strict"\n${this.functions.join("\n")}\nreturn ${main}`
  }

  /** Makes the function. */
  run(main: string): unknown {
    // Only `quote`d text of the schema is in the source.
    // oxlint-disable-next-line no-new-func, typescript/no-implied-eval -- what this tier of the codec is, for those who asked for it
    return new Function(...this.constants.values(), this.text(main))(...this.constants.keys())
  }
}
