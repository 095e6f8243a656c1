import { unescape } from './escapes.ts'
import { tool, Usage, write } from './tool.ts'

export const printf = tool(async (process, args, _name, complain) => {
  const [format, ...values] = args[0] === '--' ? args.slice(1) : args
  if (format === undefined) throw new Usage('usage: printf FORMAT [ARGUMENT...]', 2)
  const printed = new Printed(values)
  while (printed.format(format));
  await write(process, Buffer.concat(printed.parts))
  for (const message of printed.errors) await complain(message)
  return printed.errors.length > 0 ? 1 : 0
})

const directive = /%(?:%|([-+ #0]*)(\*|\d+)?(?:\.(\*|\d*))?([\s\S]?))/g

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
  format(format: string): boolean {
    const before = this.#next
    let from = 0
    for (const found of format.matchAll(directive)) {
      this.#escaped(format.slice(from, found.index))
      from = found.index + found[0].length
      if (!this.#stopped) this.#directive(found)
      if (this.#stopped) return false
    }
    this.#escaped(format.slice(from))
    return !this.#stopped && this.#next > before && this.#next < this.#values.length
  }

  #escaped(text: string): void {
    const { bytes, stop } = unescape(text)
    this.parts.push(bytes)
    this.#stopped ||= stop
  }

  #directive([all, flags = '', width, precision, letter = '']: RegExpMatchArray): void {
    if (all === '%%') return void this.parts.push(Buffer.from('%'))
    const given = (size: string | undefined) => (size === '*' ? Number(this.#number()) : Number(size ?? 0))
    const wide = given(width)
    const precise = precision === undefined ? undefined : Math.min(given(precision), widest)
    const text = this.#text(letter, flags, precise)
    if (text === undefined) throw new Usage(`${all}: invalid format`)
    const size = Math.min(Math.abs(wide), widest)
    const sign = /^[-+ ]/.exec(text)?.[0] ?? ''
    const zeros = flags.includes('0') && 'diuoxXf'.includes(letter)
    if (letter === 'b') this.#escaped(text)
    else if (flags.includes('-') || wide < 0) this.parts.push(Buffer.from(text.padEnd(size)))
    else if (zeros) this.parts.push(Buffer.from(sign + text.slice(sign.length).padStart(size - sign.length, '0')))
    else this.parts.push(Buffer.from(text.padStart(size)))
  }

  #text(letter: string, flags: string, precision: number | undefined): string | undefined {
    if (letter === 'b') return this.#value()
    if (letter === 'c') return this.#value().slice(0, 1)
    if (letter === 's') return this.#value().slice(0, precision)
    if (letter === 'f') return (Number(this.#value()) || 0).toFixed(Math.min(precision ?? 6, 100))
    const base = { d: 10, i: 10, u: 10, o: 8, x: 16, X: 16 }[letter]
    if (base === undefined) return undefined
    const value = this.#number()
    const signed = letter === 'd' || letter === 'i'
    const sign = signed && value < 0n ? '-' : signed && flags.includes('+') ? '+' : ''
    const digits = (signed ? (value < 0n ? -value : value) : BigInt.asUintN(64, value)).toString(base)
    return sign + (letter === 'X' ? digits.toUpperCase() : digits).padStart(precision ?? 0, '0')
  }

  #value(): string {
    return this.#values[this.#next++] ?? ''
  }

  #number(): bigint {
    const text = this.#value()
    if (/^["']/.test(text)) return BigInt(text.codePointAt(1) ?? 0)
    const [all, sign, digits = '0'] = /^\s*([-+]?)(0[xX][0-9a-fA-F]+|\d+)/.exec(text) ?? []
    if (all !== text || text === '') this.errors.push(`invalid number '${text}'`)
    const value = BigInt(/^0[0-7]+$/.test(digits) ? `0o${digits}` : digits)
    return BigInt.asIntN(64, sign === '-' ? -value : value)
  }
}
