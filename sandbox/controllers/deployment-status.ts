import type { Deployment, ReplicaSet } from '../kubernetes.ts'
import { conditionOf } from './conditions.ts'
import { available, existing, leeway, total, wanted } from './rollout.ts'

// k8s.io/kubernetes/pkg/controller/deployment/{progress,sync}.go

type Status = NonNullable<Deployment['status']>
export type Condition = NonNullable<Status['conditions']>[number]

interface NewCondition {
  readonly type: string
  readonly status: 'True' | 'False' | 'Unknown'
  readonly reason: string
  readonly message: string
}

/** Set, unless it says the same already; a transition is a change of its status. */
export function withDeploymentCondition(
  conditions: readonly Condition[],
  next: NewCondition,
  now: string,
): readonly Condition[] {
  const old = conditionOf(conditions, next.type)
  if (old?.status === next.status && old.reason === next.reason) return conditions
  return replaced(conditions, next, now, old?.status === next.status ? old.lastTransitionTime : now)
}

const replaced = (
  conditions: readonly Condition[],
  next: NewCondition,
  now: string,
  since: Condition['lastTransitionTime'] | string,
): readonly Condition[] => [
  ...conditions.filter(({ type }) => type !== next.type),
  { ...next, lastUpdateTime: now, lastTransitionTime: since } as unknown as Condition,
]

export function countsFor(
  deployment: Deployment,
  sets: readonly ReplicaSet[],
  fresh: ReplicaSet | undefined,
  now: string,
): Status {
  const enough = total(sets, available) >= wanted(deployment) - leeway(deployment).unavailable
  const { conditions = [] } = deployment.status ?? {}
  const availability: NewCondition = enough
    ? {
        type: 'Available',
        status: 'True',
        reason: 'MinimumReplicasAvailable',
        message: 'Deployment has minimum availability.',
      }
    : {
        type: 'Available',
        status: 'False',
        reason: 'MinimumReplicasUnavailable',
        message: 'Deployment does not have minimum availability.',
      }
  const all = total(sets, wanted)
  return {
    observedGeneration: deployment.metadata.generation ?? 0,
    replicas: total(sets, existing),
    updatedReplicas: fresh === undefined ? 0 : existing(fresh),
    readyReplicas: total(sets, ({ status }) => status?.readyReplicas ?? 0),
    availableReplicas: total(sets, available),
    unavailableReplicas: Math.max(0, all - total(sets, available)),
    conditions: withDeploymentCondition(conditions, availability, now),
  }
}

const isComplete = (deployment: Deployment, { updatedReplicas, replicas, availableReplicas }: Status): boolean =>
  [updatedReplicas, replicas, availableReplicas].every((count) => (count ?? 0) === wanted(deployment))

function hasProgressed({ status = {} }: Deployment, next: Status): boolean {
  const old = (counts: Status) => (counts.replicas ?? 0) - (counts.updatedReplicas ?? 0)
  const more = (count: (counts: Status) => number | undefined) => (count(next) ?? 0) > (count(status) ?? 0)
  return (
    more(({ updatedReplicas }) => updatedReplicas) ||
    old(next) < old(status) ||
    more(({ readyReplicas }) => readyReplicas) ||
    more(({ availableReplicas }) => availableReplicas)
  )
}

const deadlineOf = ({ spec }: Deployment): number | undefined => {
  const seconds = spec?.progressDeadlineSeconds
  return seconds === undefined || seconds === 2_147_483_647 ? undefined : seconds * 1000
}

const isFinal = (reason: string | undefined) =>
  reason === 'NewReplicaSetAvailable' || reason === 'ProgressDeadlineExceeded'

/** Milliseconds until it has taken too long; undefined: nobody waits for it. */
export function timeLeft(deployment: Deployment, conditions: readonly Condition[], now: number): number | undefined {
  const deadline = deadlineOf(deployment)
  const progressing = conditionOf(conditions, 'Progressing')
  if (deadline === undefined || progressing === undefined || isFinal(progressing.reason)) return undefined
  if (deployment.spec?.paused === true) return undefined
  return Date.parse(String(progressing.lastUpdateTime)) + deadline - now
}

/** With how the rollout goes: syncRolloutStatus. */
export function statusFor(
  deployment: Deployment,
  sets: readonly ReplicaSet[],
  fresh: ReplicaSet | undefined,
  clock: { readonly time: string; readonly milliseconds: number },
): Status {
  const status = countsFor(deployment, sets, fresh, clock.time)
  let { conditions = [] } = status
  const current = conditionOf(conditions, 'Progressing')
  const settled =
    (status.replicas ?? 0) === (status.updatedReplicas ?? 0) && current?.reason === 'NewReplicaSetAvailable'
  const what = fresh === undefined ? `Deployment "${deployment.metadata.name}"` : `ReplicaSet "${fresh.metadata.name}"`
  const progressing = (state: 'True' | 'False', reason: string, how: string): NewCondition => ({
    type: 'Progressing',
    status: state,
    reason,
    message: `${what} ${how}`,
  })
  if (deadlineOf(deployment) === undefined) conditions = conditions.filter(({ type }) => type !== 'Progressing')
  else if (!settled) {
    if (isComplete(deployment, status))
      conditions = withDeploymentCondition(
        conditions,
        progressing('True', 'NewReplicaSetAvailable', 'has successfully progressed.'),
        clock.time,
      )
    else if (hasProgressed(deployment, status)) {
      const next = progressing('True', 'ReplicaSetUpdated', 'is progressing.')
      const since = current?.status === 'True' ? current.lastTransitionTime : clock.time
      conditions = replaced(conditions, next, clock.time, since)
    } else if ((timeLeft(deployment, conditions, clock.milliseconds) ?? 1) < 0)
      conditions = withDeploymentCondition(
        conditions,
        progressing('False', 'ProgressDeadlineExceeded', 'has timed out progressing.'),
        clock.time,
      )
  }
  return { ...status, conditions: withFailure(conditions, sets, fresh) }
}

/** What its ReplicaSets could not do is its own failure: the newest one's first. */
function withFailure(
  conditions: readonly Condition[],
  sets: readonly ReplicaSet[],
  fresh: ReplicaSet | undefined,
): readonly Condition[] {
  const others = conditions.filter(({ type }) => type !== 'ReplicaFailure')
  const [failure] = [...(fresh === undefined ? [] : [fresh]), ...sets].flatMap(({ status }) =>
    (status?.conditions ?? []).filter(({ type }) => type === 'ReplicaFailure'),
  )
  return failure === undefined
    ? others
    : [...others, { ...failure, lastUpdateTime: failure.lastTransitionTime } as unknown as Condition]
}
