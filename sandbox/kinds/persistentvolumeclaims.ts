import type { KindFile, Lookup } from '../contracts.ts'
import type { PersistentVolumeClaim, StorageClass } from '../kubernetes.ts'
import { forbidden } from '../refusal.ts'
import { equal } from '../schema/json.ts'
import { quantityNanos } from '../schema/quantity.ts'
import { type Found, forbiddenField } from './causes.ts'
import { accessModes } from './cells.ts'
import { defineKind } from './kind.ts'
import { defaultClass } from './storageclasses.ts'

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
    if (old !== undefined) return resizable(next, old, lookup)
    const { spec = {}, metadata } = next
    const className = spec.storageClassName ?? defaultClass(lookup)
    return {
      ...next,
      metadata: { ...metadata, finalizers: [...new Set([...(metadata.finalizers ?? []), protection])] },
      spec: { ...spec, ...(className !== undefined && { storageClassName: className }) },
      status: { ...next.status, phase: 'Pending' },
    }
  },
  repeats: true,
  validate: (next, old) => old !== undefined && changeCauses(next, old),
})

const sizeOf = ({ spec }: PersistentVolumeClaim) => quantityNanos(spec?.resources?.requests?.['storage'] ?? '0')

// k8s.io/kubernetes/plugin/pkg/admission/storage/persistentvolume/resize
function resizable(next: PersistentVolumeClaim, old: PersistentVolumeClaim, lookup: Lookup): PersistentVolumeClaim {
  if (old.status?.phase !== 'Bound' || sizeOf(next) <= sizeOf(old)) return next
  const name = old.spec?.storageClassName ?? ''
  const found = lookup.get<StorageClass>({ kind: 'storageclasses.storage.k8s.io', namespace: '', name })
  if (found?.allowVolumeExpansion === true) return next
  throw forbidden(
    { resource: 'persistentvolumeclaims', name: next.metadata.name },
    'only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize',
  )
}

// A claim binds once, and grows where its class says so.
function changeCauses(next: PersistentVolumeClaim, old: PersistentVolumeClaim): Found {
  const isBound = old.status?.phase === 'Bound'
  const isOther = !equal(fixed(next, old), fixed(old, old)) || (sizeOf(next) !== sizeOf(old) && !isBound)
  return [
    isOther &&
      forbiddenField(
        'spec',
        'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims',
      ),
    sizeOf(next) < sizeOf(old) &&
      forbiddenField('spec.resources.requests.storage', 'field can not be less than status.capacity'),
  ]
}

/** All that has to stay: what was empty may be filled in once. */
function fixed({ spec = {} }: PersistentVolumeClaim, { spec: old = {} }: PersistentVolumeClaim): object {
  const { resources: _, volumeAttributesClassName: __, volumeName, storageClassName, ...rest } = spec
  return {
    ...rest,
    volumeName: old.volumeName === undefined ? '' : volumeName,
    storageClassName: old.storageClassName === undefined ? '' : storageClassName,
  }
}
