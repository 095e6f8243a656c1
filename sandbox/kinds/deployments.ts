import type { KindFile } from '../contracts.ts'
import type { Deployment } from '../kubernetes.ts'
import type { Cause } from '../refusal.ts'
import { atLeast, forbiddenField, invalidValue, unsupported } from './causes.ts'
import { containersOf, imagesOf, selectorOf } from './cells.ts'
import { defineKind } from './kind.ts'
import { selectorChangeCauses, templateCauses } from './workloads.ts'

type Spec = NonNullable<Deployment['spec']>

export const deployments: KindFile = defineKind<Deployment>('deployments.apps', {
  cells: {
    Ready: ({ spec, status }) => `${status?.readyReplicas ?? 0}/${spec?.replicas ?? 0}`,
    'Up-to-date': ({ status }) => status?.updatedReplicas ?? 0,
    Available: ({ status }) => status?.availableReplicas ?? 0,
    Containers: ({ spec }) => containersOf(spec?.template ?? {}),
    Images: ({ spec }) => imagesOf(spec?.template ?? {}),
    Selector: ({ spec }) => selectorOf(spec?.selector),
  },
  // Its annotations are handed on to its ReplicaSets; its controller's own comes with its status.
  counted: ({ spec, metadata: { annotations = {} } }) => {
    const { 'deployment.kubernetes.io/revision': _, ...others } = annotations
    return { spec, others }
  },
  validate: ({ spec }, old) => [
    spec !== undefined && [templateCauses('deployment', spec), strategyCauses(spec)],
    selectorChangeCauses(spec, old?.spec),
  ],
})

function strategyCauses({ strategy }: Spec): Cause[] {
  const field = 'spec.strategy'
  const { type, rollingUpdate } = strategy ?? {}
  if (type === 'Recreate')
    return rollingUpdate === undefined
      ? []
      : [forbiddenField(`${field}.rollingUpdate`, "may not be specified when strategy `type` is 'Recreate'")]
  if (type !== 'RollingUpdate')
    return [unsupported(field, { Type: type, RollingUpdate: rollingUpdate ?? null }, ['Recreate', 'RollingUpdate'])]
  const [surge, unavailable]: unknown[] = [rollingUpdate?.maxSurge, rollingUpdate?.maxUnavailable]
  const isZero = (value: unknown) => value === 0 || value === '0%'
  return [
    ...shareCauses(`${field}.rollingUpdate.maxUnavailable`, unavailable, 100),
    ...shareCauses(`${field}.rollingUpdate.maxSurge`, surge, Number.POSITIVE_INFINITY),
    ...(isZero(surge) && isZero(unavailable)
      ? [invalidValue(`${field}.rollingUpdate.maxUnavailable`, unavailable, 'may not be 0 when `maxSurge` is 0')]
      : []),
  ].toSorted((a, b) => (a.field < b.field ? -1 : 1))
}

/** A number or a percentage. */
export function shareCauses(field: string, value: unknown, most: number): Cause[] {
  if (typeof value === 'number') return atLeast(field, value, 0)
  if (typeof value !== 'string') return []
  if (!/^[0-9]+%$/.test(value))
    return [
      invalidValue(
        field,
        value,
        "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')",
      ),
    ]
  return Number(value.slice(0, -1)) > most ? [invalidValue(field, value, 'must not be greater than 100%')] : []
}
