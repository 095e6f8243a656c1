import * as assert from 'uvu/assert'
import type { Lease, Node } from '../../../sandbox/kubernetes.ts'
import { tests } from '../../support/tests.ts'
import { node } from './node.ts'

tests('the node, its images and its network', (test) => {
  test('it registers itself, says that it is simulated, and keeps its lease', async () => {
    const { store, clock } = await node()
    const self = store.get<Node>({ kind: 'nodes', namespace: '', name: 'sandbox' })
    assert.match(self?.status?.nodeInfo?.osImage ?? '', /simulated/i)
    assert.match(self?.status?.nodeInfo?.containerRuntimeVersion ?? '', /^simulated:/)
    assert.match(self?.status?.nodeInfo?.kubeletVersion ?? '', /^v1\.34\.\d+\+sandbox$/)
    assert.is(self?.status?.capacity?.['pods'], '110')
    const renewed = () =>
      store.get<Lease>({ kind: 'leases.coordination.k8s.io', namespace: 'kube-node-lease', name: 'sandbox' })?.spec
        ?.renewTime
    const before = renewed()
    await clock.step(10_000)
    assert.not.equal(renewed(), before)
  })

  test('an image is pulled once, unless it is always to be', async () => {
    const { run, events } = await node()
    await run('one')
    await run('two')
    await run('three', {}, { imagePullPolicy: 'Always' })
    assert.is(events('two')[0], '1x Pulled: Container image "busybox:1.36" already present on machine')
    assert.is(events('three')[0], '1x Pulling: Pulling image "busybox:1.36"')
    assert.match(events('three')[1] ?? '', 'in 5ms (5ms including waiting). Image size: 2530512 bytes.')
  })

  test('a tag that is not there: ErrImagePull and ImagePullBackOff take turns', async () => {
    const { run, clock, container, events } = await node()
    await run('web', {}, { image: 'busybox:nosuch' })
    const failure =
      'rpc error: code = NotFound desc = failed to pull and unpack image "docker.io/library/busybox:nosuch": failed to resolve reference "docker.io/library/busybox:nosuch": docker.io/library/busybox:nosuch: not found'
    assert.equal(container('web').state?.waiting, { reason: 'ErrImagePull', message: failure })
    await clock.step(2_000)
    assert.equal(container('web').state?.waiting, {
      reason: 'ImagePullBackOff',
      message: `Back-off pulling image "busybox:nosuch": ErrImagePull: ${failure}`,
    })
    await clock.step(8_500)
    assert.is(container('web').state?.waiting?.reason, 'ErrImagePull')
    await clock.step(15_000)
    assert.is(container('web').state?.waiting?.reason, 'ImagePullBackOff')
    await clock.step(5_000)
    assert.equal(events('web'), [
      '3x Pulling: Pulling image "busybox:nosuch"',
      `3x Failed: Failed to pull image "busybox:nosuch": ${failure}`,
      '3x Failed: Error: ErrImagePull',
      '2x BackOff: Back-off pulling image "busybox:nosuch"',
      '2x Failed: Error: ImagePullBackOff',
    ])
  })

  test('names that are none, and images that must not be pulled', async () => {
    const { run, container } = await node()
    await run('name', {}, { image: 'Bad Name:x' })
    assert.equal(container('name').state?.waiting, {
      reason: 'InvalidImageName',
      message: `Failed to apply default image tag "Bad Name:x": couldn't parse image name "Bad Name:x": invalid reference format: repository name (library/Bad Name) must be lowercase`,
    })
    await run('never', {}, { imagePullPolicy: 'Never' })
    assert.equal(container('never').state?.waiting, {
      reason: 'ErrImageNeverPull',
      message: 'Container image "busybox:1.36" is not present with pull policy of Never',
    })
  })

  test('addresses are not used again soon', async () => {
    const { run, remove, clock, pod } = await node()
    await run('one')
    remove('one')
    await clock.step(300)
    await run('one')
    assert.is(pod('one').status?.podIP, '10.244.0.3')
  })

  test('names and Services as the store has them', async () => {
    const { run, runtime, write, clock, pod } = await node()
    await run('web-0')
    const ip = pod('web-0').status?.podIP ?? ''
    const slice = (service: string, endpoint: object) =>
      write('endpointslices.discovery.k8s.io', `${service}-1`, {
        metadata: { name: `${service}-1`, labels: { 'kubernetes.io/service-name': service } },
        addressType: 'IPv4',
        ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
        endpoints: [{ addresses: [ip], ...endpoint }],
      })
    write('services', 'web', {
      spec: { clusterIP: 'None', selector: { a: 'b' }, ports: [{ name: 'http', port: 80, targetPort: 8080 }] },
    })
    write('services', 'front', {
      spec: { clusterIP: '10.96.1.1', selector: { a: 'b' }, ports: [{ name: 'http', port: 80, targetPort: 8080 }] },
    })
    slice('web', { hostname: 'web-0', conditions: { ready: true } })
    slice('front', { conditions: { ready: false } })
    await clock.step(100)
    const names = runtime.table?.names ?? {}
    assert.equal(names['web.default.svc.cluster.local'], [ip])
    assert.equal(names['web-0.web.default.svc.cluster.local'], [ip])
    assert.equal(names['_http._tcp.web.default.svc.cluster.local'], ['0 100 8080 web-0.web.default.svc.cluster.local'])
    assert.equal(names['_http._tcp.front.default.svc.cluster.local'], ['0 100 80 front.default.svc.cluster.local'])
    assert.equal(names['front.default.svc.cluster.local'], ['10.96.1.1'])
    assert.equal(names['kubernetes.default.svc.cluster.local'], ['10.96.0.1'])
    assert.equal(names[`${ip.replaceAll('.', '-')}.default.pod.cluster.local`], [ip])
    const front = () => runtime.table?.services.find((each) => each.ip === '10.96.1.1')
    assert.equal(front(), { ip: '10.96.1.1', port: 80, protocol: 'TCP', targets: [] })
    slice('front', { conditions: { ready: true } })
    await clock.step(100)
    assert.equal(front()?.targets, [{ ip, port: 8080 }])
  })
})
