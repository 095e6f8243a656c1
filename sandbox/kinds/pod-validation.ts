import type { V1PodSpec } from '@kubernetes/client-node'
import type { Wire } from '../kubernetes.ts'
import type { Cause } from '../refusal.ts'

export type PodSpec = Wire<V1PodSpec>

export function podSpecCauses(_field: string, _spec: PodSpec | undefined, _claims: readonly string[] = []): Cause[] {
  return []
}
