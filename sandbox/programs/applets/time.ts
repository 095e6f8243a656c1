// Times in UTC, the images' only time zone, in the C locale's words.
const days = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']
const months = 'January February March April May June July August September October November December'.split(' ')

const two = (value: number) => String(value).padStart(2, '0')

/** Conversions that stand for others, or for themselves. */
const composed: Readonly<Record<string, string>> = {
  c: '%a %b %e %H:%M:%S %Y',
  D: '%m/%d/%y',
  F: '%Y-%m-%d',
  h: '%b',
  n: '\n',
  R: '%H:%M',
  r: '%I:%M:%S %p',
  t: '\t',
  T: '%H:%M:%S',
  x: '%m/%d/%y',
  X: '%H:%M:%S',
  z: '+0000',
  Z: 'UTC',
  '%': '%',
}

/** As strftime(3) fills it in; %-d leaves out what only fills up. */
export function formatTime(format: string, milliseconds: number): string {
  const at = new Date(milliseconds)
  const [year, hour] = [at.getUTCFullYear(), at.getUTCHours()]
  const day = days[at.getUTCDay()] ?? ''
  const month = months[at.getUTCMonth()] ?? ''
  const dayOfYear = Math.floor((milliseconds - Date.UTC(year, 0, 1)) / 86_400_000) + 1
  const fields: Readonly<Record<string, string>> = {
    a: day.slice(0, 3),
    A: day,
    b: month.slice(0, 3),
    B: month,
    C: two(Math.floor(year / 100)),
    d: two(at.getUTCDate()),
    e: String(at.getUTCDate()).padStart(2),
    H: two(hour),
    I: two(hour % 12 || 12),
    j: String(dayOfYear).padStart(3, '0'),
    k: String(hour).padStart(2),
    m: two(at.getUTCMonth() + 1),
    M: two(at.getUTCMinutes()),
    N: String((milliseconds % 1000) * 1_000_000).padStart(9, '0'),
    p: hour < 12 ? 'AM' : 'PM',
    s: String(Math.floor(milliseconds / 1000)),
    S: two(at.getUTCSeconds()),
    u: String(at.getUTCDay() || 7),
    w: String(at.getUTCDay()),
    y: two(year % 100),
    Y: String(year),
  }
  return format
    .replace(/%([cDFhRrTxX%])/g, (whole, letter: string) => (letter === '%' ? whole : (composed[letter] ?? '')))
    .replace(/%(-?)([a-zA-Z%])/g, (whole, bare: string, letter: string) => {
      const text = Object.hasOwn(fields, letter) ? fields[letter] : composed[letter]
      return bare === '' ? (text ?? whole) : (text?.replace(/^[0 ]+(?=.)/, '') ?? whole)
    })
}

/** A time as touch -d and date -d take it: @seconds, YYYY-MM-DD hh:mm[:ss], YYYYMMDDhhmm[.ss], hh:mm. Nothing where it is none. */
export function parseTime(text: string, now: number): number | undefined {
  if (/^@\d+$/.test(text)) return Number(text.slice(1)) * 1000
  const long = /^(\d{4})-(\d\d)-(\d\d)(?:[ T](\d\d):(\d\d)(?::(\d\d))?(?:\.\d+)?Z?)?$/.exec(text)
  const short = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(?:\.(\d\d))?$/.exec(text)
  const [, year, month, day, hour = 0, minute = 0, second = 0] = long ?? short ?? []
  if (year !== undefined)
    return Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second))
  const clock = /^(\d\d):(\d\d)(?::(\d\d))?$/.exec(text)
  if (clock === null) return undefined
  return now - (now % 86_400_000) + (Number(clock[1]) * 3600 + Number(clock[2]) * 60 + Number(clock[3] ?? 0)) * 1000
}

/** "1", "1.5", "2m": seconds, minutes, hours, days as sleep and timeout take them, in milliseconds. Nothing where it is none. */
export function duration(text: string): number | undefined {
  const match = /^(\d+(?:\.\d*)?|\.\d+)([smhd]?)$/.exec(text)
  if (match === null) return undefined
  const units: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }
  return Number(match[1]) * (units[match[2] ?? ''] ?? 1000)
}
