import { Errno, type Stat } from '../../node/process.ts'
import { accounts } from './accounts.ts'
import { applet, type Call, Failure } from './applet.ts'
import { asText, encode } from './bytes.ts'
import { modeString, walk } from './files.ts'
import { blocksOf, type Entry, entriesOf, headerOf } from './tar-format.ts'
import { formatTime } from './time.ts'

export const tar = applet({
  name: 'tar',
  usage: 'c|x|t [-zahvokO] [-f TARFILE] [-C DIR] [-T FILE] [-X FILE] [LONGOPT]... [FILE]...',
  options: 'cxtf:C:vom',
  long: { create: 'c', extract: 'x', list: 't', file: 'f', directory: 'C', verbose: 'v' },
  // "tar cf x" stands for "tar -cf x".
  prepare: (argv) => (/^[cxt][a-zA-Z]*$/.test(argv[0] ?? '') ? [`-${argv[0]}`, ...argv.slice(1)] : argv),
  run: async (call) => {
    const path = call.value('f') ?? '-'
    if (call.has('c')) return pack(call, path)
    const archive = await call.open(path)
    if (archive === undefined && call.dialect === 'gnu') throw new Failure('Error is not recoverable: exiting now', 2)
    if (archive === undefined) return 1
    const data = encode(await call.contents(archive, path))
    await enter(call)
    return unpack(call, data)
  },
})

/** -C, which has no part in where the archive is. */
async function enter(call: Call): Promise<void> {
  const folder = call.value('C')
  if (folder === undefined) return
  try {
    await call.process.chdir(asText(folder))
  } catch (error) {
    if (!(error instanceof Errno)) throw error
    const [gnu, busybox] = [`${folder}: Cannot open`, `can't change directory to '${folder}'`]
    throw new Failure(`${call.dialect === 'gnu' ? gnu : busybox}: ${error.message}`, call.dialect === 'gnu' ? 2 : 1)
  }
}

async function pack(call: Call, path: string): Promise<number> {
  const gnu = call.dialect === 'gnu'
  if (call.words.length === 0) throw new Failure(gnu ? 'Cowardly refusing to create an empty archive' : 'empty archive')
  const target =
    path === '-' ? call.process.fds.get(1) : await call.files.open(path, { write: true, create: true, truncate: true })
  await enter(call)
  const [users, groups] = [await accounts(call, 'passwd'), await accounts(call, 'group')]
  let [size, stripped] = [0, false]
  const put = async (data: Uint8Array) => {
    size += data.length
    await target?.write(data)
  }
  for (const word of call.words)
    try {
      for await (const { path: each, stat } of walk(call.files, word)) {
        const name = each.replace(/^\/+/, '')
        if (name !== each && !stripped)
          await call.write(2, `tar: ${gnu ? 'Removing leading `/' : "removing leading '/"}' from member names\n`)
        stripped ||= name !== each
        if (call.has('v')) await call.write(path === '-' ? 2 : 1, `${name}${stat.type === 'directory' ? '/' : ''}\n`)
        const body = stat.type === 'file' ? await call.files.read(each) : new Uint8Array()
        const link = stat.type === 'symlink' ? await call.files.readlink(each) : ''
        const [user = '', group = ''] = [users.nameOf(stat.uid), groups.nameOf(stat.gid)]
        await put(headerOf({ name, stat: { ...stat, size: body.length }, link, user, group }))
        await put(blocksOf(body))
        await call.process.step()
      }
    } catch (error) {
      await call.refuse(error, word, `${word}: Cannot stat`)
    }
  // Two empty blocks, and as many more as fill a record of BusyBox's 4 blocks or GNU's 20.
  const record = (gnu ? 20 : 4) * 512
  await put(new Uint8Array(Math.ceil((size + 1024) / record) * record - size))
  if (path !== '-') target?.close()
  if (call.status === 0) return 0
  await call.complain(
    gnu ? 'Exiting with failure status due to previous errors' : 'error exit delayed from previous errors',
  )
  return gnu ? 2 : 1
}

async function unpack(call: Call, data: Uint8Array): Promise<number> {
  if (data.length === 0)
    throw call.dialect === 'gnu' ? new Failure('This does not look like a tar archive', 2) : new Failure('short read')
  const missing = new Set(call.words.map((word) => word.replace(/\/$/, '')))
  for (const entry of entriesOf(data)) {
    await call.process.step()
    const mine = [...missing].find((word) => entry.name === word || entry.name.startsWith(`${word}/`))
    if (call.words.length > 0 && mine === undefined) continue
    if (mine === entry.name) missing.delete(mine)
    if (call.has('t')) await call.out(`${call.has('v') ? listed(entry) : entry.name}\n`)
    else await extract(call, entry)
  }
  for (const word of missing)
    await call.complain(call.dialect === 'gnu' ? `${word}: Not found in archive` : `${word}: not found in archive`)
  return call.status
}

function listed({ name, link, stat, user, group }: Entry): string {
  const time = formatTime('%Y-%m-%d %H:%M:%S', stat.modified)
  return `${modeString(stat)} ${user}/${group} ${String(stat.size).padStart(9)} ${time} ${name}${link === '' ? '' : ` -> ${link}`}`
}

/** Stays below the folder that it unpacks into: leading slashes go, and a name that climbs out is refused. */
async function extract(call: Call, entry: Entry): Promise<void> {
  const path = entry.name.replace(/^\/+/, '').replace(/\/$/, '')
  if (path.split('/').includes('..'))
    throw new Failure(
      call.dialect === 'gnu'
        ? `${entry.name}: Member name contains '..'`
        : `name with '..' encountered: '${entry.name}'`,
    )
  if (path === '' || path === '.') return
  if (call.has('v')) await call.out(`${entry.name}\n`)
  try {
    await place(call, entry, path)
  } catch (error) {
    await call.refuse(error, `can't open '${path}'`, `${path}: Cannot open`)
  }
}

async function place(call: Call, { stat, link, body }: Entry, path: string): Promise<void> {
  const { files } = call
  const parts = path.split('/')
  for (let count = 1; count < parts.length; count += 1)
    await files.makeDirectory(parts.slice(0, count).join('/')).catch(() => undefined)
  const there = await files.lstat(path).catch(() => undefined)
  if (stat.type === 'directory') {
    if (there?.type !== 'directory') await files.makeDirectory(path, stat.mode | 0o700)
  } else {
    if (there !== undefined) await files.unlink(path)
    if (stat.type === 'symlink') return files.symlink(link, path)
    if (link === '') await files.write(path, body, { write: true, create: true, exclusive: true, mode: stat.mode })
    else await files.link(link, path)
  }
  await keep(call, stat, path)
}

async function keep(call: Call, { uid, gid, mode, modified }: Stat, path: string): Promise<void> {
  const root = call.process.uid === 0
  if (root && !call.has('o')) await call.files.chown(path, uid, gid).catch(() => undefined)
  await call.files.chmod(path, root ? mode : mode & ~call.process.umask)
  if (!call.has('m')) await call.files.setTimes(path, modified, modified)
}
