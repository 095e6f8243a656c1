import type { V1Container } from '@kubernetes/client-node'
import type { Wire } from '../kubernetes.ts'
import type { Cause } from '../refusal.ts'
import { duplicate, forbiddenField, invalidValue, notThere, oneOf, portNumber, required } from './causes.ts'
import { environmentCauses } from './environment-validation.ts'
import { dnsLabel, obeys, portName } from './names.ts'
import { lifecycleCauses, probeCauses } from './probe-validation.ts'
import { resourcesCauses } from './resources-validation.ts'
import { containerSecurityCauses } from './security-validation.ts'
import { relativePathCauses } from './volume-validation.ts'

export type Container = Wire<V1Container>

interface Surroundings {
  readonly mountable: ReadonlySet<string>
  /** The Pod's grace period. */
  readonly grace: number
  readonly isInit: boolean
}

// k8s.io/kubernetes/pkg/apis/core/validation.validateContainerCommon
export function containerCauses(
  field: string,
  container: Container,
  { mountable, grace, isInit }: Surroundings,
): Cause[] {
  const { name, image = '', ports = [], volumeMounts = [], lifecycle } = container
  const mayProbe = !isInit || container.restartPolicy === 'Always'
  const probes = (['livenessProbe', 'readinessProbe', 'startupProbe'] as const).flatMap((probe) => {
    const of = container[probe]
    if (of === undefined) return []
    return mayProbe ? probeCauses(`${field}.${probe}`, of, probe) : [forbiddenField(`${field}.${probe}`, sidecarsOnly)]
  })
  return [
    ...(name === '' ? [required(`${field}.name`)] : obeys(`${field}.name`, name, dnsLabel)),
    ...imageCauses(`${field}.image`, image),
    ...oneOf(`${field}.terminationMessagePolicy`, container.terminationMessagePolicy, [
      'File',
      'FallbackToLogsOnError',
    ]),
    ...portCauses(`${field}.ports`, ports),
    ...environmentCauses(field, container),
    ...volumeMounts.flatMap((mount, at) => mountCauses(field, at, mount, volumeMounts, mountable)),
    ...oneOf(`${field}.imagePullPolicy`, container.imagePullPolicy, ['Always', 'IfNotPresent', 'Never']),
    ...resourcesCauses(`${field}.resources`, container.resources),
    ...containerSecurityCauses(`${field}.securityContext`, container.securityContext),
    ...(lifecycle === undefined
      ? []
      : mayProbe
        ? lifecycleCauses(`${field}.lifecycle`, lifecycle, grace)
        : [forbiddenField(`${field}.lifecycle`, sidecarsOnly)]),
    ...probes,
  ]
}

const sidecarsOnly = 'may not be set for init containers without restartPolicy=Always'

function imageCauses(field: string, image: string): Cause[] {
  if (image === '') return [required(field)]
  return image.trim() === image ? [] : [invalidValue(field, image, 'must not have leading or trailing whitespace')]
}

type Ports = NonNullable<Container['ports']>

function portCauses(field: string, ports: Ports): Cause[] {
  const names = ports.map(({ name }) => name)
  return ports.flatMap(({ name = '', containerPort, hostPort = 0, protocol }, at) => [
    ...(name === '' ? [] : obeys(`${field}[${at}].name`, name, (text) => portName(text))),
    ...(name !== '' && names.indexOf(name) < at ? [duplicate(`${field}[${at}].name`, name)] : []),
    ...(containerPort === 0
      ? [required(`${field}[${at}].containerPort`)]
      : portNumber(`${field}[${at}].containerPort`, containerPort)),
    ...(hostPort === 0 ? [] : portNumber(`${field}[${at}].hostPort`, hostPort)),
    ...oneOf(`${field}[${at}].protocol`, protocol, ['SCTP', 'TCP', 'UDP']),
  ])
}

/** A port of the node can be one container's. */
export function hostPortCauses(field: string, containers: readonly Container[]): Cause[] {
  const seen = new Set<string>()
  return containers.flatMap(({ ports = [] }, at) =>
    ports.flatMap(({ hostPort = 0, protocol = 'TCP', hostIP = '' }, index) => {
      const place = `${protocol}/${hostIP}/${hostPort}`
      if (hostPort === 0 || !seen.has(place)) {
        seen.add(place)
        return []
      }
      return [duplicate(`${field}[${at}].ports[${index}].hostPort`, place)]
    }),
  )
}

type Mount = NonNullable<Container['volumeMounts']>[number]

function mountCauses(
  container: string,
  at: number,
  mount: Mount,
  all: readonly Mount[],
  mountable: ReadonlySet<string>,
): Cause[] {
  const field = `${container}.volumeMounts[${at}]`
  const { name, mountPath, subPath = '', subPathExpr = '' } = mount
  return [
    ...(name === '' ? [required(`${field}.name`)] : mountable.has(name) ? [] : [notThere(`${field}.name`, name)]),
    ...(mountPath === '' ? [required(`${field}.mountPath`)] : []),
    ...(mountPath !== '' && all.findIndex((other) => other.mountPath === mountPath) < at
      ? [invalidValue(`${field}.mountPath`, mountPath, 'must be unique')]
      : []),
    // Upstream names these without the index.
    ...(subPath === '' ? [] : relativePathCauses(`${container}.volumeMounts.subPath`, subPath)),
    ...(subPathExpr !== '' && subPath !== ''
      ? [invalidValue(`${field}.subPathExpr`, subPathExpr, 'subPathExpr and subPath are mutually exclusive')]
      : []),
    ...(subPathExpr !== '' && subPath === ''
      ? relativePathCauses(`${container}.volumeMounts.subPathExpr`, subPathExpr)
      : []),
  ]
}
