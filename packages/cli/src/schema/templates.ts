/** Finds what the text of keys is made of: words that are the same in all of them, and fields. */
import type { AttributeValue } from "@effect-dynamo/core/Attribute"
import { type Form, numberForms, padded, textForms } from "./forms.ts"
import type { Placeholder, TemplateKey } from "./model.ts"
import { camel, unique } from "./names.ts"

/** A field that may stand in the key, with its value in each item. */
export interface Candidate {
  readonly name: string
  readonly values: ReadonlyArray<AttributeValue>
}

/** What is wanted. */
export interface Request {
  /** The key attribute's name, where it says what the key is. */
  readonly attribute: string | undefined
  /** The keys, one for each item. */
  readonly keys: ReadonlyArray<string>
  readonly candidates: ReadonlyArray<Candidate>
  readonly role: "partition" | "sort"
  /** Whether it is the table's key: only that one is parsed, and may hold what is stored nowhere else. */
  readonly primary: boolean
  /** Whether this library wrote the items: then numbers may be written in order. */
  readonly own: boolean
}

/** A key made of text and fields, and the names given to parts that are no attributes. */
export interface Found {
  readonly key: TemplateKey
  readonly keyOnly: ReadonlyArray<string>
}

type Segment = string | Placeholder | Unnamed

/** A part of the key that is no attribute. */
interface Unnamed {
  readonly unnamed: true
}

/** How many of the keys are searched through, and how many steps the search may take. The others are checked later. */
const limits = { keys: 300, steps: 4000 }

/** Names of what keys are made of. */
const isIdName = /(id|key|code|slug|token|username|email)$/i

const isAlphanumeric = (character: string): boolean => /[\p{L}\p{N}]/u.test(character)

/** Separators that people use, the most usual first. */
const separators = ["#", "|", ":", "/", "~"]

/** Finds the template of keys; `undefined` where the key is better left as it is. */
export const findTemplate = (request: Request, taken: Set<string>): Found | undefined => {
  const isUsed = (separator: string) => request.keys.some((key) => key.includes(separator))
  const used = separators.filter(isUsed)
  // Values may hold what keys seem to be split by: then another separator shows what they are.
  const tried = [...(used.length === 0 ? ["#"] : used), ...separators.filter((separator) => !used.includes(separator))]
  const found = tried.flatMap((separator) => {
    const segments = new Search(request, separator).run()
    return segments === undefined ? [] : [{ segments, separator }]
  })
  const [best] = [...found.filter(({ segments }) => !segments.some(isUnnamed)), ...found]
  if (best === undefined) return undefined
  const { keyOnly, segments } = named(best.segments, request.attribute, taken)
  return {
    keyOnly,
    key: {
      _tag: "Template",
      segments,
      ...(best.separator === "#" || !needsSeparator(segments) ? undefined : { separator: best.separator }),
      ...(isAdjacent(segments) ? { oneWay: true } : undefined)
    }
  }
}

const isUnnamed = (segment: Segment): segment is Unnamed => typeof segment !== "string" && "unnamed" in segment

const needsSeparator = (segments: ReadonlyArray<Segment>): boolean =>
  segments.some((segment) => typeof segment !== "string")

const isAdjacent = (segments: ReadonlyArray<Segment>): boolean =>
  segments.some((segment, i) => i > 0 && typeof segment !== "string" && typeof segments[i - 1] !== "string")

/** A search through all keys at once, with one place in each. */
class Search {
  private readonly request: Request
  private readonly separator: string
  private readonly keys: ReadonlyArray<string>
  private readonly candidates: ReadonlyArray<Candidate>
  /** Whether keys differ from each other. */
  private readonly varies: boolean
  private steps = 0

  constructor(request: Request, separator: string) {
    this.request = request
    this.separator = separator
    this.keys = request.keys.slice(0, limits.keys)
    this.candidates = request.candidates.map(({ name, values }) => ({ name, values: values.slice(0, limits.keys) }))
    this.varies = this.keys.some((key) => key !== this.keys[0])
  }

  run(): ReadonlyArray<Segment> | undefined {
    const found = this.from(
      this.keys.map(() => 0),
      []
    )
    return found !== undefined && this.isWorthwhile(found) ? merged(found) : undefined
  }

