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
      const entry = await entryAt(call, path, path, !call.has('ld'))
      if (entry !== undefined) (entry.stat.type === 'directory' && !call.has('d') ? folders : files).push(entry)
    }
    if (files.length > 0) await print(call, sorted(call, files))
    const titled = call.words.length > 1 || call.has('R')
    for (const [at, folder] of sorted(call, folders).entries())
      await list(call, folder, titled, at + files.length === 0)
  },
})

async function refuse(call: Call, error: unknown, path: string, busybox: string, gnu: string): Promise<undefined> {
  await call.refuse(error, path, [busybox, gnu])
  if (call.gnu) call.status = 2
}

async function entryAt(call: Call, path: string, name: string, follow: boolean): Promise<Entry | undefined> {
  try {
    const followed = follow || call.has('L') ? await statOrNothing(call.files, path) : undefined
    return { path, name, stat: followed ?? (await call.files.lstat(path)) }
  } catch (error) {
    return refuse(call, error, path, '%', "cannot access '%'")
  }
}

async function list(call: Call, folder: Entry, titled: boolean, first: boolean): Promise<void> {
  if (titled) await call.line(`${first ? '' : '\n'}${folder.path}:`)
  const entries: Entry[] = []
  try {
    const names = [...(call.has('a') ? ['.', '..'] : []), ...(await call.files.list(folder.path))]
    for (const name of names.filter((each) => call.has('aA') || !each.startsWith('.'))) {
      const entry = await entryAt(call, join(folder.path, name), name, false)
      if (entry !== undefined) entries.push(entry)
    }
  } catch (error) {
    return refuse(call, error, folder.path, "can't open '%'", "cannot open directory '%'")
  }
  if (call.has('ln')) {
    const blocks = entries.reduce((sum, { stat }) => sum + stat.blocks, 0)
    await call.line(`total ${call.has('h') ? humanSize(blocks * 512, call.gnu) : Math.ceil(blocks / 2)}`)
  }
  await print(call, sorted(call, entries))
  if (!call.has('R')) return
  for (const each of sorted(call, entries))
    if (each.stat.type === 'directory' && each.name !== '.' && each.name !== '..') await list(call, each, true, false)
}

function sorted(call: Call, entries: readonly Entry[]): readonly Entry[] {
  const key = ({ stat }: Entry) => (call.has('S') ? -stat.size : call.has('t') ? -stat.modified : 0)
  const ordered = entries.toSorted((a, b) => key(a) - key(b) || (a.name < b.name ? -1 : Number(a.name > b.name)))
  return call.has('r') ? ordered.toReversed() : ordered
}

/** What -F puts behind a name, and BusyBox's colour for it. */
const looks = {
  directory: ['/', '1;34'],
  symlink: ['@', '1;36'],
  pipe: ['|', '0;35'],
  socket: ['=', '1;35'],
  file: ['', '0;0'],
  program: ['*', '1;32'],
  character: ['', '1;35'],
  block: ['', '1;35'],
  lost: ['', '1;31'],
} as const

/** A name as it is shown. What a link leads to and is not there is lost. */
function shown(call: Call, name: string, stat: Stat | undefined, marks = true): string {
  const isProgram = stat?.type === 'file' && (stat.mode & 0o111) !== 0
  const { [isProgram ? 'program' : (stat?.type ?? 'lost')]: look } = looks
  const [mark, colour] = look
  const coloured = call.terminal === undefined || call.gnu || call.has('0') ? name : `\x1b[${colour}m${name}\x1b[m`
  return coloured + (marks && (call.has('F') || (call.has('p') && mark === '/')) ? mark : '')
}

const inode = (call: Call, { stat }: Entry) => (call.has('i') ? `${String(stat.inode).padStart(7)} ` : '')

async function print(call: Call, entries: readonly Entry[]): Promise<void> {
  if (call.has('ln')) return printLong(call, entries)
  const terminal = call.terminal
  const inColumns = !call.has('1') && (terminal !== undefined || call.has('C'))
  const lengthOf = (entry: Entry) => inode(call, entry).length + entry.name.length
  const wide = Math.max(0, ...entries.map(lengthOf)) + 2
  const columns = inColumns ? Math.max(1, Math.floor((terminal?.columns ?? 80) / wide)) : 1
  const rows = Math.ceil(entries.length / columns)
  for (let row = 0; row < rows; row += 1) {
    const cells = entries.filter((_, at) => at % rows === row)
    const texts = cells.map((entry, at) => {
      const text = shown(call, entry.name, entry.stat)
      const mark = text.length - shown(call, entry.name, entry.stat, false).length
      const space = at === cells.length - 1 ? '' : ' '.repeat(Math.max(1, wide - lengthOf(entry) - mark))
      return inode(call, entry) + text + space
    })
    await call.line(texts.join(''))
  }
}

async function printLong(call: Call, entries: readonly Entry[]): Promise<void> {
  const [users, groups] = [await accounts(call.files, 'passwd'), await accounts(call.files, 'group')]
  const name = (known: typeof users, id: number) => (call.has('n') ? String(id) : (known.nameOf(id) ?? String(id)))
  const size = ({ size: bytes, special }: Stat) => {
    if (special !== undefined) return `${special[0]}, ${String(special[1]).padStart(3)}`
    return call.has('h') ? humanSize(bytes, call.gnu) : String(bytes)
  }
  const rows = entries.map(({ stat }) => [
    String(stat.links),
    name(users, stat.uid),
    name(groups, stat.gid),
    size(stat),
  ])
  // GNU's columns are as wide as they must be, BusyBox's stay.
  const widths = [4, 8, 8, 9].map((width, column) =>
    call.gnu ? Math.max(0, ...rows.map((row) => row[column]?.length ?? 0)) : width,
  )
  for (const [at, entry] of entries.entries()) {
    const padded = (rows[at] ?? []).map((cell, column) => {
      const width = widths[column] ?? 0
      return column === 1 || column === 2 ? cell.padEnd(width) : cell.padStart(width)
    })
    const age = call.process.clock.now() - entry.stat.modified
    const time = formatTime(age > 15_768_000_000 || age < -900_000 ? '%b %e  %Y' : '%b %e %H:%M', entry.stat.modified)
    const isLink = entry.stat.type === 'symlink'
    const target = isLink ? await call.files.readlink(entry.path) : ''
    const arrow = isLink ? ` -> ${shown(call, target, await statOrNothing(call.files, entry.path), false)}` : ''
    const own = shown(call, entry.name, entry.stat, !isLink)
    await call.line(`${inode(call, entry)}${modeString(entry.stat)} ${padded.join(' ')} ${time} ${own}${arrow}`)
  }
}
