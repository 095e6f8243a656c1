import { once } from 'node:events'
import { connect } from 'node:net'
import * as assert from 'uvu/assert'
import { tests } from '../../support/tests.ts'
import { served } from './served.ts'

const demo = '/api/v1/namespaces/default/pods/demo'

tests('exec and attach, by kubectl', (test) => {
  test('tell apart stdout and stderr, and give the exit code', async (context) => {
    const { kubectl } = await served(context)
    assert.equal(await kubectl(['exec', 'demo', '-c', 'app', '--', 'say', 'hello']), {
      stdout: 'hello\n',
      stderr: '',
      code: 0,
    })
    assert.equal(await kubectl(['exec', 'demo', '-c', 'app', '--', 'exit', '3']), {
      stdout: '',
      stderr: 'going\ncommand terminated with exit code 3\n',
      code: 3,
    })
    assert.is((await kubectl(['attach', 'demo', '-c', 'app'])).stdout, 'attached\n')
  })

  test('pass input to its end, and megabytes of output', async (context) => {
    const { kubectl } = await served(context)
    const text = 'grüße\n'.repeat(50_000)
    assert.is((await kubectl(['exec', '-i', 'demo', '-c', 'app', '--', 'cat'], text)).stdout, text)
    const { stdout } = await kubectl(['exec', 'demo', '-c', 'app', '--', 'flood'])
    assert.is(stdout.length, 64 * 65_536)
  })

  test('say why a process did not start', async (context) => {
    const { kubectl } = await served(context)
    const { stderr, code } = await kubectl(['exec', 'demo', '-c', 'app', '--', 'nosuch'])
    assert.is(
      stderr.replace(/"[0-9a-f]{64}"/, 'ID'),
      'error: Internal error occurred: Internal error occurred: error executing command in container: failed to exec in container: ' +
        'failed to start exec ID: OCI runtime exec failed: exec failed: unable to start container process: exec: "nosuch": executable file not found in $PATH: unknown\n',
    )
    assert.is(code, 1)
  })

  test('refuse in the words of the API', async (context) => {
    const { kubectl, request } = await served(context)
    const exec = (...args: string[]) => kubectl(['exec', ...args, '--', 'say']).then(({ stderr }) => stderr)
    assert.is(
      await exec('demo', '-c', 'nope'),
      'Error from server (BadRequest): container nope is not valid for pod demo\n',
    )
    assert.is(await exec('nopod'), 'Error from server (NotFound): pods "nopod" not found\n')
    assert.is(
      await exec('pending', '-c', 'app'),
      'Error from server (BadRequest): pod pending does not have a host assigned\n',
    )
    const message = async (path: string, method = 'GET') =>
      (JSON.parse((await request(demo + path, { method })).text) as { message: string }).message
    assert.is(
      await message('/exec?command=ls'),
      'a container name must be specified for pod demo, choose one of: [first app side]',
    )
    assert.is(await message('/exec?command=ls&container=app'), 'Upgrade request required')
    assert.is(await message('/attach', 'PUT'), 'the server does not allow this method on the requested resource')
  })
})

tests('port-forward, by kubectl', (test) => {
  const forwarding = async (kubectl: ReturnType<Awaited<ReturnType<typeof served>>['start']>) => {
    const [line] = (await once(kubectl.stdout as NodeJS.ReadableStream, 'data')) as [Buffer]
    return Number(/127\.0\.0\.1:(\d+)/.exec(line.toString())?.[1])
  }

  test('carries bytes both ways, on several connections', async (context) => {
    const port = await forwarding((await served(context)).start(['port-forward', 'pod/demo', ':80']))
    const said = async (text: string) => {
      const socket = connect(port, '127.0.0.1').end(text)
      let answer = ''
      socket.on('data', (data) => (answer += data.toString()))
      await once(socket, 'close')
      return answer
    }
    const long = 'x'.repeat(300_000)
    assert.equal(await Promise.all([said('one'), said('two'), said(long)]), ['one', 'two', long])
    assert.is(await said('three'), 'three')
  })

  test('says why it could not connect', async (context) => {
    const kubectl = (await served(context)).start(['port-forward', 'pod/demo', ':99'])
    const port = await forwarding(kubectl)
    const socket = connect(port, '127.0.0.1').resume()
    socket.on('error', () => {})
    const [error] = (await once(kubectl.stderr as NodeJS.ReadableStream, 'data')) as [Buffer]
    assert.match(error.toString(), /an error occurred forwarding \d+ -> 99: nothing listens on 99/)
  })
})

tests('logs', (test) => {
  test('hand on what was asked for', async (context) => {
    const { kubectl } = await served(context)
    const logs = (...args: string[]) => kubectl(['logs', 'demo', ...args])
    const { stdout } = await logs('-c', 'app', '--tail=3', '-f', '--timestamps', '--limit-bytes=9')
    assert.equal(JSON.parse(stdout), { previous: false, follow: true, timestamps: true, tailLines: 3, limitBytes: 9 })
    const { stdout: past } = await logs('-c', 'app', '-p', '--since=90s')
    assert.equal(JSON.parse(past), { previous: true, follow: false, timestamps: false, sinceSeconds: 90 })
    assert.is(
      (await logs('-c', 'first')).stderr,
      'Error from server (BadRequest): container "first" in pod "demo" is waiting to start: Waiting\n',
    )
  })

  test('refuse what cannot be asked for', async (context) => {
    const { request } = await served(context)
    const message = async (query: string) =>
      (JSON.parse((await request(`${demo}/log?container=app&${query}`)).text) as { message: string }).message
    assert.is(await message('tailLines=x'), 'strconv.ParseInt: parsing "x": invalid syntax')
    assert.is(
      await message('sinceSeconds=0&limitBytes=0'),
      'PodLogOptions "demo" is invalid: [limitBytes: Invalid value: 0: must be greater than 0, sinceSeconds: Invalid value: 0: must be greater than 0]',
    )
    assert.match(await message('sinceSeconds=1&sinceTime=2020-01-01T00:00:00Z'), /at most one of `sinceTime`/)
    assert.is((await request('/api/v1/namespaces/default/pods/pending/log?container=app')).code, 204)
  })
})
