import type { Pod } from '../kubernetes.ts'
import type { Cause } from '../refusal.ts'
import { equal } from '../schema/json.ts'
import { forbiddenField, invalidValue } from './causes.ts'

type Spec = NonNullable<Pod['spec']>

const mayChange =
  'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)'

// k8s.io/kubernetes/pkg/apis/core/validation.ValidatePodUpdate; upstream goes on with a diff of Go structs, which is left out.
export function podChangeCauses(next: Spec, old: Spec, through: string | undefined): Cause[] {
  if (through === 'binding') return []
  if (through === 'ephemeralcontainers') return ephemeralCauses(next, old)
  for (const list of ['containers', 'initContainers'] as const)
    if ((next[list]?.length ?? 0) !== (old[list]?.length ?? 0))
      return [forbiddenField(`spec.${list}`, 'pod updates may not add or remove containers')]
  return [
    ...deadlineCauses(next.activeDeadlineSeconds, old.activeDeadlineSeconds),
    ...tolerationCauses(next.tolerations ?? [], old.tolerations ?? []),
    ...(equal(fixed(next, old), fixed(old, old)) ? [] : [forbiddenField('spec', mayChange)]),
  ]
}

type Tolerations = NonNullable<Spec['tolerations']>

function tolerationCauses(next: Tolerations, old: Tolerations): Cause[] {
  const lasting = (one: Tolerations[number]) => ({ ...one, tolerationSeconds: undefined })
  const isKept = (one: Tolerations[number]) => next.some((other) => equal(lasting(other), lasting(one)))
  return old.every(isKept)
    ? []
    : [forbiddenField('spec.tolerations', 'existing toleration can not be modified except its tolerationSeconds')]
}

function deadlineCauses(next: number | undefined, old: number | undefined): Cause[] {
  const field = 'spec.activeDeadlineSeconds'
  if (old === undefined || next === old) return []
  if (next === undefined) return [forbiddenField(field, 'must not be removed')]
  return next < old ? [] : [invalidValue(field, next, `must be less than or equal to previous value`)]
}

/** They come and stay. */
const ephemeralCauses = ({ ephemeralContainers: next = [] }: Spec, { ephemeralContainers: old = [] }: Spec): Cause[] =>
  old.flatMap((container) => {
    const kept = next.find(({ name }) => name === container.name)
    if (equal(kept, container)) return []
    const what = kept === undefined ? 'removed\n' : 'changed\n'
    return [
      forbiddenField(
        'spec.ephemeralContainers',
        `existing ephemeral containers "${container.name}" may not be ${what}`,
      ),
    ]
  })

/** All that has to stay. */
function fixed(spec: Spec, old: Spec): unknown {
  const { activeDeadlineSeconds: _, tolerations: __, schedulingGates: ___, ...rest } = spec
  const imageless = (containers: Spec['containers'] = []) =>
    containers.map(({ image: ____, ...container }) => container)
  return {
    ...rest,
    containers: imageless(spec.containers),
    initContainers: imageless(spec.initContainers),
    terminationGracePeriodSeconds:
      (old.terminationGracePeriodSeconds ?? 0) < 0 ? 1 : spec.terminationGracePeriodSeconds,
  }
}
