import { applet, Failure, Misused } from './applet.ts'
import { chomp } from './bytes.ts'

type Range = readonly [from: number, to: number]

export const cut = applet({
  name: 'cut',
  usage: '{-b|c LIST | -f|F LIST [-d SEP] [-s]} [-D] [-O SEP] [FILE]...',
  options: 'b:c:f:d:sDO:n',
  run: (call) => {
    const fields = call.value('f')
    const list = fields ?? call.value('c') ?? call.value('b')
    if (list === undefined)
      throw call.gnu
        ? new Misused('you must specify a list of bytes, characters, or fields')
        : new Failure('expected a list of bytes, characters, or fields')
    const ranges = list
      .split(',')
      .map(rangeOf)
      .toSorted(([a], [b]) => a - b)
    const has = (at: number) => ranges.some(([from, to]) => from <= at && at <= to)
    const separator = call.value('d') ?? '\t'
    return call.lines((line) => {
      const text = chomp(line)
      const parts = fields === undefined ? [...text] : text.split(separator)
      if (fields !== undefined && parts.length === 1) return call.has('s') || call.line(text)
      const joint = fields === undefined ? '' : (call.value('O') ?? separator)
      return call.line(parts.filter((_, at) => has(at + 1)).join(joint))
    })
  },
})

function rangeOf(text: string): Range {
  const match = /^(\d*)(-?)(\d*)$/.exec(text)
  if (match === null || text === '' || text === '-') throw new Failure(`invalid range '${text}'`)
  const [, from = '', dash, to = ''] = match
  return [Number(from || 1), dash === '' ? Number(from) : Number(to || Infinity)]
}
