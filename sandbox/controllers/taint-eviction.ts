import type { Controller, Key, World } from '../contracts.ts'
import type { Node, Pod } from '../kubernetes.ts'
import { disrupt } from '../store/deletion.ts'
import { isDeleting, keyOf } from './objects.ts'
import { stayOf } from './scheduling/taints.ts'

const component = 'taint-eviction-controller'

/** Ends Pods whose node got a NoExecute taint, when their tolerations end: pkg/controller/tainteviction. */
export function taintEviction(): Controller {
  /** Since when the time of Pods runs that may stay for a while. */
  const leaving = new Map<string, number>()
  const idOf = ({ namespace, name }: Key) => `${namespace}/${name}`

  const tell = (world: World, key: Key, verb: string) => {
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: key.name, namespace: key.namespace } } as Pod
    world.record(pod, {
      type: 'Normal',
      reason: 'TaintManagerEviction',
      message: `${verb} Pod ${idOf(key)}`,
      component,
    })
  }
  const stays = (key: Key, world: World) => {
    if (leaving.delete(idOf(key))) tell(world, key, 'Cancelling deletion of')
  }

  return {
    name: component,
    watches: ['nodes', 'pods'],
    keys({ key, object, old }, { store }) {
      if (key.kind === 'pods') return [key]
      if (old !== undefined && (old as Node).spec?.taints === (object as Node).spec?.taints) return []
      return store
        .list<Pod>('pods')
        .items.filter(({ spec }) => spec?.nodeName === key.name)
        .map((pod) => keyOf('pods', pod))
    },
    async reconcile(key, world) {
      const { store, clock } = world
      const pod = store.get<Pod>(key)
      const node = store.get<Node>({ kind: 'nodes', namespace: '', name: pod?.spec?.nodeName ?? '' })
      const taints = (node?.spec?.taints ?? []).filter(({ effect }) => effect === 'NoExecute')
      if (pod === undefined || taints.length === 0) return stays(key, world)
      if (isDeleting(pod)) return
      const stay = stayOf(pod, taints)
      if (stay === Infinity) return stays(key, world)
      if (stay === 0) stays(key, world)
      const since = leaving.get(idOf(key)) ?? clock.now()
      const again = since + stay * 1000 - clock.now()
      if (again > 0) {
        leaving.set(idOf(key), since)
        return { again }
      }
      leaving.delete(idOf(key))
      tell(world, key, 'Marking for deletion')
      const message = 'Taint manager: deleting due to NoExecute taint'
      disrupt(store, key, { reason: 'DeletionByTaintManager', message }, {}, clock)
    },
  }
}
