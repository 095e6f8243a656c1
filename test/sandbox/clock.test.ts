import { setTimeout as wait } from 'node:timers/promises'
import * as assert from 'uvu/assert'
import { realClock } from '../../sandbox/clock.ts'
import { tests } from '../support/tests.ts'

tests('the clock', (test) => {
  test('sleeps longer than a timer can count', async () => {
    const waking = new AbortController()
    for (const long of [2 ** 31, 1e12, Infinity]) {
      const slept = realClock.sleep(long, waking.signal).then(() => 'slept')
      assert.is(await Promise.race([slept, wait(30, 'sleeps')]), 'sleeps')
      slept.catch(() => {})
    }
    waking.abort()
  })
})
