import type { V1Pod } from '@kubernetes/client-node'

/** Every container that a Pod's start depends on, in the order in which they start. */
export function containersOf({ spec, status }: V1Pod) {
  const statuses = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])]
  return [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])].map((container) => ({
    container,
    name: container.name,
    image: container.image ?? '',
    status: statuses.find(({ name }) => name === container.name),
  }))
}

/** The claims that a Pod uses, by name. */
export function claimsOf({ metadata, spec }: V1Pod): readonly string[] {
  return (spec?.volumes ?? []).flatMap(({ name, persistentVolumeClaim, ephemeral }) => {
    if (persistentVolumeClaim) return [persistentVolumeClaim.claimName]
    return ephemeral ? [`${metadata?.name}-${name}`] : []
  })
}
