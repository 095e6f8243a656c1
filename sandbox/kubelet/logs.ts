import type { Clock } from '../clock.ts'
import type { Id, Line, LogQuery, Runtime } from '../contracts.ts'

/** A container's log as kubectl prints it. */
export async function* logBytes(
  runtime: Runtime,
  clock: Clock,
  id: Id,
  query: LogQuery,
  signal: AbortSignal,
): AsyncIterable<Uint8Array> {
  const { follow = false, timestamps = false, tailLines: tail } = query
  const since = sinceOf(query, clock.now())
  let room = query.limitBytes ?? Infinity
  for await (const lines of runtime.logs(id, { follow, tail, signal })) {
    const wanted = lines.filter(({ at }) => at >= since)
    const parts = wanted.flatMap((line) => (timestamps ? [Buffer.from(`${stamp(line)} `), line.data] : [line.data]))
    const bytes = Buffer.concat(parts)
    if (bytes.length >= room) return yield bytes.subarray(0, room)
    room -= bytes.length
    yield bytes
  }
}

const sinceOf = ({ sinceSeconds, sinceTime }: LogQuery, now: number) => {
  if (sinceSeconds !== undefined) return now - sinceSeconds * 1000
  return sinceTime === undefined ? -Infinity : Date.parse(sinceTime)
}

/** Nine digits of a second, as the kubelet prints them; the clock knows three. */
const stamp = ({ at }: Line) => new Date(at).toISOString().replace('Z', '000000Z')
