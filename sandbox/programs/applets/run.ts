// Programs that run others.
import { signalOf } from '../sh/signals.ts'
import { applet, Failure } from './applet.ts'
import { asText } from './bytes.ts'
import { duration } from './time.ts'

export const xargs = applet({
  name: 'xargs',
  usage: '[OPTIONS] [PROG ARGS]',
  options: '+0rI:n:',
  refused: ['%', '%'],
  run: async (call) => {
    const argv = call.words.length === 0 ? ['echo'] : call.words
    const text = await call.contents(call.stdin)
    const replaced = call.value('I')
    const separator = call.has('0') ? '\0' : replaced === undefined ? undefined : '\n'
    const items: readonly string[] =
      separator === undefined ? words(text) : text.split(separator).filter((item) => item !== '')
    const size = replaced === undefined ? call.number('n', 5000) : 1
    const batches: (readonly string[])[] = []
    for (let at = 0; at < items.length; at += size) batches.push(items.slice(at, at + size))
    if (items.length === 0 && !call.has('r') && replaced === undefined) batches.push([])
    for (const batch of batches) {
      const [item = ''] = batch
      const whole =
        replaced === undefined ? [...argv, ...batch] : argv.map((word) => word.replaceAll(replaced, item.trimStart()))
      const code = await call.spawn(whole)
      if (code === 126 || code === 127) return code
      if (code !== 0) call.status = 123
    }
    return call.status
  },
})

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
  options: '+',
  operands: [2],
  misuse: 125,
  run: async (call) => {
    const [time = '', ...argv] = call.words
    const limit = duration(time)
    if (limit === undefined) throw new Failure(`invalid number '${time}'`)
    const child = await call.process.spawn(argv.map(asText)).catch(() => undefined)
    if (child === undefined) return call.exec(argv)
    let late = false
    const over = new AbortController()
    const end = () => {
      late = true
      call.process.kill(child.pid, 'SIGTERM')
    }
    call.process.clock.sleep(limit, over.signal).then(end, () => undefined)
    const code = await child.wait()
    over.abort(new Error('ended'))
    // BusyBox's own process becomes the program, and dies as the program does.
    if (late && !call.gnu && child.signal !== 0) {
      call.process.kill(call.process.pid, signalOf(child.signal))
      await call.process.sleep(0)
    }
    return late && call.gnu ? 124 : code
  },
})

export const time = applet({
  name: 'time',
  usage: '[-vpa] [-o FILE] PROG ARGS',
  options: '+p',
  operands: [1],
  run: async (call) => {
    const start = call.process.clock.now()
    const code = await call.spawn(call.words)
    const seconds = (call.process.clock.now() - start) / 1000
    const shown = (value: number) =>
      call.has('p') ? ` ${value.toFixed(2)}` : `\t${Math.floor(value / 60)}m ${(value % 60).toFixed(2)}s`
    await call.write(2, `real${shown(seconds)}\nuser${shown(0)}\nsys${shown(0)}\n`)
    return code
  },
})

export const watch = applet({
  name: 'watch',
  usage: '[-n SEC] [-t] PROG ARGS',
  options: '+n:t',
  operands: [1],
  run: async (call) => {
    const pause = duration(call.value('n') ?? '2') ?? 2000
    for (;;) {
      await call.out(`\x1b[H\x1b[JEvery ${(pause / 1000).toFixed(1)}s: ${call.words.join(' ')}\n\n`)
      await call.spawn(['sh', '-c', call.words.join(' ')])
      await call.process.sleep(pause)
    }
  },
})
