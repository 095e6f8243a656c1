import * as assert from 'uvu/assert'
import { eventually, rejects, tests } from './tests.ts'

tests('eventually', (test) => {
  test('waits until it holds, and gives what it found', async () => {
    let asked = 0
    assert.is(await eventually(() => (++asked < 3 ? undefined : 'found'), { every: 1 }), 'found')
    assert.is(asked, 3)
  })

  test('says what did not come about', async () => {
    const waiting = eventually(() => false, { limit: 20, every: 5, what: 'the volume' })
    await rejects(waiting, 'the volume did not hold within 20 ms')
  })
})

tests('rejects', (test) => {
  test('gives the error for a closer look', async () => {
    const cause = new Error('the cause')
    const error = await rejects(Promise.reject(new Error('the error', { cause })), /the error/)
    assert.is(error.cause, cause)
  })
})
