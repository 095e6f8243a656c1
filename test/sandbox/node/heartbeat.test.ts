import * as assert from 'uvu/assert'
import { type Clock, SteppedClock } from '../../../sandbox/clock.ts'
import { heartbeat } from '../../../sandbox/node/heartbeat.ts'
import { tests } from '../../support/tests.ts'

tests('a node that says nothing', (test) => {
  const watched = (answer: () => Promise<unknown>) => {
    const clock = new SteppedClock()
    let silences = 0
    const end = heartbeat(clock, answer, () => (silences += 1))
    const pass = async (seconds: number) => {
      await clock.step(seconds * 1000)
      return silences
    }
    return { pass, end }
  }

  test('is given up after ten seconds, and so is the next one', async () => {
    const { pass, end } = watched(() => new Promise(() => {}))
    assert.is(await pass(10), 0)
    assert.is(await pass(2), 1)
    assert.is(await pass(9), 1)
    assert.is(await pass(3), 2)
    end()
    assert.is(await pass(60), 2)
  })

  test('is not one that answers', async () => {
    assert.is(await watched(() => Promise.resolve()).pass(60), 0)
  })

  test('is not one that was not asked, as this thread was busy', () => {
    let [now, silences, ask] = [0, 0, () => {}]
    const every = (_milliseconds: number, work: () => void) => {
      ask = work
      return () => {}
    }
    const clock: Clock = { now: () => now, sleep: () => Promise.resolve(), every }
    heartbeat(
      clock,
      () => new Promise(() => {}),
      () => (silences += 1),
    )
    for (let time = 0; time < 5; time += 1) {
      now += 20_000
      ask()
    }
    assert.is(silences, 0)
  })
})
