import * as assert from 'uvu/assert'
import type { Obj } from '../../../sandbox/kubernetes.ts'
import { tests } from '../../support/tests.ts'
import { cluster } from './cluster.ts'

const kind = 'configmaps'

const started = async () => {
  const world = cluster()
  await world.settle()
  const owner = (name: string, more: object = {}) => {
    const { uid = '' } = world.get(kind, name)?.metadata ?? {}
    return { apiVersion: 'v1', kind: 'ConfigMap', name, uid, ...more }
  }
  return {
    ...world,
    owner,
    make: async (name: string, ...ownerReferences: readonly object[]) => {
      world.write(kind, name, { metadata: { ownerReferences } })
      await world.settle()
    },
    left: () => world.names(kind).filter((name) => name !== 'kube-root-ca.crt'),
    finalizers: (name: string) => world.get(kind, name)?.metadata.finalizers,
  }
}

tests('the garbage collector', (test) => {
  test('takes what belongs to nobody any more', async () => {
    const world = await started()
    await world.make('owner')
    await world.make('child', world.owner('owner'))
    await world.make('grandchild', world.owner('child'))
    await world.make('stranger')
    world.del(kind, 'owner')
    await world.settle()
    assert.equal(world.left(), ['stranger'])
  })

  test('takes what never had an owner, and what has another one of that name', async () => {
    const world = await started()
    await world.make('owner')
    await world.make('a', world.owner('nobody', { uid: 'none' }))
    await world.make('b', world.owner('owner', { uid: 'another' }))
    await world.make('c', { apiVersion: 'example.com/v1', kind: 'Unknown', name: 'x', uid: 'y' })
    assert.equal(world.left(), ['c', 'owner'])
  })

  test('leaves what has another owner, without the reference', async () => {
    const world = await started()
    await world.make('one')
    await world.make('two')
    await world.make('child', world.owner('one'), world.owner('two'))
    world.del(kind, 'one')
    await world.settle()
    assert.equal(world.left(), ['child', 'two'])
    assert.equal(world.get(kind, 'child')?.metadata.ownerReferences, [world.owner('two')])
  })

  test('orphans what is to stay', async () => {
    const world = await started()
    await world.make('owner')
    await world.make('child', world.owner('owner'))
    world.del(kind, 'owner', { propagationPolicy: 'Orphan' })
    await world.settle()
    assert.equal(world.left(), ['child'])
    assert.is(world.get(kind, 'child')?.metadata.ownerReferences, undefined)
  })

  test('waits in the foreground for those that block, all the way down', async () => {
    const world = await started()
    await world.make('owner')
    await world.make('child', world.owner('owner', { blockOwnerDeletion: true }))
    await world.make('grandchild', world.owner('child', { blockOwnerDeletion: true }))
    world.write<Obj>(kind, 'grandchild', (old) => ({ ...old, metadata: { ...old.metadata, finalizers: ['a/b'] } }))
    world.del(kind, 'owner', { propagationPolicy: 'Foreground' })
    await world.settle()
    assert.equal(world.left(), ['child', 'grandchild', 'owner'])
    assert.equal(world.finalizers('owner'), ['foregroundDeletion'])
    assert.equal(world.finalizers('child'), ['foregroundDeletion'])
    world.write<Obj>(kind, 'grandchild', (old) => ({ ...old, metadata: { ...old.metadata, finalizers: [] } }))
    await world.settle()
    assert.equal(world.left(), [])
  })

  test('does not wait for those that do not block', async () => {
    const world = await started()
    await world.make('owner')
    await world.make('child', world.owner('owner'))
    world.write<Obj>(kind, 'child', (old) => ({ ...old, metadata: { ...old.metadata, finalizers: ['a/b'] } }))
    world.del(kind, 'owner', { propagationPolicy: 'Foreground' })
    await world.settle()
    assert.equal(world.left(), ['child'])
    assert.ok(world.get(kind, 'child')?.metadata.deletionTimestamp)
  })
})
