import type { Process } from '../../../node/process.ts'
import { unescape } from './escapes.ts'
import { guarded, saidBy, Usage, write } from './tool.ts'

export function printf(
  process: Process,
  [name = 'printf', ...args]: readonly string[],
  say = saidBy(name),
): Promise<number> {
  return guarded(process, say, async () => {
    const [format, ...values] = args[0] === '--' ? args.slice(1) : args
    if (format === undefined) throw new Usage('usage: printf FORMAT [ARGUMENT...]', 2)
    const printed = new Printed(values)
    do printed.format(format)
    while (printed.more)
    await write(process, Buffer.concat(printed.parts))
    for (const message of printed.errors) await write(process, `${say(message)}\n`, 2)
    return printed.errors.length > 0 ? 1 : 0
  })
}

const directive = /%(?:%|([-+ #0]*)(\*|\d+)?(?:\.(\*|\d*))?(?:hh|h|ll|l|L|q|j|z|t)?([\s\S]?))/g

/** A width that a shell's user may ask for. */
const widest = 65_536

class Printed {
  readonly parts: Uint8Array[] = []
  readonly errors: string[] = []
  readonly #values: readonly string[]
  #next = 0
  #stopped = false

  constructor(values: readonly string[]) {
    this.#values = values
  }

  /** Whether the format is to be used once more: it took values, and some are left. */
  get more(): boolean {
    return !this.#stopped && this.#took && this.#next < this.#values.length
  }

  #took = false

  format(format: string): void {
    this.#took = false
    let from = 0
    for (const found of format.matchAll(directive)) {
      this.#escaped(format.slice(from, found.index))
      if (this.#stopped) return
      from = found.index + found[0].length
      if (found[0] === '%%') this.parts.push(Buffer.from('%'))
      else this.#directive(found)
      if (this.#stopped) return
    }
    this.#escaped(format.slice(from))
  }

  #escaped(text: string): void {
    const { bytes, stop } = unescape(text)
    this.parts.push(bytes)
    this.#stopped ||= stop
  }

  #directive([all, flags = '', width, precision, letter = '']: RegExpMatchArray): void {
    const wide = width === '*' ? Number(this.#number(this.#take())) : Number(width ?? 0)
    const precise =
      precision === undefined ? undefined : precision === '*' ? Number(this.#number(this.#take())) : Number(precision)
    const left = flags.includes('-') || wide < 0
    const size = Math.min(Math.abs(wide), widest)
    const fill = (text: string, zero = false) => {
      const signed = /^[-+ ]/.exec(text)?.[0] ?? ''
      if (left) return text.padEnd(size)
      return zero && flags.includes('0')
        ? signed + text.slice(signed.length).padStart(size - signed.length, '0')
        : text.padStart(size)
    }
    switch (letter) {
      case 's':
      case 'c': {
        const text = this.#take()
        this.parts.push(Buffer.from(fill(text.slice(0, letter === 'c' ? 1 : precise))))
        return
      }
      case 'b': {
        const { bytes, stop } = unescape(this.#take())
        this.parts.push(bytes)
        this.#stopped ||= stop
        return
      }
      case 'd':
      case 'i':
      case 'u':
      case 'o':
      case 'x':
      case 'X': {
        const text = integer(this.#number(this.#take()), letter, flags, precise)
        this.parts.push(Buffer.from(fill(text, precise === undefined)))
        return
      }
      case 'f': {
        const text = this.#float(this.#take()).toFixed(Math.min(precise ?? 6, 100))
        this.parts.push(Buffer.from(fill(text, true)))
        return
      }
      default:
        throw new Usage(`${all}: invalid format`)
    }
  }

  #take(): string {
    this.#took = true
    return this.#values[this.#next++] ?? ''
  }

  #number(text: string): bigint {
    if (/^["']/.test(text)) return BigInt(text.codePointAt(1) ?? 0)
    const found = /^\s*([-+]?)(0[xX][0-9a-fA-F]+|\d+)(.*)$/s.exec(text)
    if (found === null || found[3] !== '') {
      this.errors.push(`invalid number '${text}'`)
      if (found === null) return 0n
    }
    const digits = found[2] ?? '0'
    const value = BigInt(/^0[0-7]+$/.test(digits) ? `0o${digits.slice(1)}` : digits.replace(/^0+(?=\d)/, ''))
    return BigInt.asIntN(64, found[1] === '-' ? -value : value)
  }

  #float(text: string): number {
    const value = text === '' ? 0 : Number(text)
    if (!Number.isNaN(value)) return value
    this.errors.push(`invalid number '${text}'`)
    return 0
  }
}

function integer(value: bigint, letter: string, flags: string, precision: number | undefined): string {
  const signed = letter === 'd' || letter === 'i'
  const positive = signed ? (value < 0n ? -value : value) : BigInt.asUintN(64, value)
  const base = letter === 'o' ? 8 : letter === 'x' || letter === 'X' ? 16 : 10
  let digits = positive.toString(base)
  if (precision !== undefined) digits = digits.padStart(Math.min(precision, widest), '0')
  if (flags.includes('#') && positive !== 0n) digits = (base === 16 ? '0x' : base === 8 ? '0' : '') + digits
  if (letter === 'X') digits = digits.toUpperCase()
  if (!signed) return digits
  return value < 0n ? `-${digits}` : `${flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : ''}${digits}`
}
