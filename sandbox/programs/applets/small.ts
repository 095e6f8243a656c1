// Programs of a few lines.
import { applet, Failure, Misused, numberIn } from './applet.ts'
import { asBytes, chunks } from './bytes.ts'
import { baseName, join, statOrNothing } from './files.ts'
import { duration } from './time.ts'

export const truth = applet({ name: 'true', usage: '', options: '+', run: async () => 0 })
export const falsity = applet({ name: 'false', usage: '', options: '+', run: async () => 1 })

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
    const gnu = call.dialect === 'gnu'
    const times = call.words.map((word) => (word === 'infinity' || word === 'inf' ? Infinity : duration(word)))
    const wrong = call.words[times.indexOf(undefined)]
    if (wrong !== undefined) {
      if (gnu) await call.complain(`invalid time interval '${wrong}'`)
      throw gnu ? new Misused() : new Failure(`invalid number '${wrong}'`)
    }
    let left = times.reduce<number>((sum, each) => sum + (each ?? 0), 0)
    // Node's timers hold 24 days.
    for (; left > 0; left -= 2 ** 31 - 1) await call.process.sleep(Math.min(left, 2 ** 31 - 1))
  },
})

export const usleep = applet({
  name: 'usleep',
  usage: 'N',
  operands: [1],
  run: async (call) => {
    await call.process.sleep(numberIn(call.words[0] ?? '') / 1000)
  },
})

export const hostname = applet({
  name: 'hostname',
  usage: '[-sidf] [HOSTNAME | -F FILE]',
  options: 'sidfF:I',
  run: async (call) => {
    if (call.words.length > 0) throw new Failure(`sethostname: Operation not permitted`)
    await call.out(`${call.has('i') || call.has('I') ? call.process.net.address : call.process.hostname}\n`)
  },
})

export const tee = applet({
  name: 'tee',
  usage: '[-ai] [FILE]...',
  options: 'ai',
  run: async (call) => {
    const targets = []
    for (const path of call.words)
      try {
        targets.push(
          await call.files.open(path, { write: true, create: true, [call.has('a') ? 'append' : 'truncate']: true }),
        )
      } catch (error) {
        await call.refuse(error, path)
      }
    const out = call.process.fds.get(1)
    for await (const chunk of chunks(call.stdin))
      for (const target of out === undefined ? targets : [out, ...targets]) await target.write(chunk)
  },
})

export const basename = applet({
  name: 'basename',
  usage: 'FILE [SUFFIX] | -a FILE... | -s SUFFIX FILE...',
  options: '+as:',
  operands: [1],
  run: async (call) => {
    const several = call.has('a') || call.has('s')
    const suffix = call.value('s') ?? (several ? '' : (call.words[1] ?? ''))
    for (const path of several ? call.words : call.words.slice(0, 1)) {
      const name = baseName(path)
      await call.out(
        `${suffix !== '' && name !== suffix && name.endsWith(suffix) ? name.slice(0, -suffix.length) : name}\n`,
      )
    }
  },
})

