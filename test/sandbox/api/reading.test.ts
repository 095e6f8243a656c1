import { once } from 'node:events'
import { connect } from 'node:net'
import * as assert from 'uvu/assert'
import { eventually, tests } from '../../support/tests.ts'
import { client, type Client, map, maps } from './client.ts'

const table = { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json' }

const named = async ({ ask }: Client, ...names: string[]) => {
  for (const name of names) await ask('POST', maps, map(name, { metadata: { name, labels: { is: name } } }))
}
const namesIn = (json: { items: { metadata: { name: string } }[] }) => json.items.map(({ metadata }) => metadata.name)

tests('list', (test) => {
  test('has the form of a list', async (context) => {
    const api = await client(context)
    await named(api, 'b', 'a')
    const { json } = await api.ask('GET', maps)
    assert.equal([json.kind, json.apiVersion, json.metadata], ['ConfigMapList', 'v1', { resourceVersion: '3' }])
    assert.equal(namesIn(json), ['a', 'b'])
    assert.is(json.items[0].kind, undefined)
  })

  test('selects by labels and fields, in every namespace', async (context) => {
    const api = await client(context)
    await named(api, 'a', 'b', 'c')
    const list = async (query: string) => namesIn((await api.ask('GET', `/api/v1/configmaps?${query}`)).json)
    assert.equal(await list('labelSelector=is+in+(a,b)'), ['a', 'b'])
    assert.equal(await list('fieldSelector=metadata.name!=a'), ['b', 'c'])
    assert.equal(await list('fieldSelector=metadata.name=a&labelSelector=is=b'), [])
    const unknown = await api.ask('GET', `${maps}?fieldSelector=foo=bar`)
    assert.is(unknown.json.message, '"foo" is not a known field selector: only "metadata.name", "metadata.namespace"')
    const pods = await api.ask('GET', '/api/v1/pods?fieldSelector=foo=bar')
    assert.is(pods.json.message, 'field label not supported: foo')
  })

  test('goes on where it stopped', async (context) => {
    const api = await client(context)
    await named(api, 'a', 'b', 'c')
    const first = await api.ask('GET', `${maps}?limit=2`)
    assert.equal([namesIn(first.json), first.json.metadata.remainingItemCount], [['a', 'b'], 1])
    await api.ask('DELETE', `${maps}/c`)
    await named(api, 'bb')
    const rest = await api.ask('GET', `${maps}?limit=2&continue=${first.json.metadata.continue}`)
    assert.equal([namesIn(rest.json), rest.json.metadata], [['c'], { resourceVersion: '4' }])
    assert.is((await api.ask('GET', `${maps}?continue=zzz`)).code, 400)
  })

  test('goes on in the next namespace', async (context) => {
    const { ask, store } = await client(context)
    for (const namespace of ['a', 'a-b', 'a.c']) {
      store.write({ kind: 'namespaces', namespace: '', name: namespace }, () => ({}))
      for (const name of ['x', 'y']) store.write({ kind: 'configmaps', namespace, name }, () => ({}))
    }
    const found: string[] = []
    for (let next = ''; ;) {
      const { json } = await ask('GET', `/api/v1/configmaps?limit=1&continue=${next}`)
      found.push(`${json.items[0].metadata.namespace}/${json.items[0].metadata.name}`)
      next = json.metadata.continue ?? ''
      if (next === '') break
    }
    assert.equal(found, ['a-b/x', 'a-b/y', 'a.c/x', 'a.c/y', 'a/x', 'a/y'])
  })

  test('knows no future', async (context) => {
    const { ask } = await client(context)
    const { code, json } = await ask('GET', `${maps}?resourceVersion=99`)
    assert.equal([code, json.message], [504, 'Timeout: Too large resource version: 99, current: 1'])
    assert.is((await ask('GET', `${maps}?resourceVersion=abc`)).code, 400)
  })

  test('as a table, as metadata, or not at all', async (context) => {
    const api = await client(context)
    await named(api, 'a')
    const { json } = await api.ask('GET', maps, undefined, table)
    assert.equal([json.kind, json.columnDefinitions.length, json.metadata], ['Table', 2, { resourceVersion: '2' }])
    const [row] = json.rows
    assert.equal(
      [row.cells[0], row.object.kind, row.object.metadata.labels],
      ['a', 'PartialObjectMetadata', { is: 'a' }],
    )
    const whole = await api.ask('GET', `${maps}/a?includeObject=Object`, undefined, table)
    assert.is(whole.json.rows[0].object.kind, 'ConfigMap')
    const metadata = { accept: 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io' }
    assert.is((await api.ask('GET', maps, undefined, metadata)).json.items[0].kind, 'PartialObjectMetadata')
    assert.is((await api.ask('GET', maps, undefined, { accept: 'text/html' })).code, 406)
    const protobuf = { accept: 'application/vnd.kubernetes.protobuf,application/json' }
    assert.is((await api.ask('GET', maps, undefined, protobuf)).json.kind, 'ConfigMapList')
  })

  test('of thousands is quick', async (context) => {
    const { ask, store } = await client(context)
    const data = { x: 'x'.repeat(200) }
    for (let at = 0; at < 5000; at += 1)
      store.write({ kind: 'configmaps', namespace: 'default', name: `m${at}` }, () => ({ data }) as never)
    const start = performance.now()
    const { json } = await ask('GET', maps)
    assert.is(json.items.length, 5000)
    assert.ok(performance.now() - start < 500)
  })
})

interface Watched {
  readonly events: {
    readonly type: string
    readonly object: { readonly kind: string; readonly metadata: { readonly name?: string } }
  }[]
  readonly over: Promise<void>
}

async function watched({ url }: Client, query: string, headers: Record<string, string> = {}): Promise<Watched> {
  const response = await fetch(`${url}${maps}?watch=true&${query}`, { headers })
  const events: Watched['events'] = []
  let rest = ''
  const over = (async () => {
    for await (const chunk of response.body ?? []) {
      const lines = (rest + Buffer.from(chunk).toString()).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) events.push(JSON.parse(line) as Watched['events'][number])
    }
  })()
  over.catch(() => {})
  return { events, over }
}

const shown = ({ events }: Watched) =>
  events.map(({ type, object }) => `${type} ${object.metadata.name ?? object.kind}`)

tests('watch', (test) => {
  test('begins with what is there, and goes on with what happens', async (context) => {
    const api = await client(context)
    await named(api, 'a')
    const watch = await watched(api, 'resourceVersion=0')
    await named(api, 'b')
    await api.ask('DELETE', `${maps}/a`)
    await eventually(() => watch.events.length === 3, { every: 5 })
    assert.equal(shown(watch), ['ADDED a', 'ADDED b', 'DELETED a'])
  })

  test('goes on after a resource version, with a selector', async (context) => {
    const api = await client(context)
    await named(api, 'a', 'b', 'c')
    const watch = await watched(api, 'resourceVersion=2&labelSelector=is=c')
    await api.ask('PATCH', `${maps}/c`, { metadata: { labels: { is: 'd' } } })
    await eventually(() => watch.events.length === 2, { every: 5 })
    assert.equal(shown(watch), ['ADDED c', 'DELETED c'])
  })

  test('says where the beginning ends, to those who ask', async (context) => {
    const api = await client(context)
    await named(api, 'a')
    const query = 'sendInitialEvents=true&resourceVersionMatch=NotOlderThan'
    const watch = await watched(api, `${query}&allowWatchBookmarks=true`)
    await eventually(() => watch.events.length === 2, { every: 5 })
    assert.equal(watch.events[1]?.object.metadata, {
      resourceVersion: '2',
      annotations: { 'k8s.io/initial-events-end': 'true' },
    })
    const refused = await api.ask('GET', `${maps}?watch=1&sendInitialEvents=true`)
    assert.is(
      refused.json.message,
      'ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan',
    )
  })

  test('sends bookmarks, and ends in time', async (context) => {
    const api = await client(context)
    const watch = await watched(api, 'resourceVersion=1&allowWatchBookmarks=true&timeoutSeconds=90')
    await api.clock.step(60_000)
    await eventually(() => watch.events.length === 1, { every: 5 })
    assert.equal(shown(watch), ['BOOKMARK ConfigMap'])
    await api.clock.step(30_000)
    await watch.over
  })

  test('as tables, with columns only at first', async (context) => {
    const api = await client(context)
    await named(api, 'a', 'b')
    const watch = await watched(api, 'resourceVersion=0', table)
    await eventually(() => watch.events.length === 2, { every: 5 })
    const columns = watch.events.map(
      ({ object }) => (object as { columnDefinitions?: unknown[] }).columnDefinitions?.length,
    )
    assert.equal(columns, [2, undefined])
  })

  test('says that it is too late', async (context) => {
    const api = await client(context)
    for (let at = 0; at < 20_001; at += 1)
      api.store.write(
        { kind: 'configmaps', namespace: 'default', name: 'a' },
        () => ({ data: { at: String(at) } }) as never,
      )
    const watch = await watched(api, 'resourceVersion=5')
    await watch.over
    assert.equal(watch.events.length, 1)
    const { type, object } = watch.events[0] ?? (assert.unreachable() as never)
    assert.equal([type, (object as unknown as { code: number }).code], ['ERROR', 410])
  })

  test('sees a write within 10 ms', async (context) => {
    const api = await client(context)
    const watch = await watched(api, 'resourceVersion=1')
    const times: number[] = []
    for (let at = 1; at <= 20; at += 1) {
      const start = performance.now()
      api.store.write({ kind: 'configmaps', namespace: 'default', name: `m${at}` }, () => ({}))
      while (watch.events.length < at) await new Promise((done) => setImmediate(done))
      times.push(performance.now() - start)
    }
    assert.ok((times.toSorted((a, b) => a - b)[10] ?? 99) < 10)
  })
})

tests('watches', (test) => {
  test('are at most a thousand', async (context) => {
    const api = await client(context)
    const first = await watched(api, 'resourceVersion=1')
    const { port } = new URL(api.url)
    const another = async () => {
      const socket = connect(Number(port), '127.0.0.1')
      context.defer(() => socket.destroy())
      socket.write(`GET ${maps}?watch=1&resourceVersion=1 HTTP/1.1\r\nHost: localhost\r\n\r\n`)
      await once(socket, 'data')
    }
    await Promise.all(Array.from({ length: 999 }, another))
    const { code, json, headers } = await api.ask('GET', `${maps}?watch=1`)
    assert.equal([code, json.reason, headers.get('retry-after')], [429, 'TooManyRequests', '1'])
    api.store.write({ kind: 'configmaps', namespace: 'default', name: 'a' }, () => ({}))
    await eventually(() => first.events.length === 1, { every: 5 })
  })
})
