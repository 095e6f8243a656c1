import * as assert from 'uvu/assert'
import type { PersistentVolumeClaim, Pod, StatefulSet } from '../../../sandbox/kubernetes.ts'
import { tests } from '../../support/tests.ts'
import { cluster, templateFor } from './cluster.ts'

const kind = 'statefulsets.apps'
const claims = [
  { metadata: { name: 'www' }, spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } },
]

const started = async (replicas: number, more: object = {}, held: readonly string[] = []) => {
  const world = cluster()
  await world.settle()
  for (const name of held) world.hold(name)
  const added: string[] = []
  const gone: string[] = []
  world.store.onChange(({ type, key, object, old }) => {
    if (key.kind !== 'pods') return
    if (type === 'ADDED') added.push(key.name)
    if (object.metadata.deletionTimestamp !== undefined && old?.metadata.deletionTimestamp === undefined)
      gone.push(key.name)
  })
  world.write(kind, 'web', {
    spec: {
      replicas,
      serviceName: 'web',
      selector: { matchLabels: { app: 'web' } },
      template: templateFor('web'),
      ...more,
    },
  })
  await world.settle()
  return {
    ...world,
    added,
    gone,
    change: (next: object) =>
      world.write<StatefulSet>(kind, 'web', (old) => ({ ...old, spec: { ...old.spec, ...next } })),
    status: () => world.get<StatefulSet>(kind, 'web')?.status,
    images: () => world.list<Pod>('pods').map(({ spec }) => spec?.containers[0]?.image),
  }
}

