import { Errno, type ProcessInfo } from '../../node/process.ts'
import { signalNumber, signalOf } from '../sh/signals.ts'
import { accounts } from './accounts.ts'
import { type Applet, applet, type Call, Failure } from './applet.ts'
import { asBytes, decode } from './bytes.ts'
import { compilePattern } from './regex.ts'

const commandOf = (info: ProcessInfo) =>
  info.state === 'Z' || info.argv.length === 0 ? `[${asBytes(info.comm)}]` : asBytes(info.argv.join(' '))

const minutes = (milliseconds: number) =>
  `${Math.floor(milliseconds / 60_000)}:${String(Math.floor(milliseconds / 1000) % 60).padStart(2, '0')}`

interface Shown {
  readonly title: string
  readonly width: number
  readonly right?: boolean
  readonly of: (info: ProcessInfo, call: Call, userOf: (uid: number) => string) => string
}

const user: Shown['of'] = ({ uid }, _call, userOf) => userOf(uid).slice(0, 8)

/** In the order in which ps says that it knows them. */
const columns: Readonly<Record<string, Shown>> = {
  user: { title: 'USER', width: 8, of: user },
  group: { title: 'GROUP', width: 8, of: user },
  comm: { title: 'COMMAND', width: 16, of: ({ comm }) => asBytes(comm) },
  args: { title: 'COMMAND', width: 256, of: commandOf },
  pid: { title: 'PID', width: 5, right: true, of: ({ pid }) => String(pid) },
  ppid: { title: 'PPID', width: 5, right: true, of: ({ parent }) => String(parent) },
  pgid: { title: 'PGID', width: 5, right: true, of: ({ group }) => String(group) },
  etime: {
    title: 'ELAPSED',
    width: 7,
    right: true,
    of: ({ started }, call) => minutes(call.process.clock.now() - started),
  },
  nice: { title: 'NI', width: 5, right: true, of: () => '0' },
  rgroup: { title: 'RGROUP', width: 8, of: user },
  ruser: { title: 'RUSER', width: 8, of: user },
  time: { title: 'TIME', width: 5, right: true, of: () => '0:00' },
  tty: { title: 'TT', width: 6, of: ({ terminal }) => terminal?.replace('/dev/pts/', '136,') ?? '?' },
  vsz: { title: 'VSZ', width: 5, right: true, of: () => '2584' },
  sid: { title: 'SID', width: 5, right: true, of: ({ session }) => String(session) },
  stat: { title: 'STAT', width: 4, of: ({ state }) => state },
  rss: { title: 'RSS', width: 4, right: true, of: () => '1652' },
}

export const ps = applet({
  name: 'ps',
  usage: '[-o COL1,COL2=HEADER] [-T]',
  // Debian's build takes procps' options, and ignores them.
  options: 'o:TAaefdlHxuw',
  prepare: (argv) => argv.filter((word) => word.startsWith('-') || argv.includes('-o')),
  run: async (call) => {
    const users = await accounts(call, 'passwd')
    const userOf = (uid: number) => users.nameOf(uid) ?? String(uid)
    const asked = call.values('o').flatMap((list) => list.split(','))
    const shown = (asked.length === 0 ? ['pid', 'user', 'time', 'args'] : asked).map((text) => {
      const [name = '', title] = text.split('=')
      const column = Object.hasOwn(columns, name) ? columns[name] : undefined
      if (column === undefined)
        throw new Failure(`bad -o argument '${name}', supported arguments: ${Object.keys(columns).join(',')}`)
      return title === undefined ? column : { ...column, title }
    })
    const width = call.terminal?.columns ?? Infinity
    const line = (cells: readonly string[], header = false) => {
      const padded = cells.map((cell, at) => {
        const column = shown[at]
        if (column === undefined || (at === cells.length - 1 && column.right !== true)) return cell
        return column.right === true && !header ? cell.padStart(column.width) : cell.padEnd(column.width)
      })
      return `${padded.join(' ').slice(0, width)}\n`
    }
    await call.out(
      line(
        shown.map(({ title }) => title),
        true,
      ),
    )
    for (const info of call.process.processes().toSorted((a, b) => a.pid - b.pid))
      await call.out(line(shown.map((column) => column.of(info, call, userOf))))
  },
})

const topTitle = `CPU:  0.0% usr  0.0% sys  0.0% nic  100% idle  0.0% io  0.0% irq  0.0% sirq
Load average: 0.00 0.00 0.00 1/64 1
  PID  PPID USER     STAT   VSZ %VSZ CPU %CPU COMMAND
`

