import { accounts } from './accounts.ts'
import { applet, type Call, Failure, Misused } from './applet.ts'
import { changedMode, statOrNothing, walk } from './files.ts'
import { parseTime } from './time.ts'

export const chmod = applet({
  name: 'chmod',
  usage: '[-Rcvf] MODE[,MODE]... FILE...',
  options: 'R',
  // A mode like -x looks like an option.
  prepare: (argv) => (argv.some((word) => /^-[rwxst]+$/.test(word)) ? ['--', ...argv] : argv),
  operands: [2],
  run: (call) => {
    const [text = '', ...paths] = call.words
    if (changedMode(text, { mode: 0, type: 'file' }, 0) === undefined)
      throw call.gnu ? new Misused(`invalid mode: '${text}'`) : new Failure(`invalid mode '${text}'`)
    return onEach(call, paths, 'permissions', async (path) => {
      const mode = changedMode(text, await call.files.stat(path), call.process.umask)
      if (mode !== undefined) await call.files.chmod(path, mode)
    })
  },
})

export const chown = applet({
  name: 'chown',
  usage: '[-RhLHPcvf]... USER[:[GRP]] FILE...',
  options: 'R',
  operands: [2],
  run: async (call) => {
    const [owner = '', ...paths] = call.words
    const idOf = async (file: 'passwd' | 'group', what: string, name: string | undefined) => {
      const id = name ? (await accounts(call.files, file)).idOf(name) : undefined
      if (name && id === undefined)
        throw new Failure(call.says(`unknown ${what} ${name}`, `invalid ${what}: '${owner}'`))
      return id
    }
    const [user, group] = owner.split(':')
    const [uid, gid] = [await idOf('passwd', 'user', user), await idOf('group', 'group', group)]
    return onEach(call, paths, 'ownership', async (path) => {
      const stat = await call.files.stat(path)
      await call.files.chown(path, uid ?? stat.uid, gid ?? stat.gid)
    })
  },
})

async function onEach(call: Call, paths: readonly string[], what: string, change: (path: string) => Promise<void>) {
  for (const path of paths)
    try {
      if (!call.has('R')) await change(path)
      else
        for await (const { path: each, stat } of walk(call.files, path)) if (stat.type !== 'symlink') await change(each)
    } catch (error) {
      const missing = (await statOrNothing(call.files, path, false)) === undefined
      await call.refuse(error, path, ['%', missing ? "cannot access '%'" : `changing ${what} of '%'`])
    }
}

export const touch = applet({
  name: 'touch',
  usage: '[-cham] [-d DATE] [-t DATE] [-r FILE] FILE...',
  options: 'cd:t:r:',
  operands: [1],
  refused: ['%', "cannot touch '%'"],
  run: async (call) => {
    const now = call.process.clock.now()
    const text = call.value('d') ?? call.value('t')
    const model = call.value('r')
    const time = model ? (await call.files.stat(model)).modified : text === undefined ? now : parseTime(text, now)
    if (time === undefined) throw new Failure(`invalid date '${text}'`)
    return call.each(async (path) => {
      const missing = (await statOrNothing(call.files, path)) === undefined
      if (missing && call.has('c')) return
      if (missing) (await call.files.open(path, { write: true, create: true })).close()
      await call.files.setTimes(path, time, time)
    })
  },
})
