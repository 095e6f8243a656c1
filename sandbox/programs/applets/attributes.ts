import { accounts } from './accounts.ts'
import { applet, type Call, Failure, Misused } from './applet.ts'
import { changedMode, walk } from './files.ts'
import { parseTime } from './time.ts'

export const chmod = applet({
  name: 'chmod',
  usage: '[-Rcvf] MODE[,MODE]... FILE...',
  options: 'R',
  // A mode like -x looks like an option.
  prepare: (argv) => (argv.some((word) => /^-[rwxst]+$/.test(word)) ? ['--', ...argv] : argv),
  operands: [2],
  run: async (call) => {
    const [text = '', ...paths] = call.words
    if (changedMode(text, { mode: 0, type: 'file' }, 0) === undefined)
      throw call.dialect === 'gnu' ? new Misused(`invalid mode: '${text}'`) : new Failure(`invalid mode '${text}'`)
    await onEach(call, paths, 'permissions', async (path) => {
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
    const [user = '', group = ''] = owner.split(':')
    const uid = user === '' ? undefined : (await accounts(call, 'passwd')).idOf(user)
    const gid = group === '' ? undefined : (await accounts(call, 'group')).idOf(group)
    const gnu = call.dialect === 'gnu'
    if (user !== '' && uid === undefined) throw new Failure(gnu ? `invalid user: '${owner}'` : `unknown user ${user}`)
    if (group !== '' && gid === undefined)
      throw new Failure(gnu ? `invalid group: '${owner}'` : `unknown group ${group}`)
    await onEach(call, paths, 'ownership', async (path) => {
      const stat = await call.files.stat(path)
      await call.files.chown(path, uid ?? stat.uid, gid ?? stat.gid)
    })
  },
})

async function onEach(
  call: Call,
  paths: readonly string[],
  what: string,
  change: (path: string) => Promise<void>,
): Promise<void> {
  for (const path of paths)
    try {
      if (!call.has('R')) await change(path)
      else
        for await (const { path: each, stat } of walk(call.files, path)) if (stat.type !== 'symlink') await change(each)
    } catch (error) {
      const missing = (await call.files.lstat(path).catch(() => undefined)) === undefined
      await call.refuse(error, path, missing ? `cannot access '${path}'` : `changing ${what} of '${path}'`)
    }
}

export const touch = applet({
  name: 'touch',
  usage: '[-cham] [-d DATE] [-t DATE] [-r FILE] FILE...',
  options: 'cd:t:',
  operands: [1],
  run: async (call) => {
    const now = call.process.clock.now()
    const text = call.value('d') ?? call.value('t')
    const time = text === undefined ? now : parseTime(text, now)
    if (time === undefined) throw new Failure(`invalid date '${text}'`)
    for (const path of call.words)
      try {
        const there = await call.files.stat(path).catch(() => undefined)
        if (there === undefined && call.has('c')) continue
        if (there === undefined) (await call.files.open(path, { write: true, create: true })).close()
        await call.files.setTimes(path, time, time)
      } catch (error) {
        await call.refuse(error, path, `cannot touch '${path}'`)
      }
  },
})
