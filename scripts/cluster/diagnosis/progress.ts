import type { V1Pod } from '@kubernetes/client-node'
import { claimsOf, containersOf } from './parts.ts'
import { eventsAbout, lastSeen, type Scene } from './scene.ts'

/** Where a Pod is on its way to Ready, in the words of kubectl where it has them: "pulling busybox:1.36", "Ready". */
export function progress(pod: V1Pod, scene: Scene): string {
  const { metadata, status, spec } = pod
  const condition = (wanted: string) => status?.conditions?.find(({ type }) => type === wanted)?.status === 'True'
  if (metadata?.deletionTimestamp) return 'terminating'
  if (status?.phase === 'Succeeded' || status?.phase === 'Failed') return status.phase
  if (condition('Ready')) return 'Ready'
  if (spec?.nodeName === undefined)
    return waitsForVolume(pod, scene) ? 'Pending, waiting for its volume' : 'Pending, waiting for a node'
  return containers(pod, scene) ?? running(pod) ?? 'starting'
}

function waitsForVolume(pod: V1Pod, { claims }: Scene): boolean {
  const refusal = pod.status?.conditions?.find(({ type }) => type === 'PodScheduled')?.message ?? 'volume'
  if (!/volume/i.test(refusal)) return false
  const names = claimsOf(pod)
  return claims.some(({ metadata, status }) => names.includes(metadata?.name ?? '') && status?.phase !== 'Bound')
}

const ordinary = new Set(['', 'ContainerCreating', 'PodInitializing'])

/** The container that is to start next, in the order in which they do. */
function containers(pod: V1Pod, scene: Scene): string | undefined {
  const next = containersOf(pod).find(({ status }) => status?.state?.waiting)
  const init = pod.spec?.initContainers?.find(({ name, restartPolicy }) => {
    const state = pod.status?.initContainerStatuses?.find((each) => each.name === name)?.state
    return restartPolicy !== 'Always' && state?.running
  })
  if (init) return `running its init container ${init.name}`
  if (next === undefined) return undefined
  const reason = next.status?.state?.waiting?.reason ?? ''
  const pulling = containersOf(pod).find(({ name, image }) => isPulling(pod, scene, name, image))
  if (pulling) return `pulling ${pulling.image}`
  if (reason === 'CrashLoopBackOff') return 'waiting to start again (CrashLoopBackOff)'
  if (reason === 'ErrImagePull' || reason === 'ImagePullBackOff') return `waiting to pull ${next.image} again`
  return ordinary.has(reason) ? undefined : `waiting (${reason})`
}

function isPulling(pod: V1Pod, scene: Scene, name: string, image: string): boolean {
  const own = eventsAbout(scene, pod.metadata, 'Pulling', 'Pulled', 'Failed').filter(({ involvedObject }) =>
    involvedObject.fieldPath?.endsWith(`{${name}}`),
  )
  const begun = own.find(({ reason, message }) => reason === 'Pulling' && message?.includes(`"${image}"`))
  const ended = own.find(({ reason }) => reason !== 'Pulling')
  return begun !== undefined && (ended === undefined || lastSeen(ended) < lastSeen(begun))
}

function running({ spec, status }: V1Pod): string | undefined {
  if (status?.phase !== 'Running') return undefined
  if (status.containerStatuses?.some(({ state }) => state?.terminated))
    return 'Running, not Ready yet (a container has ended)'
  const unready = status.containerStatuses?.filter(({ ready }) => !ready).map(({ name }) => name) ?? []
  const waitedFor = spec?.containers.filter(({ name }) => unready.includes(name)) ?? []
  const unstarted = waitedFor.some(
    ({ name, startupProbe }) => startupProbe && !status.containerStatuses?.find((each) => each.name === name)?.started,
  )
  if (unstarted) return 'Running, not Ready yet (startup probe)'
  return waitedFor.some(({ readinessProbe }) => readinessProbe)
    ? 'Running, not Ready yet (readiness probe)'
    : 'Running, not Ready yet'
}
