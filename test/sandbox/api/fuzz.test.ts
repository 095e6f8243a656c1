import { request } from 'node:http'
import * as fc from 'fast-check'
import * as assert from 'uvu/assert'
import { tests } from '../../support/tests.ts'
import { anything } from '../safety/anything.ts'
import { client, map, maps } from './client.ts'

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

    const json = async (...operations: readonly object[]) =>
      ask('PATCH', `${maps}/a`, JSON.stringify(operations), { 'content-type': 'application/json-patch+json' })
    const at = (path: string, op = 'add', value = 'x') => ({ op, path: `/data/${path}`, value })
    const odd = await json(at('__proto__'), at('constructor'), at('prototype'), at('toString', 'remove'))
    assert.match(odd.text, '"data":{"__proto__":"x","hasOwnProperty":"h","constructor":"x","prototype":"x"}')
    assert.is((await json(at('toString', 'remove'))).code, 422)
    assert.is((await json(at('constructor/name'))).code, 422)
    assert.is((await json(at('__proto__', 'test', 'x'), at('prototype', 'remove'))).code, 200)
  })
})
