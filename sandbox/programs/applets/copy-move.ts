import { Errno, type Stat } from '../../node/process.ts'
import { applet, type Call, Failure, Misused } from './applet.ts'
import { chunks } from './bytes.ts'
import { baseName, join, statOrNothing } from './files.ts'

/** Where each of the operands goes: into the last one if that is a folder, or else under its name. */
async function targets(call: Call): Promise<readonly (readonly [from: string, to: string])[]> {
  const last = call.words.at(-1)
  const sources = call.words.slice(0, -1)
  if (last === undefined || sources.length === 0) throw new Misused()
  const there = await statOrNothing(call.files, last)
  const folder = !call.has('T') && there?.type === 'directory'
  if (!folder && sources.length > 1 && call.dialect === 'gnu')
    throw new Failure(`target '${last}'${there === undefined ? ': No such file or directory' : ' is not a directory'}`)
  return sources.map((from) => [from, folder || sources.length > 1 ? join(last, baseName(from)) : last])
}

export const cp = applet({
  name: 'cp',
  usage: '[-arPLHpfinlsTu] SOURCE DEST\nor: cp [-arPLHpfinlsu] SOURCE... { -t DIRECTORY | DIRECTORY }',
  options: 'arRPLpdfin',
  operands: [1],
  run: async (call) => {
    for (const [from, to] of await targets(call)) await copy(call, from, to)
  },
})

async function copy(call: Call, from: string, to: string): Promise<void> {
  const recursive = ['r', 'R', 'a'].some((letter) => call.has(letter))
  const keepLinks = call.has('P') || call.has('d') || call.has('a') || (recursive && !call.has('L'))
  let stat: Stat
  try {
    stat = await (keepLinks ? call.files.lstat(from) : call.files.stat(from))
  } catch (error) {
    return call.refuse(error, `can't stat '${from}'`, `cannot stat '${from}'`)
  }
  const there = await statOrNothing(call.files, to)
  if (there !== undefined && there.inode === stat.inode && there.device === stat.device)
    return call.complain(`'${from}' and '${to}' are the same file`)
  if (there !== undefined && call.has('n')) return
  try {
    if (stat.type === 'directory') {
      if (!recursive)
        return await call.complain(
          call.dialect === 'gnu' ? `-r not specified; omitting directory '${from}'` : `omitting directory '${from}'`,
        )
      if (`${await real(call, to)}/`.startsWith(`${await call.files.real(from)}/`))
        return await call.complain("recursion detected, omitting directory '" + from + "'")
      if (there === undefined) await call.files.makeDirectory(to, stat.mode | 0o700)
      for (const name of await call.files.list(from)) await copy(call, join(from, name), join(to, name))
    } else if (stat.type === 'symlink') {
      if (there !== undefined || (await statOrNothing(call.files, to, false)) !== undefined) await call.files.unlink(to)
      await call.files.symlink(await call.files.readlink(from), to)
      return
    } else await copyFile(call, from, to, stat.mode)
    if (call.has('p') || call.has('a')) await keep(call, to, stat)
  } catch (error) {
    await call.refuse(error, `can't create '${to}'`, `cannot create regular file '${to}'`)
  }
}

const real = (call: Call, path: string) =>
  call.files.real(path).catch(async () => {
    const parent = /^(.*)\/[^/]+$/.exec(path)?.[1]
    return join(await call.files.real(parent === undefined ? '.' : parent || '/').catch(() => ''), baseName(path))
  })

async function copyFile(call: Call, from: string, to: string, mode: number): Promise<void> {
  let source
  try {
    source = await call.files.open(from, { read: true })
  } catch (error) {
    return call.refuse(error, `can't open '${from}'`, `cannot open '${from}' for reading`)
  }
  const flags = { write: true, create: true, truncate: true, mode: mode & 0o777 }
  const target = await call.files.open(to, flags).catch(async (error: unknown) => {
    if (!call.has('f') || !(error instanceof Errno)) throw error
    await call.files.unlink(to)
    return call.files.open(to, flags)
  })
  try {
    for await (const chunk of chunks(source)) await target.write(chunk)
  } finally {
    source.close()
    target.close()
  }
}

async function keep(call: Call, path: string, stat: Stat): Promise<void> {
  await call.files.chown(path, stat.uid, stat.gid).catch(() => undefined)
  await call.files.chmod(path, stat.mode)
  await call.files.setTimes(path, stat.accessed, stat.modified)
}

export const mv = applet({
  name: 'mv',
  usage: '[-finT] SOURCE DEST\nor: mv [-fin] SOURCE... { -t DIRECTORY | DIRECTORY }',
  options: 'finT',
  operands: [1],
  run: async (call) => {
    for (const [from, to] of await targets(call)) {
      if (call.has('n') && (await statOrNothing(call.files, to)) !== undefined) continue
      try {
        await call.files.rename(from, to)
      } catch (error) {
        if (error instanceof Errno && error.code === 'EXDEV') {
          const done = await call.spawn(['cp', '-a', from, to])
          call.status ||= done === 0 ? await call.spawn(['rm', '-rf', from]) : done
        } else if (await statOrNothing(call.files, from, false))
          await call.refuse(error, `can't rename '${from}'`, `cannot move '${from}' to '${to}'`)
        else await call.refuse(error, `can't rename '${from}'`, `cannot stat '${from}'`)
      }
    }
  },
})

export const ln = applet({
  name: 'ln',
  usage: '[-sfnbtv] [-S SUF] TARGET... LINK|DIR',
  options: 'sfn',
  operands: [1],
  run: async (call) => {
    const only = call.words[0] ?? ''
    const last = call.words.at(-1) ?? ''
    const isLink = call.has('n') && (await statOrNothing(call.files, last, false))?.type === 'symlink'
    const pairs =
      call.words.length === 1
        ? [[only, baseName(only)] as const]
        : isLink
          ? [[only, last] as const]
          : await targets(call)
    for (const [target, path] of pairs)
      try {
        if (call.has('f') && (await statOrNothing(call.files, path, false)) !== undefined) await call.files.unlink(path)
        await (call.has('s') ? call.files.symlink(target, path) : call.files.link(target, path))
      } catch (error) {
        await call.refuse(error, path, `failed to create ${call.has('s') ? 'symbolic' : 'hard'} link '${path}'`)
      }
  },
})
