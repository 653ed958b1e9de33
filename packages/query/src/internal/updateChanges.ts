/**
 * What an update's builder says, as changes: values encoded, and refused what cannot be.
 */
import * as Change from "@effect-dynamo/core/Change"
import { EncodeError } from "@effect-dynamo/core/DynamoError"
import type { Path } from "@effect-dynamo/core/Expression"
import * as ResolvedEntity from "@effect-dynamo/core/ResolvedEntity"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Schema from "effect/Schema"
import type { Planning } from "./builder.ts"
import type { Change as Changing } from "./changes.ts"
import { fieldsOf } from "./indexChanges.ts"
import { isMixed, joined, saidToo } from "./updateMixed.ts"
import type { Said, UpdateState } from "./updateState.ts"

/** What is said, ready to be written. */
export interface Sayings {
  readonly changes: ReadonlyArray<Changing>
  /** The fields that are set to a value, or removed (`undefined`), by name. */
  readonly values: ReadonlyMap<string, unknown>
  /** Further fields with what they have in an item that was not there before. */
  readonly initial: ReadonlyMap<string, unknown>
}

type FieldCodec = NonNullable<Change.Part["field"]>

type Failable<A> = Effect.Effect<A, EncodeError, unknown>

/** The changes that an update says, each path once. */
export const sayings = (state: UpdateState, planning: Planning): Failable<Sayings> => {
  const collected = new Collected(planning)
  return Effect.flatMapEager(
    forEach(state.said, (said) => collected.say(said)),
    () => {
      if (collected.changes.length === 0 && !state.isUpsert) return refuse(planning, [], "nothing is changed")
      const mixed = collected.changes.find(isMixed)
      return mixed === undefined || (state.recomputes && !state.isUpsert)
        ? Exit.succeed<Sayings>(collected)
        : refuse(planning, [fieldAt(planning, mixed.path).name], state.isUpsert ? mixedUpsert : unreadMixed)
    }
  )
}

/** The field of a change. */
export const fieldAt = ({ entity }: Planning, [attribute]: Path): FieldCodec =>
  // A path begins with the attribute of one.
  Array.from(entity.definition.codec.fields.values()).find(({ stored }) => stored === attribute)!

const unreadMixed =
  "elements are put before it and after it, or members added to it and deleted from it, of which DynamoDB does one " +
  "in an update; have it read with recompute()"
const mixedUpsert =
  "an upsert cannot put elements both before it and after it, nor both add members to it and delete them from it"

/** That a part cannot be changed so. Names fields, never values. */
const refuse = (
  { entity, where }: Planning,
  names: ReadonlyArray<string | number>,
  why: string
): Exit.Exit<never, EncodeError> =>
  Exit.fail(
    new EncodeError({
      message: `Cannot update ${entity.name}${names.length === 0 ? "" : ` at ${textOf(names)}`}: ${why}`,
      ...where,
      entity: entity.name,
      path: names
    })
  )

const textOf = (names: ReadonlyArray<string | number>): string =>
  names.reduce<string>(
    (text, name) => (typeof name === "number" ? `${text}[${name}]` : text === "" ? name : `${text}.${name}`),
    ""
  )

/** Runs `f` on each, one after the other, and at once where nothing waits. */
const forEach = <A>(all: ReadonlyArray<A>, f: (one: A) => Failable<unknown>): Failable<void> => {
  for (let i = 0; i < all.length; i++) {
    const done = f(all[i]!)
    if (!Exit.isExit(done)) return Effect.flatMap(done, () => forEach(all.slice(i + 1), f))
    // The guard does not know the outcome's types; they are the effect's.
    if (done._tag === "Failure") return done as Exit.Exit<never, EncodeError>
  }
  return Exit.void
}

/** How a field may be changed: by a value that is known, or in any way. */
type How = "value" | "otherwise"

class Collected implements Sayings {
  readonly changes: Array<Changing> = []
  readonly values = new Map<string, unknown>()
  readonly initial = new Map<string, unknown>()
  private readonly planning: Planning
  private readonly rules: Rules
  constructor(planning: Planning) {
    this.planning = planning
    this.rules = rulesOf(planning.entity)
  }

