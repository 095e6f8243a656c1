import * as assert from 'uvu/assert'
import { tests } from '../../support/tests.ts'
import { node } from './node.ts'

tests('what containers are started with', (test) => {
  test('variables: literals, keys, whole objects, fields, resources, services', async () => {
    const { run, runtime, write } = await node()
    write('configmaps', 'settings', { data: { GREETING: 'hello', __proto__: 'odd', constructor: 'odd' } })
    write('secrets', 'hidden', { data: { PASSWORD: Buffer.from('s3cret').toString('base64') } })
    write('services', 'my-db', { spec: { ports: [{ name: 'sql', port: 5432 }] } })
    await run(
      'web',
      {},
      {
        resources: { limits: { cpu: '500m', memory: '64Mi' } },
        envFrom: [
          { prefix: 'ALL_', configMapRef: { name: 'settings' } },
          { secretRef: { name: 'absent', optional: true } },
        ],
        env: [
          { name: 'A', valueFrom: { configMapKeyRef: { name: 'settings', key: 'GREETING' } } },
          { name: 'B', valueFrom: { secretKeyRef: { name: 'hidden', key: 'PASSWORD' } } },
          { name: 'C', value: '$(A)-$(NOPE)-$$(A)-$(MY_DB_SERVICE_PORT)' },
          { name: 'D', valueFrom: { configMapKeyRef: { name: 'settings', key: 'absent', optional: true } } },
          { name: 'IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
          { name: 'LABEL', valueFrom: { fieldRef: { fieldPath: "metadata.labels['none']" } } },
          { name: 'MEMORY', valueFrom: { resourceFieldRef: { resource: 'limits.memory', divisor: '1Mi' } } },
          { name: 'CPU', valueFrom: { resourceFieldRef: { resource: 'limits.cpu' } } },
        ],
      },
    )
    const { env } = runtime.get('app').spec
    assert.is(env['A'], 'hello')
    assert.is(env['ALL_GREETING'], 'hello')
    assert.is(env['ALL_constructor'], 'odd')
    assert.is(env['B'], 's3cret')
    assert.is(env['C'], 'hello-$(NOPE)-$(A)-5432')
    assert.not.ok('D' in env)
    assert.is(env['IP'], '10.244.0.2')
    assert.is(env['LABEL'], '')
    assert.is(env['MEMORY'], '64')
    assert.is(env['CPU'], '1')
    assert.is(env['HOSTNAME'], 'web')
    assert.match(env['PATH'] ?? '', '/usr/local/bin')
    assert.is(env['KUBERNETES_SERVICE_HOST'], '10.96.0.1')
    assert.is(env['KUBERNETES_PORT_443_TCP_PROTO'], 'tcp')
    assert.is(env['MY_DB_SERVICE_PORT_SQL'], '5432')
  })

  test('without service links only the API server is named', async () => {
    const { run, runtime, write } = await node()
    write('services', 'db', { spec: { ports: [{ port: 5432 }] } })
    await run('web', { enableServiceLinks: false })
    const { env } = runtime.get('app').spec
    assert.ok('KUBERNETES_SERVICE_HOST' in env)
    assert.not.ok('DB_SERVICE_HOST' in env)
  })

  for (const [what, container, message] of [
    ['a missing ConfigMap', { envFrom: [{ configMapRef: { name: 'absent' } }] }, 'configmap "absent" not found'],
    [
      'a missing Secret',
      { env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 'absent', key: 'k' } } }] },
      'secret "absent" not found',
    ],
    [
      'a missing key',
      { env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'kube-root-ca.crt', key: 'k' } } }] },
      "couldn't find key k in ConfigMap default/kube-root-ca.crt",
    ],
    [
      'root where it must not be',
      { securityContext: { runAsNonRoot: true } },
      'container has runAsNonRoot and image will run as root (pod: "web_default(UID)", container: app)',
    ],
    [
      'root by number',
      { securityContext: { runAsNonRoot: true, runAsUser: 0 } },
      `container's runAsUser breaks non-root policy (pod: "web_default(UID)", container: app)`,
    ],
  ] as const)
    test(`${what} is a CreateContainerConfigError`, async () => {
      const { run, container: status, events, pod } = await node()
      await run('web', {}, container)
      const words = message.replace('UID', pod('web').metadata.uid)
      assert.equal(status('web').state?.waiting, { reason: 'CreateContainerConfigError', message: words })
      assert.ok(events('web').includes(`1x Failed: Error: ${words}`))
      assert.is(status('web').restartCount, 0)
    })

  test('what was missing is taken as soon as it is there', async () => {
    const { run, status, write, clock } = await node()
    await run('web', {}, { envFrom: [{ configMapRef: { name: 'late' } }] })
    assert.is(status('web'), 'Pending: app=CreateContainerConfigError')
    write('configmaps', 'late', { data: { A: '1' } })
    await clock.step(100)
    assert.is(status('web'), 'Running: app=running+')
  })

  test('variables that grow without end are refused, quickly', async () => {
    const { run, container } = await node()
    const doubled = [...'abcdefghijklmnopqrstuvwxyz'].map((name, index, all) => {
      const before = all[index - 1]
      return { name, value: before === undefined ? '0123456789' : `$(${before})$(${before})` }
    })
    await run('web', {}, { env: doubled })
    assert.equal(container('web').state?.waiting, { reason: 'CreateContainerError', message: 'argument list too long' })
    const since = performance.now()
    await run('open', {}, { name: 'app', args: ['$('.repeat(40_000)] })
    assert.ok(performance.now() - since < 2_000)
  })

  test('command and arguments, with the image’s where there are none', async () => {
    const { run, runtime } = await node()
    await run('a', {}, { name: 'a', command: ['echo', '$(X)'], args: ['$(HOME)'], env: [{ name: 'X', value: 'x' }] })
    await run('b', {}, { name: 'b', command: [], args: ['-c', 'true'] })
    await run('c', {}, { name: 'c', command: [], image: 'nginx:1.25' })
    await run('d', {}, { name: 'd', command: [], image: 'nginx:1.25', args: ['nginx', '-v'] })
    assert.equal(runtime.get('a').spec.argv, ['echo', 'x', '$(HOME)'])
    assert.equal(runtime.get('b').spec.argv, ['-c', 'true'])
    assert.equal(runtime.get('c').spec.argv, ['/docker-entrypoint.sh', 'nginx', '-g', 'daemon off;'])
    assert.equal(runtime.get('d').spec.argv, ['/docker-entrypoint.sh', 'nginx', '-v'])
  })

  test('users, groups, mounts and the rest of its surroundings', async () => {
    const { run, runtime, pod } = await node()
    await run(
      'web',
      {
        securityContext: { runAsUser: 1000, fsGroup: 2000, supplementalGroups: [3000] },
        shareProcessNamespace: true,
        hostname: 'host',
        subdomain: 'sub',
        hostAliases: [{ ip: '1.2.3.4', hostnames: ['x', 'y'] }],
        dnsConfig: { searches: ['a.b'], options: [{ name: 'ndots', value: '2' }] },
        volumes: [{ name: 'data', emptyDir: { sizeLimit: '1Mi' } }],
      },
      {
        securityContext: { runAsGroup: 7, readOnlyRootFilesystem: true },
        tty: true,
        stdin: true,
        env: [{ name: 'SUB', value: 'folder' }],
        volumeMounts: [{ name: 'data', mountPath: '/data', subPathExpr: '$(SUB)/x', readOnly: true }],
      },
    )
    const { uid } = pod('web').metadata
    const { mounts, user, group, groups, readOnlyRoot, tty, stdin } = runtime.get('app').spec
    assert.equal(
      { user, group, groups, readOnlyRoot, tty, stdin },
      { user: 1000, group: 7, groups: [2000, 3000], readOnlyRoot: true, tty: true, stdin: true },
    )
    assert.equal(mounts[0], { volume: `${uid}/data`, path: '/data', subPath: 'folder/x', readOnly: true })
    assert.equal(runtime.volumes.get(`${uid}/data`), {
      type: 'scratch',
      memory: false,
      sizeLimit: 1048576,
      fsGroup: 2000,
    })
    const sandbox = runtime.pods.get(uid)
    assert.ok(sandbox?.shareProcessNamespace)
    assert.is(sandbox?.hostname, 'host')
    assert.match(
      sandbox?.hosts ?? '',
      '\n10.244.0.2\thost.sub.default.svc.cluster.local\thost\n\n# Entries added by HostAliases.\n1.2.3.4\tx\ty\n',
    )
    assert.is(
      sandbox?.resolvConf,
      'search default.svc.cluster.local svc.cluster.local cluster.local a.b\nnameserver 10.96.0.10\noptions ndots:2\n',
    )
  })

  test('resolv.conf by policy', async () => {
    const { run, runtime, pod } = await node()
    const conf = async (name: string, spec: object) => {
      await run(name, { ...spec })
      return runtime.pods.get(pod(name).metadata.uid)?.resolvConf
    }
    assert.is(
      await conf('a', {}),
      'search default.svc.cluster.local svc.cluster.local cluster.local\nnameserver 10.96.0.10\noptions ndots:5\n',
    )
    assert.is(await conf('b', { dnsPolicy: 'Default' }), 'nameserver 172.18.0.2\n')
    assert.is(await conf('c', { dnsPolicy: 'None', dnsConfig: { nameservers: ['9.9.9.9'] } }), 'nameserver 9.9.9.9\n')
  })
})
