import type { V1ContainerStatus, V1MicroTime } from '@kubernetes/client-node'
import * as assert from 'uvu/assert'
import { diagnose, type Scene } from '../../../scripts/cluster/diagnosis/index.ts'
import { tests } from '../../support/tests.ts'
import { but, event, lines, onlyPod, scene } from './scenes.ts'

const withStatus = (given: Scene, change: (status: V1ContainerStatus) => V1ContainerStatus): Scene => {
  const pod = onlyPod(given)
  const containerStatuses = pod.status?.containerStatuses?.map(change) ?? []
  return { ...given, pods: [but(pod, { status: but(pod.status, { containerStatuses }) })] }
}
const severities = (given: Scene, options = {}) => diagnose(given, options).map(({ severity }) => severity)

tests('diagnosis of exits', (test) => {
  const exits = (restartCount: number) => withStatus(scene('crash-loop'), (status) => but(status, { restartCount }))

  test('the first two exits are normal', () => {
    assert.equal(
      [0, 1].map((restarts) => severities(exits(restarts))),
      [['normal'], ['normal']],
    )
  })
  test('the third is doubtful', () => assert.equal(severities(exits(2)), ['doubtful']))
  test('exits that the lesson caused do not count', () => {
    const causedExits = new Map([['demo/main', 1]])
    assert.equal(
      [2, 3].map((restarts) => severities(exits(restarts), { causedExits })),
      [['normal'], ['doubtful']],
    )
  })
  test('exits that the lesson caused in another container do count', () => {
    assert.equal(severities(exits(2), { causedExits: new Map([['demo/sidecar', 1]]) }), ['doubtful'])
  })
  test('between the exit and its back-off the finding is the same', () => {
    const ended = withStatus(scene('crash-loop'), ({ lastState, ...status }) => but(status, { state: lastState ?? {} }))
    assert.equal(diagnose(ended), diagnose(scene('crash-loop')))
  })
  test('a container that runs again is no finding', () => {
    const state = { running: { startedAt: new Date(0) } }
    assert.equal(severities(withStatus(scene('crash-loop'), (status) => but(status, { state }))), [])
  })
  test('a failing probe is named as the cause', () => {
    const given = scene('crash-loop')
    const message = 'Container main failed liveness probe, will be restarted'
    const killed = event('Killing', message, onlyPod(given).metadata?.uid ?? '', 0)
    assert.equal(lines(diagnose({ ...given, events: [...given.events, killed] })), [
      'brief pod/demo: container main is restarted because its liveness probe fails (CrashLoopBackOff)',
    ])
  })
  test('an init container that is done is no finding', () => {
    const pod = onlyPod(scene('init-runs'))
    const done = but(pod.status?.initContainerStatuses?.[0], { state: { terminated: { exitCode: 0 } } })
    const status = but(pod.status, { initContainerStatuses: [done] })
    assert.equal(severities({ ...scene('init-runs'), pods: [but(pod, { status })] }), [])
  })
})

tests('diagnosis of Pods', (test) => {
  const ownedBy = (kind: string): Scene => {
    const pod = onlyPod(scene('failed'))
    const ownerReferences = [{ apiVersion: 'apps/v1', kind, name: 'web', uid: 'owner', controller: true }]
    return { ...scene('failed'), pods: [but(pod, { metadata: but(pod.metadata, { ownerReferences }) })] }
  }
  test('a failed Pod of its own is final', () => assert.equal(severities(scene('failed')), ['final']))
  test('a failed Pod that its controller replaces is normal', () => {
    assert.equal(severities(ownedBy('ReplicaSet')), ['normal'])
  })
  test('of a Pod that is being deleted nothing is said', () => {
    const pod = onlyPod(scene('pull-not-found'))
    const metadata = but(pod.metadata, { deletionTimestamp: new Date(0) })
    assert.equal(severities({ ...scene('pull-not-found'), pods: [but(pod, { metadata })] }), [])
  })
  test('an evicted Pod tells why', () => {
    const pod = onlyPod(scene('failed'))
    const status = { phase: 'Failed', reason: 'Evicted', message: 'The node was low on resource: memory. ' }
    assert.equal(lines(diagnose({ ...scene('failed'), pods: [but(pod, { status })] })), [
      'final pod/demo: The node was low on resource: memory (Evicted)',
    ])
  })
  test('the most serious comes first', () => {
    const scenes = ['crash-second', 'cordoned', 'pull-not-found'].map(scene)
    const pods = scenes.flatMap((each) => each.pods)
    const given = { pods, claims: [], events: scenes.flatMap(({ events }) => events) }
    assert.equal(severities(given), ['final', 'doubtful', 'normal'])
  })
  test('two containers with the same trouble are told once', () => {
    const given = scene('pull-not-found')
    const pod = onlyPod(given)
    const twice = <T extends { name: string }>(all: readonly T[] = []) =>
      all.flatMap((one) => [one, Object.assign(structuredClone(one), { name: 'other' })])
    const spec = but(pod.spec, { containers: twice(pod.spec?.containers) })
    const status = but(pod.status, { containerStatuses: twice(pod.status?.containerStatuses) })
    assert.is(diagnose({ ...given, pods: [but(pod, { spec, status })] }).length, 1)
  })
})