  say(said: Said): Failable<unknown> {
    switch (said._tag) {
      case "Set":
        return forEach(Object.entries(said.values), ([name, value]) => this.set(name, value))
      case "SetIfAbsent":
        return forEach(Object.entries(said.values), ([name, value]) => this.setIfAbsent(name, value))
      case "Assign":
        return forEach(said.assignments, (assignment) => this.assign(assignment))
      case "RemoveParts":
        return forEach(said.references, (reference) => this.remove(reference))
      case "Plus":
      case "Minus":
        return this.count(said._tag, said.field, said.by)
      case "Append":
      case "Prepend":
        return this.insert(said._tag, said.field, said.elements)
      case "AddMembers":
      case "DeleteMembers":
        return this.members(said._tag, said.field, said.members)
    }
  }

  private set(name: string, value: unknown): Failable<unknown> {
    const part = this.changed(fieldNamed(this.planning, name), "value")
    if (Exit.isExit(part)) return part
    const field = part.field!
    if (value === undefined) {
      if (!field.optional) return this.refuse(part, "it is required, so it cannot be removed")
      this.values.set(name, undefined)
      this.changes.push({ _tag: "Remove", path: part.path })
      return Exit.void
    }
    return Effect.mapEager(this.encoded(part.encode(value)), (stored) => {
      this.values.set(name, value)
      // Stored as nothing (an empty set, a None): the attribute goes.
      this.changes.push(
        stored === undefined
          ? { _tag: "Remove", path: part.path }
          : { _tag: "Set", path: part.path, value: { _tag: "Value", value: stored } }
      )
    })
  }

  private setIfAbsent(name: string, value: unknown): Failable<unknown> {
    if (value === undefined) return Exit.void
    const part = this.changed(fieldNamed(this.planning, name), "otherwise")
    if (Exit.isExit(part)) return part
    return Effect.mapEager(this.encoded(part.encode(value)), (stored) => {
      // Null in an index's key attribute is stored as nothing.
      if (
        stored === undefined ||
        ("NULL" in stored && this.planning.entity.fieldKeys.some(({ field }) => field === name))
      ) {
        return
      }
      this.initial.set(name, value)
      this.changes.push({ _tag: "SetIfAbsent", path: part.path, value: stored })
    })
  }

  private assign(given: unknown): Failable<unknown> {
    const assignment = Change.assigned(given)
    if (assignment === undefined) return refuse(this.planning, [], "what is set by path is made with `.to(value)`")
    const { source } = assignment
    const part = this.changed(assignment.part, "otherwise")
    if (Exit.isExit(part)) return part
    if (source._tag === "Part") return this.copy(part, source.part)
    if (source.value === undefined) return this.refuse(part, "it is set to undefined; remove it instead")
    // The codec names the last step itself.
    return Effect.flatMapEager(this.encoded(part.encode(source.value), part.names.slice(0, -1)), (stored) => {
      if (stored === undefined && !part.isRemovable && part.field === undefined) {
        return this.refuse(part, "the value is stored as nothing, but it is required")
      }
      if (part.field !== undefined) this.values.set(part.field.name, source.value)
      this.changes.push(
        stored === undefined
          ? { _tag: "Remove", path: part.path }
          : { _tag: "Set", path: part.path, value: { _tag: "Value", value: stored } }
      )
      return Exit.void
    })
  }

  private copy(part: Change.Part, from: Change.Part): Failable<unknown> {
    if (from.problem !== undefined) return this.refuse(from, from.problem)
    if (!Change.canCopy(part, from)) {
      return this.refuse(part, `${textOf(from.names)}, which it would be copied from, may hold what it does not admit`)
    }
    const start = from.field === undefined ? Exit.succeed(undefined) : this.encoded(Change.defaultOf(from.field))
    return Effect.mapEager(start, (start) => {
      this.changes.push({ _tag: "Copy", path: part.path, from: from.path, start })
    })
  }

