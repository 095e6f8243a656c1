import type { Controller, Key, World } from '../contracts.ts'
import type { Pod, ReplicaSet } from '../kubernetes.ts'
import { Refusal } from '../refusal.ts'
import { remove } from '../store/deletion.ts'
import { generated } from '../store/names.ts'
import { conditionOf, withCondition } from './conditions.ts'
import { familyOf, possibleOwners } from './family.ts'
import { create, type Draft, isDeleting, keyOf, now, ownedBy, ownerKeys, update } from './objects.ts'
import { availableIn, isActive, isAvailable, isReady } from './pods.ts'
import { inOrderOfDeletion } from './ranking.ts'

// k8s.io/kubernetes/pkg/controller/replicaset

const component = 'replicaset-controller'
/** Then others get their turn; what has been made brings it back here. */
const atOnce = 20

function createPod({ store }: World, owner: ReplicaSet): string {
  const { name: ownerName, namespace = '' } = owner.metadata
  const { metadata = {}, spec } = owner.spec?.template ?? {}
  const { labels, annotations, finalizers } = metadata
  const generateName = `${ownerName}-`
  const name = generated(generateName)
  const draft: Draft<Pod> = {
    metadata: {
      name,
      namespace,
      generateName,
      ...(labels === undefined ? {} : { labels }),
      ...(annotations === undefined ? {} : { annotations }),
      ...(finalizers === undefined ? {} : { finalizers }),
      ownerReferences: [ownedBy(owner)],
    },
    ...(spec === undefined ? {} : { spec }),
  }
  try {
    create(store, 'pods', draft)
    return name
  } catch (error) {
    // What may change the Pod looks at it before its name is made, what may only refuse it (Pod Security) after.
    if (error instanceof Refusal && error.code === 403 && !error.message.includes('violates PodSecurity'))
      throw new Refusal(403, error.reason, error.message.replaceAll(name, generateName), error.details)
    throw error
  }
}

const isEnding = (error: unknown) =>
  error instanceof Refusal && error.details?.causes?.some(({ reason }) => reason === 'NamespaceTerminating') === true

/** Brings the number of Pods to what is asked for; what went wrong with the first that failed. */
function manage(world: World, owner: ReplicaSet, pods: readonly Pod[]): Error | undefined {
  const { store, clock } = world
  const tell = (type: 'Normal' | 'Warning', reason: string, message: string) =>
    world.record(owner, { type, reason, message, component })
  const missing = (owner.spec?.replicas ?? 1) - pods.length
  try {
    for (let made = 0; made < Math.min(missing, atOnce); made += 1)
      tell('Normal', 'SuccessfulCreate', `Created pod: ${createPod(world, owner)}`)
    for (const pod of inOrderOfDeletion(pods, clock.now()).slice(0, Math.min(Math.max(0, -missing), atOnce))) {
      remove(store, keyOf('pods', pod), { uid: pod.metadata.uid }, clock)
      tell('Normal', 'SuccessfulDelete', `Deleted pod: ${pod.metadata.name}`)
    }
    return undefined
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    if (missing > 0 && !isEnding(error)) tell('Warning', 'FailedCreate', `Error creating: ${error.message}`)
    return error
  }
}

function statusFor(owner: ReplicaSet, pods: readonly Pod[], failure: Error | undefined, world: World, at: number) {
  const { minReadySeconds, replicas = 1, template } = owner.spec ?? {}
  const labels = Object.entries(template?.metadata?.labels ?? {})
  const whole = pods.filter(({ metadata }) => labels.every(([name, value]) => metadata.labels?.[name] === value))
  const time = now(world.clock)
  const { conditions = [] } = owner.status ?? {}
  const others = conditions.filter(({ type }) => type !== 'ReplicaFailure')
  const reason = pods.length < replicas ? 'FailedCreate' : 'FailedDelete'
  const known = conditionOf(conditions, 'ReplicaFailure')
  return {
    replicas: pods.length,
    fullyLabeledReplicas: whole.length,
    readyReplicas: pods.filter(isReady).length,
    availableReplicas: pods.filter((pod) => isAvailable(pod, minReadySeconds, at)).length,
    observedGeneration: owner.metadata.generation ?? 0,
    conditions:
      failure === undefined
        ? others
        : known === undefined
          ? withCondition(
              conditions,
              { type: 'ReplicaFailure', status: 'True', reason, message: failure.message },
              time,
            )
          : conditions,
  }
}

export const replicaSets: Controller = {
  name: component,
  watches: ['replicasets.apps', 'pods'],
  keys(change, { store }) {
    const { key, object } = change
    if (key.kind === 'replicasets.apps') return [key]
    const owners = ownerKeys(change, 'ReplicaSet', 'replicasets.apps')
    return owners.length > 0 || change.type === 'DELETED' ? owners : possibleOwners(store, object, 'replicasets.apps')
  },
  async reconcile(key: Key, world) {
    const { store, clock } = world
    const owner = store.get<ReplicaSet>(key)
    if (owner === undefined) return
    // One moment for all: whoever becomes available between two would wait for ever.
    const at = clock.now()
    const family = () => (familyOf(store, owner, owner.spec?.selector, 'pods') as readonly Pod[]).filter(isActive)
    const failure = isDeleting(owner) ? undefined : manage(world, owner, family())
    const pods = family()
    const status = statusFor(owner, pods, failure, world, at)
    update<ReplicaSet>(store, key, (old) => ({ ...old, status }))
    if (failure !== undefined) throw failure
    const { minReadySeconds } = owner.spec ?? {}
    const waits = pods.map((pod) => availableIn(pod, minReadySeconds, at) ?? 0).filter((wait) => wait > 0)
    return waits.length > 0 ? { again: Math.min(...waits) } : {}
  },
}
