import type { Clock } from '../clock.ts'

/** How often it is asked whether it lives, and how long it may be silent: milliseconds. */
const askEvery = 1000
const silentFor = 10_000

/** Asks somebody again and again, and says where no answer came for too long. Returns what ends it. */
export function heartbeat(clock: Clock, ping: () => Promise<unknown>, silent: () => void): () => void {
  let asked = clock.now()
  let heard = asked
  const hear = () => void (heard = clock.now())
  return clock.every(askEvery, () => {
    const now = clock.now()
    // This thread itself was busy: no wonder that nothing was heard.
    if (now - asked > 3 * askEvery) heard = now
    asked = now
    if (now - heard <= silentFor) return void ping().then(hear, () => {})
    heard = now
    silent()
  })
}
