import * as assert from 'uvu/assert'
import type { Event, Node, Pod } from '../../../sandbox/kubernetes.ts'
import { tests } from '../../support/tests.ts'
import { cluster, podSpec } from './cluster.ts'

type World = ReturnType<typeof cluster>

const started = async (options = {}) => {
  const world = cluster(options)
  await world.settle()
  return world
}

const make = async (world: World, name: string, spec: object = {}, labels: Record<string, string> = {}) => {
  world.write('pods', name, { metadata: { name, labels }, spec: { ...podSpec, ...spec } })
  await world.settle()
}

const asking = (requests: Record<string, string>) => ({
  containers: [{ name: 'app', image: 'busybox:1.36', resources: { requests } }],
})

const why = (world: World, name: string) => {
  const { conditions } = world.get<Pod>('pods', name)?.status ?? {}
  return conditions?.find(({ type }) => type === 'PodScheduled')?.message
}
const unhelpful = 'preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.'
const victimless = 'preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod.'
const because = (reason: string, rest = unhelpful) =>
  `0/1 nodes are available: ${reason}. no new claims to deallocate, ${rest}`

// The words are the real scheduler's, seen on 1.34.
tests('the scheduler', (test) => {
  test('gives a Pod its node, and says so', async () => {
    const world = await started()
    await make(world, 'p')
    const pod = world.get<Pod>('pods', 'p')
    assert.is(pod?.spec?.nodeName, 'sandbox')
    assert.is(pod?.status?.conditions?.find(({ type }) => type === 'PodScheduled')?.status, 'True')
    const [event] = world.list<Event>('events')
    assert.equal(world.told('p'), ['Scheduled: Successfully assigned default/p to sandbox'])
    assert.equal([event?.action, event?.reportingComponent, event?.count], ['Binding', 'default-scheduler', undefined])
  })

  test('waits for a node', async () => {
    const world = await started({ node: false })
    await make(world, 'p')
    assert.is(why(world, 'p'), 'no nodes available to schedule pods')
  })

  test('says what there is too little of', async () => {
    const world = await started()
    await make(world, 'big', asking({ cpu: '1000', memory: '900Gi' }))
    assert.is(why(world, 'big'), because('1 Insufficient cpu, 1 Insufficient memory'))
    await make(world, 'first', asking({ cpu: '3' }))
    await make(world, 'second', asking({ cpu: '1500m' }))
    assert.is(why(world, 'second'), because('1 Insufficient cpu', victimless))
    world.del('pods', 'first')
    await world.settle()
    assert.is(world.get<Pod>('pods', 'second')?.spec?.nodeName, 'sandbox')
  })

  test('counts init containers by the largest, and sidecars on top', async () => {
    const world = await started()
    const [container] = asking({ cpu: '1' }).containers
    const init = (name: string, cpu: string, more = {}) => ({
      ...container,
      name,
      resources: { requests: { cpu } },
      ...more,
    })
    await make(world, 'fits', { containers: [container], initContainers: [init('a', '4'), init('b', '4')] })
    assert.is(why(world, 'fits'), undefined)
    world.del('pods', 'fits')
    await world.settle()
    const sidecar = init('s', '1', { restartPolicy: 'Always' })
    await make(world, 'not', { containers: [container], initContainers: [sidecar, init('b', '3500m')] })
    assert.is(why(world, 'not'), because('1 Insufficient cpu'))
  })

  test('says when there are too many Pods', async () => {
    const world = await started()
    world.write<Node>('nodes', 'sandbox', (old) => ({
      ...old,
      status: { ...old.status, allocatable: { ...old.status?.allocatable, pods: '1' } },
    }))
    await make(world, 'first')
    await make(world, 'second')
    assert.is(why(world, 'second'), because('1 Too many pods', victimless))
  })

  test('respects selectors, affinity, taints and cordons', async () => {
    const world = await started()
    await make(world, 'selective', { nodeSelector: { disk: 'ssd' } })
    const terms = [{ matchExpressions: [{ key: 'disk', operator: 'In', values: ['ssd'] }] }]
    const required = { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: terms } }
    await make(world, 'fond', { affinity: { nodeAffinity: required } })
    for (const name of ['selective', 'fond'])
      assert.is(why(world, name), because("1 node(s) didn't match Pod's node affinity/selector"))
    const node = (change: object) => world.write<Node>('nodes', 'sandbox', (old) => ({ ...old, ...change }))
    const labels = { ...world.get('nodes', 'sandbox')?.metadata.labels, disk: 'ssd' }
    world.write<Node>('nodes', 'sandbox', (old) => ({ ...old, metadata: { ...old.metadata, labels } }))
    await world.settle()
    for (const name of ['selective', 'fond']) assert.is(why(world, name), undefined)

    node({ spec: { taints: [{ key: 'own', value: 'mine', effect: 'NoSchedule' }] } })
    await make(world, 'strange')
    assert.is(why(world, 'strange'), because('1 node(s) had untolerated taint(s)'))
    await make(world, 'tolerant', { tolerations: [{ key: 'own', operator: 'Exists' }] })
    assert.is(why(world, 'tolerant'), undefined)

    node({ spec: { unschedulable: true } })
    await world.settle()
    await make(world, 'late')
    assert.is(why(world, 'late'), because('1 node(s) were unschedulable'))
    node({ spec: {} })
    await world.settle()
    assert.is(world.get<Pod>('pods', 'late')?.spec?.nodeName, 'sandbox')
  })

  test('keeps apart and together what wants to be', async () => {
    const world = await started()
    const term = { topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: { app: 'a' } } }
    const apart = { affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } } }
    const together = { affinity: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } } }
    await make(world, 'close', together)
    assert.is(why(world, 'close'), because("1 node(s) didn't match pod affinity rules"))
    await make(world, 'one', apart, { app: 'a' })
    await make(world, 'two', apart, { app: 'a' })
    await make(world, 'three', {}, { app: 'a' })
    assert.is(why(world, 'one'), undefined)
    assert.is(why(world, 'close'), undefined)
    assert.is(why(world, 'two'), because("1 node(s) didn't match pod anti-affinity rules", victimless))
    assert.is(why(world, 'three'), because("1 node(s) didn't satisfy existing pods anti-affinity rules", victimless))
  })

  test('gives a port of the node once', async () => {
    const world = await started()
    const containers = [{ name: 'app', image: 'busybox:1.36', ports: [{ containerPort: 80, hostPort: 8099 }] }]
    await make(world, 'one', { containers })
    await make(world, 'two', { containers })
    assert.is(why(world, 'two'), because("1 node(s) didn't have free ports for the requested pod ports", victimless))
  })

  test("leaves alone what is gated or another scheduler's", async () => {
    const world = await started()
    await make(world, 'gated', { schedulingGates: [{ name: 'a/b' }] })
    assert.is(why(world, 'gated'), 'Scheduling is blocked due to non-empty scheduling gates')
    await make(world, 'other', { schedulerName: 'mine' })
    assert.is(world.get<Pod>('pods', 'other')?.status?.conditions, undefined)
  })

  test('wants its claims to be there', async () => {
    const world = await started()
    const claimed = (claimName: string) => ({ volumes: [{ name: 'v', persistentVolumeClaim: { claimName } }] })
    const claim = (name: string, storageClassName: string) =>
      world.write('persistentvolumeclaims', name, {
        spec: { storageClassName, accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
      })
    await make(world, 'none', claimed('none'))
    assert.is(why(world, 'none'), '0/1 nodes are available: persistentvolumeclaim "none" not found. not found')
    claim('plain', '')
    await make(world, 'plain', claimed('plain'))
    assert.is(
      why(world, 'plain'),
      '0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims. not found',
    )
    assert.is(world.told('none').length, 1)
    claim('none', 'standard')
    await world.settle()
    assert.is(world.get<Pod>('pods', 'none')?.spec?.nodeName, 'sandbox')
  })
})
