import * as assert from 'uvu/assert'
import { StartError } from '../../../sandbox/contracts.ts'
import { tests } from '../../support/tests.ts'
import { node } from './node.ts'

tests('a pod’s life', (test) => {
  test('it runs, tells of itself, and leaves with its object', async () => {
    const { run, status, condition, events, container, remove, clock, found, runtime, pod, seen } = await node()
    await run('web')
    assert.is(status('web'), 'Running: app=running+')
    for (const type of ['PodReadyToStartContainers', 'Initialized', 'Ready', 'ContainersReady', 'PodScheduled'])
      assert.is(condition('web', type)?.status, 'True', type)
    assert.match(
      events('web').join('\n'),
      /^1x Pulling: Pulling image "busybox:1.36"\n1x Pulled: Successfully pulled image "busybox:1.36" in \d+ms \(\d+ms including waiting\). Image size: \d+ bytes.\n1x Created: Created container: app\n1x Started: Started container app$/,
    )
    const { imageID, containerID, image } = container('web')
    assert.match(imageID, /^docker.io\/library\/busybox@sha256:[0-9a-f]{64}$/)
    assert.is(image, 'docker.io/library/busybox:1.36')
    assert.is(containerID, 'simulated://id0')
    assert.is(pod('web').status?.podIP, '10.244.0.2')

    remove('web')
    await clock.step(0)
    assert.is(found('web'), undefined)
    assert.equal(runtime.get('app').signals, ['SIGTERM'])
    assert.is(events('web').at(-1), '1x Killing: Stopping container app')
    assert.equal(seen.slice(-3), ['Succeeded leaving: app=Completed', 'Succeeded leaving: app=Completed', 'DELETED'])
    assert.is(runtime.pods.size, 0)
    assert.is(runtime.volumes.size, 0)
  })

  test('one that will have a successor of its name gives kubectl time to look twice', async () => {
    const { run, write, remove, clock, found } = await node()
    const labels = { app: 'web' }
    const template = { metadata: { labels }, spec: { containers: [{ name: 'app', image: 'busybox:1.36' }] } }
    const { metadata } = write('statefulsets.apps', 'web', {
      spec: { serviceName: 'web', replicas: 1, selector: { matchLabels: labels }, template },
    })
    const owner = { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'web', uid: metadata.uid, controller: true }
    for (const name of ['web-0', 'web-1']) {
      await run(name, {}, { name })
      write('pods', name, { metadata: { name, ownerReferences: [owner] } })
    }
    remove('web-0')
    remove('web-1')
    await clock.step(350)
    assert.ok(found('web-0'))
    assert.is(found('web-1'), undefined, 'nobody comes after web-1: the set wants one Pod')
    await clock.step(100)
    assert.is(found('web-0'), undefined)
  })

  test('who ignores SIGTERM is killed when its grace period is over, a shorter one on a second delete counts', async () => {
    const { run, runtime, remove, clock, found } = await node()
    runtime.onSignal = ({ spec }, signal) => {
      if (signal === 'SIGKILL') runtime.end(spec.name, 137)
    }
    await run('deaf')
    remove('deaf')
    await clock.step(20_000)
    assert.ok(found('deaf'))
    remove('deaf', 25)
    await clock.step(4_000)
    assert.ok(found('deaf'))
    await clock.step(1_500)
    assert.is(found('deaf'), undefined)
    assert.equal(runtime.get('app').signals, ['SIGTERM', 'SIGKILL'])
  })

  test('a forced deletion still ends the container, after two seconds at the latest', async () => {
    const { run, runtime, remove, clock, found } = await node()
    runtime.onSignal = () => {}
    await run('deaf')
    remove('deaf', 0)
    assert.is(found('deaf'), undefined)
    await clock.step(2_100)
    assert.equal(runtime.get('app').signals, ['SIGTERM', 'SIGKILL'])
  })

  test('without a restart it is over when its container is', async () => {
    const { run, runtime, clock, status, condition, seen, pod } = await node()
    await run('job', { restartPolicy: 'Never' })
    const ip = pod('job').status?.podIP
    runtime.end('app', 3, 'why\n')
    await clock.step(0)
    assert.is(status('job'), 'Failed: app=Error')
    assert.is(condition('job', 'Ready')?.reason, 'PodFailed')
    assert.is(condition('job', 'PodReadyToStartContainers')?.status, 'False')
    assert.is(pod('job').status?.containerStatuses?.[0]?.state?.terminated?.message, 'why\n')
    assert.is(pod('job').status?.podIP, ip)
    assert.equal(seen.slice(-2), ['Running: app=Error', 'Failed: app=Error'])
  })

  test('a container that keeps ending waits 10 s, then 20, then 40', async () => {
    const { run, runtime, clock, container, events, pod } = await node()
    await run('crash')
    const fail = async () => {
      runtime.end('app', 1)
      await clock.step(100)
    }
    await fail()
    assert.is(container('crash').restartCount, 1, 'the first time it is started again at once')
    for (const [seconds, restarts] of [
      [10, 1],
      [20, 2],
      [40, 3],
    ] as const) {
      await fail()
      const { state, lastState, restartCount } = container('crash')
      const uid = pod('crash').metadata.uid
      assert.is(state?.waiting?.reason, 'CrashLoopBackOff')
      assert.is(
        state?.waiting?.message,
        `back-off ${seconds}s restarting failed container=app pod=crash_default(${uid})`,
      )
      assert.is(lastState?.terminated?.exitCode, 1)
      assert.is(pod('crash').status?.phase, 'Running')
      assert.is(restartCount, restarts)
      await clock.step(seconds * 1000 - 300)
      assert.ok(container('crash').state?.waiting)
      await clock.step(400)
      assert.ok(container('crash').state?.running)
    }
    assert.is(pod('crash').status?.phase, 'Running')
    assert.match(
      events('crash').join('\n'),
      /3x BackOff: Back-off restarting failed container app in pod crash_default\(/,
    )
  })

  test('what the runtime refuses to start', async () => {
    const { run, runtime, container, events, pod, logs } = await node()
    runtime.refuse = () => {
      throw new StartError(127, 'exec: "nosuch": executable file not found in $PATH: unknown')
    }
    await run('bad', {}, { command: ['nosuch'] })
    const message =
      'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: "nosuch": executable file not found in $PATH: unknown'
    const { state, lastState } = container('bad')
    assert.equal(state?.waiting, { reason: 'RunContainerError', message })
    assert.is(lastState?.terminated?.reason, 'StartError')
    assert.is(lastState?.terminated?.exitCode, 128)
    assert.is(String(lastState?.terminated?.startedAt), '1970-01-01T00:00:00Z')
    assert.ok(events('bad').includes(`1x Failed: Error: ${message}`))
    assert.is(pod('bad').status?.phase, 'Running')
    assert.is(await logs('bad'), '')
  })

  test('init containers, one after the other; the pod waits for them', async () => {
    const { run, runtime, clock, status, condition } = await node()
    const init = (name: string) => ({ name, image: 'busybox:1.36', command: ['true'] })
    await run('web', { initContainers: [init('one'), init('two')] })
    assert.is(status('web'), 'Pending: one=running two=PodInitializing app=PodInitializing')
    assert.is(condition('web', 'Initialized')?.message, 'containers with incomplete status: [one two]')
    runtime.end('one')
    await clock.step(100)
    assert.is(status('web'), 'Pending: one=Completed+ two=running app=PodInitializing')
    runtime.end('two')
    await clock.step(100)
    assert.is(status('web'), 'Running: one=Completed+ two=Completed+ app=running+')
  })

  test('an init container that fails ends a pod that is not restarted', async () => {
    const { run, runtime, clock, status, condition } = await node()
    await run('web', { restartPolicy: 'Never', initContainers: [{ name: 'one', image: 'busybox:1.36' }] })
    runtime.end('one', 4)
    await clock.step(100)
    assert.is(status('web'), 'Failed: one=Error app=PodInitializing')
    assert.is(condition('web', 'Initialized')?.reason, 'ContainersNotInitialized')
  })

  test('a native sidecar starts first, is seen running before the main container starts, and ends after it', async () => {
    const { run, runtime, clock, status, seen, condition } = await node()
    await run('web', {
      restartPolicy: 'Never',
      initContainers: [{ name: 'helper', image: 'busybox:1.36', restartPolicy: 'Always' }],
    })
    assert.ok(seen.includes('Pending: helper=running+ app=PodInitializing'), seen.join('\n'))
    assert.is(status('web'), 'Running: helper=running+ app=running+')
    runtime.onSignal = () => {}
    runtime.end('app')
    await clock.step(1_000)
    assert.is(status('web'), 'Running: helper=running+ app=Completed')
    assert.equal(runtime.get('helper').signals, ['SIGTERM'])
    runtime.end('helper')
    await clock.step(0)
    assert.is(status('web'), 'Succeeded: helper=Completed app=Completed')
    assert.is(condition('web', 'Initialized')?.reason, 'PodCompleted')
  })

  test('sidecars are signalled when the main containers have ended, the last started first', async () => {
    const { run, runtime, clock, remove } = await node()
    const sidecar = (name: string) => ({ name, image: 'busybox:1.36', restartPolicy: 'Always' })
    await run('web', { initContainers: [sidecar('one'), sidecar('two')] })
    const signalled: string[] = []
    runtime.onSignal = ({ spec }) => void signalled.push(spec.name)
    remove('web')
    await clock.step(1_000)
    assert.equal(signalled, ['app'])
    runtime.end('app')
    await clock.step(1_000)
    assert.equal(signalled, ['app', 'two'])
    runtime.end('two')
    await clock.step(1_000)
    assert.equal(signalled, ['app', 'two', 'one'])
  })

  test('a deadline', async () => {
    const { run, clock, status, pod, events } = await node()
    await run('late', { activeDeadlineSeconds: 5 })
    await clock.step(4_000)
    assert.is(status('late'), 'Running: app=running+')
    await clock.step(1_000)
    assert.is(status('late'), 'Failed: app=Completed')
    assert.is(pod('late').status?.reason, 'DeadlineExceeded')
    assert.ok(
      events('late').includes('1x DeadlineExceeded: Pod was active on the node longer than the specified deadline'),
    )
  })

  test('after the node has been down, everything that should run does again', async () => {
    const { run, runtime, clock, status, container, pod, events } = await node()
    await run('web')
    await run('job', { restartPolicy: 'Never' })
    runtime.reboot()
    await clock.step(200)
    assert.is(status('web'), 'Running: app=running+')
    assert.is(container('web').restartCount, 1)
    assert.is(container('web').lastState?.terminated?.exitCode, 255)
    assert.is(container('web').lastState?.terminated?.reason, 'Unknown')
    assert.is(runtime.pods.get(pod('web').metadata.uid)?.name, 'web')
    assert.ok(runtime.volumes.size > 0)
    assert.ok(events('web').includes('1x SandboxChanged: Pod sandbox changed, it will be killed and re-created.'))
    assert.is(status('job'), 'Failed: app=Unknown')
  })

  test('init containers run again, too', async () => {
    const { run, runtime, clock, status } = await node()
    await run('web', { initContainers: [{ name: 'one', image: 'busybox:1.36' }] })
    runtime.end('one')
    await clock.step(100)
    assert.is(status('web'), 'Running: one=Completed+ app=running+')
    runtime.reboot()
    await clock.step(100)
    assert.match(status('web'), 'one=running')
    runtime.end('one')
    await clock.step(100)
    assert.is(status('web'), 'Running: one=Completed+ app=running+')
  })

  test('another image in place', async () => {
    const { run, runtime, clock, container, store, events } = await node()
    await run('web')
    store.write({ kind: 'pods', namespace: 'default', name: 'web' }, (old) => {
      const { spec } = old as unknown as { spec: { containers: object[] } }
      return { ...old, spec: { ...spec, containers: [{ ...spec.containers[0], image: 'busybox:1.35' }] } } as never
    })
    await clock.step(500)
    assert.is(runtime.get('app').spec.image, 'docker.io/library/busybox:1.35')
    assert.is(container('web').restartCount, 1)
    assert.ok(events('web').includes('1x Killing: Container app definition changed, will be restarted'))
  })
})
