/**
 * What a client's retries take from, all of its calls together.
 */
import type { Quota, Trouble } from "../RetryPolicy.ts"
import type { Transport } from "./transport.ts"

const byTransport = new WeakMap<Transport, RetryTokens>()

export class RetryTokens {
  private readonly quota: Quota
  /** How many there are. */
  left: number

  /** The tokens of the client that was last made on a transport, which stays that of services made from the client's. */
  static of(transport: Transport): RetryTokens | undefined {
    return byTransport.get(transport)
  }

  constructor(quota: Quota, transport: Transport) {
    byTransport.set(transport, this)
    this.quota = quota
    this.left = quota.capacity
  }

  /** Takes what a retry after this trouble costs, and tells how much that was; `undefined` where there is not enough left. */
  take(trouble: Trouble): number | undefined {
    const { retryCost, timeoutCost } = this.quota
    const cost = trouble === "network" || trouble === "timeout" ? timeoutCost : retryCost
    if (cost > this.left) return undefined
    this.left -= cost
    return cost
  }

  /** For a success: gives back what its last retry took, and one where it had none. */
  give(taken: number | undefined): void {
    if (this.left < this.quota.capacity) this.left = Math.min(this.quota.capacity, this.left + (taken ?? 1))
  }
}
