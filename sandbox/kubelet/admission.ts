import type { Store } from '../contracts.ts'
import { fitsSelectors } from '../controllers/scheduling/affinity.ts'
import { isFinished } from '../controllers/pods.ts'
import { plus, requestsOf, resourcesOf } from '../controllers/scheduling/requests.ts'
import type { Node, Pod } from '../kubernetes.ts'
import { timestamp } from '../store/time.ts'
import { nodeName } from './node.ts'

interface Rejection {
  readonly reason: string
  readonly message: string
}

const pods = new Map([['pods', 1_000_000_000n]])

/** Who names a node passes the scheduler by, and not the kubelet: pkg/kubelet/lifecycle/predicate.go. */
export function rejectionOf(store: Store, pod: Pod): Rejection | undefined {
  const node = store.get<Node>({ kind: 'nodes', namespace: '', name: nodeName })
  if (node === undefined) return undefined
  const { items } = store.list<Pod>('pods', {
    matches: (each) => {
      const other = each as Pod
      return other.spec?.nodeName === nodeName && other.status?.startTime !== undefined && !isFinished(other)
    },
  })
  const asked = plus(requestsOf(pod), pods)
  const used = items.map((each) => plus(requestsOf(each), pods)).reduce(plus, new Map())
  const capacity = resourcesOf(node.status?.allocatable)
  for (const name of ['pods', 'cpu', 'memory', 'ephemeral-storage']) {
    const [wants, has, taken] = [asked, capacity, used].map((each) => each.get(name) ?? 0n)
    if (wants === undefined || has === undefined || taken === undefined || wants === 0n || wants <= has - taken)
      continue
    const [requested, inUse, room] = [wants, taken, has].map((amount) => amount / unitOf(name))
    const message = `Node didn't have enough resource: ${name}, requested: ${requested}, used: ${inUse}, capacity: ${room}`
    return { reason: `OutOf${name}`, message }
  }
  if (fitsSelectors(pod, node)) return undefined
  const why = "node(s) didn't match Pod's node affinity/selector"
  return { reason: 'NodeAffinity', message: `Predicate NodeAffinity failed: ${why}` }
}

/** All that is ever told of it. */
export function rejectedStatus({ metadata, status }: Pod, { reason, message }: Rejection, now: number) {
  const { qosClass } = status ?? {}
  return {
    message: `Pod was rejected: ${message}`,
    ...(metadata.generation === undefined ? {} : { observedGeneration: metadata.generation }),
    phase: 'Failed',
    ...(qosClass === undefined ? {} : { qosClass }),
    reason,
    startTime: timestamp(now),
  }
}

/** The kubelet counts cpu in thousandths. */
const unitOf = (resource: string) => (resource === 'cpu' ? 1_000_000n : 1_000_000_000n)
