import * as assert from 'uvu/assert'
import { replicaSets } from '../../../sandbox/controllers/replicaset.ts'
import { inOrderOfDeletion } from '../../../sandbox/controllers/ranking.ts'
import type { Namespace, Pod, ReplicaSet } from '../../../sandbox/kubernetes.ts'
import { tests } from '../../support/tests.ts'
import { cluster, podSpec, templateFor } from './cluster.ts'

const kind = 'replicasets.apps'

const started = async (replicas: number, more: object = {}) => {
  const world = cluster()
  await world.settle()
  world.write(kind, 'web', {
    spec: { replicas, selector: { matchLabels: { app: 'web' } }, template: templateFor('web'), ...more },
  })
  await world.settle()
  return {
    ...world,
    scale: (size: number) =>
      world.write<ReplicaSet>(kind, 'web', (old) => ({ ...old, spec: { ...old.spec, replicas: size } })),
    status: () => world.get<ReplicaSet>(kind, 'web')?.status,
  }
}

const pod = (name: string, more: object = {}, metadata: object = {}) =>
  ({
    metadata: { name, uid: name, creationTimestamp: '2026-01-01T00:00:00Z', ...metadata },
    spec: { nodeName: 'n', containers: [] },
    status: {
      phase: 'Running',
      conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: '2026-01-01T00:00:00Z' }],
    },
    ...more,
  }) as unknown as Pod

tests('replica sets', (test) => {
  test('make and delete Pods, and tell of it', async () => {
    const world = await started(2)
    const pods = world.names('pods')
    world.scale(0)
    await world.settle()
    assert.equal(world.names('pods'), [])
    assert.equal(
      world.told('web').toSorted(),
      pods
        .flatMap((name) => [`SuccessfulCreate: Created pod: ${name}`, `SuccessfulDelete: Deleted pod: ${name}`])
        .toSorted(),
    )
    assert.equal(world.status(), { replicas: 0, observedGeneration: 2 })
  })

  test('make a Pod anew that has gone, or has failed', async () => {
    const world = await started(1)
    const [first = ''] = world.names('pods')
    world.del('pods', first)
    await world.settle()
    const [second = ''] = world.names('pods')
    assert.is.not(second, first)
    world.write<Pod>('pods', second, (old) => ({ ...old, status: { ...old.status, phase: 'Failed' } }))
    await world.settle()
    assert.is(world.names('pods').length, 2)
    assert.is(world.status()?.replicas, 1)
  })

  test('say which Pod was refused: by its whole name only where it had one', async () => {
    const world = cluster()
    await world.settle()
    const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' }
    world.write<Namespace>('namespaces', 'default', (old) => ({
      ...old,
      metadata: { ...old.metadata, labels: { ...old.metadata.labels, ...labels } },
    }))
    world.write(kind, 'web', {
      spec: { replicas: 1, selector: { matchLabels: { app: 'web' } }, template: templateFor('web') },
    })
    await world.settle()
    const [condition] = world.get<ReplicaSet>(kind, 'web')?.status?.conditions ?? []
    assert.match(
      condition?.message ?? '',
      /^pods "web-[a-z0-9]{5}" is forbidden: violates PodSecurity "restricted:latest"/,
    )
  })

  test('let a Pod go that matches no more, and adopt one that does', async () => {
    const world = await started(1)
    const [first = ''] = world.names('pods')
    world.write<Pod>('pods', first, (old) => ({ ...old, metadata: { ...old.metadata, labels: { app: 'other' } } }))
    await world.settle()
    assert.is(world.names('pods').length, 2)
    assert.is(world.get('pods', first)?.metadata.ownerReferences, undefined)
    world.write('pods', 'orphan', { metadata: { name: 'orphan', labels: { app: 'web' } }, spec: podSpec })
    await world.settle()
    assert.is(world.names('pods').length, 2)
  })

  test('count a Pod as available after minReadySeconds', async () => {
    const world = await started(1, { minReadySeconds: 10 })
    assert.is(world.status()?.readyReplicas, 1)
    assert.is(world.status()?.availableReplicas, undefined)
    await world.step(10_000)
    assert.is(world.status()?.availableReplicas, 1)
  })

  test('wait for a Pod that becomes available while they are at it', async () => {
    const { world } = await started(1, { minReadySeconds: 10 })
    const ready = world.clock.now()
    const moments = [9_999, 10_001]
    const clock = { ...world.clock, now: () => ready + (moments.shift() ?? 10_002) }
    const controller = { ...world, clock }
    assert.equal(await replicaSets.reconcile({ kind, namespace: 'default', name: 'web' }, controller), { again: 1 })
  })

  test('delete those first that are missed least', () => {
    const now = Date.parse('2026-01-02T00:00:00Z')
    const unready = { status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'False' }] } }
    const pods = [
      pod('old'),
      pod('young', {
        status: {
          phase: 'Running',
          conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: '2026-01-01T23:59:00Z' }],
        },
      }),
      pod('cheap', {}, { annotations: { 'controller.kubernetes.io/pod-deletion-cost': '-1' } }),
      pod('unready', unready),
      pod('pending', { status: { phase: 'Pending' } }),
      pod('nowhere', { spec: { containers: [] }, status: { phase: 'Pending' } }),
    ]
    assert.equal(
      inOrderOfDeletion(pods, now).map(({ metadata }) => metadata.name),
      ['nowhere', 'pending', 'unready', 'cheap', 'young', 'old'],
    )
  })
})
