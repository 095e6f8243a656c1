import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Claim as ClaimObject, Journal, Pod } from '../cluster/journal.ts'
import type { Facts } from '../cluster/facts.ts'
import type { Api } from '../cluster/api.ts'
import { Problem, exit } from '../cluster/problem.ts'
import type { Check } from './checks/check.ts'
import type { Checks } from './checks/index.ts'
import { checksFor } from './checks/index.ts'
import type { Ledger } from './claims.ts'
import { verifyDeletesNoOthers } from './guard.ts'
import { unfold } from './narration.ts'
import type { Play } from './lesson.ts'
import { isFrom } from './run.ts'
import type { Setting } from './setting.ts'
import type { Output, Written } from './shell.ts'
import { hopeless, waitFor } from './waits.ts'
import type { WaitOptions } from './waits.ts'

export type Template<T> = (pieces: TemplateStringsArray, ...words: readonly string[]) => T

/** zx's `$`: shows a command and runs it. `$({ mayFail: 'why' })` is for one that is allowed to. */
export interface Dollar {
  (pieces: TemplateStringsArray, ...words: readonly string[]): Promise<Output>
  (options: { readonly mayFail: string }): Template<Promise<Output>>
}

/** What a lesson is told with. */
export interface Stage {
  /** One part of the lesson, under a title. */
  readonly step: (title: string, body: () => Promise<void>) => Promise<void>
  /** The part that takes everything away, and the row that it proves; left out with --keep. */
  readonly cleanUp: (title: string, row: string, claim: string, body: () => Promise<void>) => Promise<void>
  readonly say: Template<Promise<void>>
  readonly $: Dollar
  /** Shows a manifest's name and `kubectl apply`s it; the learner may read the file at the next pause. */
  readonly apply: (file: string) => Promise<Output>
  readonly claim: (id: string, claim: string, check: Check) => Promise<void>
  /** A row that is seen and not to be proven. */
  readonly told: (id: string, claim: string, observed: string) => Promise<void>
  /** A row that this cluster, or these rights, make impossible; with why. */
  readonly notHere: (id: string, claim: string, why: string) => Promise<void>
  readonly until: (check: Check, options?: WaitOptions) => Promise<void>
  readonly pause: () => Promise<void>
  /** A Pod as the cluster has it now. */
  readonly pod: (name: string) => Pod
  /** The one Pod with this label that is not on its way out. */
  readonly podLabelled: (key: string, value: string) => Pod
  readonly volumeClaim: (name: string) => ClaimObject
  readonly checks: Checks
  readonly journal: Journal
  readonly api: Api
  readonly facts: Facts
  readonly namespace: string
  /** Somebody is there, and is shown what takes its time. */
  readonly attended: boolean
}

/**
 * Plays a lesson from its first step to its last, or to the step that fails; then its Problem is returned, and the rows that were not reached
 * are entered as such. Throws what is no matter of the lesson: an interruption, or the learner leaving.
 */
export async function playOn(
  setting: Setting,
  ledger: Ledger,
  play: Play,
  steps: number,
): Promise<Problem | undefined> {
  try {
    await play(stageFor(setting, ledger, steps))
  } catch (error) {
    setting.signal.throwIfAborted()
    if (!(error instanceof Problem)) throw error
    ledger.close(error.message)
    return error
  }
  ledger.close('the lesson ended without it')
  return undefined
}

