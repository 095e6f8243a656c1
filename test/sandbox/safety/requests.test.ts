import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { TLSSocket } from 'node:tls'
import * as fc from 'fast-check'
import * as assert from 'uvu/assert'
import { eventually, tests } from '../../support/tests.ts'
import { upgrade } from '../support/upgrade.ts'
import { anything } from './anything.ts'
import { type Answered, shipped } from './sandbox.ts'

const maps = '/api/v1/namespaces/default/configmaps'
const json = { 'content-type': 'application/json' }
const named = (name: string, data: object) => JSON.stringify({ metadata: { name }, data })
const deep = (levels: number) => `{"metadata":{"name":"deep"},"data":${'['.repeat(levels)}${']'.repeat(levels)}}`
const message = ({ text }: Answered) => (JSON.parse(text) as { message: string }).message
/** Also where it is reset. */
const closed = (socket: Socket) => new Promise((done) => socket.resume().once('close', done))

const exec = '/api/v1/namespaces/default/pods/box/exec?container=c&command=cat&stdin=true&stdout=true'

tests(
  'what is sent to the API',
  (test) => {
    const sandbox = shipped()
    test.before(async () => (await sandbox).pod('box'))
    test.after.each(async () => (await sandbox).answers())

    test('is answered to who knows the token, and to no web page', async () => {
      const { ask, token } = await sandbox
      for (const authorization of ['', 'Bearer ', `Bearer ${token}x`, `Bearer ${token.slice(1)}`, token, 'Basic eDp5'])
        for (const more of [{}, upgrade])
          assert.is((await ask(exec, { headers: { ...more, authorization } })).code, 401, authorization)
      for (const headers of [
        { origin: 'null' },
        { origin: 'https://127.0.0.1' },
        { host: 'evil' },
        { host: 'localhost' },
      ])
        for (const more of [{}, upgrade]) {
          const answer = await ask(exec, { headers: { ...more, ...headers } })
          assert.is(answer.code, 403, JSON.stringify(headers))
          assert.not(Object.keys(answer.headers).some((name) => name.startsWith('access-control')))
        }
      assert.is((await ask(exec, { headers: upgrade })).code, 101)
      const preflight = { origin: 'https://evil', 'access-control-request-method': 'POST' }
      assert.is((await ask(maps, { method: 'OPTIONS', headers: preflight })).code, 403)
      assert.is((await ask('/sandbox/stop', { method: 'POST', headers: { origin: 'null' } })).code, 403)
      assert.is((await ask('/sandbox/stop', { method: 'POST', headers: { authorization: '' } })).code, 401)
    })

    test('may be large, and not too large', async () => {
      const { ask } = await sandbox
      const post = (body: string) => ask(maps, { method: 'POST', headers: json, body })
      const tooLarge = await post(named('large', { a: 'x'.repeat(3 * 1024 * 1024) }))
      assert.equal([tooLarge.code, message(tooLarge)], [413, 'Request entity too large: limit is 3145728'])
      const map = await post(named('large', { a: 'x'.repeat(1_048_577) }))
      assert.equal(
        [map.code, message(map)],
        [422, 'ConfigMap "large" is invalid: []: Too long: may not be more than 1048576 bytes'],
      )
      const data = { a: Buffer.alloc(1_048_577).toString('base64') }
      const secret = await ask(maps.replace('configmaps', 'secrets'), {
        method: 'POST',
        headers: json,
        body: named('large', data),
      })
      assert.equal(
        [secret.code, message(secret)],
        [422, 'Secret "large" is invalid: data: Too long: may not be more than 1048576 bytes'],
      )
      assert.is((await post(named('large', { a: 'x'.repeat(1_048_576) }))).code, 201)
    })

    test('may be deep, and not too deep', async () => {
      const { ask } = await sandbox
      for (const type of ['json', 'yaml'])
        for (const levels of [1001, 100_000, 1_000_000]) {
          const headers = { 'content-type': `application/${type}` }
          const { code } = await ask(maps, { method: 'POST', headers, body: deep(levels) })
          assert.is(code, 400, `${levels} levels of ${type}`)
        }
      await ask(maps, { method: 'POST', headers: json, body: named('patched', {}) })
      for (const kind of ['json-patch+json', 'merge-patch+json', 'strategic-merge-patch+json', 'apply-patch+yaml']) {
        const headers = { 'content-type': `application/${kind}` }
        const where = `${maps}/patched?fieldManager=m`
        assert.is((await ask(where, { method: 'PATCH', headers, body: deep(100_000) })).code, 400, kind)
      }
      const bomb = ['a: &a [x,x,x,x,x,x,x,x,x]', ...'bcdefghi'].map((name, index) =>
        index === 0
          ? name
          : `${name}: &${name} [${Array.from({ length: 9 }, () => `*${'abcdefghi'[index - 1]}`).join()}]`,
      )
      const yaml = { 'content-type': 'application/yaml' }
      assert.is((await ask(maps, { method: 'POST', headers: yaml, body: bomb.join('\n') })).code, 400)
    })

    test('keeps odd keys, and changes nothing else by them', async () => {
      const { ask, must, apply } = await sandbox
      const data = '{"__proto__":"p","constructor":"c","hasOwnProperty":"h","toString":"t"}'
      const body = `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"odd"},"data":${data}}`
      assert.match((await ask(maps, { method: 'POST', headers: json, body })).text, `"data":${data}`)
      await apply(body.replace('"odd"', '"applied"'))
      await apply(body.replace('"odd"', '"applied"').replace('"p"', '"q"'))
      assert.is(await must('get', 'cm', 'applied', '-o', 'jsonpath={.data.__proto__}'), 'q')
      await must('patch', 'cm', 'odd', '-p', '{"data":{"__proto__":"r"}}')
      await must('patch', 'cm', 'odd', '-p', '{"data":{"constructor":null}}')
      const merged = '{"data":{"__proto__":{"polluted":"yes"}}}'
      const patch = { method: 'PATCH', headers: { 'content-type': 'application/merge-patch+json' }, body: merged }
      assert.is((await ask(`${maps}/odd`, patch)).code, 422)
      assert.is(
        await must('get', 'cm', 'odd', '-o', 'jsonpath={.data}'),
        '{"__proto__":"r","hasOwnProperty":"h","toString":"t"}',
      )
      for (const name of ['__proto__', 'constructor'])
        for (const path of [
          `/api/v1/${name}`,
          `/apis/${name}/v1`,
          `/api/v1/namespaces/${name}/pods/${name}`,
          `${maps}/${name}`,
        ])
          assert.is((await ask(path)).code, 404, path)
    })

    test('may be anything', async () => {
      const { ask } = await sandbox
      assert.is((await ask('//')).code, 404)
      await fc.assert(
        fc.asyncProperty(anything, async ({ path, query, method, type, accept, body }) => {
          const headers = { 'content-type': type, accept }
          const where = `${path}?${String(new URLSearchParams(query))}`
          const { code, text } = await ask(where, { method, headers, body: Buffer.from(body, 'latin1') })
          assert.ok(code >= 200 && code < 600)
          assert.not.match(text, 'Internal error occurred')
        }),
        { numRuns: 150 },
      )
    })

    test('may not even be a request', async () => {
      const { host, token, wire } = await sandbox
      const head = `Host: ${host}\r\nAuthorization: Bearer ${token}\r\n`
      const get = (path: string, more = '') => `GET ${path} HTTP/1.1\r\n${head}${more}\r\n`
      const upgrading = Object.entries(upgrade)
        .map(([name, value]) => `${name}: ${value}\r\n`)
        .join('')
      const garbage = Buffer.alloc(65_536, 0xa5)
      for (const bytes of [
        garbage,
        'GET / HTTP/9.9\r\n\r\n',
        `GET /${'a'.repeat(100_000)} HTTP/1.1\r\n${head}\r\n`,
        get('http://evil.example/api'),
        get('//evil/api/v1/pods/x/exec', upgrading),
        get('*'),
        `${get('/api/v1/namespaces?watch=true')}${get('/api', upgrading)}`,
        `${get('/api/v1/namespaces?watch=true')}${get(exec, upgrading)}`,
        Buffer.concat([Buffer.from(get(exec, upgrading)), garbage]),
        Buffer.concat([
          Buffer.from(
            get(
              '/api/v1/namespaces/default/pods/box/portforward',
              upgrading.replace('v5.channel.k8s.io', 'SPDY/3.1+portforward.k8s.io'),
            ),
          ),
          garbage,
        ]),
        `POST ${maps} HTTP/1.1\r\n${head}Transfer-Encoding: chunked\r\n\r\nzz\r\n`,
        `POST ${maps} HTTP/1.1\r\n${head}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      ]) {
        const socket = await wire()
        socket.write(bytes)
        await Promise.race([closed(socket), sleep(100)])
        socket.destroy()
      }
      const plain = connect(Number(host.split(':')[1]), '127.0.0.1')
      plain.on('error', () => {})
      plain.end('GET / HTTP/1.1\r\n\r\n')
      await closed(plain)
    })

    test('in absurd watches is refused or waited for', async () => {
      const { ask, wire, host, token } = await sandbox
      for (const [query, code] of [
        ['resourceVersion=-1', 500],
        ['resourceVersion=x', 500],
        ['resourceVersionMatch=Exact', 422],
        ['sendInitialEvents=true', 422],
        ['labelSelector=a%20in%20(', 400],
        ['fieldSelector=nonsense', 400],
        ['resourceVersion=99999999999999999999&timeoutSeconds=1', 200],
        ['timeoutSeconds=1&limit=-5&continue=x', 200],
      ] as const)
        assert.is((await ask(`${maps}?watch=true&${query}`)).code, code, query)
      const socket = await wire()
      const head = `Host: ${host}\r\nAuthorization: Bearer ${token}\r\n`
      socket.write(`GET ${maps}?watch=true&timeoutSeconds=99999999999 HTTP/1.1\r\n${head}Connection: close\r\n\r\n`)
      const over = await Promise.race([closed(socket).then(() => 'over'), sleep(1500, 'open')])
      socket.destroy()
      assert.is(over, 'open')
    })

    test('in a thousand watches is answered, and no more than that', async ({ defer }) => {
      const { host, token, wire, ask, must } = await sandbox
      const sockets: TLSSocket[] = []
      defer(() => sockets.forEach((socket) => socket.destroy()))
      let begun = 0
      let refused = 0
      const request = `GET ${maps}?watch=true HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Bearer ${token}\r\n\r\n`
      for (let round = 0; round < 21; round += 1) {
        const opened = await Promise.all(Array.from({ length: 50 }, wire))
        for (const socket of opened) {
          socket.once('data', (data: Buffer) => (data.includes('429 Too Many') ? (refused += 1) : (begun += 1)))
          socket.write(request)
        }
        sockets.push(...opened)
      }
      await eventually(() => begun + refused === 1050, { limit: 20_000, what: 'all watches are answered' })
      assert.ok(begun <= 1000 && refused >= 50, `${begun} watches`)
      const { code, headers } = await ask(`${maps}?watch=true`)
      assert.equal([code, headers['retry-after']], [429, '1'])
      assert.match(await must('create', 'cm', 'seen-by-many'), 'created')
      for (const socket of sockets.splice(0)) socket.destroy()
      await eventually(async () => (await ask(`${maps}?watch=true&timeoutSeconds=1`)).code === 200)
    })

    test('may be begun only: half-open connections are ended', async () => {
      const { host, token, wire } = await sandbox
      const halves = await Promise.all(Array.from({ length: 100 }, wire))
      for (const socket of halves)
        socket.write(`GET /api HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Bearer ${token}\r\n`)
      const silent = connect(Number(host.split(':')[1]), '127.0.0.1')
      silent.on('error', () => {})
      await Promise.all([...halves.map(closed), closed(silent)])
    })
  },
  { limit: 60_000 },
)
