import type { Kind, Store } from '../contracts.ts'
import type { Obj } from '../kubernetes.ts'
import { matchesLabels } from '../store/selectors.ts'
import { controllerOf, isDeleting, keyOf, ownedBy, update, withMetadata } from './objects.ts'

type Selector = Parameters<typeof matchesLabels>[0]

/**
 * What belongs to an owner: its own that still match, and orphans that do. Adopts these, and lets go of those that match no more:
 * k8s.io/kubernetes/pkg/controller/controller_ref_manager.go.
 */
export function familyOf(store: Store, owner: Obj, selector: Selector, kind: Kind): readonly Obj[] {
  const { uid, namespace = '' } = owner.metadata
  return store.list(kind, { namespace }).items.flatMap((each) => {
    const controller = controllerOf(each)
    const matches = matchesLabels(selector, each.metadata.labels)
    if (controller?.uid === uid) {
      if (matches) return [each]
      if (!isDeleting(owner)) release(store, kind, each, uid)
      return []
    }
    if (controller !== undefined || !matches || isDeleting(owner) || isDeleting(each)) return []
    return adopted(store, kind, each, owner)
  })
}

function release(store: Store, kind: Kind, object: Obj, uid: string): void {
  update<Obj>(store, keyOf(kind, object), (old) =>
    withMetadata(old, { ownerReferences: (old.metadata.ownerReferences ?? []).filter((each) => each.uid !== uid) }),
  )
}

function adopted(store: Store, kind: Kind, object: Obj, owner: Obj): readonly Obj[] {
  const key = keyOf(kind, object)
  update<Obj>(store, key, (old) =>
    withMetadata(old, { ownerReferences: [...(old.metadata.ownerReferences ?? []), ownedBy(owner)] }),
  )
  const found = store.get(key)
  return found === undefined ? [] : [found]
}

/** Orphans that may be adopted: whose selector matches this object. */
export const possibleOwners = (store: Store, object: Obj, kind: Kind) =>
  controllerOf(object) === undefined && Object.keys(object.metadata.labels ?? {}).length > 0
    ? store
        .list<Obj & { readonly spec?: { readonly selector?: Selector } }>(kind, {
          namespace: object.metadata.namespace ?? '',
        })
        .items.filter(({ spec }) => matchesLabels(spec?.selector, object.metadata.labels))
        .map((owner) => keyOf(kind, owner))
    : []
