import type { V1PodSpec } from '@kubernetes/client-node'
import type { Wire } from '../kubernetes.ts'
import type { Cause } from '../refusal.ts'
import { between, duplicates, forbiddenField, invalidValue, oneOf, required } from './causes.ts'
import { containerCauses, hostPortCauses } from './container-validation.ts'
import { dnsLabel, dnsSubdomain, ipAddress, labelsCauses, obeys, qualifiedName } from './names.ts'
import { nodeSelectorTermsCauses, tolerationCauses } from './scheduling-validation.ts'
import { podSecurityContextCauses } from './security-validation.ts'
import { volumeCauses } from './volume-validation.ts'

export type PodSpec = Wire<V1PodSpec>

const anyId = 2 ** 31 - 1

/** A Pod's spec or a template's; `claims` are volumes that a StatefulSet adds. k8s.io/kubernetes/pkg/apis/core/validation.ValidatePodSpec. */
export function podSpecCauses(field: string, spec: PodSpec | undefined, claims: readonly string[] = []): Cause[] {
  if (spec === undefined) return [required(`${field}.containers`)]
  const { initContainers = [], ephemeralContainers = [], volumes = [] } = spec
  // What Go holds of a list that was not there.
  const containers = (spec.containers as PodSpec['containers'] | null) ?? []
  const mountable = new Set([...claims, ...volumes.map(({ name }) => name)])
  const grace = spec.terminationGracePeriodSeconds ?? 30
  const withVolumes = { mountable, grace }
  return [
    ...claims.flatMap((name, at) => obeys(`${field}.volumes[${at}].name`, name, dnsLabel)),
    ...volumeCauses(`${field}.volumes`, volumes),
    ...(containers.length === 0 ? [required(`${field}.containers`)] : []),
    ...containers.flatMap((container, at) =>
      containerCauses(`${field}.containers[${at}]`, container, { ...withVolumes, isInit: false }),
    ),
    ...duplicates(
      `${field}.containers`,
      containers.map(({ name }) => name),
    ),
    ...hostPortCauses(`${field}.containers`, containers),
    ...initContainers.flatMap((container, at) =>
      containerCauses(`${field}.initContainers[${at}]`, container, { ...withVolumes, isInit: true }),
    ),
    ...duplicates(
      `${field}.initContainers`,
      initContainers.map(({ name }) => name),
    ),
    ...repeatedNames(`${field}.initContainers`, initContainers, containers),
    ...repeatedNames(`${field}.ephemeralContainers`, ephemeralContainers, [...containers, ...initContainers]),
    ...oneOf(`${field}.restartPolicy`, spec.restartPolicy, ['Always', 'OnFailure', 'Never']),
    ...oneOf(`${field}.dnsPolicy`, spec.dnsPolicy, ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None']),
    ...(spec.dnsPolicy === 'None' && spec.dnsConfig === undefined
      ? [required(`${field}.dnsConfig`, 'must provide `dnsConfig` when `dnsPolicy` is None')]
      : []),
    ...labelsCauses(`${field}.nodeSelector`, spec.nodeSelector),
    ...podSecurityContextCauses(`${field}.securityContext`, spec),
    ...nameCauses(field, spec),
    ...nodeSelectorTermsCauses(`${field}.affinity.nodeAffinity`, spec),
    ...(spec.activeDeadlineSeconds === undefined
      ? []
      : between(`${field}.activeDeadlineSeconds`, spec.activeDeadlineSeconds, 1, anyId)),
    ...(spec.hostAliases ?? []).flatMap(({ ip, hostnames = [] }, at) => [
      ...obeys(`${field}.hostAliases[${at}].ip`, ip, ipAddress),
      ...hostnames.flatMap((name, index) =>
        obeys(`${field}.hostAliases[${at}].hostnames[${index}]`, name, dnsSubdomain),
      ),
    ]),
    ...(spec.tolerations ?? []).flatMap((toleration, at) =>
      tolerationCauses(`${field}.tolerations[${at}]`, toleration),
    ),
    ...(spec.readinessGates ?? []).flatMap(({ conditionType }, at) =>
      obeys(`${field}.readinessGates[${at}].conditionType`, conditionType, qualifiedName),
    ),
    ...(spec.schedulingGates ?? []).flatMap(({ name }, at) =>
      obeys(`${field}.schedulingGates[${at}]`, name, qualifiedName),
    ),
  ]
}

function repeatedNames(
  field: string,
  containers: readonly { readonly name: string }[],
  others: readonly { readonly name: string }[],
): Cause[] {
  const taken = new Set(others.map(({ name }) => name))
  return containers.flatMap(({ name }, at) =>
    name !== '' && taken.has(name)
      ? [
          {
            field: `${field}[${at}].name`,
            reason: 'FieldValueDuplicate',
            message: `Duplicate value: ${JSON.stringify(name)}`,
          },
        ]
      : [],
  )
}

function nameCauses(
  field: string,
  {
    serviceAccountName = '',
    nodeName = '',
    hostname = '',
    subdomain = '',
    schedulerName = '',
    hostNetwork,
    hostPID,
    shareProcessNamespace,
  }: PodSpec,
): Cause[] {
  return [
    ...(serviceAccountName === '' ? [] : obeys(`${field}.serviceAccountName`, serviceAccountName, dnsSubdomain)),
    ...(nodeName === '' ? [] : obeys(`${field}.nodeName`, nodeName, dnsSubdomain)),
    ...(schedulerName === '' ? [] : obeys(`${field}.schedulerName`, schedulerName, dnsSubdomain)),
    ...(hostPID === true && shareProcessNamespace === true
      ? [
          invalidValue(
            `${field}.securityContext.shareProcessNamespace`,
            true,
            'ShareProcessNamespace and HostPID cannot both be enabled',
          ),
        ]
      : []),
    ...(hostname === '' ? [] : plain(`${field}.hostname`, hostname)),
    ...(subdomain === '' ? [] : plain(`${field}.subdomain`, subdomain)),
    ...(hostNetwork === true && hostname.includes('.')
      ? [forbiddenField(`${field}.hostname`, 'must not contain dots')]
      : []),
  ]
}

const plain = (field: string, text: string) =>
  obeys(field, text, (name) => (name.includes('.') ? 'must not contain dots' : dnsLabel(name)))
