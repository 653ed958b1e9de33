/**
 * References to what an update changes: what the builder hands to `set` and `remove`.
 */
import * as part from "./part.ts"

/** What a part is set to: a value, or what stands in another part. */
export type Source =
  | { readonly _tag: "Value"; readonly value: unknown }
  | { readonly _tag: "Part"; readonly part: part.Part }

/** A part, and what it is set to. */
export class Assignment {
  readonly part: part.Part
  readonly source: Source
  constructor(part: part.Part, source: Source) {
    this.part = part
    this.source = source
  }
}

/** A reference to a part of an item. */
export class Reference {
  readonly part: part.Part
  constructor(part: part.Part) {
    this.part = part
  }
  get(name: string): Reference {
    return new Reference(part.get(this.part, name))
  }
  at(position: number): Reference {
    return new Reference(part.at(this.part, position))
  }
  to(value: unknown): Assignment {
    return new Assignment(
      this.part,
      value instanceof Reference ? { _tag: "Part", part: value.part } : { _tag: "Value", value }
    )
  }
}
