import type { Kind, Lookup } from '../contracts.ts'
import type { Namespace, Obj, Pod } from '../kubernetes.ts'
import { forbidden } from '../refusal.ts'
import { type Level, violations } from './pod-security-rules.ts'

type Spec = NonNullable<Pod['spec']>

const prefix = 'pod-security.kubernetes.io/'
const isLevel = (text: string | undefined): text is Level => text === 'baseline' || text === 'restricted'

/** The level that a namespace asks for. */
function asked(
  mode: 'enforce' | 'warn',
  namespace: string | undefined,
  lookup: Lookup,
): { level: Level; version: string } | undefined {
  const labels =
    lookup.get<Namespace>({ kind: 'namespaces', namespace: '', name: namespace ?? '' })?.metadata.labels ?? {}
  const level = labels[`${prefix}${mode}`]
  return isLevel(level) ? { level, version: labels[`${prefix}${mode}-version`] ?? 'latest' } : undefined
}

/** Refuses a Pod that its namespace does not allow. */
export function enforcePodSecurity({ metadata, spec }: Pod, lookup: Lookup): void {
  const policy = asked('enforce', metadata.namespace, lookup)
  if (policy === undefined || spec === undefined) return
  const found = violations(policy.level, spec)
  if (found.length > 0)
    throw forbidden(
      { resource: 'pods', name: metadata.name },
      `violates PodSecurity "${policy.level}:${policy.version}": ${found.join(', ')}`,
    )
}

/** A Pod, by the warn label; a workload's template by that of enforce, too, as only its Pods are refused. */
export function podSecurityWarnings(kind: Kind, object: Obj, lookup: Lookup): string[] {
  const spec = podSpecOf(object)
  const { namespace } = object.metadata
  const policies = [asked('warn', namespace, lookup), kind === 'pods' ? undefined : asked('enforce', namespace, lookup)]
  if (spec === undefined) return []
  const strictest =
    policies.find((policy) => policy?.level === 'restricted') ?? policies.find((policy) => policy !== undefined)
  if (strictest === undefined) return []
  const found = violations(strictest.level, spec)
  return found.length === 0
    ? []
    : [`would violate PodSecurity "${strictest.level}:${strictest.version}": ${found.join(', ')}`]
}

function podSpecOf(object: Obj): Spec | undefined {
  const { spec } = object as Pod & { readonly spec?: { readonly template?: { readonly spec?: Spec } } }
  return spec?.template?.spec ?? (object.kind === 'Pod' ? spec : undefined)
}
