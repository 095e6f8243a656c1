import type { KindFile } from '../contracts.ts'
import type { ServiceAccount } from '../kubernetes.ts'
import { defineKind } from './kind.ts'

export const serviceaccounts: KindFile = defineKind<ServiceAccount>('serviceaccounts', {
  cells: { Secrets: ({ secrets = [] }) => secrets.length },
})
