import type { Pod } from '../kubernetes.ts'
import { conditionOf } from './conditions.ts'
import { isDeleting } from './objects.ts'

// k8s.io/kubernetes/pkg/controller/controller_utils.go and pkg/api/v1/pod/util.go

export const isFinished = ({ status }: Pod): boolean => status?.phase === 'Succeeded' || status?.phase === 'Failed'

/** Counts as one of its controller's. */
export const isActive = (pod: Pod): boolean => !isFinished(pod) && !isDeleting(pod)

export const readyCondition = ({ status }: Pod) => conditionOf(status?.conditions, 'Ready')

export const isReady = (pod: Pod): boolean => readyCondition(pod)?.status === 'True'

export const isRunningAndReady = (pod: Pod): boolean => pod.status?.phase === 'Running' && isReady(pod)

/** Milliseconds until it counts as available; 0: it does; undefined: it is not ready. */
export function availableIn(pod: Pod, minReadySeconds: number | undefined, now: number): number | undefined {
  if (!isReady(pod)) return undefined
  const since = Date.parse(readyCondition(pod)?.lastTransitionTime ?? '')
  return Math.max(0, since + (minReadySeconds ?? 0) * 1000 - now)
}

export const isAvailable = (pod: Pod, minReadySeconds: number | undefined, now: number): boolean =>
  availableIn(pod, minReadySeconds, now) === 0

/** The names of the claims that it uses. */
export const claimsOf = ({ spec, metadata }: Pod): readonly string[] =>
  (spec?.volumes ?? []).flatMap(({ name, persistentVolumeClaim, ephemeral }) => {
    if (persistentVolumeClaim !== undefined) return [persistentVolumeClaim.claimName]
    return ephemeral === undefined ? [] : [`${metadata.name}-${name}`]
  })