tests('stateful sets', (test) => {
  test('make one Pod after the other, each when the one before is ready', async () => {
    const world = await started(3, {}, ['web-1'])
    assert.equal(world.added, ['web-0', 'web-1'])
    world.free('web-1')
    await world.settle()
    assert.equal(world.added, ['web-0', 'web-1', 'web-2'])
    const pod = world.get<Pod>('pods', 'web-2')
    const { currentRevision = '' } = world.status() ?? {}
    assert.match(currentRevision, /^web-[bcdf456789]{10}$/)
    assert.equal(pod?.metadata.labels, {
      app: 'web',
      'apps.kubernetes.io/pod-index': '2',
      'controller-revision-hash': currentRevision,
      'statefulset.kubernetes.io/pod-name': 'web-2',
    })
    assert.equal([pod?.spec?.hostname, pod?.spec?.subdomain], ['web-2', 'web'])
    assert.equal(world.status(), {
      observedGeneration: 1,
      replicas: 3,
      readyReplicas: 3,
      availableReplicas: 3,
      currentReplicas: 3,
      updatedReplicas: 3,
      currentRevision,
      updateRevision: currentRevision,
      collisionCount: 0,
    })
    assert.equal(
      world.told('web'),
      [0, 1, 2].map((each) => `SuccessfulCreate: create Pod web-${each} in StatefulSet web successful`),
    )
  })

  test('make all at once, if they may', async () => {
    const world = await started(3, { podManagementPolicy: 'Parallel' }, ['web-0', 'web-1', 'web-2'])
    assert.equal(world.added, ['web-0', 'web-1', 'web-2'])
    world.change({ replicas: 1 })
    await world.settle()
    assert.equal(world.gone, ['web-2', 'web-1'])
  })

  test('shrink from the highest number down, one at a time, and keep the claims', async () => {
    const world = await started(3, { volumeClaimTemplates: claims })
    world.hold('web-2')
    world.change({ replicas: 1 })
    await world.settle()
    assert.equal(world.gone, ['web-2'])
    world.free('web-2')
    await world.settle()
    assert.equal(world.gone, ['web-2', 'web-1'])
    assert.equal(world.names('pods'), ['web-0'])
    assert.equal(world.names('persistentvolumeclaims'), ['www-web-0', 'www-web-1', 'www-web-2'])
  })

  test('make a Pod anew under its name, with its claim', async () => {
    const world = await started(2, { volumeClaimTemplates: claims })
    const before = world.get<Pod>('pods', 'web-0')
    const claim = world.get<PersistentVolumeClaim>('persistentvolumeclaims', 'www-web-0')
    assert.is(claim?.status?.phase, 'Bound')
    assert.equal(claim?.metadata.labels, { app: 'web' })
    assert.equal(before?.spec?.volumes?.[0], { name: 'www', persistentVolumeClaim: { claimName: 'www-web-0' } })
    world.del('pods', 'web-0')
    await world.settle()
    assert.is.not(world.get('pods', 'web-0')?.metadata.uid, before?.metadata.uid)
    assert.is(world.get('persistentvolumeclaims', 'www-web-0')?.metadata.uid, claim?.metadata.uid)
  })

  test('renew from the highest number down to the partition', async () => {
    const updateStrategy = { type: 'RollingUpdate', rollingUpdate: { partition: 1 } }
    const world = await started(3, { updateStrategy })
    world.change({ template: templateFor('web', 'nginx:1.25') })
    await world.settle()
    assert.equal(world.gone, ['web-2', 'web-1'])
    assert.equal(world.images(), ['busybox:1.36', 'nginx:1.25', 'nginx:1.25'])
    const { currentRevision, updateRevision, currentReplicas, updatedReplicas } = world.status() ?? {}
    assert.is.not(currentRevision, updateRevision)
    assert.equal([currentReplicas, updatedReplicas], [1, 2])
    world.del('pods', 'web-0')
    await world.settle()
    assert.is(world.images()[0], 'busybox:1.36')
    world.change({ updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } } })
    await world.settle()
    assert.is(world.images()[0], 'nginx:1.25')
    assert.is(world.status()?.currentRevision, updateRevision)
    assert.is(world.names('controllerrevisions.apps').length, 2)
  })

  test('wait for a renewed Pod that does not get ready', async () => {
    const world = await started(3)
    world.hold('web-2')
    world.change({ template: templateFor('web', 'nginx:none') })
    await world.settle()
    world.del('pods', 'web-2', { gracePeriodSeconds: 0 })
    await world.settle()
    assert.equal(world.gone, ['web-2', 'web-2'].slice(0, world.gone.length))
    assert.equal(world.images().slice(0, 2), ['busybox:1.36', 'busybox:1.36'])
  })

  test('leave it to whoever deletes their Pods, if OnDelete', async () => {
    const world = await started(2, { updateStrategy: { type: 'OnDelete' } })
    world.change({ template: templateFor('web', 'nginx:1.25') })
    await world.settle()
    assert.equal(world.images(), ['busybox:1.36', 'busybox:1.36'])
    world.del('pods', 'web-1')
    await world.settle()
    assert.equal(world.images(), ['busybox:1.36', 'nginx:1.25'])
  })

  test('take the claims with them, if they are told to', async () => {
    const persistentVolumeClaimRetentionPolicy = { whenDeleted: 'Delete', whenScaled: 'Delete' }
    const world = await started(3, { volumeClaimTemplates: claims, persistentVolumeClaimRetentionPolicy })
    world.change({ replicas: 2 })
    await world.settle()
    assert.equal(world.names('persistentvolumeclaims'), ['www-web-0', 'www-web-1'])
    world.del(kind, 'web')
    await world.settle()
    assert.equal(world.names('persistentvolumeclaims'), [])
  })

  test('make a Pod that has failed anew', async () => {
    const world = await started(1)
    const before = world.get<Pod>('pods', 'web-0')
    world.write<Pod>('pods', 'web-0', (old) => ({ ...old, status: { ...old.status, phase: 'Failed' } }))
    await world.settle()
    assert.is.not(world.get('pods', 'web-0')?.metadata.uid, before?.metadata.uid)
    assert.ok(world.told('web').includes('RecreatingFailedPod: StatefulSet default/web is recreating failed Pod web-0'))
  })

  test('count from where they are told to', async () => {
    const world = await started(2, { ordinals: { start: 5 } })
    assert.equal(world.names('pods'), ['web-5', 'web-6'])
  })
})
