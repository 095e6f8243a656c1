import { fieldsOf, isListType, isMapType, itemType, typeOf } from '../schema/types.ts'
import { entries, isList, isObject, type Json, type JsonObject } from '../schema/json.ts'

/** Type, field, and what it is where nothing was said. */
type Defaults = Record<string, Record<string, Json>>

const podSpec: JsonObject = {
  containers: [
    {
      name: 'a',
      image: 'a:1',
      ports: [{ containerPort: 1 }],
      env: [
        { name: 'A', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
        { name: 'B', valueFrom: { resourceFieldRef: { resource: 'limits.cpu' } } },
      ],
      livenessProbe: { httpGet: { port: 1 } },
      readinessProbe: { grpc: { port: 1 } },
      startupProbe: { exec: { command: ['a'] } },
      lifecycle: { preStop: { httpGet: { port: 1 } } },
    },
  ],
  volumes: [
    { name: 'b', secret: { secretName: 'a' } },
    { name: 'c', configMap: { name: 'a' } },
    { name: 'd', downwardAPI: { items: [{ path: 'a', fieldRef: { fieldPath: 'metadata.name' } }] } },
    { name: 'e', projected: { sources: [{ serviceAccountToken: { path: 'a' } }] } },
    { name: 'f', hostPath: { path: '/a' } },
    { name: 'g', emptyDir: {} },
  ],
  topologySpreadConstraints: [{ maxSkew: 1, topologyKey: 'a', whenUnsatisfiable: 'DoNotSchedule' }],
}
const labels = { a: 'a' }
const template = { metadata: { labels }, spec: podSpec }
const claim = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } }

interface Minimal extends JsonObject {
  readonly apiVersion: string
  readonly kind: string
}

// The shortest that each kind accepts. A Pod's own spec is left out: what it gets beside a template's comes from admission.
const minimal: readonly Minimal[] = [
  { apiVersion: 'v1', kind: 'Secret' },
  { apiVersion: 'v1', kind: 'Service', spec: { ports: [{ port: 1 }] } },
  { apiVersion: 'v1', kind: 'PersistentVolumeClaim', spec: claim },
  {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    spec: { capacity: { storage: '1' }, accessModes: ['ReadWriteOnce'], hostPath: { path: '/a' } },
  },
  { apiVersion: 'v1', kind: 'Endpoints', subsets: [{ addresses: [{ ip: '10.1.1.1' }], ports: [{ port: 1 }] }] },
  { apiVersion: 'apps/v1', kind: 'Deployment', spec: { selector: { matchLabels: labels }, template } },
  { apiVersion: 'apps/v1', kind: 'ReplicaSet', spec: { selector: { matchLabels: labels }, template } },
  {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    spec: {
      serviceName: 'a',
      selector: { matchLabels: labels },
      template,
      volumeClaimTemplates: [{ metadata: { name: 'a' }, spec: claim }],
    },
  },
  { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', provisioner: 'a' },
  {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    addressType: 'IPv4',
    endpoints: [{ addresses: ['10.1.1.1'] }],
    ports: [{ port: 1 }],
  },
  { apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', value: 1 },
]

// What the server adds for this one object: admission, allocation, status.
const notDefaults = [
  'kind',
  'clusterIP',
  'clusterIPs',
  'metadata',
  'status',
  'storageClassName',
  'finalizers',
  'targetPort',
  'imagePullPolicy',
  'ipFamilies',
  'ipFamilyPolicy',
  'internalTrafficPolicy',
]

export async function recordDefaults(server: string): Promise<Defaults> {
  const found: Defaults = {}
  for (const object of minimal) {
    const [group = '', version = group] = object.apiVersion.split('/')
    const type = typeOf({ group: group === version ? '' : group, version, kind: object.kind })
    if (type === undefined) throw new Error(`no type for ${object.kind}`)
    compare(type, object, await dryRun(server, object), found)
  }
  return Object.fromEntries(Object.entries(found).toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

async function dryRun(server: string, object: Minimal): Promise<JsonObject> {
  const { apiVersion, kind } = object
  const namespaced = !['PersistentVolume', 'StorageClass', 'PriorityClass'].includes(kind)
  const plural = kind === 'Endpoints' ? 'endpoints' : `${kind.toLowerCase()}${kind.endsWith('ss') ? 'es' : 's'}`
  const path = `${apiVersion === 'v1' ? 'api' : 'apis'}/${apiVersion}/${namespaced ? 'namespaces/default/' : ''}${plural}`
  const answer = await fetch(`${server}/${path}?dryRun=All`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ metadata: { name: 'facts' }, ...object }),
  })
  if (!answer.ok) throw new Error(await answer.text())
  return (await answer.json()) as JsonObject
}

function compare(type: string, sent: Json | undefined, got: Json, found: Defaults): void {
  if (isList(got)) {
    if (isListType(type))
      for (const [at, item] of got.entries()) compare(itemType(type), isList(sent) ? sent[at] : undefined, item, found)
    return
  }
  const fields = fieldsOf(type)
  if (!isObject(got) || isMapType(type) || fields === undefined) return
  for (const [name, value] of entries(got)) {
    const field = fields.get(name)
    // A template inside another object says what it is.
    const isTypeMeta = name === 'apiVersion' && fields.has('metadata')
    if (field === undefined || isTypeMeta || notDefaults.includes(name)) continue
    const said = isObject(sent) ? sent[name] : undefined
    if (said !== undefined) compare(field.type, said, value, found)
    else if (!isZero(field.type, field.pointer === true, value)) (found[type] ??= {})[name] = value
  }
}

/** What Go's zero value looks like: there without any default. */
function isZero(type: string, pointer: boolean, value: Json): boolean {
  if (pointer) return false
  if (fieldsOf(type) !== undefined) return isObject(value) && Object.keys(value).length === 0
  return value === null || value === '' || value === 0 || value === '0' || value === false
}
