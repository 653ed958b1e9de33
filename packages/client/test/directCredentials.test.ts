import { DynamoClient } from "@effect-dynamo/client"
import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider, Effect, Fiber, Result } from "effect"
import { TestClock } from "effect/testing"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { call, direct, type Reply } from "./support/wires.ts"

const list = call("ListTables", {})

/** A provider of credentials that last so long, and a client that uses it. */
const provided = (
  answer: (nth: number) => PromiseLike<DynamoClient.ProvidedCredentials>,
  reply: Reply = { body: "{}" }
) => {
  let asked = 0
  const credentials = () => answer(++asked)
  const { layer, sent } = direct(reply, { credentials })
  const users = () => sent.map(({ headers }) => /Credential=(\w+)/.exec(headers.authorization ?? "")?.[1])
  return { layer, users, asked: () => asked }
}

const minutes = (n: number) => n * 60_000

const expiring = (nth: number, at: number): DynamoClient.ProvidedCredentials => ({
  accessKeyId: `KEY${nth}`,
  secretAccessKey: "s",
  expiration: new Date(at)
})

describe("credentials from a provider", () => {
  it.effect("are asked for once, when first needed, where they do not expire", () =>
    Effect.gen(function* () {
      const { asked, layer, users } = provided((nth) =>
        Promise.resolve({ accessKeyId: `KEY${nth}`, secretAccessKey: "s" })
      )
      yield* Effect.gen(function* () {
        assert.strictEqual(asked(), 0)
        yield* list
        yield* TestClock.adjust("365 days")
        yield* list
      }).pipe(Effect.provide(layer))
      assert.deepStrictEqual(users(), ["KEY1", "KEY1"])
    })
  )

  it.effect("are replaced five minutes before they expire", () =>
    Effect.gen(function* () {
      const { layer, users } = provided((nth) => Promise.resolve(expiring(nth, nth * minutes(60))))
      yield* Effect.gen(function* () {
        yield* list
        yield* TestClock.adjust(minutes(55) - 1)
        yield* list
        yield* TestClock.adjust(1)
        yield* list
      }).pipe(Effect.provide(layer))
      assert.deepStrictEqual(users(), ["KEY1", "KEY1", "KEY2"])
    })
  )

  it.effect("are asked for by one at a time", () =>
    Effect.gen(function* () {
      const { asked, layer, users } = provided((nth) => Promise.resolve(expiring(nth, minutes(60))))
      yield* Effect.all(
        Array.from({ length: 20 }, () => list),
        { concurrency: "unbounded" }
      ).pipe(Effect.provide(layer))
      assert.strictEqual(asked(), 1)
      assert.lengthOf(users(), 20)
    })
  )

  it.effect("serve to their end where new ones cannot be had, which is tried every half minute", () =>
    Effect.gen(function* () {
      const { asked, layer, users } = provided((nth) =>
        nth === 1 ? Promise.resolve(expiring(1, minutes(60))) : Promise.reject(new Error("The provider is away"))
      )
      yield* Effect.gen(function* () {
        yield* list
        yield* TestClock.adjust(minutes(56))
        yield* list
        yield* list
        assert.strictEqual(asked(), 2)
        yield* TestClock.adjust(30_000)
        yield* list
        assert.strictEqual(asked(), 3)
        yield* TestClock.adjust(minutes(4))
        const result = yield* list
        assert.isTrue(Result.isFailure(result))
        if (Result.isFailure(result)) {
          assert.deepInclude(result.failure, { origin: "credentials", message: "The provider is away", sent: false })
        }
      }).pipe(Effect.provide(layer))
      assert.deepStrictEqual(users(), ["KEY1", "KEY1", "KEY1", "KEY1"])
    })
  )

  it.effect("that expire at once are not asked for before each request", () =>
    Effect.gen(function* () {
      const { asked, layer } = provided((nth) => Promise.resolve(expiring(nth, minutes(1))))
      yield* Effect.andThen(list, list).pipe(Effect.provide(layer))
      assert.strictEqual(asked(), 1)
    })
  )

  it.effect("are asked for again where the service says that they have expired", () =>
    Effect.gen(function* () {
      const reply = { status: 400, body: `{"__type":"x#ExpiredTokenException","message":"Expired"}` }
      const { layer, users } = provided((nth) => Promise.resolve(expiring(nth, minutes(60))), reply)
      yield* Effect.andThen(list, list).pipe(Effect.provide(layer))
      assert.deepStrictEqual(users(), ["KEY1", "KEY2"])
    })
  )

  it.effect("that are none are an AccessDenied, as what the provider throws is", () =>
    Effect.gen(function* () {
      const answers: ReadonlyArray<() => PromiseLike<DynamoClient.ProvidedCredentials>> = [
        // what JavaScript may do
        () => Promise.resolve(undefined as unknown as DynamoClient.ProvidedCredentials),
        () => Promise.resolve({} as DynamoClient.ProvidedCredentials),
        () => Promise.reject("a string"),
        () => {
          throw new TypeError("thrown")
        }
      ]
      for (const answer of answers) {
        const { layer, users } = provided(answer)
        const error = yield* DynamoClient.DynamoClient.use((client) => client.listTables({})).pipe(
          Effect.flip,
          Effect.provide(layer)
        )
        assert.strictEqual(error._tag, "AccessDenied")
        assert.lengthOf(users(), 0)
      }
    })
  )

  it.effect("are asked for again after whoever waited for them was interrupted", () =>
    Effect.gen(function* () {
      const { layer, users } = provided((nth) =>
        nth === 1 ? new Promise(() => {}) : Promise.resolve(expiring(nth, minutes(60)))
      )
      yield* Effect.gen(function* () {
        const first = yield* Effect.forkChild(list, { startImmediately: true })
        const second = yield* Effect.forkChild(list, { startImmediately: true })
        yield* Fiber.interrupt(first)
        yield* Fiber.join(second)
      }).pipe(Effect.provide(layer))
      assert.deepStrictEqual(users(), ["KEY2"])
    })
  )

  it.effect("are told the client's region, as the SDK's providers are", () =>
    Effect.gen(function* () {
      let told: unknown
      const credentials: DynamoClient.CredentialsProvider = (properties) => {
        told = properties
        return Promise.resolve({ accessKeyId: "A", secretAccessKey: "s" })
      }
      yield* Effect.provide(list, direct({ body: "{}" }, { credentials, region: "eu-west-3", profile: "p" }).layer)
      const { callerClientConfig } = told as {
        readonly callerClientConfig: { readonly region: () => Promise<string>; readonly profile: string }
      }
      assert.strictEqual(yield* Effect.promise(callerClientConfig.region), "eu-west-3")
      assert.strictEqual(callerClientConfig.profile, "p")
    })
  )
})

