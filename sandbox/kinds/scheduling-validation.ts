import type { Cause } from '../refusal.ts'
import { invalidValue, oneOf, required, unsupported } from './causes.ts'
import { obeys, qualifiedName } from './names.ts'
import type { PodSpec } from './pod-validation.ts'

type Toleration = NonNullable<PodSpec['tolerations']>[number]

// k8s.io/kubernetes/pkg/apis/core/validation.ValidateTolerations
export function tolerationCauses(
  field: string,
  { key = '', operator = '', value = '', effect = '', tolerationSeconds }: Toleration,
): Cause[] {
  return [
    ...(key === '' ? [] : obeys(`${field}.key`, key, qualifiedName)),
    ...(key === '' && operator !== 'Exists'
      ? [
          invalidValue(
            `${field}.operator`,
            operator,
            'operator must be Exists when `key` is empty, which means "match all values and all keys"',
          ),
        ]
      : []),
    ...(tolerationSeconds !== undefined && effect !== 'NoExecute'
      ? [invalidValue(`${field}.effect`, effect, "effect must be 'NoExecute' when `tolerationSeconds` is set")]
      : []),
    ...(operator === 'Exists' && value !== ''
      ? [invalidValue(`${field}.operator`, value, "value must be empty when `operator` is 'Exists'")]
      : []),
    ...(['', 'Equal', 'Exists'].includes(operator)
      ? []
      : [unsupported(`${field}.operator`, operator, ['Equal', 'Exists'])]),
    ...(effect === '' ? [] : oneOf(`${field}.effect`, effect, ['NoSchedule', 'PreferNoSchedule', 'NoExecute'])),
  ]
}

export function nodeSelectorTermsCauses(field: string, { affinity }: PodSpec): Cause[] {
  const needed = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution
  if (needed === undefined || (needed.nodeSelectorTerms ?? []).length > 0) return []
  return [
    required(
      `${field}.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms`,
      'must have at least one node selector term',
    ),
  ]
}
