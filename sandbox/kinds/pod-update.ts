import type { Pod } from '../kubernetes.ts'
import type { Cause } from '../refusal.ts'
import { equal } from '../schema/json.ts'
import { forbiddenField, invalidValue } from './causes.ts'

type Spec = NonNullable<Pod['spec']>

const mayChange =
  'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)'

// k8s.io/kubernetes/pkg/apis/core/validation.ValidatePodUpdate; upstream goes on with a diff of Go structs, which is left out.
export function podChangeCauses(next: Spec, old: Spec, binds: boolean): Cause[] {
  for (const list of ['containers', 'initContainers'] as const)
    if ((next[list]?.length ?? 0) !== (old[list]?.length ?? 0))
      return [forbiddenField(`spec.${list}`, 'pod updates may not add or remove containers')]
  return [
    ...deadlineCauses(next.activeDeadlineSeconds, old.activeDeadlineSeconds),
    ...tolerationCauses(next.tolerations ?? [], old.tolerations ?? []),
    ...(equal(fixed(next, old, binds), fixed(old, old, binds)) ? [] : [forbiddenField('spec', mayChange)]),
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

/** All that has to stay. Ephemeral containers have a subresource of their own; what it writes passes here, too. */
function fixed(spec: Spec, old: Spec, binds: boolean): unknown {
  const {
    activeDeadlineSeconds: _,
    tolerations: ____,
    ephemeralContainers: __,
    nodeName,
    schedulingGates: ___,
    ...rest
  } = spec
  const imageless = (containers: Spec['containers'] = []) =>
    containers.map(({ image: _____, ...container }) => container)
  return {
    ...rest,
    nodeName: binds ? '' : (nodeName ?? ''),
    containers: imageless(spec.containers),
    initContainers: imageless(spec.initContainers),
    terminationGracePeriodSeconds:
      (old.terminationGracePeriodSeconds ?? 0) < 0 ? 1 : spec.terminationGracePeriodSeconds,
  }
}
