import type { KindFile } from '../contracts.ts'
import type { Pod } from '../kubernetes.ts'
import { none } from './cells.ts'
import { defineKind } from './kind.ts'
import { admitted, withTolerations } from './pod-admission.ts'
import { enforcePodSecurity } from './pod-security.ts'
import { printedPod } from './pod-status.ts'
import { podChangeCauses } from './pod-update.ts'
import { forbiddenField } from './causes.ts'
import { qosClass } from './qos.ts'

function gates({ spec, status }: Pod): string {
  const wanted = spec?.readinessGates ?? []
  const open = wanted.filter(({ conditionType }) =>
    status?.conditions?.some(({ type, status: is }) => type === conditionType && is === 'True'),
  )
  return wanted.length === 0 ? '<none>' : `${open.length}/${wanted.length}`
}

export const pods: KindFile = defineKind<Pod>('pods', {
  cells: {
    Ready: (pod, now) => printedPod(pod, now).ready,
    Status: (pod, now) => printedPod(pod, now).status,
    Restarts: (pod, now) => printedPod(pod, now).restarts,
    IP: ({ status }) => none(status?.podIPs?.[0]?.ip ?? status?.podIP),
    Node: ({ spec }) => none(spec?.nodeName),
    'Nominated Node': ({ status }) => none(status?.nominatedNodeName),
    'Readiness Gates': gates,
  },
  selectable: [
    'spec.nodeName',
    'spec.restartPolicy',
    'spec.schedulerName',
    'spec.serviceAccountName',
    'spec.hostNetwork',
    'status.phase',
    'status.podIP',
    'status.nominatedNodeName',
  ],
  // Binding is no change of what was asked for.
  counted: ({ spec }) => ({ ...spec, nodeName: '' }),
  prepare: (next, old, lookup) => {
    if (old !== undefined) return next.spec === undefined ? next : { ...next, spec: withTolerations(next.spec) }
    const spec = admitted(next, lookup)
    const pod = { ...next, spec, status: { ...next.status, phase: 'Pending', qosClass: qosClass(spec) } }
    enforcePodSecurity(pod, lookup)
    return pod
  },
  validate: (next, old, through) => [
    ...(old === undefined && next.spec?.ephemeralContainers !== undefined
      ? [forbiddenField('spec.ephemeralContainers', 'cannot be set on create')]
      : []),
    ...(old?.spec === undefined || next.spec === undefined ? [] : podChangeCauses(next.spec, old.spec, through)),
  ],
})
