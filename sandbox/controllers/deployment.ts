import type { Controller, World } from '../contracts.ts'
import type { Deployment, Pod, ReplicaSet } from '../kubernetes.ts'
import { remove } from '../store/deletion.ts'
import { conditionOf } from './conditions.ts'
import { countsFor, statusFor, timeLeft, withDeploymentCondition } from './deployment-status.ts'
import { familyOf, possibleOwners } from './family.ts'
import { DeploymentSets } from './deployment-sets.ts'
import { controllerOf, isDeleting, keyOf, now, ownerKeys, update } from './objects.ts'
import { isFinished } from './pods.ts'
import {
  desiredReplicas,
  existing,
  newSetOf,
  nextSizeOfNew,
  nextSizesOfOld,
  revisionOf,
  total,
  wanted,
} from './rollout.ts'

// k8s.io/kubernetes/pkg/controller/deployment

/** Whether the number of replicas was changed, and nothing has followed yet. */
const isScaled = (deployment: Deployment, sets: readonly ReplicaSet[]): boolean =>
  sets.some((set) => {
    const desired = set.metadata.annotations?.[desiredReplicas]
    return wanted(set) > 0 && desired !== undefined && Number(desired) !== wanted(deployment)
  })

function scale(family: DeploymentSets): void {
  const { deployment, sets, fresh } = family
  const active = sets.filter((set) => wanted(set) > 0)
  const latest = fresh ?? sets.toSorted((a, b) => revisionOf(b) - revisionOf(a))[0]
  const only = active.length === 0 ? latest : active.length === 1 ? active[0] : undefined
  if (only !== undefined) return void family.resize(only, wanted(deployment))
  const full =
    fresh !== undefined &&
    [wanted(fresh), fresh.status?.availableReplicas ?? 0].every((count) => count === wanted(deployment))
  for (const set of active) family.resize(set, full && set !== fresh ? 0 : wanted(set))
}

/** One step of a rolling update; whether it was one. */
function roll(family: DeploymentSets): boolean {
  const { deployment } = family
  const fresh = family.withFresh()
  const size =
    wanted(fresh) > wanted(deployment) ? wanted(deployment) : nextSizeOfNew(deployment, family.sets, wanted(fresh))
  if (family.resize(fresh, size)) return true
  let changed = false
  for (const [set, next] of nextSizesOfOld(deployment, family.sets, family.fresh))
    changed = family.resize(set, next) || changed
  return changed
}

/** The old ones go first, entirely. */
function recreate(family: DeploymentSets, world: World): boolean {
  let changed = false
  for (const set of family.old) if (wanted(set) > 0) changed = family.resize(set, 0) || changed
  if (changed) return true
  const old = new Set(family.old.map(({ metadata }) => metadata.uid))
  const running = world.store.list<Pod>('pods', {
    namespace: family.deployment.metadata.namespace ?? '',
    matches: (pod) => old.has(controllerOf(pod)?.uid ?? '') && !isFinished(pod),
  }).items
  if (running.length > 0) return true
  return family.resize(family.withFresh(), wanted(family.deployment))
}

/** No more old ReplicaSets than history is to keep. */
function forget({ deployment, old }: DeploymentSets, { store, clock }: World): void {
  const { revisionHistoryLimit = 10 } = deployment.spec ?? {}
  const surplus = old.filter((set) => !isDeleting(set)).toSorted((a, b) => revisionOf(a) - revisionOf(b))
  for (const set of surplus.slice(0, Math.max(0, surplus.length - revisionHistoryLimit))) {
    const settled = (set.metadata.generation ?? 0) <= (set.status?.observedGeneration ?? 0)
    if (existing(set) + wanted(set) === 0 && settled)
      remove(store, keyOf('replicasets.apps', set), { propagationPolicy: 'Background' }, clock)
  }
}

/** Says that it stands still, or goes on; no time runs meanwhile. */
function markPaused(world: World, deployment: Deployment): Deployment {
  const { conditions = [] } = deployment.status ?? {}
  const { reason } = conditionOf(conditions, 'Progressing') ?? {}
  const { paused = false, progressDeadlineSeconds } = deployment.spec ?? {}
  if (progressDeadlineSeconds === undefined || reason === 'ProgressDeadlineExceeded') return deployment
  const is = reason === 'DeploymentPaused'
  if (paused === is) return deployment
  const [next, message] = paused
    ? ['DeploymentPaused', 'Deployment is paused']
    : ['DeploymentResumed', 'Deployment is resumed']
  const key = keyOf('deployments.apps', deployment)
  update<Deployment>(world.store, key, (old) => ({
    ...old,
    status: {
      ...old.status,
      conditions: withDeploymentCondition(
        conditions,
        { type: 'Progressing', status: 'Unknown', reason: next, message },
        now(world.clock),
      ),
    },
  }))
  return world.store.get<Deployment>(key) ?? deployment
}

export const deployments: Controller = {
  name: 'deployment-controller',
  watches: ['deployments.apps', 'replicasets.apps', 'pods'],
  keys(change, { store }) {
    const { key, object, type } = change
    if (key.kind === 'deployments.apps') return [key]
    if (key.kind === 'replicasets.apps') {
      const owners = ownerKeys(change, 'Deployment', 'deployments.apps')
      return owners.length > 0 || type === 'DELETED' ? owners : possibleOwners(store, object, 'deployments.apps')
    }
    // Only one that is made anew waits for its old Pods.
    if (type !== 'DELETED' && !isFinished(object)) return []
    return ownerKeys(change, 'ReplicaSet', 'replicasets.apps').flatMap((owner) => {
      const set = store.get(owner)
      return set === undefined ? [] : ownerKeys({ ...change, object: set }, 'Deployment', 'deployments.apps')
    })
  },
  async reconcile(key, world) {
    const { store, clock } = world
    const found = store.get<Deployment>(key)
    if (found === undefined) return
    const { selector } = found.spec ?? {}
    const sets = familyOf(store, found, selector, 'replicasets.apps') as readonly ReplicaSet[]
    const deployment = isDeleting(found) ? found : markPaused(world, found)
    const family = new DeploymentSets(world, deployment, sets, newSetOf(deployment, sets))
    const save = (status: Deployment['status']) =>
      update<Deployment>(store, key, (old) => ({ ...old, ...(status === undefined ? {} : { status }) }))
    if (isDeleting(deployment)) return save(countsFor(deployment, sets, family.fresh, now(clock)))
    if (deployment.spec?.paused === true || isScaled(deployment, sets)) {
      family.revise()
      scale(family)
      if (deployment.spec?.paused === true) forget(family, world)
      return save(countsFor(family.deployment, family.sets, family.fresh, now(clock)))
    }
    family.revise()
    const moved = deployment.spec?.strategy?.type === 'Recreate' ? recreate(family, world) : roll(family)
    const current = store.get<Deployment>(key)
    if (current === undefined) return
    const time = { time: now(clock), milliseconds: clock.now() }
    const status = statusFor(current, family.sets, family.fresh, time)
    const complete = [status.updatedReplicas, status.replicas, status.availableReplicas].every(
      (count) => (count ?? 0) === wanted(current),
    )
    if (!moved && complete) forget(family, world)
    save(status)
    const left = timeLeft(current, status.conditions ?? [], clock.now())
    return left === undefined || total(family.sets, wanted) === 0 ? {} : { again: Math.max(0, left) + 1000 }
  },
}
