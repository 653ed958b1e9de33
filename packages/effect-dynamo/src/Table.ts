/**
 * `@effect-dynamo/core/Table`, by itself: see there.
 *
 * @since 0.1.0
 */
export * from "@effect-dynamo/core/Table"
