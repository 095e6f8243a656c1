import * as assert from 'uvu/assert'
import { tests } from '../../support/tests.ts'
import { node } from './node.ts'
import { says } from './runtime.ts'

tests('probes and hooks', (test) => {
  test('ready when its probe says so, and no longer when it has failed three times', async () => {
    const { run, runtime, clock, container, events, condition } = await node()
    let code = 1
    runtime.answer = () => [code, 'not yet\n']
    await run('web', {}, { readinessProbe: { exec: { command: ['check'] }, periodSeconds: 2 } })
    assert.not.ok(container('web').ready)
    assert.not.match(events('web').join('\n'), 'Unhealthy', 'in its first second it may still come up')
    await clock.step(1_000)
    assert.is(condition('web', 'Ready')?.message, 'containers with unready status: [app]')
    assert.ok(events('web').includes('1x Unhealthy: Readiness probe failed: not yet\n'))
    code = 0
    await clock.step(2_000)
    assert.ok(container('web').ready)
    code = 1
    await clock.step(4_000)
    assert.ok(container('web').ready, 'two failures are not three')
    await clock.step(2_000)
    assert.not.ok(container('web').ready)
    assert.is(container('web').restartCount, 0)
  })

  test('over HTTP and TCP, in Go’s words', async () => {
    const { run, runtime, clock, container, events } = await node()
    const ports: number[] = []
    await run(
      'web',
      {},
      {
        ports: [{ name: 'http', containerPort: 8080 }],
        readinessProbe: { httpGet: { path: '/ready', port: 'http' }, periodSeconds: 1 },
        livenessProbe: { tcpSocket: { port: 81 }, periodSeconds: 1, failureThreshold: 100 },
      },
    )
    await clock.step(1_000)
    const told = events('web').join('\n')
    assert.match(
      told,
      'Readiness probe failed: Get "http://10.244.0.2:8080/ready": dial tcp 10.244.0.2:8080: connect: connection refused',
    )
    assert.match(told, 'Liveness probe failed: dial tcp 10.244.0.2:81: connect: connection refused')
    let status = '503 Service Unavailable'
    runtime.open = (_, port) => {
      ports.push(port)
      return says(`HTTP/1.1 ${status}\r\nContent-Length: 2\r\n\r\nok`)
    }
    await clock.step(1_000)
    assert.match(events('web').join('\n'), 'Readiness probe failed: HTTP probe failed with statuscode: 503')
    status = '302 Found'
    await clock.step(1_000)
    assert.ok(container('web').ready)
    assert.ok(ports.includes(8080) && ports.includes(81))
  })

  test('one that takes too long has failed', async () => {
    const { run, runtime, clock, events } = await node()
    runtime.answer = () => [-1, '']
    await run('web', {}, { readinessProbe: { exec: { command: ['sleep', '5'] }, timeoutSeconds: 1 } })
    await clock.step(1_000)
    assert.ok(
      events('web').includes('1x Unhealthy: Readiness probe failed: command timed out: "sleep 5" timed out after 1s'),
    )
  })

  test('a container that is not alive is restarted', async () => {
    const { run, runtime, clock, container, events } = await node()
    runtime.answer = () => [1, '']
    await run('web', {}, { livenessProbe: { exec: { command: ['check'] }, periodSeconds: 1, failureThreshold: 3 } })
    await clock.step(1_000)
    assert.is(container('web').restartCount, 0)
    await clock.step(1_000)
    assert.is(container('web').restartCount, 1)
    assert.ok(container('web').state?.running)
    assert.ok(events('web').includes('1x Killing: Container app failed liveness probe, will be restarted'))
    assert.equal(runtime.containers[0]?.signals, ['SIGTERM'])
  })

  test('the others wait for the startup probe', async () => {
    const { run, runtime, clock, container } = await node()
    let code = 1
    runtime.answer = ([command]) => [command === 'up' ? code : 0, '']
    await run(
      'web',
      {},
      {
        startupProbe: { exec: { command: ['up'] }, periodSeconds: 1, failureThreshold: 30 },
        readinessProbe: { exec: { command: ['ready'] }, periodSeconds: 1 },
      },
    )
    await clock.step(5_000)
    assert.is(container('web').started, false)
    assert.not.ok(runtime.asked.flat().includes('ready'))
    code = 0
    await clock.step(1_000)
    assert.is(container('web').started, true)
    assert.ok(container('web').ready)
  })

  test('a postStart hook that fails ends its container', async () => {
    const { run, runtime, container, events, pod } = await node()
    runtime.answer = () => [7, 'no\n']
    await run('web', {}, { lifecycle: { postStart: { exec: { command: ['sh', '-c', 'exit 7'] } } } })
    const uid = pod('web').metadata.uid
    assert.is(container('web').state?.waiting?.reason, 'CrashLoopBackOff')
    assert.match(
      events('web').join('\n'),
      '2x FailedPostStartHook: PostStartHook failed\n2x Killing: FailedPostStartHook',
    )
    assert.ok(uid)
  })

  test('a preStop hook comes before the signal, within the grace period', async () => {
    const { run, runtime, clock, remove, found, events } = await node()
    runtime.answer = () => [-1, '']
    await run('web', { terminationGracePeriodSeconds: 5 }, { lifecycle: { preStop: { exec: { command: ['bye'] } } } })
    remove('web')
    await clock.step(4_900)
    assert.equal(runtime.asked, [['bye']])
    assert.equal(runtime.get('app').signals, [])
    await clock.step(200)
    assert.equal(runtime.get('app').signals, ['SIGTERM'])
    assert.is(found('web'), undefined)
    assert.is(events('web').at(-1), '1x FailedPreStopHook: PreStopHook failed')
  })

  test('a preStop sleep', async () => {
    const { run, runtime, clock, remove } = await node()
    await run('web', {}, { lifecycle: { preStop: { sleep: { seconds: 3 } } } })
    remove('web')
    await clock.step(2_900)
    assert.equal(runtime.get('app').signals, [])
    await clock.step(200)
    assert.equal(runtime.get('app').signals, ['SIGTERM'])
  })
})
