/**
 * The service that an application would otherwise write by hand around an entity: its reads and writes, typed, with the
 * client taken care of.
 *
 * **Example** (A service of users)
 *
 * ```ts
 * import { Effect, Option, Schema } from "effect"
 * import { Entity, Repository, Table, TableAdmin } from "effect-dynamo"
 * import { Dynalite } from "@effect-dynamo/testing"
 *
 * const table = Table.make("users", { sortKey: null })
 *
 * class User extends Entity.Class<User>("User")(
 *   { id: Schema.String, name: Schema.String, logins: Entity.withDefault(Schema.Int, 0) },
 *   { table, partitionKey: ["id"] }
 * ) {}
 *
 * class Users extends Repository.Service<Users>()("app/Users", { entity: User }) {}
 *
 * const program = Effect.gen(function* () {
 *   const users = yield* Users
 *   yield* users.insert({ id: "u1", name: "Ada" })
 *   yield* users.update({ id: "u1" }, (user) => user.increment("logins"))
 *   return yield* users.get({ id: "u1" })
 * }).pipe(Effect.provide(Users.layer))
 *
 * const ada = await Effect.runPromise(
 *   TableAdmin.create(table).pipe(Effect.andThen(program), Effect.provide(Dynalite.layer))
 * )
 * Option.getOrThrow(ada).logins // => 1
 * ```
 *
 * @module
 * @since 0.1.0
 */
import { DynamoClient } from "@effect-dynamo/client/DynamoClient"
import type { ConditionalCheckFailed, ItemNotFound } from "@effect-dynamo/core/DynamoError"
import type * as Entity from "@effect-dynamo/core/Entity"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as Batch from "./Batch.ts"
import * as Delete from "./Delete.ts"
import * as Get from "./Get.ts"
import * as Put from "./Put.ts"
import * as Query from "./Query.ts"
import * as Scan from "./Scan.ts"
import * as Update from "./Update.ts"

/**
 * How to read.
 *
 * @category models
 * @since 0.1.0
 */
export interface ReadOptions {
  /** Whether to read what every acknowledged write before it left, at twice the cost. False unless told. */
  readonly consistent?: boolean | undefined
}

/** The services that writing a value of an entity asks for. */
type WriteServices<E extends Entity.Any> = E["EncodingServices"] | E["DecodingServices"] | Entity.WriteServicesOf<E>

/**
 * What a repository's `insert` can fail with: what a put can, and `ConditionalCheckFailed` where an item stands under the
 * key already.
 *
 * @category errors
 * @since 0.1.0
 */
export type InsertError<E extends Entity.Any> = Put.Error | Put.KeptError<E> | ConditionalCheckFailed<E["Type"]>

/**
 * The operations on the items of an entity. They need no client any more; what else the entity's schemas ask for stays in
 * their types.
 *
 * @category models
 * @since 0.1.0
 */
