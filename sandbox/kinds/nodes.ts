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
  prepare: (next) => {
    // The allocatable is the capacity where a kubelet keeps nothing back.
    const { capacity, allocatable } = next.status ?? {}
    if (capacity === undefined || allocatable !== undefined) return next
    return { ...next, status: { ...next.status, allocatable: capacity } }
  },
})
