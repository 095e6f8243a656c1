import * as assert from 'uvu/assert'
import type { Event, Node, Pod } from '../../../sandbox/kubernetes.ts'
import { tests } from '../../support/tests.ts'
import { cluster } from './cluster.ts'

const taint = { key: 'k', value: 'v', effect: 'NoExecute' }
const spec = (change: object = {}) => ({ containers: [{ name: 'app', image: 'busybox' }], ...change })
const tolerating = (tolerationSeconds?: number) =>
  spec({
    tolerations: [
      {
        key: 'k',
        operator: 'Exists',
        ...(tolerationSeconds === undefined ? {} : { tolerationSeconds }),
        effect: 'NoExecute',
      },
    ],
  })

tests('taints', (test) => {
  const tainted = (world: ReturnType<typeof cluster>, nodeSpec: object) =>
    world.write<Node>('nodes', 'sandbox', (old) => ({ ...old, spec: nodeSpec }))

  test('a cordoned node is marked until it is not', async () => {
    const world = cluster()
    await world.settle()
    const marks = () => world.get<Node>('nodes', 'sandbox')?.spec?.taints?.map(({ key, effect }) => `${key}:${effect}`)
    tainted(world, { unschedulable: true, taints: [taint] })
    await world.settle()
    assert.equal(marks(), ['k:NoExecute', 'node.kubernetes.io/unschedulable:NoSchedule'])
    tainted(world, { taints: world.get<Node>('nodes', 'sandbox')?.spec?.taints })
    await world.settle()
    assert.equal(marks(), ['k:NoExecute'])
  })

  test('NoExecute ends what does not tolerate it, or no longer', async () => {
    const world = cluster()
    await world.settle()
    for (const name of ['late', 'short', 'long', 'forever']) world.hold(name)
    world.write('pods', 'late', { spec: spec() })
    world.write('pods', 'short', { spec: tolerating(5) })
    world.write('pods', 'long', { spec: tolerating(60) })
    world.write('pods', 'forever', { spec: tolerating() })
    await world.settle()
    tainted(world, { taints: [taint] })
    await world.settle()
    const ending = () =>
      world
        .list<Pod>('pods')
        .filter(({ metadata }) => metadata.deletionTimestamp !== undefined)
        .map(({ metadata }) => metadata.name)
    assert.equal(ending(), ['late'])
    const { conditions = [] } = world.get<Pod>('pods', 'late')?.status ?? {}
    assert.is(conditions[0]?.type, 'DisruptionTarget')
    assert.is(conditions[0]?.reason, 'DeletionByTaintManager')
    await world.step(4_900)
    assert.equal(ending(), ['late'])
    await world.step(200)
    assert.equal(ending(), ['late', 'short'])
    tainted(world, {})
    await world.step(120_000)
    assert.equal(ending(), ['late', 'short'])
    const told = world.list<Event>('events').filter(({ reason }) => reason === 'TaintManagerEviction')
    assert.equal(
      told.map(({ message }) => message),
      [
        'Marking for deletion Pod default/late',
        'Cancelling deletion of Pod default/long',
        'Marking for deletion Pod default/short',
      ],
    )
  })
})
