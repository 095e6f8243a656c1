import type { NetworkTable, Runtime, World } from '../contracts.ts'
import type { EndpointSlice, Pod, Service } from '../kubernetes.ts'

const domain = 'cluster.local'
const slices = 'endpointslices.discovery.k8s.io'
/** What the table is made of. */
const kinds: ReadonlySet<string> = new Set(['services', 'pods', slices])
/** Changes that come together are told together. */
const pause = 5

/** Keeps the runtime's names and Services as the store has them: the cluster's DNS and proxy in one. */
export function keepNetwork({ store, clock }: World, runtime: Runtime, signal: AbortSignal): void {
  let due = false
  let last = ''
  const push = async () => {
    await clock.sleep(pause, signal)
    due = false
    const table = tableOf({ store })
    const text = JSON.stringify(table)
    if (text === last) return
    last = text
    await runtime.network(table)
  }
  const later = () => {
    if (due) return
    due = true
    push().catch(() => (due = false))
  }
  const end = store.onChange(({ key }) => {
    if (kinds.has(key.kind)) later()
  })
  signal.addEventListener('abort', end)
  runtime.onReboot(() => {
    last = ''
    later()
  })
  later()
}

function tableOf({ store }: Pick<World, 'store'>): NetworkTable {
  const names = new Map<string, string[]>()
  const services: NetworkTable['services'][number][] = []
  const add = (name: string, ips: readonly string[]) => {
    const known = names.get(name) ?? []
    names.set(name, [...known, ...ips.filter((ip) => !known.includes(ip))])
  }

  for (const { metadata, status } of store.list<Pod>('pods').items) {
    const { podIP } = status ?? {}
    if (podIP) add(`${podIP.replaceAll('.', '-')}.${metadata.namespace}.pod.${domain}`, [podIP])
  }
  const byService = new Map<string, EndpointSlice[]>()
  for (const slice of store.list<EndpointSlice>(slices).items) {
    const { namespace, labels } = slice.metadata
    const service = `${namespace}/${labels?.['kubernetes.io/service-name'] ?? ''}`
    byService.set(service, [...(byService.get(service) ?? []), slice])
  }
  for (const { metadata, spec } of store.list<Service>('services').items) {
    const name = `${metadata.name}.${metadata.namespace}.svc.${domain}`
    const own = byService.get(`${metadata.namespace}/${metadata.name}`) ?? []
    const { clusterIP, ports = [] } = spec ?? {}
    const headless = clusterIP === 'None'
    for (const endpoint of endpointsOf(own)) {
      if (headless) add(name, [endpoint.ip])
      add(`${nameOf(endpoint)}.${name}`, [endpoint.ip])
    }
    if (!headless && clusterIP) add(name, [clusterIP])
    for (const { name: portName, port, protocol = 'TCP' } of ports) {
      const targets = targetsOf(own, portName)
      if (!headless && clusterIP)
        services.push({ ip: clusterIP, port, protocol, targets: targets.map(({ ip, port: to }) => ({ ip, port: to })) })
      const places = headless ? targets.map((each) => `${each.port} ${nameOf(each)}.${name}`) : [`${port} ${name}`]
      // Priority and weight as CoreDNS gives them.
      if (portName)
        add(
          `_${portName}._${protocol.toLowerCase()}.${name}`,
          places.map((place) => `0 ${Math.floor(100 / places.length)} ${place}`),
        )
    }
  }
  return { names: Object.fromEntries(names), services }
}

interface Endpoint {
  readonly ip: string
  readonly hostname: string | undefined
}

const nameOf = ({ ip, hostname }: Endpoint) => hostname ?? ip.replaceAll('.', '-')

const endpointsOf = (own: readonly EndpointSlice[]): readonly Endpoint[] =>
  own.flatMap(({ endpoints }) =>
    (endpoints ?? [])
      .filter(({ conditions }) => conditions?.ready !== false)
      .flatMap(({ addresses, hostname }) => addresses.map((ip) => ({ ip, hostname }))),
  )

/** Where a Service's port leads: to the ready endpoints' port of the same name. */
const targetsOf = (own: readonly EndpointSlice[], name: string | undefined) =>
  own.flatMap((slice) =>
    (slice.ports ?? [])
      .filter((port) => (port.name ?? '') === (name ?? ''))
      .flatMap(({ port }) => (port === undefined ? [] : endpointsOf([slice]).map((each) => ({ ...each, port })))),
  )
