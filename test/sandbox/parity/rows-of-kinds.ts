import type { JsonObject } from '../../../sandbox/schema/json.ts'
import { get, merge, patch, post, put, remove, type Row, set, type Subject } from './rows.ts'

const mine = { conditions: [{ type: 'Mine', status: 'True' }] }

/** What is written to a kind's status. */
const statuses: Readonly<Record<string, JsonObject>> = {
  Deployment: mine,
  ReplicaSet: mine,
  StatefulSet: mine,
  Pod: mine,
  Node: mine,
  PersistentVolumeClaim: mine,
  Namespace: mine,
  PersistentVolume: { message: 'mine' },
  Service: { loadBalancer: { ingress: [{ ip: '10.1.1.1' }] } },
}

const status = (row: string, question: (it: Subject, status: JsonObject) => ReturnType<Row[1]>): Row => [
  row,
  (it) => {
    const written = statuses[it.of.kind]
    return written === undefined ? undefined : question(it, written)
  },
]

/** For some kinds alone. */
const ofKinds = (kinds: string, row: string, question: Row[1]): Row => [
  row,
  (it) => (kinds.split(' ').includes(it.of.kind) ? question(it) : undefined),
]

const scaled = 'Deployment ReplicaSet StatefulSet'
const scale = ({ of }: Subject, replicas: number) => ({
  apiVersion: 'autoscaling/v1',
  kind: 'Scale',
  metadata: { name: of.metadata.name },
  spec: { replicas },
})
const binding = (name: string, node: string) => ({
  apiVersion: 'v1',
  kind: 'Binding',
  metadata: { name },
  target: { kind: 'Node', name: node },
})
const eviction = (name: string, options: JsonObject = {}) => ({
  apiVersion: 'policy/v1',
  kind: 'Eviction',
  metadata: { name },
  deleteOptions: options,
})
const tokenFor = (spec: JsonObject) => ({ apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec })

