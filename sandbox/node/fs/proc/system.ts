import type { Clock } from '../../../clock.ts'

const boots = new WeakMap<Clock, number>()

/** When the simulated node started. */
export function booted(clock: Clock): number {
  const known = boots.get(clock)
  if (known !== undefined) return known
  // A node is some time up before its first container.
  const at = clock.now() - 20_000
  boots.set(clock, at)
  return at
}

export function uptime(clock: Clock): string {
  const seconds = ((clock.now() - booted(clock)) / 1000).toFixed(2)
  return `${seconds} ${seconds}\n`
}

export const version = 'Linux version 6.12.0-sandbox (simulated@kubectl-tour) #1 SMP PREEMPT_DYNAMIC\n'

const row = (name: string, kilobytes: number) => `${`${name}:`.padEnd(16)}${String(kilobytes).padStart(8)} kB\n`

export const memory = [
  row('MemTotal', 8_388_608),
  row('MemFree', 6_291_456),
  row('MemAvailable', 7_340_032),
  row('Buffers', 12_536),
  row('Cached', 895_596),
  row('SwapCached', 0),
  row('SwapTotal', 0),
  row('SwapFree', 0),
  row('Shmem', 8932),
  row('Slab', 230_288),
].join('')

const processor = (number: number) => `processor\t: ${number}
vendor_id\t: Simulated
model name\t: Simulated CPU
cpu MHz\t\t: 2000.000
cache size\t: 1024 KB
siblings\t: 4
core id\t\t: ${number}
cpu cores\t: 4
bogomips\t: 4000.00
`
export const processors = `${[0, 1, 2, 3].map(processor).join('\n')}\n`

export const cpuTotals = `cpu  1000 0 1000 100000 0 0 0 0 0 0
${[0, 1, 2, 3].map((number) => `cpu${number} 250 0 250 25000 0 0 0 0 0 0\n`).join('')}intr 0
ctxt 100000
`
