import type { OpenFile } from '../../../node/process.ts'
import { nextByte } from '../input.ts'

/** What was typed: a character, or the name of a key. */
export type Key = { readonly char: string } | { readonly name: string }

const controls: Readonly<Record<string, string>> = {
  '\x01': 'home',
  '\x02': 'left',
  '\x03': 'interrupt',
  '\x04': 'end of file',
  '\x05': 'end',
  '\x06': 'right',
  '\b': 'backspace',
  '\t': 'complete',
  '\n': 'enter',
  '\v': 'erase after',
  '\f': 'clear',
  '\r': 'enter',
  '\x0E': 'down',
  '\x10': 'up',
  '\x15': 'erase before',
  '\x17': 'erase word',
  '\x7F': 'backspace',
}

/** After ESC, ESC [ or ESC O. */
const sequences: Readonly<Record<string, string>> = {
  A: 'up',
  B: 'down',
  C: 'right',
  D: 'left',
  H: 'home',
  F: 'end',
  '1~': 'home',
  '7~': 'home',
  '4~': 'end',
  '8~': 'end',
  '3~': 'delete',
  '1;5C': 'word right',
  '1;5D': 'word left',
  b: 'word left',
  f: 'word right',
  '\x7F': 'erase word',
}

/** The next key; undefined at the end. Byte by byte, so that what is typed ahead is left for what runs next. */
export async function nextKey(file: OpenFile): Promise<Key | undefined> {
  const decoder = new TextDecoder()
  for (;;) {
    const [byte] = await nextByte(file)
    if (byte === undefined) return undefined
    const char = decoder.decode(Uint8Array.of(byte), { stream: true })
    if (char === '') continue
    if (char === '\x1B') return { name: await sequence(file) }
    const name = controls[char]
    return name === undefined ? (char < ' ' ? { name: '' } : { char }) : { name }
  }
}

async function sequence(file: OpenFile): Promise<string> {
  let text = ''
  for (;;) {
    const [byte] = await nextByte(file)
    if (byte === undefined) return ''
    const char = String.fromCodePoint(byte)
    if (text === '' && (char === '[' || char === 'O')) {
      text = char
      continue
    }
    text += char
    if (!/[0-9;]/.test(char)) return sequences[text.replace(/^[[O]/, '')] ?? ''
  }
}
