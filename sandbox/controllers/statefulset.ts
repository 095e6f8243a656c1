import type { Controller, World } from '../contracts.ts'
import type { ControllerRevision, Pod, StatefulSet } from '../kubernetes.ts'
import { Refusal } from '../refusal.ts'
import { remove } from '../store/deletion.ts'
import { familyOf, possibleOwners } from './family.ts'
import { create, isDeleting, keyOf, ownerKeys, update } from './objects.ts'
import { availableIn, isAvailable, isFinished, isRunningAndReady } from './pods.ts'
import { forgetRevisions, presentRevision, revisionsOf, type Template, templateOf } from './revisions.ts'
import { makeClaims, ownClaims } from './statefulset-claims.ts'
import { firstOrdinal, identified, ordinalOf, podFor, podName, podRevision } from './statefulset-pods.ts'

// k8s.io/kubernetes/pkg/controller/statefulset/stateful_set_control.go

const component = 'statefulset-controller'

interface Rollout {
  readonly current: string
  readonly update: ControllerRevision
  /** By the revision's name. */
  readonly templates: ReadonlyMap<string, Template>
}

/** One look at a StatefulSet: what it has, and the next step. */
class Step {
  readonly #world: World
  readonly #set: StatefulSet
  readonly #rollout: Rollout
  readonly #at: number
  readonly #replicas: ReadonlyMap<number, Pod>
  /** Those beyond the number of replicas, the highest first. */
  readonly #condemned: readonly Pod[]