  private remove(reference: unknown): Failable<unknown> {
    const given = Change.partOf(reference)
    if (given === undefined) return refuse(this.planning, [], "what is removed by path is a reference")
    // A whole field is known to be absent then.
    if (given.field !== undefined) return this.set(given.field.name, undefined)
    const part = this.changed(given, "otherwise")
    if (Exit.isExit(part)) return part
    if (!part.isRemovable) return this.refuse(part, "it is required, so it cannot be removed")
    this.changes.push({ _tag: "Remove", path: part.path })
    return Exit.void
  }

  private count(_tag: "Plus" | "Minus", name: string, given: unknown): Failable<unknown> {
    const part = this.changed(fieldNamed(this.planning, name), "otherwise", ["Plus", "Minus"])
    if (Exit.isExit(part)) return part
    const field = part.field!
    const said = this.saidOf(part.path, "Plus", "Minus")
    return Effect.flatMapEager(this.encoded(Change.amount(field, given)), (by) => {
      if (said !== undefined) {
        const sum = Change.sumOfAmounts(field, said.by, by, said._tag === _tag ? 1 : -1)
        return Effect.mapEager(this.encoded(sum), (by) => this.put({ ...said, by }))
      }
      return Effect.mapEager(this.encoded(Change.defaultOf(field)), (start) =>
        this.put({ _tag, path: part.path, by, start: start ?? (Change.mayBeAbsent(field) ? { N: "0" } : undefined) })
      )
    })
  }

  private insert(_tag: "Append" | "Prepend", name: string, given: ReadonlyArray<unknown>): Failable<unknown> {
    const part = this.changed(fieldNamed(this.planning, name), "otherwise", ["Extend"])
    if (Exit.isExit(part)) return part
    const field = part.field!
    return Effect.flatMapEager(this.encoded(Change.elements(field, given)), (elements) =>
      Effect.mapEager(this.encoded(Change.defaultOf(field)), (start) => {
        if (elements === undefined || given.length === 0) return
        const { after, before } = this.saidOf(part.path, "Extend") ?? { after: undefined, before: undefined }
        this.put({
          _tag: "Extend",
          path: part.path,
          before: _tag === "Prepend" ? joined(elements, before) : before,
          after: _tag === "Append" ? joined(after, elements) : after,
          start: start ?? { L: [] }
        })
        // What an item that was not there has then; not in order, which nothing asks of it.
        if (!field.optional && !field.hasDefault) {
          this.initial.set(name, [...((this.initial.get(name) ?? []) as ReadonlyArray<unknown>), ...given])
        }
      })
    )
  }

  private members(_tag: "AddMembers" | "DeleteMembers", name: string, given: Iterable<unknown>): Failable<unknown> {
    const part = this.changed(fieldNamed(this.planning, name), "otherwise", ["Members"])
    if (Exit.isExit(part)) return part
    const field = part.field!
    const all = new Set(given)
    return Effect.flatMapEager(this.encoded(Change.members(field, all)), (members) =>
      Effect.flatMapEager(this.encoded(Change.defaultOf(field)), (start) => {
        if (start !== undefined) {
          return this.refuse(part, "its default has members, from which DynamoDB does not start; set it as a whole")
        }
        if (members === undefined) return Exit.void
        const change = saidToo(
          this.saidOf(part.path, "Members") ?? {
            _tag: "Members",
            path: part.path,
            added: undefined,
            deleted: undefined
          },
          _tag === "AddMembers" ? { added: members, deleted: undefined } : { added: undefined, deleted: members }
        )
        this.put(change)
        if (!field.optional && !field.hasDefault) {
          const before = (this.initial.get(name) ?? []) as Iterable<unknown>
          // What is deleted too is refused of an upsert, or cancels all that was added.
          this.initial.set(name, new Set(change.added === undefined ? [] : [...before, ...all]))
        }
        return Exit.void
      })
    )
  }

  /** What was said of the same path in one of these ways. */
  private saidOf<Tag extends Changing["_tag"]>(
    path: Path,
    ...tags: ReadonlyArray<Tag>
  ): Extract<Changing, { readonly _tag: Tag }> | undefined {
    return this.changes.find(
      (change): change is Extract<Changing, { readonly _tag: Tag }> =>
        isSamePath(change.path, path) && (tags as ReadonlyArray<string>).includes(change._tag)
    )
  }

