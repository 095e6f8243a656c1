import type { V1ObjectFieldSelector, V1ResourceFieldSelector } from '@kubernetes/client-node'
import type { Pod, Wire } from '../kubernetes.ts'
import { quantityNanos } from '../schema/quantity.ts'
import { nodeAddress } from './node.ts'
import { type Container, containersOf } from './state.ts'

const quoted = (entries: Readonly<Record<string, string>> | undefined) =>
  Object.entries(entries ?? {})
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .join('\n')

/** A field of a Pod as the downward API gives it: pkg/fieldpath/fieldpath.go. Empty where it has no value. */
export function fieldOf(pod: Pod, ip: string | undefined, { fieldPath }: Wire<V1ObjectFieldSelector>): string {
  const { metadata, spec } = pod
  const [, map, key] = /^metadata\.(annotations|labels)\['(.*)'\]$/.exec(fieldPath) ?? []
  if (map !== undefined && key !== undefined)
    return new Map(Object.entries(metadata[map as 'annotations' | 'labels'] ?? {})).get(key) ?? ''
  switch (fieldPath) {
    case 'metadata.name':
      return metadata.name
    case 'metadata.namespace':
      return metadata.namespace ?? ''
    case 'metadata.uid':
      return metadata.uid
    case 'metadata.labels':
      return quoted(metadata.labels)
    case 'metadata.annotations':
      // The kubelet's own two are among them.
      return quoted({
        ...metadata.annotations,
        'kubernetes.io/config.seen': metadata.creationTimestamp.replace('Z', '.000000000Z'),
        'kubernetes.io/config.source': 'api',
      })
    case 'spec.nodeName':
      return spec?.nodeName ?? ''
    case 'spec.serviceAccountName':
      return spec?.serviceAccountName ?? ''
    case 'status.hostIP':
    case 'status.hostIPs':
      return nodeAddress
    case 'status.podIP':
    case 'status.podIPs':
      return ip ?? ''
    default:
      return ''
  }
}

/** What a container may use at most where nothing is said: all that the node has. */
const nodeRoom: Readonly<Record<string, string>> = { cpu: '4', memory: '8Gi', 'ephemeral-storage': '64Gi' }

/** A container's request or limit in units of the divisor, rounded up: pkg/api/v1/resource. */
export function resourceOf(pod: Pod, own: Container | undefined, field: Wire<V1ResourceFieldSelector>): string {
  const container =
    field.containerName === undefined ? own : containersOf(pod).find(({ name }) => name === field.containerName)
  const [kind = '', name = ''] = field.resource.split(/\.(.*)/)
  const { requests = {}, limits = {} } = container?.resources ?? {}
  const value = kind === 'requests' ? (requests[name] ?? '0') : (limits[name] ?? nodeRoom[name] ?? '0')
  const divisor = quantity(field.divisor ?? '0') || 1
  return String(Math.ceil(Number((quantity(value) / divisor).toFixed(6))))
}

export const quantity = (text: string): number => Number(quantityNanos(text)) / 1e9
