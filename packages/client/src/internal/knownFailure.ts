import type { TransportFailure } from "./transport.ts"

/** Brings a failure that is known already through the SDK, which passes on errors as they are. */
export class KnownFailure extends Error {
  readonly failure: TransportFailure
  constructor(failure: TransportFailure) {
    super(failure.message)
    this.failure = failure
  }
}
