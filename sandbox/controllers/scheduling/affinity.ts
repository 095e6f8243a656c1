import type { Node, PersistentVolume, Pod } from '../../kubernetes.ts'
import { matchesLabels } from '../../store/selectors.ts'

type Required = NonNullable<NonNullable<NonNullable<PersistentVolume['spec']>['nodeAffinity']>['required']>
type Term = Required['nodeSelectorTerms'][number]

/** One of the terms has to hold; one without requirements never does: k8s.io/component-helpers/scheduling/corev1/nodeaffinity. */
export const matchesNode = ({ nodeSelectorTerms }: Required, node: Node): boolean =>
  nodeSelectorTerms.some((term) => matchesTerm(term, node))

const matchesTerm = ({ matchExpressions = [], matchFields = [] }: Term, { metadata }: Node): boolean =>
  matchExpressions.length + matchFields.length > 0 &&
  matchesLabels({ matchExpressions }, metadata.labels) &&
  matchesLabels({ matchExpressions: matchFields }, { 'metadata.name': metadata.name })

export function fitsSelectors({ spec }: Pod, node: Node): boolean {
  const required = spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution
  return (
    matchesLabels({ matchLabels: spec?.nodeSelector ?? {} }, node.metadata.labels) &&
    (required === undefined || matchesNode(required, node))
  )
}

type PodTerm = NonNullable<
  NonNullable<NonNullable<Pod['spec']>['affinity']>['podAffinity']
>['requiredDuringSchedulingIgnoredDuringExecution']
type PodTerms = NonNullable<PodTerm>

/** Whether `other` is one of the Pods that a term of `pod` speaks of. */
function isMeant(
  { labelSelector, namespaces = [], namespaceSelector }: PodTerms[number],
  pod: Pod,
  other: Pod,
): boolean {
  const where = other.metadata.namespace ?? ''
  const everywhere = namespaceSelector !== undefined && Object.keys(namespaceSelector).length === 0
  const listed = namespaces.length === 0 && !everywhere ? [pod.metadata.namespace ?? ''] : namespaces
  return (everywhere || listed.includes(where)) && matchesLabels(labelSelector, other.metadata.labels)
}

/** With one node every topology is that node's, if it has the label at all: plugins/interpodaffinity/filtering.go. */
export function podAffinityProblem(pod: Pod, node: Node, others: readonly Pod[]): string | undefined {
  const has = ({ topologyKey }: PodTerms[number]) => node.metadata.labels?.[topologyKey] !== undefined
  const { podAffinity, podAntiAffinity } = pod.spec?.affinity ?? {}
  const wanted = podAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []
  const met = wanted.every((term) => has(term) && others.some((other) => isMeant(term, pod, other)))
  // The first of a group that wants to be together has to start somewhere.
  const first =
    wanted.every((term) => has(term) && isMeant(term, pod, pod)) &&
    !others.some((other) => wanted.some((term) => isMeant(term, pod, other)))
  if (wanted.length > 0 && !met && !first) return "node(s) didn't match pod affinity rules"

  const unwanted = podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []
  if (unwanted.some((term) => has(term) && others.some((other) => isMeant(term, pod, other))))
    return "node(s) didn't match pod anti-affinity rules"
  const refused = others.some((other) =>
    (other.spec?.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []).some(
      (term) => has(term) && isMeant(term, other, pod),
    ),
  )
  return refused ? "node(s) didn't satisfy existing pods anti-affinity rules" : undefined
}
