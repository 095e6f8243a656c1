import type { Clock } from '../clock.ts'
import type { At, Key, Store } from '../contracts.ts'
import type { Metadata, Namespace, Obj, Pod } from '../kubernetes.ts'
import { conflict, forbidden, notFound } from '../refusal.ts'
import { aboutOf } from './rules.ts'
import { timestamp } from './time.ts'

export interface DeleteOptions {
  readonly gracePeriodSeconds?: number | undefined
  readonly propagationPolicy?: 'Orphan' | 'Background' | 'Foreground' | undefined
  /** Preconditions. */
  readonly uid?: string | undefined
  readonly resourceVersion?: string | undefined
  readonly dryRun?: boolean | undefined
}

interface Deleted {
  readonly object: Obj
  /** Or it is only on its way: finalizers or a grace period keep it. */
  readonly gone: boolean
}

/** A DELETE as the API server carries it out: k8s.io/apiserver's registry/generic/registry/store.go and registry/rest/delete.go. */
export function remove(store: Store, key: Key, options: DeleteOptions, clock: Clock): Deleted {
  const old = store.get(key)
  if (old === undefined) throw notFound(aboutOf(key))
  refuseUnlessMeant(key, old, options)
  if (key.kind === 'namespaces') {
    const ended = removeNamespace(store, key, old, options, clock)
    if (ended !== undefined) return ended
  }
  const next = marked(key, old, options, clock.now())
  if (next === 'pending') return { object: old, gone: false }
  const at = atOf(options)
  const object = next === old ? old : store.write(key, () => next, at)
  const { finalizers = [], deletionGracePeriodSeconds = 0 } = next.metadata
  if (finalizers.length > 0 || deletionGracePeriodSeconds > 0) return { object, gone: false }
  store.write(key, () => undefined, at)
  return { object, gone: true }
}

/** Removes a Pod on purpose, and says so in its status first. */
export function disrupt(
  store: Store,
  key: Key,
  why: { readonly reason: string; readonly message: string },
  options: DeleteOptions,
  clock: Clock,
): Deleted {
  if (options.dryRun !== true && store.get(key) !== undefined)
    store.write<Pod>(key, (old) => old && withCondition(old, { type: 'DisruptionTarget', ...why }, clock.now()))
  return remove(store, key, options, clock)
}

/** In front, where a patch puts what is new. */
function withCondition(pod: Pod, condition: { readonly type: string; readonly reason: string }, now: number): Pod {
  const { generation } = pod.metadata
  const others = (pod.status?.conditions ?? []).filter(({ type }) => type !== condition.type)
  const observed = generation === undefined ? {} : { observedGeneration: generation }
  const times = { lastProbeTime: null as never, lastTransitionTime: timestamp(now) }
  return {
    ...pod,
    status: { ...pod.status, conditions: [{ ...condition, ...observed, status: 'True', ...times }, ...others] },
  }
}

const atOf = ({ dryRun }: DeleteOptions): At => (dryRun === true ? { dryRun } : {})

/** The object with what this deletion adds to it; itself, where it can go as it is; "pending" where nothing is left to do but wait. */
function marked(key: Key, old: Obj, options: DeleteOptions, now: number): Obj | 'pending' {
  const { metadata } = old
  const grace = graceOf(key, old, options)
  // Nothing belongs to an Event that garbage collection could see to.
  const finalizers = withPropagation(metadata.finalizers ?? [], key.kind === 'events' ? {} : options)
  const deletion = deletionOf(metadata, grace, options, now)
  if (deletion === 'pending') return 'pending'
  const changed = finalizers.join() !== (metadata.finalizers ?? []).join()
  const waits = deletion === undefined && finalizers.length > 0 && metadata.deletionTimestamp === undefined
  if (deletion === undefined && !changed && !waits) return old
  const times = deletion ?? (waits ? { deletionTimestamp: timestamp(now), deletionGracePeriodSeconds: 0 } : {})
  return { ...old, metadata: { ...metadata, ...times, finalizers } }
}

type Times = Pick<Metadata, 'deletionTimestamp' | 'deletionGracePeriodSeconds'>

