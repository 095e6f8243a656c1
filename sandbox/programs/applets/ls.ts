import type { Stat } from '../../node/process.ts'
import { accounts } from './accounts.ts'
import { applet, type Call } from './applet.ts'
import { join, modeString, statOrNothing } from './files.ts'
import { humanSize } from './size.ts'
import { formatTime } from './time.ts'

interface Entry {
  readonly name: string
  readonly path: string
  readonly stat: Stat
}

export const ls = applet({
  name: 'ls',
  usage: '[-1AaCxdLHRFplinshrSXvctu] [-w WIDTH] [FILE]...',
  options: '1AaCdLRFplinhrSt0',
  long: { all: 'a', recursive: 'R', reverse: 'r', 'human-readable': 'h', directory: 'd', never: '0' },
  prepare: (argv) =>
    argv.map((word) => word.replace(/^--color=/, '--')).filter((word) => !/^--(color|auto|always)$/.test(word)),
  run: async (call) => {
    const [files, folders]: [Entry[], Entry[]] = [[], []]
    for (const path of call.words.length === 0 ? ['.'] : call.words) {
      const entry = await entryAt(call, path, path, !call.has('l') && !call.has('d'))
      if (entry !== undefined) (entry.stat.type === 'directory' && !call.has('d') ? folders : files).push(entry)
    }
    if (files.length > 0) await print(call, sorted(call, files))
    const titled = call.words.length > 1 || call.has('R')
    for (const [at, folder] of sorted(call, folders).entries())
      await list(call, folder, titled, at + files.length === 0)
  },
})

async function entryAt(call: Call, path: string, name: string, follow: boolean): Promise<Entry | undefined> {
  try {
    const followed = follow || call.has('L') ? await call.files.stat(path).catch(() => undefined) : undefined
    return { path, name, stat: followed ?? (await call.files.lstat(path)) }
  } catch (error) {
    await call.refuse(error, path, `cannot access '${path}'`)
    if (call.dialect === 'gnu') call.status = 2
    return undefined
  }
}

async function list(call: Call, folder: Entry, titled: boolean, first: boolean): Promise<void> {
  if (titled) await call.out(`${first ? '' : '\n'}${folder.path}:\n`)
  const entries: Entry[] = []
  try {
    const names = [...(call.has('a') ? ['.', '..'] : []), ...(await call.files.list(folder.path))]
    for (const name of names) {
      if (name.startsWith('.') && !call.has('a') && !call.has('A')) continue
      const entry = await entryAt(call, join(folder.path, name), name, false)
      if (entry !== undefined) entries.push(entry)
    }
  } catch (error) {
    await call.refuse(error, `can't open '${folder.path}'`, `cannot open directory '${folder.path}'`)
    if (call.dialect === 'gnu') call.status = 2
    return
  }
  if (isLong(call)) {
    const blocks = entries.reduce((sum, { stat }) => sum + stat.blocks, 0)
    await call.out(`total ${call.has('h') ? humanSize(blocks * 512, call.dialect) : Math.ceil(blocks / 2)}\n`)
  }
  await print(call, sorted(call, entries))
  if (!call.has('R')) return
  for (const each of sorted(call, entries))
    if (each.stat.type === 'directory' && each.name !== '.' && each.name !== '..') await list(call, each, true, false)
}

const isLong = (call: Call) => call.has('l') || call.has('n')

function sorted(call: Call, entries: readonly Entry[]): readonly Entry[] {
  const key = ({ stat }: Entry) => (call.has('S') ? -stat.size : call.has('t') ? -stat.modified : 0)
  const ordered = entries.toSorted((a, b) => key(a) - key(b) || (a.name < b.name ? -1 : Number(a.name > b.name)))
  return call.has('r') ? ordered.toReversed() : ordered
}

const suffixes = { directory: '/', symlink: '@', pipe: '|', socket: '=', file: '', character: '', block: '' } as const

const isProgram = ({ type, mode }: Stat) => type === 'file' && (mode & 0o111) !== 0

