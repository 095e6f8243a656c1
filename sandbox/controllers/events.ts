import type { World } from '../contracts.ts'
import type { Event } from '../kubernetes.ts'
import { remove } from '../store/deletion.ts'
import { keyOf } from './objects.ts'

const kept = 3_600_000

/** Events are kept for an hour after they were last told, as the API server's --event-ttl has it. */
export function forgetEvents({ store, clock }: World): () => void {
  const forget = () => {
    const past = clock.now() - kept
    for (const event of store.list<Event>('events').items)
      if (Date.parse(lastTold(event)) < past) remove(store, keyOf('events', event), {}, clock)
  }
  return clock.every(60_000, forget)
}

const lastTold = ({ series, lastTimestamp, metadata }: Event): string =>
  series?.lastObservedTime ?? lastTimestamp ?? metadata.creationTimestamp