tests('diagnosis of pulls', (test) => {
  const backoff = scene('pull-not-found-backoff')
  const bare = (events = backoff.events, message = 'Back-off pulling image "nginx:nosuch"') => ({
    ...withStatus(backoff, (status) => but(status, { state: { waiting: { reason: 'ImagePullBackOff', message } } })),
    events,
  })
  test('where back-off says no more than that, as before Kubernetes 1.31, the events tell', () => {
    assert.equal(diagnose(bare()), diagnose(scene('pull-not-found')))
    assert.equal(diagnose(bare(backoff.events, '')), diagnose(scene('pull-not-found')))
  })
  test('without events it is doubtful', () => {
    assert.equal(lines(diagnose(bare([]))), ['brief pod/demo: the image nginx:nosuch cannot be pulled (ErrImagePull)'])
  })
  test('the remedy calls the image what --image calls it', () => {
    const imageNames = new Map([['nginx:nosuch', 'web']])
    const [finding] = diagnose(scene('pull-not-found'), { imageNames })
    assert.is(finding?.remedy, 'give another with --image web=REF, or a mirror with --registry PREFIX')
  })
})

tests('diagnosis of scheduling', (test) => {
  const unschedulable = (message: string): Scene => {
    const pod = onlyPod(scene('cordoned'))
    const conditions = [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message }]
    return { ...scene('cordoned'), pods: [but(pod, { status: { phase: 'Pending', conditions } })] }
  }
  // Wordings of other versions than the recorded one, and of clusters with more nodes.
  const table: Readonly<Record<string, string>> = {
    '0/3 nodes are available: 1 node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }, 2 Insufficient memory. preemption: 0/3 nodes are available: 3 No preemption victims found.':
      'no node has enough free memory, and the node has a taint that the Pod does not tolerate, node-role.kubernetes.io/control-plane',
    '0/2 nodes are available: 2 node(s) had volume node affinity conflict.':
      'its volume can only be used on another node',
    '0/2 nodes are available: 2 Too many pods.': 'the nodes may not run more Pods',
    "0/2 nodes are available: 2 node(s) didn't match pod anti-affinity rules.":
      'it may not share a node with the Pods that are there',
    '0/1 nodes are available: 1 node(s) exceed max volume count.': 'the nodes cannot attach more volumes',
    'no nodes available to schedule pods': 'the cluster has no node',
    '0/4 nodes are available: 4 node(s) are out of luck. preemption: none.':
      'the scheduler finds no node: node(s) are out of luck',
  }
  for (const [message, cause] of Object.entries(table))
    test(cause, () =>
      assert.equal(lines(diagnose(unschedulable(message))), [`deadline pod/demo: ${cause} (FailedScheduling)`]),
    )
  test('is over with an event that it was scheduled, before the Pod says so', () => {
    const given = scene('cordoned')
    const scheduled = event('Scheduled', 'Successfully assigned', onlyPod(given).metadata?.uid ?? '', 0)
    const later = new Date('2100-01-01T00:00:00Z')
    const events = [...given.events, but(scheduled, { lastTimestamp: later })]
    assert.equal(severities({ ...given, events }), [])
  })
})

tests('diagnosis of mounts', (test) => {
  const given = scene('mount-missing')
  const uid = onlyPod(given).metadata?.uid ?? ''
  const said = (...messages: string[]) =>
    lines(diagnose({ ...given, events: messages.map((message, index) => event('FailedMount', message, uid, index)) }))

  test('the cause counts, not the summary that follows it', () => {
    const cause = 'MountVolume.SetUp failed for volume "config" : configmap "app-config" not found'
    const summary =
      'Unable to attach or mount volumes: unmounted volumes=[config], unattached volumes=[]: timed out waiting for the condition'
    assert.equal(said(cause, summary), ['brief pod/demo: there is no ConfigMap app-config to mount (FailedMount)'])
    assert.equal(said(summary), ['brief pod/demo: the volume config is not mounted (FailedMount)'])
  })
  test('a kubelet that has not read the ConfigMap yet is no finding', () => {
    const message = 'MountVolume.SetUp failed for volume "config" : object "tour-secrets"/"app-config" not registered'
    assert.equal(said(message), [])
  })
  test('is over once an image was pulled', () => {
    const pulling = event('Pulling', 'Pulling image "busybox:1.36"', uid, 9)
    assert.equal(severities({ ...given, events: [...given.events, pulling] }), [])
  })
})

