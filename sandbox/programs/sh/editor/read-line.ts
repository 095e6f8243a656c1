// Node's line editor at a simulated terminal, and what BusyBox's does in another way: libbb/lineedit.c.
import { createInterface, emitKeypressEvents, type Interface, type Key } from 'node:readline'
import { PassThrough, Writable } from 'node:stream'
import type { OpenFile, Terminal } from '../../../node/process.ts'
import { nextByte } from '../input.ts'

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
  const { terminal } = desk
  let unseen = ''
  const screen = new Writable({
    decodeStrings: false,
    write: (text: string, _encoding, done) => {
      unseen += text.replaceAll('\r\n', '\n')
      done()
    },
  })
  Object.defineProperty(screen, 'columns', { get: () => columnsOf(terminal) })
  const shown = () => {
    const text = unseen
    unseen = ''
    return desk.show(text)
  }
  const keyboard = new PassThrough()
  const pressed: (readonly [text: string | undefined, key: Key])[] = []
  emitKeypressEvents(keyboard)
  keyboard.on('keypress', (text: string | undefined, key: Key) => pressed.push([text, key]))
  const editor = createInterface({ input: new PassThrough(), output: screen, terminal: true, prompt, historySize: 0 })
  // Without it, Node's own process would stop.
  editor.on('SIGTSTP', () => {})
  let line: string | undefined
  editor.on('line', (text) => (line = text))
  let listed = false
  const past = [...desk.history, '']
  let at = past.length - 1
  const recall = (step: 1 | -1) => {
    const text = past[at + step]
    if (text === undefined) return void screen.write('\x07')
    past[at] = editor.line
    at += step
    for (const name of ['e', 'u']) editor.write(null, { ctrl: true, name })
    editor.write(text)
  }
  terminal.raw = true
  try {
    screen.write(prompt)
    for (;;) {
      await shown()
      // Byte by byte, so that what is typed ahead is left for what runs next.
      const byte = await nextByte(desk.input)
      if (byte.length === 0) return undefined
      keyboard.emit('data', byte)
      for (const [text, key] of pressed.splice(0)) {
        if (key.ctrl === true && key.name === 'c') {
          screen.write('^C\n')
          return 'interrupted'
        }
        if (key.ctrl === true && key.name === 'd' && editor.line === '') return undefined
        const asked = key.name === 'tab'
        listed = asked && (await complete(desk, editor, screen, listed))
        if (key.name === 'up' || (key.ctrl === true && key.name === 'p')) recall(-1)
        else if (key.name === 'down' || (key.ctrl === true && key.name === 'n')) recall(1)
        else if (!asked) press(editor, text, key)
        if (line !== undefined) return { text: line }
      }
    }
  } finally {
    editor.close()
    terminal.raw = false
    await shown()
  }
}

function press(editor: Interface, text: string | undefined, key: Key): void {
  const [word = ''] = /\S*\s*$/.exec(editor.line.slice(0, editor.cursor)) ?? []
  // To Node, a word ends at whatever is no letter.
  if (key.ctrl === true && key.name === 'w') for (const _ of word) editor.write(null, { name: 'backspace' })
  // Its types have no undefined here, and its own keys do.
  else editor.write(text as string, key)
}

/** Goes on as far as all completions agree; lists them when asked a second time. */
async function complete(desk: Desk, editor: Interface, screen: Writable, again: boolean): Promise<boolean> {
  const { length, words } = await desk.complete(editor.line.slice(0, editor.cursor))
  const [only = '', ...others] = words
  const agreed = others.length > 0 ? common(words) : only === '' || only.endsWith('/') ? only : `${only} `
  if (agreed.length > length) editor.write(agreed.slice(length))
  else if (!again || others.length === 0) screen.write('\x07')
  else {
    editor.write(null, { ctrl: true, name: 'e' })
    screen.write(`\n${inColumns(words, columnsOf(desk.terminal))}`)
    // What is above belongs to the list now.
    Object.assign(editor, { prevRows: 0 })
    editor.prompt(true)
  }
  return agreed.length <= length && others.length > 0
}

function common([first = '', ...others]: readonly string[]): string {
  let length = first.length
  for (const other of others) while (!other.startsWith(first.slice(0, length))) length -= 1
  return first.slice(0, length)
}

function inColumns(words: readonly string[], columns: number): string {
  const names = words.map((word) => word.replace(/^.*\/(?=.)/, ''))
  const width = Math.max(...names.map((name) => name.length)) + 2
  const down = Math.ceil(names.length / Math.max(1, Math.floor(columns / width)))
  const rows = Array.from({ length: down }, (_, row) => names.filter((_name, index) => index % down === row))
  return rows
    .map(
      (row) =>
        `${row
          .map((name) => name.padEnd(width))
          .join('')
          .trimEnd()}\n`,
    )
    .join('')
}

/** Where it is not known, as under script. */
const columnsOf = ({ columns }: Terminal) => columns || 80