export const dirname = applet({
  name: 'dirname',
  usage: 'FILENAME',
  operands: [1],
  run: async (call) => {
    for (const path of call.words) {
      const trimmed = path.replace(/(?!^)\/+$/, '')
      const parent = trimmed.includes('/') ? trimmed.replace(/\/*[^/]*$/, '') || '/' : '.'
      await call.out(`${parent}\n`)
    }
  },
})

export const readlink = applet({
  name: 'readlink',
  usage: '[-fnv] FILE',
  options: 'fnvem',
  operands: [1],
  run: async (call) => {
    for (const path of call.words)
      try {
        await call.out(
          (await (call.has('f') ? call.files.real(path) : call.files.readlink(path))) + (call.has('n') ? '' : '\n'),
        )
      } catch (error) {
        if (call.has('v')) await call.refuse(error, path)
        call.status = 1
      }
  },
})

export const realpath = applet({
  name: 'realpath',
  usage: 'FILE...',
  operands: [1],
  run: async (call) => {
    for (const path of call.words)
      try {
        const [, folder, name = ''] = /^(.*\/)?([^/]+)$/.exec(path) ?? []
        const missing = call.dialect === 'gnu' && (await statOrNothing(call.files, path)) === undefined
        const real = missing ? join(await call.files.real(folder ?? '.'), name) : await call.files.real(path)
        await call.out(`${real}\n`)
      } catch (error) {
        await call.refuse(error, path)
      }
  },
})

export const which = applet({
  name: 'which',
  usage: '[-a] COMMAND...',
  options: 'a',
  operands: [1],
  run: async (call) => {
    const folders = asBytes(call.process.env.get('PATH') ?? '').split(':')
    for (const word of call.words) {
      const found: string[] = []
      for (const path of word.includes('/') ? [word] : folders.map((folder) => `${folder}/${word}`))
        if ((await statOrNothing(call.files, path))?.type === 'file' && (await call.files.mayExecute(path)))
          found.push(path)
      if (found.length === 0) call.status = 1
      for (const path of call.has('a') ? found : found.slice(0, 1)) await call.out(`${path}\n`)
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
    const numbers = call.words.map((word) => {
      if (!/^[+-]?(\d+\.?\d*|\.\d+)$/.test(word))
        throw new Misused(call.dialect === 'gnu' ? `invalid floating point argument: '${word}'` : '')
      return Number(word)
    })
    const [first = 1, step = 1, last = 1] =
      numbers.length === 1 ? [1, 1, ...numbers] : numbers.length === 2 ? [numbers[0], 1, numbers[1]] : numbers
    const digits = Math.max(...call.words.map((word) => /\.(\d*)/.exec(word)?.[1]?.length ?? 0))
    const width = call.has('w') ? Math.max(first.toFixed(digits).length, last.toFixed(digits).length) : 0
    const separator = call.value('s') ?? '\n'
    if (step === 0) throw new Failure('increment is 0')
    let printed = false
    for (let at = 0; step > 0 ? first + at * step <= last + 1e-9 : first + at * step >= last - 1e-9; at += 1) {
      const text = (first + at * step).toFixed(digits)
      await call.out(
        `${printed ? separator : ''}${text.startsWith('-') ? `-${text.slice(1).padStart(width - 1, '0')}` : text.padStart(width, '0')}`,
      )
      printed = true
      await call.process.step()
    }
    if (printed) await call.out('\n')
  },
})

export const clear = applet({ name: 'clear', usage: '', run: (call) => call.out('\x1b[H\x1b[J') })
export const reset = applet({ name: 'reset', usage: '', run: (call) => call.out('\x1bc\x1b(B\x1b[0m\x1b[J\x1b[?25h') })
export const sync = applet({ name: 'sync', usage: '', run: async () => 0 })

export const mktemp = applet({
  name: 'mktemp',
  usage: '[-dt] [-p DIR] [TEMPLATE]',
  options: 'dqtp:u',
  operands: [0, 1],
  run: async (call) => {
    const folder =
      call.value('p') ??
      (call.words.length === 0 || call.has('t') ? asBytes(call.process.env.get('TMPDIR') ?? '/tmp') : undefined)
    const template = (folder === undefined ? '' : `${folder}/`) + (call.words[0] ?? 'tmp.XXXXXX')
    if (!template.endsWith('XXXXXX'))
      throw new Failure(call.dialect === 'gnu' ? `too few X's in template '${template}'` : '(null): Invalid argument')
    const random = () => Math.random().toString(36).slice(2, 8).padEnd(6, 'x')
    const path = template.replace(/X+$/, random())
    try {
      if (call.has('d')) await call.files.makeDirectory(path, 0o700)
      else if (!call.has('u'))
        (await call.files.open(path, { write: true, create: true, exclusive: true, mode: 0o600 })).close()
    } catch (error) {
      await call.refuse(error, '(null)', `failed to create file via template '${template}'`)
      return 1
    }
    await call.out(`${path}\n`)
    return 0
  },
})