export const top = applet({
  name: 'top',
  usage: '[-bmH] [-n COUNT] [-d SECONDS]',
  options: 'bmHn:d:',
  run: async (call) => {
    const users = await accounts(call, 'passwd')
    const memory = await call.files.read('/proc/meminfo').then(decode, () => '')
    const [total = 0, unused = 0, cached = 0] = ['MemTotal', 'MemFree', 'Cached'].map((name) =>
      Number(new RegExp(`^${name}: +(\\d+)`, 'm').exec(memory)?.[1] ?? 0),
    )
    const runs = call.number('n', Infinity)
    for (let run = 0; run < runs; run += 1) {
      if (run > 0) await call.process.sleep(call.number('d', 5) * 1000)
      if (call.terminal !== undefined && !call.has('b')) await call.out('\x1b[H\x1b[J')
      await call.out(`Mem: ${total - unused}K used, ${unused}K free, 0K shrd, 0K buff, ${cached}K cached\n${topTitle}`)
      for (const info of call.process.processes()) {
        const [pid, parent] = [info.pid, info.parent].map((number) => String(number).padStart(5))
        const name = (users.nameOf(info.uid) ?? String(info.uid)).padEnd(8)
        const line = `${pid} ${parent} ${name} ${info.state.padEnd(4)}  2584  0.0   0  0.0 ${commandOf(info)}`
        await call.out(`${line.slice(0, call.terminal?.columns)}\n`)
      }
      await call.flush()
    }
  },
})

const byPattern = (name: 'pgrep' | 'pkill'): Applet =>
  applet({
    name,
    usage: '[-flanovx] [-s SID|-P PPID|PATTERN]',
    options: 'flanovxs:P:',
    prepare: (argv) => argv.filter((word) => !isSignal(word)),
    run: async (call) => {
      const [pattern] = call.words
      if (pattern === undefined && !call.has('P') && !call.has('s')) throw new Failure('no pattern')
      const compiled = compilePattern(pattern ?? '', { extended: true, whole: call.has('x') ? 'line' : undefined })
      const found = call.process.processes().filter((info) => {
        const text = call.has('f') ? commandOf(info) : asBytes(info.comm)
        const fits =
          compiled.find(text) !== undefined &&
          (!call.has('P') || info.parent === call.number('P', 0)) &&
          (!call.has('s') || info.session === call.number('s', 0))
        return info.pid !== call.process.pid && fits !== call.has('v')
      })
      const chosen = call.has('n') ? found.slice(-1) : call.has('o') ? found.slice(0, 1) : found
      const signal = call.process.argv.find(isSignal)?.slice(1) ?? 'TERM'
      for (const info of chosen)
        if (name === 'pgrep')
          await call.out(
            `${info.pid}${call.has('a') ? ` ${commandOf(info)}` : call.has('l') ? ` ${asBytes(info.comm)}` : ''}\n`,
          )
        else await sendTo(call, info.pid, signal)
      return chosen.length > 0 ? 0 : 1
    },
  })

const isSignal = (word: string) => /^-(\d+|[A-Z][A-Z0-9]+)$/.test(word)

async function sendTo(call: Call, pid: number, text: string): Promise<void> {
  const number = signalNumber(text)
  if (number === undefined) throw new Failure(`bad signal name '${text}'`)
  try {
    call.process.kill(pid, number === 0 ? 0 : (signalOf(number) ?? 0))
  } catch (error) {
    if (!(error instanceof Errno)) throw error
    await call.complain(`can't kill pid ${pid}: ${error.message}`)
  }
}

export const pgrep = byPattern('pgrep')
export const pkill = byPattern('pkill')

const baseOf = (info: ProcessInfo) => [info.comm, info.argv[0]?.replace(/^.*\//, '')]

export const pidof = applet({
  name: 'pidof',
  usage: '[-s] [-o PID] [NAME]...',
  options: 'so:',
  run: async (call) => {
    const found = call.process
      .processes()
      .filter(
        (info) =>
          info.pid !== call.process.pid &&
          call.words.some((word) => baseOf(info).includes(word)) &&
          !call.values('o').includes(String(info.pid)),
      )
    const pids = found.map(({ pid }) => pid).toSorted((a, b) => b - a)
    if (pids.length > 0) await call.out(`${(call.has('s') ? pids.slice(0, 1) : pids).join(' ')}\n`)
    return pids.length > 0 ? 0 : 1
  },
})

export const killall = applet({
  name: 'killall',
  usage: '[-lq] [-SIG] NAME...',
  options: 'lq',
  prepare: (argv) => argv.filter((word) => !isSignal(word)),
  operands: [1],
  run: async (call) => {
    const signal = call.process.argv.find(isSignal)?.slice(1) ?? 'TERM'
    for (const word of call.words) {
      const found = call.process
        .processes()
        .filter((info) => info.pid !== call.process.pid && baseOf(info).includes(word))
      if (found.length === 0 && !call.has('q')) await call.complain(`${word}: no process killed`)
      if (found.length === 0) call.status = 1
      for (const { pid } of found) await sendTo(call, pid, signal)
    }
  },
})
