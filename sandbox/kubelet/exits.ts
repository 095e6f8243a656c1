import type { ContainerExit, Id } from '../contracts.ts'

export type Exit = Pick<ContainerExit, 'exitCode' | 'signal' | 'message' | 'at'> & { readonly reason: string }

/** Who waits for which container's end. An end may be told before its start has been. */
export class Exits {
  readonly #waiting = new Map<Id, (exit: Exit) => void>()
  readonly #early = new Map<Id, Exit>()

  expect(id: Id, listener: (exit: Exit) => void): void {
    const early = this.#early.get(id)
    if (early === undefined) return void this.#waiting.set(id, listener)
    this.#early.delete(id)
    listener(early)
  }

  ended(id: Id, exit: Exit): void {
    const listener = this.#waiting.get(id)
    if (listener === undefined) return void this.#early.set(id, exit)
    this.#waiting.delete(id)
    listener(exit)
  }

  /** The node went down: nothing runs any more, as a runtime finds it afterwards. */
  lost(at: number): void {
    for (const id of this.#waiting.keys())
      this.ended(id, { exitCode: 255, signal: 0, reason: 'Unknown', message: '', at })
    this.#early.clear()
  }
}
