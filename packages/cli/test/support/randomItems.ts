/** Items of random shapes, the same for a seed: as a table of several kinds holds, with exceptions. */
import type { AttributeValue, Item } from "@effect-dynamo/core/Attribute"

class Dice {
  private state: number
  constructor(seed: number) {
    this.state = seed
  }
  /** From 0 to below 1 (mulberry32). */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0
    let t = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
  below(n: number): number {
    return Math.floor(this.next() * n)
  }
  chance(p: number): boolean {
    return this.next() < p
  }
  pick<A>(values: ReadonlyArray<A>): A {
    return values[this.below(values.length)]!
  }
}

const texts = [
  "a",
  "open",
  "closed",
  "a#b",
  "x\\y",
  "2024-01-15T10:30:00.000Z",
  "2024-01-15",
  "é",
  "{}",
  "*/",
  "${x}",
  " ",
  "A1"
]
const numbers = [
  "0",
  "1",
  "-1",
  "1.5",
  "9007199254740993",
  "0.1234567890123456789",
  "1e30",
  "1700000000000",
  "1700000000"
]
const names = [
  "id",
  "name",
  "status",
  "createdAt",
  "first name",
  "State#Date",
  "constructor",
  "toString",
  "9lives",
  "tags",
  "a.b",
  "ключ"
]
const bytes = (dice: Dice) => new Uint8Array([dice.below(256), 1])

/** A kind of value, which gives values of it. */
type Maker = (dice: Dice) => AttributeValue

const makers: ReadonlyArray<Maker> = [
  (dice) => ({ S: dice.pick(texts) }),
  (dice) => ({ S: dice.pick(["open", "closed"]) }),
  () => ({ S: "2024-01-15T10:30:00.000Z" }),
  (dice) => ({ N: dice.pick(numbers) }),
  (dice) => ({ N: String(dice.below(100)) }),
  (dice) => ({ BOOL: dice.chance(0.5) }),
  (dice) => ({ B: bytes(dice) }),
  () => ({ NULL: true }),
  (dice) => ({ SS: [...new Set([dice.pick(texts), "z"])] }),
  (dice) => ({ NS: [...new Set([dice.pick(numbers), "77"])] }),
  (dice) => ({ BS: [bytes(dice), new Uint8Array([1, 2, 3])] })
]

/** A kind of values: of one type, of several, nested, with names that are fields or data. */
const makerOf = (dice: Dice, depth: number): Maker => {
  const kind = dice.below(depth > 2 ? 2 : 6)
  if (kind === 0 || kind === 1) return dice.pick(makers)
  if (kind === 2) {
    const [a, b] = [makerOf(dice, depth + 1), makerOf(dice, depth + 1)]
    return (dice) => (dice.chance(0.5) ? a(dice) : b(dice))
  }
  const of = makerOf(dice, depth + 1)
  if (kind === 3) return (dice) => ({ L: Array.from({ length: dice.below(4) }, () => of(dice)) })
  if (kind === 4) {
    const isId = dice.chance(0.5)
    return (dice) => ({
      M: Object.fromEntries(
        Array.from({ length: dice.below(4) }, () => [
          isId
            ? `id-${dice.below(1000)}`
            : dice.pick(["red", "green", "blue", "__proto__", "grey", "pink", "cyan", "black"]),
          of(dice)
        ])
      )
    })
  }
  return (dice) => ({ M: fieldsOf(dice, makersOf(dice, depth + 1)) })
}

/** Fields by name, and how often each is there. */
type Makers = ReadonlyArray<readonly [name: string, maker: Maker, often: number]>

const makersOf = (dice: Dice, depth: number): Makers =>
  [...new Set(Array.from({ length: dice.below(6) }, () => dice.pick(names)))].map((name) => [
    name,
    makerOf(dice, depth),
    dice.pick([1, 1, 0.7])
  ])

const fieldsOf = (dice: Dice, makers: Makers): Item =>
  Object.fromEntries(makers.flatMap(([name, maker, often]) => (dice.chance(often) ? [[name, maker(dice)]] : [])))

const keyOf = (form: string, values: { readonly [name: string]: string }): string =>
  form.replace(/\{(\w+)\}/g, (_, name: string) => values[name]!)

const partitions = ["USER#{id}", "user|{id}", "{id}", "{ref}", "TENANT#acme", "a/{id}/{ref}", "ALL", "ACCOUNT#{Lower}"]
const sorts = ["PROFILE", "ORDER#{ref}", "{ref}", "{id}", "#LINE#{n}#{ref}", "v{n}", "O:{ref}:{id}", "SEQ#{padded}"]

/** Up to 60 items of up to 4 kinds. No two have the same key. */
export const makeItems = (seed: number): ReadonlyArray<Item> => {
  const dice = new Dice(seed)
  const marker = dice.pick([undefined, "_type", "type", "kindOf"])
  const kinds = Array.from({ length: 1 + dice.below(4) }, (_, i) => ({
    name: dice.pick(["User", "Order", "order_line", "X", "9"]) + (dice.chance(0.5) ? "" : i),
    partition: dice.pick(partitions),
    sort: dice.pick(sorts),
    index: dice.pick([undefined, ["EMAIL#{ref}", "{id}"], ["users", "{n}#{ref}{id}"], ["{id}", "{ref}"]]),
    often: dice.pick([1, 0.5]),
    // Whether what is in the key is stored as an attribute too.
    stored: dice.chance(0.7),
    fields: makersOf(dice, 0)
  }))
  const odd = makerOf(dice, 0)
  const items = new Map<string, Item>()
  for (let i = 0; i < 1 + dice.below(60); i++) {
    const kind = dice.pick(kinds)
    const id = dice.pick(["u", "acme", "a#b", "x\\", "Zoe"]) + i
    const values = {
      id,
      ref: `${i}${dice.pick(texts)}`,
      n: String(i),
      padded: String(i).padStart(6, "0"),
      Lower: id.toLowerCase()
    }
    const item: Item = {
      ...fieldsOf(dice, kind.fields),
      ...(kind.stored ? { id: { S: id }, ref: { S: values.ref }, n: { N: values.n } } : undefined),
      ...(marker === undefined || dice.chance(0.02) ? undefined : { [marker]: { S: kind.name } }),
      ...(dice.chance(0.3) ? { expiresAt: dice.chance(0.98) ? { N: "1700000000" } : odd(dice) } : undefined),
      ...(dice.chance(0.2) ? { kind: { S: "k" }, rank: { N: dice.pick(numbers) } } : undefined),
      ...(dice.chance(0.01) ? { odd: odd(dice) } : undefined),
      pk: { S: keyOf(kind.partition, values) },
      sk: { S: keyOf(kind.sort, values) }
    }
    if (kind.index !== undefined && dice.chance(kind.often)) {
      item["gsi1pk"] = { S: keyOf(kind.index[0]!, values) }
      item["gsi1sk"] = { S: keyOf(kind.index[1]!, values) }
    }
    items.set(JSON.stringify([item["pk"], item["sk"]]), item)
  }
  return [...items.values()]
}
