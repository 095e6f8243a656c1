import { request } from 'node:http'
import * as fc from 'fast-check'
import * as assert from 'uvu/assert'
import { tests } from '../../support/tests.ts'
import { client, map, maps } from './client.ts'

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
const anything = fc.record({
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

type Sent = typeof anything extends fc.Arbitrary<infer T> ? T : never

const send = (url: string, { method, path: where, query: asked, type, accept, body: sent }: Sent) =>
  new Promise<{ code: number; text: string }>((done, fail) => {
    const headers = { 'content-type': type, accept, 'content-length': Buffer.byteLength(sent, 'latin1') }
    const asking = request(
      `${url}/`,
      { method, headers, path: `${where}?${String(new URLSearchParams(asked))}` },
      (response) => {
        let text = ''
        response.on('data', (chunk: Buffer) => (text += chunk.toString()))
        response.once('end', () => done({ code: response.statusCode ?? 0, text }))
      },
    )
    asking.once('error', fail)
    asking.end(sent, 'latin1')
  })

tests('whatever is sent', (test) => {
  test('is answered, and nothing goes wrong inside', async (context) => {
    const { ask, url } = await client(context)
    await ask('POST', maps, map('a', { data: { x: '1' } }))
    await fc.assert(
      fc.asyncProperty(anything, async (sent) => {
        const { code, text } = await send(url, sent)
        assert.ok(code >= 200 && code < 600)
        assert.not.ok(text.includes('Internal error occurred'), text)
      }),
      { numRuns: 500 },
    )
    assert.is((await ask('GET', maps)).code, 200)
    assert.is(Object.getPrototypeOf({}), Object.prototype)
    assert.equal(Object.keys(Object.prototype), [])
  })

  test('keeps odd keys', async (context) => {
    const { ask } = await client(context)
    const data = '{"__proto__":"p","constructor":"c","toString":"t"}'
    const { text } = await ask('POST', maps, `{"metadata":{"name":"a"},"data":${data}}`)
    assert.match(text, `"data":${data}`)
    const patched = await ask('PATCH', `${maps}/a`, '{"data":{"constructor":null,"hasOwnProperty":"h"}}')
    assert.match(patched.text, '"data":{"__proto__":"p","toString":"t","hasOwnProperty":"h"}')
  })
})
