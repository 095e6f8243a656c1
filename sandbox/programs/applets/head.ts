import type { OpenFile } from '../../node/process.ts'
import { applet, type Call, Failure } from './applet.ts'
import { chunks, decode, lines } from './bytes.ts'

const units: Readonly<Record<string, number>> = { b: 512, k: 1024, K: 1024, m: 1_048_576, M: 1_048_576 }

/** "10", "1k": how many, in BusyBox's words where it is no number. */
export function amount(text: string): number {
  const [, digits, unit = ''] = /^[-+]?(\d+)([bkKmM]?)$/.exec(text) ?? []
  if (digits === undefined) throw new Failure(`invalid number '${text}'`)
  return Number(digits) * (units[unit] ?? 1)
}

/** "-5" stands for "-n 5", as of old. */
export const oldStyle = (argv: readonly string[]): readonly string[] =>
  argv.flatMap((word, index) =>
    /^-\d+$/.test(word) && !/^-[qvfF]*[nc]$/.test(argv[index - 1] ?? '') ? ['-n', word.slice(1)] : [word],
  )

/** Before each file where there are several: "==> name <==". */
export async function header(call: Call, path: string, first: boolean, several = call.words.length > 1): Promise<void> {
  if (several ? !call.has('q') : call.has('v'))
    await call.out(`${first ? '' : '\n'}==> ${path === '-' ? 'standard input' : path} <==\n`)
}

export const head = applet({
  name: 'head',
  usage: '[OPTIONS] [FILE]...',
  options: 'n:c:qv',
  long: { lines: 'n', bytes: 'c', quiet: 'q' },
  prepare: oldStyle,
  run: async (call) => {
    const bytes = call.value('c')
    const given = bytes ?? call.value('n') ?? '10'
    const count = amount(given)
    let first = true
    for await (const { path, file } of call.inputs()) {
      await header(call, path, first)
      first = false
      try {
        if (given.startsWith('-')) await call.out(allBut(await call.contents(file, path), count, bytes !== undefined))
        else if (bytes === undefined) await firstLines(call, file, count)
        else await firstBytes(call, file, count)
      } catch (error) {
        await call.cannotRead(error, path)
      }
    }
  },
})

async function firstLines(call: Call, file: OpenFile, count: number): Promise<void> {
  if (count === 0) return
  let left = count
  for await (const line of lines(file)) {
    await call.out(line)
    if ((left -= 1) === 0) return
  }
}

async function firstBytes(call: Call, file: OpenFile, count: number): Promise<void> {
  let left = count
  if (left === 0) return
  for await (const chunk of chunks(file)) {
    await call.out(decode(chunk.subarray(0, left)))
    left -= chunk.length
    if (left <= 0) return
  }
}

function allBut(text: string, count: number, bytes: boolean): string {
  if (bytes) return text.slice(0, Math.max(0, text.length - count))
  const all = text.match(/[^\n]*\n|[^\n]+$/g) ?? []
  return all.slice(0, Math.max(0, all.length - count)).join('')
}
