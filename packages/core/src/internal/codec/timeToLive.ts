/**
 * The time-to-live field: epoch seconds, whatever its schema.
 *
 * See [Time to Live](https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-before-you-start.html).
 */
import * as DateTime from "effect/DateTime"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as SchemaAST from "effect/SchemaAST"
import type * as SchemaIssue from "effect/SchemaIssue"
import * as SchemaTransformation from "effect/SchemaTransformation"
import { declarationName, mapEncodedEnd, optionalAs, withEncoding } from "./ast.ts"
import { instantOfText } from "./leaf.ts"
import { isRefusal, Refusal, toIssue } from "./refusal.ts"

const seconds = (millis: number): number => Math.floor(millis / 1000)
const outOfRange = new Refusal("Expected epoch seconds that are a date")

const fromSeconds =
  <A>(make: (millis: number) => Option.Option<A>) =>
  (n: number, options: SchemaAST.ParseOptions): Exit.Exit<A, SchemaIssue.Issue> => {
    const value = make(n * 1000)
    return Option.isSome(value) ? Exit.succeed(value.value) : Exit.fail(toIssue(outOfRange, n, options))
  }

const transformations: { readonly [name: string]: SchemaAST.Link["transformation"] } = {
  Date: SchemaTransformation.transformEffect<Date, number>({
    decode: fromSeconds((millis) => Option.map(DateTime.make(millis), DateTime.toDateUtc)),
    encode: (date) => Exit.succeed(seconds(date.getTime()))
  }),
  DateTimeUtc: SchemaTransformation.transformEffect<DateTime.Utc, number>({
    decode: fromSeconds((millis) => DateTime.make(millis)),
    encode: (date) => Exit.succeed(seconds(date.epochMilliseconds))
  }),
  // Seconds have no zone: the instant is kept, in UTC.
  DateTimeZoned: SchemaTransformation.transformEffect<DateTime.Zoned, number>({
    decode: fromSeconds((millis) => DateTime.makeZoned(millis, { timeZone: "UTC" })),
    encode: (date) => Exit.succeed(seconds(date.epochMilliseconds))
  })
}

const secondsOfText = SchemaTransformation.transformEffect<string, number>({
  decode: fromSeconds((millis) => Option.map(DateTime.make(millis), DateTime.formatIso)),
  encode: (text, options) => {
    const millis = instantOfText(text)
    return isRefusal(millis) ? Exit.fail(toIssue(millis, text, options)) : Exit.succeed(seconds(millis))
  }
})

const number = new SchemaAST.Number()

const inSeconds = (ast: SchemaAST.AST, transformation: SchemaAST.Link["transformation"]): SchemaAST.AST =>
  withEncoding(ast, [new SchemaAST.Link(optionalAs(number, ast), transformation)])

/**
 * The schema with epoch seconds as its encoded side: dates whatever their own encoding,
 * numbers as they are, strings as ISO dates. `undefined` for anything else.
 */
export const epochSeconds = (ast: SchemaAST.AST): SchemaAST.AST | undefined => {
  const dates = datesInSeconds(ast)
  if (dates !== undefined) return dates
  let fits = true
  const out = mapEncodedEnd(ast, (end) => {
    const replaced = endInSeconds(end)
    fits = fits && replaced !== undefined
    return replaced ?? end
  })
  return fits ? out : undefined
}

/** Replaces what a date is encoded to; of several dates on the way to the wire, the last. */
const datesInSeconds = (ast: SchemaAST.AST): SchemaAST.AST | undefined => {
  const links = ast.encoding ?? []
  for (let i = links.length - 1; i >= 0; i--) {
    const link = links[i]!
    const to = datesInSeconds(link.to)
    if (to !== undefined) {
      const [first, ...rest] = [...links.slice(0, i), new SchemaAST.Link(to, link.transformation)]
      return withEncoding(ast, [first!, ...rest])
    }
  }
  const transformation = SchemaAST.isDeclaration(ast) ? transformations[declarationName(ast) ?? ""] : undefined
  return transformation === undefined ? undefined : inSeconds(ast, transformation)
}

const endInSeconds = (end: SchemaAST.AST): SchemaAST.AST | undefined => {
  switch (end._tag) {
    case "Number":
    case "BigInt":
      return end
    case "String":
      return inSeconds(end, secondsOfText)
    case "Union": {
      const types = end.types.map((type) =>
        SchemaAST.isNull(type) || SchemaAST.isUndefined(type) ? type : epochSeconds(type)
      )
      return types.every((type) => type !== undefined)
        ? new SchemaAST.Union(types, end.options, end.annotations, end.checks, undefined, end.context)
        : undefined
    }
    case "Declaration": {
      if (declarationName(end) !== "Option") return undefined
      const value = epochSeconds(end.typeParameters[0]!)
      return value === undefined
        ? undefined
        : new SchemaAST.Declaration([value], end.run, end.annotations, end.checks, undefined, end.context)
    }
  }
  return undefined
}
