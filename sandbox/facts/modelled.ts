import type { Kind } from '../contracts.ts'

/** The kinds that the sandbox knows; the others are in discovery, empty. */
export const modelled: readonly Kind[] = [
  'configmaps',
  'endpoints',
  'events',
  'namespaces',
  'nodes',
  'persistentvolumeclaims',
  'persistentvolumes',
  'pods',
  'secrets',
  'serviceaccounts',
  'services',
  'controllerrevisions.apps',
  'deployments.apps',
  'replicasets.apps',
  'statefulsets.apps',
  'leases.coordination.k8s.io',
  'endpointslices.discovery.k8s.io',
  'priorityclasses.scheduling.k8s.io',
  'storageclasses.storage.k8s.io',
]