function stageFor(setting: Setting, ledger: Ledger, of: number): Stage {
  const { lesson, emit, signal, journal, api, facts, namespace, pace, folder } = setting
  let number = 0
  let hasty = setting.from !== undefined
  let skipping = false

  const run = async (written: Written, mayFail: string | null): Promise<Output> => {
    signal.throwIfAborted()
    const { command } = written
    emit({ type: 'command', lesson, state: 'started', command })
    await verifyDeletesNoOthers(setting, command)
    const limit = AbortSignal.timeout(setting.timeout)
    const over = new AbortController()
    const running = AbortSignal.any([signal, limit, over.signal])
    const trouble = waitsByItself(command) ? hopeless(setting, running) : undefined
    trouble?.catch(() => {})
    const output = await Promise.race([
      written.run(running),
      ...(trouble === undefined ? [] : [trouble.then(giveUp(command))]),
    ]).finally(() => over.abort())
    signal.throwIfAborted()
    const { stdout, stderr, exitCode, seconds } = output
    emit({ type: 'command', lesson, state: 'ended', command, stdout, stderr, exitCode, seconds, mayFail })
    if (limit.aborted)
      throw new Problem(
        exit.failed,
        `${command} did not end within ${Math.round(setting.timeout / 1000)} s.`,
        'look at the cluster, or give it longer with --timeout',
      )
    if (exitCode !== 0 && mayFail === null)
      throw new Problem(
        exit.failed,
        `${command} failed with exit code ${exitCode}.`,
        stderr.trim().split('\n').at(-1) ?? '',
      )
    // Its own limit: the one above is over, and with it the signal that this command ran under.
    return { ...output, again: () => written.run(AbortSignal.any([signal, AbortSignal.timeout(setting.timeout)])) }
  }

  const $ = ((first: TemplateStringsArray | { readonly mayFail: string }, ...words: readonly string[]) =>
    'mayFail' in first
      ? (pieces: TemplateStringsArray, ...more: readonly string[]) => run(setting.write(pieces, ...more), first.mayFail)
      : run(setting.write(first, ...words), null)) as Dollar

  const step: Stage['step'] = async (title, body) => {
    number += 1
    if (setting.from !== undefined && isFrom(setting.from, number, title)) hasty = false
    skipping = false
    emit({ type: 'step', lesson, state: 'started', number, of, title })
    try {
      await body()
    } catch (error) {
      if (error instanceof Problem)
        emit({ type: 'step', lesson, state: 'failed', number, of, title, problem: error.message })
      throw error
    }
    emit({ type: 'step', lesson, state: 'done', number, of, title })
  }

  return {
    step,
    cleanUp: async (title, row, claim, body) => {
      if (setting.keep)
        return ledger.enter(row, 'notHere', claim, 'nothing is left', '--keep leaves everything where it is')
      await step(title, body)
    },
    say: async (pieces, ...words) => {
      emit({ type: 'say', lesson, text: unfold(pieces, words) })
    },
    $,
    apply: async (file) => {
      emit({ type: 'manifest', lesson, file, text: await readFile(join(folder, file), 'utf8') })
      return $`kubectl apply -f ${file}`
    },
    claim: async (id, claim, check) => {
      const now = 'not so yet, looking again'
      const tell = () =>
        emit({ type: 'wait', lesson, state: 'progress', subject: '', what: check.what, now, seconds: 2 })
      const slow = setTimeout(tell, 2000)
      await ledger.prove(id, claim, check, signal).finally(() => clearTimeout(slow))
    },
    told: async (id, claim, observed) => ledger.enter(id, 'told', claim, '', observed),
    notHere: async (id, claim, why) => ledger.enter(id, 'notHere', claim, '', why),
    until: async (check, options) => {
      await waitFor(setting, check, { ...options, atOnce: hasty || skipping })
    },
    pause: async () => {
      if (hasty || skipping || !pace.attended) return
      emit({ type: 'pause', lesson })
      skipping = (await pace.pause(lesson, signal)) === 'skip'
    },
    pod: (name) => present(journal.pod(name), `Pod ${name}`),
    podLabelled: (key, value) =>
      present(
        journal.pods.find(
          ({ metadata }) => metadata.labels?.[key] === value && metadata.deletionTimestamp === undefined,
        ),
        `Pod labelled ${key}=${value}`,
      ),
    volumeClaim: (name) => present(journal.claim(name), `PersistentVolumeClaim ${name}`),
    checks: checksFor(setting),
    journal,
    api,
    facts,
    namespace,
    attended: pace.attended,
  }
}

const waitsByItself = (command: string) => /^kubectl (wait|rollout status) /.test(command)

const giveUp =
  (command: string) =>
  (finding: { readonly cause: string; readonly remedy: string }): never => {
    throw new Problem(exit.failed, `${command} waits in vain: ${finding.cause}.`, finding.remedy)
  }

function present<T>(object: T | undefined, what: string): T {
  if (object === undefined)
    throw new Problem(exit.failed, `There is no ${what} in the lesson's namespace.`, 'look at kubectl get all')
  return object
}
