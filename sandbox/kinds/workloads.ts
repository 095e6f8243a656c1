import type { V1PodTemplateSpec } from '@kubernetes/client-node'
import type { Wire } from '../kubernetes.ts'
import type { Cause } from '../refusal.ts'
import { oneOf } from './causes.ts'
import { type LabelSelector, workloadSelectorCauses } from './selector.ts'

interface WorkloadSpec {
  readonly selector?: LabelSelector | null
  readonly template?: Wire<V1PodTemplateSpec>
}

/** The part that Deployments, ReplicaSets and StatefulSets share. */
export const templateCauses = (workload: string, { selector, template }: WorkloadSpec): Cause[] => [
  ...workloadSelectorCauses(workload, selector, template?.metadata?.labels),
  ...(template?.spec === undefined
    ? []
    : oneOf('spec.template.spec.restartPolicy', template.spec.restartPolicy, ['Always'])),
]
