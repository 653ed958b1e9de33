/** The `Table` value and the settings that flags of `create-table` describe. */
import * as Index from "@effect-dynamo/core/Index"
import * as Table from "@effect-dynamo/core/Table"
import type { Billing, StreamView } from "@effect-dynamo/query/TableAdmin"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { UsageFailure } from "../failure.ts"
import type { IndexFlag } from "./indexFlag.ts"
import type { KeyAttribute } from "./keyFlag.ts"
import { isName, nameRule } from "./nameArgument.ts"

/** Flags that a `Table` value says already. */
export interface ShapeFlags {
  readonly partitionKey: Option.Option<KeyAttribute>
  readonly sortKey: Option.Option<KeyAttribute>
  readonly noSortKey: boolean
  readonly index: ReadonlyArray<IndexFlag>
  readonly ttl: Option.Option<string>
}

/** Flags that a `Table` value does not say. */
export interface SettingFlags {
  readonly billingMode: Option.Option<"on-demand" | "provisioned">
  readonly readCapacity: Option.Option<number>
  readonly writeCapacity: Option.Option<number>
  readonly stream: Option.Option<StreamView>
  readonly deletionProtection: boolean
}

const refuse = (message: string) => Effect.fail(new UsageFailure({ message }))

/** The names under which the command line has {@link ShapeFlags}, as far as they are given. */
export const namesOf = (flags: ShapeFlags): ReadonlyArray<string> =>
  [
    Option.isSome(flags.partitionKey) ? "--partition-key" : "",
    Option.isSome(flags.sortKey) ? "--sort-key" : "",
    flags.noSortKey ? "--no-sort-key" : "",
    flags.index.length > 0 ? "--index" : "",
    Option.isSome(flags.ttl) ? "--ttl" : ""
  ].filter((name) => name !== "")

/** A name that DynamoDB takes for a table. */
export const checkName = (name: string): Effect.Effect<string, UsageFailure> =>
  isName(name) ? Effect.succeed(name) : refuse(`"${name}" is no table name: those have ${nameRule}`)

/** The table that flags describe. Keys that they leave out are the library's own: `pk` and `sk`, of text. */
export const tableOf = Effect.fnUntraced(function* (name: string, flags: ShapeFlags) {
  if (flags.noSortKey && Option.isSome(flags.sortKey)) {
    return yield* refuse("--sort-key and --no-sort-key do not go together: leave one out.")
  }
  const names = flags.index.map((index) => index.name)
  const twice = names.find((each, at) => names.indexOf(each) !== at)
  if (twice !== undefined) return yield* refuse(`There are two indexes "${twice}": each has a name of its own.`)
  // Declarations that cannot be tables throw.
  return yield* Effect.try({
    try: () =>
      Table.make(name, {
        partitionKey: Option.getOrElse(flags.partitionKey, (): KeyAttribute => ({ name: "pk", type: "S" })),
        sortKey: flags.noSortKey
          ? null
          : Option.getOrElse(flags.sortKey, (): KeyAttribute => ({ name: "sk", type: "S" })),
        indexes: Object.fromEntries(flags.index.map((index) => [index.name, indexOf(index)])),
        timeToLive: Option.getOrUndefined(flags.ttl)
      }),
    catch: (thrown) => new UsageFailure({ message: `This cannot be a table: ${withoutPlace(thrown)}` })
  })
})

const indexOf = (index: IndexFlag): Index.Index =>
  index.kind === "local"
    ? Index.local({ sortKey: index.sort, projection: index.projection })
    : Index.global({ partitionKey: index.partition, sortKey: index.sort, projection: index.projection })

/** What an error says, without the function that says it: who types flags has called none. */
const withoutPlace = (thrown: unknown): string =>
  (thrown instanceof Error ? thrown.message : String(thrown)).replace(/^(Table\.make\(".*?"\)|Index\.\w+): /, "")

/** What flags say of a table besides its shape. */
export const settingsOf = Effect.fnUntraced(function* (flags: SettingFlags) {
  return {
    billing: yield* billingOf(flags),
    stream: Option.getOrUndefined(flags.stream),
    // Said only where it is wanted: some engines do not know it.
    deletionProtection: flags.deletionProtection ? true : undefined
  }
})

const billingOf = ({
  billingMode,
  readCapacity,
  writeCapacity
}: SettingFlags): Effect.Effect<Billing | undefined, UsageFailure> => {
  const [read, write] = [Option.getOrUndefined(readCapacity), Option.getOrUndefined(writeCapacity)]
  if (Option.contains(billingMode, "provisioned")) {
    return read === undefined || write === undefined
      ? refuse("--billing-mode PROVISIONED needs --read-capacity and --write-capacity, in units per second.")
      : Effect.succeed({ readCapacity: read, writeCapacity: write })
  }
  return read === undefined && write === undefined
    ? Effect.succeed(Option.isSome(billingMode) ? "on-demand" : undefined)
    : refuse("--read-capacity and --write-capacity go with --billing-mode PROVISIONED only.")
}
