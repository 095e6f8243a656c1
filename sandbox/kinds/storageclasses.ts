import type { KindFile, Lookup } from '../contracts.ts'
import type { StorageClass } from '../kubernetes.ts'
import { equal } from '../schema/json.ts'
import { forbiddenField, immutable, required } from './causes.ts'
import { defineKind } from './kind.ts'
import { obeys, qualifiedName } from './names.ts'

const marks = ['storageclass.kubernetes.io/is-default-class', 'storageclass.beta.kubernetes.io/is-default-class']
const isDefault = ({ metadata: { annotations = {} } }: StorageClass) =>
  marks.some((mark) => annotations[mark] === 'true')

export const storageclasses: KindFile = defineKind<StorageClass>('storageclasses.storage.k8s.io', {
  cells: {
    Name: (of) => (isDefault(of) ? `${of.metadata.name} (default)` : of.metadata.name),
    Provisioner: ({ provisioner }) => provisioner,
    ReclaimPolicy: ({ reclaimPolicy = 'Delete' }) => reclaimPolicy,
    VolumeBindingMode: ({ volumeBindingMode = 'Immediate' }) => volumeBindingMode,
    AllowVolumeExpansion: ({ allowVolumeExpansion = false }) => allowVolumeExpansion,
  },
  validate: (next, old) => [
    next.provisioner === ''
      ? required('provisioner')
      : obeys('provisioner', next.provisioner.toLowerCase(), qualifiedName),
    ...(['parameters', 'provisioner', 'reclaimPolicy'] as const).map(
      (field) =>
        old !== undefined &&
        !equal(next[field], old[field]) &&
        forbiddenField(field, `updates to ${field} are forbidden.`),
    ),
    old !== undefined &&
      next.volumeBindingMode !== old.volumeBindingMode &&
      immutable('volumeBindingMode', next.volumeBindingMode),
  ],
})

/** The class of a claim that names none: of several defaults the newest. */
export function defaultClass(lookup: Lookup): string | undefined {
  const { items } = lookup.list<StorageClass>('storageclasses.storage.k8s.io')
  const rank = ({ metadata }: StorageClass) => metadata.creationTimestamp
  return items
    .filter(isDefault)
    .toSorted((a, b) => (rank(a) > rank(b) || (rank(a) === rank(b) && a.metadata.name < b.metadata.name) ? -1 : 1))[0]
    ?.metadata.name
}
