import { setTimeout as sleep } from 'node:timers/promises'
import * as assert from 'uvu/assert'
import type { Scene } from '../../scripts/cluster/diagnosis/index.ts'
import { Problem } from '../../scripts/cluster/problem.ts'
import type { Check } from '../../scripts/stage/checks/check.ts'
import { verdict } from '../../scripts/stage/checks/check.ts'
import type { Wait } from '../../scripts/stage/events.ts'
import type { Wish } from '../../scripts/stage/pace.ts'
import type { Setting } from '../../scripts/stage/setting.ts'
import type { WaitOptions } from '../../scripts/stage/waits.ts'
import { hopeless, waitFor } from '../../scripts/stage/waits.ts'
import { scene } from '../cluster/diagnosis/scenes.ts'
import { rejects, tests } from '../support/tests.ts'

const calm: Scene = { pods: [], claims: [], events: [] }

/** A wait on a cluster that stands as it was recorded, and that a test may change; nothing of it is asked. */
function waiting({
  at = calm,
  attended = false,
  timeout = 60_000,
}: { at?: Scene; attended?: boolean; timeout?: number } = {}) {
  const told: Wait[] = []
  const stop = new AbortController()
  const now = { scene: at }
  let listener: ((wish: Wish) => void) | undefined
  let offered: ReadonlySet<Wish> = new Set()
  const wake = new Set<() => void>()
  const setting = {
    lesson: 'sidecar',
    namespace: 'tour-sidecar',
    own: true,
    made: new Set<string>(),
    imageNames: new Map<string, string>(),
    timeout,
    signal: stop.signal,
    emit: (event: Wait) => void told.push(event),
    pace: {
      attended,
      during: (offers: ReadonlySet<Wish>, wished: (wish: Wish) => void) => {
        offered = offers
        listener = wished
        return () => (listener = undefined)
      },
    },
    journal: {
      get pods() {
        return now.scene.pods
      },
      get claims() {
        return now.scene.claims
      },
      get events() {
        return now.scene.events
      },
      pod: (name: string) => now.scene.pods.find(({ metadata }) => metadata?.name === name),
      next: (limit: number, signal?: AbortSignal) =>
        new Promise<void>((done) => {
          const finish = () => {
            clearTimeout(timer)
            wake.delete(finish)
            done()
          }
          const timer = setTimeout(finish, Math.min(limit, 20))
          wake.add(finish)
          signal?.addEventListener('abort', finish, { once: true })
        }),
    },
  } as unknown as Setting
  return {
    setting,
    told,
    stop,
    now,
    /** As if the key was pressed: only what is offered is heard. */
    wish: (wish: Wish) => offered.has(wish) && listener?.(wish),
    isListening: () => listener !== undefined,
    wait: (of: Check, options?: WaitOptions) => waitFor(setting, of, options),
    states: () => told.map(({ state }) => state),
  }
}

/** A check of a Pod that holds from this look on. */
function check(holdsAt = Infinity): Check & { readonly looks: () => number } {
  let looks = 0
  return {
    what: 'demo is Ready',
    subject: 'pod/demo',
    looks: () => looks,
    look: () => verdict((looks += 1) >= holdsAt, 'Ready', 'Pending', 'kubectl describe pod demo'),
  }
}

