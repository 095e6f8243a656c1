import { readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import * as assert from 'uvu/assert'
import type { Event } from '../../scripts/stage/events.ts'
import { eventually, tests } from '../support/tests.ts'
import type { Cluster } from './support/cluster.ts'
import { cluster } from './support/cluster.ts'
import { cleaned, endedWith, playing } from './support/played.ts'
import type { Tour } from './support/tour.ts'
import { tour } from './support/tour.ts'

const lessons = ['secrets', 'sidecar', 'storage', 'statefulset']

/** The first event after this one of which something is true. Events are looked through from the first one each time. */
function after(first: Event, matches: (event: Event) => boolean): (event: Event) => boolean {
  let passed = false
  return (event) => {
    if (event.type === 'run') passed = false
    if (event === first) {
      passed = true
      return false
    }
    return passed && matches(event)
  }
}

/** Neither a proxy nor any other child, and no folder with a kubeconfig. */
async function nothingRuns({ pid, leftRunning }: Tour): Promise<void> {
  await eventually(async () => (await leftRunning()).length === 0, {
    limit: 20_000,
    every: 200,
    what: 'no process left',
  })
  const folders = async () => (await readdir(tmpdir())).filter((name) => name.startsWith(`kubectl-tour-${pid}-`))
  await eventually(async () => (await folders()).length === 0, { limit: 20_000, every: 200, what: 'no folder left' })
}

/** Cleans what is left, twice. */
async function cleanedTwice(here: Cluster): Promise<void> {
  endedWith(await cleaned([], here), 0)
  const again = await cleaned([], here)
  endedWith(again, 0)
  assert.match(again.stdout, 'Nothing to clean on ')
}

async function killed(lesson: Tour): Promise<void> {
  lesson.kill('SIGKILL')
  assert.is((await lesson.ended).signal, 'SIGKILL')
  await nothingRuns(lesson)
}

/** Kills a lesson in its nth step: in the middle of the first command of an odd one, of the first wait of an even one. */
async function killedInStep(here: Cluster, lesson: string, number: number): Promise<number> {
  const child = playing([lesson], here)
  const begun = await child.event(
    (event) => event.type === 'step' && event.state === 'started' && event.number === number,
  )
  const moment = number % 2 === 1 ? 'command' : 'wait'
  await child.event(after(begun, ({ type }) => type === moment || type === 'step'))
  await killed(child)
  return begun.type === 'step' ? begun.of : 0
}

tests(
  'kill -9',
  (test) => {
    test('before the first step', async () => {
      const here = await cluster()
      const before = await here.listing()
      const children = lessons.map((lesson) => playing([lesson], here))
      await Promise.all(
        children.map(async (child) => {
          await child.event(({ type }) => type === 'lesson')
          await killed(child)
        }),
      )
      await cleanedTwice(here)
      await here.unchanged(before)
    })

    const steps = new Map(lessons.map((lesson) => [lesson, 1]))
    for (const number of [1, 2, 3, 4, 5, 6, 7, 8])
      test(`in step ${number} of each lesson`, async () => {
        const here = await cluster()
        const before = await here.listing()
        const long = lessons.filter((lesson) => (steps.get(lesson) ?? 0) >= number)
        assert.ok(long.length > 0, `no lesson has ${number} steps: fewer kills are enough`)
        await Promise.all(long.map(async (lesson) => steps.set(lesson, await killedInStep(here, lesson, number))))
        await cleanedTwice(here)
        await here.unchanged(before)
        if (number === 8) assert.ok(Math.max(...steps.values()) === 8, 'a lesson has more steps: more kills are needed')
      })

    test('while volumes are being made, in namespaces of its own and in one of somebody else', async ({ defer }) => {
      const here = await cluster()
      const name = 'tour-test-killed'
      defer(() => here.kubectl('delete', 'namespace', name, '--ignore-not-found'))
      await here.must('create', 'namespace', name)
      const before = await here.listing()
      const waited: readonly (readonly [string, string])[] = [
        ['storage', 'pod/storage-test'],
        ['statefulset', 'pod/web-1'],
      ]
      await Promise.all(
        waited.flatMap(([lesson, pod]) =>
          [[], ['-n', name]].map(async (where) => {
            const child = playing([lesson, ...where], here)
            await child.event((event) => event.type === 'wait' && event.subject === pod)
            child.kill('SIGKILL')
            const namespace = where[1] ?? `tour-${lesson}`
            const phases = await here.must('get', 'pvc', '-n', namespace, '-o', 'jsonpath={.items[*].status.phase}')
            assert.match(phases, 'Pending', `${lesson}: all volumes were made already`)
            await killed(child)
          }),
        ),
      )
      await cleanedTwice(here)
      await here.unchanged(before, 60)
    })
  },
  { limit: 300_000 },
)

const signals = [
  ['SIGTERM', 143, 'secrets', 'pod/config-test'],
  ['SIGINT', 130, 'sidecar', 'pod/sidecar-demo'],
  ['SIGHUP', 129, 'storage', 'pod/storage-test'],
] as const

tests(
  'a signal',
  (test) => {
    test('ends the lesson, and it cleans', async () => {
      const here = await cluster()
      const before = await here.listing()
      await Promise.all(
        signals.map(async ([signal, code, lesson, pod]) => {
          // However short its waits may be, there is time to clean.
          const child = playing([lesson, '--timeout', '20s'], here)
          await child.event((event) => event.type === 'wait' && event.subject === pod)
          child.kill(signal)
          const result = await child.ended
          endedWith(result, code)
          assert.match(result.stderr, 'Stopping, and cleaning up first. Once more leaves at once.')
          const last = result.events.at(-1)
          assert.is(last?.type === 'end' && last.exitCode, code)
          await nothingRuns(child)
        }),
      )
      await here.unchanged(before)
    })

    test('that comes twice ends it at once, and says what to run', async () => {
      const here = await cluster()
      const before = await here.listing()
      const child = playing(['storage'], here)
      await child.event((event) => event.type === 'wait' && event.subject === 'pod/storage-test')
      child.kill('SIGINT')
      await child.says(/Stopping, and cleaning up first/)
      child.kill('SIGINT')
      const result = await child.ended
      endedWith(result, 130)
      assert.match(result.stderr, 'Something may be left behind: run kubectl tour clean.')
      assert.not.ok(result.events.some(({ type }) => type === 'end'))
      await nothingRuns(child)
      await cleanedTwice(here)
      await here.unchanged(before, 60)
    })
  },
  { limit: 180_000 },
)

tests(
  '| head',
  (test) => {
    for (const output of [[], ['-o', 'json']])
      test(`is heard, and it cleans ${output.join(' ')}`, async () => {
        const here = await cluster()
        const before = await here.listing()
        const child = tour(['secrets', '--auto', ...output], { kubeconfig: here.kubeconfig, lines: 4 })
        const result = await child.ended
        endedWith(result, 129)
        assert.not.match(result.stderr, /EPIPE|^ +at /m)
        await nothingRuns(child)
        await here.unchanged(before)
      })
  },
  { limit: 180_000 },
)
