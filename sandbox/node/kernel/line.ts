import type { Signal } from '../../contracts.ts'

interface Outlets {
  /** Bytes as latin1. */
  readonly echo: (text: string) => void
  /** A line that may be read; an empty one is the end of input. */
  readonly ready: (data: Uint8Array) => void
  readonly signal: (signal: Signal) => void
}

const control = (letter: string): number => letter.charCodeAt(0) & 31
const signals = new Map<number, Signal>([
  [control('C'), 'SIGINT'],
  [control('Z'), 'SIGTSTP'],
  [control('\\'), 'SIGQUIT'],
])
const carriageReturn = 13
const newline = 10
const longest = 4095

/** A line that is being typed, as n_tty edits it. */
export class LineEditor {
  readonly #outlets: Outlets
  #line: number[] = []

  constructor(outlets: Outlets) {
    this.#outlets = outlets
  }

  type(byte: number): void {
    const signal = signals.get(byte)
    if (signal !== undefined) {
      this.#line = []
      this.#outlets.echo(shown(byte))
      return this.#outlets.signal(signal)
    }
    switch (byte) {
      case carriageReturn:
      case newline:
        this.#line.push(newline)
        this.#outlets.echo('\n')
        return this.flush()
      case control('D'):
        return this.#line.length === 0 ? this.#outlets.ready(new Uint8Array()) : this.flush()
      case 0x7f:
      case control('H'):
        return this.#erase()
      case control('U'):
        while (this.#line.length > 0) this.#erase()
        return
      case control('W'):
        while (this.#endsIn((last) => last === 32)) this.#erase()
        while (this.#endsIn((last) => last !== 32)) this.#erase()
        return
      default:
        if (this.#line.length >= longest) return
        this.#line.push(byte)
        this.#outlets.echo(shown(byte))
    }
  }

  flush(): void {
    if (this.#line.length > 0) this.#outlets.ready(Uint8Array.from(this.#line))
    this.#line = []
  }

  #endsIn(wanted: (byte: number) => boolean): boolean {
    const last = this.#line.at(-1)
    return last !== undefined && wanted(last)
  }

  /** One character, of however many bytes. */
  #erase(): void {
    let last = this.#line.pop()
    if (last === undefined) return
    while (last !== undefined && (last & 0xc0) === 0x80) last = this.#line.pop()
    const width = last === undefined ? 1 : shown(last).length
    this.#outlets.echo('\b \b'.repeat(width))
  }
}

function shown(byte: number): string {
  if (byte === 9 || (byte >= 32 && byte !== 127)) return String.fromCharCode(byte)
  return `^${String.fromCharCode(byte ^ 64)}`
}
