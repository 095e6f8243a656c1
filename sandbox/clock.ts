import { setTimeout as wait } from 'node:timers/promises'

/** The one source of time. Everything below sandbox/ asks it, containers too, so that a test can turn the hands. Milliseconds throughout. */
export interface Clock {
  /** Since 1970. */
  now(): number
  /** Resolves after `milliseconds`; rejects with the signal's reason when it fires first. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>
  /** Calls `work` again and again until the returned function is called. Keeps no process alive. */
  every(milliseconds: number, work: () => void): () => void
}

/** What a timer can count: a longer one would ring at once. */
const longest = 2 ** 31 - 1

export const realClock: Clock = {
  now: () => Date.now(),
  sleep: async (milliseconds, signal) => {
    try {
      let left = milliseconds
      do await wait(Math.min(left, longest), undefined, signal === undefined ? {} : { signal })
      while ((left -= longest) > 0)
    } catch (error) {
      signal?.throwIfAborted()
      throw error
    }
  },
  every: (milliseconds, work) => {
    const timer = setInterval(work, milliseconds).unref()
    return () => clearInterval(timer)
  },
}

interface Alarm {
  readonly at: number
  readonly ring: () => void
}

/** A clock that stands still until it is stepped. */
export class SteppedClock implements Clock {
  #now: number
  readonly #alarms = new Set<Alarm>()

  constructor(now = Date.UTC(2026, 0, 1)) {
    this.#now = now
  }

  now(): number {
    return this.#now
  }

  sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    return new Promise((done, fail) => {
      if (signal?.aborted === true) return fail(signal.reason as Error)
      const stop = () => {
        this.#alarms.delete(alarm)
        fail(signal?.reason as Error)
      }
      const ring = () => {
        signal?.removeEventListener('abort', stop)
        done()
      }
      const alarm: Alarm = { at: this.#now + milliseconds, ring }
      this.#alarms.add(alarm)
      signal?.addEventListener('abort', stop, { once: true })
    })
  }

  every(milliseconds: number, work: () => void): () => void {
    let alarm: Alarm
    const next = () => {
      alarm = {
        at: this.#now + milliseconds,
        ring: () => {
          work()
          next()
        },
      }
      this.#alarms.add(alarm)
    }
    next()
    return () => void this.#alarms.delete(alarm)
  }

  /** Goes forward, alarm by alarm; what each one sets off runs before the next. */
  async step(milliseconds: number): Promise<void> {
    const until = this.#now + milliseconds
    await settled()
    for (;;) {
      const next = [...this.#alarms].filter(({ at }) => at <= until).toSorted((a, b) => a.at - b.at)[0]
      if (next === undefined) break
      this.#alarms.delete(next)
      this.#now = Math.max(this.#now, next.at)
      next.ring()
      await settled()
    }
    this.#now = until
  }
}

// Some turns of the event loop: promises that wait for promises need several.
async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((done) => setImmediate(done))
}