/** undefined: this kind knows no grace, or none is left. */
function deletionOf(
  { deletionTimestamp, deletionGracePeriodSeconds = 0 }: Metadata,
  grace: number | undefined,
  options: DeleteOptions,
  now: number,
): Times | undefined | 'pending' {
  if (deletionTimestamp === undefined)
    return grace === undefined
      ? undefined
      : { deletionTimestamp: timestamp(now + grace * 1000), deletionGracePeriodSeconds: grace }
  if (deletionGracePeriodSeconds === 0) return undefined
  // It can be made shorter, and not longer.
  const { gracePeriodSeconds } = options
  if (gracePeriodSeconds === undefined || gracePeriodSeconds >= deletionGracePeriodSeconds) return 'pending'
  const since = Date.parse(deletionTimestamp) - deletionGracePeriodSeconds * 1000
  return {
    deletionTimestamp: timestamp(since + gracePeriodSeconds * 1000),
    deletionGracePeriodSeconds: gracePeriodSeconds,
  }
}

/** Seconds; undefined for what is no Pod: pkg/registry/core/pod/strategy.go, CheckGracefulDelete. */
function graceOf({ kind }: Key, old: Obj, { gracePeriodSeconds }: DeleteOptions): number | undefined {
  if (kind !== 'pods') return undefined
  const { spec, status } = old as Pod
  if (!spec?.nodeName || status?.phase === 'Failed' || status?.phase === 'Succeeded') return 0
  const grace = gracePeriodSeconds ?? spec.terminationGracePeriodSeconds ?? 0
  return grace < 0 ? 1 : grace
}

const orphan = 'orphan'
const foreground = 'foregroundDeletion'

/** What the garbage collector has to do first stands there as a finalizer. */
function withPropagation(finalizers: readonly string[], { propagationPolicy }: DeleteOptions): readonly string[] {
  if (propagationPolicy === undefined) return finalizers
  const others = finalizers.filter((each) => each !== orphan && each !== foreground)
  if (propagationPolicy === 'Background') return others
  return [...others, propagationPolicy === 'Orphan' ? orphan : foreground]
}

function refuseUnlessMeant(key: Key, object: Obj, { uid, resourceVersion }: DeleteOptions): void {
  const { uid: itsUid, resourceVersion: version } = object.metadata
  // They have a storage of their own.
  if (key.kind === 'namespaces') {
    const failed = (what: string, asked: string, there: string) =>
      conflict(aboutOf(key), `Precondition failed: ${what} in precondition: ${asked}, ${what} in object meta: ${there}`)
    if (uid !== undefined && uid !== itsUid) throw failed('UID', uid, itsUid)
    if (resourceVersion !== undefined && resourceVersion !== version)
      throw failed('ResourceVersion', resourceVersion, version)
    return
  }
  const { kind, apiVersion } = object
  const [group] = apiVersion?.includes('/') ? apiVersion.split('/') : []
  const refuse = (why: string) =>
    conflict({ resource: group === undefined ? kind : `${kind}.${group}`, name: key.name }, why)
  if (uid !== undefined && uid !== itsUid)
    throw refuse(
      `the UID in the precondition (${uid}) does not match the UID in record (${itsUid}). The object might have been deleted and then recreated`,
    )
  if (resourceVersion !== undefined && resourceVersion !== version)
    throw refuse(
      `the ResourceVersion in the precondition (${resourceVersion}) does not match the ResourceVersion in record (${version}). The object might have been modified`,
    )
}

const immortal = new Set(['default', 'kube-public', 'kube-system'])

/** First it only begins to end: its controller empties it. undefined: it is empty, and goes like anything else. */
function removeNamespace(store: Store, key: Key, old: Obj, options: DeleteOptions, clock: Clock): Deleted | undefined {
  if (immortal.has(key.name)) throw forbidden(aboutOf(key), 'this namespace may not be deleted')
  const { spec, status, metadata } = old as Namespace
  if (metadata.deletionTimestamp === undefined) {
    const finalizers = withPropagation(metadata.finalizers ?? [], options)
    const next = {
      ...old,
      metadata: { ...metadata, deletionTimestamp: timestamp(clock.now()), finalizers },
      status: { ...status, phase: 'Terminating' },
    }
    return { object: store.write(key, () => next, atOf(options)), gone: false }
  }
  return (spec?.finalizers ?? []).length > 0 ? { object: old, gone: false } : undefined
}
