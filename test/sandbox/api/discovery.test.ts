import * as assert from 'uvu/assert'
import { tests } from '../../support/tests.ts'
import { client, maps } from './client.ts'

const aggregated = { accept: 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json' }

tests('discovery', (test) => {
  test('in one document for each root', async (context) => {
    const { ask } = await client(context)
    const core = await ask('GET', '/api?timeout=32s', undefined, aggregated)
    assert.is(core.headers.get('content-type'), 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList')
    assert.equal(
      [core.json.apiVersion, core.json.items.length, core.json.items[0].metadata],
      ['apidiscovery.k8s.io/v2', 1, {}],
    )
    const pods = core.json.items[0].versions[0].resources.find(
      ({ resource }: { resource: string }) => resource === 'pods',
    )
    assert.equal([pods.responseKind.kind, pods.scope, pods.shortNames], ['Pod', 'Namespaced', ['po']])
    const eviction = pods.subresources.find(({ subresource }: { subresource: string }) => subresource === 'eviction')
    assert.equal(eviction.responseKind, { group: 'policy', version: 'v1', kind: 'Eviction' })
    const groups = await ask('GET', '/apis', undefined, aggregated)
    const versions = groups.json.items.map((group: { metadata: { name: string }; versions: { version: string }[] }) => [
      group.metadata.name,
      ...group.versions.map(({ version }) => version),
    ])
    assert.equal(versions.slice(1, 2), [['apps', 'v1']])
    assert.ok(versions.some((each: string[]) => each.join() === 'autoscaling,v2,v1'))
    const older = { accept: aggregated.accept.replace('v=v2;', 'v=v2beta1;') }
    assert.is((await ask('GET', '/apis', undefined, older)).json.apiVersion, 'apidiscovery.k8s.io/v2beta1')
  })

  test('and in many small ones', async (context) => {
    const { ask } = await client(context)
    assert.equal((await ask('GET', '/api')).json.versions, ['v1'])
    assert.is((await ask('GET', '/apis')).json.kind, 'APIGroupList')
    assert.is((await ask('GET', '/apis/apps')).json.preferredVersion.groupVersion, 'apps/v1')
    const { json } = await ask('GET', '/apis/apps/v1')
    const scale = json.resources.find(({ name }: { name: string }) => name === 'deployments/scale')
    assert.equal([scale.group, scale.kind, scale.verbs], ['autoscaling', 'Scale', ['get', 'patch', 'update']])
  })

  for (const path of ['/nope', '/apis/nope', '/apis/apps/v2', '/apis/metrics.k8s.io/v1beta1/nodes', '/%zz'])
    test(`${path} is no page`, async (context) => {
      const { ask } = await client(context)
      const { code, text } = await ask('GET', path)
      assert.equal([code, text], [404, '404 page not found\n'])
    })

  const refused: [string, string, number][] = [
    ['GET', '/api/v1/nope', 404],
    ['GET', '/api/v1/namespaces/default/nodes', 404],
    ['GET', '/api/v1/configmaps/a', 404],
    ['GET', `${maps}/a/status`, 404],
    ['POST', '/api/v1/configmaps', 405],
    ['POST', `${maps}/a`, 405],
    ['PUT', maps, 405],
    ['GET', '/apis/authentication.k8s.io/v1/selfsubjectreviews', 405],
  ]
  for (const [method, path, code] of refused)
    test(`${method} ${path} is ${code}`, async (context) => {
      const { ask } = await client(context)
      const answer = await ask(method, path, method === 'GET' ? undefined : '{}')
      assert.equal([answer.code, answer.json.kind], [code, 'Status'])
    })

  test('version and health', async (context) => {
    const { ask } = await client(context)
    const { json } = await ask('GET', '/version')
    assert.equal([json.major, json.minor, json.gitVersion], ['1', '34', 'v1.34.2+sandbox'])
    assert.is((await ask('GET', '/readyz')).text, 'ok')
    assert.match((await ask('GET', '/livez?verbose')).text, '[+]ping ok\n[+]log ok\nlivez check passed')
    assert.ok((await ask('GET', '/')).json.paths.includes('/apis/apps/v1'))
  })
})

tests('openapi', (test) => {
  test('has what kubectl validates, merges and explains by', async (context) => {
    const { ask } = await client(context)
    const index = await ask('GET', '/openapi/v3')
    const url: string = index.json.paths['api/v1'].serverRelativeURL
    const { json, headers } = await ask('GET', url)
    const { patch } = json.paths['/api/v1/namespaces/{namespace}/pods/{name}']
    assert.equal(patch['x-kubernetes-group-version-kind'], { group: '', version: 'v1', kind: 'Pod' })
    assert.ok(patch.parameters.some(({ name }: { name: string }) => name === 'fieldValidation'))
    const schema = json.components.schemas['io.k8s.api.core.v1.PodSpec']
    assert.is(schema.properties.containers['x-kubernetes-patch-merge-key'], 'name')
    assert.match(schema.properties.nodeName.description, 'NodeName')
    assert.is(schema.properties.affinity.description, "If specified, the pod's scheduling constraints")
    assert.ok(schema.required.includes('containers'))
    const again = await ask('GET', url, undefined, { 'if-none-match': headers.get('etag') ?? '' })
    assert.is(again.code, 304)
  })

  test('is empty in its older form, which kubectl asks for kinds that it does not find', async (context) => {
    const { ask } = await client(context)
    const { code, headers, text } = await ask('GET', '/openapi/v2')
    assert.equal([code, text], [200, ''])
    assert.is(headers.get('content-type'), 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf')
  })

  test('refers to nothing that is not there', async (context) => {
    const { ask } = await client(context)
    for (const path of ['api/v1', 'apis/apps/v1', 'apis/batch/v1']) {
      const { text, json } = await ask('GET', `/openapi/v3/${path}`)
      const known = json.components.schemas
      for (const [, type = ''] of text.matchAll(/#\/components\/schemas\/([^"]+)"/g))
        assert.ok(Object.hasOwn(known, type), type)
    }
  })
})

tests('reviews', (test) => {
  test('say that one user may do everything', async (context) => {
    const { ask } = await client(context)
    const authorization = '/apis/authorization.k8s.io/v1'
    const spec = { resourceAttributes: { verb: 'create', resource: 'pods' } }
    const access = await ask('POST', `${authorization}/selfsubjectaccessreviews`, { spec })
    assert.equal([access.code, access.json.status.allowed], [201, true])
    const rules = await ask('POST', `${authorization}/selfsubjectrulesreviews`, { spec: { namespace: 'default' } })
    assert.equal(rules.json.status.resourceRules[0].verbs, ['*'])
    const who = await ask('POST', '/apis/authentication.k8s.io/v1/selfsubjectreviews', {})
    assert.is(who.json.status.userInfo.username, 'kubernetes-admin')
    const other = await ask('POST', `${authorization}/subjectaccessreviews`, {
      spec: { user: 'system:serviceaccount:a:b' },
    })
    assert.is(other.json.status.allowed, false)
  })

  test('and whoever he pretends to be, nothing', async (context) => {
    const { ask } = await client(context)
    const bob = { 'impersonate-user': 'bob' }
    const { code, json } = await ask('GET', '/api/v1/namespaces/default/pods', undefined, bob)
    assert.is(code, 403)
    assert.is(
      json.message,
      'pods is forbidden: User "bob" cannot list resource "pods" in API group "" in the namespace "default"',
    )
    const spec = { resourceAttributes: { verb: 'list', resource: 'pods' } }
    const access = await ask('POST', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', { spec }, bob)
    assert.is(access.json.status.allowed, false)
  })

  test('and a token for a service account', async (context) => {
    const { ask } = await client(context)
    const accounts = '/api/v1/namespaces/default/serviceaccounts'
    await ask('POST', accounts, { metadata: { name: 'bot' } })
    const { code, json } = await ask('POST', `${accounts}/bot/token`, { spec: { expirationSeconds: 600 } })
    assert.equal(
      [code, json.status.expirationTimestamp, json.status.token.split('.').length],
      [201, '2026-01-01T00:10:00Z', 3],
    )
    assert.is((await ask('POST', `${accounts}/nobody/token`, {})).code, 404)
  })
})
