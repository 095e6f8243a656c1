import type { World } from '../contracts.ts'
import type { Deployment, ReplicaSet } from '../kubernetes.ts'
import { withDeploymentCondition } from './deployment-status.ts'
import { hashOf } from './hash.ts'
import { annotated, create, keyOf, now, ownedBy, update } from './objects.ts'
import {
  desiredReplicas,
  hashLabel,
  leeway,
  maxReplicas,
  nextSizeOfNew,
  revision,
  revisionOf,
  wanted,
} from './rollout.ts'

const component = 'deployment-controller'
const history = 'deployment.kubernetes.io/revision-history'
/** What stays the Deployment's own: annotationsToSkip. */
const own = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  revision,
  history,
  desiredReplicas,
  maxReplicas,
  'deprecated.deployment.rollback.to',
])

/** A Deployment and its ReplicaSets, and what is done to them. Its lists are kept up to date as it works. */
export class DeploymentSets {
  readonly #world: World
  deployment: Deployment
  sets: readonly ReplicaSet[]
  fresh: ReplicaSet | undefined

  constructor(world: World, deployment: Deployment, sets: readonly ReplicaSet[], fresh: ReplicaSet | undefined) {
    this.#world = world
    this.deployment = deployment
    this.sets = sets
    this.fresh = fresh
  }

  get old(): readonly ReplicaSet[] {
    return this.sets.filter((set) => set !== this.fresh)
  }

  /** The one with the present template: numbered after all others, with the Deployment's annotations. */
  revise(): void {
    if (this.fresh === undefined) return
    const next = Math.max(0, ...this.old.map(revisionOf)) + 1
    const before = revisionOf(this.fresh)
    const number = Math.max(before, next)
    const { annotations = {} } = this.fresh.metadata
    const past = [annotations[history], before > 0 && number > before ? String(before) : undefined].filter(Boolean)
    this.#set(this.fresh, (set) =>
      annotated(set, {
        ...this.#ownAnnotations(),
        [revision]: String(number),
        ...(past.length === 0 ? {} : { [history]: past.join(',') }),
      }),
    )
    this.#mark(String(number), 'FoundNewReplicaSet', `Found new replica set "${this.fresh.metadata.name}"`)
  }

  /** Makes it where there is none. */
  withFresh(): ReplicaSet {
    if (this.fresh !== undefined) return this.fresh
    const { store } = this.#world
    const { metadata, spec } = this.deployment
    const { template, selector, minReadySeconds } = spec ?? {}
    const hash = hashOf(template)
    const labels = { ...template?.metadata?.labels, [hashLabel]: hash }
    const size = nextSizeOfNew(this.deployment, this.sets, 0)
    const number = String(Math.max(0, ...this.sets.map(revisionOf)) + 1)
    const name = `${metadata.name}-${hash}`
    const fresh = create<ReplicaSet>(store, 'replicasets.apps', {
      metadata: {
        name,
        namespace: metadata.namespace ?? '',
        labels,
        annotations: { ...this.#ownAnnotations(), [revision]: number, ...this.#sizes() },
        ownerReferences: [ownedBy(this.deployment)],
      },
      spec: {
        replicas: size,
        ...(minReadySeconds === undefined ? {} : { minReadySeconds }),
        selector: { ...selector, matchLabels: { ...selector?.matchLabels, [hashLabel]: hash } },
        template: { ...template, metadata: { ...template?.metadata, labels } },
      },
    })
    this.sets = [...this.sets, fresh]
    this.fresh = fresh
    if (size > 0) this.#tell(fresh.metadata.name, 0, size)
    this.#mark(number, 'NewReplicaSetCreated', `Created new replica set "${name}"`)
    return fresh
  }

  /** Whether that changed anything. */
  resize(set: ReplicaSet, size: number): boolean {
    const [before, { annotations = {} }] = [wanted(set), set.metadata]
    const sizes = this.#sizes()
    const same = Object.entries(sizes).every(([name, value]) => annotations[name] === value)
    if (before === size && (same || size === 0)) return false
    this.#set(set, (old) => annotated({ ...old, spec: { ...old.spec, replicas: size } } as ReplicaSet, sizes))
    if (before !== size) this.#tell(set.metadata.name, before, size)
    return before !== size
  }

  #sizes(): Readonly<Record<string, string>> {
    const replicas = wanted(this.deployment)
    return {
      [desiredReplicas]: String(replicas),
      [maxReplicas]: String(replicas + leeway(this.deployment).surge),
    }
  }

  #ownAnnotations(): Readonly<Record<string, string>> {
    const { annotations = {} } = this.deployment.metadata
    return Object.fromEntries(Object.entries(annotations).filter(([name]) => !own.has(name)))
  }

  #tell(name: string, from: number, to: number): void {
    const message = `Scaled ${to > from ? 'up' : 'down'} replica set ${name} from ${from} to ${to}`
    this.#world.record(this.deployment, { type: 'Normal', reason: 'ScalingReplicaSet', message, component })
  }

  #set(set: ReplicaSet, change: (old: ReplicaSet) => ReplicaSet): void {
    const key = keyOf('replicasets.apps', set)
    update<ReplicaSet>(this.#world.store, key, change)
    const next = this.#world.store.get<ReplicaSet>(key)
    if (next === undefined) return
    this.sets = this.sets.map((each) => (each === set ? next : each))
    if (this.fresh === set) this.fresh = next
  }

  /** Its revision, and the first word on its progress. */
  #mark(number: string, reason: string, message: string): void {
    const { store, clock } = this.#world
    const key = keyOf('deployments.apps', this.deployment)
    const { progressDeadlineSeconds } = this.deployment.spec ?? {}
    update<Deployment>(store, key, (old) => {
      const { conditions = [] } = old.status ?? {}
      const known = conditions.some(({ type }) => type === 'Progressing')
      const next = { type: 'Progressing', status: 'True', reason, message } as const
      const told = progressDeadlineSeconds === undefined || (known && reason === 'FoundNewReplicaSet')
      return annotated(
        told
          ? old
          : { ...old, status: { ...old.status, conditions: withDeploymentCondition(conditions, next, now(clock)) } },
        { [revision]: number },
      )
    })
    this.deployment = store.get<Deployment>(key) ?? this.deployment
  }
}
