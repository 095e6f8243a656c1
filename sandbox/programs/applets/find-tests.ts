import type { Stat } from '../../node/process.ts'
import { type Call, numberIn } from './applet.ts'
import { baseName } from './files.ts'
import { globPattern } from './glob.ts'

/** What find has come by. */
export interface Found {
  readonly path: string
  readonly stat: Stat
  /** Not to be gone into. */
  pruned: boolean
}

export type Test = (found: Found) => Promise<boolean> | boolean
/** Takes its values from the words that follow. */
type MakeTest = (call: Call, value: () => string) => Test

const types: Readonly<Record<string, Stat['type']>> = {
  f: 'file',
  d: 'directory',
  l: 'symlink',
  p: 'pipe',
  s: 'socket',
  c: 'character',
  b: 'block',
}
const units: Readonly<Record<string, number>> = { c: 1, k: 1024, b: 512, M: 1_048_576, G: 1_073_741_824 }

const glob =
  (of: (found: Found) => string, ignoreCase: boolean): MakeTest =>
  (_, value) => {
    const pattern = globPattern(value(), ignoreCase)
    return (found) => pattern.find(of(found)) !== undefined
  }

/** +5 is more than 5, -5 is less. */
function compare(text: string, of: (found: Found) => number): Test {
  const wanted = numberIn(text.replace(/^[+-]/, ''))
  if (text.startsWith('+')) return (found) => of(found) > wanted
  return text.startsWith('-') ? (found) => of(found) < wanted : (found) => of(found) === wanted
}

const age =
  (unit: number): MakeTest =>
  (call, value) =>
    compare(value(), ({ stat }) => Math.floor((call.process.clock.now() - stat.modified) / unit))

function size(text: string): Test {
  const unit = units[text.at(-1) ?? ''] ?? 512
  return compare(text.replace(/[ckbMG]$/, ''), ({ stat }) => Math.ceil(stat.size / unit))
}

export const predicates: Readonly<Record<string, MakeTest>> = {
  '-name': glob(({ path }) => baseName(path), false),
  '-iname': glob(({ path }) => baseName(path), true),
  '-path': glob(({ path }) => path, false),
  '-ipath': glob(({ path }) => path, true),
  '-type': (_, value) => {
    const kinds = value()
      .split(',')
      .map((letter) => types[letter])
    return ({ stat }) => kinds.includes(stat.type)
  },
  '-empty':
    (call) =>
    async ({ path, stat }) =>
      stat.type === 'directory' ? (await call.files.list(path)).length === 0 : stat.type === 'file' && stat.size === 0,
  '-size': (_, value) => size(value()),
  '-mtime': age(86_400_000),
  '-mmin': age(60_000),
  '-prune': () => (found) => (found.pruned = true),
}

export const printed = (call: Call): Test => {
  return async ({ path }) => {
    await call.out(`${path}
`)
    return true
  }
}

export const actions: Readonly<Record<string, (call: Call) => Test>> = {
  '-print': printed,
  '-delete':
    (call) =>
    async ({ path, stat }) => {
      if (path === '.') return true
      try {
        await (stat.type === 'directory' ? call.files.removeDirectory(path) : call.files.unlink(path))
        return true
      } catch (error) {
        await call.refuse(error, path, `cannot delete '${path}'`)
        return false
      }
    },
}
