import type { Process } from '../../node/process.ts'
import { signalOf } from './signals.ts'

/** What trap has been told, by signal number; 0 is EXIT. "" means ignored. */
export class Traps {
  readonly actions: Map<number, string>
  readonly #pending: number[] = []
  #process: Process
  #wake: (() => void) | undefined
  /** An interactive shell's own, where no trap says otherwise. */
  readonly #own = new Map<number, () => void>()

  constructor(process: Process, from?: Traps) {
    this.#process = process
    this.actions = new Map([...(from?.actions ?? [])].filter(([, action]) => action === ''))
  }

  /** In a subshell only what was ignored stays as it was. */
  attach(process: Process, parent: Traps): void {
    this.#process = process
    for (const [number, action] of parent.actions)
      if (number !== 0 && action !== '') process.on(signalOf(number), 'default')
    for (const number of parent.#own.keys()) process.on(signalOf(number), 'default')
  }

  own(number: number, action: () => void): void {
    this.#own.set(number, action)
    this.#process.on(signalOf(number), action)
  }

  set(number: number, action: string | undefined): void {
    if (action === undefined) this.actions.delete(number)
    else this.actions.set(number, action)
    if (number === 0 || ['KILL', 'STOP'].includes(signalOf(number).slice(3))) return
    if (action === undefined) this.#process.on(signalOf(number), this.#own.get(number) ?? 'default')
    else this.#process.on(signalOf(number), action === '' ? 'ignore' : () => this.#arrived(number))
  }

  /** Whether a handler has to stay, so that nothing may be exec'd in the shell's place. */
  get any(): boolean {
    return [...this.actions.values()].some((action) => action !== '')
  }

  /** ^C at an interactive shell, where no trap says otherwise. */
  interrupted = false

  interruptedBy(number: number): void {
    this.own(number, () => {
      this.interrupted = true
      this.#wake?.()
    })
  }

  get pending(): boolean {
    return this.#pending.length > 0
  }

  /** What to do for the next that has arrived. */
  take(): string | undefined {
    const number = this.#pending.shift()
    return number === undefined ? undefined : (this.actions.get(number) ?? '')
  }

  /** The promise's value, or undefined as soon as a trapped signal has arrived. */
  async interruptible<T>(promise: Promise<T>): Promise<T | undefined> {
    if (this.pending) return undefined
    const signal = new Promise<undefined>((wake) => (this.#wake = () => wake(undefined)))
    try {
      return await Promise.race([promise, signal])
    } finally {
      this.#wake = undefined
    }
  }

  get first(): number | undefined {
    return this.#pending[0]
  }

  #arrived(number: number): void {
    this.#pending.push(number)
    this.#wake?.()
  }
}
