import type { Store } from '../../contracts.ts'
import type { Node, Pod } from '../../kubernetes.ts'
import { isFinished } from '../pods.ts'
import { plus, requestsOf, type Resources } from './requests.ts'

/** The Pods of a node, and what they have asked for together. */
export interface Occupants {
  readonly pods: readonly Pod[]
  readonly used: Resources
}

const known = new WeakMap<Store, { readonly revision: number; readonly byNode: Map<string, Occupants> }>()

/** Counted once as long as nothing changes: hundreds of Pods may be waiting for room. */
export function occupantsOf(store: Store, { metadata: { name } }: Node): Occupants {
  let cached = known.get(store)
  if (cached?.revision !== store.resourceVersion) {
    cached = { revision: store.resourceVersion, byNode: new Map() }
    known.set(store, cached)
  }
  let occupants = cached.byNode.get(name)
  if (occupants === undefined) {
    const { items } = store.list<Pod>('pods', {
      matches: (pod) => (pod as Pod).spec?.nodeName === name && !isFinished(pod),
    })
    occupants = { pods: items, used: items.map(requestsOf).reduce(plus, new Map()) }
    cached.byNode.set(name, occupants)
  }
  return occupants
}
