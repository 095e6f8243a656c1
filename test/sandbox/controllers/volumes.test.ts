import * as assert from 'uvu/assert'
import type { Event, PersistentVolume, PersistentVolumeClaim, Pod, StorageClass } from '../../../sandbox/kubernetes.ts'
import { tests } from '../../support/tests.ts'
import { cluster, podSpec } from './cluster.ts'

const claims = 'persistentvolumeclaims'
const volumes = 'persistentvolumes'

const started = async () => {
  const world = cluster()
  await world.settle()
  return {
    ...world,
    claim: async (name: string, spec: object = {}) => {
      const resources = { requests: { storage: '1Gi' } }
      world.write(claims, name, { spec: { accessModes: ['ReadWriteOnce'], resources, ...spec } })
      await world.settle()
    },
    use: async (name: string, claimName: string) => {
      world.write('pods', name, {
        spec: { ...podSpec, volumes: [{ name: 'v', persistentVolumeClaim: { claimName } }] },
      })
      await world.settle()
    },
    volume: async (name: string, spec: object = {}) => {
      world.write(volumes, name, {
        spec: {
          storageClassName: 'manual',
          capacity: { storage: '2Gi' },
          accessModes: ['ReadWriteOnce'],
          hostPath: { path: '/tmp/v' },
          persistentVolumeReclaimPolicy: 'Retain',
          ...spec,
        },
      })
      await world.settle()
    },
    phase: (name: string) => world.get<PersistentVolumeClaim>(claims, name)?.status?.phase,
    volumePhase: (name: string) => world.get<PersistentVolume>(volumes, name)?.status?.phase,
    boundTo: (name: string) => world.get<PersistentVolumeClaim>(claims, name)?.spec?.volumeName,
  }
}

