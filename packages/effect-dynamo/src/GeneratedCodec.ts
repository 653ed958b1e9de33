/**
 * Switches the codecs of a program to generated source: see `@effect-dynamo/core/GeneratedCodec`.
 *
 * @since 0.1.0
 */
import "@effect-dynamo/core/GeneratedCodec"

export * from "@effect-dynamo/core/GeneratedCodec"
