import type { KindFile } from '../contracts.ts'
import type { Namespace } from '../kubernetes.ts'
import { invalidValue } from './causes.ts'
import { defineKind } from './kind.ts'
import { plainLabel } from './metadata.ts'

const levels = ['privileged', 'baseline', 'restricted']

export const namespaces: KindFile = defineKind<Namespace>('namespaces', {
  name: plainLabel,
  cells: { Status: ({ status }) => status?.phase ?? '' },
  selectable: ['status.phase'],
  validate: ({ metadata: { labels = {} } }) =>
    ['enforce', 'audit', 'warn'].map((mode) => {
      const label = `pod-security.kubernetes.io/${mode}`
      const level = labels[label]
      const isKnown = level === undefined || levels.includes(level)
      return !isKnown && invalidValue(`metadata.labels[${label}]`, level, `must be one of ${levels.join(', ')}`)
    }),
  prepare: (next, old) => ({
    ...next,
    // Only the finalize subresource takes it away.
    spec: old === undefined ? { ...next.spec, finalizers: ['kubernetes'] } : { ...next.spec },
    status: {
      ...next.status,
      phase: next.metadata.deletionTimestamp === undefined ? (next.status?.phase ?? 'Active') : 'Terminating',
    },
  }),
})
