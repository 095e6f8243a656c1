// $((...)): C's operators over 64-bit integers, as in BusyBox's shell/math.c. unbash reads the expression.
import { type ArithmeticBinary, type ArithmeticExpression, type ArithmeticUnary, parse } from 'unbash'
import { ShellError } from '../control.ts'

/** Where names have their values. */
export interface Names {
  get(name: string): string | undefined
  set(name: string, value: string): void
}

/** How far a variable's value may be an expression of another variable, and so on. */
const deepest = 50

export function arithmetic(text: string, names: Names, depth = 0): bigint {
  if (depth > deepest) throw new ShellError('expression recursion loop detected')
  if (/^\s*[-+]?(?:0|[1-9]\d{0,17})\s*$/.test(text)) return BigInt(text.trim().replace('+', ''))
  const script = parse(`$((${text}))`)
  const command = script.commands[0]?.command
  const part = command?.type === 'Command' ? command.name?.parts?.[0] : undefined
  if (script.errors !== undefined || part?.type !== 'ArithmeticExpansion') throw wrong()
  if (part.expression !== undefined) return calculated(part.expression, names, depth)
  if (text.trim() === '') return 0n
  throw wrong()
}

const wrong = () => new ShellError('arithmetic syntax error')
const wrapped = (value: bigint) => BigInt.asIntN(64, value)
const truth = (value: boolean) => (value ? 1n : 0n)

const operators: Readonly<Record<string, (left: bigint, right: bigint) => bigint>> = {
  '|': (left, right) => left | right,
  '^': (left, right) => left ^ right,
  '&': (left, right) => left & right,
  '==': (left, right) => truth(left === right),
  '!=': (left, right) => truth(left !== right),
  '<': (left, right) => truth(left < right),
  '<=': (left, right) => truth(left <= right),
  '>': (left, right) => truth(left > right),
  '>=': (left, right) => truth(left >= right),
  '<<': (left, right) => left << (right & 63n),
  '>>': (left, right) => left >> (right & 63n),
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '**': power,
  '/': (left, right) => left / divisor(right),
  '%': (left, right) => left % divisor(right),
  ',': (_left, right) => right,
}

function divisor(value: bigint): bigint {
  if (value === 0n) throw new ShellError('divide by zero')
  return value
}

function power(base: bigint, exponent: bigint): bigint {
  if (exponent < 0n) throw new ShellError('exponent less than 0')
  let value = 1n
  for (let left = exponent, square = base; left > 0n; left >>= 1n, square = wrapped(square * square))
    if ((left & 1n) === 1n) value = wrapped(value * square)
  return value
}

function calculated(expression: ArithmeticExpression, names: Names, depth: number): bigint {
  return value(expression)

  function value(node: ArithmeticExpression): bigint {
    switch (node.type) {
      case 'ArithmeticGroup':
        return value(node.expression)
      case 'ArithmeticTernary':
        return value(value(node.test) === 0n ? node.alternate : node.consequent)
      case 'ArithmeticBinary':
        return binary(node)
      case 'ArithmeticUnary':
        return unary(node)
      case 'ArithmeticWord':
        return /^[0-9]/.test(node.value) ? numberIn(node.value) : variable(nameOf(node))
      case 'ArithmeticCommandExpansion':
        throw wrong()
    }
  }
  function binary({ operator, left, right }: ArithmeticBinary): bigint {
    if (operator === '&&') return truth(value(left) !== 0n && value(right) !== 0n)
    if (operator === '||') return truth(value(left) !== 0n || value(right) !== 0n)
    if (operator === '=') return store(nameOf(left), value(right))
    const plain = operators[operator]
    if (plain !== undefined) return wrapped(plain(value(left), value(right)))
    const assigning = operators[operator.slice(0, -1)]
    if (assigning === undefined) throw wrong()
    const name = nameOf(left)
    return store(name, assigning(variable(name), value(right)))
  }
  function unary({ operator, operand, prefix }: ArithmeticUnary): bigint {
    if (operator === '++' || operator === '--') {
      const name = nameOf(operand)
      const before = variable(name)
      const after = store(name, before + (operator === '++' ? 1n : -1n))
      return prefix ? after : before
    }
    const of = value(operand)
    return { '-': wrapped(-of), '!': truth(of === 0n), '~': ~of }[operator] ?? of
  }
  function variable(name: string): bigint {
    return arithmetic(names.get(name) ?? '', names, depth + 1)
  }
  function store(name: string, result: bigint): bigint {
    names.set(name, String(wrapped(result)))
    return wrapped(result)
  }
}

function nameOf(node: ArithmeticExpression): string {
  if (node.type !== 'ArithmeticWord' || !/^[A-Za-z_]\w*$/.test(node.value)) throw wrong()
  return node.value
}

function numberIn(token: string): bigint {
  if (/^0[0-7]+$/.test(token)) return wrapped(BigInt(`0o${token.slice(1)}`))
  if (!/^(?:0|[1-9]\d*|0[xX][0-9A-Fa-f]+)$/.test(token)) throw wrong()
  return wrapped(BigInt(token))
}
