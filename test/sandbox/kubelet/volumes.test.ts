import * as assert from 'uvu/assert'
import type { VolumeSource } from '../../../sandbox/contracts.ts'
import { tests } from '../../support/tests.ts'
import { node } from './node.ts'

const files = (source: VolumeSource | undefined) => {
  if (source?.type !== 'files') throw new Error(`not files: ${source?.type}`)
  return Object.fromEntries(
    source.files.map(({ path, content, mode }) => [path, `${mode.toString(8)} ${Buffer.from(content).toString()}`]),
  )
}

tests('volumes', (test) => {
  test('ConfigMaps and Secrets: all keys or some, with their modes', async () => {
    const { run, runtime, pod, write } = await node()
    write('configmaps', 'settings', {
      data: { A: '1', B: '2' },
      binaryData: { C: Buffer.from('3').toString('base64') },
    })
    write('secrets', 'hidden', { data: { A: Buffer.from('x').toString('base64') } })
    await run('web', {
      volumes: [
        { name: 'all', configMap: { name: 'settings' } },
        {
          name: 'some',
          configMap: {
            name: 'settings',
            defaultMode: 0o600,
            items: [
              { key: 'B', path: 'deep/b' },
              { key: 'A', path: 'a', mode: 0o400 },
            ],
          },
        },
        { name: 'secret', secret: { secretName: 'hidden' } },
        { name: 'none', configMap: { name: 'absent', optional: true } },
      ],
    })
    const volume = (name: string) => files(runtime.volumes.get(`${pod('web').metadata.uid}/${name}`))
    assert.equal(volume('all'), { A: '644 1', B: '644 2', C: '644 3' })
    assert.equal(volume('some'), { 'deep/b': '600 2', a: '400 1' })
    assert.equal(volume('secret'), { A: '644 x' })
    assert.equal(volume('none'), {})
  })

  test('with an fsGroup, the group may read them', async () => {
    const { run, runtime, pod, write } = await node()
    write('secrets', 'hidden', { data: { A: '' } })
    await run('web', {
      securityContext: { fsGroup: 5 },
      volumes: [{ name: 'v', secret: { secretName: 'hidden', defaultMode: 0o400 } }],
    })
    const source = runtime.volumes.get(`${pod('web').metadata.uid}/v`)
    assert.equal(files(source), { A: '440 ' })
    assert.is(source?.type === 'files' && source.fsGroup, 5)
  })

  test('a change shows within 10 s, and at once when the Pod is annotated', async () => {
    const { run, runtime, pod, write, clock, store, container, events, status, condition } = await node()
    write('configmaps', 'settings', { data: { A: 'old' } })
    await run('web', { volumes: [{ name: 'v', configMap: { name: 'settings' } }] })
    const now = () => files(runtime.volumes.get(`${pod('web').metadata.uid}/v`))['A']
    write('configmaps', 'settings', { data: { A: 'new' } })
    await clock.step(100)
    assert.is(now(), '644 old')
    await clock.step(10_000)
    assert.is(now(), '644 new')
    write('configmaps', 'settings', { data: { A: 'newer' } })
    await clock.step(10)
    assert.is(now(), '644 new')
    store.write(
      { kind: 'pods', namespace: 'default', name: 'web' },
      (old) =>
        ({ ...old, metadata: { ...(old as { metadata: object }).metadata, annotations: { now: 'yes' } } }) as never,
    )
    await clock.step(10)
    assert.is(now(), '644 newer')
    assert.is(container('web').restartCount, 0)
    store.write({ kind: 'configmaps', namespace: 'default', name: 'settings' }, () => undefined)
    await clock.step(10_000)
    assert.is(now(), '644 newer', 'what was mounted stays')
    assert.ok(
      events('web').includes(
        '1x FailedMount: MountVolume.SetUp failed for volume "v" : configmap "settings" not found',
      ),
    )
    assert.is(status('web'), 'Running: app=running+')
    assert.is(condition('web', 'Ready')?.status, 'True')
    runtime.end('app')
    await clock.step(100)
    assert.is(status('web'), 'Running: app=running+', 'nor does it keep a container from starting again')
  })

  for (const [what, spec, mode, uid] of [
    ['anybody reads', {}, 0o644, undefined],
    ['one user reads', { securityContext: { runAsUser: 7 } }, 0o600, 7],
    ['a group reads', { securityContext: { fsGroup: 8 } }, 0o640, undefined],
    ['one user and a group read', { securityContext: { runAsUser: 7, fsGroup: 8 } }, 0o640, 7],
  ] as const)
    test(`a token that ${what}`, async () => {
      const { run, runtime, pod } = await node()
      const sources = [{ serviceAccountToken: { path: 'token' } }]
      await run('web', { ...spec, volumes: [{ name: 'v', projected: { sources } }] })
      const source = runtime.volumes.get(`${pod('web').metadata.uid}/v`)
      const [token] = source?.type === 'files' ? source.files : []
      assert.equal([token?.mode, token?.uid], [mode, uid])
    })

  for (const [what, volume, message] of [
    ['ConfigMap', { configMap: { name: 'absent' } }, 'configmap "absent" not found'],
    ['Secret', { secret: { secretName: 'absent' } }, 'secret "absent" not found'],
    [
      'key',
      { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'absent', path: 'a' }] } },
      'configmap references non-existent config key: absent',
    ],
    ['source', { projected: { sources: [{ configMap: { name: 'absent' } }] } }, 'configmap "absent" not found'],
  ] as const)
    test(`a missing ${what} holds the Pod`, async () => {
      const { run, status, events, condition } = await node()
      await run('web', { volumes: [{ name: 'v', ...volume }] })
      assert.is(status('web'), 'Pending: app=ContainerCreating')
      assert.is(condition('web', 'PodReadyToStartContainers')?.status, 'False')
      assert.match(events('web').at(-1) ?? '', `x FailedMount: MountVolume.SetUp failed for volume "v" : ${message}`)
    })

  test('it goes on when that is there, and is asked for with growing pauses until then', async () => {
    const { run, status, write, clock, events } = await node()
    await run('web', { volumes: [{ name: 'v', configMap: { name: 'late' } }] })
    await clock.step(16_000)
    assert.match(events('web').at(-1) ?? '', '6x FailedMount')
    write('configmaps', 'late', { data: {} })
    await clock.step(500)
    assert.is(status('web'), 'Running: app=running+')
  })

  test('claims and host paths are folders of the node', async () => {
    const { run, runtime, pod, write, disks, store, status } = await node()
    write('persistentvolumeclaims', 'data', {
      spec: {
        accessModes: ['ReadWriteOnce'],
        volumeName: 'pv',
        storageClassName: 'standard',
        resources: { requests: { storage: '1Gi' } },
      },
    })
    store.write(
      { kind: 'persistentvolumes', namespace: '', name: 'pv' },
      () =>
        ({
          spec: { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'], hostPath: { path: '/var/pv' } },
        }) as never,
    )
    await run('web', {
      volumes: [
        { name: 'c', persistentVolumeClaim: { claimName: 'data' } },
        { name: 'h', hostPath: { path: '/srv' } },
      ],
    })
    assert.is(status('web'), 'Pending: app=ContainerCreating')
    write('persistentvolumeclaims', 'data', { status: { phase: 'Bound' } })
    await run('other', {})
    const { uid } = pod('web').metadata
    assert.equal(runtime.volumes.get(`${uid}/c`), { type: 'disk', path: '/var/pv' })
    assert.equal(runtime.volumes.get(`${uid}/h`), { type: 'disk', path: '/srv' })
    assert.equal([...new Set(disks)].toSorted(), ['/srv', '/var/pv'])
  })

  test('the downward API, and the token that every Pod has', async () => {
    const { run, runtime, pod } = await node()
    await run('web', {
      volumes: [
        {
          name: 'v',
          downwardAPI: {
            items: [
              { path: 'name', fieldRef: { fieldPath: 'metadata.name' } },
              { path: 'notes', fieldRef: { fieldPath: 'metadata.annotations' } },
            ],
          },
        },
      ],
    })
    const { metadata, spec } = pod('web')
    const downward = files(runtime.volumes.get(`${metadata.uid}/v`))
    assert.is(downward['name'], '644 web')
    assert.match(downward['notes'] ?? '', 'kubernetes.io/config.source="api"')
    const access = spec?.volumes?.find(({ name }) => name.startsWith('kube-api-access-'))
    const token = files(runtime.volumes.get(`${metadata.uid}/${access?.name}`))
    assert.is(token['namespace'], '644 default')
    assert.is(token['ca.crt'], '644 authority')
    const [, claims = ''] = (token['token'] ?? '').split('.')
    assert.is(JSON.parse(Buffer.from(claims, 'base64url').toString()).sub, 'system:serviceaccount:default:default')
  })
})
