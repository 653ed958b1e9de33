import { assert, describe, it } from "@effect/vitest"
import { SignatureV4 } from "@smithy/signature-v4"
import { Effect, Schema } from "effect"
import { createHash, createHmac } from "node:crypto"
import { makeSigner, type Identity } from "../src/internal/direct/sign.ts"

type Source = string | ArrayBuffer | ArrayBufferView

const toBuffer = (source: Source): string | Uint8Array =>
  typeof source === "string"
    ? source
    : ArrayBuffer.isView(source)
      ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength)
      : new Uint8Array(source)

/** The hash that `SignatureV4` is given by the SDK. */
class Sha256 {
  readonly #hash
  constructor(secret?: Source) {
    this.#hash = secret === undefined ? createHash("sha256") : createHmac("sha256", toBuffer(secret))
  }
  update(data: Source): void {
    this.#hash.update(toBuffer(data))
  }
  digest(): Promise<Uint8Array> {
    return Promise.resolve(new Uint8Array(this.#hash.digest()))
  }
  reset(): void {}
}

const Text = Schema.String.check(Schema.isPattern(/^[A-Za-z0-9+/=]{1,40}$/))

const Request = Schema.Struct({
  accessKeyId: Schema.String.check(Schema.isPattern(/^[A-Z0-9]{4,20}$/)),
  secretAccessKey: Text,
  sessionToken: Schema.UndefinedOr(Text),
  region: Schema.Literals(["eu-west-1", "us-east-1", "cn-north-1", "us-gov-west-1"]),
  endpoint: Schema.Literals([
    "https://dynamodb.eu-west-1.amazonaws.com/",
    "https://123456789012.ddb.us-east-1.amazonaws.com/",
    "http://localhost:8000/",
    "http://[::1]:8000/",
    "https://proxy.example:8443/some/path/",
    "https://proxy.example//twice//and%20a%20blank/ü!'()*/"
  ]),
  operation: Schema.Literals(["GetItem", "BatchWriteItem", "Query"]),
  now: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 4_102_444_800_000 })),
  body: Schema.String
})

describe("a signature", () => {
  // One signer for all, so that whatever it keeps from one request is in the way of the next.
  const sign = makeSigner()

  it.effect.prop(
    "is that of @smithy/signature-v4",
    [Request],
    ([{ body, endpoint, now, operation, region, ...identity }]) =>
      Effect.gen(function* () {
        const url = new URL(endpoint)
        const headers = sign({ identity, target: { url, region }, operation, now, body })
        const { sessionToken, ...credentials } = identity
        const theirs = yield* Effect.promise(() =>
          new SignatureV4({
            service: "dynamodb",
            region,
            credentials: sessionToken === undefined ? credentials : { ...credentials, sessionToken },
            sha256: Sha256,
            applyChecksum: false
          }).sign(
            {
              method: "POST",
              protocol: url.protocol,
              hostname: url.hostname,
              path: url.pathname,
              query: {},
              headers: {
                host: url.host,
                "content-type": "application/x-amz-json-1.0",
                "x-amz-target": `DynamoDB_20120810.${operation}`
              },
              body
            },
            { signingDate: new Date(now) }
          )
        )
        assert.deepStrictEqual(headers, theirs.headers)
      }),
    { arbitrary: { runs: 600, seed: 7 } }
  )

  it("of the same request at the same time is the same, and changes with whoever signs", () => {
    const identity: Identity = { accessKeyId: "A", secretAccessKey: "s" }
    const target = { url: new URL("http://localhost/"), region: "eu-west-1" }
    const request = { identity, target, operation: "GetItem", now: 0, body: "{}" }
    const signature = (changed: object) => makeSigner()({ ...request, ...changed }).authorization
    assert.strictEqual(signature({}), signature({ now: 999 }))
    for (const changed of [
      { now: 1000 },
      { body: "{ }" },
      { operation: "PutItem" },
      { identity: { ...identity, secretAccessKey: "t" } },
      { identity: { ...identity, sessionToken: "t" } },
      { target: { ...target, region: "eu-west-2" } },
      { target: { ...target, url: new URL("http://localhost:8000/") } }
    ]) {
      assert.notStrictEqual(signature(changed), signature({}))
    }
    // the key is of its day
    const signer = makeSigner()
    const tomorrow = { ...request, now: 86_400_000 }
    assert.notStrictEqual(signer(request).authorization, signature(tomorrow))
    assert.strictEqual(signer(tomorrow).authorization, signature(tomorrow))
    assert.strictEqual(signer(request).authorization, signature(request))
  })
})
