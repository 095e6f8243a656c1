import type { Clock } from '../clock.ts'
import type { Line, LogLines } from '../contracts.ts'
import { Waiters } from './kernel/waiters.ts'

const limit = 10 << 20
/** containerd cuts longer lines into parts. */
const longest = 16_384
const newline = 10
/** Lines that cross to their reader together. */
const atOnce = 500

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

  /** Many lines at a time. What is there stays so for its reader, however fast more is printed and the oldest go. */
  async *read({ follow, tail = Infinity, signal }: LogLines): AsyncGenerator<readonly Line[]> {
    let lines = this.#lines.slice(Math.max(0, this.#lines.length - tail))
    for (;;) {
      const next = this.#dropped + this.#lines.length
      for (let at = 0; at < lines.length && !signal.aborted; at += atOnce) yield lines.slice(at, at + atOnce)
      if (!follow) return
      while (this.#dropped + this.#lines.length === next && !this.#ended && !signal.aborted)
        await this.#grown.wait(signal).catch(() => {})
      lines = this.#lines.slice(Math.max(0, next - this.#dropped))
      if (lines.length === 0 || signal.aborted) return
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
