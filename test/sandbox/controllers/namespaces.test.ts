import * as assert from 'uvu/assert'
import type { ConfigMap, Namespace, Obj } from '../../../sandbox/kubernetes.ts'
import { remove } from '../../../sandbox/store/deletion.ts'
import { publishAuthority } from '../../../sandbox/store/seed.ts'
import { tests } from '../../support/tests.ts'
import { cluster, podSpec } from './cluster.ts'

const started = async () => {
  const world = cluster()
  const key = (kind: string, name: string) => ({ kind, namespace: 'team', name })
  world.write('namespaces', 'team', {})
  await world.settle()
  return {
    ...world,
    key,
    namespace: () => world.get<Namespace>('namespaces', 'team'),
    conditions: () =>
      Object.fromEntries(
        (world.get<Namespace>('namespaces', 'team')?.status?.conditions ?? []).map((each) => [each.type, each.message]),
      ),
  }
}

tests('namespaces', (test) => {
  test('have an account and the authority, which come back', async () => {
    const { store, key, settle, clock } = await started()
    assert.ok(store.get(key('serviceaccounts', 'default')))
    remove(store, key('serviceaccounts', 'default'), {}, clock)
    remove(store, key('configmaps', 'kube-root-ca.crt'), {}, clock)
    await settle()
    assert.ok(store.get(key('serviceaccounts', 'default')))
    publishAuthority(store, 'PEM')
    await settle()
    assert.equal(store.get<ConfigMap>(key('configmaps', 'kube-root-ca.crt'))?.data, { 'ca.crt': 'PEM' })
  })

  test('go when all that is in them has gone, Pods first', async () => {
    const { store, key, hold, free, del, settle, namespace, conditions } = await started()
    store.write(key('pods', 'p'), () => ({ spec: podSpec }) as Partial<Obj>)
    store.write(key('configmaps', 'm'), () => ({ metadata: { finalizers: ['a.b/c'] } }) as unknown as Partial<Obj>)
    await settle()
    hold('p')
    del('namespaces', 'team')
    await settle()
    assert.is(namespace()?.status?.phase, 'Terminating')
    assert.ok(store.get(key('pods', 'p'))?.metadata.deletionTimestamp)
    assert.is(store.get(key('configmaps', 'm'))?.metadata.deletionTimestamp, undefined)
    free('p')
    await settle()
    assert.is(store.get(key('serviceaccounts', 'default')), undefined)
    assert.is(
      conditions()['NamespaceContentRemaining'],
      'Some resources are remaining: configmaps. has 1 resource instances',
    )
    assert.is(
      conditions()['NamespaceFinalizersRemaining'],
      'Some content in the namespace has finalizers remaining: a.b/c in 1 resource instances',
    )
    store.write(key('configmaps', 'm'), (old) => ({ ...old, metadata: { ...old?.metadata, finalizers: [] } }) as Obj)
    await settle()
    assert.is(namespace(), undefined)
  })

  test('do not wait where there is nothing to wait for', async () => {
    const { del, settle, namespace, store } = await started()
    del('namespaces', 'team')
    await settle()
    assert.is(namespace(), undefined)
    assert.equal(store.list('configmaps', { namespace: 'team' }).items, [])
  })
})