  /** What is left, from these places on; `before` is what has been found. */
  private from(places: ReadonlyArray<number>, before: ReadonlyArray<Segment>): ReadonlyArray<Segment> | undefined {
    if (++this.steps > limits.steps) return undefined
    const ended = places.filter((place, i) => place === this.keys[i]!.length).length
    if (ended === places.length) return before
    if (ended > 0) return undefined
    return this.field(places, before) ?? this.literal(places, before) ?? this.unnamed(places, before)
  }

  /** A field whose value stands here in all keys. */
  private field(places: ReadonlyArray<number>, before: ReadonlyArray<Segment>): ReadonlyArray<Segment> | undefined {
    const last = before.at(-1)
    const touches = last !== undefined && typeof last !== "string"
    if (touches && (this.request.primary || !("field" in last))) return undefined
    const previous = this.keys[0]!.charAt(places[0]! - 1)
    if (!touches && previous !== "" && isAlphanumeric(previous)) return undefined
    const literal = typeof last === "string" ? merged(before).at(-1) : undefined
    for (const { candidate, form } of this.fitting(places, typeof literal === "string" ? literal : "")) {
      const next = this.after(places, candidate, form)
      if (next === undefined) continue
      // In the middle of a word only another field may follow.
      if (!this.areAtBoundary(next) && this.request.primary) continue
      const found = this.from(next, [...before, { field: candidate.name, mode: form.mode }])
      if (found === undefined) continue
      const following = found[before.length + 1]
      if (this.areAtBoundary(next) || (following !== undefined && typeof following !== "string")) return found
    }
    return undefined
  }

  /** The candidates and forms that stand here in the first key, the likeliest first. */
  private fitting(places: ReadonlyArray<number>, literal: string) {
    const rest = this.keys[0]!.slice(places[0])
    return this.candidates
      .flatMap((candidate) => {
        const value = candidate.values[0]
        if (value === undefined || this.isCoincidence(candidate, literal)) return []
        return this.formsAt(value, rest).flatMap((form) => {
          const text = form.write(value, rest)
          return text !== undefined && text !== "" && rest.startsWith(text)
            ? [{ candidate, form, likelihood: text.length * 10 + this.likelihood(candidate, form, literal) }]
            : []
        })
      })
      .sort((a, b) => b.likelihood - a.likelihood)
  }

  private formsAt(value: AttributeValue, rest: string): ReadonlyArray<Form> {
    if ("S" in value) return textForms(this.separator)
    const digits = /^\d+/.exec(rest)?.[0].length ?? 0
    const { own } = this.request
    return "N" in value
      ? [...numberForms(this.separator, own), ...(digits > 1 && digits <= 38 ? [padded(digits)] : [])]
      : []
  }

  private likelihood({ name, values }: Candidate, { mode }: Form, literal: string): number {
    const word = camel(literal).toLowerCase()
    return (
      (mode === undefined ? 4 : 0) +
      (word !== "" && name.toLowerCase().startsWith(word) ? 3 : 0) +
      (isIdName.test(name) ? 2 : 0) +
      ("S" in values[0]! ? 1 : 0)
    )
  }

  /** A number that happens to be the same in the few items there are says nothing. */
  private isCoincidence({ name, values }: Candidate, literal: string): boolean {
    const [first] = values
    if (first === undefined || !("N" in first)) return false
    const isSame = values.every((value) => "N" in value && value.N === first.N)
    const word = camel(literal).toLowerCase()
    return isSame && !/id$/i.test(name) && (word === "" || !name.toLowerCase().startsWith(word))
  }

  private after(places: ReadonlyArray<number>, candidate: Candidate, form: Form): ReadonlyArray<number> | undefined {
    const next: Array<number> = []
    for (const [i, place] of places.entries()) {
      const value = candidate.values[i]
      const rest = this.keys[i]!.slice(place)
      const text = value === undefined ? undefined : form.write(value, rest)
      if (text === undefined || text === "" || !rest.startsWith(text)) return undefined
      next.push(place + text.length)
    }
    return next
  }

  private areAtBoundary(places: ReadonlyArray<number>): boolean {
    return places.every((place, i) => place === this.keys[i]!.length || !isAlphanumeric(this.keys[i]!.charAt(place)))
  }

