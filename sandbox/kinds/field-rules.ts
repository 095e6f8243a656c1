import type { Json } from '../schema/json.ts'
import { atLeast, between, type Found, invalidValue, oneOf, portNumber, required } from './causes.ts'
import {
  configKey,
  dnsLabel,
  dnsSubdomain,
  environmentName,
  labelValue,
  labelsCauses,
  obeys,
  portName,
  qualifiedName,
} from './names.ts'
import { resourcesCauses } from './resources.ts'

/** What one field may hold; undefined where nothing stands there. */
export type Rule = (field: string, value: Json | undefined) => Found

type Pattern = Parameters<typeof obeys>[2]

const isNothing = (value: unknown) =>
  value === undefined || value === null || value === '' || value === 0 || (Array.isArray(value) && value.length === 0)
const text = (value: unknown) => (typeof value === 'string' ? value : '')

const needed: Rule = (field, value) => isNothing(value) && required(field)
/** Only where something is said. */
const maybe =
  (rule: (field: string, value: never) => Found): Rule =>
  (field, value) =>
    !isNothing(value) && rule(field, value as never)
const like = (pattern: Pattern): Rule => maybe((field, value: string) => obeys(field, value, pattern))
const named =
  (pattern: Pattern): Rule =>
  (field, value) =>
    isNothing(value) ? required(field) : obeys(field, text(value), pattern)
const among =
  (...words: string[]): Rule =>
  (field, value) =>
    value !== undefined && oneOf(field, value, words)
const each =
  (...words: string[]): Rule =>
  (field, value) =>
    Array.isArray(value) && value.map((item) => oneOf(field, item, words))
const least =
  (low: 0 | 1): Rule =>
  (field, value) =>
    typeof value === 'number' && atLeast(field, value, low)
const id: Rule = (field, value) => typeof value === 'number' && between(field, value, 0, 2 ** 31 - 1)
const labels: Rule = (field, value) => labelsCauses(field, (value ?? {}) as Readonly<Record<string, string>>)
const port: Rule = (field, value) => typeof value === 'number' && portNumber(field, value)
const portOrName: Rule = (field, value) =>
  typeof value === 'string' ? obeys(field, value, portName) : port(field, value)
const plainLabel = (name: string) => (name.includes('.') ? 'must not contain dots' : dnsLabel(name))
const selectorOperator = (word: string) =>
  ['In', 'NotIn', 'Exists', 'DoesNotExist'].includes(word) ? undefined : 'not a valid selector operator'
const trimmed = (image: string) => (image.trim() === image ? undefined : 'must not have leading or trailing whitespace')
const mode: Rule = (field, value) =>
  typeof value === 'number' &&
  (value < 0 || value > 0o777) &&
  invalidValue(field, value, 'must be a number between 0 and 0777 (octal), both inclusive')
const tenMinutes: Rule = (field, value) =>
  typeof value === 'number' &&
  value < 600 &&
  invalidValue(field, value, 'may not specify a duration less than 10 minutes')

const hasDots = (path: string) => path.split('/').includes('..')
const noDots = (path: string) => (hasDots(path) ? "must not contain '..'" : undefined)
/** A path below a volume. */
export const relativePath = (path: string): string | undefined =>
  path.startsWith('/') ? 'must be a relative path' : noDots(path)

const once = (field: string) => field.replace('spec.taints', 'metadata.taints')
const protocols = among('SCTP', 'TCP', 'UDP')
const accessModes = each('ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod')
const counts = {
  replicas: least(0),
  minReadySeconds: least(0),
  revisionHistoryLimit: least(0),
  progressDeadlineSeconds: least(0),
}
const anyContainer = {
  name: named(dnsLabel),
  image: named(trimmed),
  terminationMessagePolicy: among('File', 'FallbackToLogsOnError'),
  imagePullPolicy: among('Always', 'IfNotPresent', 'Never'),
} satisfies Record<string, Rule>
const fromKey = {
  name: (field, value) => obeys(field, text(value), dnsSubdomain),
  key: named(configKey),
} satisfies Record<string, Rule>
const resources = ['limits', 'requests'].flatMap((of) =>
  ['cpu', 'ephemeral-storage', 'memory'].map((name) => `${of}.${name}`),
)

