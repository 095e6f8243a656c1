import type { Change, Controller, Key, Kind, Store } from '../contracts.ts'
import { apiVersionOf } from '../facts/names.ts'
import { kinds } from '../kinds/index.ts'
import type { Obj, OwnerReference } from '../kubernetes.ts'
import { remove } from '../store/deletion.ts'
import { isDeleting, update, withMetadata } from './objects.ts'

// k8s.io/kubernetes/pkg/controller/garbagecollector

const foreground = 'foregroundDeletion'
const orphan = 'orphan'

const watched: readonly Kind[] = [...kinds.keys()].filter((kind) => kind !== 'events')

/** By apiVersion and kind, as an owner reference has them. */
const known = new Map(
  [...kinds].map(
    ([kind, { names }]) => [`${apiVersionOf(names)} ${names.kind}`, { kind, namespaced: names.namespaced }] as const,
  ),
)

const has = (object: Obj, finalizer: string) => object.metadata.finalizers?.includes(finalizer) === true

/** Its owner waits for it. */
const isBlocking = (dependent: Obj, uid: string) =>
  dependent.metadata.ownerReferences?.some((each) => each.uid === uid && each.blockOwnerDeletion === true) === true

/** Who belongs to whom, by the owners' UIDs. */
class Dependents {
  readonly #byOwner = new Map<string, Map<string, Key>>()

  follow({ type, object, old, key }: Change): void {
    for (const { uid } of old?.metadata.ownerReferences ?? []) this.#forget(uid, object.metadata.uid)
    if (type === 'DELETED') return
    const { uid, ownerReferences = [] } = object.metadata
    for (const owner of ownerReferences) {
      const dependents = this.#byOwner.get(owner.uid) ?? new Map<string, Key>()
      this.#byOwner.set(owner.uid, dependents.set(uid, key))
    }
  }

  of(uid: string): readonly Key[] {
    return [...(this.#byOwner.get(uid)?.values() ?? [])]
  }

  #forget(owner: string, uid: string): void {
    const dependents = this.#byOwner.get(owner)
    dependents?.delete(uid)
    if (dependents?.size === 0) this.#byOwner.delete(owner)
  }
}

type Standing = 'there' | 'absent' | 'waiting'

function standingOf(store: Store, { metadata }: Obj, reference: OwnerReference): Standing {
  const owner = known.get(`${reference.apiVersion} ${reference.kind}`)
  // Of a kind that is not modelled: whoever said so has to know.
  if (owner === undefined) return 'there'
  const namespace = owner.namespaced ? (metadata.namespace ?? '') : ''
  const found = store.get({ kind: owner.kind, namespace, name: reference.name })
  if (found?.metadata.uid !== reference.uid) return 'absent'
  return isDeleting(found) && has(found, foreground) && reference.blockOwnerDeletion === true ? 'waiting' : 'there'
}

const without = (object: Obj, finalizer: string): Obj =>
  withMetadata(object, { finalizers: (object.metadata.finalizers ?? []).filter((each) => each !== finalizer) })

const withoutOwners = (object: Obj, gone: (reference: OwnerReference) => boolean): Obj =>
  withMetadata(object, { ownerReferences: (object.metadata.ownerReferences ?? []).filter((each) => !gone(each)) })

export function garbageCollector(): Controller {
  const dependents = new Dependents()

  return {
    name: 'garbage-collector',
    watches: watched,
    keys(change) {
      dependents.follow(change)
      const { type, object, key } = change
      const { uid, ownerReferences = [] } = object.metadata
      if (type === 'DELETED') {
        const owners = ownerReferences.flatMap((reference) => ownerKey(object, reference))
        return [...dependents.of(uid), ...owners]
      }
      if (isDeleting(object) && has(object, foreground)) return [key, ...dependents.of(uid)]
      return ownerReferences.length > 0 || has(object, orphan) ? [key] : []
    },

    async reconcile(key, { store, clock }) {
      const object = store.get(key)
      if (object === undefined) return
      const { uid } = object.metadata
      const own = dependents.of(uid)
      if (isDeleting(object)) {
        if (has(object, orphan)) {
          for (const each of own) update<Obj>(store, each, (old) => withoutOwners(old, (owner) => owner.uid === uid))
          update<Obj>(store, key, (old) => without(old, orphan))
        } else if (has(object, foreground) && !own.some((each) => blocks(store, each, uid)))
          update<Obj>(store, key, (old) => without(old, foreground))
        return
      }
      const owners = object.metadata.ownerReferences ?? []
      const standings = new Map(owners.map((owner) => [owner.uid, standingOf(store, object, owner)]))
      const kept = [...standings.values()].includes('there')
      if ([...standings.values()].every((standing) => standing === 'there')) return
      if (kept)
        return update<Obj>(store, key, (old) => withoutOwners(old, (owner) => standings.get(owner.uid) !== 'there'))
      const propagationPolicy = policyFor(object, [...standings.values()].includes('waiting') && own.length > 0)
      remove(store, key, { propagationPolicy, uid }, clock)
    },
  }
}

function blocks(store: Store, key: Key, uid: string): boolean {
  const dependent = store.get(key)
  return dependent !== undefined && isBlocking(dependent, uid)
}

function policyFor(object: Obj, ownerWaits: boolean): 'Orphan' | 'Foreground' | 'Background' {
  if (ownerWaits || has(object, foreground)) return 'Foreground'
  return has(object, orphan) ? 'Orphan' : 'Background'
}

/** It may have waited for this one. */
function ownerKey({ metadata }: Obj, { apiVersion, kind, name }: OwnerReference): readonly Key[] {
  const owner = known.get(`${apiVersion} ${kind}`)
  if (owner === undefined) return []
  return [{ kind: owner.kind, namespace: owner.namespaced ? (metadata.namespace ?? '') : '', name }]
}
