// Small programs over lines.
import { applet, type Call, Misused } from './applet.ts'
import { chomp } from './bytes.ts'

export const tac = applet({
  name: 'tac',
  usage: '[FILE]...',
  run: async (call) => {
    for await (const { path, file } of call.inputs()) {
      const lines = (await call.contents(file, path)).match(/[^\n]*\n|[^\n]+$/g) ?? []
      await call.out(lines.toReversed().join(''))
    }
  },
})

export const rev = applet({
  name: 'rev',
  usage: '[FILE]...',
  run: async (call) => {
    for await (const line of call.lines())
      await call.out(`${[...chomp(line)].toReversed().join('')}${line.endsWith('\n') ? '\n' : ''}`)
  },
})

export const nl = applet({
  name: 'nl',
  usage: '[OPTIONS] [FILE]...',
  options: 'b:i:s:v:w:n:p',
  run: async (call) => {
    let number = call.number('v', 1)
    const width = call.number('w', 6)
    for await (const line of call.lines()) {
      const counted = call.value('b') === 'a' || (call.value('b') !== 'n' && line !== '\n')
      await call.out(
        counted
          ? `${String(number).padStart(width)}${call.value('s') ?? '\t'}${line}`
          : `${' '.repeat(width + 1)}${line}`,
      )
      if (counted) number += call.number('i', 1)
    }
  },
})

export const fold = applet({
  name: 'fold',
  usage: '[-bs] [-w WIDTH] [FILE]...',
  options: 'bsw:',
  run: async (call) => {
    const width = call.number('w', 80)
    for await (const line of call.lines()) {
      let rest = chomp(line)
      while (rest.length > width) {
        const blank = call.has('s') ? rest.slice(0, width).lastIndexOf(' ') + 1 : 0
        const cut = blank > 0 ? blank : width
        await call.out(`${rest.slice(0, cut)}\n`)
        rest = rest.slice(cut)
      }
      await call.out(rest + (line.endsWith('\n') ? '\n' : ''))
    }
  },
})

async function read(call: Call, paths: readonly string[]): Promise<string[][]> {
  const all: string[][] = []
  for (const path of paths) {
    const lines: string[] = []
    for await (const line of call.lines([path])) lines.push(chomp(line))
    if (call.status !== 0) return all
    all.push(lines)
  }
  return all
}

export const paste = applet({
  name: 'paste',
  usage: '[-d LIST] [-s] [FILE]...',
  options: 'd:s',
  run: async (call) => {
    const files = await read(call, call.words.length === 0 ? ['-'] : call.words)
    const separators = (call.value('d') ?? '\t').replace(/\\n/g, '\n').replace(/\\t/g, '\t')
    const joined = (parts: readonly string[]) =>
      parts
        .map(
          (part, at) => part + (at < parts.length - 1 ? (separators[at % Math.max(1, separators.length)] ?? '') : '\n'),
        )
        .join('')
    if (call.has('s')) for (const lines of files) await call.out(joined(lines))
    else
      for (let at = 0; at < Math.max(...files.map(({ length }) => length)); at += 1)
        await call.out(joined(files.map((lines) => lines[at] ?? '')))
  },
})

export const comm = applet({
  name: 'comm',
  usage: '[-123] FILE1 FILE2',
  options: '123',
  operands: [2, 2],
  run: async (call) => {
    const [a = [], b = []] = await read(call, call.words)
    const print = async (column: 1 | 2 | 3, line: string) => {
      if (call.has(String(column))) return
      const before = [1, 2].filter((each) => each < column && !call.has(String(each)))
      await call.out(`${'\t'.repeat(before.length)}${line}\n`)
    }
    for (let [left, right] = [0, 0]; left < a.length || right < b.length;) {
      const [x, y] = [a[left], b[right]]
      if (x !== undefined && x === y) {
        await print(3, x)
        left += 1
        right += 1
      } else if (y === undefined || (x !== undefined && x < y)) {
        await print(1, x ?? '')
        left += 1
      } else {
        await print(2, y)
        right += 1
      }
    }
  },
})

export const shuf = applet({
  name: 'shuf',
  usage: '[-n NUM] [-o FILE] [-z] [FILE | -e [ARG...] | -i L-H]',
  options: 'n:o:zei:',
  run: async (call) => {
    const [low = 0, high = -1] = (call.value('i') ?? '').split('-').map(Number)
    const lines = call.has('e')
      ? [...call.words]
      : call.has('i')
        ? Array.from({ length: high - low + 1 }, (_, at) => String(low + at))
        : ((await read(call, call.words.length === 0 ? ['-'] : call.words))[0] ?? [])
    for (let at = lines.length - 1; at > 0; at -= 1) {
      const other = Math.floor(Math.random() * (at + 1))
      ;[lines[at], lines[other]] = [lines[other] ?? '', lines[at] ?? '']
    }
    for (const line of lines.slice(0, call.number('n', lines.length))) await call.out(`${line}\n`)
  },
})

/** A pager without a terminal to page on is cat. */
const pager = (name: 'more' | 'less') =>
  applet({
    name,
    usage: '[FILE]...',
    options: 'EFIMNRSXmn',
    run: async (call) => {
      if (call.words.length === 0 && call.stdin.terminal !== undefined) throw new Misused()
      for await (const line of call.lines()) await call.out(line)
    },
  })

export const more = pager('more')
export const less = pager('less')
