import type { Clock } from '../clock.ts'

/** Somebody to be woken: waiting costs nothing, and a call that comes early is not lost. */
export class Wake {
  #called = false
  #resolve = () => {}
  #next = this.#renewed()

  #renewed(): Promise<void> {
    return new Promise((done) => (this.#resolve = done))
  }

  /** Resolves at the next call. */
  get next(): Promise<void> {
    return this.#next
  }

  call(): void {
    this.#called = true
    const resolve = this.#resolve
    this.#next = this.#renewed()
    resolve()
  }

  /** Until called, since the last time that somebody waited, or until so many milliseconds have passed. */
  async wait(clock: Clock, milliseconds: number | undefined): Promise<void> {
    if (!this.#called) {
      const over = new AbortController()
      const pause =
        milliseconds === undefined ? [] : [clock.sleep(Math.max(1, milliseconds), over.signal).catch(() => {})]
      await Promise.race([this.#next, ...pause])
      over.abort()
    }
    this.#called = false
  }
}
