import type { KindFile } from '../contracts.ts'
import type { Namespace } from '../kubernetes.ts'
import { defineKind } from './kind.ts'
import { plainLabel } from './metadata.ts'

export const namespaces: KindFile = defineKind<Namespace>('namespaces', {
  name: plainLabel,
  cells: { Status: ({ status }) => status?.phase ?? '' },
  selectable: ['status.phase'],
  prepare: (next, old) => ({
    ...next,
    // Only the finalize subresource takes it away.
    spec: old === undefined ? { ...next.spec, finalizers: ['kubernetes'] } : (next.spec ?? {}),
    status: {
      ...next.status,
      phase: next.metadata.deletionTimestamp === undefined ? (next.status?.phase ?? 'Active') : 'Terminating',
    },
  }),
})
