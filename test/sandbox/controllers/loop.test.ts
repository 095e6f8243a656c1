import * as assert from 'uvu/assert'
import { SteppedClock } from '../../../sandbox/clock.ts'
import type { Controller, Key, World } from '../../../sandbox/contracts.ts'
import { run } from '../../../sandbox/controllers/loop.ts'
import { kinds } from '../../../sandbox/kinds/index.ts'
import { conflict } from '../../../sandbox/refusal.ts'
import { MemoryStore } from '../../../sandbox/store/store.ts'
import { tests } from '../../support/tests.ts'

const started = (reconcile: Controller['reconcile'], names: readonly string[] = []) => {
  const clock = new SteppedClock()
  const store = new MemoryStore(kinds, clock)
  const write = (name: string, more: object = {}) =>
    store.write({ kind: 'configmaps', namespace: 'default', name }, (old) => ({ ...old, ...more }))
  store.write({ kind: 'namespaces', namespace: '', name: 'default' }, () => ({}))
  for (const name of names) write(name)
  const world: World = {
    store,
    clock,
    disks: { make: async () => {}, remove: async () => {} },
    record: () => {},
  }
  const ending = new AbortController()
  const seen: string[] = []
  const controller: Controller = {
    name: 'a controller',
    watches: ['configmaps'],
    keys: ({ key }) => [key],
    reconcile: async (key: Key) => {
      seen.push(key.name)
      return reconcile(key, world)
    },
  }
  const end = run(controller, world, ending.signal)
  return { clock, write, seen, end, stop: () => ending.abort() }
}

tests('a work queue', (test) => {
  test('begins with all that is there, then follows what changes', async () => {
    const { clock, write, seen, end } = started(async () => {}, ['a', 'b'])
    await clock.step(0)
    assert.equal(seen, ['a', 'b'])
    write('a', { data: { x: '1' } })
    write('a', { data: { x: '2' } })
    await clock.step(0)
    assert.equal(seen, ['a', 'b', 'a'])
    end()
    write('c')
    await clock.step(0)
    assert.equal(seen.length, 3)
  })

  test('tries a conflict again at once, and an error after a growing pause', async () => {
    let failures = 0
    const fails = started(async () => {
      failures += 1
      throw failures === 1 ? conflict({ resource: 'x', name: 'y' }, 'no') : new Error('no')
    }, ['a'])
    await fails.clock.step(0)
    assert.is(fails.seen.length, 2)
    await fails.clock.step(10)
    assert.is(fails.seen.length, 3)
    await fails.clock.step(19)
    assert.is(fails.seen.length, 3)
    await fails.clock.step(1)
    assert.is(fails.seen.length, 4)
  })

  test('looks again when it is asked to, once', async () => {
    const { clock, write, seen, stop } = started(async () => ({ again: 1000 }), ['a'])
    await clock.step(0)
    write('a', { data: { x: '1' } })
    await clock.step(999)
    assert.is(seen.length, 2)
    await clock.step(1)
    assert.is(seen.length, 3)
    stop()
    await clock.step(5000)
    assert.is(seen.length, 3)
  })

  test('takes one key at a time', async () => {
    let running = 0
    let most = 0
    const { clock } = started(async () => {
      running += 1
      most = Math.max(most, running)
      await Promise.resolve()
      running -= 1
    }, ['a', 'b', 'c'])
    await clock.step(0)
    assert.is(most, 1)
  })
})