tests('diagnosis of claims', (test) => {
  const given = scene('claim-class-missing')
  const [claim] = given.claims
  const uid = claim?.metadata?.uid ?? ''
  const controller = { source: { component: 'persistentvolume-controller' } }
  const provisioner = { source: { component: 'rancher.io/local-path' } }
  const said = (...events: Scene['events']) => severities({ pods: [], claims: given.claims, events })

  test('a missing class is over when the controller goes on', () => {
    const missing = event('ProvisioningFailed', 'storageclass.storage.k8s.io "x" not found', uid, 1, controller)
    const waits = event(
      'WaitForFirstConsumer',
      'waiting for first consumer to be created before binding',
      uid,
      2,
      controller,
    )
    assert.equal(said(missing), ['doubtful'])
    assert.equal(said(missing, waits), ['normal'])
  })
  test('a missing class that was made is over when its provisioner begins', () => {
    const missing = event('ProvisioningFailed', 'storageclass.storage.k8s.io "x" not found', uid, 1, controller)
    const begun = event('Provisioning', 'External provisioner is provisioning volume', uid, 2, provisioner)
    assert.equal(said(missing, begun), ['normal'])
  })
  test('a provisioner that tries again after a failure has not succeeded', () => {
    const failed = event('ProvisioningFailed', 'failed to provision volume: disk full', uid, 1, provisioner)
    const again = event('Provisioning', 'External provisioner is provisioning volume', uid, 2, provisioner)
    const waits = event('ExternalProvisioning', 'Waiting for a volume to be created', uid, 3, controller)
    assert.equal(said(failed, again, waits), ['doubtful'])
  })
  test('a provisioner that is to begin anew has not failed', () => {
    const failed = event('ProvisioningFailed', 'failed to provision volume: disk full', uid, 1, provisioner)
    const waits = event('WaitForFirstConsumer', 'waiting for first consumer', uid, 2, controller)
    assert.equal(said(failed, waits), ['normal'])
  })
  test('a claim that has lost its volume is doubtful', () => {
    const claims = [but(claim, { status: { phase: 'Lost' } })]
    assert.equal(severities({ pods: [], claims, events: [] }), ['doubtful'])
  })
})

tests('diagnosis of controllers', (test) => {
  const about = { involvedObject: { kind: 'StatefulSet', name: 'web', uid: 'set' } }
  const refused = (
    after: number,
    message = 'create Pod web-0 in StatefulSet web failed error: exceeded quota: q, requested: pods=1, used: pods=0, limited: pods=0',
  ) => event('FailedCreate', message, 'set', after, about)
  const created = (after: number) =>
    event('SuccessfulCreate', 'create Pod web-0 in StatefulSet web successful', 'set', after, about)
  const said = (...events: Scene['events']) => severities({ pods: [], claims: [], events })

  test('without the sets, a later success ends a refusal', () => {
    assert.equal(said(refused(1)), ['doubtful'])
    assert.equal(said(refused(1), created(2)), [])
    assert.equal(said(created(1), refused(2)), ['doubtful'])
  })
  test('a refusal that is seen again counts from then', () => {
    const again = but(refused(1), { series: { count: 2, lastObservedTime: created(3).lastTimestamp as V1MicroTime } })
    assert.equal(said(again, created(2)), ['doubtful'])
  })
  test('a success in the same second came after its refusals', () => {
    assert.equal(said(refused(1), created(1)), [])
    assert.equal(said(created(1), refused(1)), [])
  })
  test("a former controller's refusal is over once its successor has Pods", () => {
    const ownerReferences = [{ apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'web', uid: 'other' }]
    const pods = [{ metadata: { name: 'web-0', ownerReferences } }]
    assert.equal(severities({ pods, claims: [], events: [refused(1)] }), [])
  })
  test('a deleted set says nothing', () => {
    assert.equal(severities({ pods: [], claims: [], events: [refused(1)], sets: [] }), [])
  })
  // From other clusters: the recorded one has no webhook, and is not OpenShift.
  const table: Readonly<Record<string, string>> = {
    'Error creating: admission webhook "validation.gatekeeper.sh" denied the request: [limits] container <nginx> has no limits':
      "the cluster's policy validation.gatekeeper.sh forbids its Pods: [limits] container <nginx> has no limits",
    'Error creating: pods "web-0" is forbidden: unable to validate against any security context constraint: [provider "anyuid": Forbidden]':
      "OpenShift's security context constraints forbid its Pods",
    'Error creating: pods "web-" is forbidden: error looking up service account tour/default: serviceaccount "default" not found':
      'there is no ServiceAccount default',
    'Error creating: pods "web-0" is forbidden: [minimum cpu usage per Container is 50m, but request is 10m, maximum memory usage per Pod is 8Mi, but limit is 64Mi]':
      'a LimitRange forbids its Pods: minimum cpu usage per Container is 50m',
    'Error creating: Internal error occurred: etcd is tired': 'its Pods cannot be made: etcd is tired',
  }
  for (const [message, cause] of Object.entries(table))
    test(cause, () => {
      const given = { pods: [], claims: [], events: [refused(1, message)] }
      assert.equal(lines(diagnose(given)), [`brief statefulset/web: ${cause} (FailedCreate)`])
    })
})
