import type { Pod } from '../../kubernetes.ts'
import { badRequest, notFound } from '../../refusal.ts'
import type { ApiContext } from '../context.ts'

export function podAt({ store }: ApiContext, namespace: string, name: string): Pod {
  const pod = store.get<Pod>({ kind: 'pods', namespace, name })
  if (pod === undefined) throw notFound({ resource: 'pods', name })
  return pod
}

/** The container that is asked for, or the only one. Wording: pkg/registry/core/pod/strategy.go, validateContainer. */
export function containerOf({ metadata: { name }, spec }: Pod, asked: string | null): string {
  const containers = (spec?.containers ?? []).map((container) => container.name)
  const all = [
    ...(spec?.initContainers ?? []).map((container) => container.name),
    ...containers,
    ...(spec?.ephemeralContainers ?? []).map((container) => container.name),
  ]
  if (asked !== null && asked !== '') {
    if (!all.includes(asked)) throw badRequest(`container ${asked} is not valid for pod ${name}`)
    return asked
  }
  const [only, another] = containers
  if (only === undefined) throw badRequest(`a container name must be specified for pod ${name}`)
  if (another === undefined) return only
  throw badRequest(`a container name must be specified for pod ${name}, choose one of: [${all.join(' ')}]`)
}

export function checkScheduled({ metadata: { name }, spec }: Pod): void {
  if (spec?.nodeName === undefined) throw badRequest(`pod ${name} does not have a host assigned`)
}
