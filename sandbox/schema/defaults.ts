import { facts } from '../facts/index.ts'
import { entries, isList, isObject, type Json, type JsonObject, objectOf } from './json.ts'
import { fieldsOf, type GroupVersionKind, isListType, isMapType, itemType, typeOf } from './types.ts'

/** With the defaults that a type gives its fields, as k8s.io/kubernetes/pkg/apis/*\/v1/defaults.go does; those that depend on other fields are in special. */
export function withDefaults(gvk: GroupVersionKind, object: object): JsonObject {
  const type = typeOf(gvk)
  return type === undefined ? (object as JsonObject) : (fill(type, object as JsonObject) as JsonObject)
}

function fill(type: string, value: Json): Json {
  if (isList(value)) return isListType(type) ? value.map((item) => fill(itemType(type), item)) : value
  if (!isObject(value)) return value
  if (isMapType(type)) return value
  const fields = fieldsOf(type)
  if (fields === undefined) return value
  const filled = new Map(entries(value))
  // Nothing could be recorded of ephemeral containers: they come later than their Pod.
  const defaults = facts.defaults[type.replace(/\.EphemeralContainer$/, '.Container')]
  for (const [name, standard] of Object.entries(defaults ?? {})) {
    const said = filled.get(name)
    if (
      said === undefined ||
      (said === '' && fields.get(name)?.pointer !== true) ||
      isNothing(said, fields.get(name)?.pointer)
    )
      filled.set(name, standard)
  }
  for (const [name, content] of filled) filled.set(name, fill(fields.get(name)?.type ?? '', content))
  const dependent = special[type.slice(type.lastIndexOf('.') + 1)]
  const object: JsonObject = Object.fromEntries(filled)
  return dependent === undefined ? object : objectOf(entries({ ...object, ...dependent(object) }))
}

// Where Go has no pointer it cannot tell 0 and {} from nothing said.
const isNothing = (value: Json, pointer: boolean | undefined) =>
  pointer !== true && (value === 0 || value === null || (isObject(value) && Object.keys(value).length === 0))

type Dependent = (object: JsonObject) => { readonly [field: string]: Json | undefined }

const isLatest = (image: string) => {
  const [name = '', digest] = image.split('@')
  const tag = name.slice(name.lastIndexOf('/') + 1).split(':')[1]
  return digest === undefined && (tag === undefined || tag === 'latest')
}

const container: Dependent = ({ imagePullPolicy, image }) =>
  imagePullPolicy === undefined
    ? { imagePullPolicy: isLatest(typeof image === 'string' ? image : '') ? 'Always' : 'IfNotPresent' }
    : {}

/** In a Pod, not in a template: a limit without a request is the request. */
function requesting(of: JsonObject): JsonObject {
  const resources = isObject(of['resources']) ? of['resources'] : {}
  if (!isObject(resources['limits'])) return of
  const requests = { ...resources['limits'], ...(isObject(resources['requests']) ? resources['requests'] : {}) }
  return { ...of, resources: { ...resources, requests } }
}

const special: Readonly<Record<string, Dependent>> = {
  Container: container,
  EphemeralContainer: container,
  Namespace: ({ metadata }) => {
    const { labels, name } = metadata as { readonly labels?: JsonObject; readonly name?: string }
    return name === undefined
      ? {}
      : { metadata: { ...(metadata as JsonObject), labels: { ...labels, 'kubernetes.io/metadata.name': name } } }
  },
  Secret: ({ data, stringData }) => {
    if (!isObject(stringData)) return {}
    const encoded = Object.entries(stringData as Readonly<Record<string, string>>).map(
      ([key, text]): [string, Json] => [key, Buffer.from(text).toString('base64')],
    )
    return {
      stringData: undefined,
      data: Object.fromEntries([...Object.entries(isObject(data) ? data : {}), ...encoded]),
    }
  },
  Pod: ({ spec }) => {
    const { containers, initContainers, ...rest } = isObject(spec) ? spec : {}
    const all = (of: Json | undefined) => (isList(of) ? of.map((one) => requesting(one as JsonObject)) : of)
    return {
      spec: objectOf([
        ['enableServiceLinks', true],
        ...entries(rest),
        ['containers', all(containers)],
        ['initContainers', all(initContainers)],
      ]),
    }
  },
  PodSpec: (object) => ({
    ...(object['serviceAccountName'] !== undefined && { serviceAccount: object['serviceAccountName'] }),
    ...(object['serviceAccount'] !== undefined &&
      object['serviceAccountName'] === undefined && { serviceAccountName: object['serviceAccount'] }),
    ...(object['hostNetwork'] === true &&
      isList(object['containers']) && { containers: object['containers'].map((one) => onHost(one as JsonObject)) }),
  }),
  Volume: (object) => (Object.keys(object).length > 1 ? {} : { emptyDir: {} }),
  DeploymentStrategy: (object) => rolling(object, { maxUnavailable: '25%', maxSurge: '25%' }),
  StatefulSetUpdateStrategy: (object) => rolling(object, { partition: 0 }),
  ServicePort: (object) =>
    object['targetPort'] === 0 || object['targetPort'] === undefined ? { targetPort: object['port'] ?? 0 } : {},
  ServiceSpec: (object) => {
    const type = object['type']
    const external = type === 'NodePort' || type === 'LoadBalancer' || object['externalIPs'] !== undefined
    return {
      ...(type !== 'ExternalName' && { internalTrafficPolicy: object['internalTrafficPolicy'] ?? 'Cluster' }),
      ...(external && object['externalTrafficPolicy'] === undefined && { externalTrafficPolicy: 'Cluster' }),
      ...(type === 'LoadBalancer' &&
        object['allocateLoadBalancerNodePorts'] === undefined && { allocateLoadBalancerNodePorts: true }),
      ...(object['sessionAffinity'] === 'ClientIP' &&
        object['sessionAffinityConfig'] === undefined && {
          sessionAffinityConfig: { clientIP: { timeoutSeconds: 10800 } },
        }),
    }
  },
}

const onHost = (of: JsonObject): JsonObject =>
  isList(of['ports'])
    ? {
        ...of,
        ports: of['ports'].map((port) => ({
          hostPort: (port as JsonObject)['containerPort'] ?? 0,
          ...(port as JsonObject),
        })),
      }
    : of

function rolling(strategy: JsonObject, standard: JsonObject): JsonObject {
  const type = strategy['type'] ?? 'RollingUpdate'
  if (type !== 'RollingUpdate') return {}
  return {
    type,
    rollingUpdate: { ...standard, ...(isObject(strategy['rollingUpdate']) ? strategy['rollingUpdate'] : {}) },
  }
}