/** By type and field; k8s.io/kubernetes/pkg/apis/*\/validation says the same in Go. */
export const fieldRules: Readonly<Record<string, Readonly<Record<string, Rule>>>> = {
  PodSpec: {
    containers: needed,
    restartPolicy: among('Always', 'OnFailure', 'Never'),
    dnsPolicy: among('ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None'),
    nodeSelector: labels,
    serviceAccountName: like(dnsSubdomain),
    nodeName: like(dnsSubdomain),
    hostname: like(plainLabel),
    subdomain: like(plainLabel),
    runtimeClassName: like(dnsSubdomain),
    overhead: (field, value) => resourcesCauses(field, { limits: (value ?? {}) as Readonly<Record<string, string>> }),
    activeDeadlineSeconds: (field, value) => typeof value === 'number' && between(field, value, 1, 2 ** 31 - 1),
  },
  Container: anyContainer,
  EphemeralContainer: anyContainer,
  ContainerPort: {
    name: like(portName),
    containerPort: (field, value) => [needed(field, value), maybe(port)(field, value)],
    hostPort: maybe(port),
    protocol: protocols,
  },
  EnvVar: { name: named(environmentName) },
  ConfigMapKeySelector: fromKey,
  SecretKeySelector: fromKey,
  ConfigMapEnvSource: { name: named(dnsSubdomain) },
  SecretEnvSource: { name: named(dnsSubdomain) },
  ResourceFieldSelector: { resource: among(...resources) },
  VolumeMount: {
    name: needed,
    mountPath: needed,
    // Upstream names this one without its index.
    mountPropagation: (field, value) =>
      among('Bidirectional', 'HostToContainer', 'None')(field.replace(/\[\d+\](?=\.\w+$)/, ''), value),
  },
  Probe: {
    initialDelaySeconds: least(0),
    timeoutSeconds: least(0),
    periodSeconds: least(0),
    successThreshold: least(0),
    failureThreshold: least(0),
  },
  ExecAction: { command: needed },
  HTTPGetAction: { path: needed, port: portOrName, scheme: among('HTTP', 'HTTPS') },
  TCPSocketAction: { port: portOrName },
  GRPCAction: { port },
  SecurityContext: { runAsUser: id, runAsGroup: id },
  PodSecurityContext: {
    runAsUser: id,
    runAsGroup: id,
    fsGroup: id,
    seLinuxChangePolicy: maybe(among('Recursive')),
    supplementalGroupsPolicy: maybe(among('Merge', 'Strict')),
  },
  SeccompProfile: {
    type: (field, value) =>
      isNothing(value)
        ? required(field, 'type is required when seccompProfile is set')
        : among('Localhost', 'RuntimeDefault', 'Unconfined')(field, value),
  },
  // Upstream looks for them where they once were.
  Taint: {
    key: (field, value) => named(qualifiedName)(once(field), value),
    value: (field, value) => like(labelValue)(once(field), value),
    effect: (field, value) => [
      needed(once(field), value),
      maybe(among('NoSchedule', 'PreferNoSchedule', 'NoExecute'))(once(field), value),
    ],
  },
  Toleration: { key: like(qualifiedName), effect: maybe(among('NoSchedule', 'PreferNoSchedule', 'NoExecute')) },
  NodeSelector: {
    nodeSelectorTerms: (field, value) =>
      isNothing(value) && required(field, 'must have at least one node selector term'),
  },
  LabelSelector: { matchLabels: labels },
  LabelSelectorRequirement: { key: like(qualifiedName), operator: like(selectorOperator) },
  Volume: { name: named(dnsLabel) },
  ConfigMapVolumeSource: { name: needed, defaultMode: mode },
  SecretVolumeSource: { secretName: needed, defaultMode: mode },
  PersistentVolumeClaimVolumeSource: { claimName: needed },
  HostPathVolumeSource: {
    path: (field, value) => [needed(field, value), like(noDots)(field, value)],
    type: among('', 'BlockDevice', 'CharDevice', 'Directory', 'DirectoryOrCreate', 'File', 'FileOrCreate', 'Socket'),
  },
  KeyToPath: { key: needed, path: named(relativePath), mode },
  ConfigMapProjection: { name: needed },
  SecretProjection: { name: needed },
  // Upstream names the volume's field, not the source's.
  ServiceAccountTokenProjection: {
    expirationSeconds: tenMinutes,
    path: (field, value) => needed(field.replace(/sources\[.*$/, 'path'), value),
  },
  DeploymentSpec: counts,
  ReplicaSetSpec: counts,
  StatefulSetSpec: { ...counts, serviceName: like(dnsLabel) },
  ServiceSpec: {
    selector: labels,
    sessionAffinity: among('ClientIP', 'None'),
    internalTrafficPolicy: among('Cluster', 'Local'),
    trafficDistribution: among('PreferClose', 'PreferSameZone', 'PreferSameNode'),
    type: among('ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'),
  },
  ServicePort: { name: like(dnsLabel), port, targetPort: portOrName, protocol: protocols },
  PersistentVolumeClaimSpec: {
    accessModes,
    storageClassName: like(dnsSubdomain),
    volumeAttributesClassName: like(dnsSubdomain),
    volumeMode: among('Block', 'Filesystem'),
  },
  PersistentVolumeSpec: {
    accessModes: (field, value) => [needed(field, value), accessModes(field, value)],
    persistentVolumeReclaimPolicy: among('Delete', 'Recycle', 'Retain'),
  },
  StorageClass: {
    reclaimPolicy: among('Delete', 'Retain'),
    volumeBindingMode: among('Immediate', 'WaitForFirstConsumer'),
  },
  EndpointAddress: { nodeName: like(dnsSubdomain), hostname: like(dnsLabel) },
  EndpointPort: { name: like(dnsLabel), protocol: protocols, appProtocol: like(qualifiedName) },
  Endpoint: {
    addresses: (field, value) => isNothing(value) && required(field, 'must contain at least 1 address'),
    hostname: like(dnsLabel),
  },
  EndpointSlice: { addressType: among('FQDN', 'IPv4', 'IPv6') },
  LeaseSpec: { leaseDurationSeconds: least(1), leaseTransitions: least(0) },
}
