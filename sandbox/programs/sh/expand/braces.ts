// bash's {a,b} and {1..5}: text is made of text, before anything else is expanded.
import { parse, type Word } from 'unbash'
import { ShellError } from '../control.ts'

/** More words than anybody wants, and than a process has room for. */
const most = 100_000

/** The words that one with braces stands for. */
export function unbraced(word: Word): readonly Word[] {
  if (word.parts?.some(({ type }) => type === 'BraceExpansion') !== true) return [word]
  return alternatives(word.text).flatMap((text) => {
    const command = parse(`: ${text}`).commands[0]?.command
    return command?.type === 'Command' ? command.suffix.flatMap((part) => (part.type === 'Word' ? [part] : [])) : []
  })
}

function alternatives(text: string): readonly string[] {
  const braces = firstBraces(text)
  if (braces === undefined) return [text]
  const { start, end, commas } = braces
  const inside = text.slice(start + 1, end)
  const ranged = commas.length === 0 ? range(inside) : undefined
  const rests = alternatives(text.slice(end + 1))
  const cuts = [start, ...commas, end]
  const parts = ranged ?? commasSplit(text, cuts).flatMap(alternatives)
  if (parts.length * rests.length > most) throw new ShellError('out of memory')
  return parts.flatMap((part) => rests.map((rest) => text.slice(0, start) + part + rest))
}

const commasSplit = (text: string, cuts: readonly number[]) =>
  cuts.slice(1).map((cut, index) => text.slice((cuts[index] ?? 0) + 1, cut))

/** The first pair that holds a comma or a range, outside of quotes and of ${}. */
function firstBraces(text: string): { start: number; end: number; commas: number[] } | undefined {
  const open: { at: number; commas: number[] }[] = []
  const found: { start: number; end: number; commas: number[] }[] = []
  for (const { index, 0: token } of text.matchAll(/\\[\s\S]|'[^']*'|"(?:[^"\\]|\\[\s\S])*"|\$\{[^}]*\}|[{},]/g)) {
    if (token === '{') open.push({ at: index, commas: [] })
    else if (token === ',') open.at(-1)?.commas.push(index)
    else if (token === '}') {
      const pair = open.pop()
      if (pair === undefined) continue
      const { at: start, commas } = pair
      if (commas.length > 0 || range(text.slice(start + 1, index)) !== undefined)
        found.push({ start, end: index, commas })
    }
  }
  return found.toSorted((a, b) => a.start - b.start)[0]
}

function range(text: string): readonly string[] | undefined {
  const numbers = /^(-?\d{1,9})\.\.(-?\d{1,9})(?:\.\.(-?\d{1,9}))?$/.exec(text)
  const letters = /^([A-Za-z])\.\.([A-Za-z])$/.exec(text)
  if (numbers === null && letters === null) return undefined
  const [, first = '', last = '', step = '1'] = numbers ?? letters ?? []
  const code = (one: string) => (numbers === null ? one.charCodeAt(0) : Number(one))
  const width = /^-?0\d/.test(first) || /^-?0\d/.test(last) ? Math.max(first.length, last.length) : 0
  const [from, to, by] = [code(first), code(last), Math.abs(Number(step)) || 1]
  const count = Math.floor(Math.abs(to - from) / by) + 1
  if (count > most) throw new ShellError('out of memory')
  return Array.from({ length: count }, (_, index) => {
    const value = from + (to < from ? -index : index) * by
    return numbers === null ? String.fromCharCode(value) : String(value).padStart(width, '0')
  })
}