function mark(call: Call, stat: Stat): string {
  const { [stat.type]: suffix } = suffixes
  if (call.has('p') && suffix === '/') return suffix
  return !call.has('F') ? '' : isProgram(stat) ? '*' : suffix
}

const colours = {
  directory: '1;34',
  symlink: '1;36',
  pipe: '0;35',
  socket: '1;35',
  file: '0;0',
  character: '1;35',
  block: '1;35',
} as const

/** BusyBox's colours names on a terminal. What a link leads to and is not there is red. */
function coloured(call: Call, name: string, stat: Stat | undefined): string {
  if (call.terminal === undefined || call.dialect === 'gnu' || call.has('0')) return name
  const colour = stat === undefined ? '1;31' : isProgram(stat) ? '1;32' : colours[stat.type]
  return `\x1b[${colour}m${name}\x1b[m`
}

async function print(call: Call, entries: readonly Entry[]): Promise<void> {
  const inode = ({ stat }: Entry) => (call.has('i') ? `${String(stat.inode).padStart(7)} ` : '')
  if (isLong(call)) return printLong(call, entries, inode)
  const terminal = call.terminal
  const inColumns = !call.has('1') && (terminal !== undefined || call.has('C'))
  const wide = Math.max(0, ...entries.map((entry) => inode(entry).length + entry.name.length)) + 2
  const columns = inColumns ? Math.max(1, Math.floor((terminal?.columns ?? 80) / wide)) : 1
  const rows = Math.ceil(entries.length / columns)
  for (let row = 0; row < rows; row += 1) {
    let line = ''
    for (let at = row; at < entries.length; at += rows) {
      const entry = entries[at]
      if (entry === undefined) break
      line += inode(entry) + coloured(call, entry.name, entry.stat) + mark(call, entry.stat)
      const length = inode(entry).length + entry.name.length + mark(call, entry.stat).length
      if (at + rows < entries.length) line += ' '.repeat(Math.max(1, wide - length))
    }
    await call.out(`${line}\n`)
  }
}

async function printLong(call: Call, entries: readonly Entry[], inode: (entry: Entry) => string): Promise<void> {
  const [users, groups] = [await accounts(call, 'passwd'), await accounts(call, 'group')]
  const gnu = call.dialect === 'gnu'
  const name = (known: typeof users, id: number) => (call.has('n') ? String(id) : (known.nameOf(id) ?? String(id)))
  const size = ({ size: bytes, special }: Stat) => {
    if (special !== undefined) return `${special[0]}, ${String(special[1]).padStart(3)}`
    return call.has('h') ? humanSize(bytes, call.dialect) : String(bytes)
  }
  const rows = entries.map(({ stat }) => [
    String(stat.links),
    name(users, stat.uid),
    name(groups, stat.gid),
    size(stat),
  ])
  // GNU's columns are as wide as they must be, BusyBox's stay.
  const widths = [4, 8, 8, 9].map((width, column) =>
    gnu ? Math.max(0, ...rows.map((row) => row[column]?.length ?? 0)) : width,
  )
  for (const [at, entry] of entries.entries()) {
    const padded = widths.map((width, column) => {
      const cell = rows[at]?.[column] ?? ''
      return column === 1 || column === 2 ? cell.padEnd(width) : cell.padStart(width)
    })
    const age = call.process.clock.now() - entry.stat.modified
    const time = formatTime(age > 15_768_000_000 || age < -900_000 ? '%b %e  %Y' : '%b %e %H:%M', entry.stat.modified)
    let shown = coloured(call, entry.name, entry.stat)
    if (entry.stat.type === 'symlink')
      shown += ` -> ${coloured(call, await call.files.readlink(entry.path), await statOrNothing(call.files, entry.path))}`
    else shown += mark(call, entry.stat)
    await call.out(`${inode(entry)}${modeString(entry.stat)} ${padded.join(' ')} ${time} ${shown}\n`)
  }
}
