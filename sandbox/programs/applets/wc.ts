import { applet, type Call } from './applet.ts'
import { chunks, decode } from './bytes.ts'

type Counts = readonly [lines: number, words: number, characters: number, bytes: number, longest: number]
const letters = ['l', 'w', 'm', 'c', 'L'] as const

export const wc = applet({
  name: 'wc',
  usage: '[-cmlwL] [FILE]...',
  options: 'lwmcL',
  run: async (call) => {
    let total: Counts = [0, 0, 0, 0, 0]
    const width = call.dialect === 'gnu' ? await widthFor(call) : 9
    for await (const { path, file } of call.inputs()) {
      let counts: Counts = [0, 0, 0, 0, 0]
      try {
        counts = await count(chunks(file))
      } catch (error) {
        await call.cannotRead(error, path)
      }
      total = counts.map((value, at) =>
        at === 4 ? Math.max(value, total[4]) : value + (total[at] ?? 0),
      ) as unknown as Counts
      await print(call, counts, call.words.length === 0 ? '' : path, width)
    }
    if (call.words.length > 1) await print(call, total, 'total', width)
  },
})

async function count(all: AsyncIterable<Uint8Array>): Promise<Counts> {
  let [newlines, words, bytes, longest, width, inWord] = [0, 0, 0, 0, 0, false]
  for await (const chunk of all) {
    bytes += chunk.length
    for (const char of decode(chunk)) {
      const space = /\s/.test(char) && char !== '\xa0'
      if (!space && !inWord) words += 1
      inWord = !space
      if (char === '\n') {
        newlines += 1
        width = 0
      } else longest = Math.max(longest, (width += 1))
    }
  }
  return [newlines, words, bytes, bytes, longest]
}

/** GNU's columns are as wide as the sizes of all files together, or 7 where something is no file. */
async function widthFor(call: Call): Promise<number> {
  let [sizes, least] = [0, 1]
  for (const path of call.words.length === 0 ? ['-'] : call.words) {
    const stat = await (path === '-' ? call.stdin.stat() : call.files.stat(path)).catch(() => undefined)
    if (stat?.type === 'file') sizes += stat.size
    else if (stat !== undefined) least = 7
  }
  return Math.max(least, String(sizes).length)
}

async function print(call: Call, counts: Counts, path: string, wide: number): Promise<void> {
  const asked = letters.filter((letter) => call.has(letter))
  const shown = asked.length === 0 ? ['l', 'w', 'c'] : asked
  const values = letters.flatMap((letter, at) => (shown.includes(letter) ? [String(counts[at])] : []))
  const width = values.length === 1 && (call.dialect === 'busybox' || call.words.length < 2) ? 0 : wide
  await call.out(`${values.map((value) => value.padStart(width)).join(' ')}${path === '' ? '' : ` ${path}`}\n`)
}
