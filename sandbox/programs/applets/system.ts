import { accounts } from './accounts.ts'
import { applet, Failure } from './applet.ts'
import { decode, splitLines } from './bytes.ts'
import { formatTime } from './time.ts'

export const id = applet({
  name: 'id',
  usage: '[-ugGnr] [USER]',
  options: 'ugGnr',
  operands: [0, 1],
  run: async (call) => {
    const [users, groups] = [await accounts(call, 'passwd'), await accounts(call, 'group')]
    const [named] = call.words
    const uid =
      named === undefined
        ? call.process.uid
        : /^\d+$/.test(named) && call.dialect === 'busybox'
          ? undefined
          : users.idOf(named)
    if (uid === undefined)
      throw new Failure(call.dialect === 'gnu' ? `'${named}': no such user` : `unknown user ${named}`)
    const gid = named === undefined ? call.process.gid : await primaryGroup(call.files.read('/etc/passwd'), uid)
    const all = [...new Set([gid, ...(named === undefined ? call.process.groups : [])])]
    const shown = (value: number, known: typeof users) =>
      call.has('n') ? (known.nameOf(value) ?? String(value)) : String(value)
    const full = (value: number, known: typeof users) =>
      `${value}${known.nameOf(value) === undefined ? '' : `(${known.nameOf(value)})`}`
    if (call.has('u')) await call.out(`${shown(uid, users)}\n`)
    else if (call.has('g')) await call.out(`${shown(gid, groups)}\n`)
    else if (call.has('G')) await call.out(`${all.map((each) => shown(each, groups)).join(' ')}\n`)
    else
      await call.out(
        `uid=${full(uid, users)} gid=${full(gid, groups)} groups=${all.map((each) => full(each, groups)).join(',')}\n`,
      )
  },
})

const primaryGroup = async (passwd: Promise<Uint8Array>, uid: number) =>
  Number(
    splitLines(decode(await passwd))
      .map((line) => line.split(':'))
      .find(([, , number]) => Number(number) === uid)?.[3] ?? uid,
  )

export const groups = applet({
  name: 'groups',
  usage: '[USER]',
  run: async (call) => {
    const known = await accounts(call, 'group')
    await call.out(
      `${[...new Set([call.process.gid, ...call.process.groups])].map((gid) => known.nameOf(gid) ?? gid).join(' ')}\n`,
    )
  },
})

export const whoami = applet({
  name: 'whoami',
  usage: '',
  operands: [0, 0],
  run: async (call) => {
    const known = (await accounts(call, 'passwd')).nameOf(call.process.uid)
    if (known === undefined)
      throw new Failure(
        call.dialect === 'gnu' ? `cannot find name for user ID ${call.process.uid}` : `unknown uid ${call.process.uid}`,
      )
    await call.out(`${known}\n`)
  },
})

export const logname = applet({
  name: 'logname',
  usage: '',
  run: async (call) => {
    throw new Failure(call.dialect === 'gnu' ? 'no login name' : 'getlogin: No such device or address')
  },
})

export const uname = applet({
  name: 'uname',
  usage: '[-amnrspvio]',
  options: 'amnrspvio',
  run: async (call) => {
    const kernel = await call.files.read('/proc/version').then(decode, () => '')
    const [, release = '6.1.0'] = /version (\S+)/.exec(kernel) ?? []
    const version = /#\d.*/.exec(kernel)?.[0] ?? '#1 SMP'
    const parts = [
      ['s', 'Linux'],
      ['n', call.process.hostname],
      ['r', release],
      ['v', version],
      ['m', 'x86_64'],
      ['p', 'unknown'],
      ['i', 'unknown'],
      ['o', 'GNU/Linux'],
    ] as const
    const shown = parts.filter(([letter, text]) => (call.has('a') ? text !== 'unknown' : call.has(letter)))
    await call.out(`${shown.length === 0 ? 'Linux' : shown.map(([, text]) => text).join(' ')}\n`)
  },
})

