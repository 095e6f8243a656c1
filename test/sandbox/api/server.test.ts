import { X509Certificate } from 'node:crypto'
import { connect } from 'node:net'
import { connect as connectSecurely } from 'node:tls'
import { once } from 'node:events'
import * as assert from 'uvu/assert'
import { certificates } from '../../../sandbox/api/certificates.ts'
import { tests } from '../../support/tests.ts'
import { upgrade } from '../support/upgrade.ts'
import { served } from './served.ts'

tests('the certificates', (test) => {
  test('are an authority and a server of 127.0.0.1, signed by it', () => {
    const now = Date.UTC(2030, 0, 1)
    const { authority, certificate } = certificates(now)
    const [issuer, server] = [new X509Certificate(authority), new X509Certificate(certificate)]
    assert.ok(server.verify(issuer.publicKey) && server.checkIssued(issuer))
    assert.ok(issuer.ca && !server.ca)
    assert.ok(server.checkIP('127.0.0.1') && server.checkHost('localhost') && !server.checkHost('example.com'))
    assert.ok(Date.parse(server.validFrom) < now && Date.parse(server.validTo) > now)
  })
})

tests('the server', (test) => {
  test('answers who knows the token', async (context) => {
    const { request } = await served(context)
    assert.is((await request('/api/v1/namespaces/default')).code, 200)
    for (const authorization of ['', 'Bearer wrong', 'secret-token', 'Basic c2VjcmV0']) {
      const { code, text } = await request('/api/v1/namespaces/default', { headers: { authorization } })
      assert.is(code, 401)
      assert.equal(JSON.parse(text), {
        kind: 'Status',
        apiVersion: 'v1',
        metadata: {},
        status: 'Failure',
        message: 'Unauthorized',
        reason: 'Unauthorized',
        code: 401,
      })
    }
  })

  test('answers no web page, whatever it knows', async (context) => {
    const { request } = await served(context)
    for (const headers of [
      { origin: 'null' },
      { origin: 'https://127.0.0.1' },
      { host: 'evil.example' },
      { host: 'localhost' },
    ]) {
      const answer = await request('/api', { headers })
      assert.is(answer.code, 403, JSON.stringify(headers))
      assert.is(Object.keys(answer.headers).filter((name) => name.startsWith('access-control')).length, 0)
    }
  })

  test('asks for the token on upgrades, too', async (context) => {
    const { request } = await served(context)
    const exec = '/api/v1/namespaces/default/pods/demo/exec?container=app&command=say&stdout=true'
    assert.is((await request(exec, { headers: { ...upgrade, authorization: 'Bearer no' } })).code, 401)
    assert.is((await request(exec, { headers: { ...upgrade, origin: 'https://evil.example' } })).code, 403)
    assert.is((await request('/api', { headers: upgrade })).code, 400)
    assert.is((await request(exec, { headers: { ...upgrade, 'sec-websocket-protocol': 'other' } })).code, 400)
    assert.is((await request(exec, { headers: { ...upgrade, 'sec-websocket-key': 'short' } })).code, 400)
  })

  test('stops when it is told to by who knows the token', async (context) => {
    const { request, stopped } = await served(context)
    await request('/sandbox/stop', { method: 'POST', headers: { authorization: 'Bearer wrong' } })
    assert.not(stopped())
    assert.is((await request('/sandbox/stop', { method: 'POST' })).text, 'stopping\n')
    assert.ok(stopped())
  })

  test('outlives an upgrade behind a request that waits', async (context) => {
    const { url, token, request } = await served(context)
    const { port, host } = new URL(url)
    const unhandled: unknown[] = []
    const note = (error: unknown) => void unhandled.push(error)
    process.on('unhandledRejection', note)
    context.defer(() => process.off('unhandledRejection', note))
    const head = `Host: ${host}\r\nAuthorization: Bearer ${token}\r\n`
    const watch = `GET /api/v1/namespaces?watch=true HTTP/1.1\r\n${head}\r\n`
    const upgrading = `GET /api HTTP/1.1\r\n${head}Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n`
    const socket = connectSecurely({ port: Number(port), host: '127.0.0.1', rejectUnauthorized: false })
    socket.on('error', () => {})
    await once(socket, 'secureConnect')
    socket.write(watch + upgrading)
    await once(socket.resume(), 'close')
    assert.is((await request('/readyz')).code, 200)
    assert.equal(unhandled, [])
  })

  test('outlives what is no request', async (context) => {
    const { url, request } = await served(context)
    const port = Number(new URL(url).port)
    for (const bytes of ['GET / HTTP/1.1\r\n\r\n', Buffer.alloc(4096, 0xff)]) {
      const socket = connect(port, '127.0.0.1')
      socket.on('error', () => {})
      socket.end(bytes)
      await once(socket.resume(), 'close')
      const secure = connectSecurely({ port, host: '127.0.0.1', rejectUnauthorized: false })
      secure.on('error', () => {})
      await once(secure, 'secureConnect')
      secure.end(bytes)
      await once(secure.resume(), 'close')
    }
    assert.is((await request('/readyz')).code, 200)
  })
})
