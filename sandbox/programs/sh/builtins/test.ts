import { Errno, type Process, type Stat } from '../../../node/process.ts'
import { guarded, saidBy, Usage } from './tool.ts'

/** test, [ and, as ash has it, [[. */
export function test(
  process: Process,
  [name = 'test', ...args]: readonly string[],
  say = saidBy(name),
): Promise<number> {
  return guarded(process, say, async () => {
    const close = { '[': ']', '[[': ']]' }[name]
    if (close !== undefined && args.at(-1) !== close) throw new Usage(`missing ${close}`, 2)
    return (await holds(process, close === undefined ? args : args.slice(0, -1))) ? 0 : 1
  })
}

const comparisons: Readonly<Record<string, (left: bigint, right: bigint) => boolean>> = {
  '-eq': (left, right) => left === right,
  '-ne': (left, right) => left !== right,
  '-lt': (left, right) => left < right,
  '-le': (left, right) => left <= right,
  '-gt': (left, right) => left > right,
  '-ge': (left, right) => left >= right,
}

const texts: Readonly<Record<string, (left: string, right: string) => boolean>> = {
  '=': (left, right) => left === right,
  '==': (left, right) => left === right,
  '!=': (left, right) => left !== right,
  '<': (left, right) => left < right,
  '>': (left, right) => left > right,
}

const files = new Set(['-nt', '-ot'])
const isBinary = (text = '') => Object.hasOwn(comparisons, text) || Object.hasOwn(texts, text) || files.has(text)
const isUnary = (text = '') => /^-[bcdefhnprstwxzLS]$/.test(text)

/** Whether what stands between [ and ] is true: by the number of arguments first, as POSIX has it. */
export async function holds(process: Process, args: readonly string[]): Promise<boolean> {
  const [first = '', second = '', third = ''] = args
  if (args.length === 0) return false
  if (args.length === 1) return first !== ''
  if (args.length === 2 && first === '!') return second === ''
  if (args.length === 3 && isBinary(second)) return binary(process, first, second, third)
  const parser = new Parser(process, args)
  const value = await parser.or()
  if (parser.rest !== undefined) throw new Usage(`${parser.rest}: unknown operand`, 2)
  return value
}

const deepest = 200

class Parser {
  readonly #process: Process
  readonly #args: readonly string[]
  #at = 0
  #depth = 0

  constructor(process: Process, args: readonly string[]) {
    this.#process = process
    this.#args = args
  }

  get rest(): string | undefined {
    return this.#args[this.#at]
  }

  async or(): Promise<boolean> {
    let value = await this.#and()
    while (this.#take('-o')) value = (await this.#and()) || value
    return value
  }

  async #and(): Promise<boolean> {
    let value = await this.#not()
    while (this.#take('-a')) value = (await this.#not()) && value
    return value
  }

  async #not(): Promise<boolean> {
    let negated = false
    while (this.#at < this.#args.length - 1 && this.#take('!')) negated = !negated
    return (await this.#primary()) !== negated
  }

  async #primary(): Promise<boolean> {
    const first = this.#next()
    const after = this.#args[this.#at]
    if (isUnary(first) && after !== undefined) return unary(this.#process, first, this.#next())
    if (isBinary(after)) {
      const operator = this.#next()
      if (this.#args[this.#at] === undefined) throw new Usage(`${operator}: argument expected`, 2)
      return binary(this.#process, first, operator, this.#next())
    }
    if (first === '(' && after !== undefined) {
      if ((this.#depth += 1) > deepest) throw new Usage('too many parentheses', 2)
      const value = await this.or()
      if (!this.#take(')')) throw new Usage('closing paren expected', 2)
      this.#depth -= 1
      return value
    }
    return first !== ''
  }

  #next(): string {
    const arg = this.#args[this.#at]
    if (arg === undefined) throw new Usage('argument expected', 2)
    this.#at += 1
    return arg
  }

  #take(arg: string): boolean {
    if (this.#args[this.#at] !== arg) return false
    this.#at += 1
    return true
  }
}

function numberIn(text: string): bigint {
  if (!/^\s*[-+]?\d+\s*$/.test(text)) throw new Usage(`${text}: bad number`, 2)
  return BigInt(text.trim().replace(/^\+/, ''))
}

async function binary(process: Process, left: string, operator: string, right: string): Promise<boolean> {
  const text = texts[operator]
  if (text !== undefined) return text(left, right)
  const number = comparisons[operator]
  if (number !== undefined) return number(numberIn(left), numberIn(right))
  const [one, other] = [await statOf(process, left), await statOf(process, right)]
  const [newer, older] = operator === '-nt' ? [one, other] : [other, one]
  return newer !== undefined && (older === undefined || newer.modified > older.modified)
}

async function statOf(process: Process, path: string, link = false): Promise<Stat | undefined> {
  try {
    return await (link ? process.files.lstat(path) : process.files.stat(path))
  } catch (error) {
    if (error instanceof Errno) return undefined
    throw error
  }
}

const ofFile: Readonly<Record<string, (stat: Stat, process: Process) => boolean>> = {
  '-e': () => true,
  '-f': ({ type }) => type === 'file',
  '-d': ({ type }) => type === 'directory',
  '-L': ({ type }) => type === 'symlink',
  '-h': ({ type }) => type === 'symlink',
  '-p': ({ type }) => type === 'pipe',
  '-S': ({ type }) => type === 'socket',
  '-b': ({ type }) => type === 'block',
  '-c': ({ type }) => type === 'character',
  '-s': ({ size }) => size > 0,
  '-r': (stat, process) => may(process, stat, 4),
  '-w': (stat, process) => may(process, stat, 2),
  '-x': (stat, process) => may(process, stat, 1),
}

async function unary(process: Process, operator: string, operand: string): Promise<boolean> {
  if (operator === '-n') return operand !== ''
  if (operator === '-z') return operand === ''
  if (operator === '-t') return process.fds.get(Number(numberIn(operand)))?.terminal !== undefined
  const stat = await statOf(process, operand, operator === '-L' || operator === '-h')
  return stat !== undefined && (ofFile[operator]?.(stat, process) ?? false)
}

/** access(2) as far as modes tell. */
function may({ uid, gid, groups }: Process, stat: Stat, bit: 1 | 2 | 4): boolean {
  if (uid === 0) return bit !== 1 || stat.type === 'directory' || (stat.mode & 0o111) !== 0
  const shift = uid === stat.uid ? 6 : gid === stat.gid || groups.includes(stat.gid) ? 3 : 0
  return ((stat.mode >> shift) & bit) !== 0
}
