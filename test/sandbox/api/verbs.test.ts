import * as assert from 'uvu/assert'
import { tests } from '../../support/tests.ts'
import { client, map, maps } from './client.ts'

tests('create', (test) => {
  test('stores and answers with what is stored', async (context) => {
    const { ask, store } = await client(context)
    const { code, json } = await ask('POST', `${maps}?fieldManager=me`, map('a', { data: { x: '1' } }))
    assert.is(code, 201)
    assert.is(json.metadata.namespace, 'default')
    assert.is(json.metadata.managedFields[0].manager, 'me')
    assert.is(store.get({ kind: 'configmaps', namespace: 'default', name: 'a' })?.metadata.uid, json.metadata.uid)
  })

  test('makes a name, and takes nothing that only the server may say', async (context) => {
    const { ask } = await client(context)
    const metadata = { generateName: 'a-', uid: 'mine', deletionTimestamp: '2020-01-01T00:00:00Z', generation: 7 }
    const { json } = await ask('POST', maps, { metadata })
    assert.match(json.metadata.name, /^a-[a-z0-9]{5}$/)
    assert.not.equal(json.metadata.uid, 'mine')
    assert.is(json.metadata.deletionTimestamp, undefined)
    assert.is(json.kind, 'ConfigMap')
  })

  test('only tries in a dry run', async (context) => {
    const { ask } = await client(context)
    const { code, json } = await ask('POST', `${maps}?dryRun=All`, map('a'))
    assert.equal([code, json.metadata.resourceVersion], [201, undefined])
    assert.is((await ask('GET', `${maps}/a`)).code, 404)
  })

  test('complains about unknown fields as the client wishes', async (context) => {
    const { ask } = await client(context)
    const body =
      '{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"a","foo":1},"bar":2,"data":{"a":"1","a":"2"}}'
    const strict = await ask('POST', `${maps}?fieldValidation=Strict`, body)
    assert.is(
      strict.json.message,
      'ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: unknown field "metadata.foo", unknown field "bar", duplicate field "data.a"',
    )
    const warned = await ask('POST', maps, body)
    assert.is(warned.code, 201)
    assert.match(warned.headers.get('warning') ?? '', String.raw`299 - "unknown field \"metadata.foo\""`)
    assert.is(warned.json.bar, undefined)
    const failed = await ask('POST', maps, body)
    assert.equal([failed.code, failed.headers.has('warning')], [409, true])
    const silent = await ask('POST', `${maps}?fieldValidation=Ignore`, body.replace('"a",', '"b",'))
    assert.equal([silent.code, silent.headers.get('warning')], [201, null])
  })

  const refused: [string, string, number, string][] = [
    ['no name', '{}', 422, 'ConfigMap "" is invalid: metadata.name: Required value: name or generateName is required'],
    [
      'another namespace',
      '{"metadata":{"name":"a","namespace":"b"}}',
      400,
      'the namespace of the provided object does not match the namespace sent on the request',
    ],
    [
      'a resource version',
      '{"metadata":{"name":"a","resourceVersion":"5"}}',
      500,
      'resourceVersion should not be set on objects to be created',
    ],
    [
      'another kind',
      '{"kind":"Pod","apiVersion":"v1"}',
      400,
      'Pod in version "v1" cannot be handled as a ConfigMap: converting (v1.Pod) to (core.ConfigMap): unknown conversion',
    ],
    [
      'an unknown kind',
      '{"kind":"Foo","apiVersion":"v1"}',
      400,
      'Foo in version "v1" cannot be handled as a ConfigMap: no kind "Foo" is registered for version "v1" in scheme "pkg/runtime/scheme.go:110"',
    ],
    [
      'a list',
      '[]',
      400,
      String.raw`the object provided is unrecognized (must be of type ConfigMap): couldn't get version/kind; json parse error: json: cannot unmarshal array into Go value of type struct { APIVersion string "json:\"apiVersion,omitempty\""; Kind string "json:\"kind,omitempty\"" } (5b5d)`,
    ],
    [
      'the wrong type',
      '{"metadata":{"name":"a"},"data":{"a":1}}',
      400,
      'ConfigMap in version "v1" cannot be handled as a ConfigMap: json: cannot unmarshal number into Go struct field ConfigMap.data of type string',
    ],
    ['deep nesting', `${'['.repeat(1001)}${']'.repeat(1001)}`, 400, 'the object is nested too deeply'],
  ]
  for (const [what, body, code, message] of refused)
    test(`refuses ${what}`, async (context) => {
      const { ask } = await client(context)
      const answer = await ask('POST', maps, body)
      assert.is(answer.code, code)
      assert.match(answer.json.message, message)
    })

  test('refuses what is there, what is too large, and a form that nobody knows', async (context) => {
    const { ask } = await client(context)
    await ask('POST', maps, map('a'))
    const again = await ask('POST', maps, map('a'))
    assert.equal(
      [again.code, again.json.reason, again.json.details],
      [409, 'AlreadyExists', { name: 'a', kind: 'configmaps' }],
    )
    const large = await ask('POST', maps, map('b', { data: { x: 'x'.repeat(3_200_000) } }))
    assert.equal([large.code, large.json.message], [413, 'Request entity too large: limit is 3145728'])
    assert.is((await ask('POST', maps, '<a/>', { 'content-type': 'text/xml' })).code, 415)
    const yaml = { 'content-type': 'application/yaml' }
    assert.is((await ask('POST', maps, `x: ${'x'.repeat(600_000)}`, yaml)).code, 413)
    const bomb = [
      'a: &a [1,1]',
      ...[...'bcdefghi'].map((name, at) => `${name}: &${name} [${`*${'abcdefghi'[at]},`.repeat(9)}]`),
    ]
    assert.is((await ask('POST', maps, bomb.join('\n'), yaml)).code, 400)
  })

  test('refuses what is not modelled', async (context) => {
    const { ask } = await client(context)
    const jobs = '/apis/batch/v1/namespaces/default/jobs'
    const { code, json } = await ask('POST', jobs, { metadata: { name: 'j' } })
    assert.equal([code, json.message], [403, 'jobs.batch "j" is forbidden: jobs are not modelled in the sandbox'])
    assert.equal((await ask('GET', jobs)).json.items, [])
    assert.is((await ask('GET', `${jobs}/j`)).json.message, 'jobs.batch "j" not found')
    const pods = '/api/v1/namespaces/default/pods'
    await ask('POST', pods, { metadata: { name: 'p' } })
    const resized = await ask('PATCH', `${pods}/p/resize`, { spec: { containers: [{ name: 'd' }] } })
    assert.is(resized.json.message, 'pods "p" is forbidden: pods/resize is not modelled in the sandbox')
  })
})

