import { accounts } from './accounts.ts'
import { applet, type Call, Failure, Misused } from './applet.ts'
import { changedMode, walk } from './files.ts'
import { parseTime } from './time.ts'

export const chmod = applet({
  name: 'chmod',
  usage: '[-Rcvf] MODE[,MODE]... FILE...',
  options: 'Rcvf',
  // A mode like -x looks like an option.
  prepare: (argv) => (argv.some((word) => /^-[rwxst]+$/.test(word)) ? ['--', ...argv] : argv),
  operands: [2],
  run: async (call) => {
    const [text = '', ...paths] = call.words
    if (changedMode(text, { mode: 0, type: 'file' }, 0) === undefined)
      throw call.dialect === 'gnu' ? new Misused(`invalid mode: '${text}'`) : new Failure(`invalid mode '${text}'`)
    await onEach(
      call,
      paths,
      async (path) => {
        const mode = changedMode(text, await call.files.stat(path), call.process.umask)
        if (mode !== undefined) await call.files.chmod(path, mode)
      },
      (path) => `changing permissions of '${path}'`,
    )
  },
})

async function onEach(
  call: Call,
  paths: readonly string[],
  change: (path: string) => Promise<void>,
  words: (path: string) => string,
): Promise<void> {
  for (const path of paths)
    try {
      if (!call.has('R')) await change(path)
      else for await (const each of walk(call.files, path)) if (each.stat.type !== 'symlink') await change(each.path)
    } catch (error) {
      const missing = (await call.files.lstat(path).catch(() => undefined)) === undefined
      await call.refuse(error, path, missing ? `cannot access '${path}'` : words(path))
    }
}

const ownerOf = (name: 'chown' | 'chgrp') =>
  applet({
    name,
    usage: `[-RhLHPcvf]... ${name === 'chown' ? 'USER[:[GRP]]' : 'GROUP'} FILE...`,
    options: 'RhcvfLHP',
    operands: [2],
    run: async (call) => {
      const [owner = '', ...paths] = call.words
      const [user = '', group] = name === 'chgrp' ? ['', owner] : owner.split(/[:.]/)
      const [users, groups] = [await accounts(call, 'passwd'), await accounts(call, 'group')]
      const uid = user === '' ? undefined : users.idOf(user)
      const gid = group === undefined || group === '' ? undefined : groups.idOf(group)
      const gnu = call.dialect === 'gnu'
      if (user !== '' && uid === undefined) throw new Failure(gnu ? `invalid user: '${owner}'` : `unknown user ${user}`)
      if (group !== undefined && group !== '' && gid === undefined)
        throw new Failure(gnu ? `invalid group: '${owner}'` : `unknown group ${group}`)
      await onEach(
        call,
        paths,
        async (path) => {
          const stat = await call.files.stat(path)
          await call.files.chown(path, uid ?? stat.uid, gid ?? stat.gid)
        },
        (path) => `changing ${name === 'chown' ? 'ownership' : 'group'} of '${path}'`,
      )
    },
  })

export const chown = ownerOf('chown')
export const chgrp = ownerOf('chgrp')

export const touch = applet({
  name: 'touch',
  usage: '[-cham] [-d DATE] [-t DATE] [-r FILE] FILE...',
  options: 'cd:t:r:hamf',
  operands: [1],
  run: async (call) => {
    const now = call.process.clock.now()
    const [text, reference] = [call.value('d') ?? call.value('t'), call.value('r')]
    const time = text === undefined ? now : parseTime(text, now)
    if (time === undefined) throw new Failure(`invalid date '${text}'`)
    const like = reference === undefined ? undefined : await call.files.stat(reference)
    for (const path of call.words)
      try {
        const there = await call.files.stat(path).catch(() => undefined)
        if (there === undefined) {
          if (call.has('c')) continue
          ;(await call.files.open(path, { write: true, create: true })).close()
        }
        const [accessed, modified] = [like?.accessed ?? time, like?.modified ?? time]
        if (there !== undefined || text !== undefined || like !== undefined)
          await call.files.setTimes(
            path,
            call.has('m') ? (there?.accessed ?? accessed) : accessed,
            call.has('a') ? (there?.modified ?? modified) : modified,
          )
      } catch (error) {
        await call.refuse(error, path, `cannot touch '${path}'`)
      }
  },
})
