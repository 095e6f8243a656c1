import * as assert from 'uvu/assert'
import { diagnose } from '../../../scripts/cluster/diagnosis/index.ts'
import { tests } from '../../support/tests.ts'
import { allWell, lines, madeAnew, recorded, scene, withDates } from './scenes.ts'

// What is said of each situation. A doubtful finding is given by its patience: brief, or deadline.
const said: Readonly<Record<string, readonly string[]>> = {
  'admission-policy': [
    "brief deployment/postgres: the cluster's policy no-latest.example.com forbids its Pods: images must come from registry.example.com (FailedCreate)",
    "brief statefulset/web: the cluster's policy no-latest.example.com forbids its Pods: images must come from registry.example.com (FailedCreate)",
  ],
  'attach-failed': [
    'deadline pod/here: the volume diag-disk cannot be attached to its node: disk disk-1 does not exist (FailedAttachVolume)',
  ],
  'attach-recovered': [],
  'claim-by-hand': [
    'deadline pod/storage-test: no volume that would suit its claim is free (FailedScheduling)',
    'normal persistentvolumeclaim/data-pvc: its volume is made when a Pod uses it (WaitForFirstConsumer)',
  ],
  'claim-class-missing': [
    'brief persistentvolumeclaim/data-pvc: there is no StorageClass nosuch (ProvisioningFailed)',
    'deadline pod/storage-test: its PersistentVolumeClaim has no volume yet (FailedScheduling)',
  ],
  'claim-alone-no-default-class': [
    'final persistentvolumeclaim/data-pvc: it names no StorageClass, and the cluster has no default one (FailedBinding)',
  ],
  'claim-default-class-came': [
    'normal persistentvolumeclaim/data-pvc: its volume is made when a Pod uses it (WaitForFirstConsumer)',
  ],
  'claim-deleted': [
    'deadline pod/demo: the PersistentVolumeClaim data-pvc is being deleted (FailedScheduling)',
    'normal persistentvolumeclaim/data-pvc: it is being deleted, and stays until no Pod uses it (Terminating)',
  ],
  'claim-empty-class': [
    'brief persistentvolumeclaim/data-pvc: it asks for a volume made by hand, and there is none that suits it (FailedBinding)',
    'deadline pod/storage-test: its PersistentVolumeClaim has no volume yet (FailedScheduling)',
  ],
  'claim-missing': ['deadline pod/demo: there is no PersistentVolumeClaim data-pvc (FailedScheduling)'],
  'claim-no-default-class': [
    'final persistentvolumeclaim/data-pvc: it names no StorageClass, and the cluster has no default one (FailedBinding)',
    'deadline pod/storage-test: its PersistentVolumeClaim has no volume yet (FailedScheduling)',
  ],
  'claim-nobody-later': ['normal persistentvolumeclaim/data-pvc: its volume is being made (Provisioning)'],
  'claim-nobody-now': [
    'deadline pod/storage-test: its PersistentVolumeClaim has no volume yet (FailedScheduling)',
    'normal persistentvolumeclaim/data-pvc: its volume is being made (Provisioning)',
  ],
  'claim-provisioning-failed': [
    'brief persistentvolumeclaim/data-pvc: its volume cannot be made: NodePath only supports ReadWriteOnce and ReadWriteOncePod (1.22+) access modes (ProvisioningFailed)',
  ],
  'claim-terminating': [
    'normal persistentvolumeclaim/data-pvc: it is being deleted, and stays until no Pod uses it (Terminating)',
  ],
  'claim-waits': [
    'normal persistentvolumeclaim/data-pvc: its volume is made when a Pod uses it (WaitForFirstConsumer)',
  ],
  'cordoned-recovered': [],
  cordoned: ['deadline pod/demo: the node is cordoned (FailedScheduling)'],
  'crash-loop': ['brief pod/demo: container main exited with code 1 (CrashLoopBackOff)'],
  'crash-recovered': [],
  'crash-second': ['normal pod/demo: container main exited with code 1 (CrashLoopBackOff)'],
  'crash-zero': ['brief pod/demo: container main exited with code 0 (CrashLoopBackOff)'],
  'deadline-exceeded': ['final pod/demo: it ran longer than its activeDeadlineSeconds (DeadlineExceeded)'],
  failed: ['final pod/demo: its container main exited with code 3 (Failed)'],
  gated: ['deadline pod/demo: a scheduling gate holds it back (SchedulingGated)'],
  'host-port': ['deadline pod/demo: the port that it wants on the node is taken (FailedScheduling)'],
  'image-never-pull': [
    'final pod/demo: the node does not have the image nginx:nosuch, and its pull policy is Never (ErrImageNeverPull)',
  ],
  'init-crashes': ['brief pod/demo: container prepare exited with code 1 (CrashLoopBackOff)'],
  'init-runs': [],
  'invalid-image-name': ['final pod/demo: nginx:1.25:nosuch is not a valid name for an image (InvalidImageName)'],
  'limit-range': [
    'brief deployment/postgres: a LimitRange forbids its Pods: maximum cpu usage per Container is 50m (FailedCreate)',
    'brief statefulset/web: a LimitRange forbids its Pods: maximum cpu usage per Container is 50m (FailedCreate)',
  ],
  'missing-configmap': [
    'brief pod/demo: there is no ConfigMap app-config for its environment (CreateContainerConfigError)',
  ],
  'missing-key': ['brief pod/demo: the ConfigMap kube-root-ca.crt has no key nosuch (CreateContainerConfigError)'],
  'missing-secret': ['brief pod/demo: there is no Secret app-secret for its environment (CreateContainerConfigError)'],
  'mount-host-path': ['brief pod/demo: the volume host cannot be mounted: /nosuch is not a directory (FailedMount)'],
  'mount-missing-key': ['brief pod/demo: what its volume config mounts has no key nosuch (FailedMount)'],
  'mount-missing-secret': ['brief pod/demo: there is no Secret app-secret to mount (FailedMount)'],
  'mount-missing': ['brief pod/demo: there is no ConfigMap app-config to mount (FailedMount)'],
  'mount-recovered': [],
  'mount-recovering': ['brief pod/demo: there is no ConfigMap app-config to mount (FailedMount)'],
  'multi-attach': ['deadline pod/there: the volume diag-disk is still attached to another node (Multi-Attach)'],
  'no-command-backoff': ['brief pod/demo: container main has no command nosuch in its image (RunContainerError)'],
  'no-command': ['brief pod/demo: container main has no command nosuch in its image (RunContainerError)'],
  'no-cpu': ['deadline pod/demo: no node has enough free CPU, and no node has enough free memory (FailedScheduling)'],
  'no-node-affine': ['deadline pod/demo: no node has the labels that the Pod asks for (FailedScheduling)'],
  'no-node-selected': ['deadline pod/demo: no node has the labels that the Pod asks for (FailedScheduling)'],
  'no-sandbox': ['brief pod/demo: the node has no container runtime nosuch (FailedCreatePodSandBox)'],
  'out-of-memory': ['brief pod/demo: container main needed more memory than its limit (OOMKilled)'],
  'pod-security': [
    "final deployment/postgres: the namespace's Pod Security level restricted forbids its Pods: allowPrivilegeEscalation != false, unrestricted capabilities, runAsNonRoot != true, seccompProfile (FailedCreate)",
    "final statefulset/web: the namespace's Pod Security level restricted forbids its Pods: allowPrivilegeEscalation != false, unrestricted capabilities, runAsNonRoot != true, seccompProfile (FailedCreate)",
  ],
  'pull-broken-backoff': [
    'brief pod/demo: the registry broken.example is out of order and answers 503 Service Unavailable (ErrImagePull)',
  ],
  'pull-broken': [
    'brief pod/demo: the registry broken.example is out of order and answers 503 Service Unavailable (ErrImagePull)',
  ],
  'pull-closed-backoff': ['brief pod/demo: the node cannot connect to the registry closed.example:5999 (ErrImagePull)'],
  'pull-closed': ['brief pod/demo: the node cannot connect to the registry closed.example:5999 (ErrImagePull)'],
  'pull-denied-backoff': [
    'brief pod/demo: the registry denied.example does not give out denied.example/nginx:1.25: it is not there, or needs a login (ErrImagePull)',
  ],
  'pull-denied': [
    'brief pod/demo: the registry denied.example does not give out denied.example/nginx:1.25: it is not there, or needs a login (ErrImagePull)',
  ],
  'pull-empty-backoff': ['final pod/demo: the registry has no image empty.example/nginx:1.25 (ErrImagePull)'],
  'pull-empty': ['final pod/demo: the registry has no image empty.example/nginx:1.25 (ErrImagePull)'],
  'pull-forbidden-backoff': [
    'brief pod/demo: the registry forbidden.example wants a login before it gives out forbidden.example/nginx:1.25 (ErrImagePull)',
  ],
  'pull-forbidden': [
    'brief pod/demo: the registry forbidden.example wants a login before it gives out forbidden.example/nginx:1.25 (ErrImagePull)',
  ],
  'pull-foreign-backoff': [
    "final pod/demo: the image foreign.example/nginx:1.25 is not made for this node's platform (ErrImagePull)",
  ],
  'pull-foreign': [
    "final pod/demo: the image foreign.example/nginx:1.25 is not made for this node's platform (ErrImagePull)",
  ],
  'pull-limited-backoff': [
    'brief pod/demo: the rate limit of the registry limited.example is reached, and limited.example/nginx:1.25 has to wait (ErrImagePull)',
  ],
  'pull-limited': [
    'brief pod/demo: the rate limit of the registry limited.example is reached, and limited.example/nginx:1.25 has to wait (ErrImagePull)',
  ],
  'pull-locked-backoff': [
    'brief pod/demo: the registry locked.example wants a login before it gives out locked.example/nginx:1.25 (ErrImagePull)',
  ],
  'pull-locked': [
    'brief pod/demo: the registry locked.example wants a login before it gives out locked.example/nginx:1.25 (ErrImagePull)',
  ],
  'pull-nosuch-backoff': ['brief pod/demo: the node finds no address for the registry nosuch.example (ErrImagePull)'],
  'pull-nosuch': ['brief pod/demo: the node finds no address for the registry nosuch.example (ErrImagePull)'],
  'pull-not-found-backoff': ['final pod/demo: the registry has no image nginx:nosuch (ErrImagePull)'],
  'pull-not-found': ['final pod/demo: the registry has no image nginx:nosuch (ErrImagePull)'],
  'pull-plain-backoff': [
    'brief pod/demo: the registry plain.example:80 speaks plain HTTP, and the node asks by HTTPS (ErrImagePull)',
  ],
  'pull-plain': [
    'brief pod/demo: the registry plain.example:80 speaks plain HTTP, and the node asks by HTTPS (ErrImagePull)',
  ],
  'pull-recovered': [],
  'pull-recovering': ['brief pod/demo: the node cannot connect to the registry 127.0.0.1:5999 (ErrImagePull)'],
  'pull-untrusted-backoff': [
    'brief pod/demo: the node does not trust the certificate of the registry untrusted.example (ErrImagePull)',
  ],
  'pull-untrusted': [
    'brief pod/demo: the node does not trust the certificate of the registry untrusted.example (ErrImagePull)',
  ],
  'quota-claims': [
    'brief statefulset/web: the quota small allows no more than requests.storage=10Mi in all (FailedCreate)',
  ],
  'quota-must-specify': [
    'brief deployment/postgres: the quota small demands limits.cpu, limits.memory, which its Pods do not state (FailedCreate)',
    'brief statefulset/web: the quota small demands limits.cpu, limits.memory, which its Pods do not state (FailedCreate)',
  ],
  'quota-recovered': [],
  'quota-recovering': [
    'brief deployment/postgres: the quota small allows no more than pods=0 in all (FailedCreate)',
    'brief statefulset/web: the quota small allows no more than pods=0 in all (FailedCreate)',
  ],
  'quota-second': ['brief statefulset/web: the quota small allows no more than pods=2 in all (FailedCreate)'],
  quota: [
    'brief deployment/postgres: the quota small allows no more than pods=0 in all (FailedCreate)',
    'brief statefulset/web: the quota small allows no more than pods=0 in all (FailedCreate)',
  ],
  'readiness-fails': [],
  ready: [],
  'root-refused': ['final pod/demo: the image busybox:1.36 runs as root, and this Pod may not (runAsNonRoot)'],
  'sets-ready': [],
  'startup-fails': [],
  'storage-provisioning': ['normal persistentvolumeclaim/data-pvc: its volume is being made (Provisioning)'],
  'storage-ready-again': [],
  'storage-ready': [],
  succeeded: [],
  tainted: ['deadline pod/demo: the node has a taint that the Pod does not tolerate (FailedScheduling)'],
  terminating: [],
  'volume-elsewhere': ['deadline pod/demo: its volume can only be used on another node (FailedScheduling)'],
}

