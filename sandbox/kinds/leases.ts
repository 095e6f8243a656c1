import type { KindFile } from '../contracts.ts'
import type { Lease } from '../kubernetes.ts'
import { atLeast } from './causes.ts'
import { defineKind } from './kind.ts'

export const leases: KindFile = defineKind<Lease>('leases.coordination.k8s.io', {
  cells: { Holder: ({ spec }) => spec?.holderIdentity ?? '' },
  validate: ({ spec }) => [
    ...atLeast('spec.leaseDurationSeconds', spec?.leaseDurationSeconds, 1),
    ...atLeast('spec.leaseTransitions', spec?.leaseTransitions, 0),
  ],
})
