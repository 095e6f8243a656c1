import type { KindFile } from '../contracts.ts'
import type { Lease } from '../kubernetes.ts'
import { defineKind } from './kind.ts'

export const leases: KindFile = defineKind<Lease>('leases.coordination.k8s.io', {
  cells: { Holder: ({ spec }) => spec?.holderIdentity ?? '' },
})
