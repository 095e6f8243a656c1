import { errno } from '../errno.ts'

/** Room for files, in bytes; a part of a larger room where there is one. */
export class Quota {
  readonly limit: number
  readonly #within: Quota | undefined
  #used = 0

  constructor(limit: number, within?: Quota) {
    this.limit = limit
    this.#within = within
  }

  get used(): number {
    return this.#used
  }

  get room(): number {
    return Math.min(this.limit - this.#used, this.#within?.room ?? Infinity)
  }

  take(bytes: number): void {
    if (bytes > 0 && this.#used + bytes > this.limit) throw errno('ENOSPC')
    this.#within?.take(bytes)
    this.#used += bytes
  }
}
