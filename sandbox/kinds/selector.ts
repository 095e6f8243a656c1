import type { Cause } from '../refusal.ts'
import { forbiddenField, invalidValue, required } from './causes.ts'
import { labelsCauses, obeys, qualifiedName } from './names.ts'

export interface LabelSelector {
  readonly matchLabels?: Readonly<Record<string, string>>
  readonly matchExpressions?: readonly {
    readonly key: string
    readonly operator: string
    readonly values?: readonly string[]
  }[]
}

type Labels = Readonly<Record<string, string>>

const hasValues = ['In', 'NotIn']
const operators = [...hasValues, 'Exists', 'DoesNotExist']

export function isMatch({ matchLabels = {}, matchExpressions = [] }: LabelSelector, labels: Labels): boolean {
  const has = (key: string) => Object.hasOwn(labels, key)
  return (
    Object.entries(matchLabels).every(([key, value]) => has(key) && labels[key] === value) &&
    matchExpressions.every(({ key, operator, values = [] }) => {
      if (operator === 'Exists') return has(key)
      if (operator === 'DoesNotExist') return !has(key)
      const isIn = has(key) && values.includes(labels[key] ?? '')
      return operator === 'In' ? isIn : !isIn
    })
  )
}

// k8s.io/apimachinery/pkg/apis/meta/v1/validation
export function selectorCauses(field: string, selector: LabelSelector): Cause[] {
  return [
    ...labelsCauses(`${field}.matchLabels`, selector.matchLabels),
    ...(selector.matchExpressions ?? []).flatMap(({ key, operator, values = [] }, at) => {
      const place = `${field}.matchExpressions[${at}]`
      return [
        ...(operators.includes(operator)
          ? []
          : [invalidValue(`${place}.operator`, operator, 'not a valid selector operator')]),
        ...(hasValues.includes(operator) && values.length === 0
          ? [required(`${place}.values`, "must be specified when `operator` is 'In' or 'NotIn'")]
          : []),
        ...(operator.endsWith('Exist') || operator === 'Exists'
          ? values.length > 0
            ? [forbiddenField(`${place}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'")]
            : []
          : []),
        ...obeys(`${place}.key`, key, qualifiedName),
      ]
    }),
  ]
}

/** A workload's selector and the labels that its Pods get. */
export function workloadSelectorCauses(
  workload: string,
  selector: LabelSelector | undefined | null,
  labels: Labels | undefined,
): Cause[] {
  const mismatch = invalidValue('spec.template.metadata.labels', labels, '`selector` does not match template `labels`')
  if (selector === undefined || selector === null) return [required('spec.selector'), mismatch]
  const wrong = selectorCauses('spec.selector', selector)
  const isEmpty = Object.keys(selector.matchLabels ?? {}).length === 0 && (selector.matchExpressions ?? []).length === 0
  if (isEmpty) return [invalidValue('spec.selector', {}, `empty selector is invalid for ${workload}`)]
  if (wrong.length > 0) return [...wrong, invalidValue('spec.selector', selector, 'invalid label selector')]
  return isMatch(selector, labels ?? {}) ? [] : [mismatch]
}
