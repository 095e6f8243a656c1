import type { KindFile } from '../contracts.ts'
import type { Node } from '../kubernetes.ts'
import { none } from './cells.ts'
import { defineKind } from './kind.ts'

const role = 'node-role.kubernetes.io/'

function statusOf({ spec, status }: Node): string {
  const ready = status?.conditions?.find(({ type }) => type === 'Ready')
  const said = ready === undefined ? 'Unknown' : ready.status === 'True' ? 'Ready' : 'NotReady'
  return spec?.unschedulable === true ? `${said},SchedulingDisabled` : said
}

function rolesOf({ metadata: { labels = {} } }: Node): string {
  const roles = Object.entries(labels).flatMap(([key, value]) => {
    if (key.startsWith(role) && key !== role) return [key.slice(role.length)]
    return key === 'kubernetes.io/role' && value !== '' ? [value] : []
  })
  return none([...new Set(roles)].toSorted().join(','))
}

const address = ({ status }: Node, wanted: string) =>
  none(status?.addresses?.find(({ type }) => type === wanted)?.address)
const unknown = (text: string | undefined) => (text === undefined || text === '' ? '<unknown>' : text)

export const nodes: KindFile = defineKind<Node>('nodes', {
  cells: {
    Status: statusOf,
    Roles: rolesOf,
    Version: ({ status }) => status?.nodeInfo?.kubeletVersion ?? '',
    'Internal-IP': (node) => address(node, 'InternalIP'),
    'External-IP': (node) => address(node, 'ExternalIP'),
    'OS-Image': ({ status }) => unknown(status?.nodeInfo?.osImage),
    'Kernel-Version': ({ status }) => unknown(status?.nodeInfo?.kernelVersion),
    'Container-Runtime': ({ status }) => unknown(status?.nodeInfo?.containerRuntimeVersion),
  },
  selectable: ['spec.unschedulable'],
  prepare: (next, old) => {
    // The allocatable is the capacity where a kubelet keeps nothing back.
    const { capacity, allocatable } = next.status ?? {}
    const settled =
      capacity === undefined || allocatable !== undefined
        ? next
        : { ...next, status: { ...next.status, allocatable: capacity } }
    return old === undefined ? asNew(settled) : settled
  },
})

/** A node has to show first that it is ready: the TaintNodesByCondition admission plugin. */
function asNew(node: Node): Node {
  const { podCIDR, podCIDRs = podCIDR === undefined ? undefined : [podCIDR], taints = [] } = node.spec ?? {}
  const isReady = node.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') === true
  const unready = isReady ? [] : [{ key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' }]
  return {
    ...node,
    spec: {
      ...node.spec,
      ...(podCIDRs === undefined ? {} : { podCIDRs }),
      ...(taints.length + unready.length === 0 ? {} : { taints: [...taints, ...unready] }),
    },
  }
}
