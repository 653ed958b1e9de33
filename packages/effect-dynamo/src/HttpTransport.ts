/**
 * `@effect-dynamo/client/HttpTransport`, by itself: see there.
 *
 * @since 0.1.0
 */
export * from "@effect-dynamo/client/HttpTransport"
