/**
 * `@effect-dynamo/core/Condition`, by itself: see there.
 *
 * @since 0.1.0
 */
export * from "@effect-dynamo/core/Condition"
