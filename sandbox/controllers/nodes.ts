import type { Controller } from '../contracts.ts'
import type { Node } from '../kubernetes.ts'
import { annotated, annotationOf, keyOf, now, update } from './objects.ts'
import { cordon } from './scheduling/taints.ts'

const ttl = 'node.alpha.kubernetes.io/ttl'

/** Meets nodes, and marks those that are cordoned: pkg/controller/nodelifecycle, and pkg/controller/ttl. */
export const nodes: Controller = {
  name: 'node-controller',
  watches: ['nodes'],
  keys: ({ key, type }) => (type === 'DELETED' ? [] : [key]),
  async reconcile(key, world) {
    const { store, clock } = world
    const node = store.get<Node>(key)
    if (node === undefined) return
    if (annotationOf(node, ttl) === undefined) {
      update<Node>(store, key, (old) => annotated(old, { [ttl]: '0' }))
      const message = `Node ${key.name} event: Registered Node ${key.name} in Controller`
      world.record(node, { type: 'Normal', reason: 'RegisteredNode', message, component: 'node-controller' })
    }
    const taints = node.spec?.taints ?? []
    const others = taints.filter(({ key: name, effect }) => name !== cordon.key || effect !== cordon.effect)
    const cordoned = node.spec?.unschedulable === true
    if (cordoned === others.length < taints.length) return
    const next = cordoned ? [...others, { ...cordon, timeAdded: now(clock) }] : others
    update<Node>(store, keyOf('nodes', node), (old) => {
      const { taints: _, ...spec } = old.spec ?? {}
      return { ...old, spec: next.length === 0 ? spec : { ...spec, taints: next } }
    })
  },
}