  /** Says a change, in place of what was said of the same path. */
  private put(change: Changing): void {
    const said = this.changes.findIndex(({ path }) => isSamePath(path, change.path))
    if (said === -1) this.changes.push(change)
    else this.changes[said] = change
  }

  /** The part, if it can be changed so and is not changed already, unless in a way that takes more. */
  private changed(
    part: Change.Part,
    how: How,
    more: ReadonlyArray<Changing["_tag"]> = []
  ): Change.Part | Exit.Exit<never, EncodeError> {
    const why = this.problemOf(part, how, more)
    return why === undefined ? part : this.refuse(part, why)
  }

  private problemOf(part: Change.Part, how: How, more: ReadonlyArray<Changing["_tag"]>): string | undefined {
    if (part.problem !== undefined) return part.problem
    const name = String(part.names[0])
    const { managed } = this.planning.entity.definition
    if (this.rules.primary.has(name))
      return "it is part of the primary key, which cannot change; delete the item and put it anew"
    if (this.planning.entity.definition.keyOnly.has(name))
      return "it is keyOnly: it lives in the key, which cannot change"
    if (name === managed.version || name === managed.updatedAt) return "the library writes it by itself"
    if (how === "otherwise" && this.rules.indexed.has(name)) {
      return "the key of an index is made of it, so its value must be known; set it as a whole, with set({ ... })"
    }
    if (how === "otherwise" && this.rules.unique.has(name)) {
      return "it is unique among the items, so its value must be known; set it as a whole, with set({ ... })"
    }
    if (part.unwritable !== undefined) return part.unwritable
    for (const { _tag, path } of this.changes) {
      if (overlap(path, part.path) && !(more.includes(_tag) && path.length === part.path.length)) {
        return path.length === part.path.length
          ? "it is changed twice in one update"
          : "it is changed, and a part of it too, in one update"
      }
    }
    return undefined
  }

  private refuse(part: Change.Part, why: string): Exit.Exit<never, EncodeError> {
    return refuse(this.planning, part.names, why)
  }

  private encoded<A>(
    effect: Effect.Effect<A, Schema.SchemaError, unknown>,
    at: ReadonlyArray<string | number> = []
  ): Failable<A> {
    const { entity, where } = this.planning
    return Effect.mapErrorEager(effect, (error) => ResolvedEntity.encodeError(entity, error, where, at))
  }
}

/** Whether one path is the other, or leads through it. */
const overlap = (a: Path, b: Path): boolean => {
  for (let i = 0; i < Math.min(a.length, b.length); i++) if (a[i] !== b[i]) return false
  return true
}

const isSamePath = (a: Path, b: Path): boolean => a.length === b.length && overlap(a, b)

const fieldNamed = ({ entity }: Planning, name: string): Change.Part => Change.fieldPart(entity, name)

/** The fields of an entity that cannot be changed in any way. */
interface Rules {
  /** Those of the primary key. */
  readonly primary: ReadonlySet<string>
  /** Those that composite keys of indexes are made of, and those of their `when`. */
  readonly indexed: ReadonlySet<string>
  readonly unique: ReadonlySet<string>
}

const rules = new WeakMap<ResolvedEntity.ResolvedEntity, Rules>()

const rulesOf = (entity: ResolvedEntity.ResolvedEntity): Rules => {
  let known = rules.get(entity)
  if (known === undefined) {
    known = {
      primary: new Set([...entity.primary.partition, ...entity.primary.sort].flatMap((slot) => slot.key.fields)),
      indexed: new Set(
        Array.from(entity.patterns.values()).flatMap((pattern) =>
          pattern.written.length === 0 ? [] : Array.from(fieldsOf(pattern))
        )
      ),
      unique: new Set(entity.unique.flatMap(({ fields }) => fields))
    }
    rules.set(entity, known)
  }
  return known
}

/** The fields of the primary key. */
export const keyFieldsOf = (entity: ResolvedEntity.ResolvedEntity): ReadonlySet<string> => rulesOf(entity).primary
