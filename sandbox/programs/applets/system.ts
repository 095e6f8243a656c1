import { accounts } from './accounts.ts'
import { applet, Failure } from './applet.ts'
import { decode } from './bytes.ts'

export const id = applet({
  name: 'id',
  usage: '[-ugGnr] [USER]',
  options: 'ugGnr',
  operands: [0, 1],
  run: async (call) => {
    const [users, groups] = [await accounts(call.files, 'passwd'), await accounts(call.files, 'group')]
    const [named] = call.words
    const { process } = call
    const [uid, gid] = (named === undefined ? [process.uid, process.gid] : users.idsOf(named)) ?? []
    if (uid === undefined || gid === undefined)
      throw new Failure(call.says(`unknown user ${named}`, `'${named}': no such user`))
    const all = [...new Set([...(named === undefined ? process.groups : []), gid])]
    const shown = (value: number, known: typeof users) => (call.has('n') ? (known.nameOf(value) ?? value) : value)
    const full = (value: number, known: typeof users) => {
      const name = known.nameOf(value)
      return `${value}${name === undefined ? '' : `(${name})`}`
    }
    if (call.has('u')) return call.line(shown(uid, users))
    if (call.has('g')) return call.line(shown(gid, groups))
    if (call.has('G')) return call.line([...new Set([gid, ...all])].map((each) => shown(each, groups)).join(' '))
    return call.line(
      `uid=${full(uid, users)} gid=${full(gid, groups)} groups=${all.map((each) => full(each, groups)).join(',')}`,
    )
  },
})

export const whoami = applet({
  name: 'whoami',
  usage: '',
  operands: [0, 0],
  run: async (call) => {
    const { uid } = call.process
    const known = (await accounts(call.files, 'passwd')).nameOf(uid)
    if (known === undefined) throw new Failure(call.says(`unknown uid ${uid}`, `cannot find name for user ID ${uid}`))
    await call.line(known)
  },
})

export const uname = applet({
  name: 'uname',
  usage: '[-amnrspvio]',
  options: 'amnrsvo',
  run: async (call) => {
    const kernel = decode(await call.files.read('/proc/version'))
    const parts = {
      s: 'Linux',
      n: call.process.hostname,
      r: /version (\S+)/.exec(kernel)?.[1],
      v: /#\d.*/.exec(kernel)?.[0],
      m: 'x86_64',
      o: 'GNU/Linux',
    }
    const shown = Object.entries(parts).flatMap(([letter, text]) => (call.has(`a${letter}`) ? [text] : []))
    await call.line(shown.join(' ') || 'Linux')
  },
})

export const nproc = applet({
  name: 'nproc',
  usage: '[--all] [--ignore=N]',
  run: async (call) => {
    const known = decode(await call.files.read('/proc/cpuinfo')).match(/^processor/gm)
    await call.line(known?.length ?? 1)
  },
})

export const free = applet({
  name: 'free',
  usage: '[-bkmgh]',
  options: 'kmg',
  run: async (call) => {
    const text = decode(await call.files.read('/proc/meminfo'))
    const unit = call.has('m') ? 1024 : call.has('g') ? 1_048_576 : 1
    const [total = 0, unused = 0, cached = 0, available = 0] = ['MemTotal', 'MemFree', 'Cached', 'MemAvailable'].map(
      (name) => Number(new RegExp(`^${name}: +(\\d+)`, 'm').exec(text)?.[1] ?? 0),
    )
    const row = (values: readonly number[]) =>
      values.map((value) => String(Math.round(value / unit)).padStart(11)).join(' ')
    await call.line('              total        used        free      shared  buff/cache   available')
    await call.line(`Mem:    ${row([total, total - unused - cached, unused, 0, cached, available])}`)
    await call.line(`Swap:   ${row([0, 0, 0])}`)
  },
})
