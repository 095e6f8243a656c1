import { applet, type Call } from './applet.ts'
import { baseName, join, statOrNothing } from './files.ts'
import { formatTime } from './time.ts'

export const cmp = applet({
  name: 'cmp',
  usage: '[-ls] [-n NUM] FILE1 [FILE2]',
  options: 'lsn:',
  misuse: 2,
  operands: [1, 2],
  run: async (call) => {
    const [a = '', b = '-'] = call.words
    const left = await content(call, a)
    const right = left === undefined ? undefined : await content(call, b)
    if (left === undefined || right === undefined) return 2
    let line = 1
    for (let at = 0; at < Math.min(left.length, right.length); at += 1) {
      if (left[at] !== right[at]) {
        if (!call.has('s'))
          await call.out(`${a} ${b} differ: ${call.dialect === 'gnu' ? 'byte' : 'char'} ${at + 1}, line ${line}\n`)
        return 1
      }
      if (left[at] === '\n') line += 1
    }
    if (left.length === right.length) return 0
    if (!call.has('s'))
      await call.complain(
        `EOF on ${left.length < right.length ? a : b}${call.dialect === 'gnu' ? ` after byte ${Math.min(left.length, right.length)}` : ''}`,
      )
    return 1
  },
})

async function content(call: Call, path: string): Promise<string | undefined> {
  const file = await call.open(path)
  return file === undefined ? undefined : call.contents(file, path)
}

