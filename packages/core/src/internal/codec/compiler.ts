/**
 * The compiler that codecs are made with: closures, unless a program asks for generated source (`GeneratedCodec.ts`).
 */
import { type Compile, compile } from "./compile.ts"

let inForce: Compile = compile

/** The compiler in force, for codecs that are first used now. */
export const compiler = (): Compile => inForce

/** Puts another compiler in force. */
export const setCompiler = (compile: Compile): void => {
  inForce = compile
}