export const nproc = applet({
  name: 'nproc',
  usage: '[--all] [--ignore=N]',
  options: 'a',
  long: { all: 'a' },
  run: async (call) => {
    const known = decode(await call.files.read('/proc/cpuinfo')).match(/^processor/gm)
    await call.out(`${known?.length ?? 1}
`)
  },
})

export const tty = applet({
  name: 'tty',
  usage: '[-s]',
  options: 's',
  run: async (call) => {
    const name = call.stdin.terminal?.name
    if (!call.has('s')) await call.out(`${name ?? 'not a tty'}\n`)
    return name === undefined ? 1 : 0
  },
})

export const stty = applet({
  name: 'stty',
  usage: '[-a|g] [-F DEVICE] [SETTING]...',
  options: '+agF:',
  prepare: (argv) => argv.map((word) => (/^-\w{2,}$/.test(word) ? word.replace(/^-/, '!') : word)),
  run: async (call) => {
    const terminal = call.stdin.terminal
    if (terminal === undefined)
      throw new Failure(
        call.dialect === 'gnu'
          ? "'standard input': Inappropriate ioctl for device"
          : 'standard input: Inappropriate ioctl for device',
      )
    if (call.words[0] === 'size') return call.out(`${terminal.rows} ${terminal.columns}\n`)
    if (call.words.length === 0)
      return call.out(`speed 38400 baud; line = 0;\n${terminal.raw ? '-icanon -echo' : '-brkint -imaxbel'}\n`)
    for (const word of call.words)
      if (word === 'raw' || word === '!icanon' || word === '!echo') terminal.raw = true
      else if (word === 'sane' || word === 'cooked' || word === '!raw' || word === 'echo' || word === 'icanon')
        terminal.raw = false
    return undefined
  },
})

export const uptime = applet({
  name: 'uptime',
  usage: '',
  run: async (call) => {
    const seconds = Number(decode(await call.files.read('/proc/uptime')).split(' ')[0])
    const load = decode(await call.files.read('/proc/loadavg'))
      .split(' ')
      .slice(0, 3)
      .join(', ')
    const [days, hours, minutes] = [
      Math.floor(seconds / 86_400),
      Math.floor(seconds / 3600) % 24,
      Math.floor(seconds / 60) % 60,
    ]
    const day = days === 0 ? '' : `${days} day${days === 1 ? '' : 's'}, `
    const clock = hours === 0 ? `${minutes} min` : `${String(hours).padStart(2)}:${String(minutes).padStart(2, '0')}`
    await call.out(
      ` ${formatTime('%H:%M:%S', call.process.clock.now())} up ${day}${clock},  0 users,  load average: ${load}\n`,
    )
  },
})

export const free = applet({
  name: 'free',
  usage: '[-bkmgh]',
  options: 'bkmgh',
  run: async (call) => {
    const fields = new Map(
      [...decode(await call.files.read('/proc/meminfo')).matchAll(/^(\w+):\s+(\d+)/gm)].map(([, name, value]) => [
        name,
        Number(value),
      ]),
    )
    const unit = call.has('b') ? 1 / 1024 : call.has('m') ? 1024 : call.has('g') ? 1_048_576 : 1
    const cell = (kilobytes: number) => String(Math.round(kilobytes / unit)).padStart(11)
    const [total = 0, unused = 0, cached = 0] = ['MemTotal', 'MemFree', 'Cached'].map((name) => fields.get(name) ?? 0)
    const row = (values: readonly number[]) => values.map(cell).join(' ')
    await call.out('              total        used        free      shared  buff/cache   available\n')
    await call.out(
      `Mem:    ${row([total, total - unused - cached, unused, 0, cached, fields.get('MemAvailable') ?? unused])}\nSwap:   ${row([0, 0, 0])}\n`,
    )
  },
})

export const dmesg = applet({
  name: 'dmesg',
  usage: '[-cr] [-n LEVEL] [-s SIZE]',
  options: 'crn:s:',
  run: async () => {
    throw new Failure('klogctl: Operation not permitted')
  },
})
