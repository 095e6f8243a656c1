import type { Key, World } from '../contracts.ts'
import type { Obj, OwnerReference, PersistentVolumeClaim, Pod, StatefulSet } from '../kubernetes.ts'
import { create, isDeleting, update, withMetadata } from './objects.ts'
import { claimNames, claimsFor } from './statefulset-pods.ts'

/** Every replica's own claims, made before its Pod; how many there were to make. */
export function makeClaims(world: World, set: StatefulSet, pod: string): readonly string[] {
  return claimsFor(set, pod).flatMap((claim) => {
    const { name } = claim.metadata
    const found = world.store.get(claimKey(set, name))
    if (found !== undefined && isDeleting(found)) throw new Error(`pvc ${name} is being deleted`)
    if (found !== undefined) return []
    create<PersistentVolumeClaim>(world.store, 'persistentvolumeclaims', claim)
    return [name]
  })
}

const claimKey = ({ metadata }: StatefulSet, name: string): Key => ({
  kind: 'persistentvolumeclaims',
  namespace: metadata.namespace ?? '',
  name,
})

const reference = ({ apiVersion, kind, metadata: { name, uid } }: Obj): OwnerReference => ({
  apiVersion,
  kind,
  name,
  uid,
})

/**
 * Whose death is the claims' too, by persistentVolumeClaimRetentionPolicy: the set's, a Pod's that is scaled away, or nobody's
 * (updateClaimOwnerRefForSetAndPod).
 */
export function ownClaims({ store }: World, set: StatefulSet, pod: Pod, condemned: boolean): void {
  const { whenDeleted = 'Retain', whenScaled = 'Retain' } = set.spec?.persistentVolumeClaimRetentionPolicy ?? {}
  const bySet = whenDeleted === 'Delete' && !(condemned && whenScaled === 'Delete')
  const byPod = whenScaled === 'Delete' && condemned
  for (const name of claimNames(set, pod.metadata.name))
    update<PersistentVolumeClaim>(store, claimKey(set, name), (old) => {
      const { ownerReferences = [] } = old.metadata
      const others = ownerReferences.filter(({ uid }) => uid !== set.metadata.uid && uid !== pod.metadata.uid)
      const has = (owner: Obj) => ownerReferences.some(({ uid }) => uid === owner.metadata.uid)
      if (has(set) === bySet && has(pod) === byPod) return old
      return withMetadata(old, {
        ownerReferences: [...others, ...(bySet ? [reference(set)] : []), ...(byPod ? [reference(pod)] : [])],
      })
    })
}
