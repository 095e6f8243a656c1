import * as fc from 'fast-check'
import * as assert from 'uvu/assert'
import { Refusal } from '../../../sandbox/refusal.ts'
import { apply, check, jsonPatch, manage, mergePatch, parse, strategicMerge } from '../../../sandbox/schema/index.ts'
import { canonicalQuantity, QuantityError } from '../../../sandbox/schema/quantity.ts'
import { tests } from '../../support/tests.ts'

const core = (kind: string) => ({ group: '', version: 'v1', kind })
const pod = (spec: unknown, metadata: object = { name: 'x' }) => ({ apiVersion: 'v1', kind: 'Pod', metadata, spec })
const container = (more: object) => ({ containers: [{ name: 'a', image: 'b', ...more }] })

tests('schema: strict decoding', (test) => {
  // Each as a real cluster answered it, after "cannot be handled as a X: ".
  const wrong: [string, object, string][] = [
    [
      'Pod',
      pod(container({ ports: [{ containerPort: '80' }] })),
      'json: cannot unmarshal string into Go struct field ContainerPort.spec.containers.ports.containerPort of type int32',
    ],
    [
      'Pod',
      pod(container({ env: [{ name: 'x', value: 1 }] })),
      'json: cannot unmarshal number into Go struct field EnvVar.spec.containers.env.value of type string',
    ],
    [
      'ConfigMap',
      { data: { a: 1 } },
      'json: cannot unmarshal number into Go struct field ConfigMap.data of type string',
    ],
    [
      'ConfigMap',
      { data: ['a'] },
      'json: cannot unmarshal array into Go struct field ConfigMap.data of type map[string]string',
    ],
    ['Secret', { data: { a: '&&&' } }, 'illegal base64 data at input byte 0'],
    [
      'Pod',
      pod({ hostNetwork: 'yes', ...container({ resources: { limits: { cpu: 'abc' } } }) }),
      "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
    ],
    [
      'Pod',
      pod({ terminationGracePeriodSeconds: 1.5 }),
      'json: cannot unmarshal number 1.5 into Go struct field PodSpec.spec.terminationGracePeriodSeconds of type int64',
    ],
    [
      'Service',
      { spec: { ports: [{ port: 1, targetPort: true }] } },
      'json: cannot unmarshal bool into Go struct field ServicePort.spec.ports.targetPort of type int32',
    ],
    ['Pod', pod('x'), 'json: cannot unmarshal string into Go struct field Pod.spec of type v1.PodSpec'],
    [
      'Pod',
      pod({}, { name: 5, creationTimestamp: 'abc' }),
      'parsing time "abc" as "2006-01-02T15:04:05Z07:00": cannot parse "abc" as "2006"',
    ],
  ]
  for (const [kind, object, error] of wrong) test(error, () => assert.is(check(core(kind), object).error, error))

  test('what is unknown is named and left out', () => {
    const { unknown, object } = check(
      core('Pod'),
      pod({ foo: 1, ...container({ ports: [{ containerPort: 80, hosport: 9 }], bar: {} }) }),
    )
    assert.equal(unknown, [
      'unknown field "spec.foo"',
      'unknown field "spec.containers[0].ports[0].hosport"',
      'unknown field "spec.containers[0].bar"',
    ])
    assert.not.match(JSON.stringify(object), /foo|hosport|bar/)
  })

  test('what Go cannot tell from nothing is nothing', () => {
    const { object } = check(
      core('Pod'),
      pod({
        hostNetwork: false,
        volumes: [],
        nodeSelector: {},
        priority: 0,
        hostname: '',
        subdomain: null,
        ...container({ env: [{ name: 'A', value: '' }] }),
      }),
    )
    assert.equal(object, {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'x' },
      spec: { priority: 0, containers: [{ name: 'a', image: 'b', env: [{ name: 'A' }], resources: {} }] },
      status: {},
    })
  })

  test('every key of a map is a key', () => {
    const data: object = JSON.parse('{"__proto__":"a","constructor":"b","toString":"c"}') as object
    const { object } = check(core('ConfigMap'), { data })
    assert.is(
      JSON.stringify((object as unknown as { data: object }).data),
      '{"__proto__":"a","constructor":"b","toString":"c"}',
    )
    assert.is(JSON.stringify(mergePatch({ data: {} }, { data })), JSON.stringify({ data }))
    assert.is(JSON.stringify(strategicMerge(core('ConfigMap'), { data: {} }, { data })), JSON.stringify({ data }))
  })

  test('keys that are said twice', () => {
    const { value, duplicates } = parse('{"a":{"b":1,"c":"}{\\"b\\":","b":[{"x":1,"x":2},{"x":1}]},"d":1,"\\u0061":2}')
    assert.equal(value, { a: 2, d: 1 })
    assert.equal(duplicates, ['duplicate field "a.b"', 'duplicate field "a.b[0].x"', 'duplicate field "a"'])
    assert.throws(
      () => parse('{"a":'),
      (error: unknown) => error instanceof Refusal && error.code === 400,
    )
  })
})

