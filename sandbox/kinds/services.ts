import type { KindFile, Lookup } from '../contracts.ts'
import type { Service } from '../kubernetes.ts'
import { equal } from '../schema/json.ts'
import { addresses, claim, free, nodePorts } from './addresses.ts'
import { labelsOf, none } from './cells.ts'
import { defineKind } from './kind.ts'
import { serviceName } from './metadata.ts'
import { ipAddress } from './names.ts'
import { serviceCauses } from './service-validation.ts'

type Spec = NonNullable<Service['spec']>

function externalAddresses({ spec, status }: Service): string {
  const given = spec?.externalIPs ?? []
  if (spec?.type === 'ExternalName') return spec.externalName ?? ''
  if (spec?.type !== 'LoadBalancer') return none(given.join(','))
  const balanced = (status?.loadBalancer?.ingress ?? []).map(({ ip, hostname }) => ip ?? hostname ?? '')
  const all = [...balanced, ...given]
  return all.length === 0 ? '<pending>' : all.join(',')
}

const portsOf = ({ spec }: Service): string =>
  none(
    (spec?.ports ?? [])
      .map(
        ({ port, nodePort, protocol = 'TCP' }) => `${port}${nodePort === undefined ? '' : `:${nodePort}`}/${protocol}`,
      )
      .join(','),
  )

export const services: KindFile = defineKind<Service>('services', {
  name: serviceName,
  cells: {
    Type: ({ spec }) => spec?.type ?? '',
    'Cluster-IP': ({ spec }) => none(spec?.clusterIPs?.[0] ?? spec?.clusterIP),
    'External-IP': externalAddresses,
    'Port(s)': portsOf,
    Selector: ({ spec }) => labelsOf(spec?.selector),
  },
  selectable: ['spec.clusterIP', 'spec.type'],
  prepare: (next, old, lookup) => (next.spec === old?.spec ? next : { ...next, spec: allocated(next, old, lookup) }),
  validate: serviceCauses,
})

const hasNodePorts = ({ type, allocateLoadBalancerNodePorts }: Spec) =>
  type === 'NodePort' || (type === 'LoadBalancer' && allocateLoadBalancerNodePorts !== false)

/** With the addresses and ports that the cluster hands out. k8s.io/kubernetes/pkg/registry/core/service. */
function allocated(next: Service, old: Service | undefined, lookup: Lookup): Spec {
  const { internalTrafficPolicy, ...bare } = next.spec ?? {}
  if (bare.type === 'ExternalName') return bare
  const spec = { ...bare, ...(internalTrafficPolicy !== undefined && { internalTrafficPolicy }) }
  const clusterIP = spec.clusterIP ?? spec.clusterIPs?.[0] ?? old?.spec?.clusterIP ?? free(addresses, next, lookup)
  // One that is changed is refused for that.
  if (clusterIP !== 'None' && old?.spec?.clusterIP === undefined && ipAddress(clusterIP) === undefined)
    claim(addresses, 'spec.clusterIPs', clusterIP, next, lookup)
  const kept = old?.spec?.ports ?? []
  for (const [at, { nodePort = 0 }] of (spec.ports ?? []).entries())
    if (nodePort !== 0 && hasNodePorts(spec) && !kept.some((port) => port.nodePort === nodePort))
      claim(nodePorts, `spec.ports[${at}].nodePort`, nodePort, next, lookup)
  const taken: number[] = (spec.ports ?? []).flatMap(({ nodePort = 0 }) => (nodePort === 0 ? [] : [nodePort]))
  return {
    ...spec,
    clusterIP,
    // Who changes the one and leaves the other means both.
    clusterIPs:
      spec.clusterIPs === undefined || equal(spec.clusterIPs, old?.spec?.clusterIPs) ? [clusterIP] : spec.clusterIPs,
    ipFamilies: spec.ipFamilies ?? ['IPv4'],
    ipFamilyPolicy: spec.ipFamilyPolicy ?? 'SingleStack',
    ...(spec.ports !== undefined && {
      ports: spec.ports.map((port) => {
        if (!hasNodePorts(spec) || (port.nodePort ?? 0) !== 0) return port
        const before = kept.find((other) => other.port === port.port && other.protocol === port.protocol)?.nodePort
        const nodePort = before ?? free(nodePorts, next, lookup, taken)
        taken.push(nodePort)
        return { ...port, nodePort }
      }),
    }),
  }
}
