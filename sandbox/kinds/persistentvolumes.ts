import type { KindFile } from '../contracts.ts'
import type { PersistentVolume } from '../kubernetes.ts'
import { equal } from '../schema/json.ts'
import { quantityNanos } from '../schema/quantity.ts'
import { type Found, forbiddenField, invalidValue, required, unsupported } from './causes.ts'
import { accessModes } from './cells.ts'
import { defineKind } from './kind.ts'

type Spec = NonNullable<PersistentVolume['spec']>

const protection = 'kubernetes.io/pv-protection'
const common =
  'capacity accessModes claimRef mountOptions nodeAffinity persistentVolumeReclaimPolicy storageClassName volumeAttributesClassName volumeMode'.split(
    ' ',
  )

export const persistentvolumes: KindFile = defineKind<PersistentVolume>('persistentvolumes', {
  cells: {
    Capacity: ({ spec }) => spec?.capacity?.['storage'] ?? '',
    'Access Modes': ({ spec }) => accessModes(spec?.accessModes),
    'Reclaim Policy': ({ spec }) => spec?.persistentVolumeReclaimPolicy ?? '',
    Status: ({ metadata, status }) =>
      metadata.deletionTimestamp === undefined ? (status?.phase ?? '') : 'Terminating',
    Claim: ({ spec }) =>
      spec?.claimRef === undefined ? '' : `${spec.claimRef.namespace ?? ''}/${spec.claimRef.name ?? ''}`,
    StorageClass: ({ spec }) => spec?.storageClassName ?? '',
    VolumeAttributesClass: ({ spec }) => spec?.volumeAttributesClassName ?? '<unset>',
    Reason: ({ status }) => status?.reason ?? '',
    VolumeMode: ({ spec }) => spec?.volumeMode ?? '<unset>',
  },
  prepare: (next, old) => {
    if (old !== undefined) return next
    const { metadata } = next
    return {
      ...next,
      metadata: { ...metadata, finalizers: [...new Set([...(metadata.finalizers ?? []), protection])] },
      status: {
        lastPhaseTransitionTime: metadata.creationTimestamp,
        ...next.status,
        phase: next.status?.phase ?? 'Pending',
      },
    }
  },
  repeats: true,
  validate: ({ spec = {} }, old) => [
    capacityCauses(spec),
    sourceCauses(spec),
    old?.spec !== undefined &&
      !equal(sourceOf(spec), sourceOf(old.spec)) &&
      forbiddenField('spec.persistentvolumesource', 'spec.persistentvolumesource is immutable after creation'),
  ],
})

function capacityCauses({ capacity }: Spec): Found {
  const storage = capacity?.['storage']
  if (capacity === undefined) return [required('spec.capacity'), unsupported('spec.capacity', null, ['storage'])]
  const isOdd = storage === undefined || Object.keys(capacity).length > 1
  return [
    isOdd && unsupported('spec.capacity', capacity, ['storage']),
    Object.entries(capacity).map(([name, amount]) => amountCauses(`spec.capacity[${name}]`, amount)),
  ]
}

function amountCauses(field: string, amount: string): Found {
  const nanos = quantityNanos(amount)
  return [
    nanos < 0n && invalidValue(field, Number(nanos / 1_000_000_000n), 'must be a valid resource quantity'),
    nanos <= 0n && invalidValue(field, amount, 'must be greater than zero'),
  ]
}

const sourceOf = (spec: Spec) => Object.fromEntries(Object.entries(spec).filter(([name]) => !common.includes(name)))

function sourceCauses(spec: Spec) {
  const [first, ...more] = Object.keys(sourceOf(spec))
  if (first === undefined) return [required('spec', 'must specify a volume type')]
  return more.map((name) => forbiddenField(`spec.${name}`, 'may not specify more than 1 volume type'))
}
