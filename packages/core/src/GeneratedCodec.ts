/**
 * Switches the codecs of a program to generated source.
 *
 * Codecs are compiled from their schemas into closures, which works everywhere and starts at once. Imported for its
 * effect, this module has them written as source text instead, which the engine compiles like a function of the program's
 * own: several times faster, about as fast as code that is written by hand for the schema. Values, items and failures are
 * the same.
 *
 * **When to use**
 *
 * In a process that lives long and reads or writes many items: a server, an export, the consumer of a stream. Source
 * takes a fraction of a millisecond for each schema and direction, the first time it is used, and some thousand items
 * until the engine has optimised it; a function that starts cold to read a few items is better off without.
 *
 * **Details**
 *
 * Import it before the first use of a codec, entity or key; codecs that were used before keep their closures. A part of
 * a schema for which there is no source (a transformation, a class, a recursive schema's own reference) is called as a
 * closure from the source around it.
 *
 * Source is made with `new Function`. No item and no value is ever part of it, and of a schema only the names of fields
 * and literals are, as quoted strings. Where that is forbidden (a content security policy without `unsafe-eval`,
 * Cloudflare Workers, `node --disallow-code-generation-from-strings`), codecs stay with closures; `isEnabled` tells.
 *
 * **Example** (Switching it on)
 *
 * ```ts
 * import { Effect, Schema } from "effect"
 * import { ItemCodec } from "effect-dynamo"
 * import "effect-dynamo/GeneratedCodec"
 *
 * const Point = ItemCodec.make(Schema.Struct({ x: Schema.Number, label: Schema.optionalKey(Schema.String) }))
 * Effect.runSync(Point.decode({ x: { N: "2" }, label: { S: "b" } })) // => { x: 2, label: "b" }
 * ```
 *
 * **Example** (Asking whether it works here)
 *
 * ```ts
 * import * as GeneratedCodec from "effect-dynamo/GeneratedCodec"
 *
 * GeneratedCodec.isEnabled // => true
 * ```
 *
 * @module
 * @since 0.1.0
 */
import { setCompiler } from "./internal/codec/compiler.ts"
import { generate, isAllowed } from "./internal/codec/generate/generate.ts"

/**
 * Whether codecs are generated: `false` where the platform forbids to make functions from source.
 *
 * @category models
 * @since 0.1.0
 */
export const isEnabled: boolean = isAllowed()

if (isEnabled) setCompiler(generate)