// Known from events alone: nothing in the object's own state tells.
const fromEvents =
  /\((?:FailedMount|FailedCreatePodSandBox|FailedCreate|FailedBinding|ProvisioningFailed|FailedAttachVolume|Multi-Attach|Provisioning|WaitFor\w+)\)$/

tests('diagnosis of recorded situations', (test) => {
  test('every recorded situation is expected', () => {
    assert.equal(recorded.toSorted(), Object.keys(said).toSorted())
  })

  for (const [name, expected] of Object.entries(said)) {
    test(`${name} is told`, () => assert.equal(lines(diagnose(scene(name))), expected))
    test(`${name} is told when its times are Dates`, () =>
      assert.equal(lines(diagnose(withDates(scene(name)))), expected))
    test(`${name} is over when all is well`, () => assert.equal(lines(diagnose(allWell(scene(name)))), []))
    test(`${name} says nothing of objects made anew`, () => {
      const still = lines(diagnose(madeAnew(scene(name)))).filter((line) => fromEvents.test(line))
      assert.equal(still, [])
    })
  }

  test('a situation is final, or has a way out, and every finding has a remedy', () => {
    const silent = recorded.flatMap((name) => diagnose(scene(name)).filter(({ remedy }) => remedy.length < 10))
    assert.equal(silent, [])
  })

  test('ErrImagePull and ImagePullBackOff give the same finding', () => {
    for (const name of recorded.filter((each) => each.endsWith('-backoff') && each.startsWith('pull-')))
      assert.equal(diagnose(scene(name)), diagnose(scene(name.replace('-backoff', ''))), name)
  })
})
