// The format is modern-tar's: no dependencies, 20 KB, and it reads and writes pax, GNU's long names and links.
import type { ParsedTarEntryWithData } from 'modern-tar'
import { Errno, type Stat } from '../../node/process.ts'
import { accounts } from './accounts.ts'
import { applet, type Call, Failure } from './applet.ts'
import { asBytes, asText, encode } from './bytes.ts'
import { keepAttributes, makeParents, modeString, statOrNothing, walk } from './files.ts'
import { formatTime } from './time.ts'

export const tar = applet({
  name: 'tar',
  usage: 'c|x|t [-zahvokO] [-f TARFILE] [-C DIR] [-T FILE] [-X FILE] [LONGOPT]... [FILE]...',
  options: 'cxtf:C:vom',
  long: { create: 'c', extract: 'x', list: 't', file: 'f', directory: 'C', verbose: 'v' },
  opens: ["can't open '%'", '%: Cannot open'],
  reads: ['%: @', '%: @'],
  refused: ["can't open '%'", '%: Cannot open'],
  // "tar cf x" stands for "tar -cf x".
  prepare: (argv) => (/^[cxt][a-zA-Z]*$/.test(argv[0] ?? '') ? [`-${argv[0]}`, ...argv.slice(1)] : argv),
  run: async (call) => {
    const path = call.value('f') ?? '-'
    if (call.has('c')) return pack(call, path)
    const archive = await call.open(path)
    if (archive === undefined && call.gnu) throw new Failure('Error is not recoverable: exiting now', 2)
    if (archive === undefined) return 1
    const data = encode(await call.contents(archive))
    await enter(call)
    return unpack(call, data)
  },
})

/** -C, which has no part in where the archive is. */
async function enter(call: Call): Promise<void> {
  const folder = call.value('C')
  if (folder === undefined) return
  await call.process.chdir(asText(folder)).catch((error: unknown) => {
    if (!(error instanceof Errno)) throw error
    const words = call.says(`can't change directory to '${folder}'`, `${folder}: Cannot open`)
    throw new Failure(`${words}: ${error.message}`, call.gnu ? 2 : 1)
  })
}

const typesOf = {
  file: 'file',
  directory: 'directory',
  symlink: 'symlink',
  pipe: 'fifo',
  character: 'character-device',
  block: 'block-device',
  socket: 'file',
} as const

const isType = (type: string, of: Stat['type']) => typesOf[of] === type

/** Two empty blocks. */
const endOfArchive = 1024

