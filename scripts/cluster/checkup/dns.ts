import type { V1EndpointSlice, V1Service } from '@kubernetes/client-node'
import type { Api, ApiObject } from '../api.ts'
import type { Dns } from './checkup.ts'
import { unlessForbidden } from '../refusal.ts'

type Service = V1Service & ApiObject
type Slice = V1EndpointSlice & ApiObject

// CoreDNS keeps kube-dns' name and label wherever it is a cluster's DNS, save on OpenShift.
const usual = { namespace: 'kube-system', labels: 'k8s-app=kube-dns' }
const onOpenShift = { namespace: 'openshift-dns', labels: 'dns.operator.openshift.io/owning-dns=default' }

/** Whether the cluster's DNS has somebody to answer, as far as this user may see. */
export async function dnsOf(api: Api, openshift: boolean): Promise<Dns> {
  const where = openshift ? onOpenShift : usual
  const [services, slices] = await Promise.all([
    unlessForbidden(api.list<Service>({ apiVersion: 'v1', kind: 'Service' }, where)),
    unlessForbidden(api.list<Slice>({ apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice' }, where)),
  ])
  return dnsFrom(services?.items, slices?.items)
}

export function dnsFrom(services: readonly Service[] | undefined, slices: readonly Slice[] | undefined): Dns {
  const found = services?.[0]?.metadata
  if (services !== undefined && found === undefined) return { state: 'notFound', service: null, readyEndpoints: null }
  const service = found === undefined ? null : `${found.namespace}/${found.name}`
  if (slices === undefined) return { state: 'notVisible', service, readyEndpoints: null }
  // A Pod of two address families stands in two slices.
  const ready = new Set(
    slices
      .flatMap(({ endpoints }) => endpoints ?? [])
      .filter(({ conditions }) => conditions?.ready !== false)
      .map(({ targetRef, addresses }) => targetRef?.uid ?? addresses[0]),
  )
  return { state: ready.size > 0 ? 'ready' : 'notReady', service, readyEndpoints: ready.size }
}
