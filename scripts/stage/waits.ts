import { diagnose, durations, progress } from '../cluster/diagnosis/index.ts'
import type { Finding } from '../cluster/diagnosis/index.ts'
import { Problem, exit } from '../cluster/problem.ts'
import type { Check, Verdict } from './checks/check.ts'
import type { Wish } from './pace.ts'
import type { Setting } from './setting.ts'
import { isNamedAfter, isOurs } from './setting.ts'

/** Milliseconds that a doubtful cause may stand unchanged. Registries and quotas have recovered in less (17 s and 8 s, seen). */
const patience = 60_000

/** How often a check is looked at that has no way of its own to wait and no watch event to tell it. */
const atLeastEvery = 1000

export interface WaitOptions {
  /** Offered to a person as a key, and done at once where nobody is there. */
  readonly hurry?: () => Promise<void>
  /** Hurry without being asked: nobody is there, or they are skipping. */
  readonly atOnce?: boolean
  /** Restarts that the lesson itself caused, by "pod/container". */
  readonly causedExits?: ReadonlyMap<string, number>
}

/**
 * Waits until a check holds, and says what is happening meanwhile. Ends early with a Problem on a final cause, on a doubtful one that stays,
 * at the deadline, or when somebody stops it.
 */
export async function waitFor(setting: Setting, check: Check, options: WaitOptions = {}): Promise<Verdict> {
  const { emit, lesson, pace, timeout } = setting
  const started = performance.now()
  const seconds = () => (performance.now() - started) / 1000
  const atOnce = options.atOnce === true || !pace.attended
  const wishes = new Set<Wish>(options.hurry === undefined || atOnce ? [] : ['hurry'])
  const tell = (state: 'started' | 'progress' | 'doubtful' | 'done' | 'failed', now: string, remedy?: string) =>
    emit({
      type: 'wait',
      lesson,
      state,
      subject: check.subject ?? '',
      what: check.what,
      now,
      seconds: seconds(),
      ...(remedy === undefined ? {} : { remedy }),
      ...(pace.attended && wishes.size > 0 ? { offers: [...wishes] } : {}),
    })
  const fail = (now: string, remedy: string) => {
    tell('failed', now, remedy)
    return new Problem(exit.failed, `${check.what}: ${now}`, remedy)
  }

  let wished: Wish | undefined
  let wake = new AbortController()
  const stopListening = pace.during(wishes, (wish) => {
    wished = wish
    wake.abort()
  })
  const doubts = new Doubts()
  let told = ''
  tell('started', '')
  try {
    if (atOnce) await options.hurry?.()
    for (;;) {
      setting.signal.throwIfAborted()
      const seen = await check.look()
      if (seen.holds) {
        tell('done', check.timed === true ? readiness(setting, check.subject ?? '') : '')
        return seen
      }
      const findings = found(setting, options)
      const final = findings.find(({ severity }) => severity === 'final')
      if (final !== undefined) throw fail(final.cause, final.remedy)
      const doubt = findings.find(({ severity }) => severity === 'doubtful')
      const since = doubts.note(doubt)
      if (doubt !== undefined && doubt.cause !== told) {
        told = doubt.cause
        wishes.add('stop')
        tell('doubtful', doubt.cause, doubt.remedy)
      }
      if (doubt?.patience === 'brief' && since > patience) throw fail(doubt.cause, doubt.remedy)
      if (wished === 'stop')
        throw fail(`stopped by you after ${Math.round(seconds())} s`, doubt?.remedy ?? 'look at kubectl get events')
      if (wished === 'hurry') {
        wished = undefined
        wake = new AbortController()
        wishes.delete('hurry')
        await options.hurry?.()
      }
      const left = timeout - seconds() * 1000
      if (left <= 0) {
        throw fail(
          doubt?.cause ?? `not so after ${Math.round(timeout / 1000)} s: ${seen.observed}`,
          doubt?.remedy ?? seen.lookAt ?? 'look at kubectl get events',
        )
      }
      const now = doubt === undefined ? nowOf(setting, check.subject ?? '') : ''
      if (now !== '' && now !== told) {
        told = now
        tell('progress', now)
      }
      await nextLook(setting, check, Math.min(left, atLeastEvery), wake.signal)
    }
  } finally {
    stopListening()
  }
}

/** Resolves when another look is worthwhile. */
async function nextLook(setting: Setting, check: Check, limit: number, wake: AbortSignal): Promise<void> {
  const stop = new AbortController()
  const signal = AbortSignal.any([stop.signal, wake, setting.signal])
  if (check.settle === undefined) {
    await setting.journal.next(limit, signal)
    return
  }
  // The journal goes on being looked at beside it: a Pod that dies must end the wait for its log.
  await Promise.race([check.settle(signal).catch(() => {}), setting.journal.next(limit, signal)])
  stop.abort()
}

/** Milliseconds without a doubt after which it is over: a container that crashes again and again runs in between. */
const gap = 15_000

/** How long the most serious doubt has stood unchanged, in milliseconds. */
class Doubts {
  #cause = ''
  #since = 0
  #last = 0

  note(doubt: Finding | undefined): number {
    const now = performance.now()
    if (doubt === undefined) {
      if (now - this.#last > gap) this.#cause = ''
      return 0
    }
    const cause = `${doubt.subject} ${doubt.cause}`
    if (cause !== this.#cause) {
      this.#cause = cause
      this.#since = now
    }
    this.#last = now
    return now - this.#since
  }
}

const sceneOf = (setting: Setting) => ({
  pods: setting.journal.pods.filter((pod) => isOurs(setting, pod)),
  claims: setting.journal.claims.filter((claim) => isOurs(setting, claim)),
  events: setting.journal.events.filter(
    ({ involvedObject }) => setting.own || isNamedAfter(setting.made, involvedObject.name ?? ''),
  ),
})

const found = (setting: Setting, { causedExits }: WaitOptions) =>
  diagnose(sceneOf(setting), { imageNames: setting.imageNames, ...(causedExits === undefined ? {} : { causedExits }) })

const podOf = ({ journal }: Setting, subject: string) =>
  subject.startsWith('pod/') ? journal.pod(subject.slice(4)) : undefined

function nowOf(setting: Setting, subject: string): string {
  const pod = podOf(setting, subject)
  return pod === undefined ? '' : progress(pod, sceneOf(setting))
}

/** "volume 4.3 s, image 0.1 s, start 0.4 s", where it is a Pod that was waited for. */
function readiness(setting: Setting, subject: string): string {
  const pod = podOf(setting, subject)
  if (pod === undefined) return ''
  return Object.entries(durations(pod, sceneOf(setting)))
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name} ${value.toFixed(1)} s`)
    .join(', ')
}

/**
 * Resolves with what makes waiting hopeless, for a command of the lesson that waits by itself (kubectl wait, kubectl rollout status) and knows
 * of no reason but its own time-out. Never resolves while there is hope.
 */
export async function hopeless(setting: Setting, signal: AbortSignal): Promise<Finding> {
  const doubts = new Doubts()
  for (;;) {
    await setting.journal.next(atLeastEvery, signal)
    signal.throwIfAborted()
    const findings = found(setting, {})
    const final = findings.find(({ severity }) => severity === 'final')
    if (final !== undefined) return final
    const doubt = findings.find(({ severity }) => severity === 'doubtful')
    if (doubts.note(doubt) > patience && doubt?.patience === 'brief') return doubt
  }
}
