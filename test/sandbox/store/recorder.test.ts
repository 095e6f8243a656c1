import * as assert from 'uvu/assert'
import { SteppedClock } from '../../../sandbox/clock.ts'
import type { Told } from '../../../sandbox/contracts.ts'
import { forgetEvents } from '../../../sandbox/controllers/events.ts'
import { kinds } from '../../../sandbox/kinds/index.ts'
import type { Event, Obj } from '../../../sandbox/kubernetes.ts'
import { remove } from '../../../sandbox/store/deletion.ts'
import { recorder } from '../../../sandbox/store/recorder.ts'
import { MemoryStore } from '../../../sandbox/store/store.ts'
import { tests } from '../../support/tests.ts'

const started = () => {
  const clock = new SteppedClock()
  const store = new MemoryStore(kinds, clock)
  const record = recorder(store, clock)
  store.write({ kind: 'namespaces', namespace: '', name: 'default' }, () => ({}))
  const about = store.write({ kind: 'configmaps', namespace: 'default', name: 'thing' }, () => ({}))
  const told: Told = { type: 'Normal', reason: 'Done', message: 'it is done', component: 'somebody' }
  return {
    clock,
    store,
    about,
    tell: (more: Partial<Told> = {}, object: Obj = about) => record(object, { ...told, ...more }),
    events: () => store.list<Event>('events').items,
    record,
  }
}

tests('events', (test) => {
  test('say who tells what about whom', () => {
    const { about, tell, events } = started()
    tell({ host: 'sandbox', fieldPath: 'spec.containers{app}' })
    const [event] = events()
    const { metadata, ...rest } = event ?? ({} as Event)
    assert.match(metadata.name, /^thing\.[0-9a-f]{16}$/)
    assert.is(metadata.namespace, 'default')
    const { uid, resourceVersion } = about.metadata
    assert.equal(rest, {
      apiVersion: 'v1',
      kind: 'Event',
      involvedObject: {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        name: 'thing',
        namespace: 'default',
        uid,
        resourceVersion,
        fieldPath: 'spec.containers{app}',
      },
      type: 'Normal',
      reason: 'Done',
      message: 'it is done',
      source: { component: 'somebody', host: 'sandbox' },
      reportingComponent: 'somebody',
      reportingInstance: 'sandbox',
      count: 1,
      firstTimestamp: '2026-01-01T00:00:00Z',
      lastTimestamp: '2026-01-01T00:00:00Z',
      eventTime: null,
    })
  })

  test('count what is told again', async () => {
    const { clock, tell, events } = started()
    tell()
    await clock.step(5000)
    tell()
    tell({ message: 'it is done twice' })
    tell({ fieldPath: 'elsewhere' })
    assert.equal(
      events().map(({ count, firstTimestamp, lastTimestamp }) => [count, firstTimestamp, lastTimestamp]),
      [
        [2, '2026-01-01T00:00:00Z', '2026-01-01T00:00:05Z'],
        [1, '2026-01-01T00:00:05Z', '2026-01-01T00:00:05Z'],
        [1, '2026-01-01T00:00:05Z', '2026-01-01T00:00:05Z'],
      ],
    )
  })

  test('are told anew when somebody has deleted them', () => {
    const { store, clock, tell, events } = started()
    tell()
    const [event] = events()
    remove(store, { kind: 'events', namespace: 'default', name: event?.metadata.name ?? '' }, {}, clock)
    tell()
    assert.equal(
      events().map(({ count }) => count),
      [1],
    )
  })

  test('become one when ten of a kind differ', () => {
    const { tell, events } = started()
    for (let each = 1; each <= 12; each += 1) tell({ message: `number ${each}` })
    assert.is(events().length, 10)
    const combined = events().at(-1)
    assert.equal([combined?.message, combined?.count], ['(combined from similar events): number 12', 3])
  })

  test('of the scheduler are a series', () => {
    const { tell, events } = started()
    for (let each = 0; each < 3; each += 1) tell({ component: 'default-scheduler', reason: 'FailedScheduling' })
    const [event] = events()
    assert.is(events().length, 1)
    assert.is(event?.series?.count, 2)
    assert.equal([event?.count, event?.action, event?.source], [undefined, 'Scheduling', {}])
  })

  test('about the whole cluster are in default; the kubelet knows its node by name', () => {
    const { store, tell, events } = started()
    const node = store.write({ kind: 'nodes', namespace: '', name: 'sandbox' }, () => ({}))
    tell({ component: 'kubelet' }, node)
    assert.is(events()[0]?.metadata.namespace, 'default')
    assert.equal(events()[0]?.involvedObject, { kind: 'Node', name: 'sandbox', uid: 'sandbox' })
  })

  test('are lost where the namespace is ending', () => {
    const { store, clock, tell, events } = started()
    store.write({ kind: 'namespaces', namespace: '', name: 'team' }, () => ({}))
    const about = store.write({ kind: 'configmaps', namespace: 'team', name: 'thing' }, () => ({}))
    remove(store, { kind: 'namespaces', namespace: '', name: 'team' }, {}, clock)
    tell({}, about)
    assert.equal(events(), [])
  })

  test('are forgotten an hour after they were last told', async () => {
    const { clock, store, tell, events, record } = started()
    const disks = { make: async () => {}, remove: async () => {} }
    const end = forgetEvents({ store, clock, disks, record })
    tell()
    await clock.step(1_800_000)
    tell({ message: 'later' })
    await clock.step(1_860_000)
    assert.equal(
      events().map(({ message }) => message),
      ['later'],
    )
    await clock.step(1_860_000)
    assert.equal(events(), [])
    end()
  })
})
