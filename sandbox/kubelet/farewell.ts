import type { Store } from '../contracts.ts'
import type { Pod, StatefulSet } from '../kubernetes.ts'

/** Milliseconds that a Pod takes to leave at the least where another one of its name is about to come. */
const farewell = 400

/**
 * kubectl delete looks for the Pod twice before it watches. Where another one of the same name has taken its place between the two looks, it waits
 * for ever: no real node is so quick. Only a StatefulSet makes one of the same name, and only as long as it wants that many.
 */
export function leastFarewell({ metadata: { name, namespace = '', ownerReferences = [] } }: Pod, store: Store): number {
  const owner = ownerReferences.find(({ kind }) => kind === 'StatefulSet')
  if (owner === undefined) return 0
  const set = store.get<StatefulSet>({ kind: 'statefulsets.apps', namespace, name: owner.name })
  if (set === undefined || set.metadata.uid !== owner.uid || set.metadata.deletionTimestamp !== undefined) return 0
  const ordinal = Number(name.slice(name.lastIndexOf('-') + 1)) - (set.spec?.ordinals?.start ?? 0)
  return ordinal < (set.spec?.replicas ?? 1) ? farewell : 0
}
