import { applet, type Call, Failure } from './applet.ts'
import { chunks, decode, lines } from './bytes.ts'

const units: Readonly<Record<string, number>> = { b: 512, k: 1024, K: 1024, m: 1_048_576, M: 1_048_576 }

/** "10", "1k": how many, in BusyBox's words where it is no number. */
export function amount(text: string): number {
  const [, digits, unit = ''] = /^[-+]?(\d+)([bkKmM]?)$/.exec(text) ?? []
  if (digits === undefined) throw new Failure(`invalid number '${text}'`)
  return Number(digits) * (units[unit] ?? 1)
}

/** "-5" stands for "-n 5", as of old, and for tail "+5" for "-n +5". */
export const oldStyle =
  (old: RegExp) =>
  (argv: readonly string[]): readonly string[] =>
    argv.flatMap((word, index) =>
      old.test(word) && !/^-[qvfF]*[nc]$/.test(argv[index - 1] ?? '') ? ['-n', word.replace('-', '')] : [word],
    )

/** "a\nb" in lines, each with its newline where it has one. */
export const wholeLines = (text: string): readonly string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? []

/** Before each file where there are several: "==> name <==". */
export async function header(call: Call, path: string, first: boolean, several = call.words.length > 1): Promise<void> {
  if (several ? !call.has('q') : call.has('v'))
    await call.line(`${first ? '' : '\n'}==> ${path === '-' ? 'standard input' : path} <==`)
}

export const head = applet({
  name: 'head',
  usage: '[OPTIONS] [FILE]...',
  options: 'n:c:qv',
  long: { lines: 'n', bytes: 'c', quiet: 'q' },
  prepare: oldStyle(/^-\d+$/),
  opens: ['%', "cannot open '%' for reading"],
  reads: ['%: Input/output error', "error reading '%': @"],
  run: (call) => {
    const bytes = call.has('c')
    const given = call.value('c') ?? call.value('n') ?? '10'
    const count = amount(given)
    let first = true
    return call.inputs(async (file, path) => {
      await header(call, path, first)
      first = false
      if (given.startsWith('-')) return call.out(allBut(await call.contents(file), count, bytes))
      let left = count
      if (left === 0) return
      for await (const piece of bytes ? chunks(file) : lines(file)) {
        await call.out(typeof piece === 'string' ? piece : decode(piece.subarray(0, left)))
        left -= typeof piece === 'string' ? 1 : piece.length
        if (left <= 0) return
      }
    })
  },
})

function allBut(text: string, count: number, bytes: boolean): string {
  if (bytes) return text.slice(0, Math.max(0, text.length - count))
  const all = wholeLines(text)
  return all.slice(0, Math.max(0, all.length - count)).join('')
}
