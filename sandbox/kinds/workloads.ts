import type { V1LabelSelector, V1PodTemplateSpec } from '@kubernetes/client-node'
import type { Wire } from '../kubernetes.ts'
import { equal } from '../schema/json.ts'
import { matchesLabels } from '../store/selectors.ts'
import { type Found, forbiddenField, immutable, invalidValue, oneOf, required } from './causes.ts'

interface WorkloadSpec {
  readonly selector?: Wire<V1LabelSelector> | null
  readonly template?: Wire<V1PodTemplateSpec>
}

/** The part that Deployments, ReplicaSets and StatefulSets share. */
export const templateCauses = (workload: string, { selector, template }: WorkloadSpec): Found => [
  selectorCauses(workload, selector ?? undefined, template?.metadata?.labels),
  template?.spec !== undefined && oneOf('spec.template.spec.restartPolicy', template.spec.restartPolicy, ['Always']),
  template?.spec?.activeDeadlineSeconds !== undefined &&
    forbiddenField(
      'spec.template.spec.activeDeadlineSeconds',
      `activeDeadlineSeconds in ${workload === 'statefulset' ? 'StatefulSet' : 'ReplicaSet'} is not Supported`,
    ),
]

const operators = ['In', 'NotIn', 'Exists', 'DoesNotExist']

function selectorCauses(
  workload: string,
  selector: Wire<V1LabelSelector> | undefined,
  labels: Readonly<Record<string, string>> | undefined,
): Found {
  const mismatch = invalidValue('spec.template.metadata.labels', labels, '`selector` does not match template `labels`')
  if (selector === undefined) return [required('spec.selector'), mismatch]
  if (Object.keys(selector).length === 0)
    return invalidValue('spec.selector', {}, `empty selector is invalid for ${workload}`)
  if (selector.matchExpressions?.some(({ operator }) => !operators.includes(operator)) === true)
    return invalidValue('spec.selector', selector, 'invalid label selector')
  return !matchesLabels(selector, labels) && mismatch
}

export const selectorChangeCauses = (next: WorkloadSpec | undefined, old: WorkloadSpec | undefined): Found =>
  old !== undefined && !equal(next?.selector, old.selector) && immutable('spec.selector', next?.selector)
