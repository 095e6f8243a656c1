const second = 1000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour
const year = 365 * day

/** As kubectl's tables say it: k8s.io/apimachinery/pkg/util/duration.HumanDuration. */
export function humanDuration(milliseconds: number): string {
  const whole = Math.trunc(milliseconds / second)
  if (whole < -1) return '<invalid>'
  if (whole < 0) return '0s'
  if (milliseconds < 2 * minute) return `${whole}s`
  if (milliseconds < 10 * minute) return two(milliseconds, minute, 'm', second, 's')
  if (milliseconds < 3 * hour) return `${Math.floor(milliseconds / minute)}m`
  if (milliseconds < 8 * hour) return two(milliseconds, hour, 'h', minute, 'm')
  if (milliseconds < 2 * day) return `${Math.floor(milliseconds / hour)}h`
  if (milliseconds < 8 * day) return two(milliseconds, day, 'd', hour, 'h')
  if (milliseconds < 2 * year) return `${Math.floor(milliseconds / day)}d`
  if (milliseconds < 8 * year) return two(milliseconds, year, 'y', day, 'd')
  return `${Math.floor(milliseconds / year)}y`
}

function two(milliseconds: number, big: number, bigName: string, small: number, smallName: string): string {
  const rest = Math.floor((milliseconds % big) / small)
  return `${Math.floor(milliseconds / big)}${bigName}${rest === 0 ? '' : `${rest}${smallName}`}`
}

/** How long ago that was. */
export const age = (timestamp: string | undefined | null, now: number): string =>
  timestamp === undefined || timestamp === null || timestamp === ''
    ? '<unknown>'
    : humanDuration(now - Date.parse(timestamp))
