import type {
  V1Container,
  V1EnvFromSource,
  V1EnvVar,
  V1EphemeralContainer,
  V1ObjectFieldSelector,
  V1PersistentVolumeClaimSpec,
  V1PodTemplateSpec,
  V1Probe,
  V1ResourceRequirements,
  V1SeccompProfile,
  V1SecurityContext,
  V1Toleration,
  V1Volume,
} from '@kubernetes/client-node'
import type { Wire } from '../kubernetes.ts'
import { quantityNanos } from '../schema/quantity.ts'
import { atLeast, duplicates, type Found, forbiddenField, invalidValue, required, unsupported } from './causes.ts'
import { annotationCauses, labelsCauses } from './names.ts'
import { type Across, type Around, podSpec } from './pod-spec-rules.ts'
import { resourcesCauses } from './resources.ts'

const sidecarsOnly = 'may not be set for init containers without restartPolicy=Always'

const container: Across<V1Container> = (field, { restartPolicy, ports = [], ...more }) => [
  duplicates(
    `${field}.ports`,
    ports.map(({ name }) => name),
  ),
  /initContainers\[\d+\]$/.test(field) &&
    restartPolicy !== 'Always' &&
    (['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'] as const).map(
      (name) => more[name] !== undefined && forbiddenField(`${field}.${name}`, sidecarsOnly),
    ),
]

const ordinaryOnly = 'lifecycle livenessProbe ports readinessProbe resizePolicy resources startupProbe'.split(' ')

const ephemeral: Across<V1EphemeralContainer> = (field, given) =>
  ordinaryOnly
    .filter((name) => !isEmpty((given as Readonly<Record<string, unknown>>)[name]))
    .map((name) => forbiddenField(`${field}.${name}`, 'cannot be set for an Ephemeral Container'))

const isEmpty = (value: unknown) =>
  value === undefined || value === null || (typeof value === 'object' && Object.keys(value).length === 0)

const moreThanOne = 'may not have more than one field specified at a time'

const variable: Across<V1EnvVar> = (place, { value = '', valueFrom }) => {
  const wrong = (why: string) => invalidValue(`${place}.valueFrom`, '', why)
  const count = Object.keys(valueFrom ?? {}).length
  if (valueFrom === undefined) return false
  if (count === 0)
    return wrong('must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`')
  if (value !== '') return wrong('may not be specified when `value` is not empty')
  return count > 1 && wrong(moreThanOne)
}

const environment: Across<V1EnvFromSource> = (field, { configMapRef, secretRef }) => {
  const wrong = (why: string) => invalidValue(field.replace(/\[\d+\]$/, ''), '', why)
  if (configMapRef !== undefined && secretRef !== undefined) return wrong(moreThanOne)
  return !(configMapRef ?? secretRef) && wrong('must specify one of: `configMapRef` or `secretRef`')
}

const ofAnyPod = ['metadata.name', 'metadata.namespace', 'metadata.uid']
const ofARunningPod = 'spec.nodeName spec.serviceAccountName status.hostIP status.hostIPs status.podIP status.podIPs'
const inVariables = [...ofAnyPod, ...ofARunningPod.split(' ')]
const inFiles = [...ofAnyPod, 'metadata.annotations', 'metadata.labels']

const fieldRef: Across<V1ObjectFieldSelector> = (place, { fieldPath }) => {
  const field = `${place}.fieldPath`
  const supported = place.includes('.env[') ? inVariables : inFiles
  if (/^metadata\.(annotations|labels)\['.*'\]$/.test(fieldPath) || supported.includes(fieldPath)) return false
  if (fieldPath === '') return required(field)
  if ([...inVariables, ...inFiles].includes(fieldPath)) return unsupported(field, fieldPath, supported)
  return invalidValue(field, fieldPath, `error converting fieldPath: field label not supported: ${fieldPath}`)
}

/** One of several ways to do it. */
function oneHandler(field: string, handler: object, ways: readonly string[], what: string): Found {
  const given = ways.filter((way) => Object.hasOwn(handler, way))
  if (given.length === 0) return what !== 'volume' && required(field, `must specify a ${what} type`)
  return given.slice(1).map((way) => forbiddenField(`${field}.${way}`, `may not specify more than 1 ${what} type`))
}

const handlers = ['exec', 'httpGet', 'tcpSocket', 'grpc', 'sleep']

const probe: Across<V1Probe> = (field, { successThreshold = 1, terminationGracePeriodSeconds: grace, ...handler }) => {
  const isReadiness = field.endsWith('.readinessProbe')
  const graceField = `${field}.terminationGracePeriodSeconds`
  return [
    oneHandler(field, handler, handlers, 'handler'),
    !isReadiness && successThreshold > 1 && invalidValue(`${field}.successThreshold`, successThreshold, 'must be 1'),
    atLeast(graceField, grace, 1),
    isReadiness && grace !== undefined && invalidValue(graceField, grace, 'must not be set for readinessProbes'),
  ]
}

