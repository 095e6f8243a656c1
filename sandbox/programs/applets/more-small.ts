import { applet, Failure, Misused } from './applet.ts'
import { asText, decode, splitLines } from './bytes.ts'
import { amount } from './head.ts'

export const arch = applet({ name: 'arch', usage: '', run: (call) => call.out('x86_64\n') })
export const pwd = applet({
  name: 'pwd',
  usage: '',
  options: 'LP',
  run: (call) => call.out(`${Buffer.from(call.process.cwd).toString('latin1')}\n`),
})

export const unlink = applet({
  name: 'unlink',
  usage: 'FILE',
  operands: [1, 1],
  run: async (call) => {
    const [path = ''] = call.words
    await call.files
      .unlink(path)
      .catch((error: unknown) => call.refuse(error, `can't remove file '${path}'`, `cannot unlink '${path}'`))
  },
})

export const truncate = applet({
  name: 'truncate',
  usage: '[-c] -s SIZE FILE...',
  options: 'cs:',
  operands: [1],
  run: async (call) => {
    const given = call.value('s')
    if (given === undefined) throw new Misused()
    for (const path of call.words)
      try {
        const before = await call.files.read(path).catch(() => undefined)
        if (before === undefined && call.has('c')) continue
        const old = before ?? new Uint8Array()
        const size = Math.max(
          0,
          (/^[+-]/.test(given) ? old.length : 0) + (given.startsWith('-') ? -1 : 1) * amount(given),
        )
        if (size > 256 << 20) throw new Failure(`cannot truncate '${path}': File too large`)
        const next = new Uint8Array(size)
        next.set(old.subarray(0, size))
        await call.files.write(path, next)
      } catch (error) {
        await call.refuse(error, `${path}: open`, `cannot open '${path}' for writing`)
      }
  },
})

/** glibc's name service, for the databases that a learner asks for. */
export const getent = applet({
  name: 'getent',
  usage: 'database [key ...]',
  operands: [1],
  run: async (call) => {
    const [database = '', ...keys] = call.words
    if (database === 'hosts' || database === 'ahosts' || database === 'ahostsv4') {
      for (const key of keys) {
        const [address] = await call.process.net.lookup(asText(key))
        if (address === undefined) return 2
        await call.out(`${address.padEnd(15)} ${database === 'hosts' ? '' : 'STREAM '}${key}\n`)
      }
      return 0
    }
    if (database !== 'passwd' && database !== 'group') throw new Failure(`Unknown database: ${database}`)
    const lines = splitLines(decode(await call.files.read(`/etc/${database}`)))
    const found =
      keys.length === 0
        ? lines
        : keys.flatMap((key) => lines.filter((line) => [line.split(':')[0], line.split(':')[2]].includes(key)))
    for (const line of found) await call.out(`${line}\n`)
    return found.length === 0 ? 2 : 0
  },
})
