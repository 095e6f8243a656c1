import { type Applet, applet, type Call } from './applet.ts'
import { encode } from './bytes.ts'

const hex = (value: number, width: number) => value.toString(16).padStart(width, '0')

async function everything(call: Call, paths = call.words): Promise<Uint8Array> {
  let text = ''
  for await (const { path, file } of call.inputs(paths)) text += await call.contents(file, path)
  const skipped = text.slice(call.number('s', call.number('j', 0)))
  return encode(skipped.slice(0, call.number('n', call.number('N', call.number('l', skipped.length)))))
}

/** Row by row; one like the row before it is a star. */
async function rows(
  call: Call,
  data: Uint8Array,
  line: (row: Uint8Array, at: number) => string,
  stars = true,
): Promise<void> {
  let before = ''
  let starred = false
  for (let at = 0; at < data.length; at += 16) {
    const row = data.subarray(at, at + 16)
    const key = row.join()
    if (stars && key === before && row.length === 16) {
      if (!starred) await call.out('*\n')
      starred = true
      continue
    }
    starred = false
    before = key
    await call.out(`${line(row, at)}\n`)
    await call.process.step()
  }
}

const printable = (row: Uint8Array) =>
  [...row].map((byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '.')).join('')
const pairs = (row: Uint8Array) =>
  Array.from({ length: Math.ceil(row.length / 2) }, (_, at) => (row[2 * at] ?? 0) + 256 * (row[2 * at + 1] ?? 0))

const canonical = (row: Uint8Array, at: number) => {
  const bytes = Array.from(
    { length: 16 },
    (_, column) => `${column === 8 ? ' ' : ''}${row[column] === undefined ? '  ' : hex(row[column], 2)}`,
  )
  return `${hex(at, 8)}  ${bytes.join(' ')}  |${printable(row)}|`
}

const hexdumpNamed = (name: 'hexdump' | 'hd'): Applet =>
  applet({
    name,
    usage: '[-bcdoxCv] [-n LEN] [-s OFS] [FILE]...',
    options: 'bcdoxCvn:s:e:',
    run: async (call) => {
      const data = await everything(call)
      const wide = call.has('C') || name === 'hd'
      const plain = (row: Uint8Array, at: number) =>
        `${hex(at, 7)} ${pairs(row)
          .map((pair) => hex(pair, 4))
          .join(' ')}`.padEnd(47)
      await rows(call, data, wide ? canonical : plain, !call.has('v'))
      if (data.length > 0) await call.out(`${hex(data.length, wide ? 8 : 7)}\n`)
    },
  })

export const hexdump = hexdumpNamed('hexdump')
export const hd = hexdumpNamed('hd')

export const xxd = applet({
  name: 'xxd',
  usage: '[-pri] [-g N] [-c N] [-l LEN] [-s OFS] [-o OFS] [FILE]',
  options: 'prig:c:l:s:o:',
  run: async (call) => {
    const data = await everything(call)
    if (call.has('r')) {
      const digits = Buffer.from(data)
        .toString('latin1')
        .split('\n')
        .map((line) => (call.has('p') ? line : (/^[0-9a-f]+: ((?:[0-9a-f]+ ?)+)/.exec(line)?.[1] ?? '')))
        .join('')
      return call.out(Buffer.from(digits.replace(/\s/g, ''), 'hex').toString('latin1'))
    }
    if (call.has('p'))
      return call.out(
        Buffer.from(data)
          .toString('hex')
          .replace(/.{1,60}/g, '$&\n'),
      )
    return rows(
      call,
      data,
      (row, at) => {
        const groups = Array.from({ length: 8 }, (_, group) =>
          [...row.subarray(2 * group, 2 * group + 2)].map((byte) => hex(byte, 2)).join(''),
        )
        return `${hex(at, 8)}: ${groups.join(' ').padEnd(39)}  ${printable(row)}`
      },
      false,
    )
  },
})

const controls = '\0\x07\b\t\n\v\f\r'
const names = ['\\0', '\\a', '\\b', '\\t', '\\n', '\\v', '\\f', '\\r']

const character = (byte: number) => {
  const char = String.fromCharCode(byte)
  const name = names[controls.indexOf(char)]
  return name ?? (byte >= 32 && byte < 127 ? char : byte.toString(8).padStart(3, '0'))
}

const number = (value: number, type: string, bytes: 1 | 2) => {
  if (type.startsWith('x')) return ` ${hex(value, 2 * bytes)}`
  return type.startsWith('o')
    ? ` ${value.toString(8).padStart(3 * bytes, '0')}`
    : ` ${String(value).padStart(bytes === 1 ? 3 : 5)}`
}

export const od = applet({
  name: 'od',
  usage: '[-abcdfhilovxs] [-t TYPE] [-A RADIX] [-N SIZE] [-j SKIP] [-S MINSTR] [-w WIDTH] [FILE]...',
  options: 'abcdfhilovxst:A:N:j:S:w:',
  run: async (call) => {
    const data = await everything(call)
    const type = call.has('c') ? 'c' : call.has('x') ? 'x2' : call.has('d') ? 'u2' : (call.value('t') ?? 'o2')
    const radix = { x: 16, d: 10, n: 0 }[call.value('A') ?? ''] ?? 8
    const address = (at: number) => (radix === 0 ? '' : at.toString(radix).padStart(radix === 16 ? 6 : 7, '0'))
    const cells = (row: Uint8Array) => {
      if (type.startsWith('c')) return [...row].map((byte) => character(byte).padStart(4))
      return /^[xuod]1|^x?C$/.test(type)
        ? [...row].map((byte) => number(byte, type, 1))
        : pairs(row).map((pair) => number(pair, type, 2))
    }
    await rows(call, data, (row, at) => address(at) + cells(row).join(''), !call.has('v'))
    if (radix !== 0) await call.out(`${address(data.length)}\n`)
  },
})