tests('schema: quantities', (test) => {
  const canonical: Record<string, string> = {
    '0': '0',
    '1': '1',
    '0.5': '500m',
    '1000m': '1',
    '1500m': '1500m',
    '1024': '1024',
    '1000': '1k',
    '1024Mi': '1Gi',
    '1.5Gi': '1536Mi',
    '0.5Ki': '512',
    '100M': '100M',
    '1e3': '1e3',
    '12E6': '12e6',
    '1e4': '10e3',
    '-1Gi': '-1Gi',
    '+5': '5',
    '.5': '500m',
    '5.': '5',
    '0.0000000001': '1n',
    '1Ei': '1Ei',
    '2048Ki': '2Mi',
    '1E': '1E',
  }
  for (const [text, expected] of Object.entries(canonical))
    test(`${text} is ${expected}`, () => assert.is(canonicalQuantity(text), expected))
  for (const text of ['', 'abc', '1.2.3', '1x', '--1', '1 Gi', '1kk', '1e999999999', '1GiB'])
    test(`${JSON.stringify(text)} is none`, () =>
      assert.throws(
        () => canonicalQuantity(text),
        (error: unknown) => error instanceof QuantityError,
      ))
})

tests('schema: patches of any shape', (test) => {
  const gvk = core('Pod')
  const live = check(
    gvk,
    pod({ volumes: [{ name: 'v', emptyDir: {} }], ...container({ ports: [{ containerPort: 80, protocol: 'TCP' }] }) }),
  ).object
  const names = [
    'metadata',
    'spec',
    'containers',
    'volumes',
    'name',
    'ports',
    'containerPort',
    'labels',
    '$patch',
    '$retainKeys',
    '$setElementOrder/containers',
    '$deleteFromPrimitiveList/finalizers',
    '__proto__',
    'status',
  ]
  const values = [null, 'a', 'merge', 'delete', 'replace', 1, -1, true, 'x'] as const
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 6 },
      fc.constantFrom<unknown>(...values),
      fc.array(tie('tree'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom(...names), tie('tree'), { maxKeys: 4 }),
    ),
  }))
  const object = fc.dictionary(fc.constantFrom(...names), tree, { maxKeys: 5 })
  const refusedOr = (work: () => unknown) => {
    try {
      work()
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
    }
  }

  test('end in an object or a refusal, and leave what they patch alone', () => {
    const before = JSON.stringify(live)
    fc.assert(
      fc.property(object, (patch) => {
        refusedOr(() =>
          manage({ gvk, live, next: check(gvk, strategicMerge(gvk, live, patch)).object, manager: 'a', now: 0 }),
        )
        refusedOr(() => check(gvk, mergePatch(live, patch)))
        refusedOr(() => check(gvk, apply({ gvk, live, applied: patch, manager: 'a', force: true, now: 0 })))
        refusedOr(() =>
          check(
            gvk,
            jsonPatch(
              live,
              Object.entries(patch).map(([path, value]) => ({ op: 'add', path: `/${path}`, value })) as never,
            ),
          ),
        )
      }),
      { numRuns: 300 },
    )
    assert.is(JSON.stringify(live), before)
    assert.is(Object.keys(Object.prototype).length, 0)
  })
})
