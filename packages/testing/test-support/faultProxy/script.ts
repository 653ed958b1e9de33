/**
 * What a fault proxy is to do: rules, of which the first that matches a request and still has a step decides. Without one the request
 * passes.
 */
import type { FaultId } from "./faults.ts"

export interface Script {
  readonly rules: ReadonlyArray<Rule>
}

export interface Rule {
  /** Its name in the log. Its place, as `r0`, if absent. */
  readonly id?: string
  /** Which requests it is for. All if absent. */
  readonly match?: Match
  /** What to do with the first such request, the second … */
  readonly sequence?: ReadonlyArray<Action>
  /** What to do after the sequence. `pass`, to ask later rules, if absent. */
  readonly then?: Then
  /** What a sequence is counted for. The rule if absent. */
  readonly scope?: Scope
  /** Chaos in place of a sequence. */
  readonly random?: Chaos
}

/** Conditions on a request, all of which must hold. */
export interface Match {
  /** The operation, or one of them: `PutItem`. */
  readonly op?: string | ReadonlyArray<string>
  /** A table that the request is about. */
  readonly table?: string
  readonly index?: string
  /** The segment of a parallel scan. */
  readonly segment?: number
  /** Whether the request is without `ExclusiveStartKey`. */
  readonly firstPage?: boolean
  /** A text within the body. */
  readonly contains?: string
  /** A regular expression for the body. */
  readonly regex?: string
}

/**
 * - `pass`: ask later rules
 * - `stop`: let the request pass, without asking later rules
 * - `repeat`: the sequence again
 * - `last`: its last action for ever
 */
export type Then = "pass" | "stop" | "repeat" | "last"

/**
 * - `key`: each key of an item, start key of a page, or else each body
 * - `segment`: each segment of a parallel scan
 * - `invocation`: each call of the AWS SDK: our client makes one per attempt
 */
export type Scope = "key" | "segment" | "invocation"

/** Does one of `faults` with the probability `p`, the same ones in every run with the seed. */
export interface Chaos {
  /** 1 if absent. */
  readonly seed?: number
  readonly p: number
  readonly faults: ReadonlyArray<Action>
}

export type Action = "pass" | FaultId | Steps

/** What to do with one request. The parts can be combined where that makes sense. */
export interface Steps {
  /** Answer with a fault. */
  readonly fault?: FaultId
  /** Answer with an error by name and status, as DynamoDB writes them; 400 if absent. */
  readonly error?: NamedError
  /** Let the answer have been given so many milliseconds later, by its `date`. */
  readonly aheadMs?: number
  /** Let the engine do the request first. Without a fault to answer with, the connection is then reset. */
  readonly after?: true
  /** Keep the client waiting for so many milliseconds, then reset the connection. */
  readonly hang?: number
  /** Wait for so many milliseconds before anything else. */
  readonly delayMs?: number
  /** Send the answer in pieces. */
  readonly drip?: { readonly bytes: number; readonly everyMs: number }
  /** Reset the connection: before the request is done, after the headers of the answer, or within its body, of which `bytes` are sent. */
  readonly reset?: "before" | "headers" | "mid-body"
  readonly bytes?: number
  /** Answer that the transaction was cancelled: the reasons by their position, the rest is `None`. */
  readonly cancel?: Readonly<Record<number, string | Reason>>
  /** Withhold part of a batch from the engine, and report it as unprocessed. */
  readonly unprocessed?: Unprocessed
  /** Let pages have at most so many items. */
  readonly page?: number
  /** Answer a request for a further page with an empty one that ends where it began. */
  readonly stallPage?: true
  /** Give the request to the engine twice. */
  readonly twice?: true
  /** Damage the answer. */
  readonly response?: Damage
}

export interface NamedError {
  /** What stands in `__type`, with a namespace or without. */
  readonly name: string
  readonly status?: number
  readonly message?: string
}

/** Why an operation cancelled its transaction. */
export interface Reason {
  readonly Code: string
  /** The one of the code if absent. */
  readonly Message?: string
  /** What stood there, as on the wire. */
  readonly Item?: object
}

export interface Unprocessed {
  readonly all?: true
  /** How many; else `fraction` of them; else half of them. */
  readonly count?: number
  readonly fraction?: number
  /** Which: `last` if absent, `even` are those at even positions. */
  readonly pick?: "first" | "last" | "even"
}

/**
 * - `malformed`, `null`, `html`: no JSON of an answer
 * - `truncated`: its first half
 * - `empty`: no body
 * - `unknown-fields`: a field more
 * - `crc`: a wrong `x-amz-crc32`
 * - `corrupt`: a flipped bit in a string, which `x-amz-crc32` tells
 * - `no-crc`: no `x-amz-crc32`, which all other answers have
 */
export type Damage =
  | "malformed"
  | "truncated"
  | "empty"
  | "html"
  | "null"
  | "unknown-fields"
  | "crc"
  | "corrupt"
  | "no-crc"
