import { applet, Failure } from './applet.ts'
import { chomp, mayHold } from './bytes.ts'

interface SortKey {
  readonly from: number
  readonly to: number
  readonly flags: string
}

export const sort = applet({
  name: 'sort',
  usage: '[-nrugMcszbdfiokt] [-o FILE] [-k START[.OFS][OPTS][,END[.OFS][OPTS]] [-t CHAR] [FILE]...',
  options: 'nrubfk:t:',
  gnu: 'h',
  misuse: 2,
  opens: ['%', 'cannot read: %'],
  reads: ['', 'read failed: %: @'],
  run: async (call) => {
    const flags = [...'nrhbf'].filter((letter) => call.has(letter)).join('')
    const given = call.values('k').map(keyOf)
    const keys = given.length === 0 ? [{ from: 1, to: Infinity, flags }] : given
    const orders = keys.map((key) => (a: string, b: string) => {
      const [left, right] = [part(a, key, call.value('t')), part(b, key, call.value('t'))]
      return ordered(left, right, key.flags === '' ? flags : key.flags)
    })
    // Lines that are equal by their keys go by all their bytes.
    if (!call.has('u')) orders.push((a, b) => ordered(a, b, call.has('r') ? 'r' : ''))
    const compare = (a: string, b: string) => orders.reduce((found, order) => found || order(a, b), 0)
    const all: string[] = []
    let held = 0
    await call.lines((line) => {
      all.push(chomp(line))
      // Sorting is one step: so many lines take the others' time for less than a second.
      mayHold((held += line.length + 256))
    })
    if (call.status !== 0) return 2
    const sorted = all.toSorted(compare)
    for (const [at, line] of sorted.entries())
      if (!call.has('u') || at === 0 || compare(sorted[at - 1] ?? '', line) !== 0) await call.line(line)
    return 0
  },
})

/** 2, 2n, 2,3: characters of fields are left out. */
function keyOf(text: string): SortKey {
  const match = /^([1-9]\d*)(?:\.\d+)?([a-zA-Z]*)(?:,(\d+)(?:\.\d+)?([a-zA-Z]*))?$/.exec(text)
  if (match === null) throw new Failure('bad field specification', 2)
  const [, field, flags = '', end, endFlags = ''] = match
  return { from: Number(field), to: Number(end ?? Infinity), flags: flags + endFlags }
}

function part(line: string, { from, to }: SortKey, separator: string | undefined): string {
  if (from === 1 && to === Infinity) return line
  // Without a separator the blanks before a field belong to it.
  const fields = separator === undefined ? (line.match(/\s*\S+/g) ?? []) : line.split(separator)
  return fields.slice(from - 1, to).join(separator ?? '')
}

function ordered(a: string, b: string, flags: string): number {
  const value = (text: string) => {
    if (flags.includes('n')) return numeric(text)
    if (flags.includes('h'))
      return numeric(text) * 1024 ** ' KMGT'.indexOf(/[KMGT]/i.exec(text)?.[0].toUpperCase() ?? ' ')
    const trimmed = flags.includes('b') ? text.trimStart() : text
    return flags.includes('f') ? trimmed.toUpperCase() : trimmed
  }
  const [left, right] = [value(a), value(b)]
  const order = left < right ? -1 : Number(left > right)
  return flags.includes('r') ? -order : order
}

const numeric = (text: string) => Number(/^\s*(-?\d*\.?\d*)/.exec(text)?.[1] ?? 0) || 0
