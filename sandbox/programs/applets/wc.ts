import { applet, type Call } from './applet.ts'
import { chunks, decode } from './bytes.ts'

/** In the order in which they are printed: lines, words, characters, bytes, the longest line. */
const letters = ['l', 'w', 'm', 'c', 'L'] as const

export const wc = applet({
  name: 'wc',
  usage: '[-cmlwL] [FILE]...',
  options: 'lwmcL',
  reads: ['%: @', '%: @'],
  run: async (call) => {
    const total = [0, 0, 0, 0, 0]
    const width = call.gnu ? await widthFor(call) : 9
    await call.inputs(async (file, path) => {
      let counts = [0, 0, 0, 0, 0]
      try {
        counts = await count(chunks(file))
      } catch (error) {
        await call.cannotRead(error, path)
      }
      for (const [at, value] of counts.entries())
        total[at] = at === 4 ? Math.max(value, total[4] ?? 0) : value + (total[at] ?? 0)
      await print(call, counts, call.words.length === 0 ? '' : ` ${path}`, width)
    })
    if (call.words.length > 1) await print(call, total, ' total', width)
  },
})

async function count(all: AsyncIterable<Uint8Array>): Promise<number[]> {
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

async function print(call: Call, counts: readonly number[], path: string, wide: number): Promise<void> {
  const shown = call.has('lwmcL') ? letters.filter((letter) => call.has(letter)) : ['l', 'w', 'c']
  const values = letters.flatMap((letter, at) => (shown.includes(letter) ? [String(counts[at])] : []))
  const width = values.length === 1 && (!call.gnu || call.words.length < 2) ? 0 : wide
  await call.line(values.map((value) => value.padStart(width)).join(' ') + path)
}
