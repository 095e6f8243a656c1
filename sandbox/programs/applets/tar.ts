import { gunzipSync, gzipSync } from 'node:zlib'
import { Errno, type Stat } from '../../node/process.ts'
import { accounts } from './accounts.ts'
import { applet, type Call, Failure } from './applet.ts'
import { decode, encode } from './bytes.ts'
import { modeString, walk } from './files.ts'
import { blocksOf, type Entry, entriesOf, headerOf } from './tar-format.ts'
import { formatTime } from './time.ts'

export const tar = applet({
  name: 'tar',
  usage: 'c|x|t [-zahvokO] [-f TARFILE] [-C DIR] [-T FILE] [-X FILE] [LONGOPT]... [FILE]...',
  options: 'cxtf:C:zvokOhmpT:X:P',
  long: {
    create: 'c',
    extract: 'x',
    list: 't',
    file: 'f',
    directory: 'C',
    gzip: 'z',
    verbose: 'v',
    'no-same-owner': 'o',
    'no-same-permissions': 'N',
    'strip-components': 'S',
    'no-overwrite-dir': 'W',
    overwrite: 'W',
  },
  // "tar cf x" stands for "tar -cf x".
  prepare: (argv) => (/^[cxt][a-zA-Z]*$/.test(argv[0] ?? '') ? [`-${argv[0]}`, ...argv.slice(1)] : argv),
  run: async (call) => {
    if (['c', 'x', 't'].filter((letter) => call.has(letter)).length !== 1)
      throw new Failure(
        call.dialect === 'gnu'
          ? "You must specify one of the '-Acdtrux', '--delete' or '--test-label' options"
          : 'must specify one of -c -t -x',
        call.dialect === 'gnu' ? 2 : 1,
      )
    const folder = call.value('C')
    const file = call.value('f') ?? '-'
    // The archive is opened before -C takes effect.
    if (call.has('c')) return pack(call, file, folder)
    const archive = await call.open(file)
    if (archive === undefined && call.dialect === 'gnu') throw new Failure('Error is not recoverable: exiting now', 2)
    if (archive === undefined) return 1
    const data = encode(await call.contents(archive, file))
    if (folder !== undefined) await enter(call, folder)
    return unpack(call, data[0] === 0x1f && data[1] === 0x8b ? gunzipSync(data, { maxOutputLength: 256 << 20 }) : data)
  },
})

async function enter(call: Call, folder: string): Promise<void> {
  try {
    await call.process.chdir(Buffer.from(folder, 'latin1').toString())
  } catch (error) {
    if (!(error instanceof Errno)) throw error
    throw new Failure(
      call.dialect === 'gnu'
        ? `${folder}: Cannot open: ${error.message}\ntar: Error is not recoverable: exiting now`
        : `can't change directory to '${folder}': ${error.message}`,
      call.dialect === 'gnu' ? 2 : 1,
    )
  }
}

async function pack(call: Call, path: string, folder: string | undefined): Promise<number> {
  if (call.words.length === 0 && !call.has('T'))
    throw new Failure(call.dialect === 'gnu' ? 'Cowardly refusing to create an empty archive' : 'empty archive')
  const target =
    path === '-' ? call.process.fds.get(1) : await call.files.open(path, { write: true, create: true, truncate: true })
  if (folder !== undefined) await enter(call, folder)
  const [users, groups] = [await accounts(call, 'passwd'), await accounts(call, 'group')]
  const packed: Uint8Array[] = []
  const put = async (data: Uint8Array) => void (call.has('z') ? packed.push(data) : await target?.write(data))
  let [size, stripped] = [0, false]
  for (const word of call.words)
    try {
      for await (const { path: each, stat } of walk(call.files, word)) {
        if (stat.type === 'socket' || each === path) continue
        const name = each.replace(/^\/+/, '')
        if (name !== each && !stripped)
          await call.write(
            2,
            call.dialect === 'gnu'
              ? "tar: Removing leading `/' from member names\n"
              : "tar: removing leading '/' from member names\n",
          )
        stripped ||= name !== each
        if (call.has('v'))
          await call.write(
            path === '-' ? 2 : 1,
            `${stat.type === 'directory' ? `${name.replace(/\/$/, '')}/` : name}\n`,
          )
        const body = stat.type === 'file' ? await call.files.read(each) : new Uint8Array()
        const link = stat.type === 'symlink' ? await call.files.readlink(each) : ''
        const header = headerOf({
          name,
          stat: { ...stat, size: body.length },
          link,
          user: users.nameOf(stat.uid) ?? '',
          group: groups.nameOf(stat.gid) ?? '',
        })
        const blocks = blocksOf(body)
        await put(header)
        await put(blocks)
        size += header.length + blocks.length
        await call.process.step()
      }
    } catch (error) {
      await call.refuse(error, word, `${word}: Cannot stat`)
      if (call.dialect === 'gnu') call.status = 2
    }
  // Two empty blocks, and as many more as fill a record of BusyBox's 4 blocks or GNU's 20.
  const record = (call.dialect === 'gnu' ? 20 : 4) * 512
  await put(new Uint8Array(Math.ceil((size + 1024) / record) * record - size))
  if (call.has('z')) await target?.write(gzipSync(Buffer.concat(packed)))
  if (path !== '-') target?.close()
  if (call.status !== 0)
    await call.complain(
      call.dialect === 'gnu'
        ? 'Exiting with failure status due to previous errors'
        : 'error exit delayed from previous errors',
    )
  return call.status
}

