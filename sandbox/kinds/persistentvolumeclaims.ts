import type { KindFile } from '../contracts.ts'
import type { PersistentVolumeClaim } from '../kubernetes.ts'
import type { Cause } from '../refusal.ts'
import { equal } from '../schema/json.ts'
import { quantityNanos } from '../schema/quantity.ts'
import { forbiddenField, invalidValue, oneOf, required } from './causes.ts'
import { accessModes } from './cells.ts'
import { defineKind } from './kind.ts'
import { dnsSubdomain, obeys } from './names.ts'
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
  validate: (next, old) => [
    ...claimCauses('spec', next.spec ?? {}),
    ...(old === undefined ? [] : changeCauses(next, old)),
  ],
})

const modes = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod']

export function modeCauses(field: string, given: readonly string[]): Cause[] {
  return [
    ...given.flatMap((mode) => oneOf(field, mode, modes)),
    ...(given.length > 1 && given.includes('ReadWriteOncePod')
      ? [forbiddenField(field, 'may not use ReadWriteOncePod with other access modes')]
      : []),
  ]
}

/** A claim's spec, and that of a StatefulSet's template. */
export function claimCauses(
  field: string,
  { accessModes: given = [], resources, storageClassName, volumeMode }: Spec,
): Cause[] {
  const storage = resources?.requests?.['storage']
  const size = `${field}.resources[storage]`
  return [
    ...(given.length === 0 ? [required(`${field}.accessModes`, 'at least 1 access mode is required')] : []),
    ...modeCauses(`${field}.accessModes`, given),
    ...(storage === undefined
      ? [required(size)]
      : quantityNanos(storage) > 0n
        ? []
        : [invalidValue(size, storage, 'must be greater than zero')]),
    ...(storageClassName === undefined || storageClassName === ''
      ? []
      : obeys(`${field}.storageClassName`, storageClassName, dnsSubdomain)),
    ...(volumeMode === undefined ? [] : oneOf(`${field}.volumeMode`, volumeMode, ['Block', 'Filesystem'])),
  ]
}

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
