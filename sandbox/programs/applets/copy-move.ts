import { Errno, type Stat } from '../../node/process.ts'
import { applet, type Call, Failure, Misused } from './applet.ts'
import { chunks } from './bytes.ts'
import { baseName, join, keepAttributes, statOrNothing } from './files.ts'

/** Where each of the operands goes: into the last one if that is a folder, or else under its name. */
async function targets(call: Call): Promise<readonly (readonly [from: string, to: string])[]> {
  const last = call.words.at(-1)
  const sources = call.words.slice(0, -1)
  if (last === undefined || sources.length === 0) throw new Misused()
  const there = await statOrNothing(call.files, last)
  const folder = !call.has('T') && there?.type === 'directory'
  if (!folder && sources.length > 1 && call.gnu)
    throw new Failure(`target '${last}'${there === undefined ? ': No such file or directory' : ' is not a directory'}`)
  return sources.map((from) => [from, folder || sources.length > 1 ? join(last, baseName(from)) : last])
}

export const cp = applet({
  name: 'cp',
  usage: '[-arPLHpfinlsTu] SOURCE DEST\nor: cp [-arPLHpfinlsu] SOURCE... { -t DIRECTORY | DIRECTORY }',
  options: 'arRPLpdfinT',
  operands: [1],
  run: async (call) => {
    for (const [from, to] of await targets(call)) await copy(call, from, to)
  },
})

async function copy(call: Call, from: string, to: string): Promise<void> {
  await call.process.step()
  const recursive = call.has('rRa')
  const keepLinks = call.has('Pda') || (recursive && !call.has('L'))
  const stat = await (keepLinks ? call.files.lstat(from) : call.files.stat(from)).catch((error: Error) => error)
  if (stat instanceof Error) return call.refuse(stat, from, ["can't stat '%'", "cannot stat '%'"])
  const there = await statOrNothing(call.files, to)
  if (there !== undefined && there.inode === stat.inode && there.device === stat.device)
    return call.complain(`'${from}' and '${to}' are the same file`)
  if (there !== undefined && call.has('n')) return
  try {
    if (stat.type === 'directory') {
      const omitted = `omitting directory '${from}'`
      if (!recursive) return await call.complain(call.says(omitted, `-r not specified; ${omitted}`))
      if (`${await real(call, to)}/`.startsWith(`${await call.files.real(from)}/`))
        return await call.complain(`recursion detected, ${omitted}`)
      if (there === undefined) await call.files.makeDirectory(to, stat.mode | 0o700)
      for (const name of await call.files.list(from)) await copy(call, join(from, name), join(to, name))
    } else if (stat.type === 'symlink') {
      if ((await statOrNothing(call.files, to, false)) !== undefined) await call.files.unlink(to)
      return await call.files.symlink(await call.files.readlink(from), to)
    } else await copyFile(call, from, to, stat)
    if (call.has('pa')) await keepAttributes(call.files, to, stat)
  } catch (error) {
    await call.refuse(error, to, ["can't create '%'", "cannot create regular file '%'"])
  }
}

/** Also of what is not there yet. */
const real = (call: Call, path: string) =>
  call.files.real(path).catch(async () => {
    const parent = /^(.*)\/[^/]+$/.exec(path)?.[1]
    return join(await call.files.real(parent === undefined ? '.' : parent || '/').catch(() => ''), baseName(path))
  })

async function copyFile(call: Call, from: string, to: string, { mode }: Stat): Promise<void> {
  const source = await call.files.open(from, { read: true }).catch((error: Error) => error)
  if (source instanceof Error) return call.refuse(source, from, ["can't open '%'", "cannot open '%' for reading"])
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
        const there = await statOrNothing(call.files, from, false)
        if (error instanceof Errno && error.code === 'EXDEV') {
          const done = await call.spawn(['cp', '-a', from, to])
          call.status ||= done === 0 ? await call.spawn(['rm', '-rf', from]) : done
        } else
          await call.refuse(error, from, [
            "can't rename '%'",
            there === undefined ? "cannot stat '%'" : `cannot move '%' to '${to}'`,
          ])
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
    const [only = ''] = call.words
    const last = call.words.at(-1) ?? ''
    const isLink = call.has('n') && (await statOrNothing(call.files, last, false))?.type === 'symlink'
    const single = call.words.length === 1
    const pairs = single || isLink ? [[only, single ? baseName(only) : last] as const] : await targets(call)
    for (const [target, path] of pairs)
      try {
        if (call.has('f') && (await statOrNothing(call.files, path, false)) !== undefined) await call.files.unlink(path)
        await (call.has('s') ? call.files.symlink(target, path) : call.files.link(target, path))
      } catch (error) {
        await call.refuse(error, path, ['%', `failed to create ${call.has('s') ? 'symbolic' : 'hard'} link '%'`])
      }
  },
})
