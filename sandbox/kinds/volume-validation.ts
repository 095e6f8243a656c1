import type { V1KeyToPath } from '@kubernetes/client-node'
import type { Wire } from '../kubernetes.ts'
import type { Cause } from '../refusal.ts'
import { quantityNanos } from '../schema/quantity.ts'
import { duplicates, forbiddenField, invalidValue, oneOf, required } from './causes.ts'
import { fieldRefCauses, volumePaths } from './environment-validation.ts'
import { dnsLabel, obeys } from './names.ts'
import type { PodSpec } from './pod-validation.ts'

type Volume = NonNullable<PodSpec['volumes']>[number]
type Projection = NonNullable<NonNullable<Volume['projected']>['sources']>[number]

const hostPathTypes = [
  '',
  'BlockDevice',
  'CharDevice',
  'Directory',
  'DirectoryOrCreate',
  'File',
  'FileOrCreate',
  'Socket',
]

// k8s.io/kubernetes/pkg/apis/core/validation.ValidateVolumes
export function volumeCauses(field: string, volumes: readonly Volume[]): Cause[] {
  return [
    ...volumes.flatMap((volume, at) => [
      ...sourceCauses(`${field}[${at}]`, volume),
      ...nameCauses(`${field}[${at}].name`, volume.name),
    ]),
    ...duplicates(
      field,
      volumes.map(({ name }) => name),
    ),
  ]
}

const nameCauses = (field: string, name: string) => (name === '' ? [required(field)] : obeys(field, name, dnsLabel))
const needed = (field: string, text: string | undefined) => (text === undefined || text === '' ? [required(field)] : [])

function sourceCauses(field: string, volume: Volume): Cause[] {
  // Upstream looks at them in an order of its own; the first one is it.
  const given = Object.keys(volume)
    .filter((name) => name !== 'name')
    .toSorted((a, b) => rank(a) - rank(b))
  const more = given
    .slice(1)
    .map((name) => forbiddenField(`${field}.${name}`, 'may not specify more than 1 volume type'))
  return [...oneSource(field, given[0] ?? '', volume), ...more]
}

const order = [
  'emptyDir',
  'hostPath',
  'secret',
  'nfs',
  'persistentVolumeClaim',
  'downwardAPI',
  'configMap',
  'projected',
]
const rank = (name: string) => (order.includes(name) ? order.indexOf(name) : order.length)

function oneSource(field: string, type: string, volume: Volume): Cause[] {
  const { emptyDir, hostPath, secret, configMap, persistentVolumeClaim, downwardAPI, projected } = volume
  const place = `${field}.${type}`
  switch (type) {
    case 'emptyDir':
      return emptyDir?.sizeLimit !== undefined && quantityNanos(emptyDir.sizeLimit) < 0n
        ? [forbiddenField(`${place}.sizeLimit`, 'SizeLimit field must be a valid resource quantity')]
        : []
    case 'hostPath':
      return [
        ...needed(`${place}.path`, hostPath?.path),
        ...(hostPath?.path.split('/').includes('..') === true
          ? [invalidValue(`${place}.path`, hostPath.path, "must not contain '..'")]
          : []),
        ...oneOf(`${place}.type`, hostPath?.type ?? '', hostPathTypes),
      ]
    case 'secret':
      return [
        ...needed(`${place}.secretName`, secret?.secretName),
        ...modeCauses(`${place}.defaultMode`, secret?.defaultMode),
        ...itemCauses(place, secret?.items),
      ]
    case 'configMap':
      return [
        ...needed(`${place}.name`, configMap?.name),
        ...modeCauses(`${place}.defaultMode`, configMap?.defaultMode),
        ...itemCauses(place, configMap?.items),
      ]
    case 'persistentVolumeClaim':
      return needed(`${place}.claimName`, persistentVolumeClaim?.claimName)
    case 'downwardAPI':
      return [
        ...modeCauses(`${place}.defaultMode`, downwardAPI?.defaultMode),
        ...downwardCauses(place, downwardAPI?.items),
      ]
    case 'projected':
      return [
        ...modeCauses(`${place}.defaultMode`, projected?.defaultMode),
        ...(projected?.sources ?? []).flatMap((source, at) => projectionCauses(place, at, source)),
      ]
    default:
      return []
  }
}

function modeCauses(field: string, mode: number | undefined): Cause[] {
  if (mode === undefined || (mode >= 0 && mode <= 0o777)) return []
  return [invalidValue(field, mode, 'must be a number between 0 and 0777 (octal), both inclusive')]
}

/** A path below a volume. */
export function relativePathCauses(field: string, path: string): Cause[] {
  return [
    ...(path.startsWith('/') ? [invalidValue(field, path, 'must be a relative path')] : []),
    ...(path.split('/').includes('..') ? [invalidValue(field, path, "must not contain '..'")] : []),
  ]
}

function filePathCauses(field: string, path: string): Cause[] {
  if (path === '') return [required(field)]
  const wrong = relativePathCauses(field, path)
  return wrong.length === 0 && path.startsWith('..') ? [invalidValue(field, path, "must not start with '..'")] : wrong
}

const itemCauses = (field: string, items: readonly Wire<V1KeyToPath>[] = []): Cause[] =>
  items.flatMap(({ key, path, mode }, at) => [
    ...needed(`${field}.items[${at}].key`, key),
    ...filePathCauses(`${field}.items[${at}].path`, path),
    ...modeCauses(`${field}.items[${at}].mode`, mode),
  ])

const downwardCauses = (field: string, items: NonNullable<NonNullable<Volume['downwardAPI']>['items']> = []): Cause[] =>
  items.flatMap(({ path, fieldRef, resourceFieldRef, mode }) => [
    ...filePathCauses(`${field}.path`, path),
    ...(fieldRef === undefined ? [] : fieldRefCauses(`${field}.fieldRef`, fieldRef.fieldPath, volumePaths)),
    ...(fieldRef === undefined && resourceFieldRef === undefined
      ? [required(`${field}.fieldRef`, 'one of fieldRef and resourceFieldRef is required')]
      : []),
    ...modeCauses(`${field}.mode`, mode),
  ])

const tenMinutes = 600

function projectionCauses(
  field: string,
  at: number,
  { secret, configMap, downwardAPI, serviceAccountToken }: Projection,
): Cause[] {
  const place = `${field}.sources[${at}]`
  const seconds = serviceAccountToken?.expirationSeconds
  return [
    ...(secret === undefined
      ? []
      : [...needed(`${place}.secret.name`, secret.name), ...itemCauses(`${place}.secret`, secret.items)]),
    ...(configMap === undefined
      ? []
      : [...needed(`${place}.configMap.name`, configMap.name), ...itemCauses(`${place}.configMap`, configMap.items)]),
    ...(downwardAPI === undefined ? [] : downwardCauses(`${place}.downwardAPI`, downwardAPI.items)),
    ...(seconds !== undefined && seconds < tenMinutes
      ? [
          invalidValue(
            `${place}.serviceAccountToken.expirationSeconds`,
            seconds,
            'may not specify a duration less than 10 minutes',
          ),
        ]
      : []),
    ...(serviceAccountToken?.path === '' ? [required(`${field}.path`)] : []),
  ]
}
