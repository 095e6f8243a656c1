import * as fc from 'fast-check'

const maps = '/api/v1/namespaces/default/configmaps'

const segment = fc.oneof(
  fc.constantFrom('api', 'apis', 'v1', 'apps', 'namespaces', 'default', 'pods', 'configmaps', 'a', 'status', 'scale'),
  fc.constantFrom(
    'log',
    'eviction',
    'deployments',
    'nodes',
    'openapi',
    'v3',
    '..',
    '.',
    '',
    '%2f',
    '%zz',
    '__proto__',
    'constructor',
  ),
  fc.string({ maxLength: 8 }).map(encodeURIComponent),
)
const path = fc.array(segment, { maxLength: 8 }).map((parts) => `/${parts.join('/')}`)
const value = fc.oneof(
  fc.constantFrom(
    'true',
    'All',
    '0',
    '-1',
    '1',
    '99999999999999999999',
    'Strict',
    'a in (b',
    'metadata.name=a',
    '!',
    '__proto__',
  ),
  fc.string({ maxLength: 10 }),
)
const names = ['labelSelector', 'fieldSelector', 'limit', 'continue', 'resourceVersion', 'dryRun', 'fieldManager']
const query = fc.dictionary(
  fc.constantFrom(...names, 'force', 'fieldValidation', 'propagationPolicy', 'includeObject'),
  value,
)
const types = [
  'application/json',
  'application/yaml',
  'application/vnd.kubernetes.protobuf',
  'application/apply-patch+yaml',
]
const patches = ['json', 'merge', 'strategic-merge'].map((kind) => `application/${kind}-patch+json`)
const body = fc.oneof(
  fc.json(),
  fc.string(),
  fc.uint8Array({ maxLength: 60 }).map((bytes) => `k8s\0${Buffer.from(bytes).toString('latin1')}`),
  fc
    .object({ key: fc.constantFrom('metadata', 'name', 'data', 'spec', 'kind', '__proto__', 'labels'), maxDepth: 4 })
    .map((each) => JSON.stringify(each)),
)
export const anything = fc.record({
  method: fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'),
  path: fc.oneof(
    path,
    fc.constantFrom(maps, `${maps}/a`, '/api/v1/namespaces/default/pods', '/api/v1/namespaces/default'),
  ),
  query,
  type: fc.constantFrom(...types, ...patches, 'nonsense;;=,'),
  accept: fc.constantFrom('*/*', 'application/json;as=Table;v=v1;g=meta.k8s.io', ';;,=', ''),
  body,
})
