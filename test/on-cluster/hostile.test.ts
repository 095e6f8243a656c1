import * as assert from 'uvu/assert'
import { annotations, identify, managedBy } from '../../scripts/cluster/ownership/identity.ts'
import type { Context } from '../support/tests.ts'
import { tests } from '../support/tests.ts'
import { cluster } from './support/cluster.ts'
import { cleaned, endedWith, lessonsEnded, played, playing, rows } from './support/played.ts'
import type { Rule } from './support/user.ts'

const all = ['secrets', 'sidecar', 'storage', 'statefulset']

/** Somebody's namespace, with what they have in it. */
async function someones(
  { defer }: Pick<Context, 'defer'>,
  name: string,
  { labels = {}, holding = [] }: { labels?: Record<string, string>; holding?: readonly object[] } = {},
): Promise<void> {
  const { apply, kubectl } = await cluster()
  defer(() => kubectl('delete', 'namespace', name, '--ignore-not-found'))
  await apply(JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } }))
  for (const object of holding) await apply(JSON.stringify(object))
}

const quota = (namespace: string, hard: Record<string, string>) => ({
  apiVersion: 'v1',
  kind: 'ResourceQuota',
  metadata: { name: 'tight', namespace },
  spec: { hard },
})

tests(
  "somebody's namespace",
  (test) => {
    test('with restricted Pod Security, and a quota and limits that suffice', async ({ defer }) => {
      const here = await cluster()
      const name = 'tour-test-strict'
      const limits = {
        apiVersion: 'v1',
        kind: 'LimitRange',
        metadata: { name: 'sizes', namespace: name },
        spec: {
          limits: [
            { type: 'Container', min: { cpu: '5m', memory: '8Mi' }, max: { cpu: '1', memory: '256Mi' } },
            { type: 'PersistentVolumeClaim', max: { storage: '1Gi' } },
          ],
        },
      }
      const hard = { 'requests.cpu': '1', 'requests.memory': '1Gi', 'limits.memory': '2Gi', pods: '12' }
      const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' }
      const holding = [quota(name, { ...hard, persistentvolumeclaims: '6', 'requests.storage': '4Gi' }), limits]
      await someones({ defer }, name, { labels, holding })
      const before = await here.listing()
      const result = await played([...all, '--parallel', '-n', name], here)
      endedWith(result, 0)
      assert.equal(rows(result, 'failed'), [])
      assert.equal(rows(result, 'notHere'), [])
      await here.unchanged(before)
    })

    test('with a quota of one Pod is refused', async ({ defer }) => {
      const here = await cluster()
      const name = 'tour-test-quota'
      await someones({ defer }, name, { holding: [quota(name, { pods: '1' })] })
      const before = await here.listing()
      const result = await played(['secrets', '-n', name], here)
      endedWith(result, 3)
      assert.match(result.stderr, /Quota tight .* allows 1 of pods/)
      await here.unchanged(before, 0)
    })

    test('with a claim that bears a label of the lesson is refused', async ({ defer }) => {
      const here = await cluster()
      const name = 'tour-test-labels'
      const claim = {
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        metadata: { name: 'precious', namespace: name, labels: { app: 'web' } },
        spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Mi' } } },
      }
      await someones({ defer }, name, { holding: [claim] })
      const before = await here.listing()
      const result = await played(['statefulset', '-n', name], here)
      endedWith(result, 3)
      assert.match(result.stderr, `PersistentVolumeClaim precious in ${name} is not the tour's`)
      await here.unchanged(before, 0)
    })

    test('eight times, at once', async ({ defer }) => {
      const here = await cluster()
      const names = Array.from({ length: 8 }, (_, index) => `tour-test-eight-${index}`)
      for (const name of names) await someones({ defer }, name)
      const before = await here.listing()
      const results = await Promise.all(names.map((name) => played(['sidecar', '-n', name], here, { limit: 540_000 })))
      for (const result of results) {
        endedWith(result, 0)
        assert.equal(rows(result, 'failed'), [])
      }
      await here.unchanged(before)
    })
  },
  { limit: 600_000 },
)

/** A namespace as a run of somebody else's would have made it: in another place, or in a process of this machine that is gone. */
async function othersRun(place: 'elsewhere' | 'here'): Promise<object> {
  const here = await identify()
  const other =
    place === 'here'
      ? { ...here, user: 'somebody', pid: 1, started: 'never' }
      : { ...here, user: 'somebody', host: 'far-away', processes: 'of far-away' }
  const metadata = { name: 'tour-secrets', labels: managedBy, annotations: annotations(other, 'secrets') }
  return { apiVersion: 'v1', kind: 'Namespace', metadata }
}

const lease = () => ({
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  metadata: { name: 'kubectl-tour', namespace: 'tour-secrets' },
  spec: {
    holderIdentity: 'somebody@far-away',
    leaseDurationSeconds: 20,
    renewTime: new Date().toISOString().replace('Z', '000Z'),
  },
})

