import type { CoreV1Event, V1Pod } from '@kubernetes/client-node'
import { containersOf } from './parts.ts'
import { doubtful, eventsAbout, type Finding, lastClause, lasting, lastSeen, type Scene } from './scene.ts'

const begun = ['Pulling', 'Pulled', 'Created', 'Started'] as const
// Volumes are asked for before the kubelet has read the Pod's ConfigMaps; a moment later it has.
const passing = /object "[^"]*"\/"[^"]*" not registered|failed to sync \w+ cache: timed out/
const summary = /^Unable to attach or mount volumes/

/** What keeps a Pod on its node from getting its volumes and its network, before any container of it starts. */
export function diagnoseMounts(pod: V1Pod, scene: Scene): readonly Finding[] {
  if (hasBegun(pod, scene)) return []
  const subject = `pod/${pod.metadata?.name}`
  const [attaching] = eventsAbout(scene, pod.metadata, 'FailedAttachVolume', 'SuccessfulAttachVolume')
  if (attaching?.reason === 'FailedAttachVolume') return [attachment(subject, attaching)]
  const mounting = eventsAbout(scene, pod.metadata, 'FailedMount', 'FailedMapVolume').filter(
    ({ message = '' }) => !passing.test(message),
  )
  const mount = mounting.find(({ message = '' }) => !summary.test(message)) ?? mounting[0]
  const [sandbox] = eventsAbout(scene, pod.metadata, 'FailedCreatePodSandBox')
  if (sandbox && !(mount && lastSeen(mount) > lastSeen(sandbox))) return [network(subject, sandbox)]
  return mount ? [mounted(subject, mount)] : []
}

function hasBegun(pod: V1Pod, scene: Scene): boolean {
  const ready = pod.status?.conditions?.some(
    ({ type, status }) => type === 'PodReadyToStartContainers' && status === 'True',
  )
  const ran = containersOf(pod).some(
    ({ status }) => status?.state?.running ?? status?.state?.terminated ?? status?.lastState?.terminated,
  )
  return ready === true || ran || eventsAbout(scene, pod.metadata, ...begun).length > 0
}

function attachment(subject: string, { message = '' }: CoreV1Event): Finding {
  const reason = 'FailedAttachVolume'
  const volume = /for volume "([^"]+)"/.exec(message)?.[1] ?? 'its volume'
  if (message.startsWith('Multi-Attach error')) {
    const cause = `the volume ${volume} is still attached to another node (Multi-Attach)`
    return lasting(subject, {
      reason,
      cause,
      remedy: 'it comes free when the Pod that uses it there is gone: kubectl get pods -o wide',
    })
  }
  const cause = `the volume ${volume} cannot be attached to its node: ${lastClause(message)} (${reason})`
  return lasting(subject, { reason, cause, remedy: 'look at kubectl describe volumeattachments' })
}

function mounted(subject: string, { message = '', reason = 'FailedMount' }: CoreV1Event): Finding {
  const [, kind = '', name] = /\b(configmap|secret|persistentvolumeclaim) "([^"]+)" not found/.exec(message) ?? []
  if (name !== undefined) {
    const kinds: Record<string, string> = {
      configmap: 'ConfigMap',
      secret: 'Secret',
      persistentvolumeclaim: 'PersistentVolumeClaim',
    }
    return doubtful(subject, {
      reason,
      cause: `there is no ${kinds[kind]} ${name} to mount (${reason})`,
      remedy: `look at kubectl get ${kind}s`,
    })
  }
  const volume = /for volume "([^"]+)"/.exec(message)?.[1]
  const key = /references non-existent (?:config|secret) key: (\S+)/.exec(message)?.[1]
  if (key !== undefined) {
    const cause = `what its volume ${volume} mounts has no key ${key} (${reason})`
    return doubtful(subject, { reason, cause, remedy: `look at kubectl describe ${subject}` })
  }
  const unmounted = /unmounted volumes=\[([^\]]*)\]/.exec(message)?.[1]
  const cause =
    unmounted === undefined
      ? `the volume ${volume ?? 'of the Pod'} cannot be mounted: ${lastClause(message)}`
      : `the volume ${unmounted} is not mounted`
  return doubtful(subject, { reason, cause: `${cause} (${reason})`, remedy: `look at kubectl describe ${subject}` })
}

function network(subject: string, { message = '' }: CoreV1Event): Finding {
  const reason = 'FailedCreatePodSandBox'
  const runtime = /no runtime for "([^"]+)"/.exec(message)?.[1]
  const cause =
    runtime === undefined
      ? `the node cannot set up the Pod's sandbox: ${lastClause(message)}`
      : `the node has no container runtime ${runtime}`
  return doubtful(subject, {
    reason,
    cause: `${cause} (${reason})`,
    remedy: `look at kubectl describe ${subject}, and at the node's network plugin`,
  })
}
