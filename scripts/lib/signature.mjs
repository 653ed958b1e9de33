/** Declarations as people read them: what a symbol is, without how it does it. */
import { declarationsOf, docOf, namespaceOf } from "./publicApi.mjs"
import { typescript as ts } from "./workspace.mjs"

/** @import * as TypeScript from "../../tools/typescript-6.0/node_modules/typescript/lib/typescript.d.ts" */

/**
 * @typedef {TypeScript.Node} Node
 * @typedef {import("./publicApi.mjs").Declaration} Declaration
 *
 * @typedef {object} Member a part of an interface, a class or a namespace that has JSDoc
 * @property {string} name
 * @property {string} signature
 * @property {string} description
 * @property {boolean} isMethod
 */

/**
 * @param {Node} node
 * @returns {boolean}
 */
const isHidden = (node) => {
  if (docOf(node)?.internal === true) return true
  if (!ts.isClassElement(node) && !ts.isTypeElement(node)) return false
  const modifiers = ts.canHaveModifiers(node) ? (ts.getModifiers(node) ?? []) : []
  if (modifiers.some(({ kind }) => kind === ts.SyntaxKind.PrivateKeyword || kind === ts.SyntaxKind.ProtectedKeyword)) {
    return true
  }
  // Type identifiers are for types alone.
  return node.name !== undefined && (ts.isComputedPropertyName(node.name) || /^["']~/.test(node.name.getText()))
}

/** @param {Node | undefined} type */
const annotation = (type) => (type === undefined ? "" : `: ${type.getText()}`)

/** @param {TypeScript.SignatureDeclaration} node */
const typeParametersOf = (node) =>
  node.typeParameters === undefined ? "" : `<${node.typeParameters.map((one) => one.getText()).join(", ")}>`

/** @param {TypeScript.SignatureDeclaration} node */
const parametersOf = (node) =>
  node.parameters
    .map(({ dotDotDotToken, initializer, name, questionToken, type }) => {
      const label = ts.isIdentifier(name) ? name.text : "options"
      const optional = questionToken !== undefined || initializer !== undefined ? "?" : ""
      return `${dotDotDotToken === undefined ? "" : "..."}${label}${optional}${annotation(type)}`
    })
    .join(", ")

/**
 * The type of a function that is written out, where it says what it returns.
 *
 * @param {Node} node
 * @returns {string | undefined}
 */
const functionType = (node) => {
  if (!ts.isArrowFunction(node)) return undefined
  const returned = node.type?.getText() ?? functionType(node.body)
  return returned === undefined ? undefined : `${typeParametersOf(node)}(${parametersOf(node)}) => ${returned}`
}

/**
 * The type of `Effect.fn("name")(function* (…): Effect.fn.Return<A, E, R> {…})`.
 *
 * @param {Node} node
 */
const effectFnType = (node) => {
  if (!ts.isCallExpression(node) || !node.expression.getText().startsWith("Effect.fn(")) return undefined
  const [body] = node.arguments
  if (body === undefined || !ts.isFunctionExpression(body) || body.type === undefined) return undefined
  const returned = body.type.getText().replace(/^Effect\.fn\.Return\b/, "Effect.Effect")
  return `${typeParametersOf(body)}(${parametersOf(body)}) => ${returned}`
}

/**
 * The type of a value that has no type written beside it.
 *
 * @param {Node} value
 * @returns {string}
 */
const inferredType = (value) => {
  const written = functionType(value) ?? effectFnType(value)
  if (written !== undefined) return written
  if (ts.isAsExpression(value)) return inferredType(value.expression)
  if (ts.isStringLiteral(value)) return value.getText()
  if (ts.isNumericLiteral(value) || ts.isBinaryExpression(value)) return "number"
  if (ts.isPropertyAccessExpression(value)) {
    const module = namespaceOf(value.getSourceFile(), value.expression.getText())
    const [declared] = module === undefined ? [] : declarationsOf(module, value.name.text)
    if (declared !== undefined && ts.isVariableDeclaration(declared)) return typeOf(declared)
  }
  throw new Error(`${value.getSourceFile().fileName}: write the type of ${value.parent.getText().slice(0, 80)}`)
}

/**
 * @param {TypeScript.VariableDeclaration} node
 * @returns {string}
 */
const typeOf = ({ initializer, type }) => {
  if (type !== undefined) return type.getText()
  if (initializer === undefined) return "unknown"
  return inferredType(initializer)
}

/**
 * A member without its body and its JSDoc.
 *
 * @param {Node} node
 * @returns {string}
 */
const memberText = (node) => {
  if (ts.isConstructorDeclaration(node)) return `constructor(${parametersOf(node)})`
  if (ts.isGetAccessorDeclaration(node)) return `readonly ${node.name.getText()}${annotation(node.type)}`
  if (ts.isMethodDeclaration(node)) {
    const isStatic = (ts.getModifiers(node) ?? []).some(({ kind }) => kind === ts.SyntaxKind.StaticKeyword)
    const head = `${isStatic ? "static " : ""}${node.name.getText()}${typeParametersOf(node)}`
    return `${head}(${parametersOf(node)})${annotation(node.type)}`
  }
  if (ts.isPropertyDeclaration(node)) {
    const modifiers = (ts.getModifiers(node) ?? []).map((one) => one.getText()).filter((one) => one !== "declare")
    const type = node.type?.getText() ?? (node.initializer === undefined ? "unknown" : inferredType(node.initializer))
    return `${modifiers.join(" ")} ${node.name.getText()}: ${type}`
  }
  return node.getText()
}

/** @param {Declaration} node */
const membersIn = (node) => {
  if (ts.isInterfaceDeclaration(node) || ts.isClassDeclaration(node)) return node.members
  if (ts.isModuleDeclaration(node) && node.body !== undefined && ts.isModuleBlock(node.body))
    return node.body.statements
  return []
}

/**
 * @param {TypeScript.InterfaceDeclaration | TypeScript.ClassDeclaration} node
 * @param {string} name
 */
const headOf = (node, name) => {
  const parameters =
    node.typeParameters === undefined ? "" : `<${node.typeParameters.map((one) => one.getText()).join(", ")}>`
  return [`${name}${parameters}`, ...(node.heritageClauses ?? []).map((clause) => clause.getText())].join(" ")
}

/**
 * A declaration as the text of a declaration file. JSDoc of members is left out: they have their own.
 *
 * @param {Declaration} node
 * @param {string} name
 */
export const signatureOf = (node, name) => {
  const members = membersIn(node)
    .filter((member) => !isHidden(member))
    .map(memberText)
    .join("\n")
  if (ts.isVariableDeclaration(node)) return `declare const ${name}: ${typeOf(node)}`
  if (ts.isFunctionDeclaration(node)) {
    return `declare function ${name}${typeParametersOf(node)}(${parametersOf(node)})${annotation(node.type)}`
  }
  if (ts.isInterfaceDeclaration(node)) return `interface ${headOf(node, name)} {\n${members}\n}`
  if (ts.isClassDeclaration(node)) return `declare class ${headOf(node, name)} {\n${members}\n}`
  if (ts.isModuleDeclaration(node)) return `declare namespace ${name} {\n${members}\n}`
  return node.getText().replace(/^export\s+/, "")
}

/** @param {Declaration} node */
export const kindOf = (node) => {
  if (ts.isVariableDeclaration(node)) {
    const { initializer, type } = node
    const isFunction =
      type === undefined
        ? initializer !== undefined && (functionType(initializer) ?? effectFnType(initializer)) !== undefined
        : ts.isFunctionTypeNode(type) ||
          (ts.isTypeLiteralNode(type) && type.members.some(ts.isCallSignatureDeclaration))
    return isFunction ? "function" : "value"
  }
  if (ts.isFunctionDeclaration(node)) return "function"
  if (ts.isInterfaceDeclaration(node)) return "interface"
  if (ts.isClassDeclaration(node)) return "class"
  return ts.isModuleDeclaration(node) ? "namespace" : "type"
}

/** @param {Declaration} node */
export const isTypeOnly = (node) => ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)

/**
 * The members that have JSDoc of their own.
 *
 * @param {Declaration} node
 * @returns {ReadonlyArray<Member>}
 */
export const documentedMembers = (node) =>
  membersIn(node).flatMap((member) => {
    const description = docOf(member)?.description ?? ""
    if (isHidden(member) || description === "" || !("name" in member)) return []
    const name = /** @type {Node | undefined} */ (member.name)?.getText() ?? ""
    return [
      {
        name,
        signature: memberText(member),
        description,
        isMethod: ts.isMethodSignature(member) || ts.isMethodDeclaration(member)
      }
    ]
  })
