// Programs of a few lines.
import { type Applet, applet, Failure, Misused } from './applet.ts'
import { asBytes, chunks } from './bytes.ts'
import type { Call } from './call.ts'
import { baseName, statOrNothing } from './files.ts'
import { wholeLines } from './head.ts'
import { duration } from './time.ts'

export const truth = applet({ name: 'true', usage: '', options: '+', run: async () => 0 })
export const falsity = applet({ name: 'false', usage: '', options: '+', run: async () => 1 })
export const clear = applet({ name: 'clear', usage: '', run: (call) => call.out('\x1b[H\x1b[J') })

export const yes = applet({
  name: 'yes',
  usage: '[STRING]',
  run: async (call) => {
    const line = `${call.words.length === 0 ? 'y' : call.words.join(' ')}\n`
    const block = line.repeat(Math.max(1, Math.floor(4096 / line.length)))
    for (;;) {
      await call.process.step()
      await call.out(block)
    }
  },
})

export const sleep = applet({
  name: 'sleep',
  usage: '[N]...',
  options: '+',
  operands: [1],
  run: async (call) => {
    const times = call.words.map((word) => (word === 'infinity' || word === 'inf' ? Infinity : duration(word)))
    const wrong = call.words[times.indexOf(undefined)]
    if (wrong !== undefined)
      throw call.gnu ? new Misused(`invalid time interval '${wrong}'`) : new Failure(`invalid number '${wrong}'`)
    let left = times.reduce<number>((sum, each) => sum + (each ?? 0), 0)
    // Node's timers hold 24 days.
    for (; left > 0; left -= 2 ** 31 - 1) await call.process.sleep(Math.min(left, 2 ** 31 - 1))
  },
})

export const hostname = applet({
  name: 'hostname',
  usage: '[-sidf] [HOSTNAME | -F FILE]',
  options: 'sidfF:I',
  run: async (call) => {
    if (call.words.length > 0) throw new Failure(`sethostname: Operation not permitted`)
    if (call.has('iI')) return call.line(call.process.net.address)
    const name = call.has('fd') ? await fullName(call) : call.process.hostname
    const dot = `${name}.`.indexOf('.')
    if (!call.has('d')) await call.line(call.has('s') ? name.slice(0, dot) : name)
    else if (dot < name.length) await call.line(name.slice(dot + 1))
  },
})

/** The first name of the line of /etc/hosts that has this host's. */
async function fullName({ process, files }: Call): Promise<string> {
  const hosts = Buffer.from(await files.read('/etc/hosts').catch(() => Buffer.alloc(0))).toString()
  const lines = hosts.split('\n').map((line) => line.replace(/#.*/, '').trim().split(/\s+/).slice(1))
  return lines.find((names) => names.includes(process.hostname))?.[0] ?? process.hostname
}

export const tee = applet({
  name: 'tee',
  usage: '[-ai] [FILE]...',
  options: 'ai',
  run: async (call) => {
    const targets = [...call.process.fds].flatMap(([fd, file]) => (fd === 1 ? [file] : []))
    const flags = { write: true, create: true, [call.has('a') ? 'append' : 'truncate']: true }
    await call.each(async (path) => targets.push(await call.files.open(path, flags)))
    for await (const chunk of chunks(call.stdin)) for (const target of targets) await target.write(chunk)
  },
})

export const basename = applet({
  name: 'basename',
  usage: 'FILE [SUFFIX] | -a FILE... | -s SUFFIX FILE...',
  operands: [1, 2],
  run: (call) => {
    const [path = '', suffix = ''] = call.words
    const name = baseName(path)
    const ends = suffix !== '' && name !== suffix && name.endsWith(suffix)
    return call.line(ends ? name.slice(0, -suffix.length) : name)
  },
})

export const dirname = applet({
  name: 'dirname',
  usage: 'FILENAME',
  operands: [1],
  run: (call) =>
    call.each(async (path) => {
      const trimmed = path.replace(/(?!^)\/+$/, '')
      await call.line(trimmed.includes('/') ? trimmed.replace(/\/*[^/]*$/, '') || '/' : '.')
    }),
})

export const readlink = applet({
  name: 'readlink',
  usage: '[-fnv] FILE',
  options: 'f',
  operands: [1],
  run: async (call) => {
    for (const path of call.words) {
      const found = call.has('f') ? call.files.real(path) : call.files.readlink(path)
      await found.then(
        (target) => call.line(target),
        () => (call.status = 1),
      )
    }
  },
})

export const realpath = applet({
  name: 'realpath',
  usage: 'FILE...',
  operands: [1],
  run: (call) => call.each(async (path) => call.line(await call.files.real(path))),
})

export const which = applet({
  name: 'which',
  usage: '[-a] COMMAND...',
  operands: [1],
  run: async (call) => {
    const folders = asBytes(call.process.env.get('PATH') ?? '').split(':')
    for (const word of call.words) {
      let found: string | undefined
      for (const path of word.includes('/') ? [word] : folders.map((folder) => `${folder}/${word}`))
        if ((await statOrNothing(call.files, path))?.type === 'file' && (await call.files.mayExecute(path)))
          found ??= path
      if (found === undefined) call.status = 1
      else await call.line(found)
    }
  },
})

export const seq = applet({
  name: 'seq',
  usage: '[-w] [-s SEP] [FIRST [INC]] LAST',
  options: '+ws:',
  prepare: (argv) => {
    const at = argv.findIndex((word) => /^-[\d.]/.test(word))
    return at < 0 ? argv : [...argv.slice(0, at), '--', ...argv.slice(at)]
  },
  operands: [1, 3],
  run: async (call) => {
    const wrong = call.words.find((word) => !/^[+-]?(\d+\.?\d*|\.\d+)$/.test(word))
    if (wrong !== undefined) throw new Misused(call.says('', `invalid floating point argument: '${wrong}'`))
    const numbers = call.words.map(Number)
    const last = numbers.at(-1) ?? 1
    const first = numbers.length > 1 ? (numbers[0] ?? 1) : 1
    const step = numbers.length > 2 ? (numbers[1] ?? 1) : 1
    if (step === 0) throw new Failure('increment is 0')
    const digits = Math.max(...call.words.map((word) => /\.(\d*)/.exec(word)?.[1]?.length ?? 0))
    const width = call.has('w') ? Math.max(first.toFixed(digits).length, last.toFixed(digits).length) : 0
    const count = Math.floor((last - first) / step + 1e-9)
    for (let at = 0; at <= count; at += 1) {
      const text = (first + at * step).toFixed(digits).padStart(width, '0')
      await call.out(text + (at === count ? '\n' : (call.value('s') ?? '\n')))
      await call.process.step()
    }
  },
})

export const tac = applet({
  name: 'tac',
  usage: '[FILE]...',
  opens: ['%', "failed to open '%' for reading"],
  reads: ['%: @', '%: @'],
  run: (call) =>
    call.inputs(async (file) =>
      call.out(
        wholeLines(await call.contents(file))
          .toReversed()
          .join(''),
      ),
    ),
})

/** A pager that nobody turns the pages of is cat. */
const pager = (name: string): Applet =>
  applet({
    name,
    usage: '[FILE]...',
    opens: ["can't open '%'", '%'],
    run: (call) => call.lines((line) => call.out(line)),
  })

export const more = pager('more')
export const less = pager('less')