  constructor(world: World, set: StatefulSet, pods: readonly Pod[], rollout: Rollout, at: number) {
    this.#world = world
    this.#set = set
    this.#rollout = rollout
    this.#at = at
    const wanted = new Set(this.#ordinals())
    const own = pods.map((pod) => [ordinalOf(set, pod), pod] as const).filter(([ordinal]) => ordinal >= 0)
    this.#replicas = new Map(own.filter(([ordinal]) => wanted.has(ordinal)))
    this.#condemned = own
      .filter(([ordinal]) => !wanted.has(ordinal))
      .toSorted(([a], [b]) => b - a)
      .map(([, pod]) => pod)
  }

  take(): void {
    if (isDeleting(this.#set)) return
    if (!this.#fill() || !this.#shrink()) return
    if (this.#set.spec?.updateStrategy?.type !== 'OnDelete') this.#renew()
  }

  get #ordered(): boolean {
    return this.#set.spec?.podManagementPolicy !== 'Parallel'
  }

  #ordinals(): readonly number[] {
    return Array.from({ length: this.#set.spec?.replicas ?? 1 }, (_, index) => firstOrdinal(this.#set) + index)
  }

  /** From the lowest up, each when the one before it is available. Whether all are there. */
  #fill(): boolean {
    let made = false
    for (const ordinal of this.#ordinals()) {
      const pod = this.#replicas.get(ordinal)
      if (pod === undefined || (isFinished(pod) && !isDeleting(pod))) {
        if (pod !== undefined) this.#again(pod)
        else this.#create(ordinal)
        if (this.#ordered) return false
        made = true
        continue
      }
      if (pod.status?.phase === 'Pending') makeClaims(this.#world, this.#set, pod.metadata.name)
      if (this.#ordered && (isDeleting(pod) || !isRunningAndReady(pod) || !this.#isAvailable(pod))) return false
      this.#keep(pod, ordinal)
    }
    return !made
  }

  /** From the highest down, each when the one above it has gone. Whether none is left. */
  #shrink(): boolean {
    const unhealthy = [...this.#replicas.values(), ...this.#condemned.toReversed()].find(
      (pod) => isDeleting(pod) || !isRunningAndReady(pod),
    )
    for (const pod of this.#condemned) {
      ownClaims(this.#world, this.#set, pod, true)
      if (isDeleting(pod)) {
        if (this.#ordered) return false
        continue
      }
      if (this.#ordered && !isRunningAndReady(pod) && pod !== unhealthy) return false
      if (this.#ordered && isRunningAndReady(pod) && !this.#isAvailable(pod) && pod !== unhealthy) return false
      this.#delete(pod)
      if (this.#ordered) return false
    }
    return this.#condemned.length === 0
  }

  /** From the highest down to the partition, each when the one above it is well again. */
  #renew(): void {
    const lowest = firstOrdinal(this.#set) + (this.#set.spec?.updateStrategy?.rollingUpdate?.partition ?? 0)
    for (const ordinal of this.#ordinals().toReversed()) {
      if (ordinal < lowest) return
      const pod = this.#replicas.get(ordinal)
      if (pod === undefined) return
      if (podRevision(pod) !== this.#rollout.update.metadata.name && !isDeleting(pod)) return this.#delete(pod)
      if (isDeleting(pod) || !isRunningAndReady(pod) || !this.#isAvailable(pod)) return
    }
  }

  #isAvailable(pod: Pod): boolean {
    return isAvailable(pod, this.#set.spec?.minReadySeconds, this.#at)
  }

  /** The present template, except below the partition of an update that is on its way. */
  #revisionFor(ordinal: number): string {
    const { type, rollingUpdate } = this.#set.spec?.updateStrategy ?? {}
    const { current, update: next } = this.#rollout
    const keeps = type !== 'OnDelete' && ordinal < firstOrdinal(this.#set) + (rollingUpdate?.partition ?? 0)
    return keeps && this.#rollout.templates.has(current) ? current : next.metadata.name
  }

  #create(ordinal: number): void {
    const name = podName(this.#set, ordinal)
    const what = `Pod ${name} in StatefulSet ${this.#set.metadata.name}`
    try {
      for (const claim of makeClaims(this.#world, this.#set, name))
        this.#tell('Normal', 'SuccessfulCreate', `create Claim ${claim} ${what} success`)
      const revision = this.#revisionFor(ordinal)
      const template = this.#rollout.templates.get(revision) as Template
      const pod = create<Pod>(this.#world.store, 'pods', podFor(this.#set, ordinal, template, revision))
      ownClaims(this.#world, this.#set, pod, false)
      this.#tell('Normal', 'SuccessfulCreate', `create ${what} successful`)
    } catch (error) {
      if (error instanceof Refusal && error.reason === 'AlreadyExists') throw error
      const message = error instanceof Error ? error.message : String(error)
      this.#tell('Warning', 'FailedCreate', `create ${what} failed error: ${message}`)
      throw error
    }
  }

  #delete({ metadata }: Pod): void {
    const { name, uid, namespace = '' } = metadata
    remove(this.#world.store, { kind: 'pods', namespace, name }, { uid }, this.#world.clock)
    this.#tell('Normal', 'SuccessfulDelete', `delete Pod ${name} in StatefulSet ${this.#set.metadata.name} successful`)
  }

  /** One that has ended is made anew under its name. */
  #again(pod: Pod): void {
    const { name, namespace = '' } = this.#set.metadata
    const [type, reason, how] =
      pod.status?.phase === 'Failed'
        ? (['Warning', 'RecreatingFailedPod', 'failed'] as const)
        : (['Normal', 'RecreatingTerminatedPod', 'terminated'] as const)
    this.#tell(type, reason, `StatefulSet ${namespace}/${name} is recreating ${how} Pod ${pod.metadata.name}`)
    this.#delete(pod)
  }

  #keep(pod: Pod, ordinal: number): void {
    if (identified(pod, ordinal) !== pod)
      update<Pod>(this.#world.store, keyOf('pods', pod), (old) => identified(old, ordinal))
    ownClaims(this.#world, this.#set, pod, false)
  }

  #tell(type: 'Normal' | 'Warning', reason: string, message: string): void {
    this.#world.record(this.#set, { type, reason, message, component })
  }
}

function statusFor(set: StatefulSet, pods: readonly Pod[], { current, update: next }: Rollout, now: number) {
  const { minReadySeconds, updateStrategy, replicas = 1 } = set.spec ?? {}
  const created = pods.filter((pod) => ordinalOf(set, pod) >= 0)
  const alive = created.filter((pod) => !isDeleting(pod))
  const updateRevision = next.metadata.name
  const at = (revision: string) => alive.filter((pod) => podRevision(pod) === revision).length
  const ready = created.filter(isRunningAndReady)
  const status = {
    observedGeneration: set.metadata.generation ?? 0,
    replicas: created.length,
    readyReplicas: ready.length,
    availableReplicas: ready.filter((pod) => isAvailable(pod, minReadySeconds, now)).length,
    currentReplicas: at(current),
    updatedReplicas: at(updateRevision),
    currentRevision: current,
    updateRevision,
    collisionCount: set.status?.collisionCount ?? 0,
  }
  const done = [status.updatedReplicas, status.replicas, status.readyReplicas].every((count) => count === replicas)
  return updateStrategy?.type !== 'OnDelete' && done
    ? { ...status, currentReplicas: status.updatedReplicas, currentRevision: updateRevision }
    : status
}

export const statefulSets: Controller = {
  name: component,
  watches: ['statefulsets.apps', 'pods'],
  keys(change, { store }) {
    const { key, object, type } = change
    if (key.kind === 'statefulsets.apps') return [key]
    const owners = ownerKeys(change, 'StatefulSet', 'statefulsets.apps')
    return owners.length > 0 || type === 'DELETED' ? owners : possibleOwners(store, object, 'statefulsets.apps')
  },
  async reconcile(key, world) {
    const { store, clock } = world
    const set = store.get<StatefulSet>(key)
    if (set === undefined) return
    const known = revisionsOf(world, set)
    const next = presentRevision(world, set, known)
    const revisions = revisionsOf(world, set)
    const templates = new Map(revisions.map((each) => [each.metadata.name, templateOf(each)]))
    const current = set.status?.currentRevision ?? ''
    const rollout: Rollout = {
      current: templates.has(current) ? current : next.metadata.name,
      update: next,
      templates,
    }
    const family = () => familyOf(store, set, set.spec?.selector, 'pods') as readonly Pod[]
    const before = family()
    // One moment for all: whoever becomes available between two would wait for ever.
    const at = clock.now()
    let failure: unknown
    try {
      new Step(world, set, before, rollout, at).take()
    } catch (error) {
      failure = error
    }
    const pods = family()
    const status = statusFor(set, pods, rollout, at)
    update<StatefulSet>(store, key, (old) => ({ ...old, status: { ...old.status, ...status } }))
    if (failure !== undefined && !(failure instanceof Refusal && failure.code === 404)) throw failure
    const inUse = new Set([status.currentRevision, status.updateRevision, ...pods.map(podRevision)])
    forgetRevisions(world, set, revisions, inUse)
    const waits = pods.map((pod) => availableIn(pod, set.spec?.minReadySeconds, at) ?? 0)
    const left = waits.filter((wait) => wait > 0)
    return left.length > 0 ? { again: Math.min(...left) } : {}
  },
}
