import { accounts } from './accounts.ts'
import { applet, type Call } from './applet.ts'
import { join, modeString, statOrNothing } from './files.ts'
import { humanSize } from './size.ts'
import { formatTime } from './time.ts'

const kinds = {
  file: 'regular file',
  directory: 'directory',
  symlink: 'symbolic link',
  pipe: 'fifo',
  socket: 'socket',
  character: 'character special file',
  block: 'block special file',
} as const

export const stat = applet({
  name: 'stat',
  usage: '[-ltf] [-c FMT] FILE...',
  options: 'Lc:',
  long: { format: 'c', dereference: 'L' },
  operands: [1],
  refused: ["can't stat '%'", "cannot statx '%'"],
  run: (call) => call.each(async (path) => call.line(await described(call, path))),
})

/** Without -c: %w pads, as printf does. */
const whole = (kind: string, gnu: boolean) =>
  `  File: ${gnu ? '%n%>' : '%N'}
  Size: %-10s\tBlocks: %-10b IO Block: 4096   ${kind}
Device: %Dh/%dd\tInode: %-10i  Links: %h
Access: (%04a/%A)  Uid: (%5u/%8U)   Gid: (%5g/%8G)
Access: %x
Modify: %y
Change: %z`

async function described(call: Call, path: string): Promise<string> {
  const found = await (call.has('L') ? call.files.stat(path) : call.files.lstat(path))
  const [users, groups] = [await accounts(call.files, 'passwd'), await accounts(call.files, 'group')]
  const link = found.type === 'symlink' ? await call.files.readlink(path) : undefined
  const { [found.type]: type } = kinds
  const time = (at: number) => formatTime('%Y-%m-%d %H:%M:%S.%N +0000', at)
  const kind = found.type === 'file' && found.size === 0 ? 'regular empty file' : type
  const fields: Readonly<Record<string, string | number>> = {
    n: path,
    N: link === undefined ? `'${path}'` : `'${path}' -> '${link}'`,
    '>': link === undefined ? '' : ` -> ${link}`,
    s: found.size,
    b: found.blocks,
    a: found.mode.toString(8),
    A: modeString(found),
    F: kind,
    u: found.uid,
    U: users.nameOf(found.uid) ?? 'UNKNOWN',
    g: found.gid,
    G: groups.nameOf(found.gid) ?? 'UNKNOWN',
    h: found.links,
    i: found.inode,
    d: found.device,
    D: found.device.toString(16),
    x: time(found.accessed),
    X: Math.floor(found.accessed / 1000),
    y: time(found.modified),
    Y: Math.floor(found.modified / 1000),
    z: time(found.changed),
    Z: Math.floor(found.changed / 1000),
  }
  const format = call.value('c') ?? whole(kind, call.gnu)
  return format.replace(
    /%(-?)(0?)(\d*)([\w>])/g,
    (given, left: string, zero: string, width: string, letter: string) => {
      const text = Object.hasOwn(fields, letter) ? String(fields[letter]) : given
      return left === '' ? text.padStart(Number(width), zero || ' ') : text.padEnd(Number(width))
    },
  )
}

export const df = applet({
  name: 'df',
  usage: '[-PkmhTai] [-B SIZE] [-t TYPE] [FILESYSTEM]...',
  options: 'Pkh',
  run: async (call) => {
    const mounts = call.files.mounts()
    const human = call.has('h')
    const cell = (bytes: number) => (human ? humanSize(bytes, call.gnu) : String(Math.ceil(bytes / 1024)))
    const available = call.gnu && human ? 'Avail' : 'Available'
    const rows = [['Filesystem', human ? 'Size' : '1K-blocks', 'Used', available, 'Use%', 'Mounted on']]
    const missing: string[] = []
    for (const word of call.words.length === 0 ? mounts.map(({ path }) => path) : call.words) {
      const real = join(await call.files.real(word).catch(() => ''), '')
      const holding = mounts.filter(({ path }) => real.startsWith(join(path, '')))
      const mount = holding.toSorted((a, b) => b.path.length - a.path.length)[0]
      if (mount === undefined) {
        missing.push(word)
        continue
      }
      const { total, used } = await call.files.space(mount.path)
      if (total === 0 && call.words.length === 0) continue
      const percent = `${total === 0 ? 0 : Math.ceil((used / total) * 100)}%`
      rows.push([mount.source, cell(total), cell(used), cell(total - used), percent, mount.path])
    }
    const widths = [20, 9, 9, 9, 4].map((width, column) =>
      call.gnu ? Math.max(column === 0 ? 14 : 4, ...rows.map((row) => row[column]?.length ?? 0)) : width,
    )
    if (!call.gnu || rows.length > 1)
      for (const [name = '', ...cells] of rows) {
        const padded = cells.map((text, at) => text.padStart(widths[at + 1] ?? 0))
        await call.line([name.padEnd(widths[0] ?? 0), ...padded].join(' '))
      }
    for (const word of missing)
      await call.complain(`${word}: ${call.says("can't find mount point", 'No such file or directory')}`)
  },
})

export const du = applet({
  name: 'du',
  usage: '[-aHLdclsxhmk] [FILE]...',
  options: 'ad:shk',
  refused: ['%', "cannot access '%'"],
  run: (call) => {
    const deepest = call.has('s') ? 0 : call.number('d', Infinity)
    const sum = async (path: string, depth: number): Promise<number> => {
      const { type, ...found } = await call.files.lstat(path)
      let { blocks } = found
      if (type === 'directory')
        for (const name of await call.files.list(path)) blocks += await sum(join(path, name), depth + 1)
      if (depth <= deepest && (type === 'directory' || call.has('a') || depth === 0))
        await call.line(`${call.has('h') ? humanSize(blocks * 512, call.gnu) : Math.ceil(blocks / 2)}\t${path}`)
      return blocks
    }
    return call.each((path) => sum(path, 0), call.words.length === 0 ? ['.'] : call.words)
  },
})

export const mount = applet({
  name: 'mount',
  usage: '[OPTIONS] [-o OPT] DEVICE NODE',
  options: 'ao:t:rwfi',
  run: async (call) => {
    const [device, folder = ''] = call.words
    if (device === undefined)
      for (const { source, path, type, options } of call.files.mounts())
        await call.line(`${source} on ${path} type ${type} (${options})`)
    else if (await statOrNothing(call.files, folder)) await call.complain('permission denied (are you root?)')
    else await call.complain(`mounting ${device} on ${folder} failed: No such file or directory`)
  },
})
