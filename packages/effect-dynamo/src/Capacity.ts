/**
 * `@effect-dynamo/client/Capacity`, by itself: see there.
 *
 * @since 0.1.0
 */
export * from "@effect-dynamo/client/Capacity"
