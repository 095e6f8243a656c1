import { accounts } from './accounts.ts'
import { applet, Failure } from './applet.ts'
import { decode, splitLines } from './bytes.ts'

export const id = applet({
  name: 'id',
  usage: '[-ugGnr] [USER]',
  options: 'ugGnr',
  operands: [0, 1],
  run: async (call) => {
    const [users, groups] = [await accounts(call, 'passwd'), await accounts(call, 'group')]
    const [named] = call.words
    const account = splitLines(decode(await call.files.read('/etc/passwd')))
      .map((line) => line.split(':'))
      .find(([name]) => name === named)
    if (named !== undefined && account === undefined)
      throw new Failure(call.dialect === 'gnu' ? `'${named}': no such user` : `unknown user ${named}`)
    const [uid, gid, more] =
      account === undefined
        ? [call.process.uid, call.process.gid, call.process.groups]
        : [Number(account[2]), Number(account[3]), []]
    const all = [...new Set([...more, gid])]
    const shown = (value: number, known: typeof users) => (call.has('n') ? (known.nameOf(value) ?? value) : value)
    const full = (value: number, known: typeof users) => {
      const name = known.nameOf(value)
      return `${value}${name === undefined ? '' : `(${name})`}`
    }
    const every = all.map((each) => full(each, groups)).join(',')
    if (call.has('u')) await call.out(`${shown(uid, users)}\n`)
    else if (call.has('g')) await call.out(`${shown(gid, groups)}\n`)
    else if (call.has('G'))
      await call.out(`${[...new Set([gid, ...all])].map((each) => shown(each, groups)).join(' ')}\n`)
    else await call.out(`uid=${full(uid, users)} gid=${full(gid, groups)} groups=${every}\n`)
  },
})

export const whoami = applet({
  name: 'whoami',
  usage: '',
  operands: [0, 0],
  run: async (call) => {
    const { uid } = call.process
    const known = (await accounts(call, 'passwd')).nameOf(uid)
    if (known === undefined)
      throw new Failure(call.dialect === 'gnu' ? `cannot find name for user ID ${uid}` : `unknown uid ${uid}`)
    await call.out(`${known}\n`)
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
    const shown = Object.entries(parts).flatMap(([letter, text]) => (call.has('a') || call.has(letter) ? [text] : []))
    await call.out(`${shown.length === 0 ? 'Linux' : shown.join(' ')}\n`)
  },
})

export const nproc = applet({
  name: 'nproc',
  usage: '[--all] [--ignore=N]',
  run: async (call) => {
    const known = decode(await call.files.read('/proc/cpuinfo')).match(/^processor/gm)
    await call.out(`${known?.length ?? 1}\n`)
  },
})

export const free = applet({
  name: 'free',
  usage: '[-bkmgh]',
  options: 'kmg',
  run: async (call) => {
    const text = decode(await call.files.read('/proc/meminfo'))
    const unit = call.has('m') ? 1024 : call.has('g') ? 1_048_576 : 1
    const field = (name: string) => Number(new RegExp(`^${name}: +(\\d+)`, 'm').exec(text)?.[1] ?? 0)
    const [total, unused, cached] = [field('MemTotal'), field('MemFree'), field('Cached')]
    const row = (values: readonly number[]) =>
      values.map((value) => String(Math.round(value / unit)).padStart(11)).join(' ')
    const memory = row([total, total - unused - cached, unused, 0, cached, field('MemAvailable')])
    await call.out(
      `              total        used        free      shared  buff/cache   available\nMem:    ${memory}\nSwap:   ${row([0, 0, 0])}\n`,
    )
  },
})
