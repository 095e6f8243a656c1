import { type OpenFile, OutOfMemory } from '../../node/process.ts'

const isAscii = (text: string) => /^[\0-\x7f]*$/.test(text)

/** A text's bytes in UTF-8, one a character. */
export const asBytes = (text: string) => (isAscii(text) ? text : Buffer.from(text, 'utf8').toString('latin1'))

/** Back again. */
export const asText = (bytes: string) => (isAscii(bytes) ? bytes : Buffer.from(bytes, 'latin1').toString('utf8'))

export const decode = (data: Uint8Array) =>
  Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('latin1')

export const encode = (bytes: string): Uint8Array => Buffer.from(bytes, 'latin1')

/** What is left in a file, piece by piece. */
export async function* chunks(file: OpenFile, size = 65_536): AsyncGenerator<Uint8Array> {
  for (;;) {
    const piece = await file.read(size)
    if (piece.length === 0) return
    yield piece
  }
}

/** What a program may hold of one file: a line without an end must not take the node's memory. */
export function mayHold(size: number): void {
  if (size > 64 << 20) throw new OutOfMemory()
}

/** Line by line, each with its newline where it has one. */
export async function* lines(file: OpenFile): AsyncGenerator<string> {
  let rest: string[] = []
  let held = 0
  for await (const chunk of chunks(file)) {
    const text = decode(chunk)
    let from = 0
    if (!text.includes('\n')) mayHold((held += text.length))
    else held = 0
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
      yield rest.join('') + text.slice(from, end + 1)
      rest = []
      from = end + 1
    }
    if (from < text.length) rest.push(text.slice(from))
  }
  if (rest.length > 0) yield rest.join('')
}

/** Without its newline. */
export const chomp = (line: string) => (line.endsWith('\n') ? line.slice(0, -1) : line)

/** "a\nb\n" as its lines, without newlines. */
export const splitLines = (text: string) => (text === '' ? [] : chomp(text).split('\n'))
