import type { Deployment, ReplicaSet } from '../kubernetes.ts'
import { byAge } from './objects.ts'
import { stable } from './hash.ts'

// The arithmetic of a rollout: k8s.io/kubernetes/pkg/controller/deployment/util. Pure.

export const hashLabel = 'pod-template-hash'
export const revision = 'deployment.kubernetes.io/revision'
export const desiredReplicas = 'deployment.kubernetes.io/desired-replicas'
export const maxReplicas = 'deployment.kubernetes.io/max-replicas'

export const wanted = ({ spec }: Deployment | ReplicaSet): number => spec?.replicas ?? 1

export const total = (sets: readonly ReplicaSet[], count: (set: ReplicaSet) => number): number =>
  sets.reduce((sum, set) => sum + count(set), 0)

export const available = ({ status }: ReplicaSet): number => status?.availableReplicas ?? 0
export const existing = ({ status }: ReplicaSet): number => status?.replicas ?? 0

export const revisionOf = ({ metadata }: { metadata: ReplicaSet['metadata'] }): number =>
  Number(metadata.annotations?.[revision] ?? 0)

const scaled = (value: number | string | undefined, whole: number, round: (n: number) => number): number =>
  typeof value === 'string' && value.endsWith('%')
    ? round((Number(value.slice(0, -1)) / 100) * whole)
    : Number(value ?? 0)

/** How many Pods more, and how many fewer, there may be while it rolls. */
export function leeway(deployment: Deployment): { readonly surge: number; readonly unavailable: number } {
  const replicas = wanted(deployment)
  const { type = 'RollingUpdate', rollingUpdate } = deployment.spec?.strategy ?? {}
  if (type !== 'RollingUpdate' || replicas === 0) return { surge: 0, unavailable: 0 }
  const surge = scaled(rollingUpdate?.maxSurge ?? '25%', replicas, Math.ceil)
  const unavailable = scaled(rollingUpdate?.maxUnavailable ?? '25%', replicas, Math.floor)
  // It has to get on.
  const some = surge === 0 && unavailable === 0 ? 1 : unavailable
  return { surge, unavailable: Math.min(some, replicas) }
}

/** The template as the Deployment has it: without the label that its ReplicaSets add. */
const plain = (template: NonNullable<ReplicaSet['spec']>['template']): string => {
  const { [hashLabel]: _, ...labels } = template?.metadata?.labels ?? {}
  return stable({ ...template, metadata: { ...template?.metadata, labels } })
}

export const newSetOf = (deployment: Deployment, sets: readonly ReplicaSet[]): ReplicaSet | undefined => {
  const template = plain(deployment.spec?.template)
  return sets.toSorted(byAge).find(({ spec }) => plain(spec?.template) === template)
}

/** How many the new ReplicaSet may have by now: NewRSNewReplicas. */
export function nextSizeOfNew(deployment: Deployment, sets: readonly ReplicaSet[], size: number): number {
  if (deployment.spec?.strategy?.type === 'Recreate') return wanted(deployment)
  const most = wanted(deployment) + leeway(deployment).surge
  const all = total(sets, wanted)
  return all >= most ? size : size + Math.min(most - all, wanted(deployment) - size)
}

type Sizes = ReadonlyMap<ReplicaSet, number>

/** What the old ones shrink to: first those of their Pods that are not available anyway, then as many as can be spared. */
export function nextSizesOfOld(
  deployment: Deployment,
  sets: readonly ReplicaSet[],
  fresh: ReplicaSet | undefined,
): Sizes {
  const old = sets.filter((set) => set !== fresh && wanted(set) > 0).toSorted(byAge)
  const sizes = new Map(old.map((set) => [set, wanted(set)]))
  const least = wanted(deployment) - leeway(deployment).unavailable
  const unready = fresh === undefined ? 0 : wanted(fresh) - available(fresh)
  let spare = total(sets, wanted) - least - unready
  if (spare <= 0) return sizes

  const shrink = (set: ReplicaSet, by: number) => {
    if (by > 0) sizes.set(set, (sizes.get(set) ?? 0) - by)
    return Math.max(0, by)
  }
  for (const set of old) spare -= shrink(set, Math.min(spare, wanted(set) - available(set)))
  let more = total(sets, available) - least
  for (const set of old) more -= shrink(set, Math.min(more, sizes.get(set) ?? 0))
  return sizes
}
