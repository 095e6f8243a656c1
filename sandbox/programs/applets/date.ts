import { applet, Failure } from './applet.ts'
import { formatTime, parseTime } from './time.ts'

const iso: Readonly<Record<string, string>> = {
  '': '%Y-%m-%d',
  date: '%Y-%m-%d',
  hours: '%Y-%m-%dT%H+00:00',
  minutes: '%Y-%m-%dT%H:%M+00:00',
  seconds: '%Y-%m-%dT%H:%M:%S+00:00',
}

export const date = applet({
  name: 'date',
  usage: '[OPTIONS] [+FMT] [[-s] TIME]',
  options: 'us:d:r:I:D:R',
  long: { date: 'd', utc: 'u', reference: 'r', 'rfc-2822': 'R', set: 's', 'iso-8601': 'I' },
  // The value of -I may be left out, and stands right behind it.
  prepare: (argv) =>
    argv.map((word) =>
      /^-I\w*$/.test(word) ? `-I${word.slice(2) || 'date'}` : word.replace(/^--iso-8601$/, '-Idate'),
    ),
  operands: [0, 2],
  run: async (call) => {
    const now = call.process.clock.now()
    const [given, reference] = [call.value('d'), call.value('r')]
    const stat = reference === undefined ? undefined : await call.files.stat(reference)
    const at =
      given === undefined
        ? (stat?.modified ?? now)
        : parseTime(given.replace(/^(now|today)$/, `@${Math.floor(now / 1000)}`), now)
    if (at === undefined) throw new Failure(`invalid date '${given}'`)
    const format = call.words.find((word) => word.startsWith('+'))?.slice(1)
    const set = call.value('s') ?? call.words.find((word) => !word.startsWith('+'))
    if (set !== undefined) throw new Failure(`${call.says("can't", 'cannot')} set date: Operation not permitted`)
    const asked = call.has('R') ? '%a, %d %b %Y %H:%M:%S +0000' : call.has('I') ? iso[call.value('I') ?? ''] : undefined
    await call.line(formatTime(format ?? asked ?? '%a %b %e %H:%M:%S %Z %Y', at))
  },
})
