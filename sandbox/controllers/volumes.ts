import type { Store } from '../contracts.ts'
import type { PersistentVolume, PersistentVolumeClaim, StorageClass } from '../kubernetes.ts'
import { quantityNanos } from '../schema/quantity.ts'
import { matchesLabels } from '../store/selectors.ts'
import { annotationOf, isDeleting } from './objects.ts'

// What the binder, the provisioner and the scheduler agree on: k8s.io/component-helpers/storage/volume.

export const selectedNode = 'volume.kubernetes.io/selected-node'
export const bindCompleted = 'pv.kubernetes.io/bind-completed'
export const boundByController = 'pv.kubernetes.io/bound-by-controller'
export const provisionedBy = 'pv.kubernetes.io/provisioned-by'
export const storageProvisioner = 'volume.kubernetes.io/storage-provisioner'

/** Of a class whose volumes somebody makes by hand. */
export const noProvisioner = 'kubernetes.io/no-provisioner'

export const classOf = ({ spec }: PersistentVolumeClaim | PersistentVolume): string => spec?.storageClassName ?? ''

export const storageClass = (store: Store, claim: PersistentVolumeClaim): StorageClass | undefined =>
  store.get<StorageClass>({ kind: 'storageclasses.storage.k8s.io', namespace: '', name: classOf(claim) })

export const isCompletelyBound = (claim: PersistentVolumeClaim): boolean =>
  (claim.spec?.volumeName ?? '') !== '' && annotationOf(claim, bindCompleted) !== undefined

/** Whether its class binds on first use. */
export const waitsForConsumer = (store: Store, claim: PersistentVolumeClaim): boolean =>
  storageClass(store, claim)?.volumeBindingMode === 'WaitForFirstConsumer'

export const isMeantFor = ({ spec }: PersistentVolume, { metadata }: PersistentVolumeClaim): boolean => {
  const { name, namespace, uid = '' } = spec?.claimRef ?? {}
  return name === metadata.name && namespace === metadata.namespace && (uid === '' || uid === metadata.uid)
}

const storageOf = (quantities: { readonly [name: string]: string } | undefined) =>
  quantityNanos(quantities?.['storage'] ?? '0')

/** Why a volume will not do for a claim that names it; in the binder's words. */
export function mismatch({ spec }: PersistentVolume, claim: PersistentVolumeClaim): string | undefined {
  if (storageOf(claim.spec?.resources?.requests) > storageOf(spec?.capacity)) return 'requested PV is too small'
  if ((spec?.storageClassName ?? '') !== classOf(claim)) return 'storageClassName does not match'
  if ((spec?.volumeMode ?? 'Filesystem') !== (claim.spec?.volumeMode ?? 'Filesystem')) return 'incompatible volumeMode'
  const offered = spec?.accessModes ?? []
  return (claim.spec?.accessModes ?? []).every((mode) => offered.includes(mode)) ? undefined : 'incompatible accessMode'
}

/** The smallest volume that fits, and first of all one that was made for this claim. */
export function matchingVolume(
  store: Store,
  claim: PersistentVolumeClaim,
  suits: (volume: PersistentVolume) => boolean = () => true,
): PersistentVolume | undefined {
  const { selector } = claim.spec ?? {}
  const fitting = store
    .list<PersistentVolume>('persistentvolumes')
    .items.filter((volume) => !isDeleting(volume) && mismatch(volume, claim) === undefined && suits(volume))
  const own = fitting.find((volume) => volume.spec?.claimRef !== undefined && isMeantFor(volume, claim))
  if (own !== undefined) return own
  const free = fitting.filter(
    ({ spec, status, metadata }) =>
      spec?.claimRef === undefined &&
      status?.phase === 'Available' &&
      (selector === undefined || matchesLabels(selector, metadata.labels)),
  )
  const size = ({ spec }: PersistentVolume) => storageOf(spec?.capacity)
  return free.toSorted((a, b) => (size(a) < size(b) ? -1 : size(a) > size(b) ? 1 : 0))[0]
}
