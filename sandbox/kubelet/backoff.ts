/** client-go's util/flowcontrol/backoff.go with the kubelet's figures: 10 s, doubled to 5 min, forgotten after 10 min. */
export class Backoff {
  readonly #entries = new Map<string, { delay: number; at: number }>()

  /** Milliseconds from `now` until `key` may be tried again, when it failed at `since`; 0: at once. */
  left(key: string, since: number, now: number): number {
    const entry = this.#entries.get(key)
    if (entry === undefined || since - entry.at > 2 * longest) return 0
    return Math.max(0, since + entry.delay - now)
  }

  /** How long the pause is by now. */
  delay(key: string): number {
    return this.#entries.get(key)?.delay ?? 0
  }

  /** Counts one more failure, at `since`. */
  next(key: string, since: number, now: number): void {
    const entry = this.#entries.get(key)
    const fresh = entry === undefined || since - entry.at > 2 * longest
    this.#entries.set(key, { delay: fresh ? first : Math.min(entry.delay * 2, longest), at: now })
  }

  forget(prefix: string): void {
    for (const key of this.#entries.keys()) if (key.startsWith(prefix)) this.#entries.delete(key)
  }
}

const first = 10_000
const longest = 300_000
