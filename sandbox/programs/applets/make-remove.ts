import { Errno } from '../../node/process.ts'
import { applet, type Call, Failure } from './applet.ts'
import { baseName, changedMode, join } from './files.ts'

export const mkdir = applet({
  name: 'mkdir',
  usage: '[-m MODE] [-p] DIRECTORY...',
  options: 'm:p',
  operands: [1],
  run: async (call) => {
    const given = call.value('m')
    const mode =
      given === undefined ? undefined : changedMode(given, { mode: 0o777, type: 'directory' }, call.process.umask)
    if (given !== undefined && mode === undefined) throw new Failure(`invalid mode '${given}'`)
    for (const path of call.words)
      try {
        if (call.has('p')) await makeParents(call, path)
        else await call.files.makeDirectory(path)
        if (mode !== undefined) await call.files.chmod(path, mode)
      } catch (error) {
        await call.refuse(error, `can't create directory '${path}'`, `cannot create directory '${path}'`)
      }
  },
})

async function makeParents(call: Call, path: string): Promise<void> {
  const parts = path.split('/')
  for (let count = 1; count <= parts.length; count += 1) {
    const folder = parts.slice(0, count).join('/')
    if (folder === '' || parts[count - 1] === '') continue
    try {
      await call.files.makeDirectory(folder)
    } catch (error) {
      const there = await call.files.stat(folder).catch(() => undefined)
      if (!(error instanceof Errno) || there?.type !== 'directory') throw error
    }
  }
}

export const rmdir = applet({
  name: 'rmdir',
  usage: '[-p] DIRECTORY...',
  operands: [1],
  run: async (call) => {
    for (const path of call.words)
      try {
        await call.files.removeDirectory(path)
      } catch (error) {
        await call.refuse(error, `'${path}'`, `failed to remove '${path}'`)
      }
  },
})

export const rm = applet({
  name: 'rm',
  usage: '[-irf] FILE...',
  options: 'irRf',
  run: async (call) => {
    if (call.words.length === 0 && !call.has('f')) return 1
    for (const path of call.words)
      if (/^\.{1,2}$/.test(baseName(path))) await call.complain(`can't remove '.' or '..'`)
      else await remove(call, path)
    return undefined
  },
})

async function remove(call: Call, path: string): Promise<void> {
  const stat = await call.files.lstat(path).catch((error: unknown) => error)
  const recursive = call.has('r') || call.has('R')
  try {
    if (stat instanceof Error) throw stat
    if ((stat as { type: string }).type !== 'directory') return await call.files.unlink(path)
    if (!recursive) {
      await call.complain(
        call.dialect === 'gnu' ? `cannot remove '${path}': Is a directory` : `'${path}' is a directory`,
      )
      return
    }
    const before = call.status
    for (const name of await call.files.list(path)) await remove(call, join(path, name))
    if (call.status === before) await call.files.removeDirectory(path)
  } catch (error) {
    if (error instanceof Errno && error.code === 'ENOENT' && call.has('f')) return
    await call.refuse(error, `can't remove '${path}'`, `cannot remove '${path}'`)
  }
}
