/** How builders are displayed in hovers and errors: by their names, not by what they are made of. */
import type { Cursor } from "@effect-dynamo/query"
import { Delete, Get, Put, Query, Update } from "@effect-dynamo/query"
import { test } from "tstyche"
import { Order, User, userKey } from "./entities.ts"

/** Refuses everything, with an error that displays the argument's type as a hover would. */
declare const show: (shown: { readonly shown: never }) => void

test("builders without a key", () => {
  // @ts-expect-error Argument of type 'Unkeyed<typeof User, "no Effect yet: say which item, with .key({ … })">' is not assignable
  show(Get.from(User))
  // @ts-expect-error Argument of type 'Unkeyed<typeof User, "no Effect yet: say which item, with .key({ … })">' is not assignable
  show(Update.in(User))
  // @ts-expect-error Argument of type 'Unkeyed<typeof User, "(table)", "no Effect yet: say which partition, with .pk(…)">' is not assignable
  show(Query.from(User))
  // @ts-expect-error Argument of type 'Unkeyed<typeof Order, "byId", "no Effect yet: say which partition, with .pk(…)">' is not assignable
  show(Query.from(Order).index("byId"))
})

test("builders", () => {
  const put = Put.into(User, { ...userKey, age: 1 })
  const update = Update.in(User).key(userKey)
  // @ts-expect-error Argument of type 'Get<typeof User, User>' is not assignable
  show(Get.from(User).key(userKey).consistent())
  // @ts-expect-error Argument of type 'OrFail<typeof User, User>' is not assignable
  show(Get.from(User).key(userKey).orFail())
  // @ts-expect-error Argument of type 'Put<typeof User, User, Error, never>' is not assignable
  show(put)
  // @ts-expect-error Argument of type 'Put<typeof User, User, Error | ConditionalCheckFailed<User>, never>' is not assignable
  show(put.ifNotExists())
  // @ts-expect-error Argument of type 'Delete<typeof User, void, Error>' is not assignable
  show(Delete.from(User).key(userKey))
  // @ts-expect-error Argument of type 'Update<typeof User, User, Error, "age", never, never>' is not assignable
  show(update.set({ age: 1 }))
  // @ts-expect-error Argument of type 'Upsert<typeof User, User, UpsertError>' is not assignable
  show(update.set({ age: 1 }).upsert())
  // @ts-expect-error Argument of type 'WithSortKey<typeof User, "(table)">' is not assignable
  show(Query.from(User).pk("1"))
  // @ts-expect-error Argument of type 'Query<typeof Order, "gsi2", Order>' is not assignable
  show(Query.from(Order).index("gsi2").pk("open").sk.prefix({ priority: 1 }).limit(5))
})

test("what queries give", () => {
  const query = Query.from(User).pk("1")
  // @ts-expect-error Argument of type 'Effect<Page<User>, Error, DynamoClient>' is not assignable
  show(query.page())
  // @ts-expect-error Argument of type 'Effect<Page<User>, Error | CursorError, DynamoClient>' is not assignable
  show(query.page({ after: {} as Cursor.Cursor }))
  // @ts-expect-error Argument of type 'Stream<User, Error, DynamoClient>' is not assignable
  show(query.stream())
  // @ts-expect-error Argument of type 'Effect<Option<User>, Error, DynamoClient>' is not assignable
  show(query.first())
})

test("operands, as the names and values that can be given", () => {
  // @ts-expect-error parameter of type 'string | { readonly id: string; }'
  Query.from(User).pk(1)
  // @ts-expect-error parameter of type '{ readonly placedAt: Utc; } | ({ readonly placedAt: Utc; } & { readonly orderId: string; })'
  Query.from(Order).pk("c").sk.prefix("o")
  // @ts-expect-error in type '{ readonly id: string; readonly email: string; readonly age: number; readonly name?: string
  Put.into(User, { ...userKey, age: 1, nope: 1 })
})
