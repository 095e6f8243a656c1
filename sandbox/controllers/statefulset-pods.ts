import type { PersistentVolumeClaim, Pod, StatefulSet } from '../kubernetes.ts'
import type { Draft } from './objects.ts'
import { ownedBy } from './objects.ts'

// What makes a Pod of a StatefulSet its own: k8s.io/kubernetes/pkg/controller/statefulset/stateful_set_utils.go. Pure.

export const revisionLabel = 'controller-revision-hash'
const nameLabel = 'statefulset.kubernetes.io/pod-name'
const indexLabel = 'apps.kubernetes.io/pod-index'

type Template = NonNullable<StatefulSet['spec']>['template']

export const firstOrdinal = ({ spec }: StatefulSet): number => spec?.ordinals?.start ?? 0

export const podName = ({ metadata }: StatefulSet, ordinal: number): string => `${metadata.name}-${ordinal}`

/** -1 for a Pod that is none of its own. */
export function ordinalOf(set: StatefulSet, { metadata }: Pod): number {
  const ordinal = metadata.name.slice(set.metadata.name.length + 1)
  return metadata.name.startsWith(`${set.metadata.name}-`) && /^(?:0|[1-9]\d*)$/.test(ordinal) ? Number(ordinal) : -1
}

const claimTemplates = ({ spec }: StatefulSet) => spec?.volumeClaimTemplates ?? []

/** www-web-0 */
const claimName = (template: string, pod: string): string => `${template}-${pod}`

export const claimNames = (set: StatefulSet, pod: string): readonly string[] =>
  claimTemplates(set).map(({ metadata }) => claimName(metadata?.name ?? '', pod))

export const claimsFor = (set: StatefulSet, pod: string): readonly Draft<PersistentVolumeClaim>[] =>
  claimTemplates(set).map(({ metadata, spec }) => ({
    metadata: {
      name: claimName(metadata?.name ?? '', pod),
      namespace: set.metadata.namespace ?? '',
      labels: { ...metadata?.labels, ...set.spec?.selector.matchLabels },
      ...(metadata?.annotations === undefined ? {} : { annotations: metadata.annotations }),
    },
    ...(spec === undefined ? {} : { spec }),
  }))

const identity = (name: string, ordinal: number) => ({ [nameLabel]: name, [indexLabel]: String(ordinal) })

/** A volume for each of its claims, in place of a volume of that name which the template may have. */
function volumesFor(set: StatefulSet, name: string, template: Template) {
  const claimed = claimTemplates(set).map(({ metadata }) => ({
    name: metadata?.name ?? '',
    persistentVolumeClaim: { claimName: claimName(metadata?.name ?? '', name) },
  }))
  const names = new Set(claimed.map((volume) => volume.name))
  return [...claimed, ...(template?.spec?.volumes ?? []).filter((volume) => !names.has(volume.name))]
}

export function podFor(set: StatefulSet, ordinal: number, template: Template, revision: string): Draft<Pod> {
  const name = podName(set, ordinal)
  const { metadata = {}, spec } = template ?? {}
  const { annotations, finalizers } = metadata
  const volumes = volumesFor(set, name, template)
  return {
    metadata: {
      name,
      namespace: set.metadata.namespace ?? '',
      generateName: `${set.metadata.name}-`,
      labels: { ...metadata.labels, ...identity(name, ordinal), [revisionLabel]: revision },
      ...(annotations === undefined ? {} : { annotations }),
      ...(finalizers === undefined ? {} : { finalizers }),
      ownerReferences: [ownedBy(set)],
    },
    spec: {
      ...spec,
      containers: spec?.containers ?? [],
      hostname: name,
      ...(set.spec?.serviceName ? { subdomain: set.spec.serviceName } : {}),
      ...(volumes.length === 0 ? {} : { volumes }),
    },
  }
}

/** With the labels that name it, should somebody have taken them away; itself where they are there. */
export function identified(pod: Pod, ordinal: number): Pod {
  const { name, labels } = pod.metadata
  const own = identity(name, ordinal)
  if (Object.entries(own).every(([label, value]) => labels?.[label] === value)) return pod
  return { ...pod, metadata: { ...pod.metadata, labels: { ...labels, ...own } } }
}

export const podRevision = ({ metadata }: Pod): string => metadata.labels?.[revisionLabel] ?? ''
