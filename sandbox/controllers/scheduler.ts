import type { Change, Controller, Key, World } from '../contracts.ts'
import type { Node, Obj, Pod } from '../kubernetes.ts'
import { conditionOf, withCondition } from './conditions.ts'
import { isDeleting, keyOf, now, update } from './objects.ts'
import { claimsOf, isFinished } from './pods.ts'
import { type Filter, filters, lastFilters, type Misfit } from './scheduling/filters.ts'
import { occupantsOf } from './scheduling/occupants.ts'
import { askFor, claimsToBind, type Unbound, volumesOn } from './scheduling/volumes.ts'

const component = 'default-scheduler'

const isWaiting = (pod: Pod) =>
  pod.spec?.nodeName === undefined && !isDeleting(pod) && !isFinished(pod) && pod.spec?.schedulerName === component

interface Choice {
  readonly node: Node
  readonly unbound: readonly Unbound[]
}

/** Looks for a node as the default profile's filters do, and says why there is none. */
function choose(pod: Pod, { store }: World): Choice | { readonly message: string } {
  const nodes = store.list<Node>('nodes').items
  if (nodes.length === 0) return { message: 'no nodes available to schedule pods' }
  const none = `0/${nodes.length} nodes are available`
  const claims = claimsToBind(store, pod)
  if ('problem' in claims) return { message: `${none}: ${claims.problem}. not found` }

  const misfits: Misfit[] = []
  for (const node of nodes) {
    const occupants = occupantsOf(store, node)
    const first = (list: readonly Filter[]) => {
      for (const filter of list) {
        const misfit = filter(pod, node, occupants)
        if (misfit !== undefined) return misfit
      }
      return undefined
    }
    const unbound = first(filters) ?? volumesOn(store, node, claims)
    if ('reasons' in unbound) misfits.push(unbound)
    else {
      const misfit = first(lastFilters)
      if (misfit === undefined) return { node, unbound }
      misfits.push(misfit)
    }
  }
  const reasons = counted(misfits.flatMap((misfit) => misfit.reasons))
  const help = counted(
    misfits.map((misfit) =>
      misfit.final ? 'Preemption is not helpful for scheduling' : 'No preemption victims found for incoming pod',
    ),
  )
  return { message: `${none}: ${reasons}. no new claims to deallocate, preemption: ${none}: ${help}.` }
}

/** "1 Insufficient cpu, 1 Too many pods": in the order of the alphabet. */
function counted(reasons: readonly string[]): string {
  const counts = new Map<string, number>()
  for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1)
  return [...counts]
    .map(([reason, count]) => `${count} ${reason}`)
    .toSorted()
    .join(', ')
}

type Scheduled = Omit<NonNullable<NonNullable<Pod['status']>['conditions']>[number], 'type' | 'lastTransitionTime'>

const withScheduled = (pod: Pod, condition: Scheduled, time: string): Pod => ({
  ...pod,
  status: {
    ...pod.status,
    conditions: withCondition(pod.status?.conditions, { ...condition, type: 'PodScheduled' }, time),
  },
})

/** Its heartbeats are no news. */
function isNews({ object, old }: Change): boolean {
  const telling = (node: Obj) => {
    const { spec, status, metadata } = node as Node
    return JSON.stringify([spec, metadata.labels, status?.allocatable])
  }
  return old === undefined || telling(object) !== telling(old)
}

const wasShortOf = (pod: Pod, what: RegExp) =>
  what.test(conditionOf(pod.status?.conditions, 'PodScheduled')?.message ?? '')

/** One that has left made room; one that has come may be whom another wants to be with. */
function helpedByPod(type: Change['type'], pod: Pod, before: Pod | undefined): ((pod: Pod) => boolean) | undefined {
  if (pod.spec?.nodeName === undefined) return undefined
  if (type === 'DELETED' || (isFinished(pod) && before !== undefined && !isFinished(before)))
    return (each) => wasShortOf(each, /Insufficient|Too many pods|free ports|anti-affinity/)
  return before?.spec?.nodeName === undefined ? (each) => wasShortOf(each, /pod affinity/) : undefined
}

/** Which of the waiting Pods may fit now: the plugins' queueing hints. */
function helpedBy(change: Change): ((pod: Pod) => boolean) | undefined {
  const { key, type, object, old } = change
  switch (key.kind) {
    case 'pods':
      return helpedByPod(type, object, old)
    case 'nodes':
      return isNews(change) ? () => true : undefined
    case 'persistentvolumeclaims':
      return (each) => each.metadata.namespace === key.namespace && claimsOf(each).includes(key.name)
    default:
      return (each) => claimsOf(each).length > 0
  }
}

export const scheduler: Controller = {
  name: component,
  watches: ['pods', 'nodes', 'persistentvolumeclaims', 'persistentvolumes', 'storageclasses.storage.k8s.io'],
  keys(change, { store }) {
    const { key, type, object } = change
    if (key.kind === 'pods' && type !== 'DELETED' && isWaiting(object)) return hasOnlyNewStatus(change) ? [] : [key]
    const helps = helpedBy(change)
    if (helps === undefined) return []
    return store
      .list<Pod>('pods')
      .items.filter((pod) => isWaiting(pod) && helps(pod))
      .map((pod): Key => keyOf('pods', pod))
  },
  async reconcile(key, world) {
    const { store, clock } = world
    const pod = store.get<Pod>(key)
    if (pod === undefined || !isWaiting(pod)) return
    const observed = pod.metadata.generation === undefined ? {} : { observedGeneration: pod.metadata.generation }
    const fail = (reason: string, message: string, generation: object = observed) =>
      update<Pod>(store, key, (old) =>
        withScheduled(old, { status: 'False', reason, message, ...generation }, now(clock)),
      )
    if ((pod.spec?.schedulingGates ?? []).length > 0)
      return fail('SchedulingGated', 'Scheduling is blocked due to non-empty scheduling gates', {})

    const choice = choose(pod, world)
    if ('message' in choice) {
      world.record(pod, { type: 'Warning', reason: 'FailedScheduling', message: choice.message, component })
      return fail('Unschedulable', choice.message)
    }
    if (askFor(store, choice.node, choice.unbound)) return
    const nodeName = choice.node.metadata.name
    const bound = (old: Pod) =>
      withScheduled(
        { ...old, spec: { ...old.spec, containers: old.spec?.containers ?? [], nodeName } },
        { status: 'True', ...observed },
        now(clock),
      )
    update(store, key, bound, { through: 'binding' })
    const message = `Successfully assigned ${key.namespace}/${key.name} to ${nodeName}`
    world.record(pod, { type: 'Normal', reason: 'Scheduled', message, component })
  },
}

/** Its own conditions: nothing for the scheduler to think about again. */
const hasOnlyNewStatus = ({ object, old }: Change): boolean =>
  old?.metadata.generation === object.metadata.generation &&
  JSON.stringify(old?.metadata.labels) === JSON.stringify(object.metadata.labels)