tests('update', (test) => {
  test('replaces, if it knows what it replaces', async (context) => {
    const { ask } = await client(context)
    const { json: made } = await ask('POST', maps, map('a', { data: { x: '1' } }))
    const { resourceVersion } = made.metadata
    const { code, json } = await ask(
      'PUT',
      `${maps}/a`,
      map('a', { metadata: { name: 'a', resourceVersion }, data: { y: '2' } }),
    )
    assert.equal([code, json.data, json.metadata.uid], [200, { y: '2' }, made.metadata.uid])
    const stale = await ask('PUT', `${maps}/a`, map('a', { metadata: { name: 'a', resourceVersion } }))
    assert.equal([stale.code, stale.json.reason], [409, 'Conflict'])
    assert.is((await ask('PUT', `${maps}/b`, map('b'))).json.message, 'configmaps "b" not found')
    assert.match(
      (await ask('PUT', `${maps}/a`, map('b'))).json.message,
      'the name of the object (b) does not match the name on the URL (a)',
    )
  })

  test('keeps the resource version where nothing changes', async (context) => {
    const { ask } = await client(context)
    const { json: made } = await ask('POST', maps, map('a', { data: { x: '1' } }))
    const { json } = await ask('PUT', `${maps}/a`, map('a', { data: { x: '1' } }))
    assert.is(json.metadata.resourceVersion, made.metadata.resourceVersion)
  })

  test('writes a status through its subresource only, and nothing else there', async (context) => {
    const { ask } = await client(context)
    const pods = '/api/v1/namespaces/default/pods'
    const pod = {
      kind: 'Pod',
      apiVersion: 'v1',
      metadata: { name: 'p' },
      spec: { nodeName: 'n' },
      status: { phase: 'Running' },
    }
    const made = await ask('POST', pods, pod)
    assert.is(made.json.status?.phase, undefined)
    const status = await ask('PUT', `${pods}/p/status`, { ...pod, spec: { nodeName: 'm' } })
    assert.equal([status.json.status.phase, status.json.spec.nodeName], ['Running', 'n'])
    const whole = await ask('PATCH', `${pods}/p`, { spec: { nodeName: 'o' }, status: { phase: 'Failed' } })
    assert.equal([whole.json.status.phase, whole.json.spec.nodeName], ['Running', 'o'])
  })

  test('scales', async (context) => {
    const { ask } = await client(context)
    const path = '/apis/apps/v1/namespaces/default/deployments'
    const selector = { matchLabels: { app: 'web' } }
    await ask('POST', path, { metadata: { name: 'web' }, spec: { replicas: 2, selector } })
    const scale = await ask('GET', `${path}/web/scale`)
    assert.equal(
      [scale.json.kind, scale.json.spec, scale.json.status],
      ['Scale', { replicas: 2 }, { replicas: 0, selector: 'app=web' }],
    )
    assert.is((await ask('PATCH', `${path}/web/scale`, { spec: { replicas: 0 } })).json.spec.replicas, undefined)
    assert.is((await ask('GET', `${path}/web`)).json.spec.replicas, 0)
    assert.is(
      (await ask('PUT', `${path}/web/scale`, { ...scale.json, spec: { replicas: 5 }, metadata: { name: 'web' } })).code,
      200,
    )
  })
})

