import { applet, type Call, Failure, Misused } from './applet.ts'
import { BadPattern, compilePattern } from './regex.ts'

const levels = [['|'], ['&'], ['<', '<=', '=', '==', '!=', '>=', '>'], ['+', '-'], ['*', '/', '%'], [':']] as const

export const expr = applet({
  name: 'expr',
  usage: 'EXPRESSION',
  options: '+',
  prepare: (argv) => ['--', ...argv],
  misuse: 2,
  run: async (call) => {
    if (call.words.length === 0)
      throw call.dialect === 'gnu' ? new Misused('missing operand') : new Failure('too few arguments', 2)
    const parser = new Parser(call)
    const value = parser.level(0)
    if (parser.rest !== undefined)
      throw new Failure(`syntax error${call.dialect === 'gnu' ? `: unexpected argument '${parser.rest}'` : ''}`, 2)
    await call.out(`${value}\n`)
    return isNothing(value) ? 1 : 0
  },
})

const isNothing = (value: string) => value === '' || /^-?0+$/.test(value)

class Parser {
  readonly #call: Call
  #at = 0

  constructor(call: Call) {
    this.#call = call
  }

  /** The first word that belongs to nothing. */
  get rest(): string | undefined {
    return this.#call.words[this.#at]
  }

  level(level: number): string {
    const operators: readonly string[] | undefined = levels[level]
    if (operators === undefined) return this.#primary()
    let left = this.level(level + 1)
    for (;;) {
      const operator = this.#call.words[this.#at]
      if (operator === undefined || !operators.includes(operator)) return left
      this.#at += 1
      left = this.#apply(operator, left, this.level(level + 1))
    }
  }

  #primary(): string {
    const word = this.#call.words[this.#at]
    if (word === undefined) throw new Failure('syntax error', 2)
    this.#at += 1
    if (word === '(') {
      const inner = this.level(0)
      if (this.#call.words[this.#at] !== ')') throw new Failure('syntax error', 2)
      this.#at += 1
      return inner
    }
    const operands = { length: 1, match: 2, index: 2, substr: 3 }[word] ?? 0
    if (operands === 0 || this.#at >= this.#call.words.length) return word
    const [text = '', second = '', third = ''] = Array.from({ length: operands }, () => this.#primary())
    if (word === 'length') return String(text.length)
    if (word === 'match') return this.#match(text, second)
    if (word === 'index') return String([...text].findIndex((char) => second.includes(char)) + 1)
    return text.slice(Math.max(0, Number(second) - 1), Math.max(0, Number(second) - 1 + Number(third)))
  }

  #match(text: string, source: string): string {
    try {
      const pattern = compilePattern(`^${source}`, { extended: false })
      const match = pattern.find(text)
      if (pattern.groups > 0) return match?.group(1) ?? ''
      return String(match === undefined ? 0 : match.end)
    } catch (error) {
      if (error instanceof BadPattern) throw new Failure(error.message, 2)
      throw error
    }
  }

  #apply(operator: string, left: string, right: string): string {
    if (operator === ':') return this.#match(left, right)
    if (operator === '|') return isNothing(left) ? right : left
    if (operator === '&') return isNothing(left) || isNothing(right) ? '0' : left
    const integers = /^-?\d+$/.test(left) && /^-?\d+$/.test(right)
    if (levels[2].includes(operator as '<')) {
      const order = integers
        ? Number(BigInt(left) > BigInt(right)) - Number(BigInt(left) < BigInt(right))
        : Number(left > right) - Number(left < right)
      const holds = {
        '<': order < 0,
        '<=': order <= 0,
        '=': order === 0,
        '==': order === 0,
        '!=': order !== 0,
        '>=': order >= 0,
        '>': order > 0,
      }[operator]
      return holds === true ? '1' : '0'
    }
    if (!integers) throw new Failure(this.#call.dialect === 'gnu' ? 'non-integer argument' : 'non-numeric argument', 2)
    const [a, b] = [BigInt(left), BigInt(right)]
    if ((operator === '/' || operator === '%') && b === 0n) throw new Failure('division by zero', 2)
    const results: Readonly<Record<string, () => bigint>> = {
      '+': () => a + b,
      '-': () => a - b,
      '*': () => a * b,
      '/': () => a / b,
      '%': () => a % b,
    }
    const result = results[operator]?.() ?? 0n
    return String(BigInt.asIntN(64, result))
  }
}