async function pack(call: Call, path: string): Promise<number> {
  if (call.words.length === 0)
    throw new Failure(call.says('empty archive', 'Cowardly refusing to create an empty archive'))
  const target =
    path === '-' ? call.process.fds.get(1) : await call.files.open(path, { write: true, create: true, truncate: true })
  await enter(call)
  const [users, groups] = [await accounts(call.files, 'passwd'), await accounts(call.files, 'group')]
  const { packTar } = await import('modern-tar')
  let [size, stripped] = [0, false]
  const put = async (data: Uint8Array) => {
    size += data.length
    await target?.write(data)
  }
  const add = async (each: string, stat: Stat) => {
    const name = each.replace(/^\/+/, '') + (stat.type === 'directory' ? '/' : '')
    if (each.startsWith('/') && !stripped)
      await call.write(2, `tar: ${call.says("removing leading '/", 'Removing leading `/')}' from member names\n`)
    stripped ||= each.startsWith('/')
    if (call.has('v')) await call.write(path === '-' ? 2 : 1, `${name}\n`)
    const body = stat.type === 'file' ? await call.files.read(each) : new Uint8Array()
    const header = {
      name: asText(name),
      size: body.length,
      mtime: new Date(stat.modified),
      mode: stat.mode,
      type: typesOf[stat.type],
      uid: stat.uid,
      gid: stat.gid,
      uname: users.nameOf(stat.uid) ?? '',
      gname: groups.nameOf(stat.gid) ?? '',
      ...(stat.type === 'symlink' ? { linkname: asText(await call.files.readlink(each)) } : {}),
    }
    // One after another, each as an archive without its end: what is copied may be larger than what the node may hold.
    await put((await packTar([{ header, body }])).subarray(0, -endOfArchive))
    await call.process.step()
  }
  for (const word of call.words)
    try {
      for await (const { path: each, stat } of walk(call.files, word)) await add(each, stat)
    } catch (error) {
      await call.refuse(error, word, ['%', '%: Cannot stat'])
    }
  // A record is 4 blocks of BusyBox's, 20 of GNU's.
  const record = (call.gnu ? 20 : 4) * 512
  await put(new Uint8Array(Math.ceil((size + endOfArchive) / record) * record - size))
  if (path !== '-') target?.close()
  if (call.status === 0) return 0
  await call.complain(
    call.says('error exit delayed from previous errors', 'Exiting with failure status due to previous errors'),
  )
  return call.gnu ? 2 : 1
}

async function unpack(call: Call, data: Uint8Array): Promise<number> {
  const { unpackTar } = await import('modern-tar')
  const entries = await unpackTar(data, { strict: true }).catch(() => [])
  const isEmpty = data.length > 0 && data.every((byte) => byte === 0)
  if (entries.length === 0 && !isEmpty) {
    const why = call.says(
      data.length === 0 ? 'short read' : 'invalid tar magic',
      'This does not look like a tar archive',
    )
    throw new Failure(why, call.gnu ? 2 : 1)
  }
  const missing = new Set(call.words.map((word) => word.replace(/\/$/, '')))
  for (const entry of entries) {
    await call.process.step()
    const name = asBytes(entry.header.name)
    const mine = [...missing].find((word) => name.replace(/\/$/, '') === word || name.startsWith(`${word}/`))
    if (call.words.length > 0 && mine === undefined) continue
    if (mine !== undefined && name.replace(/\/$/, '') === mine) missing.delete(mine)
    if (call.has('t')) await call.line(call.has('v') ? listed(entry) : name)
    else await extract(call, entry, name)
  }
  for (const word of missing) await call.complain(`${word}: ${call.says('not', 'Not')} found in archive`)
  return call.status
}

/** As a file system has it, as far as an archive knows. */
function statOf({
  type = 'file',
  mode = 0o644,
  uid = 0,
  gid = 0,
  size,
  mtime,
}: ParsedTarEntryWithData['header']): Stat {
  const kind = (Object.keys(typesOf) as Stat['type'][]).find((each) => isType(type, each)) ?? 'file'
  const modified = mtime?.getTime() ?? 0
  const times = { modified, changed: modified, accessed: modified }
  return { type: kind, mode: mode & 0o7777, uid, gid, size, links: 1, inode: 0, device: 0, blocks: 0, ...times }
}

function listed({ header }: ParsedTarEntryWithData): string {
  const stat = statOf(header)
  const time = formatTime('%Y-%m-%d %H:%M:%S', stat.modified)
  const link = header.linkname ? ` -> ${header.linkname}` : ''
  const owner = `${header.uname ?? ''}/${header.gname ?? ''}`
  return `${modeString(stat)} ${owner} ${String(stat.size).padStart(9)} ${time} ${asBytes(header.name + link)}`
}

/** Stays below the folder that it unpacks into: leading slashes go, and a name that climbs out is refused. */
async function extract(call: Call, { header, data }: ParsedTarEntryWithData, name: string): Promise<void> {
  const path = name.replace(/^\/+/, '').replace(/\/$/, '')
  if (path.split('/').includes('..'))
    throw new Failure(call.says(`name with '..' encountered: '${name}'`, `${name}: Member name contains '..'`))
  if (path === '' || path === '.') return
  if (call.has('v')) await call.line(name)
  const { files } = call
  const stat = statOf(header)
  const link = asBytes(header.linkname ?? '')
  await call.each(async () => {
    await makeParents(files, path).catch(() => undefined)
    const there = await statOrNothing(files, path, false)
    if (stat.type === 'directory') {
      if (there?.type !== 'directory') await files.makeDirectory(path, stat.mode | 0o700)
    } else {
      if (there !== undefined) await files.unlink(path)
      if (stat.type === 'symlink') return files.symlink(link, path)
      if (header.type === 'link') return files.link(link, path)
      else
        await files.write(path, data ?? new Uint8Array(), {
          write: true,
          create: true,
          exclusive: true,
          mode: stat.mode,
        })
    }
    await keep(call, path, stat)
  }, [path])
}

/** root keeps owners, others their umask: -o and -m leave out what they say. */
async function keep(call: Call, path: string, stat: Stat): Promise<void> {
  const { uid, gid, umask } = call.process
  const own = uid === 0 && !call.has('o') ? stat : { ...stat, uid, gid }
  const now = call.process.clock.now()
  const times = call.has('m') ? { modified: now, accessed: now } : {}
  await keepAttributes(call.files, path, { ...own, mode: uid === 0 ? stat.mode : stat.mode & ~umask, ...times })
}
