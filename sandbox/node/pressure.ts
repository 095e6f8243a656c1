import { getHeapStatistics } from 'node:v8'
import type { Clock } from '../clock.ts'
import type { RunningContainer } from './container.ts'

const lookEvery = 250
/** After a kill, memory takes a while to come back. */
const patience = 2000
/** Of the heap's limit. */
const tooFull = 0.5

/**
 * The node's OOM killer: where memory gets short, the container that has been the busiest is ended, as a whole. Nobody counts what each one has; but
 * whoever eats up memory does nothing else. Gives what ends the watch.
 */
export function watchMemory(clock: Clock, buffers: number, containers: () => Iterable<RunningContainer>): () => void {
  let killed = 0
  return clock.every(lookEvery, () => {
    const busiest = [...containers()].toSorted((a, b) => b.kernel.calls - a.kernel.calls)
    for (const { kernel } of busiest) kernel.calls = 0
    const { used_heap_size: used, heap_size_limit: limit } = getHeapStatistics()
    const short = used > limit * tooFull || process.memoryUsage().arrayBuffers > buffers
    if (!short || clock.now() - killed < patience) return
    killed = clock.now()
    busiest[0]?.killForMemory()
  })
}
