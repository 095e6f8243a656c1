// Line editing as BusyBox has it: libbb/lineedit.c.
import type { OpenFile, Terminal } from '../../../node/process.ts'
import { EditedLine } from './line.ts'
import { nextKey } from './keys.ts'

export interface Desk {
  readonly input: OpenFile
  readonly terminal: Terminal
  readonly show: (text: string) => Promise<void>
  readonly history: readonly string[]
  /** What the text before the cursor may go on with: whole words. */
  readonly complete: (before: string) => Promise<Completions>
}

export interface Completions {
  /** How much of the text before the cursor they replace. */
  readonly length: number
  /** Sorted. */
  readonly words: readonly string[]
}

/** The line without its newline; undefined at the end of the input; 'interrupted' by ^C. */
export async function readLine(desk: Desk, prompt: string): Promise<{ text: string } | 'interrupted' | undefined> {
  const { terminal, show } = desk
  terminal.raw = true
  try {
    await show(prompt)
    return await edited(desk, new EditedLine(prompt, () => terminal.columns, show))
  } finally {
    terminal.raw = false
  }
}

async function edited(desk: Desk, line: EditedLine): Promise<{ text: string } | 'interrupted' | undefined> {
  const { input, show } = desk
  const past = [...desk.history, '']
  let at = past.length - 1
  const recall = async (next: number) => {
    const text = past[next]
    if (text === undefined) return show('\x07')
    past[at] = line.text
    at = next
    await line.replace(text)
  }
  let listed = false
  for (;;) {
    const key = await nextKey(input)
    if (key === undefined) return undefined
    if ('char' in key) {
      await line.insert(key.char)
      continue
    }
    const { name } = key
    if (name === 'complete') {
      listed = await complete(desk, line, listed)
      continue
    }
    listed = false
    if (name === 'enter') {
      await line.end()
      await show('\n')
      return { text: line.text }
    }
    if (name === 'interrupt') {
      await show('^C\n')
      return 'interrupted'
    }
    if (name === 'end of file' && line.text === '') return undefined
    if (name === 'up') await recall(at - 1)
    else if (name === 'down') await recall(at + 1)
    else await moves[name]?.(line, show)
  }
}

const moves: Readonly<Record<string, (line: EditedLine, show: Desk['show']) => Promise<void>>> = {
  home: (line) => line.home(),
  end: (line) => line.end(),
  left: (line) => line.left(),
  right: (line) => line.right(),
  'word left': (line) => line.wordLeft(),
  'word right': (line) => line.wordRight(),
  backspace: (line) => line.backspace(),
  delete: (line) => line.erase(),
  'end of file': (line) => line.erase(),
  'erase after': (line) => line.eraseAfter(),
  'erase before': (line) => line.eraseBefore(),
  'erase word': (line) => line.eraseWord(),
  clear: async (line, show) => {
    await show('\x1B[H\x1B[J')
    await line.draw(true)
  },
}

/** Goes on as far as all completions agree; lists them when asked a second time. */
async function complete(desk: Desk, line: EditedLine, again: boolean): Promise<boolean> {
  const { length, words } = await desk.complete(line.before)
  const [only, ...others] = words
  if (only === undefined) {
    await desk.show('\x07')
    return false
  }
  const agreed = others.length === 0 ? `${only}${only.endsWith('/') ? '' : ' '}` : common(words)
  if (agreed.length > length) {
    await line.insert(agreed.slice(length))
    return false
  }
  if (!again) await desk.show('\x07')
  else {
    await line.end()
    await desk.show(`\n${inColumns(words, desk.terminal.columns)}`)
    await line.draw(true)
  }
  return true
}

function common([first = '', ...others]: readonly string[]): string {
  let length = first.length
  for (const other of others) while (!other.startsWith(first.slice(0, length))) length -= 1
  return first.slice(0, length)
}

function inColumns(words: readonly string[], columns: number): string {
  const names = words.map((word) => word.replace(/^.*\/(?=.)/, ''))
  const width = Math.max(...names.map((name) => name.length)) + 2
  const across = Math.max(1, Math.floor(columns / width))
  const down = Math.ceil(names.length / across)
  const rows = Array.from({ length: down }, (_, row) => names.filter((_name, index) => index % down === row))
  return rows
    .map((row) => `${row.map((name, index) => (index === row.length - 1 ? name : name.padEnd(width))).join('')}\n`)
    .join('')
}
