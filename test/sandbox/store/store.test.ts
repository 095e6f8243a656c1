import * as assert from 'uvu/assert'
import { SteppedClock } from '../../../sandbox/clock.ts'
import type { Change, Key, Query } from '../../../sandbox/contracts.ts'
import type { ConfigMap, Namespace } from '../../../sandbox/kubernetes.ts'
import { Refusal } from '../../../sandbox/refusal.ts'
import { MemoryStore } from '../../../sandbox/store/store.ts'
import { rejects, tests } from '../../support/tests.ts'
import { plainKinds } from './kinds.ts'

const namespace = (name: string): Key => ({ kind: 'namespaces', namespace: '', name })
const map = (name: string): Key => ({ kind: 'configmaps', namespace: 'default', name })

const started = () => {
  const clock = new SteppedClock()
  const store = new MemoryStore(plainKinds, clock)
  store.write<Namespace>(namespace('default'), () => ({ spec: { finalizers: ['kubernetes'] } }))
  return { store, clock }
}

const refusalOf = (work: () => unknown): Refusal => {
  try {
    work()
  } catch (error) {
    if (error instanceof Refusal) return error
    throw error
  }
  return assert.unreachable('not refused') as never
}

const labelled = (tier: string) => (old?: ConfigMap) =>
  ({ ...old, metadata: { ...old?.metadata, labels: { tier } } }) as ConfigMap

tests('store', (test) => {
  test('gives what is new its identity', () => {
    const { store } = started()
    const made = store.write<ConfigMap>(map('a'), () => ({ data: { x: '1' } }))
    assert.is(made.metadata.creationTimestamp, '2026-01-01T00:00:00Z')
    assert.match(made.metadata.uid, /^[0-9a-f-]{36}$/)
    assert.equal(
      [made.kind, made.apiVersion, made.metadata.namespace, made.metadata.resourceVersion],
      ['ConfigMap', 'v1', 'default', '2'],
    )
    assert.is(store.get(map('a')), made)
  })

  test('keeps the resource version where nothing changes, and the identity where something does', () => {
    const { store } = started()
    const made = store.write<ConfigMap>(map('a'), () => ({ data: { x: '1' } }))
    assert.is(
      store.write<ConfigMap>(map('a'), (old) => ({ ...old, data: { x: '1' } })),
      made,
    )
    const changed = store.write<ConfigMap>(map('a'), () => ({ data: { x: '2' } }))
    assert.is(changed.metadata.uid, made.metadata.uid)
    assert.is(changed.metadata.resourceVersion, '3')
    assert.is(store.resourceVersion, 3)
  })

  test('freezes, all the way down', () => {
    const { store } = started()
    const made = store.write<ConfigMap>(map('a'), () => ({ data: { x: '1' } }))
    assert.throws(() => Object.assign(made.data ?? {}, { x: '2' }), /read only/)
  })

  test('keeps keys that mean something to JavaScript', () => {
    const { store } = started()
    const data = JSON.parse('{"__proto__":"p","constructor":"c"}') as Record<string, string>
    store.write<ConfigMap>(map('a'), () => ({ data }))
    assert.is(JSON.stringify(store.get<ConfigMap>(map('a'))?.data), '{"__proto__":"p","constructor":"c"}')
    assert.is(store.get({ ...map('__proto__'), namespace: '__proto__' }), undefined)
  })

  test('refuses a write that does not fit what is there', () => {
    const { store } = started()
    store.write<ConfigMap>(map('a'), () => ({}))
    const stale = refusalOf(() =>
      store.write<ConfigMap>(map('a'), () => ({ data: { x: '1' } }), { resourceVersion: '1' }),
    )
    assert.is(
      stale.message,
      'Operation cannot be fulfilled on configmaps "a": the object has been modified; please apply your changes to the latest version and try again',
    )
    assert.is(refusalOf(() => store.write(map('a'), () => undefined, { uid: 'other' })).reason, 'Conflict')
    assert.is(refusalOf(() => store.write(map('b'), () => undefined)).message, 'configmaps "b" not found')
  })

  test('refuses what its kind finds wrong', () => {
    const { store } = started()
    const { code, message, details } = refusalOf(() =>
      store.write<ConfigMap>(map('a'), () => ({ wrong: true }) as never),
    )
    assert.equal([code, message], [422, 'ConfigMap "a" is invalid: wrong: Forbidden: no'])
    assert.is(details?.causes?.length, 1)
    assert.is(store.get(map('a')), undefined)
  })

  test('takes nothing new where there is no namespace', () => {
    const { store } = started()
    const key = { ...map('a'), namespace: 'nowhere' }
    assert.is(refusalOf(() => store.write(key, () => ({}))).message, 'namespaces "nowhere" not found')
  })

  test('does all but the storing in a dry run', () => {
    const { store } = started()
    const made = store.write<ConfigMap>(map('a'), () => ({ data: {} }), { dryRun: true })
    assert.ok(made.metadata.uid)
    assert.not('resourceVersion' in made.metadata)
    assert.is(store.get(map('a')), undefined)
    assert.is(store.resourceVersion, 1)
  })

  test('lists by namespace and name', () => {
    const { store } = started()
    store.write(namespace('another'), () => ({}))
    for (const name of ['c', 'a', 'b']) store.write(map(name), () => ({}))
    store.write({ ...map('z'), namespace: 'another' }, () => ({}))
    const names = (query: Query) => store.list('configmaps', query).items.map(({ metadata }) => metadata.name)
    assert.equal(names({}), ['z', 'a', 'b', 'c'])
    assert.equal(names({ namespace: 'default', matches: ({ metadata }) => metadata.name > 'a' }), ['b', 'c'])
  })

  test('tells every listener of every change, in order, also of those that listeners make', () => {
    const { store } = started()
    const told: string[] = []
    store.onChange(({ key }) => void (key.name === 'a' && store.write(map('b'), () => ({}))))
    const stop = store.onChange(({ type, key }) => void told.push(`${type} ${key.name}`))
    store.write(map('a'), () => ({}))
    assert.equal(told, ['ADDED a', 'ADDED b'])
    stop()
    store.write(map('b'), () => undefined)
    assert.is(told.length, 2)
  })

  test('is full after 64 MB, and not for ever', () => {
    const { store } = started()
    const data = { x: 'x'.repeat(1_000_000) }
    const fill = () => {
      for (let at = 0; at < 100; at += 1) store.write<ConfigMap>(map(`a${at}`), () => ({ data }))
    }
    assert.is(refusalOf(fill).message, 'etcdserver: mvcc: database space exceeded')
    store.write(map('a0'), () => undefined)
    store.write<ConfigMap>(map('b'), () => ({ data }))
  })
})