  /** Text that is the same in all keys: a word, or what stands between words. */
  private literal(places: ReadonlyArray<number>, before: ReadonlyArray<Segment>): ReadonlyArray<Segment> | undefined {
    const rest = this.keys[0]!.slice(places[0])
    const text = /^[\p{L}\p{N}]+/u.exec(rest)?.[0] ?? Array.from(rest)[0]!
    if (!places.every((place, i) => this.keys[i]!.startsWith(text, place))) return undefined
    const next = places.map((place) => place + text.length)
    if (isAlphanumeric(text) && (!this.areAtBoundary(next) || !this.isWord(text, before))) return undefined
    return this.from(next, [...before, text])
  }

  /** Whether a word that is the same in all keys is so in every other key as well. */
  private isWord(text: string, before: ReadonlyArray<Segment>): boolean {
    const isFirst = !before.some((segment) => typeof segment !== "string" || /[\p{L}\p{N}]/u.test(segment))
    // Words may have a number of a version: `tasks_1`. Others with digits are ids.
    if (/\d/.test(text) && !(/^\d$/.test(text) && before.at(-1) === "_")) return false
    // A tenant's name, in a sample of one tenant.
    return isFirst || this.varies || (this.request.primary && this.request.role === "sort")
  }

  /** A part that is no attribute, up to the next separator. */
  private unnamed(places: ReadonlyArray<number>, before: ReadonlyArray<Segment>): ReadonlyArray<Segment> | undefined {
    const last = before.at(-1)
    const hasWord = before.some((segment) => typeof segment === "string" && /\p{L}/u.test(segment))
    if (!this.request.primary || !hasWord || typeof last !== "string" || isAlphanumeric(last)) return undefined
    // `place-1` of an attribute `id` is an id; `place#1`, or `place-1` of `pk`, is made of a word and an id.
    if (!separators.includes(last) && (this.request.attribute !== undefined || this.keys.length === 1)) return undefined
    const next = places.map((place, i) => {
      const end = this.keys[i]!.indexOf(this.separator, place)
      return end < 0 ? this.keys[i]!.length : end
    })
    // An empty part, and a value that is written with escapes, are not ours to read.
    const isFine = places.every((place, i) => next[i]! > place && !this.keys[i]!.slice(place, next[i]).includes("\\"))
    return isFine ? this.from(next, [...before, { unnamed: true }]) : undefined
  }

  /** Whether the template says more than the attribute by itself. */
  private isWorthwhile(segments: ReadonlyArray<Segment>): boolean {
    const fields = segments.filter((segment) => typeof segment !== "string")
    const word = segments.some((segment) => typeof segment === "string" && /\p{L}/u.test(segment))
    if (fields.length > 0) return true
    // `CONFIG` and `settings#` are names on purpose; others are data, but for a sort key that several items have.
    const isSame = this.keys.length > 1 && !(this.request.primary && this.request.role === "partition")
    return word && (isSame || /^[A-Z_]+$|[^\p{L}]$/u.test(this.keys[0]!))
  }
}

const merged = (segments: ReadonlyArray<Segment>): ReadonlyArray<Segment> => {
  const out: Array<Segment> = []
  for (const segment of segments) {
    const last = out.at(-1)
    if (typeof segment === "string" && typeof last === "string") out[out.length - 1] = last + segment
    else out.push(segment)
  }
  return out
}

/** Names the parts that are no attributes: as the key itself, or after the words before them. */
const named = (segments: ReadonlyArray<Segment>, attribute: string | undefined, taken: Set<string>) => {
  const keyOnly: Array<string> = []
  const isAlone = segments.filter((segment) => typeof segment !== "string").length === 1
  const own = attribute === undefined || !isAlone ? [] : [camel(attribute)]
  const out = segments.map((segment, i): string | Placeholder => {
    if (!isUnnamed(segment)) return segment
    const words = segments.slice(0, i).flatMap((before) => (typeof before === "string" ? wordsIn(before) : []))
    const names = [...own, withId(camel(words.at(-1) ?? "part")), withId(camel(words.join("-") || "part"))]
    const field = unique(names.find((name) => !taken.has(name)) ?? names.at(-1)!, taken)
    keyOnly.push(field)
    return { field }
  })
  return { segments: out, keyOnly }
}

const wordsIn = (text: string): ReadonlyArray<string> =>
  text.split(/[^\p{L}\p{N}]+/u).filter((word) => /\p{L}/u.test(word))

const withId = (name: string): string => (/(id|key|name|date|time|at)$/i.test(name) ? name : `${name}Id`)
