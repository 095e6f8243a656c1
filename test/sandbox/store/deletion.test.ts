import * as assert from 'uvu/assert'
import { SteppedClock } from '../../../sandbox/clock.ts'
import type { Key } from '../../../sandbox/contracts.ts'
import type { Namespace, Obj, Pod } from '../../../sandbox/kubernetes.ts'
import { type DeleteOptions, remove } from '../../../sandbox/store/deletion.ts'
import { MemoryStore } from '../../../sandbox/store/store.ts'
import { tests } from '../../support/tests.ts'
import { plainKinds } from './kinds.ts'

const pod: Key = { kind: 'pods', namespace: 'default', name: 'p' }
const map: Key = { kind: 'configmaps', namespace: 'default', name: 'm' }
const space: Key = { kind: 'namespaces', namespace: '', name: 'team' }

const started = () => {
  const clock = new SteppedClock()
  const store = new MemoryStore(plainKinds, clock)
  store.write({ kind: 'namespaces', namespace: '', name: 'default' }, () => ({}))
  const told: string[] = []
  store.onChange(({ type }) => void told.push(type))
  return { store, told, del: (key: Key, options: DeleteOptions = {}) => remove(store, key, options, clock) }
}

const running = { spec: { nodeName: 'n', containers: [], terminationGracePeriodSeconds: 30 } } as Partial<Pod>
const graceOf = ({ metadata }: Obj) => [metadata.deletionTimestamp, metadata.deletionGracePeriodSeconds]

tests('deletion', (test) => {
  test('takes away at once what nothing keeps', () => {
    const { store, told, del } = started()
    store.write(map, () => ({}))
    assert.ok(del(map).gone)
    assert.is(store.get(map), undefined)
    assert.equal(told, ['ADDED', 'DELETED'])
    assert.throws(() => del(map), /^configmaps "m" not found$|not found/)
  })

  test('gives a running Pod its time, which can only become shorter', () => {
    const { store, told, del } = started()
    store.write<Pod>(pod, () => running)
    const { object, gone } = del(pod)
    assert.not(gone)
    assert.equal(graceOf(object), ['2026-01-01T00:00:30Z', 30])
    assert.equal(graceOf(del(pod, { gracePeriodSeconds: 60 }).object), ['2026-01-01T00:00:30Z', 30])
    assert.equal(graceOf(del(pod, { gracePeriodSeconds: 5 }).object), ['2026-01-01T00:00:05Z', 5])
    assert.ok(del(pod, { gracePeriodSeconds: 0 }).gone)
    assert.equal(told, ['ADDED', 'MODIFIED', 'MODIFIED', 'MODIFIED', 'DELETED'])
  })

  test('gives none to a Pod that runs nowhere', () => {
    const { store, del } = started()
    store.write<Pod>(pod, () => ({ spec: { containers: [] } }))
    assert.ok(del(pod).gone)
    store.write<Pod>(pod, () => ({ ...running, status: { phase: 'Succeeded' } }))
    assert.ok(del(pod).gone)
  })

  test('waits for the last finalizer', () => {
    const { store, told, del } = started()
    store.write(map, () => ({ metadata: { finalizers: ['a/b'] } }) as never)
    assert.not(del(map).gone)
    assert.equal(graceOf(store.get(map) ?? (assert.unreachable() as never)), ['2026-01-01T00:00:00Z', 0])
    assert.not(del(map).gone)
    store.write(map, (old) => ({ ...old, metadata: { ...old?.metadata, finalizers: [] } }) as never)
    assert.is(store.get(map), undefined)
    assert.equal(told, ['ADDED', 'MODIFIED', 'DELETED'])
  })

  test('leaves what depends on it to the garbage collector', () => {
    const { store, del } = started()
    store.write(map, () => ({}))
    const { object, gone } = del(map, { propagationPolicy: 'Foreground' })
    assert.equal([gone, object.metadata.finalizers], [false, ['foregroundDeletion']])
  })

  test('only begins to end a namespace', () => {
    const { store, del } = started()
    store.write<Namespace>(space, () => ({ spec: { finalizers: ['kubernetes'] }, status: { phase: 'Active' } }))
    assert.is((del(space).object as Namespace).status?.phase, 'Terminating')
    assert.throws(
      () => store.write({ ...map, namespace: 'team' }, () => ({})),
      (error: Error) =>
        error.message ===
        'configmaps "m" is forbidden: unable to create new content in namespace team because it is being terminated',
    )
    assert.not(del(space).gone)
    store.write<Namespace>(space, (old) => ({ ...old, spec: { finalizers: [] } }))
    assert.is(store.get(space), undefined)
    assert.throws(() => del({ ...space, name: 'default' }), /may not be deleted/)
  })

  test('asks first whether it is the one that was meant', () => {
    const { store, del } = started()
    store.write(map, () => ({}))
    assert.throws(() => del(map, { uid: 'other' }), /the UID in the precondition \(other\) does not match/)
    assert.throws(() => del(map, { resourceVersion: '1' }), /the ResourceVersion in the precondition/)
  })

  test('only tries in a dry run', () => {
    const { store, del } = started()
    store.write<Pod>(pod, () => running)
    assert.equal(graceOf(del(pod, { dryRun: true }).object), ['2026-01-01T00:00:30Z', 30])
    assert.is(store.get(pod)?.metadata.deletionTimestamp, undefined)
  })
})
