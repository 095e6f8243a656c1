import type { Kind, KindFile, Lookup, Names } from '../contracts.ts'
import { facts } from '../facts/index.ts'
import { kindOf } from '../facts/names.ts'
import { modelled } from '../facts/modelled.ts'
import type { Obj } from '../kubernetes.ts'
import { configmaps } from './configmaps.ts'
import { controllerrevisions } from './controllerrevisions.ts'
import { deployments } from './deployments.ts'
import { endpoints } from './endpoints.ts'
import { endpointslices } from './endpointslices.ts'
import { events } from './events.ts'
import { leases } from './leases.ts'
import { namespaces } from './namespaces.ts'
import { nodes } from './nodes.ts'
import { persistentvolumeclaims } from './persistentvolumeclaims.ts'
import { persistentvolumes } from './persistentvolumes.ts'
import { existingPodsWarnings, podSecurityWarnings } from './pod-security.ts'
import { pods } from './pods.ts'
import { priorityclasses } from './priorityclasses.ts'
import { replicasets } from './replicasets.ts'
import { secrets } from './secrets.ts'
import { serviceaccounts } from './serviceaccounts.ts'
import { services } from './services.ts'
import { statefulsets } from './statefulsets.ts'
import { storageclasses } from './storageclasses.ts'

export const kinds: ReadonlyMap<Kind, KindFile> = new Map(
  [
    configmaps,
    controllerrevisions,
    deployments,
    endpoints,
    endpointslices,
    events,
    leases,
    namespaces,
    nodes,
    persistentvolumeclaims,
    persistentvolumes,
    pods,
    priorityclasses,
    replicasets,
    secrets,
    serviceaccounts,
    services,
    statefulsets,
    storageclasses,
  ].map((file) => [kindOf(file.names), file]),
)

/** In discovery, and not more. */
export const unmodelled: readonly Names[] = facts.discovery.filter((names) => !modelled.includes(kindOf(names)))

/** What the API answers beside a write that it takes: k8s.io/pod-security-admission's warnings. */
export function warningsOf(kind: Kind, next: Obj, old: Obj | undefined, lookup: Lookup): readonly string[] {
  if (kind === 'namespaces') return old === undefined ? [] : existingPodsWarnings(next, old, lookup)
  return old === undefined || kind !== 'pods' ? podSecurityWarnings(kind, next, lookup) : []
}
