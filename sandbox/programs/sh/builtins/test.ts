import { Errno, type Process, type Stat } from '../../../node/process.ts'
import { tool, Usage } from './tool.ts'

/** test, [ and, as ash has it, [[. */
export const test = tool(async (process, args, name) => {
  const close = { '[': ']', '[[': ']]' }[name]
  if (close !== undefined && args.at(-1) !== close) throw new Usage(`missing ${close}`, 2)
  return (await holds(process, close === undefined ? args : args.slice(0, -1))) ? 0 : 1
})

const deepest = 200

/** Whether what stands between [ and ] is true: by the number of arguments first, as POSIX has it. */
export async function holds(process: Process, args: readonly string[]): Promise<boolean> {
  const [first = '', second = '', third = ''] = args
  if (args.length === 0) return false
  if (args.length === 1) return first !== ''
  if (args.length === 2 && first === '!') return second === ''
  const comparison = args.length === 3 ? binary.get(second) : undefined
  if (comparison !== undefined) return comparison(first, third, process)

  let at = 0
  let depth = 0
  const value = await or()
  if (at < args.length) throw new Usage(`${args[at]}: unknown operand`, 2)
  return value

  function next(missing = 'argument expected'): string {
    const arg = args[at]
    if (arg === undefined) throw new Usage(missing, 2)
    at += 1
    return arg
  }
  function take(arg: string): boolean {
    if (args[at] !== arg) return false
    at += 1
    return true
  }
  async function or(): Promise<boolean> {
    let any = await and()
    while (take('-o')) any = (await and()) || any
    return any
  }
  async function and(): Promise<boolean> {
    let all = await not()
    while (take('-a')) all = (await not()) && all
    return all
  }
  async function not(): Promise<boolean> {
    let negated = false
    while (at < args.length - 1 && take('!')) negated = !negated
    return (await primary()) !== negated
  }
  async function primary(): Promise<boolean> {
    const operand = next()
    const after = args[at]
    if (after === undefined) return operand !== ''
    const [check, compare] = [unary.get(operand), binary.get(after)]
    if (check !== undefined) return check(next(), process)
    if (compare !== undefined) return compare(operand, (next(), next(`${after}: argument expected`)), process)
    if (operand !== '(') return operand !== ''
    if ((depth += 1) > deepest) throw new Usage('too many parentheses', 2)
    const inside = await or()
    if (!take(')')) throw new Usage('closing paren expected', 2)
    depth -= 1
    return inside
  }
}

function numberIn(text: string): bigint {
  if (!/^\s*[-+]?\d+\s*$/.test(text)) throw new Usage(`${text}: bad number`, 2)
  return BigInt(text.trim().replace(/^\+/, ''))
}

type Binary = (left: string, right: string, process: Process) => boolean | Promise<boolean>

const numbers =
  (compare: (left: bigint, right: bigint) => boolean): Binary =>
  (left, right) =>
    compare(numberIn(left), numberIn(right))

const files =
  (compare: (left: Stat | undefined, right: Stat | undefined) => boolean): Binary =>
  async (left, right, process) =>
    compare(await found(process.files.stat(left)), await found(process.files.stat(right)))

const newer = (one: Stat | undefined, other: Stat | undefined) =>
  one !== undefined && (other === undefined || one.modified > other.modified)

const binary: ReadonlyMap<string, Binary> = new Map<string, Binary>([
  ['=', (left, right) => left === right],
  ['==', (left, right) => left === right],
  ['!=', (left, right) => left !== right],
  ['<', (left, right) => left < right],
  ['>', (left, right) => left > right],
  ['-eq', numbers((left, right) => left === right)],
  ['-ne', numbers((left, right) => left !== right)],
  ['-lt', numbers((left, right) => left < right)],
  ['-le', numbers((left, right) => left <= right)],
  ['-gt', numbers((left, right) => left > right)],
  ['-ge', numbers((left, right) => left >= right)],
  ['-nt', files(newer)],
  ['-ot', files((left, right) => newer(right, left))],
  ['-ef', files((left, right) => left !== undefined && left.inode === right?.inode && left.device === right.device)],
])

async function found(stat: Promise<Stat>): Promise<Stat | undefined> {
  try {
    return await stat
  } catch (error) {
    if (error instanceof Errno) return undefined
    throw error
  }
}

type Unary = (operand: string, process: Process) => boolean | Promise<boolean>

const ofFile =
  (is: (stat: Stat, process: Process) => boolean): Unary =>
  async (path, process) => {
    const stat = await found(process.files.stat(path))
    return stat !== undefined && is(stat, process)
  }

const typed = (wanted: Stat['type']) => ofFile(({ type }) => type === wanted)
const link: Unary = async (path, process) => (await found(process.files.lstat(path)))?.type === 'symlink'

const unary: ReadonlyMap<string, Unary> = new Map<string, Unary>([
  ['-n', (operand) => operand !== ''],
  ['-z', (operand) => operand === ''],
  ['-t', (operand, process) => process.fds.get(Number(numberIn(operand)))?.terminal !== undefined],
  ['-e', ofFile(() => true)],
  ['-f', typed('file')],
  ['-d', typed('directory')],
  ['-L', link],
  ['-h', link],
  ['-p', typed('pipe')],
  ['-S', typed('socket')],
  ['-b', typed('block')],
  ['-c', typed('character')],
  ['-s', ofFile(({ size }) => size > 0)],
  ['-r', ofFile((stat, process) => may(process, stat, 4))],
  ['-w', ofFile((stat, process) => may(process, stat, 2))],
  ['-x', ofFile((stat, process) => may(process, stat, 1))],
])

/** access(2) as far as modes tell. */
function may({ uid, gid, groups }: Process, stat: Stat, bit: 1 | 2 | 4): boolean {
  if (uid === 0) return bit !== 1 || stat.type === 'directory' || (stat.mode & 0o111) !== 0
  const shift = uid === stat.uid ? 6 : gid === stat.gid || groups.includes(stat.gid) ? 3 : 0
  return ((stat.mode >> shift) & bit) !== 0
}