export interface Repository<E extends Entity.Any> {
  /** The entity, for what the repository does not do: transactions, collections, conditions. */
  readonly entity: E
  /** The item under a key, if there is one. */
  get(
    key: Entity.KeyOf<E>,
    options?: ReadOptions
  ): Effect.Effect<Option.Option<E["Type"]>, Get.Error, E["DecodingServices"]>
  /** The item under a key; `ItemNotFound` where there is none. */
  getOrFail(
    key: Entity.KeyOf<E>,
    options?: ReadOptions
  ): Effect.Effect<E["Type"], Get.Error | ItemNotFound, E["DecodingServices"]>
  /** The items under any number of keys, each in its place, 100 in a request, as `Batch.get` reads them. */
  getMany(
    keys: ReadonlyArray<Entity.KeyOf<E>>,
    options?: ReadOptions
  ): Effect.Effect<
    ReadonlyArray<Option.Option<E["Type"]>>,
    Batch.GetError<Get.Get<E, E["Type"]>>,
    E["DecodingServices"]
  >
  /**
   * Writes a new item; `ConditionalCheckFailed` where one stands under its key already, or another item has a unique value
   * of it. Gives the value as written.
   */
  insert(value: Entity.PutInput<E>): Effect.Effect<E["Type"], InsertError<E>, WriteServices<E>>
  /**
   * Writes an item, in place of any that stands under its key. Gives the value as written. Of an entity with a `version`
   * it replaces only the item with the value's, as `Put` does.
   */
  put(value: Entity.PutInput<E>): Effect.Effect<E["Type"], Put.Error | Put.KeptError<E>, WriteServices<E>>
  /**
   * Writes any number of items, each in place of any that stands under its key, 25 in a request, as `Batch.write` does.
   * An entity with a `version` or `unique` fields has none: a batch cannot guard them.
   */
  readonly putMany: [Entity.VersionOf<E> | Entity.UniqueOf<E>] extends [never]
    ? (
        values: ReadonlyArray<Entity.PutInput<E>>
      ) => Effect.Effect<void, Batch.WriteError<Put.Put<E, E["Type"], Put.Error>>, WriteServices<E>>
    : "a batch cannot guard the entity's `version` or `unique` fields"
  /**
   * Changes an item: `update({ id }, (user) => user.set({ name: "Ada" }))`. Gives what the update gives, the item as it
   * is after unless `returning` says otherwise; `ItemNotFound` where there is none.
   */
  update<A, X, R>(
    key: Entity.KeyOf<E>,
    change: (update: Update.Unchanged<E, E["Type"], Update.ErrorOf<E>, never, never, never>) => Effect.Effect<A, X, R>
  ): Effect.Effect<A, X, Exclude<R, DynamoClient>>
  /** Deletes an item; it succeeds whether or not there was one. */
  delete(key: Entity.KeyOf<E>): Effect.Effect<void, Delete.ErrorOf<E>, E["DecodingServices"]>
  /**
   * Deletes any number of items, 25 in a request, as `Batch.write` does. An entity with a `version` or `unique` fields
   * has none: a batch cannot guard them.
   */
  readonly deleteMany: [Entity.VersionOf<E> | Entity.UniqueOf<E>] extends [never]
    ? (
        keys: ReadonlyArray<Entity.KeyOf<E>>
      ) => Effect.Effect<void, Batch.WriteError<Delete.Delete<E, void, Delete.Error>>>
    : "a batch cannot guard the entity's `version` or `unique` fields"
  /** Runs a query: `query((users) => users.pk("u1").sk.beginsWith("a").limit(50))`, or its `first()`, `count()`, `page()`. */
  query<A, X, R>(
    build: (query: Query.Unkeyed<E, Query.Primary>) => Effect.Effect<A, X, R>
  ): Effect.Effect<A, X, Exclude<R, DynamoClient>>
  /** Runs a query as a stream: `queryStream((users) => users.pk("u1").stream())`, or its `pages()`. */
  queryStream<A, X, R>(
    build: (query: Query.Unkeyed<E, Query.Primary>) => Stream.Stream<A, X, R>
  ): Stream.Stream<A, X, Exclude<R, DynamoClient>>
  /** Runs a scan: `scan((users) => users.segments(4).limit(50))`, or its `count()`, `page()`. */
  scan<A, X, R>(
    build: (scan: Scan.Unindexed<E>) => Effect.Effect<A, X, R>
  ): Effect.Effect<A, X, Exclude<R, DynamoClient>>
  /** Runs a scan as a stream: `scanStream((users) => users.segments(4).stream())`, or its `pages()`. */
  scanStream<A, X, R>(
    build: (scan: Scan.Unindexed<E>) => Stream.Stream<A, X, R>
  ): Stream.Stream<A, X, Exclude<R, DynamoClient>>
  /** Gives the repository's client to any effect: a transaction, a collection, a builder of another entity. */
  run<A, X, R>(effect: Effect.Effect<A, X, R>): Effect.Effect<A, X, Exclude<R, DynamoClient>>
}

