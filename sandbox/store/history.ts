import type { Change, Kind, Query } from '../contracts.ts'
import { expired, Reader } from './reader.ts'

const kept = 10_000

/** The last changes, one to a resource version, and those who read them. */
export class History {
  readonly #changes: Change[] = []
  /** The resource version of the first of them. */
  #first = 1
  readonly #readers = new Map<Kind, Set<Reader>>()

  add(change: Change): void {
    this.#changes.push(change)
    // Cut now and then: to shift an array of thousands at each write is slow.
    if (this.#changes.length >= 2 * kept) this.#first += this.#changes.splice(0, kept).length
    for (const reader of this.#readers.get(change.key.kind) ?? []) reader.give(change)
  }

  /** Gives `initial`, then what has happened after `from`, then what happens. */
  read(kind: Kind, from: number, query: Query, initial: readonly Change[], signal: AbortSignal): Reader {
    const close = () => {
      readers.delete(reader)
      signal.removeEventListener('abort', end)
    }
    const reader = new Reader(query, from, initial, close)
    const end = () => void reader.return()
    const readers = this.#readers.get(kind) ?? new Set()
    this.#readers.set(kind, readers.add(reader))
    signal.addEventListener('abort', end)
    if (signal.aborted) end()
    if (from + 1 < this.#first) reader.fail(expired(from, this.#first - 1))
    for (let at = from + 1 - this.#first; at < this.#changes.length; at += 1) {
      const change = this.#changes[at]
      if (change?.key.kind === kind) reader.give(change)
    }
    return reader
  }
}
