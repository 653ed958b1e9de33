/**
 * What reads select: compiled once for an entity, and asked for in requests.
 */
import type * as Entity from "@effect-dynamo/core/Entity"
import type { Path, Placeholders } from "@effect-dynamo/core/Expression"
import * as Projection from "@effect-dynamo/core/Projection"
import * as ResolvedEntity from "@effect-dynamo/core/ResolvedEntity"

/** What a selection is made of. */
export type Selection = ReadonlyArray<string | ReadonlyArray<string | number>>

type Definition = ResolvedEntity.ResolvedEntity["definition"]

/** The selections of an entity so far, by what they begin with. */
interface Known {
  readonly byFirst: Map<string, Array<{ readonly select: Selection; readonly projection: Projection.Projection }>>
  size: number
}

const projections = new WeakMap<Definition, Known>()

/** How many selections of an entity are kept: what a program says in its source, not what it makes up from data. */
const mostKept = 256

/** A selection that leads somewhere, compiled; throws for one that does not. */
export const selectionOf = (entity: Entity.Any, select: Selection): Projection.Projection =>
  projectionOf(ResolvedEntity.definitionOf(entity), select)

/** A selection is compiled once for an entity. */
export const projectionOf = (definition: Definition, select: Selection): Projection.Projection => {
  let known = projections.get(definition)
  if (known === undefined) projections.set(definition, (known = { byFirst: new Map(), size: 0 }))
  const first = fieldOf(select[0])
  const alike = known.byFirst.get(first)
  // Compared, which for the names that a program writes out is to compare addresses: a text of them all takes longer.
  const found = alike?.find((one) => isSame(one.select, select))
  if (found !== undefined) return found.projection
  const projection = Projection.make(definition.codec, select)
  if (known.size >= mostKept) {
    known.byFirst.clear()
    known.size = 0
  }
  const all = known.byFirst.get(first) ?? []
  // Callers may change the paths that they gave.
  all.push({ select: select.map((one) => (typeof one === "string" ? one : [...one])), projection })
  known.byFirst.set(first, all)
  known.size++
  return projection
}

const fieldOf = (one: Selection[number] | undefined): string =>
  one === undefined ? "" : typeof one === "string" ? one : String(one[0])

const isSame = (a: Selection, b: Selection): boolean => {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i] && !isSamePath(a[i]!, b[i]!)) return false
  return true
}

const isSamePath = (a: Selection[number], b: Selection[number]): boolean =>
  typeof a !== "string" && typeof b !== "string" && a.length === b.length && a.every((key, i) => key === b[i])

/**
 * What is asked for: the selection, and what is needed besides to know whose an item is,
 * whether its time has passed, and where to go on after it.
 */
export const projectionText = (
  projection: Projection.Projection,
  entity: ResolvedEntity.ResolvedEntity,
  pattern: ResolvedEntity.AccessPattern,
  placeholders: Placeholders
): string => {
  let text = ""
  for (const path of askedOf(projection, entity, pattern)) {
    text += (text === "" ? "" : ", ") + placeholders.path(path)
  }
  return text
}

const asked = new WeakMap<ResolvedEntity.AccessPattern, WeakMap<Projection.Projection, ReadonlyArray<Path>>>()

/** All paths to ask for, worked out once. */
const askedOf = (
  projection: Projection.Projection,
  entity: ResolvedEntity.ResolvedEntity,
  pattern: ResolvedEntity.AccessPattern
): ReadonlyArray<Path> => {
  let ofPattern = asked.get(pattern)
  // An access pattern is of one entity under one configuration.
  if (ofPattern === undefined) asked.set(pattern, (ofPattern = new WeakMap()))
  let paths = ofPattern.get(projection)
  if (paths === undefined) ofPattern.set(projection, (paths = pathsOf(projection, entity, pattern)))
  return paths
}

const pathsOf = (
  projection: Projection.Projection,
  entity: ResolvedEntity.ResolvedEntity,
  pattern: ResolvedEntity.AccessPattern
): ReadonlyArray<Path> => {
  const needed = new Set<string>()
  for (const slots of [entity.primary.partition, entity.primary.sort, pattern.partition, pattern.sort]) {
    for (const { attribute } of slots) needed.add(attribute)
  }
  if (entity.marker !== undefined && ResolvedEntity.storesAttribute(entity, pattern, entity.marker.attribute)) {
    needed.add(entity.marker.attribute)
  }
  const time = ResolvedEntity.timeToLiveOf(entity)
  if (time !== undefined && ResolvedEntity.holdsAttribute(entity, pattern, time.stored)) needed.add(time.stored)
  // What a partial index does not hold comes from its keys, or not at all; DynamoDB refuses to be asked for it.
  // A path into an attribute that is needed whole would overlap with it.
  const paths = projection.paths.filter(
    ([name, ...inner]) =>
      ResolvedEntity.holdsAttribute(entity, pattern, name) && (inner.length === 0 || !needed.has(name))
  )
  for (const [name, ...inner] of paths) if (inner.length === 0) needed.delete(name)
  return [...paths, ...Array.from(needed, (name): Path => [name])]
}
