import * as assert from 'uvu/assert'
import { Refusal } from '../../../sandbox/refusal.ts'
import { rejects, tests } from '../../support/tests.ts'
import { node } from './node.ts'

tests('logs and streams', (test) => {
  test('the log, whole and in parts', async () => {
    const { run, runtime, clock, logs } = await node()
    await run('web')
    for (const text of ['one\n', 'two\n', 'three\n']) {
      runtime.print('app', text)
      await clock.step(10_000)
    }
    assert.is(await logs('web'), 'one\ntwo\nthree\n')
    assert.is(await logs('web', 'app', { tailLines: 1 }), 'three\n')
    assert.is(await logs('web', 'app', { tailLines: 0 }), '')
    assert.is(await logs('web', 'app', { sinceSeconds: 25 }), 'two\nthree\n')
    assert.is(await logs('web', 'app', { sinceTime: '2026-01-01T00:00:15Z' }), 'three\n')
    assert.is(await logs('web', 'app', { limitBytes: 5 }), 'one\nt')
    assert.is(await logs('web', 'app', { timestamps: true, tailLines: 1 }), '2026-01-01T00:00:20.500000000Z three\n')
  })

  test('that of the container before', async () => {
    const { run, runtime, clock, logs } = await node()
    await run('web')
    await refused(logs('web', 'app', { previous: true }), 'previous terminated container "app" in pod "web" not found')
    runtime.print('app', 'first\n')
    runtime.end('app', 1)
    await clock.step(100)
    runtime.print('app', 'second\n')
    assert.is(await logs('web', 'app', { previous: true }), 'first\n')
    assert.is(await logs('web'), 'second\n')
    runtime.end('app', 1)
    await clock.step(100)
    assert.is(await logs('web'), 'second\n', 'while it waits to be started again')
    assert.is(await logs('web', 'app', { previous: true }), 'second\n')
  })

  test('where there is none', async () => {
    const { run, logs, write } = await node()
    await run('env', {}, { envFrom: [{ configMapRef: { name: 'absent' } }] })
    await run('tag', {}, { image: 'busybox:nosuch' })
    await run('init', { initContainers: [{ name: 'one', image: 'busybox:1.36' }] })
    write('pods', 'nowhere', { spec: { containers: [{ name: 'app', image: 'busybox' }] } })
    const about = (pod: string) => `container "app" in pod "${pod}" is waiting to start:`
    await refused(logs('env'), `${about('env')} CreateContainerConfigError`)
    await refused(logs('tag'), `${about('tag')} image can't be pulled`)
    await refused(logs('init'), `${about('init')} PodInitializing`)
    await refused(logs('env', 'other'), 'container other is not valid for pod env')
    assert.is(await logs('nowhere'), '')
  })

  test('exec and attach need a running container', async () => {
    const { run, runtime, kubelet, pod, clock, write } = await node()
    const exec = (name: string, container = 'app') =>
      kubelet.exec(pod(name), container, { argv: ['true'], tty: false, stdin: false })
    await run('web')
    assert.is(await (await exec('web')).exit, 0)
    assert.equal(runtime.asked, [['true']])
    await run('job', { restartPolicy: 'Never' }, { name: 'app' })
    runtime.end('app')
    await clock.step(100)
    await refused(exec('job'), 'cannot exec into a container in a completed pod; current phase is Succeeded')
    await run('tag', {}, { image: 'busybox:nosuch' })
    await refused(
      exec('tag'),
      'Internal error occurred: unable to upgrade connection: container not found ("app")',
      500,
    )
    await refused(
      kubelet.attach(pod('tag'), 'app', { tty: false, stdin: false }),
      'Internal error occurred: unable to upgrade connection: container app not found in pod tag_default',
      500,
    )
    await refused(exec('web', 'other'), 'container other is not valid for pod web')
    write('pods', 'nowhere', { spec: { containers: [{ name: 'app', image: 'busybox' }] } })
    await refused(exec('nowhere'), 'pod nowhere does not have a host assigned')
  })

  test('forwarding leads to the Pod’s own localhost', async () => {
    const { run, runtime, kubelet, pod } = await node()
    await run('web')
    await rejects(
      kubelet.forward(pod('web'), 81),
      /error forwarding port 81 to pod .*dial tcp4 127.0.0.1:81: connect: connection refused/,
    )
    const asked: unknown[] = []
    runtime.connect = async (...target) => {
      asked.push(target)
      return { write: async () => {}, output: (async function* () {})(), close: () => {} }
    }
    await kubelet.forward(pod('web'), 80)
    assert.equal(asked, [['127.0.0.1', 80, pod('web').metadata.uid]])
  })
})

async function refused(promise: Promise<unknown>, message: string, code = 400): Promise<void> {
  const error = await rejects(promise)
  assert.is(error.message, message)
  assert.is(error instanceof Refusal && error.code, code)
}
