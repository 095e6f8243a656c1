import { accounts } from './accounts.ts'
import { applet, type Call } from './applet.ts'
import { join, modeString } from './files.ts'
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
  run: async (call) => {
    for (const path of call.words)
      try {
        await call.out(`${await described(call, path)}\n`)
      } catch (error) {
        await call.refuse(error, `can't stat '${path}'`, `cannot statx '${path}'`)
      }
  },
})

async function described(call: Call, path: string): Promise<string> {
  const found = await (call.has('L') ? call.files.stat(path) : call.files.lstat(path))
  const [users, groups] = [await accounts(call, 'passwd'), await accounts(call, 'group')]
  const target = found.type === 'symlink' ? await call.files.readlink(path) : undefined
  const { [found.type]: type } = kinds
  const time = (at: number) => formatTime('%Y-%m-%d %H:%M:%S.%N +0000', at)
  const kind = found.type === 'file' && found.size === 0 ? 'regular empty file' : type
  const fields: Readonly<Record<string, string | number>> = {
    n: path,
    N: target === undefined ? `'${path}'` : `'${path}' -> '${target}'`,
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
    x: time(found.accessed),
    X: Math.floor(found.accessed / 1000),
    y: time(found.modified),
    Y: Math.floor(found.modified / 1000),
    z: time(found.changed),
    Z: Math.floor(found.changed / 1000),
  }
  const format = call.value('c')
  const fill = (text: string) =>
    text.replace(/%(\w)/g, (whole, letter: string) => (Object.hasOwn(fields, letter) ? String(fields[letter]) : whole))
  if (format !== undefined) return fill(format)
  const size = String(found.size).padEnd(10)
  const right = (value: unknown) => String(value).padStart(8)
  return [
    `  File: ${target === undefined ? path : fill('%N').replaceAll("'", call.dialect === 'gnu' ? '' : "'")}`,
    `  Size: ${size}\tBlocks: ${String(found.blocks).padEnd(10)} IO Block: ${String(4096).padEnd(6)} ${kind}`,
    `Device: ${found.device.toString(16)}h/${found.device}d\tInode: ${String(found.inode).padEnd(10)}  Links: ${found.links}`,
    `Access: (${fill('%a').padStart(4, '0')}/${modeString(found)})  Uid: (${String(found.uid).padStart(5)}/${right(fields['U'])})   Gid: (${String(found.gid).padStart(5)}/${right(fields['G'])})`,
    fill('Access: %x\nModify: %y\nChange: %z'),
  ].join('\n')
}

export const df = applet({
  name: 'df',
  usage: '[-PkmhTai] [-B SIZE] [-t TYPE] [FILESYSTEM]...',
  options: 'Pkh',
  run: async (call) => {
    const gnu = call.dialect === 'gnu'
    const mounts = call.files.mounts()
    const cell = (bytes: number) => (call.has('h') ? humanSize(bytes, call.dialect) : String(Math.ceil(bytes / 1024)))
    const [size, available] = [call.has('h') ? 'Size' : '1K-blocks', gnu && call.has('h') ? 'Avail' : 'Available']
    const rows = [['Filesystem', size, 'Used', available, 'Use%', 'Mounted on']]
    const missing: string[] = []
    for (const word of call.words.length === 0 ? mounts.map(({ path }) => path) : call.words) {
      const real = await call.files.real(word).then(
        (path) => join(path, ''),
        () => '',
      )
      const holding = mounts.filter(({ path }) => real.startsWith(join(path, '')))
      const mount = holding.toSorted((a, b) => b.path.length - a.path.length)[0]
      if (mount === undefined) missing.push(word)
      if (mount === undefined) continue
      const { total, used } = await call.files.space(mount.path)
      if (total === 0 && call.words.length === 0) continue
      const percent = `${total === 0 ? 0 : Math.ceil((used / total) * 100)}%`
      rows.push([mount.source, cell(total), cell(used), cell(total - used), percent, mount.path])
    }
    const widths = [20, 9, 9, 9, 4].map((width, column) =>
      gnu ? Math.max(column === 0 ? 14 : 4, ...rows.map((row) => row[column]?.length ?? 0)) : width,
    )
    if (!gnu || rows.length > 1)
      for (const row of rows) {
        const cells = widths.map((width, at) =>
          at === 0 ? (row[at]?.padEnd(width) ?? '') : (row[at]?.padStart(width) ?? ''),
        )
        await call.out(`${cells.join(' ')} ${row.at(-1)}\n`)
      }
    for (const word of missing)
      await call.complain(gnu ? `${word}: No such file or directory` : `${word}: can't find mount point`)
  },
})

export const du = applet({
  name: 'du',
  usage: '[-aHLdclsxhmk] [FILE]...',
  options: 'ad:shk',
  run: async (call) => {
    const deepest = call.has('s') ? 0 : call.number('d', Infinity)
    const print = (blocks: number, path: string) => {
      const size = call.has('h') ? humanSize(blocks * 512, call.dialect) : String(Math.ceil(blocks / 2))
      return call.out(`${size}\t${path}\n`)
    }
    const sum = async (path: string, depth: number): Promise<number> => {
      const found = await call.files.lstat(path)
      let blocks = found.blocks
      if (found.type === 'directory')
        for (const name of await call.files.list(path)) blocks += await sum(join(path, name), depth + 1)
      if (depth <= deepest && (found.type === 'directory' || call.has('a') || depth === 0)) await print(blocks, path)
      return blocks
    }
    for (const path of call.words.length === 0 ? ['.'] : call.words)
      try {
        await sum(path, 0)
      } catch (error) {
        await call.refuse(error, path, `cannot access '${path}'`)
      }
  },
})

export const mount = applet({
  name: 'mount',
  usage: '[OPTIONS] [-o OPT] DEVICE NODE',
  options: 'ao:t:rwfi',
  run: async (call) => {
    if (call.words.length > 0) {
      const [device = '', folder = ''] = call.words
      const there = await call.files.stat(folder).catch(() => undefined)
      await call.complain(
        there === undefined
          ? `mounting ${device} on ${folder} failed: No such file or directory`
          : 'permission denied (are you root?)',
      )
      return 1
    }
    for (const { source, path, type, options } of call.files.mounts())
      await call.out(`${source} on ${path} type ${type} (${options})\n`)
    return undefined
  },
})
