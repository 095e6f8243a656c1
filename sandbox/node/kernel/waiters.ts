/** Those who wait for something to change; they look again when they are woken. */
export class Waiters {
  readonly #waiting = new Set<() => void>()

  wait(ending: AbortSignal): Promise<void> {
    return new Promise((done, fail) => {
      if (ending.aborted) return fail(ending.reason as Error)
      const end = () => {
        this.#waiting.delete(wake)
        fail(ending.reason as Error)
      }
      const wake = () => {
        ending.removeEventListener('abort', end)
        done()
      }
      this.#waiting.add(wake)
      ending.addEventListener('abort', end, { once: true })
    })
  }

  wake(): void {
    const woken = [...this.#waiting]
    this.#waiting.clear()
    for (const wake of woken) wake()
  }
}
