import { setTimeout as sleep } from 'node:timers/promises'
import * as assert from 'uvu/assert'
import { eventually, tests } from '../support/tests.ts'
import type { OwnCluster } from './support/cluster.ts'
import { ownCluster } from './support/cluster.ts'
import { cleaned, endedWith, lessonsEnded, played, playing, rows } from './support/played.ts'

/** A class like the cluster's own, save for what is said here. */
const storageClass = (name: string, isDefault: boolean, more: object = {}) =>
  JSON.stringify({
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: { name, annotations: { 'storageclass.kubernetes.io/is-default-class': String(isDefault) } },
    provisioner: 'rancher.io/local-path',
    volumeBindingMode: 'WaitForFirstConsumer',
    ...more,
  })

const brokenApi = JSON.stringify({
  apiVersion: 'apiregistration.k8s.io/v1',
  kind: 'APIService',
  metadata: { name: 'v1beta1.broken.example.com' },
  spec: {
    group: 'broken.example.com',
    version: 'v1beta1',
    groupPriorityMinimum: 100,
    versionPriority: 100,
    service: { name: 'no-such-service', namespace: 'default' },
  },
})

tests(
  'a cluster with faults',
  (test) => {
    let here: OwnCluster
    test.before(async () => {
      here = await ownCluster('faults')
    })
    test.after(() => here.down())

    /** Takes the default mark off the cluster's class, until the test has ended. */
    const withoutDefault = async (defer: (work: () => unknown) => void) => {
      const marked = (is: boolean) =>
        here.must(
          'annotate',
          'storageclass',
          'standard',
          '--overwrite',
          `storageclass.kubernetes.io/is-default-class=${is}`,
        )
      defer(() => marked(true))
      await marked(false)
    }

    // The first of all: no image is on the node yet.
    test('the registry is gone for 15 s', async ({ defer }) => {
      const before = await here.listing()
      defer(() => here.fault('registry', 'cont'))
      await here.fault('registry', 'stop')
      const lesson = playing(['secrets'], here)
      await lesson.event((event) => event.type === 'wait' && event.subject === 'pod/config-test')
      await sleep(15_000)
      const images = await here.must('get', 'node', '-o', 'jsonpath={.items[*].status.images[*].names}')
      assert.not.match(images, 'busybox', 'the image was there already, so this proves nothing')
      await here.fault('registry', 'cont')
      const result = await lesson.ended
      endedWith(result, 0)
      assert.equal(rows(result, 'failed'), [])
      await here.unchanged(before)
    })

    test('no class is the default', async ({ defer }) => {
      await withoutDefault(defer)
      const before = await here.listing()
      const result = await played(['storage', 'statefulset', '--parallel'], here)
      endedWith(result, 3)
      assert.match(result.stderr, 'There is no default storage class')
      assert.match(result.stderr, '--storage-class: standard')
      assert.equal(
        lessonsEnded(result).map(({ exitCode }) => exitCode),
        [3, 3],
      )
      await here.unchanged(before, 0)
    })

    test('the default class has no provisioner', async ({ defer }) => {
      await withoutDefault(defer)
      defer(() => here.must('delete', 'storageclass', 'by-hand'))
      await here.apply(storageClass('by-hand', true, { provisioner: 'kubernetes.io/no-provisioner' }))
      const before = await here.listing()
      const result = await played(['statefulset'], here)
      endedWith(result, 3)
      assert.match(result.stderr, 'The storage class by-hand has no provisioner')
      await here.unchanged(before, 0)
    })

    test("a claim could take somebody's spare volume", async ({ defer }) => {
      const spec = {
        capacity: { storage: '2Gi' },
        accessModes: ['ReadWriteOnce'],
        persistentVolumeReclaimPolicy: 'Retain',
        storageClassName: 'standard',
        hostPath: { path: '/tmp/spare' },
      }
      defer(() => here.must('delete', 'persistentvolume', 'spare'))
      await here.apply(
        JSON.stringify({ apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name: 'spare' }, spec }),
      )
      await here.must('wait', '--for=jsonpath={.status.phase}=Available', 'persistentvolume/spare')
      const before = await here.listing()
      const result = await played(['storage'], here)
      endedWith(result, 3)
      assert.match(result.stderr, "could bind somebody's spare volume spare")
      await here.unchanged(before, 0)
    })

    test('the default class retains its volumes', async ({ defer }) => {
      await withoutDefault(defer)
      defer(() => here.must('delete', 'storageclass', 'keeper'))
      await here.apply(storageClass('keeper', true, { reclaimPolicy: 'Retain' }))
      const before = await here.listing()
      const result = await played(['storage', 'statefulset', '--parallel'], here)
      endedWith(result, 0)
      assert.equal(rows(result, 'failed'), [])
      assert.ok(rows(result, 'notHere').includes('T11'))
      assert.match(result.stdout, 'would be retained: set to be deleted with its claim')
      await here.unchanged(before)
      assert.is(await here.must('get', 'persistentvolumes', '-o', 'name'), '')
    })

    test('the node takes no Pods for 10 s', async ({ defer }) => {
      const before = await here.listing()
      defer(() => here.must('uncordon', 'tour-control-plane'))
      await here.must('cordon', 'tour-control-plane')
      const lesson = playing(['sidecar'], here)
      await lesson.event(
        (event) => event.type === 'wait' && event.state === 'doubtful' && /cordon|unschedulable/.test(event.now),
      )
      await sleep(10_000)
      await here.must('uncordon', 'tour-control-plane')
      const result = await lesson.ended
      endedWith(result, 0)
      assert.equal(rows(result, 'failed'), [])
      await here.unchanged(before)
    })

    test('DNS is down', async ({ defer }) => {
      const scale = (replicas: number) =>
        here.must('scale', 'deployment', 'coredns', '-n', 'kube-system', `--replicas=${replicas}`)
      defer(async () => {
        await scale(1)
        await here.must('rollout', 'status', '-n', 'kube-system', 'deployment/coredns', '--timeout=90s')
      })
      await scale(0)
      await here.must('wait', '--for=delete', 'pod', '-n', 'kube-system', '-l', 'k8s-app=kube-dns', '--timeout=60s')
      const before = await here.listing()
      const result = await played(['statefulset'], here)
      endedWith(result, 1)
      assert.equal(rows(result, 'failed'), ['T7'])
      await here.unchanged(before)
    })

    test('the API server hangs for 5 s', async ({ defer }) => {
      const before = await here.listing()
      defer(() => here.fault('kube-apiserver', 'cont'))
      const lesson = playing(['secrets'], here)
      await lesson.event((event) => event.type === 'wait')
      await here.fault('kube-apiserver', 'stop')
      await sleep(5000)
      await here.fault('kube-apiserver', 'cont')
      const result = await lesson.ended
      endedWith(result, 0)
      assert.equal(rows(result, 'failed'), [])
      await here.unchanged(before)
    })

    test('the API server dies in the middle', async () => {
      const before = await here.listing()
      const lesson = playing(['sidecar'], here)
      await lesson.event((event) => event.type === 'wait')
      await here.fault('kube-apiserver', 'kill')
      endedWith(await lesson.ended, 0, 1)
      endedWith(await cleaned([], here), 0)
      await here.unchanged(before, 60)
    })

    test('the API server hangs past the deadline', async ({ defer }) => {
      const before = await here.listing()
      defer(() => here.fault('kube-apiserver', 'cont'))
      const lesson = playing(['secrets', '--timeout', '20s'], here, { limit: 180_000 })
      await lesson.event((event) => event.type === 'wait')
      await here.fault('kube-apiserver', 'stop')
      const result = await lesson.ended
      endedWith(result, 1, 4)
      assert.equal(
        lessonsEnded(result).map(({ problem }) => (problem ?? '') !== ''),
        [true],
      )
      assert.not.match(result.stderr, /^ +at /m)
      await here.fault('kube-apiserver', 'cont')
      endedWith(await cleaned([], here), 0)
      await here.unchanged(before, 60)
    })

    test('a broken API holds the namespace', async ({ defer }) => {
      const before = await here.listing()
      const mend = () => here.must('delete', 'apiservice', 'v1beta1.broken.example.com', '--ignore-not-found')
      defer(mend)
      await here.apply(brokenApi)
      await eventually(
        async () =>
          (await here.kubectl('get', 'apiservice', 'v1beta1.broken.example.com')).stdout.includes('ServiceNotFound'),
        { what: 'the broken API' },
      )
      const result = await played(['sidecar', '--timeout', '45s'], here)
      endedWith(result, 4)
      assert.match(
        lessonsEnded(result)[0]?.cleaned?.left.join() ?? '',
        /tour-sidecar is still there: .*broken\.example\.com/,
      )
      const clean = await cleaned(['--timeout', '10s'], here)
      endedWith(clean, 4)
      assert.match(clean.stdout, /tour-sidecar is still there: .*broken\.example\.com/)
      await mend()
      endedWith(await cleaned([], here), 0)
      await here.unchanged(before, 60)
    })
  },
  { limit: 420_000 },
)
