/**
 * The source of structs.
 */
import * as SchemaAST from "effect/SchemaAST"
import { withEncoding } from "../ast.ts"
import { compileField, isEmptySet, rulesOf } from "../compileObjects.ts"
import { nullIsNothing } from "../fieldRules.ts"
import { markOf } from "../link.ts"
import { absent, isSole } from "../wire.ts"
import { type Body, property, quote } from "./source.ts"
import { type Composite, type Inside, isNotSole, type Writer } from "./writer.ts"

interface Field {
  readonly name: string
  readonly stored: string
  /** Statements that read the field; gives its variable, and whether it may be `missing`. */
  readonly decode: (body: Body, map: string) => Part
  /** Statements that write it; gives an expression, and whether it may be `undefined`, in which case it is a variable. */
  readonly encode: (body: Body, object: string) => Part
}

interface Part {
  readonly value: string
  readonly mayLack: boolean
}

// Every object has these by inheritance; there they mean no attribute.
const isInherited = (name: string): boolean => name in Object.prototype

const attributeOf = (body: Body, map: string, name: string): string => {
  const key = quote(name)
  return body.let(isInherited(name) ? `Object.hasOwn(${map}, ${key}) ? ${map}[${key}] : undefined` : `${map}[${key}]`)
}

const propertyOf = (body: Body, object: string, name: string): string => {
  const key = quote(name)
  return body.let(
    name === "__proto__" ? `Object.hasOwn(${object}, ${key}) ? ${object}[${key}] : undefined` : `${object}[${key}]`
  )
}

const has = (object: string, name: string): string =>
  name === "__proto__" ? `Object.hasOwn(${object}, "__proto__")` : `${quote(name)} in ${object}`

/** A field that closures read and write. */
const closureField = (name: string, stored: string, type: SchemaAST.AST, inside: Inside): Field => {
  const node = compileField(type, inside.compile)
  return {
    name,
    stored,
    decode: (body, map) => {
      const value = body.let(`${body.program.constant(node.decode)}(${attributeOf(body, map, stored)})`)
      body.passFailure(value)
      return { value, mayLack: true }
    },
    encode: (body, object) => {
      const value = propertyOf(body, object, name)
      const { encode, encodeMissing } = node
      const attribute = body.let(
        `${value} === undefined && !(${has(object, name)}) ? ${body.program.constant(encodeMissing)}() : ` +
          `${body.program.constant(encode)}(${value})`
      )
      body.passFailure(attribute)
      return { value: attribute, mayLack: true }
    }
  }
}

const stripped = new WeakMap<SchemaAST.AST, SchemaAST.AST>()

/** A field without the link by which it follows its rules: the same node each time, so that it is written once. */
const withoutRules = (type: SchemaAST.AST): SchemaAST.AST => {
  const links = type.encoding
  if (links === undefined || markOf(links[links.length - 1]!)?._tag !== "Field") return type
  let node = stripped.get(type)
  if (node === undefined) {
    const [first, ...rest] = links.slice(0, -1)
    stripped.set(type, (node = withEncoding(type, first === undefined ? undefined : [first, ...rest])))
  }
  return node
}

const emptySets = { SS: { SS: [] }, NS: { NS: [] }, BS: { BS: [] } }

const makeField = (name: string, stored: string, type: SchemaAST.AST, inside: Inside): Field => {
  const rules = rulesOf(type)
  const writer = inside.source(withoutRules(type))
  const isOptional = SchemaAST.isOptional(type)
  if (writer === undefined || (rules !== undefined && rules.isOptional !== isOptional)) {
    return closureField(name, stored, type, inside)
  }
  if (rules === undefined) {
    // An optional field without rules has a mark of another kind, with rules of its own.
    return isOptional ? closureField(name, stored, type, inside) : requiredField(name, stored, writer)
  }
  const isNothing = (body: Body, attribute: string): string =>
    nullIsNothing(rules)
      ? `${attribute} === undefined || ${attribute}.NULL === true && ${body.program.constant(isSole)}(${attribute}, "NULL")`
      : `${attribute} === undefined`
  const nothing = rules.admitsUndefined ? absent : rules.set === undefined ? undefined : emptySets[rules.set]
  if (!isOptional && nothing === undefined) return closureField(name, stored, type, inside)
  return {
    name,
    stored,
    decode: (body, map) => {
      const attribute = attributeOf(body, map, stored)
      if (!isOptional) {
        const present = body.let(`${isNothing(body, attribute)} ? ${body.program.constant(nothing)} : ${attribute}`)
        const value = body.let(writer.decode(body, present))
        if (writer.mayMiss) body.refuseIf(`${value} === ${body.program.missing}`)
        return { value, mayLack: false }
      }
      const value = body.let(body.program.missing, "let")
      body.line(`if (!(${isNothing(body, attribute)})) {`)
      body.line(`${value} = ${writer.decode(body, attribute)}`)
      body.line("}")
      return { value, mayLack: true }
    },
    encode: (body, object) => {
      const value = propertyOf(body, object, name)
      const attribute = body.let("undefined", "let")
      body.line(`if (${value} !== undefined || ${has(object, name)}) {`)
      body.line(`${attribute} = ${writer.encode(body, value)}`)
      if (rules.set !== undefined) {
        const isEmpty = `${body.program.constant(isEmptySet)}(${attribute})`
        body.line(`if (${attribute} !== undefined && ${isEmpty}) ${attribute} = undefined`)
      }
      body.line("}")
      return { value: attribute, mayLack: true }
    }
  }
}

