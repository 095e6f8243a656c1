import { SteppedClock } from '../../../sandbox/clock.ts'
import type { Kind, World } from '../../../sandbox/contracts.ts'
import { startControllers } from '../../../sandbox/controllers/index.ts'
import { kinds } from '../../../sandbox/kinds/index.ts'
import type { Event, Node, Obj, Pod } from '../../../sandbox/kubernetes.ts'
import { type DeleteOptions, remove } from '../../../sandbox/store/deletion.ts'
import { recorder } from '../../../sandbox/store/recorder.ts'
import { seed } from '../../../sandbox/store/seed.ts'
import { MemoryStore } from '../../../sandbox/store/store.ts'
import { timestamp } from '../../../sandbox/store/time.ts'

type Written = Readonly<Record<string, unknown>>

/** A cluster without containers: its Pods run as soon as they have a node, unless they are held. */
export function cluster({ node = true } = {}) {
  const clock = new SteppedClock()
  const store = new MemoryStore(kinds, clock)
  seed(store, clock)
  const disks: string[] = []
  const world: World = {
    store,
    clock,
    disks: {
      make: async (path) => void disks.push(path),
      remove: async (path) => void disks.splice(disks.indexOf(path), 1),
    },
    record: recorder(store, clock),
  }
  const ending = new AbortController()
  const held = new Set<string>()
  let addresses = 1

  const keyOf = (kind: Kind, name: string) => ({
    kind,
    namespace: kinds.get(kind)?.names.namespaced === true ? 'default' : '',
    name,
  })
  // What a test asks for it gets as the kind that it says.
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters
  const get = <T extends Obj>(kind: Kind, name: string): T | undefined => store.get<T>(keyOf(kind, name))
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters
  const list = <T extends Obj>(kind: Kind): readonly T[] =>
    store.list<T>(kind, kinds.get(kind)?.names.namespaced === true ? { namespace: 'default' } : {}).items
  const write = <T extends Obj>(kind: Kind, name: string, change: Written | ((old: T) => unknown)): T =>
    store.write<T>(keyOf(kind, name), (old) => {
      if (typeof change !== 'function') return { metadata: { name }, ...change } as unknown as Partial<T>
      return change(old as T) as Partial<T>
    })

  const run = (pod: Pod) => {
    const { name, namespace = '', deletionTimestamp } = pod.metadata
    const key = { kind: 'pods', namespace, name }
    if (deletionTimestamp !== undefined) {
      if (!held.has(name)) remove(store, key, { gracePeriodSeconds: 0 }, clock)
      return
    }
    if (pod.spec?.nodeName === undefined || pod.status?.podIP !== undefined || held.has(name)) return
    addresses += 1
    const podIP = `10.244.0.${addresses}`
    const ready = { type: 'Ready', status: 'True', lastTransitionTime: timestamp(clock.now()) }
    store.write<Pod>(key, (old) => {
      const conditions = [...(old?.status?.conditions ?? []), ready] as NonNullable<Pod['status']>['conditions']
      return { ...old, status: { ...old?.status, phase: 'Running', podIP, conditions } } as Pod
    })
  }
  /** Until nothing has been written for some turns. */
  const settle = async () => {
    for (let quiet = 0; quiet < 4; quiet += 1) {
      const before = store.resourceVersion
      await clock.step(0)
      for (const pod of store.list<Pod>('pods').items)
        if (store.get({ kind: 'pods', namespace: pod.metadata.namespace ?? '', name: pod.metadata.name }) === pod)
          run(pod)
      if (store.resourceVersion !== before) quiet = -1
    }
  }

  if (node)
    write<Node>('nodes', 'sandbox', {
      metadata: { name: 'sandbox', labels: { 'kubernetes.io/hostname': 'sandbox' } },
      spec: {},
      status: { allocatable: { cpu: '4', memory: '8Gi', pods: '110', 'ephemeral-storage': '100Gi' } },
    })
  startControllers(world, ending.signal)

  return {
    clock,
    store,
    world,
    disks,
    get,
    list,
    write,
    settle,
    names: (kind: Kind) => list(kind).map(({ metadata }) => metadata.name),
    del: (kind: Kind, name: string, options: DeleteOptions = {}) => remove(store, keyOf(kind, name), options, clock),
    /** The Pod stays where it is: Pending, or Terminating. */
    hold: (name: string) => void held.add(name),
    free: (name: string) => void held.delete(name),
    step: async (milliseconds: number) => {
      await clock.step(milliseconds)
      await settle()
    },
    told: (name: string) =>
      list<Event>('events')
        .filter(({ involvedObject }) => involvedObject.name === name)
        .map(({ reason, message }) => `${reason}: ${message}`),
    stop: () => ending.abort(),
  }
}

export const podSpec = { containers: [{ name: 'app', image: 'busybox:1.36' }], terminationGracePeriodSeconds: 30 }

export const templateFor = (app: string, image = 'busybox:1.36') => ({
  metadata: { labels: { app } },
  spec: { containers: [{ name: 'app', image }] },
})
