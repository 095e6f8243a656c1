import * as assert from 'uvu/assert'
import { tests } from '../../support/tests.ts'
import { node } from './node.ts'

tests('ephemeral containers', (test) => {
  const started = async () => {
    const it = await node()
    await it.run('web', {}, { readinessProbe: { exec: { command: ['true'] } } })
    const add = async (...ephemeralContainers: object[]) => {
      it.store.write(
        { kind: 'pods', namespace: 'default', name: 'web' },
        (old) => ({ ...old, spec: { ...(old as never as { spec: object }).spec, ephemeralContainers } }) as never,
        { through: 'ephemeralcontainers' },
      )
      await it.clock.step(500)
    }
    const statuses = () => it.pod('web').status?.ephemeralContainerStatuses ?? []
    return { ...it, add, statuses }
  }
  const shell = { name: 'shell', image: 'busybox:1.36', stdin: true, stdinOnce: true, targetContainerName: 'app' }

  test('one is started beside the others, once, and told of apart', async () => {
    const { add, statuses, runtime, clock, pod, condition, events } = await started()
    await add(shell)
    assert.is(runtime.get('shell').spec.target, runtime.get('app').id)
    assert.is(runtime.get('shell').spec.stdinOnce, true)
    assert.ok(statuses()[0]?.state?.running)
    assert.is(statuses()[0]?.ready, false)
    assert.is(statuses()[0]?.started, undefined)
    runtime.end('shell', 3)
    await clock.step(60_000)
    assert.is(statuses()[0]?.state?.terminated?.exitCode, 3)
    assert.is(runtime.containers.length, 2, 'not again')
    assert.is(pod('web').status?.containerStatuses?.length, 1)
    assert.is(condition('web', 'Ready')?.status, 'True', 'it is not what makes a Pod ready')
    assert.ok(events('web').includes('1x Started: Started container shell'))
  })

  test('one whose target is not there waits, and says so', async () => {
    const { add, statuses, runtime, clock } = await started()
    runtime.refuse = ({ target }) => {
      if (target !== undefined) throw new Error('invalid target container')
    }
    await add(shell)
    assert.equal(statuses()[0]?.state?.waiting, { reason: 'CreateContainerError', message: 'invalid target container' })
    runtime.refuse = () => {}
    await clock.step(10_000)
    assert.ok(statuses()[0]?.state?.running)
  })

  test('it comes in its own way, and stays', async () => {
    const { add, write, pod, statuses } = await started()
    assert.throws(
      () => write('pods', 'web', { spec: { ...pod('web').spec, ephemeralContainers: [shell] } }),
      /pod updates may not change fields other than/,
    )
    await add(shell, { ...shell, name: 'another' })
    assert.equal(
      statuses().map(({ name }) => name),
      ['another', 'shell'],
    )
    const refused = async (why: RegExp, ...list: object[]) => {
      let message = ''
      await add(...list).catch((error: Error) => (message = error.message))
      assert.match(message, why)
    }
    const both = [shell, { ...shell, name: 'another' }]
    await refused(/"another" may not be removed/, shell)
    await refused(/"shell" may not be changed/, { ...shell, stdin: false }, ...both.slice(1))
    await refused(/\[2\]\.name: Duplicate value: "app"/, ...both, { ...shell, name: 'app' })
    await refused(/\[2\]\.targetContainerName: Not found: "x"/, ...both, {
      ...shell,
      name: 'x',
      targetContainerName: 'x',
    })
    await refused(/\[2\]\.ports: Forbidden: cannot be set/, ...both, {
      ...shell,
      name: 'x',
      ports: [{ containerPort: 1 }],
    })
  })
})
