import * as assert from 'uvu/assert'
import type { Endpoints, EndpointSlice, Pod } from '../../../sandbox/kubernetes.ts'
import { tests } from '../../support/tests.ts'
import { cluster, podSpec } from './cluster.ts'

const kind = 'endpointslices.discovery.k8s.io'
const isOwn = ({ metadata }: EndpointSlice) => metadata.name !== 'kubernetes'

const started = async (spec: object) => {
  const world = cluster()
  await world.settle()
  world.write('services', 'web', { metadata: { labels: { l: 'v' } }, spec })
  await world.settle()
  return {
    ...world,
    pod: async (name: string, more: object = {}) => {
      world.write('pods', name, { metadata: { name, labels: { app: 'web' } }, spec: { ...podSpec, ...more } })
      await world.settle()
    },
    subsets: () => world.get<Endpoints>('endpoints', 'web')?.subsets,
    slices: () => world.list<EndpointSlice>(kind).filter(isOwn),
    conditions: () =>
      world
        .list<EndpointSlice>(kind)
        .filter(isOwn)
        .flatMap(({ endpoints }) => endpoints.map((each) => each.conditions)),
  }
}

const selector = { app: 'web' }
const ports = [{ name: 'http', port: 80, targetPort: 8080 }]

tests('endpoints', (test) => {
  test('are the ready Pods of the selector', async () => {
    const world = await started({ selector, ports })
    assert.is(world.subsets(), undefined)
    assert.is(world.slices().length, 1)
    await world.pod('a')
    world.hold('b')
    await world.pod('b')
    const { uid = '', namespace } = world.get('pods', 'a')?.metadata ?? {}
    const ip = world.get<Pod>('pods', 'a')?.status?.podIP ?? ''
    const targetRef = { kind: 'Pod', name: 'a', namespace, uid }
    assert.equal(world.subsets(), [
      {
        addresses: [{ ip, nodeName: 'sandbox', targetRef }],
        ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
      },
    ])
    const [slice] = world.slices()
    assert.match(slice?.metadata.name ?? '', /^web-[a-z0-9]{5}$/)
    assert.equal(slice?.metadata.labels, {
      'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
      'kubernetes.io/service-name': 'web',
      l: 'v',
    })
    assert.equal(slice?.endpoints, [
      {
        addresses: [ip],
        conditions: { ready: true, serving: true, terminating: false },
        nodeName: 'sandbox',
        targetRef,
      },
    ])
    assert.equal(slice?.ports, [{ name: 'http', port: 8080, protocol: 'TCP' }])
  })

  test('are not ready when the Pod is not, and say when it ends', async () => {
    const world = await started({ selector, ports })
    await world.pod('a')
    world.write<Pod>('pods', 'a', (old) => ({
      ...old,
      status: {
        ...old.status,
        conditions: old.status?.conditions?.map((each) =>
          each.type === 'Ready' ? { ...each, status: 'False' } : each,
        ),
      },
    }))
    await world.settle()
    assert.equal(world.conditions(), [{ ready: false, serving: false, terminating: false }])
    assert.is(world.subsets()?.[0]?.notReadyAddresses?.length, 1)
    await world.pod('b')
    world.hold('b')
    world.del('pods', 'b')
    await world.settle()
    assert.equal(world.conditions()[1], { ready: false, serving: true, terminating: true })
    assert.is(world.subsets()?.[0]?.addresses, undefined)
    world.free('b')
    await world.settle()
    assert.is(world.conditions().length, 1)
  })

  test('of a headless Service have host names, and need no ports', async () => {
    const world = await started({ clusterIP: 'None', selector })
    await world.pod('a', { hostname: 'a', subdomain: 'web' })
    await world.pod('b', { hostname: 'b', subdomain: 'elsewhere' })
    const [slice] = world.slices()
    assert.equal(
      slice?.endpoints.map(({ hostname }) => hostname),
      ['a', undefined],
    )
    assert.is(slice?.metadata.labels?.['service.kubernetes.io/headless'], '')
    assert.is(world.subsets()?.[0]?.addresses?.[0]?.hostname, 'a')
  })

  test('are published early where the Service asks for it', async () => {
    const world = await started({ selector, ports, publishNotReadyAddresses: true })
    await world.pod('a')
    world.hold('a')
    world.del('pods', 'a')
    await world.settle()
    assert.equal(world.conditions(), [{ ready: true, serving: true, terminating: true }])
  })

  test('have the port that the Pod names', async () => {
    const world = await started({ selector, ports: [{ port: 80, targetPort: 'http' }] })
    const containers = (containerPort: number) => [
      { name: 'app', image: 'busybox:1.36', ports: [{ name: 'http', containerPort }] },
    ]
    await world.pod('a', { containers: containers(8080) })
    await world.pod('b', { containers: containers(9090) })
    await world.pod('c')
    assert.equal(
      world.slices().map((slice) => [slice.ports?.[0]?.port, slice.endpoints.length]),
      [
        [8080, 1],
        [9090, 1],
      ].toSorted(() => (world.slices()[0]?.ports?.[0]?.port === 9090 ? -1 : 1)),
    )
  })

  test('come in slices of a hundred', async () => {
    const world = await started({ selector, ports })
    for (let each = 0; each < 105; each += 1)
      world.write('pods', `p-${each}`, { metadata: { name: `p-${each}`, labels: { app: 'web' } }, spec: podSpec })
    await world.settle()
    assert.equal(
      world
        .slices()
        .map(({ endpoints }) => endpoints.length)
        .toSorted((a, b) => a - b),
      [5, 100],
    )
  })

  test('go with their Service', async () => {
    const world = await started({ selector, ports })
    await world.pod('a')
    world.del('services', 'web')
    await world.settle()
    assert.equal([world.subsets(), world.slices()], [undefined, []])
  })
})
