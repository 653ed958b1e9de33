/**
 * How keys are written and what attributes are called: four levels of
 * configuration.
 *
 * What a `Table` value itself names beats the entity's `config`, which beats
 * {@link with_ DynamoConfig.with}, which beats {@link layer}, which beats the
 * defaults.
 *
 * @module
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import { dual } from "effect/Function"
import * as Layer from "effect/Layer"
import { separatorProblem } from "./internal/keys/separator.ts"

/**
 * Every option. The stored format of keys depends on them: changing one on a
 * table that holds items makes those items unreachable.
 *
 * @category models
 * @since 0.1.0
 */
export interface DynamoConfig {
  /** The partition key attribute of tables that do not name theirs. */
  readonly partitionKeyName: string
  /** The sort key attribute of tables that do not name theirs. */
  readonly sortKeyName: string
  /** Joins the parts of a key: one or more characters, none of them a letter, digit, `\` or control character. */
  readonly keySeparator: string
  /** Adds the entity's name, lower-cased, to the partition key. */
  readonly suffixPartitionKey: boolean
  /** Writes each field's name before its value in the sort key. */
  readonly prefixSortKey: boolean
  /** `false`: tables that do not say have no sort key, and none is ever sent. */
  readonly tableHasSortKey: boolean
  /** Escapes the separator in values. `false` for tables written by something else. */
  readonly escapeKeys: boolean
  /** The attribute that marks an item's entity; `false`: none. */
  readonly entityTypeAttribute: string | false
  /** Put before every table name. */
  readonly tableNamePrefix: string
}

/**
 * Some of the options.
 *
 * @category models
 * @since 0.1.0
 */
export type Options = { readonly [K in keyof DynamoConfig]?: DynamoConfig[K] | undefined }

/**
 * What holds where nothing else is said.
 *
 * @category constructors
 * @since 0.1.0
 */
export const defaults: DynamoConfig = {
  partitionKeyName: "pk",
  sortKeyName: "sk",
  keySeparator: "#",
  suffixPartitionKey: true,
  prefixSortKey: false,
  tableHasSortKey: true,
  escapeKeys: true,
  entityTypeAttribute: "_type",
  tableNamePrefix: ""
}

const none: Options = {}

/** The application's level. @internal */
export const Application: Context.Reference<Options> = /*#__PURE__*/ Context.Reference<Options>(
  "@effect-dynamo/core/DynamoConfig/Application",
  { defaultValue: () => none }
)

/** The fiber's level. @internal */
export const Local: Context.Reference<Options> = /*#__PURE__*/ Context.Reference<Options>(
  "@effect-dynamo/core/DynamoConfig/Local",
  {
    defaultValue: () => none
  }
)

/**
 * The application's configuration.
 *
 * Throws where an option cannot be used: see {@link DynamoConfig}.
 *
 * **Example** (Another separator for the whole application)
 *
 * ```ts
 * import { DynamoConfig } from "effect-dynamo"
 *
 * const Config = DynamoConfig.layer({ keySeparator: "|", tableNamePrefix: "test-" })
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (options: Options): Layer.Layer<never> => {
  validate(options, "DynamoConfig.layer")
  return Layer.succeed(Application, clean(options))
}

const with_: {
  (options: Options): <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  <A, E, R>(self: Effect.Effect<A, E, R>, options: Options): Effect.Effect<A, E, R>
} = /*#__PURE__*/ dual(2, <A, E, R>(self: Effect.Effect<A, E, R>, options: Options) => {
  validate(options, "DynamoConfig.with")
  const given = clean(options)
  return Effect.updateService(self, Local, (outer) => (outer === none ? given : { ...outer, ...given }))
})

export {
  /**
   * Configuration for one effect and the fibers it starts. Inner beats outer.
   *
   * **Example** (A tenant with a key format of its own)
   *
   * ```ts
   * import { Effect, Schema } from "effect"
   * import { DynamoConfig, Entity, Table } from "effect-dynamo"
   *
   * const User = Entity.make("User", {
   *   schema: Schema.Struct({ id: Schema.String }),
   *   table: Table.make("users"),
   *   partitionKey: ["id"]
   * })
   * const key = Entity.key(User, { id: "1" })
   * Effect.runSync(key) // => { pk: { S: "id#1#user" }, sk: { S: "user" } }
   * Effect.runSync(key.pipe(DynamoConfig.with({ keySeparator: "_" }))) // => { pk: { S: "id_1_user" }, sk: { S: "user" } }
   * ```
   *
   * @category combinators
   * @since 0.1.0
   */
  with_ as with
}

/**
 * The configuration in force for entities and tables that say nothing themselves.
 *
 * @category getters
 * @since 0.1.0
 */
export const current: Effect.Effect<DynamoConfig> = /*#__PURE__*/ Effect.map(
  /*#__PURE__*/ Effect.all([Application, Local]),
  ([application, local]) => merge(application, local)
)

/** What options say over the defaults; later ones win. @internal */
export const merge = (...options: ReadonlyArray<Options>): DynamoConfig =>
  // Options given as undefined are dropped where they enter (clean), so every field has its value.
  Object.assign({}, defaults, ...options) as DynamoConfig

/** The options that say something: one given as `undefined` says nothing. @internal */
export const clean = <O extends Options>(options: O): O =>
  // What is left out may be absent in any options.
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as O

/** @internal */
export const validate = (options: Options, where: string): void => {
  const { entityTypeAttribute, keySeparator, partitionKeyName, sortKeyName } = options
  if (keySeparator !== undefined) {
    const problem = separatorProblem(keySeparator)
    if (problem !== undefined)
      throw new Error(`${where}: keySeparator is ${JSON.stringify(keySeparator)}, but ${problem}`)
  }
  if (partitionKeyName === "") throw new Error(`${where}: partitionKeyName is empty`)
  if (sortKeyName === "") throw new Error(`${where}: sortKeyName is empty`)
  if (entityTypeAttribute === "") {
    throw new Error(`${where}: entityTypeAttribute is empty; use false for items without a marker`)
  }
}