const requiredField = (name: string, stored: string, writer: Writer): Field => ({
  name,
  stored,
  decode: (body, map) => {
    const attribute = attributeOf(body, map, stored)
    body.refuseIf(`${attribute} === undefined`)
    return { value: body.let(writer.decode(body, attribute)), mayLack: writer.mayMiss }
  },
  encode: (body, object) => {
    const value = propertyOf(body, object, name)
    const attribute = writer.encode(body, value)
    // Made where the object is made: engines get memory for all of it at once.
    if (!writer.mayOmit) return { value: attribute, mayLack: false }
    const variable = body.let(attribute)
    body.refuseIf(`${variable} === undefined`)
    return { value: variable, mayLack: false }
  }
})

interface Entry extends Part {
  readonly key: string
}

const literalOf = (entries: ReadonlyArray<Entry>): string =>
  `{ ${entries.map(({ key, value }) => property(key, value)).join(", ")} }`

// So many fields that may lack have a literal for each case.
const fewCases = 2

/**
 * An object of these properties, in their order: by a literal wherever there is one for the case, as an engine
 * then knows its shape and its size at once.
 */
const writeObject = (body: Body, entries: ReadonlyArray<Entry>, nothing: string): string => {
  const may = entries.filter((entry) => entry.mayLack)
  if (may.length <= fewCases) return cases(entries, may, nothing)
  const out = body.let("undefined", "let")
  body.line(`if (${may.map(({ value }) => `${value} === ${nothing}`).join(" && ")}) {`)
  body.line(`${out} = ${literalOf(entries.filter((entry) => !entry.mayLack))}`)
  body.line(`} else if (${may.map(({ value }) => `${value} !== ${nothing}`).join(" && ")}) {`)
  body.line(`${out} = ${literalOf(entries)}`)
  body.line("} else {")
  const first = entries.findIndex((entry) => entry.mayLack)
  body.line(`${out} = ${literalOf(entries.slice(0, first))}`)
  for (const { key, mayLack, value } of entries.slice(first)) {
    const set =
      key === "__proto__" ? `${body.program.constant(setProto)}(${out}, ${value})` : `${out}[${quote(key)}] = ${value}`
    body.line(mayLack ? `if (${value} !== ${nothing}) ${set}` : set)
  }
  body.line("}")
  return out
}

const cases = (entries: ReadonlyArray<Entry>, may: ReadonlyArray<Entry>, nothing: string): string => {
  const [first, ...rest] = may
  if (first === undefined) return literalOf(entries)
  const without = entries.filter((entry) => entry !== first)
  return `${first.value} === ${nothing} ? ${cases(without, rest, nothing)} : ${cases(entries, rest, nothing)}`
}

const setProto = (target: object, value: unknown): void => {
  Object.defineProperty(target, "__proto__", { value, writable: true, enumerable: true, configurable: true })
}

/** Refuses what is no map, and gives the map. */
export const readMap = (body: Body, attribute: string): string => {
  const map = body.let(`${attribute}.M`)
  refuseNonObject(body, map)
  body.refuseIf(isNotSole(attribute, "M"))
  return map
}

/** Refuses what is no object with properties. */
export const refuseNonObject = (body: Body, value: string): void =>
  body.refuseIf(`typeof ${value} !== "object" || ${value} === null || Array.isArray(${value})`)

/** The writer of a struct; `stored` names its attributes where they differ from its fields. */
export const writeStruct = (
  ast: SchemaAST.Objects,
  inside: Inside,
  stored: ReadonlyMap<string, string> | undefined
): Composite => {
  const fields = () =>
    ast.propertySignatures.map(({ name, type }) =>
      // Other names are refused when the schema is derived.
      makeField(name as string, stored?.get(name as string) ?? (name as string), type, inside)
    )
  const decode = (body: Body, map: string): string => {
    const entries = fields().map((field) => ({ key: field.name, ...field.decode(body, map) }))
    return writeObject(body, entries, body.program.missing)
  }
  const encode = (body: Body, value: string): string => {
    refuseNonObject(body, value)
    const entries = fields().map((field) => ({ key: field.stored, ...field.encode(body, value) }))
    return writeObject(body, entries, "undefined")
  }
  return {
    type: "M",
    kind: "object",
    mayMiss: false,
    mayOmit: false,
    decode: (body, attribute) => decode(body, readMap(body, attribute)),
    encode: (body, value) => `{ M: ${encode(body, value)} }`,
    item: {
      decode: (body, item) => {
        refuseNonObject(body, item)
        return decode(body, item)
      },
      encode
    }
  }
}
