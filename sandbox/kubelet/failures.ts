/** Why a container could not be started: reason and message of its waiting state. */
export class CannotStart extends Error {
  readonly reason: string
  /** Milliseconds until it is worth another try; undefined: the kubelet's usual pause. */
  readonly again: number | undefined

  constructor(reason: string, message: string, again?: number) {
    super(message)
    this.reason = reason
    this.again = again
  }
}

/** Why a volume could not be mounted: what its FailedMount event says. */
export class CannotMount extends Error {}