tests('a wait', (test) => {
  test('for what holds already looks once', async () => {
    const { wait, states, isListening } = waiting()
    const ready = check(1)
    assert.is((await wait(ready)).holds, true)
    assert.is(ready.looks(), 1)
    assert.equal(states(), ['started', 'done'])
    assert.not(isListening())
  })

  test('looks again until it holds', async () => {
    const { wait, states } = waiting()
    const ready = check(4)
    await wait(ready)
    assert.is(ready.looks(), 4)
    assert.equal(states(), ['started', 'done'])
  })

  for (const name of [
    'pull-not-found',
    'invalid-image-name',
    'image-never-pull',
    'root-refused',
    'failed',
    'claim-no-default-class',
  ])
    test(`ends at once on what is final: ${name}`, async () => {
      const { wait, told } = waiting({ at: scene(name) })
      const started = performance.now()
      const error = await rejects(wait(check()))
      assert.ok(error instanceof Problem && error.wayOut !== '')
      assert.is(error instanceof Problem && error.exitCode, 1)
      assert.ok(performance.now() - started < 1000)
      const last = told.at(-1)
      assert.is(last?.state, 'failed')
      assert.is(error.message, `demo is Ready: ${last?.now}`)
      assert.is(error instanceof Problem && error.wayOut, last?.remedy)
    })

  test('that holds is done, whatever stands in the way', async () => {
    const { wait, states } = waiting({ at: scene('pull-not-found') })
    await wait(check(1))
    assert.equal(states(), ['started', 'done'])
  })

  test('tells a doubt once, and goes on', async () => {
    const { wait, told, states } = waiting({ at: scene('pull-closed') })
    await wait(check(6))
    assert.equal(states(), ['started', 'doubtful', 'done'])
    assert.match(told[1]?.now ?? '', 'cannot connect to the registry closed.example:5999')
    assert.not.equal(told[1]?.remedy ?? '', '')
  })

  test('ends on a doubt that stays for a minute', async ({ defer }) => {
    const clock = performance.now.bind(performance)
    let ahead = 0
    performance.now = () => clock() + ahead
    defer(() => (performance.now = clock))
    const { wait, states } = waiting({ at: scene('pull-closed'), timeout: 300_000 })
    const over = rejects(wait(check()), 'cannot connect to the registry')
    await sleep(60)
    ahead = 59_000
    await sleep(60)
    assert.equal(states(), ['started', 'doubtful'])
    ahead = 61_000
    await over
    assert.equal(states(), ['started', 'doubtful', 'failed'])
  })

  test('does not end on one that may take until the deadline, and names it there', async ({ defer }) => {
    const clock = performance.now.bind(performance)
    let ahead = 0
    performance.now = () => clock() + ahead
    defer(() => (performance.now = clock))
    const { wait, states } = waiting({ at: scene('cordoned'), timeout: 300_000 })
    const over = rejects(wait(check()), 'demo is Ready: the node is cordoned')
    await sleep(60)
    ahead = 120_000
    await sleep(60)
    assert.equal(states(), ['started', 'doubtful'])
    ahead = 301_000
    await over
  })

  test('ends at its deadline with what was seen, and where to look', async () => {
    const { wait, states } = waiting({ timeout: 150 })
    const error = await rejects(wait(check()), 'demo is Ready: not so after 0 s: Pending')
    assert.is(error instanceof Problem && error.wayOut, 'kubectl describe pod demo')
    assert.equal(states(), ['started', 'failed'])
  })

  test('ends when the run is interrupted, and says nothing', async () => {
    const { wait, stop, states, isListening } = waiting()
    setTimeout(() => stop.abort(new Error('interrupted')), 50)
    await rejects(wait(check()), 'interrupted')
    assert.equal(states(), ['started'])
    assert.not(isListening())
  })

  test('looks whenever its check has settled, and ends its settling with it', async () => {
    const { wait } = waiting()
    const signals: AbortSignal[] = []
    const ready = check(3)
    await wait({
      ...ready,
      settle: (signal) => {
        signals.push(signal)
        return signals.length === 1 ? Promise.reject(new Error('the stream broke')) : sleep(5)
      },
    })
    assert.is(signals.length, 2)
    assert.ok(signals.every(({ aborted }) => aborted))
  })
})

tests('somebody at a wait', (test) => {
  const hurrying = () => {
    let hurried = 0
    return { times: () => hurried, hurry: () => Promise.resolve(void (hurried += 1)) }
  }

  test('is offered to hurry, once', async () => {
    const { wait, wish, told } = waiting({ attended: true })
    const { hurry, times } = hurrying()
    setTimeout(() => wish('hurry'), 60)
    setTimeout(() => wish('hurry'), 120)
    await wait(check(12), { hurry })
    assert.is(times(), 1)
    assert.equal(told[0]?.offers, ['hurry'])
    assert.is(told.at(-1)?.offers, undefined)
  })

  test('may let it take its time', async () => {
    const { hurry, times } = hurrying()
    await waiting({ attended: true }).wait(check(4), { hurry })
    assert.is(times(), 0)
  })

  test('who skips has it hurried at once; so has nobody', async () => {
    for (const [attended, atOnce] of [
      [true, true],
      [false, false],
    ] as const) {
      const { wait, told } = waiting({ attended })
      const { hurry, times } = hurrying()
      await wait(check(3), { hurry, atOnce })
      assert.is(times(), 1)
      assert.ok(told.every(({ offers }) => offers === undefined))
    }
  })

  test('is offered to stop when something stands in the way', async () => {
    const { wait, wish, told, now } = waiting({ attended: true })
    const over = rejects(wait(check()), /^demo is Ready: stopped by you after 0 s$/)
    await sleep(50)
    wish('stop')
    await sleep(50)
    assert.equal(
      told.map(({ state }) => state),
      ['started'],
    )
    now.scene = scene('pull-closed')
    await sleep(80)
    assert.equal(told.at(-1)?.offers, ['stop'])
    wish('stop')
    const error = await over
    assert.is(error instanceof Problem && error.wayOut, told.find(({ state }) => state === 'doubtful')?.remedy)
  })
})

tests('a command that waits by itself', (test) => {
  test('is given up for what is final', async () => {
    const { setting, now } = waiting()
    setTimeout(() => (now.scene = scene('pull-not-found')), 60)
    const { cause } = await hopeless(setting, new AbortController().signal)
    assert.match(cause, 'the registry has no image')
  })

  test('and not while there is hope', async () => {
    const { setting } = waiting({ at: scene('pull-closed') })
    const over = new AbortController()
    const trouble = hopeless(setting, over.signal)
    const first = await Promise.race([trouble, sleep(200).then(() => 'hope')])
    assert.is(first, 'hope')
    over.abort(new Error('it ended'))
    await rejects(trouble, 'it ended')
  })
})