/** What a watch gives until it has given so many. */
async function read(changes: AsyncIterable<Change>, count: number): Promise<string[]> {
  const found: string[] = []
  for await (const { type, object } of changes) {
    found.push(`${type} ${object.metadata.name} ${object.metadata.resourceVersion}`)
    if (found.length === count) break
  }
  return found
}

tests('watch', (test) => {
  const { signal } = new AbortController()

  test('gives what is there, then what happens', async () => {
    const { store } = started()
    store.write(map('a'), () => ({}))
    const watch = store.watch('configmaps', 0, {}, signal)
    store.write(map('b'), () => ({}))
    store.write(map('a'), () => undefined)
    assert.equal(await read(watch, 3), ['ADDED a 2', 'ADDED b 3', 'DELETED a 4'])
  })

  test('goes on after a resource version', async () => {
    const { store } = started()
    for (const name of ['a', 'b', 'c']) store.write(map(name), () => ({}))
    assert.equal(await read(store.watch('configmaps', 3, {}, signal), 1), ['ADDED c 4'])
  })

  test('adds and deletes what starts and stops to match', async () => {
    const { store } = started()
    const watch = store.watch(
      'configmaps',
      1,
      { matches: ({ metadata }) => metadata.labels?.['tier'] === 'back' },
      signal,
    )
    for (const tier of ['front', 'back', 'back', 'front']) store.write<ConfigMap>(map('a'), labelled(tier))
    store.write(map('a'), () => undefined)
    store.write<ConfigMap>(map('b'), labelled('back'))
    assert.equal(await read(watch, 3), ['ADDED a 3', 'DELETED a 4', 'ADDED b 6'])
  })

  test('ends with its signal, also while it waits', async () => {
    const { store } = started()
    const stop = new AbortController()
    const reading = read(store.watch('configmaps', 0, {}, stop.signal), 1)
    stop.abort()
    assert.equal(await reading, [])
  })

  test('says so when it is too far behind', async () => {
    const { store } = started()
    const slow = store.watch('configmaps', 1, {}, signal)
    for (let at = 0; at < 20_001; at += 1) store.write<ConfigMap>(map('a'), () => ({ data: { at: String(at) } }))
    await rejects(read(store.watch('configmaps', 1, {}, signal), 1), /^too old resource version: 1 \(\d+\)$/)
    await rejects(read(slow, 10_001), /too old resource version/)
  })
})