const toleration: Across<V1Toleration> = (
  field,
  { key = '', operator = '', value = '', effect = '', tolerationSeconds },
) => {
  if (!['', 'Equal', 'Exists'].includes(operator))
    return unsupported(`${field}.operator`, operator, ['Equal', 'Exists'])
  return [
    key === '' &&
      operator !== 'Exists' &&
      invalidValue(
        `${field}.operator`,
        operator,
        'operator must be Exists when `key` is empty, which means "match all values and all keys"',
      ),
    tolerationSeconds !== undefined &&
      effect !== 'NoExecute' &&
      invalidValue(`${field}.effect`, effect, "effect must be 'NoExecute' when `tolerationSeconds` is set"),
    operator === 'Exists' &&
      value !== '' &&
      invalidValue(`${field}.operator`, value, "value must be empty when `operator` is 'Exists'"),
  ]
}

// In the order in which upstream asks: the first one is it.
const sources = 'emptyDir hostPath secret nfs persistentVolumeClaim downwardAPI configMap projected'.split(' ')

const volume: Across<V1Volume> = (field, of) => [
  oneHandler(field, of, sources, 'volume'),
  of.emptyDir?.sizeLimit !== undefined &&
    quantityNanos(of.emptyDir.sizeLimit) < 0n &&
    forbiddenField(`${field}.emptyDir.sizeLimit`, 'SizeLimit field must be a valid resource quantity'),
]

/** As Go prints the struct: every field. */
const goSecurity = (context: Wire<V1SecurityContext>) => ({
  Capabilities:
    context.capabilities === undefined
      ? null
      : { Add: context.capabilities.add ?? null, Drop: context.capabilities.drop ?? null },
  Privileged: context.privileged ?? null,
  SELinuxOptions: context.seLinuxOptions ?? null,
  WindowsOptions: context.windowsOptions ?? null,
  RunAsUser: context.runAsUser ?? null,
  RunAsGroup: context.runAsGroup ?? null,
  RunAsNonRoot: context.runAsNonRoot ?? null,
  ReadOnlyRootFilesystem: context.readOnlyRootFilesystem ?? null,
  AllowPrivilegeEscalation: context.allowPrivilegeEscalation ?? null,
  ProcMount: context.procMount ?? null,
  SeccompProfile:
    context.seccompProfile === undefined
      ? null
      : { Type: context.seccompProfile.type, LocalhostProfile: context.seccompProfile.localhostProfile ?? null },
  AppArmorProfile: context.appArmorProfile ?? null,
})

const security: Across<V1SecurityContext> = (field, context) =>
  context.allowPrivilegeEscalation === false &&
  context.privileged === true &&
  invalidValue(field, goSecurity(context), 'cannot set `allowPrivilegeEscalation` to false and `privileged` to true')

const seccomp: Across<V1SeccompProfile> = (field, { type, localhostProfile }) =>
  localhostProfile !== undefined &&
  type !== 'Localhost' &&
  invalidValue(
    `${field}.localhostProfile`,
    { Type: type, LocalhostProfile: localhostProfile },
    'can only be set when seccomp type is Localhost',
  )

// Upstream leaves "metadata" out here.
const template: Across<V1PodTemplateSpec> = (field, { metadata }) => [
  labelsCauses(`${field}.labels`, metadata?.labels),
  annotationCauses(`${field}.annotations`, metadata?.annotations),
]

const claim: Across<V1PersistentVolumeClaimSpec> = (field, { accessModes = [], resources }) => {
  const size = resources?.requests?.['storage']
  const place = `${field}.resources[storage]`
  return [
    accessModes.length === 0 && required(`${field}.accessModes`, 'at least 1 access mode is required'),
    accessModes.length > 1 &&
      accessModes.includes('ReadWriteOncePod') &&
      forbiddenField(`${field}.accessModes`, 'may not use ReadWriteOncePod with other access modes'),
    size === undefined && required(place),
    size !== undefined && quantityNanos(size) <= 0n && invalidValue(place, size, 'must be greater than zero'),
  ]
}

const lifecycle: Across<{ preStop?: { sleep?: { seconds: number } } }> = (field, { preStop }, { grace }) => {
  const { seconds = 0 } = preStop?.sleep ?? {}
  const why = `must be non-negative and less than terminationGracePeriodSeconds (${grace})`
  return (seconds < 0 || seconds > grace) && invalidValue(`${field}.preStop.sleep`, seconds, why)
}

/** What no field can say alone, by type. */
export const acrossFields: Readonly<Record<string, (field: string, value: never, around: Around) => Found>> = {
  PodSpec: podSpec,
  Container: container,
  EphemeralContainer: ephemeral,
  EnvVar: variable,
  EnvFromSource: environment,
  ObjectFieldSelector: fieldRef,
  Probe: probe,
  Lifecycle: lifecycle,
  SecurityContext: security,
  SeccompProfile: seccomp,
  PodTemplateSpec: template,
  LifecycleHandler: (field, handler: object) => oneHandler(field, handler, handlers, 'handler'),
  Toleration: toleration,
  Volume: volume,
  PersistentVolumeClaimSpec: claim,
  ResourceRequirements: (field, resources: Wire<V1ResourceRequirements>) => resourcesCauses(field, resources),
}
