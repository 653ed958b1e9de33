/** A put's value and item, made in one, are what making and encoding give one after the other. */
import { assert, describe, it } from "@effect/vitest"
import { DateTime, Effect, Exit, Option, Schema } from "effect"
import { Entity, Index, Key, ResolvedEntity, Table } from "../src/main.ts"

const table = Table.make("things", {
  indexes: {
    gsi1: Index.global({ partitionKey: "gsi1pk", sortKey: "gsi1sk" }),
    gsi2: Index.global({ partitionKey: { name: "score", type: "N" }, sortKey: "email" }),
    gsi3: Index.global({ partitionKey: "gsi3pk", sortKey: "sk" })
  }
})

const fields = {
  id: Schema.String,
  at: Schema.Date,
  zoned: Schema.optionalKey(Schema.DateTimeZoned),
  score: Schema.optionalKey(Schema.Finite),
  email: Schema.NullOr(Schema.String),
  name: Schema.String,
  rank: Schema.optional(Schema.Int),
  nick: Schema.Option(Schema.String),
  role: Schema.String.pipe(Schema.withConstructorDefault(Effect.succeed("user")))
}

const options = {
  table,
  partitionKey: Key.template("T#{id}"),
  sortKey: ["at", "name"],
  indexes: {
    gsi1: { partitionKey: Key.template("N#{name:lower}#{nick}"), sortKey: [Key.ordered("rank")] },
    gsi3: { partitionKey: ["email"], when: { role: ["user"] } }
  }
} as const

const Plain = Entity.make("Thing", { schema: Schema.Struct(fields), ...options })
const Renamed = Entity.make("Thing", {
  schema: Schema.Struct(fields).pipe(Schema.encodeKeys({ id: "identifier", name: "id" })),
  ...options
})
const Hidden = Entity.make("Thing", { schema: Schema.Struct(fields), ...options, keyOnly: ["id", "at"] })
const Guarded = Entity.make("Thing", { schema: Schema.Struct(fields), ...options, unique: ["name"] })
const Kept = Entity.make("Thing", {
  schema: Schema.Struct({ ...fields, made: Schema.Date, changes: Schema.Int }),
  ...options,
  createdAt: "made",
  version: "changes"
})
const Unmarked = Entity.make("Thing", {
  schema: Schema.Struct(fields),
  ...options,
  config: { entityTypeAttribute: false, escapeKeys: false }
})
class Class extends Entity.Class<Class>("Thing")(fields, options) {}

const where = { operation: "PutItem", table: "things" }

const resolved = (entity: Entity.Any): ResolvedEntity.ResolvedEntity =>
  Effect.runSync(ResolvedEntity.use(entity, "PutItem", (one) => Effect.succeed(one)))

const outcome = (effect: Effect.Effect<unknown, unknown, unknown>): unknown => {
  const exit = Effect.runSyncExit(effect as Effect.Effect<unknown>)
  if (Exit.isSuccess(exit)) return exit.value
  const error = Option.getOrThrow(Exit.findErrorOption(exit)) as Record<string, unknown>
  return {
    tag: error["_tag"],
    message: error["message"],
    path: error["path"],
    attribute: error["attribute"],
    index: error["index"]
  }
}

const zoned = DateTime.makeZonedUnsafe(0, { timeZone: "Europe/Berlin" })

/** What each field may be given, right and wrong; a field is left out where it is `leave`. */
const leave = Symbol("leave")
const choices: { readonly [K in keyof typeof fields]: ReadonlyArray<unknown> } = {
  id: ["x", "a#b\\", "", "\ud800", "_unique#", "y".repeat(2100), 1],
  at: [new Date(0), new Date(Number.NaN), new Date(-1e14), "1970-01-01"],
  zoned: [leave, zoned],
  score: [leave, 1.5, 0, undefined],
  email: [null, "e@x", "", undefined],
  name: ["Ann", "a#b", "", leave],
  rank: [leave, 3, undefined, 1.5],
  nick: [Option.none(), Option.some("n"), Option.some(""), undefined],
  role: [leave, "user", "admin", undefined]
}

const names = Object.keys(choices) as ReadonlyArray<keyof typeof choices>

/** Inputs in which up to two fields are not their first choice. */
const inputs: ReadonlyArray<Record<string, unknown>> = names.flatMap((a, i) =>
  choices[a].flatMap((first) =>
    names.slice(i + 1).flatMap((b) =>
      choices[b].map((second) =>
        Object.fromEntries(
          names.flatMap((name) => {
            const value = name === a ? first : name === b ? second : choices[name][0]
            return value === leave ? [] : [[name, value]]
          })
        )
      )
    )
  )
)

describe("a put's value and item", () => {
  for (const [name, entity] of Object.entries({ Plain, Renamed, Hidden, Guarded, Kept, Unmarked, Class })) {
    it(`are the same in one as one after the other: ${name}`, () => {
      const one = resolved(entity)
      let written = 0
      for (const input of [...inputs, { ...inputs[0], excess: 1 }, 1, null, "text", []]) {
        const together = outcome(ResolvedEntity.makePutItem(one, input, where, 1000))
        const apart = outcome(
          Effect.flatMap(ResolvedEntity.makePut(one, input, where, 1000), (made) =>
            Effect.map(
              // Keys of the value itself, and not of its attributes.
              Effect.flatMap(ResolvedEntity.encode(one, made.value, where), (item) =>
                Effect.map(ResolvedEntity.primaryKey(one, made.value as never, where), (key) => ({ ...item, ...key }))
              ),
              (item) => ({ ...made, item })
            )
          )
        )
        assert.deepStrictEqual(together, apart)
        if (typeof together === "object" && together !== null && "item" in together && "value" in together) {
          written++
          // What was put is a value of this entity.
          const values = together.value as never
          for (const pattern of one.written) {
            const keys = Effect.runSync(ResolvedEntity.patternKeys(one, pattern, values, where))
            for (const { attribute } of pattern.written) {
              assert.deepStrictEqual((together.item as Record<string, unknown>)[attribute], keys?.[attribute])
            }
          }
        }
      }
      assert.isAbove(written, 50)
    })
  }

  it("instances of the class are taken as they are", () => {
    const one = resolved(Class)
    const value = new Class({ id: "x", at: new Date(0), email: null, name: "Ann", nick: Option.none() })
    const made = Effect.runSync(
      ResolvedEntity.makePutItem(one, value, where, 0) as Effect.Effect<ResolvedEntity.PutItem>
    )
    assert.strictEqual(made.value, value)
    assert.deepStrictEqual(made.item["pk"], { S: "T#x" })
  })

  it("a value that was given is not written to", () => {
    const input = { id: "x", at: new Date(0), email: null, name: "Ann", nick: Option.none() }
    const made = Effect.runSync(
      ResolvedEntity.makePutItem(resolved(Plain), input, where, 0) as Effect.Effect<ResolvedEntity.PutItem>
    )
    assert.notStrictEqual(made.value, input)
    assert.deepStrictEqual(made.value, { ...input, role: "user" })
    assert.isFalse("role" in input)
  })
})
