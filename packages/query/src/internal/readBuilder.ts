/**
 * What the builders of reads say in the same way.
 */
import type { DynamoClient } from "@effect-dynamo/client/DynamoClient"
import * as Effectable from "effect/Effectable"
import { type FilterArgument, filterOf, positive, type ReadState } from "./reading.ts"
import { type Selection, selectionOf } from "./selection.ts"

/** A read: an immutable state, and an Effect of its items. */
export abstract class ReadBuilder<Self, State extends ReadState, E> extends Effectable.Class<
  ReadonlyArray<never>,
  E,
  DynamoClient
> {
  readonly state: State
  /** What it is called in errors. */
  protected abstract readonly name: string
  constructor(state: State) {
    super()
    this.state = state
  }
  /**
   * The same read with one thing said. Each class copies its own state, by itself: of one shape, and one object into
   * a new one, that is a copy of memory.
   */
  protected abstract with<K extends keyof ReadState>(key: K, value: ReadState[K]): Self
  filter(given: FilterArgument): Self {
    return this.with("filter", [...this.state.filter, filterOf(this.state.entity, given)])
  }
  select(...paths: Selection): Self {
    return this.with("select", selectionOf(this.state.entity, paths))
  }
  limit(items: number): Self {
    return this.with("limit", positive(`${this.name}: limit`, items))
  }
  pageSize(items: number): Self {
    return this.with("pageSize", positive(`${this.name}: pageSize`, items))
  }
  maxPages(requests: number): Self {
    return this.with("maxPages", positive(`${this.name}: maxPages`, requests))
  }
  maxScanned(items: number): Self {
    return this.with("maxScanned", positive(`${this.name}: maxScanned`, items))
  }
  consistent(): Self {
    return this.with("consistent", true)
  }
}
