import { Errno, type Stat } from '../../node/process.ts'
import { accounts } from './accounts.ts'
import { applet, type Call } from './applet.ts'
import { join, modeString, statOrNothing } from './files.ts'
import { humanSize } from './size.ts'
import { formatTime } from './time.ts'

interface Entry {
  readonly name: string
  readonly path: string
  readonly stat: Stat
  readonly target?: string
}

export const ls = applet({
  name: 'ls',
  usage: '[-1AaCxdLHRFplinshrSXvctu] [-w WIDTH] [FILE]...',
  options: '1AaCxdLHRFplinshrSXvctukgow:T:GY:',
  long: {
    all: 'a',
    'almost-all': 'A',
    recursive: 'R',
    reverse: 'r',
    'human-readable': 'h',
    directory: 'd',
    color: 'G',
    'full-time': 'e',
    'time-style': 'Y',
    inode: 'i',
    size: 's',
  },
  prepare: (argv) => argv.map((word) => word.replace(/^--color=\w+$/, '--color')),
  run: async (call) => {
    const [files, folders]: [Entry[], Entry[]] = [[], []]
    for (const path of call.words.length === 0 ? ['.'] : call.words) {
      const entry = await entryAt(call, path, path, !call.has('l') && !call.has('d'))
      if (entry === undefined) continue
      if (entry.stat.type === 'directory' && !call.has('d')) folders.push(entry)
      else files.push(entry)
    }
    const several = call.words.length > 1 || call.has('R')
    if (files.length > 0) await print(call, sorted(call, files), false)
    let first = files.length === 0
    for (const folder of sorted(call, folders)) {
      await list(call, folder, several, first)
      first = false
    }
  },
})

async function entryAt(call: Call, path: string, name: string, follow: boolean): Promise<Entry | undefined> {
  try {
    const stat = await (follow || call.has('L') ? call.files.stat(path) : call.files.lstat(path)).catch(
      (error: unknown) => {
        if (error instanceof Errno && error.code === 'ENOENT' && follow) return call.files.lstat(path)
        throw error
      },
    )
    const target = stat.type === 'symlink' ? await call.files.readlink(path).catch(() => undefined) : undefined
    return { path, name, stat, ...(target === undefined ? {} : { target }) }
  } catch (error) {
    await call.refuse(error, path, `cannot access '${path}'`)
    if (call.dialect === 'gnu') call.status = 2
    return undefined
  }
}

async function list(call: Call, folder: Entry, titled: boolean, first: boolean): Promise<void> {
  let names: readonly string[]
  try {
    names = await call.files.list(folder.path)
  } catch (error) {
    await call.refuse(error, `can't open '${folder.path}'`, `cannot open directory '${folder.path}'`)
    if (call.dialect === 'gnu') call.status = 2
    return
  }
  if (titled) await call.out(`${first ? '' : '\n'}${folder.path}:\n`)
  const shown = [...(call.has('a') ? ['.', '..'] : []), ...names].filter(
    (name) => call.has('a') || (call.has('A') ? true : !name.startsWith('.')),
  )
  const entries: Entry[] = []
  for (const name of shown) {
    const entry = await entryAt(call, join(folder.path, name), name, false)
    if (entry !== undefined) entries.push(entry)
  }
  const ordered = sorted(call, entries)
  await print(call, ordered, true)
  if (!call.has('R')) return
  for (const each of ordered)
    if (each.stat.type === 'directory' && each.name !== '.' && each.name !== '..') await list(call, each, true, false)
}

function sorted(call: Call, entries: readonly Entry[]): readonly Entry[] {
  const key = call.has('S')
    ? ({ stat }: Entry) => -stat.size
    : call.has('t')
      ? ({ stat }: Entry) => -(call.has('c') ? stat.changed : call.has('u') ? stat.accessed : stat.modified)
      : () => 0
  const ordered = entries.toSorted((a, b) => key(a) - key(b) || (a.name < b.name ? -1 : Number(a.name > b.name)))
  return call.has('r') ? ordered.toReversed() : ordered
}

const suffixes = { directory: '/', symlink: '@', pipe: '|', socket: '=', file: '', character: '', block: '' } as const

function mark(call: Call, { stat }: Entry): string {
  if (call.has('F') && stat.type === 'file' && (stat.mode & 0o111) !== 0) return '*'
  const { [stat.type]: suffix } = suffixes
  return call.has('F') || (call.has('p') && suffix === '/') ? suffix : ''
}