tests('patch', (test) => {
  const json = { 'content-type': 'application/json-patch+json' }
  const apply = { 'content-type': 'application/apply-patch+yaml' }

  test('by every kind of patch', async (context) => {
    const { ask } = await client(context)
    await ask('POST', maps, map('a', { data: { x: '1' } }))
    assert.equal((await ask('PATCH', `${maps}/a`, { data: { x: null, y: '2' } })).json.data, { y: '2' })
    const strategic = { 'content-type': 'application/strategic-merge-patch+json' }
    assert.equal((await ask('PATCH', `${maps}/a`, { data: { z: '3' } }, strategic)).json.data, { y: '2', z: '3' })
    const operations = [{ op: 'remove', path: '/data/y' }]
    assert.equal((await ask('PATCH', `${maps}/a`, operations, json)).json.data, { z: '3' })
    assert.is((await ask('PATCH', `${maps}/a`, {}, { 'content-type': 'text/plain' })).code, 415)
  })

  test('tells what it has made, and what is wrong with that, in the order of Go', async (context) => {
    const { ask } = await client(context)
    await ask('POST', maps, map('a'))
    const { json: refused } = await ask('PATCH', `${maps}/a`, { immutable: 5, data: { b: [] }, kind: 'ConfigMap' })
    assert.match(
      refused.message,
      String.raw`"{\"apiVersion\":\"v1\",\"data\":{\"b\":[]},\"immutable\":5,\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"a\",\"namespace\":\"default\",\"uid\":`,
    )
    assert.match(refused.message, ': json: cannot unmarshal array into Go struct field ConfigMap.data of type string')
  })

  test('applies: creates, owns, and finds conflicts', async (context) => {
    const { ask } = await client(context)
    const yaml = (x: string) => `apiVersion: v1\nkind: ConfigMap\ndata:\n  x: "${x}"\n`
    const made = await ask('PATCH', `${maps}/a?fieldManager=one`, yaml('1'), apply)
    assert.equal([made.code, made.json.data], [201, { x: '1' }])
    const same = await ask('PATCH', `${maps}/a?fieldManager=one`, yaml('1'), apply)
    assert.equal([same.code, same.json.metadata.resourceVersion], [200, made.json.metadata.resourceVersion])
    const conflict = await ask('PATCH', `${maps}/a?fieldManager=two`, yaml('2'), apply)
    assert.equal(
      [conflict.code, conflict.json.message],
      [409, 'Apply failed with 1 conflict: conflict with "one": .data.x'],
    )
    const forced = await ask('PATCH', `${maps}/a?fieldManager=two&force=true`, yaml('2'), apply)
    assert.equal(forced.json.data, { x: '2' })
    assert.match((await ask('PATCH', `${maps}/a`, yaml('2'), apply)).json.message, 'fieldManager: Required value')
  })

  test('refuses what would change who it is, and what is stale', async (context) => {
    const { ask } = await client(context)
    await ask('POST', maps, map('a'))
    const { code, json: refused } = await ask('PATCH', `${maps}/a`, { metadata: { uid: 'b' } })
    assert.equal(
      [code, refused.message],
      [422, 'ConfigMap "a" is invalid: metadata.uid: Invalid value: "b": field is immutable'],
    )
    assert.is((await ask('PATCH', `${maps}/a`, { metadata: { resourceVersion: '1' } })).code, 409)
    assert.match(
      (await ask('PATCH', `${maps}/a`, { kind: 'Pod' })).json.message,
      'converting (v1.Pod) to (core.ConfigMap)',
    )
    assert.match(
      (await ask('PATCH', `${maps}/a?fieldValidation=Strict`, { x: 1 })).json.message,
      'strict decoding error: unknown field "x"',
    )
    assert.is((await ask('PATCH', `${maps}/b`, {})).code, 404)
  })
})