tests(
  "somebody's run",
  (test) => {
    test('that lives is not disturbed', async ({ defer }) => {
      const here = await cluster()
      defer(() => here.kubectl('delete', 'namespace', 'tour-secrets', '--ignore-not-found'))
      await here.apply(JSON.stringify(await othersRun('elsewhere')))
      await here.apply(JSON.stringify(lease()))
      const renewing = setInterval(() => void here.apply(JSON.stringify(lease())).catch(() => {}), 2000)
      defer(() => clearInterval(renewing))

      const [refused, clean] = await Promise.all([played(['secrets'], here), cleaned(['--all', '--yes'], here)])
      endedWith(refused, 3)
      assert.match(refused.stderr, /tour-secrets is being played in by somebody on far-away, since \d{4}-/)
      endedWith(clean, 0)
      assert.match(clean.stdout, 'tour-secrets is left alone: being played by somebody on far-away.')
      await here.must('get', 'lease', 'kubectl-tour', '-n', 'tour-secrets')

      // Nobody renews any more: it is dead, and still not ours.
      clearInterval(renewing)
      const again = await cleaned([], here)
      endedWith(again, 0)
      assert.match(again.stdout, /left behind by somebody on far-away \(clean --all takes it too\)/)
      await here.must('get', 'namespace', 'tour-secrets')
    })

    test('that is dead goes only with clean --all, and where that is agreed to', async ({ defer }) => {
      const here = await cluster()
      defer(() => here.kubectl('delete', 'namespace', 'tour-secrets', '--ignore-not-found'))
      const before = await here.listing()
      await here.apply(JSON.stringify(await othersRun('here')))

      endedWith(await cleaned([], here), 0)
      const refused = await played(['secrets'], here)
      endedWith(refused, 3)
      assert.match(refused.stderr, 'left behind by somebody')
      const unasked = await cleaned(['--all'], here)
      endedWith(unasked, 3)
      assert.match(unasked.stderr, '--yes')
      await here.must('get', 'namespace', 'tour-secrets')

      endedWith(await cleaned(['--all', '--yes'], here), 0)
      await here.unchanged(before)
    })

    test('of our own, in another terminal', async () => {
      const here = await cluster()
      const before = await here.listing()
      const first = playing(['secrets'], here)
      await first.event(({ type }) => type === 'wait')
      const second = await played(['secrets'], here)
      endedWith(second, 3)
      assert.match(second.stderr, 'tour-secrets is being played in by')
      const clean = await cleaned(['secrets'], here)
      endedWith(clean, 3)
      assert.match(clean.stdout, 'tour-secrets is left alone: being played by')
      endedWith(await first.ended, 0)
      await here.unchanged(before)
    })

    test("in a namespace that is not the tour's", async ({ defer }) => {
      const here = await cluster()
      await someones({ defer }, 'tour-secrets')
      const before = await here.listing()
      const result = await played(['secrets'], here)
      endedWith(result, 3)
      assert.match(result.stderr, 'There is a namespace tour-secrets that the tour did not make.')
      assert.match((await cleaned(['--all', '--yes'], here)).stdout, 'Nothing to clean')
      await here.unchanged(before, 0)
    })
  },
  { limit: 300_000 },
)

const inOneNamespace: readonly Rule[] = [
  { resources: ['pods', 'configmaps', 'secrets', 'services', 'persistentvolumeclaims'], verbs: ['*'] },
  { resources: ['pods/exec', 'pods/log', 'events'], verbs: ['*'] },
  {
    apiGroups: ['apps'],
    resources: ['deployments', 'statefulsets', 'statefulsets/scale', 'replicasets'],
    verbs: ['*'],
  },
]

tests(
  'a user',
  (test) => {
    test('with rights in one namespace only plays there', async ({ defer }) => {
      const here = await cluster()
      const name = 'tour-test-mine'
      await someones({ defer }, name)
      const local = await here.user('local', inOneNamespace, name)
      defer(local.remove)
      const before = await here.listing()

      const elsewhere = await played(['storage'], local)
      endedWith(elsewhere, 3)
      assert.match(elsewhere.stderr, /You may not create.* namespaces on this cluster/)

      const result = await played(['storage', 'statefulset', '--parallel', '-n', name], local)
      endedWith(result, 0)
      assert.equal(rows(result, 'failed'), [])
      // What needs classes or volumes to be seen.
      for (const id of ['P8', 'T3', 'T11']) assert.ok(rows(result, 'notHere').includes(id), id)
      for (const { lesson, cleaned: outcome } of lessonsEnded(result)) assert.is(outcome?.volumes, null, lesson)
      await here.unchanged(before)
    })

    test('without rights is refused', async ({ defer }) => {
      const here = await cluster()
      const nobody = await here.user('nobody', [{ resources: ['componentstatuses'], verbs: ['get'] }])
      defer(nobody.remove)
      const before = await here.listing()
      for (const where of [[], ['-n', 'default']]) {
        const result = await played(['secrets', ...where], nobody)
        endedWith(result, 3)
        assert.match(result.stderr, 'You may not ')
      }
      await here.unchanged(before, 0)
    })
  },
  { limit: 300_000 },
)

tests(
  'an image',
  (test) => {
    test('that does not exist ends the lesson, with the cause', async () => {
      const here = await cluster()
      const before = await here.listing()
      const result = await played(['sidecar', '--image', 'nginx=nginx:nosuch'], here)
      endedWith(result, 1)
      const [ended] = lessonsEnded(result)
      assert.match(ended?.problem ?? '', /nginx:nosuch/)
      assert.match(ended?.problem ?? '', '--image nginx=')
      assert.is(rows(result, 'failed').length, 10)
      await here.unchanged(before)
    })
  },
  { limit: 240_000 },
)
