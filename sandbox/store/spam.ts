import type { Clock } from '../clock.ts'

const burst = 25
/** Milliseconds until another event may be told about the same object. */
const refill = 300_000

interface Bucket {
  tokens: number
  at: number
}

/** One source may tell 25 events about one object, then one in five minutes: client-go's EventSourceObjectSpamFilter. */
export class SpamFilter {
  readonly #clock: Clock
  readonly #buckets = new Map<string, Bucket>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  refuses(id: string): boolean {
    const now = this.#clock.now()
    const bucket = this.#buckets.get(id) ?? { tokens: burst, at: now }
    const tokens = Math.min(burst, bucket.tokens + (now - bucket.at) / refill)
    const refused = tokens < 1
    this.#buckets.delete(id)
    this.#buckets.set(id, { tokens: refused ? tokens : tokens - 1, at: now })
    const [oldest] = this.#buckets.keys()
    if (this.#buckets.size > 4096 && oldest !== undefined) this.#buckets.delete(oldest)
    return refused
  }
}
