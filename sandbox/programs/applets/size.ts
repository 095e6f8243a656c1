/** 1.5K as ls -h, du -h and df -h write it: make_human_readable_str of libbb; GNU's round up, and keep no decimal from 10 on. */
export function humanSize(bytes: number, gnu: boolean, step = 1024): string {
  const units = ['', 'K', 'M', 'G', 'T', 'P']
  let [value, unit] = [bytes, 0]
  while (value >= step && unit < units.length - 1) {
    value /= step
    unit += 1
  }
  if (unit === 0) return String(bytes)
  const up = value < 10 ? (Math.ceil(value * 10) / 10).toFixed(1) : String(Math.ceil(value))
  return (gnu ? up : value.toFixed(1)) + (units[unit] ?? '')
}
