/**
 * `@effect-dynamo/query/Repository`, by itself: see there.
 *
 * @since 0.1.0
 */
export * from "@effect-dynamo/query/Repository"
