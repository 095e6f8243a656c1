// Programs that run others.
import { Errno } from '../../node/process.ts'
import { signalNumber, signalOf } from '../sh/signals.ts'
import { applet, type Call, Failure } from './applet.ts'
import { asText } from './bytes.ts'
import { duration, formatTime } from './time.ts'

export const xargs = applet({
  name: 'xargs',
  usage: '[OPTIONS] [PROG ARGS]',
  options: '+0a:rtpE:I:i::n:s:P:xL:d:',
  long: { 'no-run-if-empty': 'r', null: '0', 'max-args': 'n', 'max-procs': 'P', delimiter: 'd' },
  run: async (call) => {
    const argv = call.words.length === 0 ? ['echo'] : call.words
    let text = ''
    for await (const line of call.lines([call.value('a') ?? '-'])) text += line
    const replaced = call.value('I')
    const separator = call.has('0') ? '\0' : call.value('d')
    const items =
      separator === undefined && replaced === undefined
        ? words(text)
        : text.split(separator ?? '\n').filter((item) => item !== '')
    const size = replaced !== undefined ? 1 : call.number('n', call.number('L', 5000))
    const batches: string[][] = []
    for (let at = 0; at < items.length; at += size) batches.push(items.slice(at, at + size))
    if (items.length === 0 && !call.has('r') && replaced === undefined && call.dialect === 'gnu') batches.push([])
    if (items.length === 0 && !call.has('r') && replaced === undefined && call.dialect === 'busybox') batches.push([])
    for (const batch of batches) {
      const whole =
        replaced === undefined
          ? [...argv, ...batch]
          : argv.map((word) => word.replaceAll(replaced, (batch[0] ?? '').trimStart()))
      if (call.has('t')) await call.write(2, `${whole.join(' ')}\n`)
      const code = await started(call, whole)
      if (code === 126 || code === 127) return code
      if (code === 255) {
        await call.complain(`${whole[0]}: exited with status 255; aborting`)
        return 124
      }
      if (code !== 0) call.status = 123
    }
    return call.status
  },
})

async function started(call: Call, argv: readonly string[]): Promise<number> {
  await call.flush()
  try {
    return await (await call.process.spawn(argv.map(asText))).wait()
  } catch (error) {
    await call.refuse(error, argv[0] ?? '')
    return error instanceof Errno && error.code === 'EACCES' ? 126 : 127
  }
}

/** As a shell would split it: quotes and backslashes keep blanks together. */
const words = (text: string) =>
  [...text.matchAll(/(?:"[^"]*"|'[^']*'|\\[^]|[^\s"'\\])+/g)].map(([word]) =>
    word.replace(
      /"([^"]*)"|'([^']*)'|\\([^])/g,
      (_, double?: string, single?: string, escaped?: string) => double ?? single ?? escaped ?? '',
    ),
  )

export const timeout = applet({
  name: 'timeout',
  usage: '[-s SIG] [-k KILL_SECS] SECS PROG ARGS',
  options: '+s:k:fp',
  long: { signal: 's', 'kill-after': 'k', foreground: 'f', 'preserve-status': 'p' },
  operands: [2],
  misuse: 125,
  run: async (call) => {
    const [time = '', ...argv] = call.words
    const limit = duration(time)
    if (limit === undefined)
      throw new Failure(
        call.dialect === 'gnu' ? `invalid time interval '${time}'` : `invalid number '${time}'`,
        call.dialect === 'gnu' ? 125 : 1,
      )
    const number = signalNumber(call.value('s') ?? 'TERM')
    if (number === undefined) throw new Failure(`bad signal name '${call.value('s')}'`)
    const child = await call.process.spawn(argv.map(asText)).catch(() => undefined)
    if (child === undefined) return call.exec(argv)
    let late = false
    const over = new AbortController()
    const watch = async () => {
      await call.process.clock.sleep(limit, over.signal)
      late = true
      call.process.kill(child.pid, signalOf(number))
      const grace = duration(call.value('k') ?? '')
      if (grace === undefined) return
      await call.process.clock.sleep(grace, over.signal)
      call.process.kill(child.pid, 'SIGKILL')
    }
    if (limit > 0) watch().catch(() => undefined)
    const code = await child.wait()
    over.abort(new Error('ended'))
    // BusyBox's own process becomes the program, and dies as the program does.
    if (late && call.dialect === 'busybox' && child.signal !== 0) {
      call.process.kill(call.process.pid, signalOf(child.signal))
      await call.process.sleep(0)
    }
    if (!late || call.has('p') || call.dialect === 'busybox') return code
    return code === 137 ? 137 : 124
  },
})

export const nohup = applet({
  name: 'nohup',
  usage: 'PROG ARGS',
  options: '+',
  operands: [1],
  run: async (call) => {
    call.process.on('SIGHUP', 'ignore')
    if (call.terminal === undefined) return call.exec(call.words)
    const file = await call.files.open('nohup.out', { write: true, append: true, create: true, mode: 0o600 })
    await call.complain(
      call.dialect === 'gnu' ? "ignoring input and appending output to 'nohup.out'" : 'appending output to nohup.out',
    )
    const fds = new Map(call.process.fds).set(1, file).set(2, file)
    return call.process.exec(call.words.map(asText), { fds })
  },
})

export const nice = applet({
  name: 'nice',
  usage: '[-n ADJUST] [PROG ARGS]',
  options: '+n:',
  run: (call) => (call.words.length === 0 ? call.out('0\n') : call.exec(call.words)),
})
export const stdbuf = applet({
  name: 'stdbuf',
  usage: 'OPTION... COMMAND',
  options: '+i:o:e:',
  operands: [1],
  run: (call) => call.exec(call.words),
})
export const setsid = applet({
  name: 'setsid',
  usage: '[-c] PROG ARGS',
  options: '+c',
  operands: [1],
  run: async (call) => (await call.process.spawn(call.words.map(asText), { group: 'new' })).wait(),
})

export const time = applet({
  name: 'time',
  usage: '[-vpa] [-o FILE] PROG ARGS',
  options: '+vpao:f:',
  operands: [1],
  run: async (call) => {
    const start = call.process.clock.now()
    const code = await call.spawn(call.words)
    const seconds = (call.process.clock.now() - start) / 1000
    const shown = (value: number) =>
      call.has('p') ? value.toFixed(2) : `${Math.floor(value / 60)}m ${(value % 60).toFixed(2)}s`
    const [gap, zero] = call.has('p') ? [' ', '0.00'] : ['\t', '0m 0.00s']
    await call.write(2, `real${gap}${shown(seconds)}\nuser${gap}${zero}\nsys${gap}${zero}\n`)
    return code
  },
})

export const watch = applet({
  name: 'watch',
  usage: '[-n SEC] [-t] PROG ARGS',
  options: '+n:td',
  operands: [1],
  run: async (call) => {
    const pause = duration(call.value('n') ?? '2') ?? 2000
    for (;;) {
      await call.out('\x1b[H\x1b[J')
      const width = call.terminal?.columns ?? 80
      const title = `Every ${(pause / 1000).toFixed(1)}s: ${call.words.join(' ')}`
      if (!call.has('t'))
        await call.out(
          `${title.padEnd(width - 20).slice(0, width - 20)}${formatTime('%Y-%m-%d %H:%M:%S', call.process.clock.now())}\n\n`,
        )
      await call.spawn(['sh', '-c', call.words.join(' ')])
      await call.process.sleep(pause)
    }
  },
})
