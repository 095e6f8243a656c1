import type { World } from '../contracts.ts'
import type { EndpointSlice, Service } from '../kubernetes.ts'
import { remove } from '../store/deletion.ts'
import { generated } from '../store/names.ts'
import { type Backend, byPorts, type Endpoint, endpointFor, isHeadless, type Port } from './endpoints-of.ts'
import { stable } from './hash.ts'
import { annotated, create, keyOf, ownedBy, update } from './objects.ts'

// k8s.io/endpointslice/reconciler.go

const room = 100
const manager = 'endpointslice-controller.k8s.io'
const kind = 'endpointslices.discovery.k8s.io'

/** What is to be: in place of one that is there, or new. */
interface Wanted {
  readonly slice: EndpointSlice | undefined
  readonly endpoints: readonly Endpoint[]
  readonly ports: readonly Port[]
}

const ipOf = ({ addresses }: Endpoint) => addresses[0] ?? ''

/** Who has a place in a slice keeps it; the others go where there is room, then into new ones. */
export function desiredSlices(
  service: Service,
  backends: readonly Backend[],
  slices: readonly EndpointSlice[],
): readonly Wanted[] {
  return [...byPorts(service, backends)].flatMap(([id, group]) => {
    const ports = JSON.parse(id) as readonly Port[]
    const left = new Map(group.map((backend) => [backend.ip, endpointFor(service, backend)]))
    const same = slices.filter((slice) => stable(slice.ports ?? []) === stable(ports))
    const wanted = same.map((slice) => {
      const kept = (slice.endpoints ?? []).flatMap((endpoint) => {
        const found = left.get(ipOf(endpoint))
        left.delete(ipOf(endpoint))
        return found === undefined ? [] : [found]
      })
      return { slice, endpoints: kept, ports }
    })
    const more = [...left.values()]
    const filled: Wanted[] = wanted.map(({ endpoints, ...rest }) => {
      return { ...rest, endpoints: [...endpoints, ...more.splice(0, Math.max(0, room - endpoints.length))] }
    })
    while (more.length > 0) filled.push({ slice: undefined, endpoints: more.splice(0, room), ports })
    return filled
  })
}

/** Makes it so. A Service with nothing behind it keeps one slice, without endpoints and ports. */
export function writeSlices(
  { store, clock }: World,
  service: Service,
  slices: readonly EndpointSlice[],
  wanted: readonly Wanted[],
  triggered: string,
): void {
  const { name, namespace = '', labels: own } = service.metadata
  const trigger = { 'endpoints.kubernetes.io/last-change-trigger-time': triggered }
  const labels = {
    ...own,
    'endpointslice.kubernetes.io/managed-by': manager,
    'kubernetes.io/service-name': name,
    ...(isHeadless(service) ? { 'service.kubernetes.io/headless': '' } : {}),
  }
  const managed = slices.filter(
    ({ metadata }) => metadata.labels?.['endpointslice.kubernetes.io/managed-by'] === manager,
  )
  const spare = managed.filter((slice) => !wanted.some((each) => each.slice === slice))
  const all = wanted.some(({ endpoints }) => endpoints.length > 0)
    ? wanted.filter(({ endpoints }) => endpoints.length > 0)
    : [{ slice: managed[0], endpoints: [], ports: [] }]
  const used = new Set<EndpointSlice>()
  for (const { slice = spare.shift(), endpoints, ports } of all) {
    if (slice === undefined) {
      create<EndpointSlice>(store, kind, {
        metadata: {
          name: generated(`${name}-`),
          namespace,
          generateName: `${name}-`,
          labels,
          annotations: trigger,
          ownerReferences: [ownedBy(service)],
        },
        addressType: 'IPv4',
        endpoints,
        ports,
      })
      continue
    }
    used.add(slice)
    const parts = ({ metadata, endpoints: e, ports: p }: Pick<EndpointSlice, 'metadata' | 'endpoints' | 'ports'>) =>
      stable([metadata.labels, e ?? [], p ?? []])
    if (parts(slice) === parts({ metadata: { ...slice.metadata, labels }, endpoints, ports })) continue
    update<EndpointSlice>(store, keyOf(kind, slice), (old) =>
      annotated({ ...old, metadata: { ...old.metadata, labels }, endpoints, ports }, trigger),
    )
  }
  for (const slice of managed) if (!used.has(slice)) remove(store, keyOf(kind, slice), {}, clock)
}