export const subresources: readonly Row[] = [
  status('status get', (it) => get(`${it.one}/status`)),
  status('status get NotFound', (it) => get(`${it.all}/nosuch/status`)),
  status('status patch', (it, written) => patch(`${it.one}/status?fieldManager=table-s`, { status: written })),
  status('status patch NotFound', (it, written) => patch(`${it.all}/nosuch/status`, { status: written })),
  status('status patch of the spec', (it) =>
    patch(`${it.one}/status`, { spec: { replicas: 7, finalizers: ['a/b'] }, metadata: { labels: { by: 'status' } } }),
  ),
  // A Deployment's annotations would count as a new generation in the sandbox alone.
  status('status update', (it) =>
    it.of.kind === 'Deployment'
      ? undefined
      : put(`${it.one}/status`, set(it.live, 'metadata.annotations.status', 'updated')),
  ),
  status('status update Conflict', (it) => put(`${it.one}/status`, set(it.live, 'metadata.resourceVersion', '1'))),
  status('status update NotFound', (it) => put(`${it.all}/nosuch/status`, set(it.live, 'metadata.name', 'nosuch'))),
  status('status delete', (it) => remove(`${it.one}/status`)),
  status('update of the status', (it) => patch(it.one, { status: { phase: 'Nosuch', replicas: 9 } })),
  ofKinds(scaled, 'scale get', (it) => get(`${it.one}/scale`)),
  ofKinds(scaled, 'scale get NotFound', (it) => get(`${it.all}/nosuch/scale`)),
  ofKinds(scaled, 'scale patch', (it) => patch(`${it.one}/scale?dryRun=All`, { spec: { replicas: 3 } })),
  ofKinds(scaled, 'scale patch Invalid', (it) => patch(`${it.one}/scale`, { spec: { replicas: -1 } })),
  ofKinds(scaled, 'scale update', (it) => put(`${it.one}/scale?fieldManager=table-scale`, scale(it, 0))),
  ofKinds(scaled, 'scale update dryRun', (it) => put(`${it.one}/scale?dryRun=All`, scale(it, 2))),
  ofKinds(scaled, 'scale update Invalid', (it) => put(`${it.one}/scale`, scale(it, -1))),
  ofKinds(scaled, 'scale update Conflict', (it) =>
    put(`${it.one}/scale`, set(scale(it, 2), 'metadata.resourceVersion', '1')),
  ),
  ofKinds(scaled, 'scale update NotFound', (it) =>
    put(`${it.all}/nosuch/scale`, set(scale(it, 2), 'metadata.name', 'nosuch')),
  ),
  ofKinds('Namespace', 'finalize update of nothing', (it) => put(`${it.one}/finalize`, it.live)),
  ofKinds('Namespace', 'finalize NotFound', (it) =>
    put(`${it.all}/nosuch/finalize`, set(it.live, 'metadata.name', 'nosuch')),
  ),
  ofKinds('Pod', 'binding dryRun', (it) => post(`${it.one}/binding?dryRun=All`, binding('made', 'nosuch-node'))),
  ofKinds('Pod', 'binding NotFound', (it) => post(`${it.all}/nosuch/binding`, binding('nosuch', 'nosuch-node'))),
  ofKinds('Pod', 'binding Invalid', (it) => post(`${it.one}/binding`, binding('made', ''))),
  ofKinds('Pod', 'eviction dryRun', (it) => post(`${it.one}/eviction`, eviction('made', { dryRun: ['All'] }))),
  ofKinds('Pod', 'eviction NotFound', (it) => post(`${it.all}/nosuch/eviction`, eviction('nosuch'))),
  ofKinds('Pod', 'eviction of another name', (it) => post(`${it.one}/eviction`, eviction('other'))),
  ofKinds('Pod', 'eviction Conflict', (it) =>
    post(`${it.one}/eviction`, eviction('made', { preconditions: { uid: 'nosuch' } })),
  ),
  ofKinds('Pod', 'eviction get', (it) => get(`${it.one}/eviction`)),
  ofKinds('Pod', 'log of a Pod that has none', (it) => get(`${it.one}/log`)),
  ofKinds('Pod', 'log of no such container', (it) => get(`${it.one}/log?container=nosuch`)),
  ofKinds('Pod', 'log NotFound', (it) => get(`${it.all}/nosuch/log`)),
  ofKinds('Pod', 'log with a bad tail', (it) => get(`${it.one}/log?tailLines=-1`)),
  ofKinds('Pod', 'exec without an upgrade', (it) => get(`${it.one}/exec?command=ls`)),
  ofKinds('Pod', 'exec NotFound', (it) => get(`${it.all}/nosuch/exec?command=ls`)),
  ofKinds('ServiceAccount', 'token', (it) => post(`${it.one}/token`, tokenFor({ audiences: ['a'] }))),
  ofKinds('ServiceAccount', 'token Invalid', (it) => post(`${it.one}/token`, tokenFor({ expirationSeconds: 1 }))),
  ofKinds('ServiceAccount', 'token NotFound', (it) => post(`${it.all}/nosuch/token`, tokenFor({}))),
  ofKinds('ServiceAccount', 'token get', (it) => get(`${it.one}/token`)),
  ['no such subresource', (it) => get(`${it.one}/nosuch`)],
  ['no such method', (it) => ({ ...patch(it.all, {}, merge) })],
]

const ask = (kind: string, row: string, spec: JsonObject, group = 'authorization.k8s.io'): Row => [
  `${kind}${row}`,
  (it) =>
    it.of.kind === 'ConfigMap'
      ? post(`/apis/${group}/v1/${kind.toLowerCase()}s`, { apiVersion: `${group}/v1`, kind, spec })
      : undefined,
]

const pods = { namespace: 'parity-table', verb: 'get', resource: 'pods' }

/** Asked once: they belong to no kind. Who asks has another name on each cluster, and other roles. */
export const reviews: readonly Row[] = [
  ask('SelfSubjectAccessReview', '', { resourceAttributes: pods }),
  ask('SelfSubjectAccessReview', ' of a path', { nonResourceAttributes: { path: '/healthz', verb: 'get' } }),
  ask('SelfSubjectAccessReview', ' Invalid', {}),
  ask('SelfSubjectAccessReview', ' of both', {
    resourceAttributes: pods,
    nonResourceAttributes: { path: '/healthz', verb: 'get' },
  }),
  ask('SelfSubjectRulesReview', ' Invalid', {}),
]
