import { Waiters } from './kernel/waiters.ts'
import { endless } from './kernel/description.ts'

/** What one side puts in and one other takes out, in order; who puts in waits while it is full. */
export class Queue<T> implements AsyncIterable<T> {
  readonly #items: { readonly item: T; readonly size: number }[] = []
  readonly #limit: number
  readonly #closing = endless()
  readonly #filled = new Waiters()
  readonly #drained = new Waiters()
  #size = 0
  #ended = false

  constructor(limit = Number.POSITIVE_INFINITY) {
    this.#limit = limit
  }

  get closed(): boolean {
    return this.#closing.signal.aborted
  }

  /** Resolves when there is room for more, or nobody takes any more. */
  async push(item: T, size = 1): Promise<void> {
    if (this.#ended || this.closed) return
    this.#items.push({ item, size })
    this.#size += size
    this.#filled.wake()
    while (this.#size >= this.#limit && !this.closed) await this.#drained.wait(this.#closing.signal).catch(() => {})
  }

  /** Nothing more will come. */
  end(): void {
    this.#ended = true
    this.#filled.wake()
  }

  /** Nobody takes any more. */
  close(): void {
    this.#items.length = 0
    this.#closing.abort()
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T> {
    try {
      for (;;) {
        const next = this.#items.shift()
        if (next !== undefined) {
          this.#size -= next.size
          this.#drained.wake()
          yield next.item
        } else if (this.#ended || this.closed) return
        else await this.#filled.wait(this.#closing.signal).catch(() => {})
      }
    } finally {
      this.close()
    }
  }
}
