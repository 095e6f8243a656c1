import type { V1Pod } from '@kubernetes/client-node'
import * as assert from 'uvu/assert'
import { durations, progress, type Scene } from '../../../scripts/cluster/diagnosis/index.ts'
import { tests } from '../../support/tests.ts'
import { but, event, onlyPod, scene, withDates } from './scenes.ts'

const told: Readonly<Record<string, string>> = {
  'claim-by-hand': 'Pending, waiting for its volume',
  cordoned: 'Pending, waiting for a node',
  'crash-loop': 'waiting to start again (CrashLoopBackOff)',
  'crash-second': 'Running, not Ready yet (a container has ended)',
  failed: 'Failed',
  'init-runs': 'running its init container prepare',
  'mount-missing': 'starting',
  'pull-not-found': 'waiting to pull nginx:nosuch again',
  'pull-not-found-backoff': 'waiting to pull nginx:nosuch again',
  'readiness-fails': 'Running, not Ready yet (readiness probe)',
  ready: 'Ready',
  'root-refused': 'waiting (CreateContainerConfigError)',
  'startup-fails': 'Running, not Ready yet (startup probe)',
  'storage-provisioning': 'Pending, waiting for its volume',
  succeeded: 'Succeeded',
  terminating: 'terminating',
}

const claimed = (message: string): Scene => {
  const given = scene('storage-provisioning')
  const pod = onlyPod(given)
  const conditions = [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message }]
  return { ...given, pods: [but(pod, { status: { phase: 'Pending', conditions } })] }
}

tests('progress of a Pod', (test) => {
  for (const [name, expected] of Object.entries(told))
    test(`${name}: ${expected}`, () => {
      assert.is(progress(onlyPod(scene(name)), scene(name)), expected)
      assert.is(progress(onlyPod(scene(name)), withDates(scene(name))), expected)
    })

  test('a Pod that no node takes waits for a node, although its volume is not there either', () => {
    const cordoned = claimed('0/1 nodes are available: 1 node(s) were unschedulable.')
    assert.is(progress(onlyPod(cordoned), cordoned), 'Pending, waiting for a node')
  })

  const creating = (...events: Scene['events']) => {
    const given = { ...scene('mount-missing'), events }
    return progress(onlyPod(given), given)
  }
  const uid = onlyPod(scene('mount-missing')).metadata?.uid ?? ''
  const main = { involvedObject: { kind: 'Pod', uid, fieldPath: 'spec.containers{main}' } }
  const pulling = (after: number) => event('Pulling', 'Pulling image "busybox:1.36"', uid, after, main)
  const pulled = (after: number) => event('Pulled', 'Successfully pulled image "busybox:1.36"', uid, after, main)
  const failed = (after: number) => event('Failed', 'Failed to pull image "busybox:1.36": no', uid, after, main)

  test('from Pulling to Pulled it pulls', () => {
    assert.is(creating(), 'starting')
    assert.is(creating(pulling(1)), 'pulling busybox:1.36')
    assert.is(creating(pulling(1), pulled(2)), 'starting')
  })
  test('it pulls again after a failure', () => {
    assert.is(creating(pulling(1), failed(2)), 'starting')
    assert.is(creating(failed(2), pulling(3)), 'pulling busybox:1.36')
  })
})

tests('durations of a Pod', (test) => {
  const isBetween = (low: number, high: number, value = Number.NaN) =>
    assert.ok(value >= low && value <= high, `${value}`)

  test('a recorded Pod with a new volume has all three', () => {
    const given = scene('storage-ready')
    const { volume, image, start } = durations(onlyPod(given), given)
    isBetween(1, 30, volume)
    isBetween(0.01, 5, image)
    isBetween(0.01, 5, start)
  })
  test('Dates tell the same to the millisecond', () => {
    const given = scene('storage-ready')
    assert.equal(durations(onlyPod(given), withDates(given)), durations(onlyPod(given), given))
  })
  test('a volume that was there before is not told', () => {
    const given = scene('storage-ready-again')
    assert.is(durations(onlyPod(given), given).volume, undefined)
  })
  test('an image that was there took no time', () => {
    assert.is(durations(onlyPod(scene('ready')), scene('ready')).image, 0)
  })
  test('what is not known is left out', () => {
    const given = { ...scene('storage-ready'), events: [] }
    assert.equal(durations(onlyPod(given), given), {})
  })

  const pod: V1Pod = { metadata: { uid: 'pod' }, spec: { containers: [{ name: 'one' }, { name: 'two' }] } }
  const of = (name: string) => ({ involvedObject: { kind: 'Pod', uid: 'pod', fieldPath: `spec.containers{${name}}` } })
  const pulls = (one: string, two: string): Scene => ({
    pods: [pod],
    claims: [],
    events: [
      event(
        'Pulled',
        `Successfully pulled image "a" in ${one} (9s including waiting). Image size: 5 bytes.`,
        'pod',
        1,
        of('one'),
      ),
      event('Started', 'Started container one', 'pod', 3, of('one')),
      event('Pulled', `Successfully pulled image "b" in ${two} (9s including waiting)`, 'pod', 4, of('two')),
      event('Started', 'Started container two', 'pod', 5, of('two')),
    ],
  })
  test('containers are summed', () => {
    assert.equal(durations(pod, pulls('102ms', '1m2.5s')), { image: 62.602, start: 3 })
    assert.equal(durations(pod, pulls('500µs', '1h0m1s')), { image: 3601.001, start: 3 })
  })
  test('one pull without a time makes the sum unknown', () => {
    assert.equal(durations(pod, pulls('soon', '1s')), { start: 3 })
  })
  test("the nanoseconds in an event's name make its second finer, where the two agree", () => {
    const at = (name: string, reason: string, after: number) =>
      but(event(reason, 'in 1s', 'pod', after, of('one')), { metadata: { name } })
    const named = (milliseconds: number) =>
      `demo.${(BigInt(Date.UTC(2026, 0, 1, 12) + milliseconds) * 1_000_000n).toString(16)}`
    const alone: V1Pod = but(pod, { spec: { containers: [{ name: 'one' }] } })
    const scenes = (started: string): Scene => ({
      pods: [],
      claims: [],
      events: [at(named(1250), 'Pulled', 1), at(started, 'Started', 1)],
    })
    assert.is(durations(alone, scenes(named(1650))).start, 0.4)
    assert.is(durations(alone, scenes(named(99_000))).start, undefined)
  })
})
