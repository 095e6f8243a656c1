import type { Clock } from '../clock.ts'
import type { Line, LogLines } from '../contracts.ts'
import { Waiters } from './kernel/waiters.ts'

const limit = 10 << 20
/** containerd cuts longer lines into parts. */
const longest = 16_384
const newline = 10

type Stream = Line['stream']
type Listener = (stream: Stream, data: Uint8Array) => Promise<void>

/** What a container has printed, in lines; the oldest go at 10 MB. */
export class Log {
  readonly #clock: Clock
  readonly #lines: Line[] = []
  #size = 0
  /** How many lines have gone. */
  #dropped = 0
  #ended = false
  readonly #partial = new Map<Stream, Uint8Array>()
  readonly #grown = new Waiters()
  readonly #listeners = new Set<Listener>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** What goes through it from now on, as it is written: attach. */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  /** Resolves when those who look on have room for more. */
  async write(stream: Stream, data: Uint8Array): Promise<void> {
    const listened = [...this.#listeners].map((listener) => listener(stream, data.slice()))
    let rest = Buffer.concat([this.#partial.get(stream) ?? new Uint8Array(), data])
    for (;;) {
      const end = rest.indexOf(newline)
      const length = end === -1 ? rest.length : end + 1
      if (length > longest) {
        this.#add(stream, rest.subarray(0, longest))
        rest = rest.subarray(longest)
      } else if (end === -1) break
      else {
        this.#add(stream, rest.subarray(0, length))
        rest = rest.subarray(length)
      }
    }
    this.#partial.set(stream, rest)
    this.#grown.wake()
    await Promise.all(listened)
  }

  end(): void {
    for (const [stream, data] of this.#partial) if (data.length > 0) this.#add(stream, data)
    this.#partial.clear()
    this.#ended = true
    this.#grown.wake()
  }

  async *read({ follow, tail = Infinity, signal }: LogLines): AsyncGenerator<Line> {
    const last = this.#dropped + this.#lines.length
    let next = Math.max(this.#dropped, last - tail)
    // Else, who prints faster than is read would be read for ever.
    const end = follow ? Infinity : last
    while (!signal.aborted && next < end) {
      next = Math.max(next, this.#dropped)
      const line = this.#lines[next - this.#dropped]
      if (line !== undefined) {
        next += 1
        yield line
      } else if (this.#ended) return
      else await this.#grown.wait(signal).catch(() => {})
    }
  }

  #add(stream: Stream, data: Uint8Array): void {
    this.#lines.push({ at: this.#clock.now(), stream, data: data.slice() })
    this.#size += data.length + 64
    // Not one by one: taking from the front is slow where there are many.
    if (this.#size <= limit * 1.1) return
    let drop = 0
    while (this.#size > limit) {
      this.#size -= (this.#lines[drop]?.data.length ?? 0) + 64
      drop += 1
    }
    this.#lines.splice(0, drop)
    this.#dropped += drop
  }
}
