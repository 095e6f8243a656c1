// bash's {a,b} and {1..5}: words are made of a word before anything else is expanded. Not inside each other.
import { parse, type Word } from 'unbash'
import { ShellError } from '../control.ts'

/** More words than anybody wants, and than a process has room for. */
const most = 100_000

/** The words that one with braces stands for. */
export function unbraced(word: Word): readonly Word[] {
  const found = word.parts?.find(({ type }) => type === 'BraceExpansion')
  const words = found === undefined ? undefined : alternatives(found.text.slice(1, -1))
  if (found === undefined || words === undefined) return [word]
  const start = found.pos - word.pos
  const [before, after] = [word.text.slice(0, start), word.text.slice(start + found.text.length)]
  return words.flatMap((text) => wordsIn(before + text + after).flatMap(unbraced))
}

function wordsIn(text: string): readonly Word[] {
  const command = parse(`: ${text}`).commands[0]?.command
  return command?.type === 'Command' ? command.suffix.flatMap((part) => (part.type === 'Word' ? [part] : [])) : []
}

function alternatives(inside: string): readonly string[] | undefined {
  const range = /^(-?\d{1,9})\.\.(-?\d{1,9})$/.exec(inside)
  if (range === null) return inside.includes(',') ? inside.split(',') : undefined
  const [from, to] = [Number(range[1]), Number(range[2])]
  const count = Math.abs(to - from) + 1
  if (count > most) throw new ShellError('out of memory')
  return Array.from({ length: count }, (_, index) => String(from + (to < from ? -index : index)))
}
