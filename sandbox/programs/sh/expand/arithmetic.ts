// $((...)): C's operators over 64-bit integers, as in BusyBox's shell/math.c.
import { ShellError } from '../control.ts'

/** Where names have their values. */
export interface Names {
  get(name: string): string | undefined
  set(name: string, value: string): void
}

const tokens =
  /\s*(?:(0[xX][0-9A-Fa-f]+|[0-9]+#[0-9A-Za-z@_]+|[0-9]+)|([A-Za-z_][A-Za-z0-9_]*)|(<<=|>>=|\*\*|&&|\|\||<<|>>|<=|>=|==|!=|\+\+|--|[-+*/%&|^]=|[-+*/%&|^<>=!~?:(),]))/y

const levels: readonly (readonly string[])[] = [
  ['|'],
  ['^'],
  ['&'],
  ['==', '!='],
  ['<', '<=', '>', '>='],
  ['<<', '>>'],
  ['+', '-'],
  ['*', '/', '%'],
  ['**'],
]

const deepest = 100

export function arithmetic(text: string, names: Names, depth = 0): bigint {
  if (depth > deepest) throw new ShellError('expression recursion loop detected')
  if (text.trim() === '') return 0n
  const parser = new Parser(text, names, depth)
  const value = parser.comma()
  if (!parser.atEnd) throw wrong()
  return value
}

const wrong = () => new ShellError('arithmetic syntax error')
const wrapped = (value: bigint) => BigInt.asIntN(64, value)

class Parser {
  readonly #tokens: string[] = []
  readonly #names: Names
  readonly #depth: number
  #at = 0
  #nested = 0
  /** Above 0: what && || ?: does not want to know is read, but not done. */
  #skipped = 0

  constructor(text: string, names: Names, depth: number) {
    this.#names = names
    this.#depth = depth
    const end = text.trimEnd().length
    tokens.lastIndex = 0
    for (let at = 0; at < end; at = tokens.lastIndex) {
      const found = tokens.exec(text)
      if (found === null) throw wrong()
      this.#tokens.push(found[0].trimStart())
    }
  }

  get atEnd(): boolean {
    return this.#at >= this.#tokens.length
  }

  comma(): bigint {
    let value = this.#assignment()
    while (this.#take(',')) value = this.#assignment()
    return value
  }

  #assignment(): bigint {
    if ((this.#nested += 1) > deepest * 5) throw wrong()
    const name = this.#tokens[this.#at] ?? ''
    const operator = this.#tokens[this.#at + 1] ?? ''
    let value: bigint
    if (/^[A-Za-z_]/.test(name) && /^(?:[-+*/%&|^]|<<|>>)?=$/.test(operator)) {
      this.#at += 2
      const right = this.#assignment()
      value = operator === '=' ? right : this.#calculated(operator.slice(0, -1), this.#valueOf(name), right)
      this.#store(name, value)
    } else value = this.#choice()
    this.#nested -= 1
    return value
  }

  #choice(): bigint {
    const test = this.#or()
    if (!this.#take('?')) return test
    const first = this.#unless(test === 0n, () => this.#assignment())
    if (!this.#take(':')) throw wrong()
    const second = this.#unless(test !== 0n, () => this.#assignment())
    return test === 0n ? second : first
  }

  #or(): bigint {
    let value = this.#and()
    while (this.#take('||')) {
      const left = value !== 0n
      const right = this.#unless(left, () => this.#and())
      value = left || right !== 0n ? 1n : 0n
    }
    return value
  }

  #and(): bigint {
    let value = this.#binary(0)
    while (this.#take('&&')) {
      const left = value !== 0n
      const right = this.#unless(!left, () => this.#binary(0))
      value = left && right !== 0n ? 1n : 0n
    }
    return value
  }

  #binary(level: number): bigint {
    const operators = levels[level]
    if (operators === undefined) return this.#unary()
    let value = this.#binary(level + 1)
    for (;;) {
      const operator = this.#tokens[this.#at] ?? ''
      if (!operators.includes(operator)) return value
      this.#at += 1
      const right = this.#binary(operator === '**' ? level : level + 1)
      value = this.#calculated(operator, value, right)
    }
  }

  #unary(): bigint {
    const token = this.#tokens[this.#at] ?? ''
    this.#at += 1
    switch (token) {
      case '-':
        return wrapped(-this.#deeper())
      case '+':
        return this.#deeper()
      case '!':
        return this.#deeper() === 0n ? 1n : 0n
      case '~':
        return ~this.#deeper()
      case '++':
      case '--': {
        const name = this.#tokens[this.#at++] ?? ''
        if (!/^[A-Za-z_]/.test(name)) throw wrong()
        return this.#store(name, this.#valueOf(name) + (token === '++' ? 1n : -1n))
      }
      case '(': {
        if ((this.#nested += 1) > deepest * 5) throw wrong()
        const value = this.comma()
        this.#nested -= 1
        if (!this.#take(')')) throw wrong()
        return value
      }
      default:
        return this.#operand(token)
    }
  }

  #deeper(): bigint {
    if ((this.#nested += 1) > deepest * 5) throw wrong()
    const value = this.#unary()
    this.#nested -= 1
    return value
  }

  #operand(token: string): bigint {
    if (/^[0-9]/.test(token)) return numberIn(token)
    if (!/^[A-Za-z_]/.test(token)) throw wrong()
    const value = this.#valueOf(token)
    if (this.#take('++')) this.#store(token, value + 1n)
    else if (this.#take('--')) this.#store(token, value - 1n)
    return value
  }

  #calculated(operator: string, left: bigint, right: bigint): bigint {
    const yes = (truth: boolean) => (truth ? 1n : 0n)
    switch (operator) {
      case '|':
        return left | right
      case '^':
        return left ^ right
      case '&':
        return left & right
      case '==':
        return yes(left === right)
      case '!=':
        return yes(left !== right)
      case '<':
        return yes(left < right)
      case '<=':
        return yes(left <= right)
      case '>':
        return yes(left > right)
      case '>=':
        return yes(left >= right)
      case '<<':
        return wrapped(left << (right & 63n))
      case '>>':
        return left >> (right & 63n)
      case '+':
        return wrapped(left + right)
      case '-':
        return wrapped(left - right)
      case '*':
        return wrapped(left * right)
      case '**':
        return power(left, right)
      default:
        if (right === 0n && this.#skipped > 0) return 0n
        if (right === 0n) throw new ShellError('divide by zero')
        return wrapped(operator === '/' ? left / right : left % right)
    }
  }

  #valueOf(name: string): bigint {
    return this.#skipped > 0 ? 0n : arithmetic(this.#names.get(name) ?? '', this.#names, this.#depth + 1)
  }

  #store(name: string, value: bigint): bigint {
    const stored = wrapped(value)
    if (this.#skipped === 0) this.#names.set(name, String(stored))
    return stored
  }

  #unless(skip: boolean, work: () => bigint): bigint {
    if (skip) this.#skipped += 1
    const value = work()
    if (skip) this.#skipped -= 1
    return value
  }

  #take(token: string): boolean {
    if (this.#tokens[this.#at] !== token) return false
    this.#at += 1
    return true
  }
}

function power(base: bigint, exponent: bigint): bigint {
  if (exponent < 0n) throw new ShellError('exponent less than 0')
  let value = 1n
  for (let left = exponent, square = base; left > 0n; left >>= 1n, square = wrapped(square * square))
    if ((left & 1n) === 1n) value = wrapped(value * square)
  return value
}

function numberIn(token: string): bigint {
  const [base, digits] = token.split('#')
  if (digits !== undefined) {
    let value = 0n
    for (const char of digits) {
      const digit = '0123456789abcdefghijklmnopqrstuvwxyz'.indexOf(char.toLowerCase())
      if (digit < 0 || digit >= Number(base)) throw wrong()
      value = wrapped(value * BigInt(base ?? '10') + BigInt(digit))
    }
    return value
  }
  if (/^0[0-7]+$/.test(token)) return wrapped(BigInt(`0o${token.slice(1)}`))
  if (/^0[0-9]+$/.test(token)) throw wrong()
  return wrapped(BigInt(token))
}
