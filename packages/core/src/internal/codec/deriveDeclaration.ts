/**
 * The forms of declarations: Effect's own, those of `Attribute.make`, and any other that
 * brings a codec with it.
 */
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as SchemaAST from "effect/SchemaAST"
import * as SchemaTransformation from "effect/SchemaTransformation"
import { customAnnotation, declarationName, optionalAs, setType, withEncoding } from "./ast.ts"
import * as leaves from "./leaf.ts"
import type { Leaf } from "./leaf.ts"
import { marked, type Position, refuse, settle, wire, withLeaf } from "./link.ts"
import { duplicates, hasDuplicates } from "./plain.ts"
import { Refusal } from "./refusal.ts"
import { emptySetRefusal, type SetType, WireNumber, WireSet } from "./wire.ts"

/** What declarations need from `derive.ts`, for what is inside of them. */
export interface Deriver {
  readonly derive: (ast: SchemaAST.AST, position: Position, path: ReadonlyArray<string>) => SchemaAST.AST
  readonly element: (ast: SchemaAST.AST, path: ReadonlyArray<string>) => SchemaAST.AST
}

/** The form of a declaration. */
export const deriveDeclaration = (
  ast: SchemaAST.Declaration,
  deriver: Deriver,
  position: Position,
  path: ReadonlyArray<string>
): SchemaAST.AST => {
  const leaf = ast.annotations?.[customAnnotation]
  // Only Attribute.make writes this annotation.
  if (leaf !== undefined) return withLeaf(ast, leaf as Leaf)
  switch (declarationName(ast)) {
    case "Date":
      return withLeaf(ast, leaves.date)
    case "DateTimeUtc":
      return withLeaf(ast, leaves.dateTimeUtc)
    case "DateTimeZoned":
      return withLeaf(ast, leaves.dateTimeZoned)
    case "Duration":
      return withLeaf(ast, leaves.duration)
    case "BigDecimal":
      return withLeaf(ast, leaves.bigDecimal)
    case "Uint8Array":
      return withLeaf(ast, leaves.binary)
    case "Json":
    case "MutableJson":
      return withLeaf(ast, leaves.json)
    case "ReadonlySet":
      return set(ast, deriver, position, path)
    case "Redacted":
      return redacted(ast, deriver, position, path)
    case "Option":
      return canonicalOption(ast, deriver, path)
  }
  const getLink = ast.annotations?.["toCodecJson"] ?? ast.annotations?.["toCodec"]
  const link =
    typeof getLink === "function"
      ? (getLink(ast.typeParameters.map((type) => Schema.make(SchemaAST.toEncoded(type)))) as
          | SchemaAST.Link
          | undefined)
      : undefined
  return link === undefined
    ? refuse(
        path,
        "its type has no form that is known; give it one with Attribute.make, or an encoding with Schema.encodeTo"
      )
    : withEncoding(ast, [
        new SchemaAST.Link(optionalAs(deriver.derive(link.to, position, path), ast), link.transformation)
      ])
}

/** A set: DynamoDB's own where it has one for such elements, else a list. */
const set = (
  ast: SchemaAST.Declaration,
  deriver: Deriver,
  position: Position,
  path: ReadonlyArray<string>
): SchemaAST.AST => {
  const item = ast.typeParameters[0]!
  const type = setType(item)
  const encodedItem = SchemaAST.toEncoded(item)
  const ofArray = SchemaTransformation.transform<ReadonlySet<unknown>, ReadonlyArray<unknown>>({
    decode: (values) => new Set(values),
    encode: (values) => [...values]
  })
  if (type === undefined) {
    const list = new SchemaAST.Arrays(false, [], [deriver.element(encodedItem, [...path, "[]"])])
    return withEncoding(ast, [new SchemaAST.Link(optionalAs(list, ast), ofArray)])
  }
  const elements = new SchemaAST.Arrays(
    false,
    [],
    [deriver.derive(encodedItem, "element", path)],
    undefined,
    undefined,
    [new SchemaAST.Link(wire, elementsOf(type, position))]
  )
  return withEncoding(ast, [
    new SchemaAST.Link(
      optionalAs(elements, ast),
      marked(ofArray, { _tag: "Set", type, element: deriver.derive(item, "element", path), position })
    )
  ])
}

const expectedSet: { readonly [T in SetType]: Refusal } = {
  SS: new Refusal("Expected a set of strings (SS)"),
  NS: new Refusal("Expected a set of numbers (NS)"),
  BS: new Refusal("Expected a set of binaries (BS)")
}

/** A set as DynamoDB holds it, and its elements in wire form. */
const elementsOf = (type: SetType, position: Position) =>
  SchemaTransformation.transformEffect<ReadonlyArray<unknown>, unknown>({
    decode: (input, options) =>
      settle(
        input instanceof WireSet && input.type === type
          ? input.values.map((value) => (type === "NS" ? new WireNumber(String(value)) : value))
          : expectedSet[type],
        input,
        options
      ),
    encode: (elements, options) => {
      const values = elements.map((value) =>
        value instanceof WireNumber ? value.text : (value as string | Uint8Array)
      )
      return settle(
        values.length === 0 && position !== "field"
          ? emptySetRefusal
          : hasDuplicates(values)
            ? duplicates
            : new WireSet(type, values),
        elements,
        options
      )
    }
  })

/** A redacted value is stored as what it hides. */
const redacted = (
  ast: SchemaAST.Declaration,
  deriver: Deriver,
  position: Position,
  path: ReadonlyArray<string>
): SchemaAST.AST => {
  const representation = ast.annotations?.["representation"] as
    | { readonly payload?: { readonly label?: string } | null }
    | undefined
  const inner = deriver.derive(SchemaAST.toEncoded(ast.typeParameters[0]!), position, path)
  const transformation = SchemaTransformation.transform<Redacted.Redacted<unknown>, unknown>({
    decode: (value) => Redacted.make(value, { label: representation?.payload?.label }),
    encode: Redacted.value
  })
  return withEncoding(ast, [new SchemaAST.Link(optionalAs(inner, ast), transformation)])
}

/** An `Option` that is no field by itself: `{ _tag, value }`. */
const canonicalOption = (ast: SchemaAST.Declaration, deriver: Deriver, path: ReadonlyArray<string>): SchemaAST.AST => {
  const inner = deriver.element(SchemaAST.toEncoded(ast.typeParameters[0]!), path)
  const forms = new SchemaAST.Union([
    new SchemaAST.Objects(
      [
        new SchemaAST.PropertySignature("_tag", new SchemaAST.Literal("Some")),
        new SchemaAST.PropertySignature("value", inner)
      ],
      []
    ),
    new SchemaAST.Objects([new SchemaAST.PropertySignature("_tag", new SchemaAST.Literal("None"))], [])
  ])
  const transformation = SchemaTransformation.transform<
    Option.Option<unknown>,
    { readonly _tag: "Some"; readonly value: unknown } | { readonly _tag: "None" }
  >({
    decode: (form) => (form._tag === "None" ? Option.none() : Option.some(form.value)),
    encode: (option) => (Option.isSome(option) ? { _tag: "Some", value: option.value } : { _tag: "None" })
  })
  return withEncoding(ast, [new SchemaAST.Link(optionalAs(forms, ast), transformation)])
}
