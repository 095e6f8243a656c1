import type { Controller } from '../contracts.ts'
import type { Node } from '../kubernetes.ts'
import { timestamp } from '../store/time.ts'
import { update } from './objects.ts'

const key = 'node.kubernetes.io/unschedulable'

/** A cordoned node says so by a taint: k8s.io/kubernetes/pkg/controller/nodelifecycle. */
export const nodes: Controller = {
  name: 'node-controller',
  watches: ['nodes'],
  keys: (change) => (change.type === 'DELETED' ? [] : [change.key]),
  async reconcile(nodeKey, { store, clock }) {
    const node = store.get<Node>(nodeKey)
    if (node === undefined) return
    const { unschedulable = false, taints = [] } = node.spec ?? {}
    if (taints.some((taint) => taint.key === key) === unschedulable) return
    const timeAdded = timestamp(clock.now())
    update<Node>(store, nodeKey, (old) => ({
      ...old,
      spec: {
        ...old.spec,
        taints: unschedulable
          ? [...taints, { key, effect: 'NoSchedule', timeAdded }]
          : taints.filter((taint) => taint.key !== key),
      },
    }))
  },
}
