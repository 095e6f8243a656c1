import type { Cause } from '../refusal.ts'
import type { Container } from './container-validation.ts'
import { invalidValue, required, unsupported } from './causes.ts'
import { configKey, dnsSubdomain, environmentName, obeys, qualifiedName } from './names.ts'

type Variable = NonNullable<Container['env']>[number]
type Source = NonNullable<Variable['valueFrom']>

export const resourceNames = [
  'limits.cpu',
  'limits.ephemeral-storage',
  'limits.memory',
  'requests.cpu',
  'requests.ephemeral-storage',
  'requests.memory',
]
const paths = [
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
]
const inVolumes = ['metadata.annotations', 'metadata.labels']

// k8s.io/kubernetes/pkg/apis/core/validation.ValidateEnv and ValidateEnvFrom
export function environmentCauses(container: string, { env = [], envFrom = [] }: Container): Cause[] {
  return [
    ...env.flatMap((variable, at) => variableCauses(`${container}.env[${at}]`, variable)),
    ...envFrom.flatMap(({ prefix = '', configMapRef, secretRef }, at) => {
      const field = `${container}.envFrom[${at}]`
      return [
        ...(prefix === '' ? [] : obeys(`${field}.prefix`, prefix, environmentName)),
        ...(configMapRef === undefined && secretRef === undefined
          ? [invalidValue(`${container}.envFrom`, '', 'must specify one of: `configMapRef` or `secretRef`')]
          : []),
        ...(configMapRef !== undefined && secretRef !== undefined
          ? [invalidValue(`${container}.envFrom`, '', moreThanOne)]
          : []),
        ...(configMapRef === undefined ? [] : nameCauses(`${field}.configMapRef.name`, configMapRef.name)),
        ...(secretRef === undefined ? [] : nameCauses(`${field}.secretRef.name`, secretRef.name)),
      ]
    }),
  ]
}

const moreThanOne = 'may not have more than one field specified at a time'
const nameCauses = (field: string, name = '') => (name === '' ? [required(field)] : obeys(field, name, dnsSubdomain))

function variableCauses(field: string, { name, value = '', valueFrom }: Variable): Cause[] {
  return [
    ...(name === '' ? [required(`${field}.name`)] : obeys(`${field}.name`, name, environmentName)),
    ...(valueFrom === undefined ? [] : sourceCauses(`${field}.valueFrom`, valueFrom, value)),
  ]
}

function sourceCauses(field: string, source: Source, value: string): Cause[] {
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef } = source
  const count = Object.keys(source).length
  return [
    ...(fieldRef === undefined ? [] : fieldRefCauses(`${field}.fieldRef`, fieldRef.fieldPath, paths)),
    ...(resourceFieldRef === undefined || resourceNames.includes(resourceFieldRef.resource)
      ? []
      : [unsupported(`${field}.resourceFieldRef.resource`, resourceFieldRef.resource, resourceNames)]),
    ...(configMapKeyRef === undefined ? [] : keyCauses(`${field}.configMapKeyRef`, configMapKeyRef)),
    ...(secretKeyRef === undefined ? [] : keyCauses(`${field}.secretKeyRef`, secretKeyRef)),
    ...(count === 0
      ? [
          invalidValue(
            field,
            '',
            'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`',
          ),
        ]
      : []),
    ...(count > 0 && value !== '' ? [invalidValue(field, '', 'may not be specified when `value` is not empty')] : []),
    ...(count > 1 ? [invalidValue(field, '', moreThanOne)] : []),
  ]
}

const keyCauses = (field: string, { name = '', key }: { readonly name?: string; readonly key: string }): Cause[] => [
  ...obeys(`${field}.name`, name, dnsSubdomain),
  ...(key === '' ? [required(`${field}.key`)] : obeys(`${field}.key`, key, configKey)),
]

/** A field of the Pod itself. */
export function fieldRefCauses(field: string, path: string, supported: readonly string[]): Cause[] {
  if (path === '') return [required(`${field}.fieldPath`)]
  const [, map, key = ''] = /^(metadata\.(?:annotations|labels))\['(.*)'\]$/.exec(path) ?? []
  if (map !== undefined) return obeys(`${field}.fieldPath`, key, (text) => qualifiedName(text.toLowerCase()))
  if (![...paths, ...inVolumes].includes(path))
    return [invalidValue(`${field}.fieldPath`, path, `error converting fieldPath: field label not supported: ${path}`)]
  return supported.includes(path) ? [] : [unsupported(`${field}.fieldPath`, path, supported)]
}

export const volumePaths: readonly string[] = ['metadata.name', 'metadata.namespace', 'metadata.uid', ...inVolumes]
