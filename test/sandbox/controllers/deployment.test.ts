import * as assert from 'uvu/assert'
import type { Deployment, Pod, ReplicaSet } from '../../../sandbox/kubernetes.ts'
import { tests } from '../../support/tests.ts'
import { cluster, templateFor } from './cluster.ts'

const kind = 'deployments.apps'
const spec = (replicas: number, more: object = {}) => ({
  spec: { replicas, selector: { matchLabels: { app: 'web' } }, template: templateFor('web'), ...more },
})

const started = async (replicas: number, more: object = {}) => {
  const world = cluster()
  await world.settle()
  world.write(kind, 'web', spec(replicas, more))
  await world.settle()
  const change = (next: object) =>
    world.write<Deployment>(kind, 'web', (old) => ({ ...old, spec: { ...old.spec, ...next } }))
  return {
    ...world,
    change,
    image: (image: string) => change({ template: templateFor('web', image) }),
    status: () => world.get<Deployment>(kind, 'web')?.status,
    condition: (type: string) =>
      world.get<Deployment>(kind, 'web')?.status?.conditions?.find((each) => each.type === type),
    /** From the smallest up. */
    sizes: () =>
      world
        .list<ReplicaSet>('replicasets.apps')
        .map((set) => set.spec?.replicas ?? 0)
        .toSorted((a, b) => a - b),
    revisions: () =>
      world
        .list<ReplicaSet>('replicasets.apps')
        .map(({ metadata }) => Number(metadata.annotations?.['deployment.kubernetes.io/revision']))
        .toSorted((a, b) => a - b),
  }
}

tests('deployments', (test) => {
  test('make a ReplicaSet, which makes Pods', async () => {
    const { list, status, condition, told } = await started(3)
    const [set] = list<ReplicaSet>('replicasets.apps')
    assert.match(set?.metadata.name ?? '', /^web-[bcdf456789]{10}$/)
    const hash = set?.metadata.labels?.['pod-template-hash']
    assert.equal(set?.spec?.selector.matchLabels, { app: 'web', 'pod-template-hash': hash })
    const pods = list<Pod>('pods')
    assert.is(pods.length, 3)
    for (const { metadata } of pods) {
      assert.match(metadata.name, new RegExp(`^${set?.metadata.name}-[a-z0-9]{5}$`))
      assert.is(metadata.generateName, `${set?.metadata.name}-`)
      assert.is(metadata.ownerReferences?.[0]?.uid, set?.metadata.uid)
    }
    const { conditions: _, ...counts } = status() ?? {}
    assert.equal(counts, {
      observedGeneration: 1,
      replicas: 3,
      updatedReplicas: 3,
      readyReplicas: 3,
      availableReplicas: 3,
    })
    assert.is(condition('Available')?.reason, 'MinimumReplicasAvailable')
    assert.is(condition('Progressing')?.message, `ReplicaSet "${set?.metadata.name}" has successfully progressed.`)
    assert.equal(told('web'), [`ScalingReplicaSet: Scaled up replica set ${set?.metadata.name} from 0 to 3`])
  })

  test('roll, within what maxSurge and maxUnavailable allow', async () => {
    const world = await started(4, { strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 1 } } })
    const wanted: number[] = []
    const ready: number[] = []
    world.store.onChange(({ key }) => {
      if (key.kind === 'replicasets.apps') wanted.push(world.sizes().reduce((sum, size) => sum + size, 0))
      if (key.kind !== 'pods') return
      const pods = world.list<Pod>('pods').filter(({ metadata }) => metadata.deletionTimestamp === undefined)
      ready.push(pods.filter(({ status }) => status?.conditions?.some(({ type }) => type === 'Ready')).length)
    })
    world.image('nginx:1.25')
    await world.settle()
    assert.equal(world.sizes(), [0, 4])
    assert.is(world.status()?.updatedReplicas, 4)
    assert.is(Math.max(...wanted), 5)
    assert.is(Math.min(...ready), 3)
  })

  test('stand still behind a new template whose Pods do not start', async () => {
    const world = await started(2, { progressDeadlineSeconds: 60 })
    world.store.onChange(({ key, type }) => {
      if (key.kind === 'pods' && type === 'ADDED') world.hold(key.name)
    })
    world.image('nginx:none')
    await world.settle()
    assert.equal(world.sizes(), [1, 2])
    assert.is(world.status()?.availableReplicas, 2)
    assert.is(world.condition('Progressing')?.reason, 'ReplicaSetUpdated')
    await world.step(62_000)
    assert.is(world.condition('Progressing')?.reason, 'ProgressDeadlineExceeded')
    assert.is(world.condition('Progressing')?.status, 'False')
  })

  test('go back to an earlier template by its ReplicaSet, with a new revision', async () => {
    const world = await started(2)
    const [first] = world.names('replicasets.apps')
    world.image('nginx:1.25')
    await world.settle()
    assert.equal(world.revisions(), [1, 2])
    world.image('busybox:1.36')
    await world.settle()
    assert.equal(world.revisions(), [2, 3])
    const set = world.get<ReplicaSet>('replicasets.apps', first ?? '')
    assert.is(set?.spec?.replicas, 2)
    assert.is(set?.metadata.annotations?.['deployment.kubernetes.io/revision-history'], '1')
    assert.is(world.get(kind, 'web')?.metadata.annotations?.['deployment.kubernetes.io/revision'], '3')
  })

  test('keep as much history as they are told to', async () => {
    const world = await started(1, { revisionHistoryLimit: 1 })
    for (const tag of ['1.24', '1.25', '1.26']) {
      world.image(`nginx:${tag}`)
      await world.settle()
    }
    assert.equal(world.revisions(), [3, 4])
  })

  test('let all old Pods go first, if made anew', async () => {
    const world = await started(2, { strategy: { type: 'Recreate' } })
    const [first] = world.names('pods')
    world.hold(first ?? '')
    world.image('nginx:1.25')
    await world.settle()
    assert.equal(world.sizes(), [0])
    world.free(first ?? '')
    await world.settle()
    assert.equal(world.sizes(), [0, 2])
    assert.is(world.status()?.availableReplicas, 2)
  })

  test('do nothing while they are paused, but scale', async () => {
    const world = await started(1, { paused: true })
    assert.is(world.condition('Progressing')?.reason, 'DeploymentPaused')
    assert.equal(world.sizes(), [])
    world.change({ paused: false })
    await world.settle()
    assert.equal(world.sizes(), [1])
    world.change({ paused: true, replicas: 3 })
    world.image('nginx:1.25')
    await world.settle()
    assert.equal(world.sizes(), [3])
    world.change({ paused: false })
    await world.settle()
    assert.equal(world.sizes(), [0, 3])
  })

  test('say what their ReplicaSet could not do', async () => {
    const world = await started(1, {
      template: { ...templateFor('web'), spec: { ...templateFor('web').spec, serviceAccountName: 'none' } },
    })
    const [name = ''] = world.names('replicasets.apps')
    const message = `pods "${name}-" is forbidden: error looking up service account default/none: serviceaccount "none" not found`
    assert.is(world.condition('ReplicaFailure')?.message, message)
    assert.equal(world.told(name), [`FailedCreate: Error creating: ${message}`])
    assert.is(world.status()?.unavailableReplicas, 1)
  })

  test('are ready with a hundred Pods soon', async () => {
    const begin = performance.now()
    const { status } = await started(100)
    assert.is(status()?.availableReplicas, 100)
    assert.ok(performance.now() - begin < 4000)
  })
})
