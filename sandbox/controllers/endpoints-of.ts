import type { Endpoints, EndpointSlice, Pod, Service } from '../kubernetes.ts'
import { isDeleting } from './objects.ts'
import { isFinished, isReady, readyCondition } from './pods.ts'

// What stands behind a Service: k8s.io/kubernetes/pkg/controller/endpoint and k8s.io/endpointslice. Pure.

export type Endpoint = NonNullable<EndpointSlice['endpoints']>[number]
export type Port = NonNullable<EndpointSlice['ports']>[number]
type Subset = NonNullable<Endpoints['subsets']>[number]

/** One Pod behind a Service, and the ports that it has for it. */
export interface Backend {
  readonly pod: Pod
  readonly ip: string
  readonly ports: readonly Port[]
}

export const isHeadless = ({ spec }: Service): boolean => spec?.clusterIP === 'None'

/** A targetPort by name may be another number in every Pod. */
function targetOf(port: NonNullable<NonNullable<Service['spec']>['ports']>[number], { spec }: Pod): number | undefined {
  const target = port.targetPort ?? port.port
  if (typeof target === 'number') return target === 0 ? port.port : target
  const sidecars = (spec?.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always')
  return [...(spec?.containers ?? []), ...sidecars]
    .flatMap(({ ports = [] }) => ports)
    .find(({ name, protocol = 'TCP' }) => name === target && protocol === (port.protocol ?? 'TCP'))?.containerPort
}

const portsFor = ({ spec }: Service, pod: Pod): readonly Port[] =>
  (spec?.ports ?? []).flatMap((port) => {
    const found = targetOf(port, pod)
    const { name = '', protocol = 'TCP', appProtocol } = port
    if (found === undefined) return []
    return [{ name, port: found, protocol, ...(appProtocol === undefined ? {} : { appProtocol }) }]
  })

export const backendsOf = (service: Service, pods: readonly Pod[]): readonly Backend[] =>
  pods.flatMap((pod) => {
    const ip = pod.status?.podIP ?? ''
    return ip === '' || isFinished(pod) ? [] : [{ pod, ip, ports: portsFor(service, pod) }]
  })

const publishes = ({ spec }: Service) => spec?.publishNotReadyAddresses === true

/** Its own name within the Service's domain. */
const hostnameIn = (service: Service, { spec, metadata }: Pod) =>
  spec?.hostname && spec.subdomain === service.metadata.name && metadata.namespace === service.metadata.namespace
    ? { hostname: spec.hostname }
    : {}

const targetRef = ({ metadata: { name, namespace = '', uid } }: Pod) => ({ kind: 'Pod', name, namespace, uid })

const nodeOf = ({ spec }: Pod) => (spec?.nodeName === undefined ? {} : { nodeName: spec.nodeName })

export function endpointFor(service: Service, { pod, ip }: Backend): Endpoint {
  const serving = isReady(pod)
  const terminating = isDeleting(pod)
  return {
    addresses: [ip],
    conditions: { ready: publishes(service) || (serving && !terminating), serving, terminating },
    ...hostnameIn(service, pod),
    ...nodeOf(pod),
    targetRef: targetRef(pod),
  }
}

/** By the ports that they share. A headless Service without ports has its Pods, too. */
export function byPorts(service: Service, backends: readonly Backend[]): ReadonlyMap<string, readonly Backend[]> {
  const groups = new Map<string, Backend[]>()
  for (const backend of backends) {
    if (backend.ports.length === 0 && !isHeadless(service)) continue
    const id = JSON.stringify(backend.ports)
    groups.set(id, [...(groups.get(id) ?? []), backend])
  }
  return groups
}

const byAddress = ({ ip: a }: { ip: string }, { ip: b }: { ip: string }) => numberOf(a) - numberOf(b)
const numberOf = (ip: string) => ip.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)

export const subsetsFor = (service: Service, backends: readonly Backend[]): readonly Subset[] =>
  [
    ...byPorts(
      service,
      backends.filter(({ pod }) => publishes(service) || !isDeleting(pod)),
    ),
  ].map(([id, group]) => {
    const ports = JSON.parse(id) as readonly Port[]
    const addresses = (wanted: boolean) =>
      group
        .filter(({ pod }) => (publishes(service) || isReady(pod)) === wanted)
        .map(({ pod, ip }) => ({ ip, ...hostnameIn(service, pod), ...nodeOf(pod), targetRef: targetRef(pod) }))
        .toSorted(byAddress)
    const [ready, notReady] = [addresses(true), addresses(false)]
    return {
      ...(ready.length > 0 ? { addresses: ready } : {}),
      ...(notReady.length > 0 ? { notReadyAddresses: notReady } : {}),
      ports: ports
        .map(({ name, port = 0, protocol }) => ({ ...(name ? { name } : {}), port, ...(protocol ? { protocol } : {}) }))
        .toSorted((a, b) => ((a.name ?? '') < (b.name ?? '') ? -1 : 1)),
    }
  })

/** When what changed last has changed. */
export const triggeredAt = (service: Service, backends: readonly Backend[]): string =>
  backends
    .map(({ pod }) => readyCondition(pod)?.lastTransitionTime ?? pod.metadata.creationTimestamp)
    .reduce((last, time) => (time > last ? time : last), service.metadata.creationTimestamp)
