/** 1.5K as ls -h, du -h and df -h write it: make_human_readable_str of libbb. */
export function humanSize(bytes: number): string {
  const units = ['', 'K', 'M', 'G', 'T', 'P']
  let [value, unit] = [bytes, 0]
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024
    unit += 1
  }
  return unit === 0 ? String(bytes) : `${value.toFixed(1)}${units[unit] ?? ''}`
}
