import type { KindFile } from '../contracts.ts'
import type { PersistentVolumeClaim } from '../kubernetes.ts'
import type { Cause } from '../refusal.ts'
import { equal } from '../schema/json.ts'
import { quantityNanos } from '../schema/quantity.ts'
import { forbiddenField } from './causes.ts'
import { accessModes } from './cells.ts'
import { defineKind } from './kind.ts'
import { defaultClass } from './storageclasses.ts'

type Spec = NonNullable<PersistentVolumeClaim['spec']>

const protection = 'kubernetes.io/pvc-protection'

export const persistentvolumeclaims: KindFile = defineKind<PersistentVolumeClaim>('persistentvolumeclaims', {
  cells: {
    Status: ({ metadata, status }) =>
      metadata.deletionTimestamp === undefined ? (status?.phase ?? '') : 'Terminating',
    Volume: ({ spec }) => spec?.volumeName ?? '',
    Capacity: ({ spec, status }) => (spec?.volumeName ? (status?.capacity?.['storage'] ?? '') : ''),
    'Access Modes': ({ spec, status }) => (spec?.volumeName ? accessModes(status?.accessModes) : ''),
    StorageClass: ({ spec }) => spec?.storageClassName ?? '',
    VolumeAttributesClass: ({ spec }) => spec?.volumeAttributesClassName ?? '<unset>',
    VolumeMode: ({ spec }) => spec?.volumeMode ?? '<unset>',
  },
  prepare: (next, old, lookup) => {
    if (old !== undefined) return next
    const { spec = {}, metadata } = next
    const className = spec.storageClassName ?? defaultClass(lookup)
    return {
      ...next,
      metadata: { ...metadata, finalizers: [...new Set([...(metadata.finalizers ?? []), protection])] },
      spec: { ...spec, ...(className !== undefined && { storageClassName: className }) },
      status: { ...next.status, phase: 'Pending' },
    }
  },
  validate: (next, old) => (old === undefined ? [] : changeCauses(next, old)),
})

// A claim binds once, and grows where its class says so.
function changeCauses(
  { spec: next = {}, status }: PersistentVolumeClaim,
  { spec: old = {} }: PersistentVolumeClaim,
): Cause[] {
  const still: Spec = {
    ...next,
    ...(old.volumeName === undefined && { volumeName: '' }),
    ...(old.storageClassName === undefined && { storageClassName: '' }),
    resources: {},
    volumeAttributesClassName: '',
  }
  const before: Spec = {
    ...old,
    volumeName: old.volumeName ?? '',
    ...(next.volumeName === undefined && old.volumeName === undefined && { volumeName: '' }),
    storageClassName: old.storageClassName ?? '',
    resources: {},
    volumeAttributesClassName: '',
  }
  const sizes = [next.resources?.requests?.['storage'], old.resources?.requests?.['storage']]
  if (!equal(still, before) || (!equal(next.resources, old.resources) && status?.phase !== 'Bound'))
    return [
      forbiddenField(
        'spec',
        'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims',
      ),
    ]
  if (sizes[0] !== undefined && sizes[1] !== undefined && quantityNanos(sizes[0]) < quantityNanos(sizes[1]))
    return [forbiddenField('spec.resources.requests.storage', 'field can not be less than status.capacity')]
  return []
}
