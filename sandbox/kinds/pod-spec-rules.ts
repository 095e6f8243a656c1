import type { V1Container, V1PodSpec } from '@kubernetes/client-node'
import type { Wire } from '../kubernetes.ts'
import { duplicate, duplicates, type Found, invalidValue, notThere, required } from './causes.ts'
import { relativePath } from './field-rules.ts'
import { obeys } from './names.ts'

/** What a rule may have to know of the rest. */
export interface Around {
  /** Volumes that a StatefulSet's claims become. */
  readonly claims: readonly string[]
  readonly grace: number
}

export type Across<T> = (field: string, value: Wire<T>, around: Around) => Found

/** Names that must differ, and mounts that need a volume. */
export const podSpec: Across<V1PodSpec> = (field, spec, { claims }) => {
  const { containers, initContainers = [], ephemeralContainers = [], volumes = [] } = spec
  const mountable = new Set([...claims, ...volumes.map(({ name }) => name)])
  const names = [...containers, ...initContainers].map(({ name }) => name)
  return [
    duplicates(
      `${field}.volumes`,
      volumes.map(({ name }) => name),
    ),
    duplicates(
      `${field}.containers`,
      containers.map(({ name }) => name),
    ),
    duplicates(`${field}.initContainers`, names).map((cause) => {
      const at = Number(/\[(\d+)\]/.exec(cause.field)?.[1]) - containers.length
      return at >= 0 && { ...cause, field: `${field}.initContainers[${at}].name` }
    }),
    containers.map((container, at) => mountCauses(`${field}.containers[${at}]`, container, mountable)),
    initContainers.map((container, at) => mountCauses(`${field}.initContainers[${at}]`, container, mountable)),
    ephemeralContainers.map(({ name, targetContainerName: target = '' }, at) => [
      [...names, ...ephemeralContainers.slice(0, at).map((other) => other.name)].includes(name) &&
        duplicate(`${field}.ephemeralContainers[${at}].name`, name),
      target !== '' &&
        !names.includes(target) &&
        notThere(`${field}.ephemeralContainers[${at}].targetContainerName`, target),
    ]),
    hostPortCauses(`${field}.containers`, containers),
    spec.dnsPolicy === 'None' &&
      spec.dnsConfig === undefined &&
      required(`${field}.dnsConfig`, 'must provide `dnsConfig` when `dnsPolicy` is None'),
    spec.hostPID === true &&
      spec.shareProcessNamespace === true &&
      invalidValue(
        `${field}.securityContext.shareProcessNamespace`,
        true,
        'ShareProcessNamespace and HostPID cannot both be enabled',
      ),
  ]
}

function mountCauses(
  container: string,
  { volumeMounts = [] }: Wire<V1Container>,
  mountable: ReadonlySet<string>,
): Found {
  return volumeMounts.map(({ name, mountPath, subPath }, at) => {
    const field = `${container}.volumeMounts[${at}]`
    const isFirst = volumeMounts.findIndex((other) => other.mountPath === mountPath) === at
    return [
      name !== '' && !mountable.has(name) && notThere(`${field}.name`, name),
      !isFirst && invalidValue(`${field}.mountPath`, mountPath, 'must be unique'),
      // Upstream names this one without its index.
      obeys(`${container}.volumeMounts.subPath`, subPath ?? '', relativePath),
    ]
  })
}

/** A port of the node can be one container's. */
function hostPortCauses(field: string, containers: readonly Wire<V1Container>[]): Found {
  const seen = new Set<string>()
  return containers.map(({ ports = [] }, at) =>
    ports.map(({ hostPort = 0, protocol = 'TCP', hostIP = '' }, index) => {
      const place = `${protocol}/${hostIP}/${hostPort}`
      const isTaken = hostPort !== 0 && seen.has(place)
      seen.add(place)
      return isTaken && duplicate(`${field}[${at}].ports[${index}].hostPort`, place)
    }),
  )
}
