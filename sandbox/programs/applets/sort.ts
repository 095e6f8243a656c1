import { applet, Failure } from './applet.ts'
import { chomp, encode } from './bytes.ts'

interface SortKey {
  readonly from: readonly [field: number, char: number]
  readonly to: readonly [field: number, char: number] | undefined
  readonly flags: string
}

export const sort = applet({
  name: 'sort',
  usage: '[-nrugMcszbdfiokt] [-o FILE] [-k START[.OFS][OPTS][,END[.OFS][OPTS]] [-t CHAR] [FILE]...',
  options: 'nrugMcszbdfio:k:t:V',
  gnu: 'h',
  misuse: 2,
  run: async (call) => {
    const flags = [...'nrghMbdfiV'].filter((letter) => call.has(letter)).join('')
    const separator = call.value('t')
    const keys = call.values('k').map(keyOf)
    const whole: SortKey = { from: [1, 1], to: undefined, flags }
    const orders = (keys.length === 0 ? [whole] : keys.map((key) => (key.flags === '' ? { ...key, flags } : key))).map(
      (key) => (a: string, b: string) => by(part(a, key, separator), part(b, key, separator), key.flags),
    )
    // Lines that are equal by their keys go by all their bytes, unless -s or -u.
    if (!call.has('s') && !call.has('u')) orders.push((a, b) => by(a, b, call.has('r') ? 'r' : ''))
    const compare = (a: string, b: string) => orders.reduce((found, order) => found || order(a, b), 0)
    const all: string[] = []
    for await (const line of call.lines()) all.push(chomp(line))
    if (call.status !== 0) return 2
    if (call.has('c')) {
      const at = all.findIndex(
        (line, index) => index > 0 && compare(all[index - 1] ?? '', line) > (call.has('u') ? -1 : 0),
      )
      if (at >= 0) await call.complain('Check line ' + String(at + 1))
      return at >= 0 ? 1 : 0
    }
    const sorted = all.toSorted(compare)
    const kept = call.has('u')
      ? sorted.filter((line, at) => at === 0 || compare(sorted[at - 1] ?? '', line) !== 0)
      : sorted
    const text = kept.map((line) => `${line}\n`).join('')
    const target = call.value('o')
    if (target === undefined) await call.out(text)
    else await call.files.write(target, encode(text))
    return undefined
  },
})

function keyOf(text: string): SortKey {
  const match = /^(\d+)(?:\.(\d+))?([a-zA-Z]*)(?:,(\d+)(?:\.(\d+))?([a-zA-Z]*))?$/.exec(text)
  if (match === null || match[1] === '0') throw new Failure('bad field specification', 2)
  const [, field, char = '1', flags = '', end, endChar = '0', endFlags = ''] = match
  return {
    from: [Number(field), Number(char)],
    to: end === undefined ? undefined : [Number(end), Number(endChar)],
    flags: flags + endFlags,
  }
}

function part(line: string, { from, to }: SortKey, separator: string | undefined): string {
  if (from[0] === 1 && from[1] === 1 && to === undefined) return line
  // Without a separator the blanks before a field belong to it.
  const fields = separator === undefined ? (line.match(/\s*\S+/g) ?? []) : line.split(separator)
  const joint = separator ?? ''
  const last = to === undefined ? fields.length : to[0]
  const parts = fields.slice(from[0] - 1, last)
  if (to !== undefined && to[1] > 0 && parts.length > 0) parts.push(parts.pop()?.slice(0, to[1]) ?? '')
  return parts.join(joint).slice(from[1] - 1)
}

function by(a: string, b: string, flags: string): number {
  const found = ordered(a, b, flags)
  return flags.includes('r') ? -found : found
}

function ordered(a: string, b: string, flags: string): number {
  if (flags.includes('n') || flags.includes('g')) return numeric(a) - numeric(b)
  if (flags.includes('h')) return human(a) - human(b)
  if (flags.includes('V')) return version(a) < version(b) ? -1 : Number(version(a) > version(b))
  const [left, right] = [a, b].map((text) => {
    const trimmed = flags.includes('b') ? text.trimStart() : text
    const kept = flags.includes('d') ? trimmed.replace(/[^A-Za-z0-9\s]/g, '') : trimmed
    return flags.includes('f') ? kept.toUpperCase() : kept
  }) as [string, string]
  return left < right ? -1 : Number(left > right)
}

const numeric = (text: string) => Number(/^\s*(-?\d*\.?\d*)/.exec(text)?.[1] ?? 0) || 0
const human = (text: string) =>
  numeric(text) * 1024 ** ' KMGTPE'.indexOf(/[KMGTPE]/.exec(text.toUpperCase())?.[0] ?? ' ')
const version = (text: string) => text.replace(/\d+/g, (digits) => digits.padStart(16, '0'))