async function unpack(call: Call, data: Uint8Array): Promise<number> {
  const wanted = new Set(call.words.map((word) => word.replace(/\/$/, '')))
  const found = new Set<string>()
  if (data.length === 0) {
    if (call.dialect === 'gnu')
      throw new Failure(
        'This does not look like a tar archive\ntar: Exiting with failure status due to previous errors',
        2,
      )
    throw new Failure('short read')
  }
  for (const entry of entriesOf(data)) {
    await call.process.step()
    const mine = [...wanted].find((word) => entry.name === word || entry.name.startsWith(`${word}/`))
    if (wanted.size > 0 && mine === undefined) continue
    if (mine !== undefined) found.add(mine)
    if (call.has('t')) await call.out(`${call.has('v') ? listed(entry) : entry.name}\n`)
    else if (call.has('O')) await call.out(entry.stat.type === 'file' ? decode(entry.body) : '')
    else await extract(call, entry)
  }
  for (const word of wanted)
    if (!found.has(word))
      await call.complain(call.dialect === 'gnu' ? `${word}: Not found in archive` : `${word}: not found in archive`)
  return call.status
}

const listed = ({ name, link, stat, user, group }: Entry) =>
  `${modeString(stat)} ${user || stat.uid}/${group || stat.gid} ${String(stat.size).padStart(9)} ${formatTime('%Y-%m-%d %H:%M:%S', stat.modified)} ${name}${link === '' ? '' : ` -> ${link}`}`

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
    if (call.dialect === 'busybox') throw new Failure('error exit delayed from previous errors')
    call.status = 2
  }
}

async function place(call: Call, { stat, link, body }: Entry, path: string): Promise<void> {
  const { files } = call
  const parts = path.split('/').slice(0, -1)
  for (let count = 1; count <= parts.length; count += 1)
    await files.makeDirectory(parts.slice(0, count).join('/')).catch(() => undefined)
  const there = await files.lstat(path).catch(() => undefined)
  if (stat.type === 'directory') {
    if (there?.type !== 'directory') await files.makeDirectory(path, stat.mode | 0o700)
  } else {
    if (there !== undefined) await files.unlink(path)
    if (stat.type === 'symlink') await files.symlink(link, path)
    else if (link !== '') await files.link(link, path)
    else await files.write(path, body, { write: true, create: true, exclusive: true, mode: stat.mode })
  }
  await keep(call, stat, path)
}

async function keep(call: Call, stat: Stat, path: string): Promise<void> {
  if (stat.type === 'symlink') return
  if (call.process.uid === 0 && !call.has('o')) await call.files.chown(path, stat.uid, stat.gid).catch(() => undefined)
  await call.files
    .chmod(path, stat.mode & (call.process.uid === 0 || call.has('p') ? 0o7777 : 0o7777 & ~call.process.umask))
    .catch(() => undefined)
  if (!call.has('m')) await call.files.setTimes(path, stat.modified, stat.modified).catch(() => undefined)
}