tests('delete', (test) => {
  test('answers with a Status, or with the object', async (context) => {
    const { ask } = await client(context)
    const { json: made } = await ask('POST', maps, map('a'))
    const { code, json } = await ask('DELETE', `${maps}/a`, { propagationPolicy: 'Background' })
    assert.equal(
      [code, json.status, json.details],
      [200, 'Success', { name: 'a', kind: 'configmaps', uid: made.metadata.uid }],
    )
    assert.is((await ask('DELETE', `${maps}/a`)).code, 404)
    const accounts = '/api/v1/namespaces/default/serviceaccounts'
    await ask('POST', accounts, { metadata: { name: 'bot' } })
    assert.is((await ask('DELETE', `${accounts}/bot`)).json.kind, 'ServiceAccount')
  })

  test('waits for finalizers', async (context) => {
    const { ask } = await client(context)
    await ask('POST', maps, map('a', { metadata: { name: 'a', finalizers: ['x/y'] } }))
    assert.is((await ask('DELETE', `${maps}/a`)).json.metadata.deletionTimestamp, '2026-01-01T00:00:00Z')
    await ask('PATCH', `${maps}/a`, { metadata: { finalizers: null } })
    assert.is((await ask('GET', `${maps}/a`)).code, 404)
  })

  test('takes a collection, by its labels', async (context) => {
    const { ask } = await client(context)
    for (const name of ['a', 'b', 'c']) await ask('POST', maps, map(name, { metadata: { name, labels: { is: name } } }))
    assert.is((await ask('DELETE', `${maps}?labelSelector=is!=b`)).json.items.length, 2)
    assert.equal((await ask('GET', maps)).json.items.length, 1)
  })

  test('evicts', async (context) => {
    const { ask } = await client(context)
    const pods = '/api/v1/namespaces/default/pods'
    await ask('POST', pods, { metadata: { name: 'p' } })
    const eviction = { kind: 'Eviction', apiVersion: 'policy/v1', metadata: { name: 'p' } }
    assert.is((await ask('POST', `${pods}/p/eviction`, eviction)).code, 201)
    assert.is((await ask('GET', `${pods}/p`)).code, 404)
  })
})

tests('a strategic patch of the wrong type', (test) => {
  const cases: [object, string][] = [
    [{ spec: { replicas: 'x' } }, '"map[spec:map[replicas:x]]": unrecognized type: int32'],
    [{ spec: { replicas: 1.5 } }, '"map[spec:map[replicas:1.5]]": cannot convert float64 to int32'],
    [{ spec: 'x' }, '"map[spec:x]": cannot restore struct from: string'],
    [{ metadata: { labels: 'x' } }, '"map[metadata:map[labels:x]]": cannot restore map from string'],
    [{ metadata: { labels: { a: 5 } } }, '"map[metadata:map[labels:map[a:5]]]": cannot convert int64 to string'],
  ]
  for (const [patch, message] of cases)
    test(JSON.stringify(patch), async (context) => {
      const { ask } = await client(context)
      const path = '/apis/apps/v1/namespaces/default/deployments'
      await ask('POST', path, { metadata: { name: 'd' }, spec: { replicas: 1 } })
      const strategic = { 'content-type': 'application/strategic-merge-patch+json' }
      const { code, json } = await ask('PATCH', `${path}/d`, JSON.stringify(patch), strategic)
      assert.equal([code, json.message], [422, ` "" is invalid: patch: Invalid value: ${message}`])
    })
})
