import type { Clock } from '../clock.ts'

/** Runs `work` with a signal that fires after so many milliseconds, or with the outer one. */
export async function within<T>(
  clock: Clock,
  milliseconds: number,
  outer: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const limit = new AbortController()
  const over = new AbortController()
  const signal = AbortSignal.any([outer, limit.signal])
  clock.sleep(milliseconds, over.signal).then(
    () => limit.abort(new TimedOut()),
    () => {},
  )
  try {
    return await work(signal)
  } finally {
    over.abort()
  }
}

export class TimedOut extends Error {}
