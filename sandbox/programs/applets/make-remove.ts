import type { Stat } from '../../node/process.ts'
import { Errno } from '../../node/process.ts'
import { applet, type Call, Failure } from './applet.ts'
import { baseName, changedMode, join, makeParents, statOrNothing } from './files.ts'

export const mkdir = applet({
  name: 'mkdir',
  usage: '[-m MODE] [-p] DIRECTORY...',
  options: 'm:p',
  operands: [1],
  refused: ["can't create directory '%'", "cannot create directory '%'"],
  run: (call) => {
    const given = call.value('m')
    const mode = given && changedMode(given, { mode: 0o777, type: 'directory' }, call.process.umask)
    if (given !== undefined && mode === undefined) throw new Failure(`invalid mode '${given}'`)
    return call.each(async (path) => {
      if (call.has('p')) await makeParents(call.files, path)
      if (!call.has('p') || (await statOrNothing(call.files, path))?.type !== 'directory')
        await call.files.makeDirectory(path)
      if (typeof mode === 'number') await call.files.chmod(path, mode)
    })
  },
})

export const rmdir = applet({
  name: 'rmdir',
  usage: '[-p] DIRECTORY...',
  operands: [1],
  refused: ["'%'", "failed to remove '%'"],
  run: (call) => call.each((path) => call.files.removeDirectory(path)),
})

export const rm = applet({
  name: 'rm',
  usage: '[-irf] FILE...',
  options: 'irRf',
  refused: ["can't remove '%'", "cannot remove '%'"],
  run: async (call) => {
    if (call.words.length === 0 && !call.has('f')) return 1
    for (const path of call.words)
      if (/^\.{1,2}$/.test(baseName(path))) await call.complain(`can't remove '.' or '..'`)
      else await remove(call, path)
    return undefined
  },
})

async function remove(call: Call, path: string): Promise<void> {
  await call.process.step()
  try {
    const { type }: Stat = await call.files.lstat(path)
    if (type !== 'directory') return await call.files.unlink(path)
    if (!call.has('rR'))
      return await call.complain(call.says(`'${path}' is a directory`, `cannot remove '${path}': Is a directory`))
    const before = call.status
    for (const name of await call.files.list(path)) await remove(call, join(path, name))
    if (call.status === before) await call.files.removeDirectory(path)
  } catch (error) {
    if (!(error instanceof Errno && error.code === 'ENOENT' && call.has('f'))) await call.refuse(error, path)
  }
}
