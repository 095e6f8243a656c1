import type { Node, Pod } from '../../kubernetes.ts'

export type Taint = NonNullable<NonNullable<Node['spec']>['taints']>[number]
export type Toleration = NonNullable<NonNullable<Pod['spec']>['tolerations']>[number]

/** What a cordoned node is marked with. */
export const cordon: Taint = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }

const matches = ({ key = '', effect = '', operator = 'Equal', value = '' }: Toleration, taint: Taint): boolean =>
  (effect === '' || effect === taint.effect) &&
  (key === '' ? operator === 'Exists' : key === taint.key) &&
  (operator === 'Exists' || value === (taint.value ?? ''))

export const tolerates = ({ spec }: Pod, taint: Taint): boolean =>
  (spec?.tolerations ?? []).some((toleration) => matches(toleration, taint))

/** How long a Pod may stay where these taints are, in seconds: Infinity where it tolerates them for good. */
export function stayOf({ spec }: Pod, taints: readonly Taint[]): number {
  const used = taints.map((taint) => (spec?.tolerations ?? []).filter((toleration) => matches(toleration, taint)))
  if (used.some((tolerations) => tolerations.length === 0)) return 0
  const limits = used.flat().flatMap(({ tolerationSeconds }) => tolerationSeconds ?? [])
  return Math.max(0, Math.min(Infinity, ...limits))
}
