import type { Change, Query } from '../contracts.ts'
import { Refusal } from '../refusal.ts'

/** As many as history keeps: who has more waiting would not find them there either. */
const room = 10_000

/** One watch: what it has not read yet. It takes changes from the moment it is made, not from the first read. */
export class Reader implements AsyncIterableIterator<Change> {
  readonly #query: Query
  readonly #close: () => void
  readonly #room: number
  #waiting: Change[]
  #at = 0
  #last: number
  #end: 'closed' | Refusal | undefined
  #wake = () => {}

  constructor(query: Query, from: number, initial: readonly Change[], close: () => void) {
    this.#query = query
    this.#waiting = [...initial]
    this.#room = room + initial.length
    this.#last = from
    this.#close = close
  }

  give(change: Change): void {
    const seen = seenThrough(this.#query, change)
    if (seen === undefined || this.#end !== undefined) return
    if (this.#waiting.length - this.#at >= this.#room) return this.#finish(expired(this.#last, this.#last + room))
    this.#waiting.push(seen)
    this.#wake()
  }

  async next(): Promise<IteratorResult<Change>> {
    for (;;) {
      const change = this.#waiting[this.#at]
      if (change !== undefined && this.#end !== 'closed') {
        this.#at += 1
        if (this.#at === this.#waiting.length) {
          this.#waiting = []
          this.#at = 0
        }
        this.#last = Number(change.object.metadata.resourceVersion)
        return { done: false, value: change }
      }
      if (this.#end instanceof Refusal) throw this.#end
      if (this.#end !== undefined) return { done: true, value: undefined }
      await new Promise<void>((wake) => (this.#wake = wake))
    }
  }

  return(): Promise<IteratorResult<Change>> {
    this.#finish('closed')
    return Promise.resolve({ done: true, value: undefined })
  }

  fail(refusal: Refusal): void {
    this.#finish(refusal)
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  #finish(end: 'closed' | Refusal): void {
    this.#end ??= end
    if (end === 'closed') this.#end = end
    this.#close()
    this.#wake()
  }
}

export const expired = (from: number, oldest: number) =>
  new Refusal(410, 'Expired', `too old resource version: ${from} (${oldest})`)

/** An object that starts or stops to match is ADDED or DELETED to who watches with a selector. */
function seenThrough({ namespace = '', matches }: Query, change: Change): Change | undefined {
  if (namespace !== '' && change.key.namespace !== namespace) return undefined
  if (matches === undefined) return change
  const { type, object, old } = change
  const before = old !== undefined && matches(old)
  if (type !== 'DELETED' && matches(object)) return before ? change : { ...change, type: 'ADDED' }
  if (!before) return undefined
  const { resourceVersion } = object.metadata
  return {
    ...change,
    type: 'DELETED',
    object: Object.freeze({ ...old, metadata: { ...old.metadata, resourceVersion } }),
  }
}
