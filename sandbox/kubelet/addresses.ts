/** Pod addresses, 10.244.0.2 to .254, as host-local hands them out: onward from the last one, so that none is used again soon. */
export class Addresses {
  readonly #used = new Set<number>()
  #last = 1

  take(): string | undefined {
    for (let tried = 0; tried < room; tried += 1) {
      this.#last = this.#last >= 254 ? 2 : this.#last + 1
      if (this.#used.has(this.#last)) continue
      this.#used.add(this.#last)
      return `10.244.0.${this.#last}`
    }
    return undefined
  }

  release(address: string): void {
    this.#used.delete(Number(address.split('.')[3]))
  }
}

const room = 253