describe("credentials from the SDK's default chain", () => {
  const file = "AWS_SHARED_CREDENTIALS_FILE"

  /** The chain reads the process's environment by itself. */
  const withFile = Effect.acquireRelease(
    Effect.sync(() => {
      const folder = mkdtempSync(join(tmpdir(), "effect-dynamo-"))
      const path = join(folder, "credentials")
      writeFileSync(path, "[somebody]\naws_access_key_id = FROMFILE\naws_secret_access_key = s\n")
      const before = process.env[file]
      process.env[file] = path
      return { before, folder }
    }),
    ({ before, folder }) =>
      Effect.sync(() => {
        if (before === undefined) delete process.env[file]
        else process.env[file] = before
        rmSync(folder, { recursive: true })
      })
  )

  it.live("are looked for where a profile is given, or the environment has none", () =>
    Effect.gen(function* () {
      yield* withFile
      const { layer, sent } = direct({ body: "{}" }, { credentials: undefined, profile: "somebody" })
      const inEnvironment = { AWS_ACCESS_KEY_ID: "FROMENV", AWS_SECRET_ACCESS_KEY: "s" }
      yield* list.pipe(
        Effect.provide(layer),
        Effect.provide(ConfigProvider.layer(ConfigProvider.fromEnvRecord(inEnvironment)))
      )
      assert.match(sent[0]?.headers.authorization ?? "", /Credential=FROMFILE/)

      const missing = direct({ body: "{}" }, { credentials: undefined, profile: "nobody" })
      const error = yield* DynamoClient.DynamoClient.use((client) => client.listTables({})).pipe(
        Effect.flip,
        Effect.provide(missing.layer)
      )
      assert.strictEqual(error._tag, "AccessDenied")
      assert.lengthOf(missing.sent, 0)
    })
  )
})