/**
 * A repository of an entity, on the client in context.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = <E extends Entity.Any>(entity: E): Effect.Effect<Repository<E>, never, DynamoClient> =>
  Effect.map(DynamoClient, (client) => {
    const run = Effect.provideService(DynamoClient, client)
    const runStream = Stream.provideService(DynamoClient, client)
    const one = (key: Entity.KeyOf<E>, options: ReadOptions | undefined): Get.Get<E, E["Type"]> => {
      const get = Get.from(entity).key(key)
      return options?.consistent === true ? get.consistent() : get
    }
    const operations = {
      entity,
      get: (key: Entity.KeyOf<E>, options?: ReadOptions) => run(one(key, options)),
      getOrFail: (key: Entity.KeyOf<E>, options?: ReadOptions) => run(one(key, options).orFail()),
      getMany: (keys: ReadonlyArray<Entity.KeyOf<E>>, options?: ReadOptions) =>
        run(Batch.get(keys.map((key) => one(key, options)))),
      insert: (value: Entity.PutInput<E>) => run(Put.into(entity, value).ifNotExists()),
      put: (value: Entity.PutInput<E>) => run(Put.into(entity, value)),
      putMany: (values: ReadonlyArray<Entity.PutInput<E>>) =>
        run(Batch.write(values.map((value) => Put.into(entity, value)) as never)),
      update: <A, X, R>(
        key: Entity.KeyOf<E>,
        change: (
          update: Update.Unchanged<E, E["Type"], Update.ErrorOf<E>, never, never, never>
        ) => Effect.Effect<A, X, R>
      ) => Effect.suspend(() => run(change(Update.in(entity).key(key)))),
      delete: (key: Entity.KeyOf<E>) => run(Delete.from(entity).key(key)),
      deleteMany: (keys: ReadonlyArray<Entity.KeyOf<E>>) =>
        run(Batch.write(keys.map((key) => Delete.from(entity).key(key)) as never)),
      query: <A, X, R>(build: (query: Query.Unkeyed<E, Query.Primary>) => Effect.Effect<A, X, R>) =>
        Effect.suspend(() => run(build(Query.from(entity)))),
      queryStream: <A, X, R>(build: (query: Query.Unkeyed<E, Query.Primary>) => Stream.Stream<A, X, R>) =>
        Stream.suspend(() => runStream(build(Query.from(entity)))),
      scan: <A, X, R>(build: (scan: Scan.Unindexed<E>) => Effect.Effect<A, X, R>) =>
        Effect.suspend(() => run(build(Scan.from(entity)))),
      scanStream: <A, X, R>(build: (scan: Scan.Unindexed<E>) => Stream.Stream<A, X, R>) =>
        Stream.suspend(() => runStream(build(Scan.from(entity)))),
      run
    }
    // Whether the entity can be written in batches its type knows; so does it of services that depend on the entity.
    return operations as never
  })

/**
 * Options of {@link Service}.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options<E extends Entity.Any, Methods extends object> {
  readonly entity: E
  /** Operations of your own, made of the repository's, as a plain record; they stand beside them in the service. */
  readonly methods?: ((repository: Repository<E>) => Methods) | undefined
}

/**
 * The class of a repository: the key of its service, and the layers that provide it.
 *
 * @category models
 * @since 0.1.0
 */
export interface ServiceClass<
  Self,
  Id extends string,
  E extends Entity.Any,
  Methods extends object
> extends Context.ServiceClass<Self, Id, Repository<E> & Methods> {
  /**
   * The repository on the client in context: wherever it is provided, on the client there. Configuration is that of where
   * an operation runs, as of builders.
   */
  readonly layer: Layer.Layer<Self, never, DynamoClient>
  /**
   * A double for tests, which needs no client: it does what is given, and an operation that is not given is a defect
   * that names it. Where a test should find what it wrote, `Dynalite.layer` with the repository's own layer is quick too.
   */
  layerTest(operations: Partial<Repository<E> & Methods>): Layer.Layer<Self>
}

/**
 * A service of an entity's operations, to be extended by a class that gives it its name.
 *
 * **Example** (Operations of one's own, and a double in a test)
 *
 * ```ts
 * import { Effect, Option, Schema } from "effect"
 * import { Entity, Repository, Table } from "effect-dynamo"
 *
 * class User extends Entity.Class<User>("User")(
 *   { team: Schema.String, id: Schema.String, name: Schema.String },
 *   { table: Table.make("users"), partitionKey: ["team"], sortKey: ["id"] }
 * ) {}
 *
 * class Users extends Repository.Service<Users>()("app/Users", {
 *   entity: User,
 *   methods: (users) => ({
 *     ofTeam: (team: string) => users.query((query) => query.pk(team).limit(100))
 *   })
 * }) {}
 *
 * const greeting = Effect.gen(function* () {
 *   const users = yield* Users
 *   const user = yield* users.getOrFail({ team: "core", id: "u1" })
 *   return `Hello, ${user.name}`
 * })
 *
 * const double = Users.layerTest({
 *   getOrFail: ({ id, team }) => Effect.succeed(new User({ id, team, name: "Ada" }))
 * })
 * await Effect.runPromise(Effect.provide(greeting, double)) // => "Hello, Ada"
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const Service =
  <Self>() =>
  <const Id extends string, E extends Entity.Any, Methods extends object = {}>(
    id: Id,
    options: Options<E, Methods>
  ): ServiceClass<Self, Id, E, Methods> => {
    const service = Context.Service<Self, Repository<E> & Methods>()(id)
    // Fresh: provided with two clients in one program, it is a repository of each, and not of the first alone.
    const layer = Layer.fresh(
      Layer.effect(
        service,
        // Without methods their type is that of no methods at all.
        Effect.map(make(options.entity), (repository) => ({
          ...repository,
          ...(options.methods?.(repository) as Methods)
        }))
      )
    )
    return Object.assign(service, {
      layer,
      layerTest: (operations: Partial<Repository<E> & Methods>) =>
        Layer.mock(service, { entity: options.entity, ...operations } as never)
    })
  }
