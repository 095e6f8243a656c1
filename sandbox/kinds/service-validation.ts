import type { Service } from '../kubernetes.ts'
import { equal } from '../schema/json.ts'
import { duplicates, type Found, forbiddenField, invalidValue, required } from './causes.ts'
import { dnsSubdomain, ipAddress, obeys } from './names.ts'

type Spec = NonNullable<Service['spec']>
type Port = NonNullable<Spec['ports']>[number]

// k8s.io/kubernetes/pkg/apis/core/validation.ValidateService
export function serviceCauses({ spec = {} }: Service, old: Service | undefined): Found {
  const { type = '', ports = [], clusterIPs = [], externalName = '' } = spec
  const isHeadless = clusterIPs[0] === 'None'
  return [
    ports.length === 0 && !isHeadless && type !== 'ExternalName' && required('spec.ports'),
    type === 'ExternalName' && nameCauses(externalName),
    ports.map((port, at) => portCauses(`spec.ports[${at}]`, port, ports.length > 1, type)),
    duplicates(
      'spec.ports',
      ports.map(({ name }) => name),
    ),
    isHeadless &&
      type !== 'ClusterIP' &&
      type !== 'ExternalName' &&
      invalidValue('spec.clusterIPs[0]', 'None', `may not be set to 'None' for ${type} services`),
    clusterIPs.map((ip, at) => ip !== 'None' && obeys(`spec.clusterIPs[${at}]`, ip, ipAddress)),
    spec.clusterIP !== undefined &&
      clusterIPs.length > 0 &&
      clusterIPs[0] !== spec.clusterIP &&
      invalidValue('spec.clusterIPs', clusterIPs, 'first value must match `clusterIP`'),
    (spec.healthCheckNodePort ?? 0) !== 0 &&
      !(type === 'LoadBalancer' && spec.externalTrafficPolicy === 'Local') &&
      invalidValue(
        'spec.healthCheckNodePort',
        spec.healthCheckNodePort,
        "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'",
      ),
    old !== undefined && changeCauses(spec, old.spec ?? {}),
  ]
}

const nameCauses = (name: string) =>
  name === '' ? required('spec.externalName') : obeys('spec.externalName', name.replace(/\.$/, ''), dnsSubdomain)

const portCauses = (field: string, { name, nodePort = 0 }: Port, needsName: boolean, type: string): Found => [
  name === undefined && needsName && required(`${field}.name`),
  nodePort !== 0 &&
    type === 'ClusterIP' &&
    forbiddenField(`${field}.nodePort`, "may not be used when `type` is 'ClusterIP'"),
]

function changeCauses(next: Spec, old: Spec): Found {
  const had = old.clusterIPs ?? []
  const has = next.clusterIPs ?? []
  const isFree = next.type === 'ExternalName' || old.type === 'ExternalName' || had.length === 0
  return !isFree && !equal(has[0], had[0]) && invalidValue('spec.clusterIPs[0]', has, 'may not change once set')
}