async function print(call: Call, entries: readonly Entry[], inFolder: boolean): Promise<void> {
  const before = ({ stat }: Entry) =>
    (call.has('i') ? `${String(stat.inode).padStart(7)} ` : '') +
    (call.has('s') ? `${String(Math.ceil(stat.blocks / 2)).padStart(4)} ` : '')
  if (['l', 'n', 'g', 'o', 'e'].some((letter) => call.has(letter))) {
    if (inFolder) await call.out(`total ${await total(call, entries)}\n`)
    return printLong(call, entries, before)
  }
  const cells = entries.map((entry) => before(entry) + entry.name + mark(call, entry))
  const width = call.number('w', call.terminal?.columns ?? 80)
  if (call.has('1') || (call.terminal === undefined && !call.has('C') && !call.has('x'))) {
    for (const cell of cells) await call.out(`${cell}\n`)
    return
  }
  const wide = Math.max(0, ...cells.map(({ length }) => length)) + 2
  const columns = Math.max(1, Math.min(cells.length, Math.floor(width / wide)))
  const rows = Math.ceil(cells.length / columns)
  for (let row = 0; row < rows; row += 1) {
    const inRow = cells.filter((_, at) => (call.has('x') ? Math.floor(at / columns) : at % rows) === row)
    await call.out(`${inRow.map((cell, at) => (at === inRow.length - 1 ? cell : cell.padEnd(wide))).join('')}\n`)
  }
}

async function total(call: Call, entries: readonly Entry[]): Promise<string> {
  const blocks = entries.reduce((sum, { stat }) => sum + stat.blocks, 0)
  return call.has('h') ? humanSize(blocks * 512, call.dialect) : String(Math.ceil(blocks / 2))
}

async function printLong(call: Call, entries: readonly Entry[], before: (entry: Entry) => string): Promise<void> {
  const [users, groups] = [await accounts(call, 'passwd'), await accounts(call, 'group')]
  const gnu = call.dialect === 'gnu'
  const name = (known: string | undefined, id: number) => (call.has('n') ? String(id) : (known ?? String(id)))
  const rows = entries.map(({ stat }) => ({
    links: String(stat.links),
    owner: name(users.nameOf(stat.uid), stat.uid),
    group: name(groups.nameOf(stat.gid), stat.gid),
    size:
      stat.special !== undefined
        ? `${stat.special[0]}, ${String(stat.special[1]).padStart(3)}`
        : call.has('h')
          ? humanSize(stat.size, call.dialect)
          : String(stat.size),
  }))
  // GNU's columns are as wide as they must be, BusyBox's stay.
  const widths = gnu
    ? (['links', 'owner', 'group', 'size'] as const).map((column) =>
        Math.max(0, ...rows.map((row) => row[column].length)),
      )
    : [7, 8, 8, 9]
  for (const [at, entry] of entries.entries()) {
    const row = rows[at]
    if (row === undefined) continue
    const [links = 0, owner = 0, group = 0, size = 0] = widths
    const gap = gnu ? ' ' : ''
    const spaced = `${row.links.padStart(links - (gnu ? 0 : 3))} ${call.has('g') ? '' : `${row.owner.padEnd(owner)} `}${call.has('o') ? '' : `${row.group.padEnd(group)} `}${row.size.padStart(size)}`
    await call.out(
      `${before(entry)}${modeString(entry.stat)}${gnu ? gap : ' '}${spaced} ${timeOf(call, entry.stat)} ${entry.name}${await arrow(call, entry)}\n`,
    )
  }
}

function timeOf(call: Call, { modified, changed, accessed }: Stat): string {
  const at = call.has('c') ? changed : call.has('u') ? accessed : modified
  if (call.has('e')) return formatTime('%Y-%m-%d %H:%M:%S +0000', at)
  const age = call.process.clock.now() - at
  return formatTime(age > 15_768_000_000 || age < -900_000 ? '%b %e  %Y' : '%b %e %H:%M', at)
}

async function arrow(call: Call, entry: Entry): Promise<string> {
  if (entry.target === undefined) return mark(call, entry)
  const stat = call.has('F') ? await statOrNothing(call.files, entry.path) : undefined
  return ` -> ${entry.target}${stat === undefined ? '' : mark(call, { ...entry, stat })}`
}