tests('volumes', (test) => {
  test('are made when a Pod first uses the claim', async () => {
    const world = await started()
    await world.claim('data')
    assert.is(world.phase('data'), 'Pending')
    assert.equal(world.told('data'), ['WaitForFirstConsumer: waiting for first consumer to be created before binding'])
    assert.equal(world.names(volumes), [])
    await world.use('p', 'data')
    assert.is(world.get<Pod>('pods', 'p')?.spec?.nodeName, 'sandbox')
    const claim = world.get<PersistentVolumeClaim>(claims, 'data')
    const { uid = '' } = claim?.metadata ?? {}
    assert.equal(claim?.metadata.annotations, {
      'pv.kubernetes.io/bind-completed': 'yes',
      'pv.kubernetes.io/bound-by-controller': 'yes',
      'volume.beta.kubernetes.io/storage-provisioner': 'rancher.io/local-path',
      'volume.kubernetes.io/selected-node': 'sandbox',
      'volume.kubernetes.io/storage-provisioner': 'rancher.io/local-path',
    })
    assert.equal(claim?.status, { phase: 'Bound', accessModes: ['ReadWriteOnce'], capacity: { storage: '1Gi' } })
    const volume = world.get<PersistentVolume>(volumes, `pvc-${uid}`)
    assert.equal(volume?.metadata.annotations, {
      'local.path.provisioner/selected-node': 'sandbox',
      'pv.kubernetes.io/provisioned-by': 'rancher.io/local-path',
    })
    const path = `/var/local-path-provisioner/pvc-${uid}_default_data`
    assert.equal(volume?.spec?.hostPath, { path, type: 'DirectoryOrCreate' })
    assert.equal([volume?.spec?.claimRef?.uid, volume?.status?.phase], [uid, 'Bound'])
    assert.equal(world.disks, [path])
    assert.equal(
      world.told('data').map((line) => line.split(':')[0]),
      ['WaitForFirstConsumer', 'ExternalProvisioning', 'Provisioning', 'ProvisioningSucceeded'],
    )
  })

  test('stay as long as a Pod uses the claim, and go with it', async () => {
    const world = await started()
    await world.claim('data')
    await world.use('p', 'data')
    const name = world.boundTo('data') ?? ''
    world.del(claims, 'data')
    await world.settle()
    assert.is(world.phase('data'), 'Bound')
    assert.ok(world.get(claims, 'data')?.metadata.deletionTimestamp)
    world.del('pods', 'p')
    await world.settle()
    assert.equal([world.phase('data'), world.volumePhase(name), world.disks], [undefined, undefined, []])
  })

  test('are kept where their class says Retain, and bind nobody else', async () => {
    const world = await started()
    world.write<StorageClass>('storageclasses.storage.k8s.io', 'kept', {
      provisioner: 'rancher.io/local-path',
      reclaimPolicy: 'Retain',
      volumeBindingMode: 'Immediate',
    })
    await world.claim('data', { storageClassName: 'kept' })
    assert.is(world.phase('data'), 'Bound')
    const name = world.boundTo('data') ?? ''
    world.del(claims, 'data')
    await world.settle()
    assert.is(world.volumePhase(name), 'Released')
    assert.is(world.disks.length, 1)
    world.del(volumes, name)
    await world.settle()
    assert.is(world.volumePhase(name), undefined)
  })

  test('are not made for access modes that a folder cannot have', async () => {
    const world = await started()
    await world.claim('data', { accessModes: ['ReadWriteMany'] })
    await world.use('p', 'data')
    assert.is(
      world.told('data').at(-1),
      'ProvisioningFailed: failed to provision volume with StorageClass "standard": NodePath only supports ReadWriteOnce and ReadWriteOncePod (1.22+) access modes',
    )
    assert.is(world.phase('data'), 'Pending')
  })

  test('that are there are bound: the smallest that fits', async () => {
    const world = await started()
    await world.volume('large', { capacity: { storage: '5Gi' } })
    await world.volume('fits')
    await world.volume('small', { capacity: { storage: '1Mi' } })
    assert.is(world.volumePhase('fits'), 'Available')
    await world.claim('data', { storageClassName: 'manual' })
    assert.equal([world.boundTo('data'), world.phase('data'), world.volumePhase('fits')], ['fits', 'Bound', 'Bound'])
    await world.claim('other', { storageClassName: 'manual', volumeName: 'fits' })
    assert.equal(world.told('other'), ['FailedBinding: volume "fits" already bound to a different claim.'])
    world.del(volumes, 'fits')
    await world.settle()
    assert.is(world.volumePhase('fits'), 'Bound')
  })

  test('that come later are found by claims that wait', async () => {
    const world = await started()
    await world.claim('data', { storageClassName: 'manual' })
    assert.equal(world.told('data'), ['ProvisioningFailed: storageclass.storage.k8s.io "manual" not found'])
    await world.volume('v')
    assert.is(world.phase('data'), 'Bound')
    world.write(volumes, 'v', (old) => ({ ...old, metadata: { ...old.metadata, finalizers: [] } }))
    world.del(volumes, 'v')
    await world.settle()
    assert.is(world.phase('data'), 'Lost')
  })

  test('of a class that waits are chosen by the scheduler', async () => {
    const world = await started()
    world.write('storageclasses.storage.k8s.io', 'manual', {
      provisioner: 'kubernetes.io/no-provisioner',
      volumeBindingMode: 'WaitForFirstConsumer',
    })
    await world.volume('v')
    await world.claim('data', { storageClassName: 'manual' })
    assert.is(world.phase('data'), 'Pending')
    await world.use('p', 'data')
    assert.equal([world.phase('data'), world.boundTo('data')], ['Bound', 'v'])
    assert.is(world.get<Pod>('pods', 'p')?.spec?.nodeName, 'sandbox')
  })

  test('are asked for again while the claim waits', async () => {
    const world = await started()
    await world.claim('data', { storageClassName: '' })
    await world.step(16_000)
    const [event] = world.list<Event>('events')
    assert.is(event?.count, 2)
    assert.is(event?.message, 'no persistent volumes available for this claim and no storage class is set')
  })
})
