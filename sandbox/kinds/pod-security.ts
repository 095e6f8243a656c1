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
  return policyOf(mode, lookup.get<Namespace>({ kind: 'namespaces', namespace: '', name: namespace ?? '' }))
}

function policyOf(mode: 'enforce' | 'warn', namespace: Obj | undefined) {
  const labels = namespace?.metadata.labels ?? {}
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

/** Of a Namespace that asks for more than before: which of its Pods would be refused now. */
export function existingPodsWarnings(next: Obj, old: Obj, lookup: Lookup): string[] {
  const [policy, before] = [policyOf('enforce', next), policyOf('enforce', old)]
  if (policy === undefined || (policy.level === before?.level && policy.version === before.version)) return []
  const { name } = next.metadata
  const podsBy = new Map<string, string[]>()
  for (const { metadata, spec } of lookup.list<Pod>('pods', { namespace: name }).items) {
    // Without what it is in each that is wrong.
    const found = spec === undefined ? [] : violations(policy.level, spec).map((text) => text.replace(/ \(.*$/s, ''))
    if (found.length > 0) podsBy.set(found.join(', '), [...(podsBy.get(found.join(', ')) ?? []), metadata.name])
  }
  if (podsBy.size === 0) return []
  const others = (count: number) => (count === 0 ? '' : ` (and ${count} other pod${count === 1 ? '' : 's'})`)
  return [
    `existing pods in namespace "${name}" violate the new PodSecurity enforce level "${policy.level}:${policy.version}"`,
    ...[...podsBy].map(([found, [first = '', ...more]]) => `${first}${others(more.length)}: ${found}`),
  ]
}

function podSpecOf(object: Obj): Spec | undefined {
  const { spec } = object as Pod & { readonly spec?: { readonly template?: { readonly spec?: Spec } } }
  return spec?.template?.spec ?? (object.kind === 'Pod' ? spec : undefined)
}
