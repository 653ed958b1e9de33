/**
 * The source of lists, records and sets.
 */
import type * as SchemaAST from "effect/SchemaAST"
import type { Mark } from "../link.ts"
import { hasDuplicates } from "../plain.ts"
import { assign, isWellFormed } from "../wire.ts"
import { writeCheck } from "./checks.ts"
import { readMap, refuseNonObject } from "./objects.ts"
import { scalarOf } from "./scalars.ts"
import type { Body } from "./source.ts"
import { type Composite, type Inside, isNotSole, type Writer } from "./writer.ts"

const each = (body: Body, of: string, write: (index: string) => void): void => {
  const index = body.program.fresh("v")
  body.line(`for (let ${index} = 0; ${index} < ${of}.length; ${index}++) {`)
  write(index)
  body.line("}")
}

// Absence inside of a container is rare enough to leave to the reference.
const element = (writer: Writer) => ({
  decode: (body: Body, attribute: string): string => {
    const value = body.let(writer.decode(body, attribute))
    if (writer.mayMiss) body.giveUpIf(`${value} === ${body.program.missing}`)
    return value
  },
  encode: (body: Body, value: string): string => {
    const attribute = body.let(writer.encode(body, value))
    if (writer.mayOmit) body.giveUpIf(`${attribute} === undefined`)
    return attribute
  }
})

/** A list of any length. */
export const writeList = (type: SchemaAST.AST, inside: Inside): Composite => {
  const one = () => element(inside.write(type))
  return {
    type: "L",
    kind: "object",
    mayMiss: false,
    mayOmit: false,
    decode: (body, attribute) => {
      const list = body.let(`${attribute}.L`)
      body.refuseIf(`!Array.isArray(${list}) || ${isNotSole(attribute, "L")}`)
      const out = body.let("[]")
      each(body, list, (i) => body.line(`${out}.push(${one().decode(body, body.let(`${list}[${i}]`))})`))
      return out
    },
    encode: (body, value) => {
      body.refuseIf(`!Array.isArray(${value})`)
      const out = body.let("[]")
      each(body, value, (i) => body.line(`${out}.push(${one().encode(body, body.let(`${value}[${i}]`))})`))
      return `{ L: ${out} }`
    }
  }
}

/** A record by any strings. */
export const writeRecord = (type: SchemaAST.AST, inside: Inside): Composite => {
  const one = () => element(inside.write(type))
  const set = (body: Body, out: string, name: string, value: string): void =>
    body.line(
      `if (${name} === "__proto__") ${body.program.constant(assign)}(${out}, ${name}, ${value}); else ${out}[${name}] = ${value}`
    )
  return {
    type: "M",
    kind: "object",
    mayMiss: false,
    mayOmit: false,
    decode: (body, attribute) => {
      const map = readMap(body, attribute)
      const names = body.let(`Object.keys(${map})`)
      const out = body.let("{}")
      each(body, names, (i) => {
        const name = body.let(`${names}[${i}]`)
        const inner = body.let(`${map}[${name}]`)
        body.line(`if (${inner} === undefined) continue`)
        set(body, out, name, one().decode(body, inner))
      })
      return out
    },
    encode: (body, value) => {
      refuseNonObject(body, value)
      const names = body.let(`Object.keys(${value})`)
      const out = body.let("{}")
      each(body, names, (i) => {
        const name = body.let(`${names}[${i}]`)
        body.refuseIf(`!${body.program.constant(isWellFormed)}(${name})`)
        set(body, out, name, one().encode(body, body.let(`${value}[${name}]`)))
      })
      return `{ M: ${out} }`
    }
  }
}

const single = { SS: "S", NS: "N", BS: "B" } as const

/** One of DynamoDB's sets, if its elements are as they are stored. */
export const writeSet = ({
  element,
  position,
  type
}: Extract<Mark, { readonly _tag: "Set" }>): Composite | undefined => {
  const scalar = scalarOf(element)
  if (scalar === undefined || scalar.type !== single[type]) return undefined
  return {
    type,
    kind: "object",
    mayMiss: false,
    mayOmit: false,
    decode: (body, attribute) => {
      const raws = body.let(`${attribute}.${type}`)
      body.refuseIf(`!Array.isArray(${raws}) || ${isNotSole(attribute, type)}`)
      const out = body.let("new Set()")
      each(body, raws, (i) => {
        const value = body.let(scalar.read(body, body.let(`${raws}[${i}]`)))
        writeCheck(body, element, value)
        body.line(`${out}.add(${value})`)
      })
      return out
    },
    encode: (body, value) => {
      body.refuseIf(`!(${value} instanceof Set)`)
      if (position !== "field") body.refuseIf(`${value}.size === 0`)
      const raws = body.let("[]")
      const one = body.program.fresh("v")
      body.line(`for (const ${one} of ${value}) {`)
      const raw = body.let(scalar.write(body, one))
      writeCheck(body, element, one)
      body.line(`${raws}.push(${raw})`)
      body.line("}")
      // Different strings and numbers are stored differently.
      if (scalar.mayCollide === true) body.refuseIf(`${body.program.constant(hasDuplicates)}(${raws})`)
      return `{ ${type}: ${raws} }`
    }
  }
}