export const diff = applet({
  name: 'diff',
  usage: '[-abBdiNqrTstw] [-L LABEL] [-S FILE] [-U LINES] FILE1 FILE2',
  options: 'abBdiNqrTstwL:S:U:u',
  long: { recursive: 'r', brief: 'q', unified: 'u' },
  misuse: 2,
  operands: [2, 2],
  run: async (call) => {
    const [a = '', b = ''] = call.words
    const [left, right] = [
      a === '-' ? undefined : await statOrNothing(call.files, a),
      b === '-' ? undefined : await statOrNothing(call.files, b),
    ]
    for (const [path, stat] of [
      [a, left],
      [b, right],
    ] as const)
      if (path !== '-' && stat === undefined) {
        await call.complain(`${call.dialect === 'gnu' ? path : `can't stat '${path}'`}: No such file or directory`)
        return 2
      }
    const folders = [left?.type === 'directory', right?.type === 'directory']
    if (folders[0] === true && folders[1] === true) return compareFolders(call, a, b)
    return compareFiles(
      call,
      folders[0] === true ? join(a, baseName(b)) : a,
      folders[1] === true ? join(b, baseName(a)) : b,
    )
  },
})

async function compareFolders(call: Call, a: string, b: string): Promise<number> {
  const [left, right] = [await call.files.list(a), await call.files.list(b)]
  let status = 0
  for (const name of [...new Set([...left, ...right])].toSorted()) {
    if (!right.includes(name) || !left.includes(name)) {
      await call.out(`Only in ${left.includes(name) ? a : b}: ${name}\n`)
      status = 1
      continue
    }
    const [x, y] = [join(a, name), join(b, name)]
    const isFolder = (await call.files.stat(x)).type === 'directory'
    if (isFolder && !call.has('r')) await call.out(`Common subdirectories: ${x} and ${y}\n`)
    else status = Math.max(status, isFolder ? await compareFolders(call, x, y) : await compareFiles(call, x, y))
  }
  return status
}

async function compareFiles(call: Call, a: string, b: string): Promise<number> {
  const [left, right] = [await content(call, a), await content(call, b)]
  if (left === undefined || right === undefined) return 2
  const key = (line: string) =>
    call.has('w')
      ? line.replace(/\s+/g, '')
      : call.has('b')
        ? line.replace(/\s+/g, ' ').trimEnd()
        : call.has('i')
          ? line.toLowerCase()
          : line
  const split = (text: string): readonly string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? []
  const [x, y] = [split(left), split(right)]
  if (x.length === y.length && x.every((line, at) => key(line) === key(y[at] ?? ''))) {
    if (call.has('s')) await call.out(`Files ${a} and ${b} are identical\n`)
    return 0
  }
  if (call.has('q') || /\0/.test(left) || /\0/.test(right)) {
    await call.out(
      `${/\0/.test(left + right) && call.dialect === 'gnu' ? 'Binary files' : 'Files'} ${a} and ${b} differ\n`,
    )
    return 1
  }
  const edits = await editsOf(call, x, y, key)
  if (call.dialect === 'gnu' && !call.has('u') && !call.has('U')) await printNormal(call, edits)
  else {
    const [labelA, labelB] = call.values('L')
    await call.out(`--- ${labelA ?? (await titled(call, a))}\n+++ ${labelB ?? (await titled(call, b))}\n`)
    await printUnified(call, edits, call.number('U', 3))
  }
  return 1
}

async function titled(call: Call, path: string): Promise<string> {
  if (call.dialect === 'busybox') return path
  const stat = await statOrNothing(call.files, path)
  return `${path}\t${formatTime('%Y-%m-%d %H:%M:%S.%N +0000', stat?.modified ?? call.process.clock.now())}`
}

interface Edit {
  readonly kind: ' ' | '-' | '+'
  readonly line: string
}

/** Myers' shortest edit script; where files have too little in common, all of one for all of the other. */
async function editsOf(
  call: Call,
  a: readonly string[],
  b: readonly string[],
  key: (line: string) => string,
): Promise<readonly Edit[]> {
  const [x, y] = [a.map(key), b.map(key)]
  const limit = Math.min(a.length + b.length, 2000)
  const trace: Map<number, number>[] = []
  let ends = new Map<number, number>([[1, 0]])
  for (let depth = 0; depth <= limit; depth += 1) {
    trace.push(new Map(ends))
    for (let k = -depth; k <= depth; k += 2) {
      const down = k === -depth || (k !== depth && (ends.get(k - 1) ?? -1) < (ends.get(k + 1) ?? -1))
      let at = down ? (ends.get(k + 1) ?? 0) : (ends.get(k - 1) ?? 0) + 1
      while (at < x.length && at - k < y.length && x[at] === y[at - k]) at += 1
      ends = ends.set(k, at)
      if (at >= x.length && at - k >= y.length) return walkBack(a, b, trace)
    }
    await call.process.step()
  }
  return [...a.map((line) => ({ kind: '-' as const, line })), ...b.map((line) => ({ kind: '+' as const, line }))]
}

function walkBack(a: readonly string[], b: readonly string[], trace: readonly Map<number, number>[]): readonly Edit[] {
  const edits: Edit[] = []
  let [x, y] = [a.length, b.length]
  for (let depth = trace.length - 1; depth >= 0; depth -= 1) {
    const ends = trace[depth] ?? new Map<number, number>()
    const k = x - y
    const from = k === -depth || (k !== depth && (ends.get(k - 1) ?? -1) < (ends.get(k + 1) ?? -1)) ? k + 1 : k - 1
    const [startX, startY] = depth === 0 ? [0, 0] : [ends.get(from) ?? 0, (ends.get(from) ?? 0) - from]
    while (x > startX && y > startY) {
      edits.push({ kind: ' ', line: a[x - 1] ?? '' })
      x -= 1
      y -= 1
    }
    if (depth === 0) break
    edits.push(from === k + 1 ? { kind: '+', line: b[y - 1] ?? '' } : { kind: '-', line: a[x - 1] ?? '' })
    ;[x, y] = [startX, startY]
  }
  return edits.toReversed()
}

const ended = (line: string) => (line.endsWith('\n') ? line : `${line}\n\\ No newline at end of file\n`)

async function printUnified(call: Call, edits: readonly Edit[], context: number): Promise<void> {
  const changes = edits.flatMap(({ kind }, at) => (kind === ' ' ? [] : [at]))
  let [start, end] = [-1, -1]
  const hunks: [number, number][] = []
  for (const at of changes) {
    if (start >= 0 && at - context <= end) end = at + context + 1
    else {
      if (start >= 0) hunks.push([start, end])
      ;[start, end] = [Math.max(0, at - context), at + context + 1]
    }
  }
  if (start >= 0) hunks.push([start, end])
  for (const [from, to] of hunks) {
    const part = edits.slice(from, to)
    const count = (lines: readonly Edit[], without: string) => lines.filter(({ kind }) => kind !== without).length
    const range = (without: string) => {
      const [before, size] = [count(edits.slice(0, from), without), count(part, without)]
      return `${size === 0 ? before : before + 1}${size === 1 ? '' : `,${size}`}`
    }
    await call.out(`@@ -${range('+')} +${range('-')} @@\n`)
    for (const { kind, line } of part) await call.out(kind + ended(line))
  }
}

async function printNormal(call: Call, edits: readonly Edit[]): Promise<void> {
  const range = (from: number, size: number) => (size > 1 ? `${from},${from + size - 1}` : String(from))
  for (let [at, left, right] = [0, 1, 1]; at < edits.length;) {
    if (edits[at]?.kind === ' ') {
      at += 1
      left += 1
      right += 1
      continue
    }
    const end = edits.findIndex(({ kind }, index) => index >= at && kind === ' ')
    const part = edits.slice(at, end < 0 ? edits.length : end)
    const [gone, come] = [part.filter(({ kind }) => kind === '-'), part.filter(({ kind }) => kind === '+')]
    const verb = gone.length === 0 ? 'a' : come.length === 0 ? 'd' : 'c'
    await call.out(
      `${gone.length === 0 ? left - 1 : range(left, gone.length)}${verb}${come.length === 0 ? right - 1 : range(right, come.length)}\n`,
    )
    for (const { line } of gone) await call.out(`< ${ended(line)}`)
    if (verb === 'c') await call.out('---\n')
    for (const { line } of come) await call.out(`> ${ended(line)}`)
    left += gone.length
    right += come.length
    at += part.length
  }
}
