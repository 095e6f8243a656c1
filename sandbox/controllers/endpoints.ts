import type { Controller, Key, Store } from '../contracts.ts'
import type { Endpoints, EndpointSlice, Obj, Pod, Service } from '../kubernetes.ts'
import { matchesLabels } from '../store/selectors.ts'
import { backendsOf, isHeadless, subsetsFor, triggeredAt } from './endpoints-of.ts'
import { desiredSlices, writeSlices } from './endpointslices.ts'
import { stable } from './hash.ts'
import { create, isDeleting, keyOf, update } from './objects.ts'

const trigger = 'endpoints.kubernetes.io/last-change-trigger-time'

const selects = ({ spec }: Service, { metadata }: Obj) =>
  spec?.selector !== undefined && matchesLabels({ matchLabels: spec.selector }, metadata.labels)

/** What of a Pod its Services care about. */
const telling = ({ metadata, status, spec }: Pod) =>
  stable([
    metadata.labels,
    metadata.deletionTimestamp,
    status?.podIP,
    status?.phase,
    spec?.nodeName,
    status?.conditions?.find(({ type }) => type === 'Ready')?.status,
  ])

function writeEndpoints(store: Store, service: Service, subsets: Endpoints['subsets'], triggered: string): void {
  const { name, namespace = '', labels } = service.metadata
  const key: Key = { kind: 'endpoints', namespace, name }
  const wanted = {
    ...labels,
    'endpoints.kubernetes.io/managed-by': 'endpoint-controller',
    ...(isHeadless(service) ? { 'service.kubernetes.io/headless': '' } : {}),
  }
  const draft = { metadata: { name, namespace, labels: wanted, annotations: { [trigger]: triggered } }, subsets }
  const old = store.get<Endpoints>(key)
  if (old === undefined) {
    create<Endpoints>(store, 'endpoints', draft as never)
    return
  }
  if (stable([old.metadata.labels, old.subsets ?? []]) === stable([wanted, subsets ?? []])) return
  update<Endpoints>(store, key, ({ metadata, ...rest }) => {
    const annotations = { ...metadata.annotations, [trigger]: triggered }
    return { ...rest, metadata: { ...metadata, labels: wanted, annotations }, subsets } as Endpoints
  })
}

const serviceKey = ({ namespace, name }: Key): Key => ({ kind: 'services', namespace, name })

const ownSlices = (store: Store, { namespace, name }: Key): readonly EndpointSlice[] =>
  store.list<EndpointSlice>('endpointslices.discovery.k8s.io', {
    namespace,
    matches: ({ metadata }) => metadata.labels?.['kubernetes.io/service-name'] === name,
  }).items

/** Endpoints and EndpointSlices of Services with a selector. */
export const endpoints: Controller = {
  name: 'endpoint-controller',
  watches: ['services', 'pods', 'endpoints', 'endpointslices.discovery.k8s.io'],
  keys({ key, object, old, type }, { store }) {
    if (key.kind === 'services') return [serviceKey(key)]
    // What somebody wrote by hand stays.
    if (key.kind === 'endpoints') return type === 'DELETED' ? [serviceKey(key)] : []
    if (key.kind === 'endpointslices.discovery.k8s.io') {
      const name = object.metadata.labels?.['kubernetes.io/service-name']
      return type === 'DELETED' && name !== undefined ? [serviceKey({ ...key, name })] : []
    }
    if (type === 'MODIFIED' && telling(object) === telling(old as Pod)) return []
    return store
      .list<Service>('services', { namespace: key.namespace })
      .items.filter((service) => selects(service, object) || (old !== undefined && selects(service, old)))
      .map((service) => keyOf('services', service))
  },
  async reconcile(key, world) {
    const { store } = world
    const service = store.get<Service>(key)
    const endpointsKey: Key = { ...key, kind: 'endpoints' }
    const written = store.get<Endpoints>(endpointsKey)
    if (service === undefined) {
      // Its slices have it as their owner; the older kind knows none.
      if (written !== undefined) store.write(endpointsKey, () => undefined)
      return
    }
    if (isDeleting(service) || service.spec?.type === 'ExternalName' || service.spec?.selector === undefined) return
    const slices = ownSlices(store, key)
    const pods = store.list<Pod>('pods', { namespace: key.namespace, matches: (pod) => selects(service, pod) }).items
    const backends = backendsOf(service, pods)
    const triggered = triggeredAt(service, backends)
    writeEndpoints(store, service, subsetsFor(service, backends), triggered)
    const wanted = desiredSlices(service, backends, slices)
    writeSlices(world, service, slices, wanted, triggered)
  },
}
