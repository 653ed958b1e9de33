import { assert, describe, it } from "@effect/vitest"
import { Option } from "effect"
import { errorCode, fromSdkError } from "../src/internal/sdkFailure.ts"
import { redact } from "../src/internal/redact.ts"

const thrown = (fields: object) => Object.assign(new Error("oh no"), fields)

describe("what the SDK and Node throw", () => {
  for (const [fields, origin, sent] of [
    [{ code: "ECONNREFUSED", syscall: "connect" }, "network", false],
    [{ code: "ENOTFOUND", hostname: "dynamodb.mars-1.amazonaws.com" }, "network", false],
    [{ code: "EAI_AGAIN" }, "network", false],
    [{ code: "ECONNRESET" }, "network", true],
    [{ code: "ECONNRESET", name: "TimeoutError" }, "network", true],
    [{ code: "EPIPE" }, "network", true],
    [{ message: "socket hang up" }, "network", true],
    [{ code: "ETIMEDOUT", name: "TimeoutError" }, "timeout", true],
    [{ code: "ETIMEDOUT", syscall: "connect" }, "timeout", false],
    [{ name: "TimeoutError" }, "timeout", true],
    [
      {
        name: "TimeoutError",
        message:
          "@smithy/node-http-handler - the request socket did not establish a connection with the server within the configured timeout of 1 ms."
      },
      "timeout",
      false
    ],
    [{ code: "CERT_HAS_EXPIRED" }, "network", false],
    [{ name: "CredentialsProviderError" }, "credentials", false],
    [{ message: "Region is missing" }, "request", false],
    [{ name: "TypeError" }, "request", false],
    // A header that Node does not write, as one of credentials that end with a line break.
    [{ name: "TypeError", code: "ERR_INVALID_CHAR" }, "request", false]
  ] as const) {
    it(JSON.stringify(fields), () => {
      const failure = fromSdkError(thrown(fields))
      assert.strictEqual(failure.origin, origin)
      assert.strictEqual(failure.sent, sent)
    })
  }

  it("a certificate that is not trusted does not become so", () => {
    assert.isTrue(fromSdkError(thrown({ code: "DEPTH_ZERO_SELF_SIGNED_CERT" })).permanent)
    assert.isUndefined(fromSdkError(thrown({ code: "ECONNRESET" })).permanent)
  })

  it("takes anything, however odd", () => {
    for (const odd of [undefined, null, "text", 7, {}, { $metadata: null, CancellationReasons: "none" }]) {
      assert.strictEqual(fromSdkError(odd).cause, odd)
    }
  })

  it("reads reasons in either spelling", () => {
    const failure = fromSdkError(
      thrown({
        name: "TransactionCanceledException",
        $metadata: { httpStatusCode: 400 },
        CancellationReasons: [{ Code: "None" }, { Code: "ValidationError", message: "small" }, null]
      })
    )
    assert.deepStrictEqual(failure.cancellationReasons, [
      { code: "None", message: undefined, item: Option.none() },
      { code: "ValidationError", message: "small", item: Option.none() },
      { code: "None", message: undefined, item: Option.none() }
    ])
  })

  it("takes the name after the namespace and before a URL", () => {
    assert.strictEqual(errorCode("com.amazonaws.dynamodb.v20120810#ThrottlingException"), "ThrottlingException")
    assert.strictEqual(errorCode("com.amazon.coral.validate#ValidationException:http://x.y/"), "ValidationException")
    assert.strictEqual(errorCode("InternalServerError"), "InternalServerError")
  })
})

describe("redact", () => {
  it("takes out every quoted value, and nothing else", () => {
    const value = "it's 'at' secret"
    assert.strictEqual(
      redact(
        `2 validation errors detected: Value '${value}' at 'key.member.1' failed to satisfy constraint: A; ` +
          `Value '[${value}]' at 'limit' failed to satisfy constraint: B`
      ),
      "2 validation errors detected: Value at 'key.member.1' failed to satisfy constraint: A; " +
        "Value at 'limit' failed to satisfy constraint: B"
    )
    const harmless = "The provided key element does not match the schema"
    assert.strictEqual(redact(harmless), harmless)
  })
})
