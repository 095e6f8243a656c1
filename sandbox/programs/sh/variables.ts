import { OutOfMemory } from '../../node/process.ts'
import { ShellError } from './control.ts'

export interface Variable {
  /** undefined: declared (exported, local), but unset. */
  readonly value: string | undefined
  readonly exported: boolean
  readonly readonly: boolean
}

/** How long a text may get: what is done to it in one go has to leave time for others. */
export const largest = 4 << 20

const unset: Variable = { value: undefined, exported: false, readonly: false }

export const isName = (text: string) => /^[A-Za-z_][A-Za-z0-9_]*$/.test(text)

/** A shell's variables, those of the running functions on top. */
export class Variables {
  readonly #all: Map<string, Variable>
  /** What `local` hid, for each function that runs. */
  readonly #hidden: Map<string, Variable | undefined>[] = []

  constructor(from: Variables | ReadonlyMap<string, string>) {
    this.#all =
      from instanceof Variables
        ? new Map(from.#all)
        : new Map(
            [...from]
              .filter(([name]) => isName(name))
              .map(([name, value]) => [name, { ...unset, value, exported: true }]),
          )
    if (from instanceof Variables) this.#hidden = from.#hidden.map((names) => new Map(names))
  }

  get(name: string): string | undefined {
    return this.#all.get(name)?.value
  }

  set(name: string, value: string, change: Partial<Variable> = {}): void {
    const old = this.#all.get(name) ?? unset
    if (old.readonly) throw new ShellError(`${name}: is read only`)
    if (value.length > largest) throw new OutOfMemory()
    this.#all.set(name, { ...old, value, ...change })
  }

  /** Exported or read-only, with or without a value. */
  mark(name: string, change: Partial<Variable>): void {
    this.#all.set(name, { ...(this.#all.get(name) ?? unset), ...change })
  }

  unset(name: string): void {
    if (this.#all.get(name)?.readonly === true) throw new ShellError(`${name}: is read only`)
    this.#all.delete(name)
  }

  /** Until the function that runs has returned. */
  local(name: string): void {
    const hidden = this.#hidden.at(-1)
    if (hidden !== undefined && !hidden.has(name)) hidden.set(name, this.#all.get(name))
  }

  get inFunction(): boolean {
    return this.#hidden.length > 0
  }

  enter(): void {
    this.#hidden.push(new Map())
  }

  leave(): void {
    for (const [name, variable] of this.#hidden.pop() ?? []) this.restore(name, variable)
  }

  /** What stands there, to be put back. */
  peek(name: string): Variable | undefined {
    return this.#all.get(name)
  }

  restore(name: string, variable: Variable | undefined): void {
    if (variable === undefined) this.#all.delete(name)
    else this.#all.set(name, variable)
  }

  /** What a program that is started gets. */
  environment(): Map<string, string> {
    return new Map(
      [...this.#all].flatMap(([name, { value, exported }]): [string, string][] =>
        exported && value !== undefined ? [[name, value]] : [],
      ),
    )
  }

  entries(): readonly (readonly [string, Variable])[] {
    return [...this.#all].toSorted(([a], [b]) => (a < b ? -1 : 1))
  }
}

/** So that a shell reads it as one word: set, export -p, trap, alias. ash ends a run of quotes with "'". */
export const shellQuoted = (text: string) =>
  text
    .split(/('+)/)
    .map((part) => (part.startsWith("'") ? `"${part}"` : part === '' ? '' : `'${part}'`))
    .join('') || "''"
