import type { ProcessInfo } from '../../node/process.ts'
import { signalNumber, signalOf } from '../sh/signals.ts'
import { accounts } from './accounts.ts'
import { type Applet, applet, Failure } from './applet.ts'
import { asBytes } from './bytes.ts'
import { compilePattern } from './regex.ts'

const commandOf = (info: ProcessInfo) =>
  info.state === 'Z' || info.argv.length === 0 ? `[${asBytes(info.comm)}]` : asBytes(info.argv.join(' '))

interface Shown {
  readonly title: string
  /** Below 0: to the right. */
  readonly width: number
  readonly of: (info: ProcessInfo, userOf: (uid: number) => string) => string | number
}

const columns: Readonly<Record<string, Shown>> = {
  user: { title: 'USER', width: 8, of: ({ uid }, userOf) => userOf(uid).slice(0, 8) },
  comm: { title: 'COMMAND', width: 16, of: ({ comm }) => asBytes(comm) },
  args: { title: 'COMMAND', width: 0, of: commandOf },
  pid: { title: 'PID', width: -5, of: ({ pid }) => pid },
  ppid: { title: 'PPID', width: -5, of: ({ parent }) => parent },
  pgid: { title: 'PGID', width: -5, of: ({ group }) => group },
  time: { title: 'TIME', width: -5, of: () => '0:00' },
  tty: { title: 'TT', width: 6, of: ({ terminal }) => terminal?.replace('/dev/pts/', '136,') ?? '?' },
  sid: { title: 'SID', width: -5, of: ({ session }) => session },
  stat: { title: 'STAT', width: 4, of: ({ state }) => state },
}

export const ps = applet({
  name: 'ps',
  usage: '[-o COL1,COL2=HEADER] [-T]',
  // Debian's build takes procps' options, and ignores them.
  options: 'o:TAaefdlHxuw',
  prepare: (argv) => argv.filter((word) => word.startsWith('-') || argv.includes('-o')),
  run: async (call) => {
    const users = await accounts(call.files, 'passwd')
    const userOf = (uid: number) => users.nameOf(uid) ?? String(uid)
    const asked = call.values('o').flatMap((list) => list.split(','))
    const shown = (asked.length === 0 ? ['pid', 'user', 'time', 'args'] : asked).map((name) => {
      const column = Object.hasOwn(columns, name) ? columns[name] : undefined
      if (column !== undefined) return column
      throw new Failure(`bad -o argument '${name}', supported arguments: ${Object.keys(columns).join(',')}`)
    })
    const print = (cell: (column: Shown) => string) =>
      call.line(shown.map(cell).join(' ').trimEnd().slice(0, call.terminal?.columns))
    await print(({ title, width }) => title.padEnd(Math.abs(width)))
    for (const info of call.process.processes().toSorted((a, b) => a.pid - b.pid))
      await print(({ width, of }) => {
        const text = String(of(info, userOf))
        return width < 0 ? text.padStart(-width) : text.padEnd(width)
      })
  },
})

const byPattern = (name: 'pgrep' | 'pkill'): Applet =>
  applet({
    name,
    usage: '[-flanovx] [-s SID|-P PPID|PATTERN]',
    options: 'fla',
    prepare: (argv) => argv.filter((word) => !isSignal(word)),
    operands: [1, 1],
    run: async (call) => {
      const pattern = compilePattern(call.words[0] ?? '', { extended: true })
      const found = call.process
        .processes()
        .filter((info) => info.pid !== call.process.pid)
        .filter((info) => pattern.find(call.has('f') ? commandOf(info) : asBytes(info.comm)) !== undefined)
      const number = signalNumber(call.process.argv.find(isSignal)?.slice(1) ?? 'TERM') ?? 15
      for (const info of found) {
        const more = call.has('a') ? ` ${commandOf(info)}` : call.has('l') ? ` ${asBytes(info.comm)}` : ''
        if (name === 'pgrep') await call.line(info.pid + more)
        else call.process.kill(info.pid, number === 0 ? 0 : signalOf(number))
      }
      return found.length > 0 ? 0 : 1
    },
  })

const isSignal = (word: string) => /^-(\d+|[A-Z][A-Z0-9]+)$/.test(word)

export const pgrep = byPattern('pgrep')
export const pkill = byPattern('pkill')

export const pidof = applet({
  name: 'pidof',
  usage: '[-s] [-o PID] [NAME]...',
  run: async (call) => {
    const names = ({ comm, argv }: ProcessInfo) => [comm, argv[0]?.replace(/^.*\//, '')]
    const found = call.process.processes().filter((info) => call.words.some((word) => names(info).includes(word)))
    const pids = found.map(({ pid }) => pid).filter((pid) => pid !== call.process.pid)
    if (pids.length > 0) await call.line(pids.toSorted((a, b) => b - a).join(' '))
    return pids.length > 0 ? 0 : 1
  },
})
