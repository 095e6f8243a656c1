import type { V1PodTemplateSpec } from '@kubernetes/client-node'
import type { Wire } from '../kubernetes.ts'
import type { Cause } from '../refusal.ts'
import { unsupported } from './causes.ts'
import { labelsCauses } from './names.ts'
import { podSpecCauses } from './pod-validation.ts'
import { type LabelSelector, workloadSelectorCauses } from './selector.ts'

type Template = Wire<V1PodTemplateSpec>

interface WorkloadSpec {
  readonly selector?: LabelSelector | null
  readonly template?: Template
}

/** The part that Deployments, ReplicaSets and StatefulSets share. */
export function templateCauses(
  workload: string,
  { selector, template }: WorkloadSpec,
  claims: readonly string[] = [],
): Cause[] {
  const labels = template?.metadata?.labels
  const { restartPolicy } = template?.spec ?? {}
  return [
    ...workloadSelectorCauses(workload, selector, labels),
    ...labelsCauses('spec.template.labels', labels),
    ...podSpecCauses('spec.template.spec', template?.spec, claims),
    ...(restartPolicy !== undefined && restartPolicy !== 'Always'
      ? [unsupported('spec.template.spec.restartPolicy', restartPolicy, ['Always'])]
      : []),
  ]
}
