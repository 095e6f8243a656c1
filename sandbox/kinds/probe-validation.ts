import type { Cause } from '../refusal.ts'
import { atLeast, forbiddenField, invalidValue, oneOf, portNumber, required } from './causes.ts'
import type { Container } from './container-validation.ts'
import { obeys, portName } from './names.ts'

type Probe = NonNullable<Container['livenessProbe']>
type Lifecycle = NonNullable<Container['lifecycle']>
type Handler = NonNullable<Lifecycle['preStop']>

// k8s.io/kubernetes/pkg/apis/core/validation.validateProbe
export function probeCauses(
  field: string,
  probe: Probe,
  which: 'livenessProbe' | 'readinessProbe' | 'startupProbe',
): Cause[] {
  const grace = probe.terminationGracePeriodSeconds
  const isReadiness = which === 'readinessProbe'
  return [
    ...handlerCauses(field, probe),
    ...(
      ['initialDelaySeconds', 'timeoutSeconds', 'periodSeconds', 'successThreshold', 'failureThreshold'] as const
    ).flatMap((name) => atLeast(`${field}.${name}`, probe[name], 0)),
    ...(grace === undefined || isReadiness ? [] : atLeast(`${field}.terminationGracePeriodSeconds`, grace, 1)),
    ...(isReadiness ||
    probe.successThreshold === 1 ||
    probe.successThreshold === undefined ||
    probe.successThreshold < 0
      ? []
      : [invalidValue(`${field}.successThreshold`, probe.successThreshold, 'must be 1')]),
    ...(grace !== undefined && isReadiness
      ? [invalidValue(`${field}.terminationGracePeriodSeconds`, grace, 'must not be set for readinessProbes')]
      : []),
  ]
}

export function lifecycleCauses(field: string, { postStart, preStop }: Lifecycle, grace: number): Cause[] {
  return (['postStart', 'preStop'] as const).flatMap((name) => {
    const handler = name === 'postStart' ? postStart : preStop
    if (handler === undefined) return []
    const seconds = handler.sleep?.seconds
    return [
      ...handlerCauses(`${field}.${name}`, handler),
      ...(seconds !== undefined && (seconds < 0 || seconds > grace)
        ? [
            invalidValue(
              `${field}.${name}.sleep`,
              seconds,
              `must be non-negative and less than terminationGracePeriodSeconds (${grace})`,
            ),
          ]
        : []),
    ]
  })
}

// The first of them is it; those after it are too many.
function handlerCauses(field: string, handler: Handler & Pick<Probe, 'grpc'>): Cause[] {
  const { exec, httpGet, tcpSocket, grpc, sleep } = handler
  const given = Object.entries({ exec, httpGet, tcpSocket, grpc, sleep }).filter(([, of]) => of !== undefined)
  if (given.length === 0) return [required(field, 'must specify a handler type')]
  const [[first] = ['']] = given
  return [
    ...given.slice(1).map(([name]) => forbiddenField(`${field}.${name}`, 'may not specify more than 1 handler type')),
    ...(first === 'exec' && (exec?.command ?? []).length === 0 ? [required(`${field}.exec.command`)] : []),
    ...(first === 'httpGet' && httpGet !== undefined ? httpCauses(`${field}.httpGet`, httpGet) : []),
    ...(first === 'tcpSocket' ? portCauses(`${field}.tcpSocket.port`, tcpSocket?.port) : []),
    ...(first === 'grpc' && grpc !== undefined ? portNumber(`${field}.grpc.port`, grpc.port) : []),
  ].toSorted((a, b) => Number(a.reason === 'FieldValueForbidden') - Number(b.reason === 'FieldValueForbidden'))
}

const httpCauses = (field: string, { path = '', port, scheme }: NonNullable<Handler['httpGet']>): Cause[] => [
  ...(path === '' ? [required(`${field}.path`)] : []),
  ...portCauses(`${field}.port`, port),
  ...oneOf(`${field}.scheme`, scheme, ['HTTP', 'HTTPS']),
]

function portCauses(field: string, port: unknown): Cause[] {
  return typeof port === 'number' ? portNumber(field, port) : obeys(field, String(port), portName)
}
