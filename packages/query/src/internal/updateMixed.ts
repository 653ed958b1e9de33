/**
 * What an update does to one attribute in two ways of which DynamoDB does one in a request:
 * elements put before those of a list and after them, members added to a set and deleted from it.
 */
import type { AttributeValue } from "@effect-dynamo/core/Attribute"
import type { Change, Extension, Members } from "./changes.ts"

/** A change that DynamoDB does not do in one request: what it makes of the attribute must be known. */
export const isMixed = (change: Change): change is Extension | Members =>
  (change._tag === "Members" && change.added !== undefined && change.deleted !== undefined) ||
  (change._tag === "Extend" && change.before !== undefined && change.after !== undefined)

/** Two lists as one. */
export const joined = (a: AttributeValue | undefined, b: AttributeValue | undefined): AttributeValue => ({
  L: [...elementsOf(a), ...elementsOf(b)]
})

const elementsOf = (list: AttributeValue | undefined): ReadonlyArray<AttributeValue> =>
  list !== undefined && "L" in list ? list.L : []

/** What an extension makes of a list; of none, of what it starts from. */
export const extendedList = (
  stored: AttributeValue | undefined,
  { after, before, start }: Extension
): AttributeValue => ({ L: [...elementsOf(before), ...elementsOf(stored ?? start), ...elementsOf(after)] })

/** What is said of a set, and then more of it: of members that are in both, the later saying holds. */
export const saidToo = (said: Members, { added, deleted }: Pick<Members, "added" | "deleted">): Members => ({
  ...said,
  added: without(union(said.added, added), deleted),
  deleted: without(union(said.deleted, deleted), added)
})

/** What a change makes of a set; `undefined` of an empty one, which is stored as nothing. */
export const changedSet = (
  stored: AttributeValue | undefined,
  { added, deleted }: Members
): AttributeValue | undefined => without(union(stored, added), deleted)

type Member = string | Uint8Array

const union = (a: AttributeValue | undefined, b: AttributeValue | undefined): AttributeValue | undefined => {
  if (a === undefined || b === undefined) return a ?? b
  return setLike(a, new Map([...membersOf(a), ...membersOf(b)]))
}

const without = (a: AttributeValue | undefined, b: AttributeValue | undefined): AttributeValue | undefined => {
  if (a === undefined || b === undefined) return a
  const members = membersOf(a)
  for (const identity of membersOf(b).keys()) members.delete(identity)
  return members.size === 0 ? undefined : setLike(a, members)
}

/** The members of a set, by what makes them the same. The codec writes each number in one way. */
const membersOf = (set: AttributeValue): Map<string, Member> => {
  const members: ReadonlyArray<Member> = "SS" in set ? set.SS : "NS" in set ? set.NS : "BS" in set ? set.BS : []
  return new Map(members.map((member) => [typeof member === "string" ? member : member.join(), member]))
}

/** A set of these members, of the same kind as another one. */
const setLike = (set: AttributeValue, members: ReadonlyMap<string, Member>): AttributeValue => {
  const all = Array.from(members.values())
  // They are members of sets of that kind.
  return "SS" in set
    ? { SS: all as Array<string> }
    : "NS" in set
      ? { NS: all as Array<string> }
      : { BS: all as Array<Uint8Array> }
}
