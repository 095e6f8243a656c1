import type { Api } from '../cluster/api.ts'
import { cleanHold } from '../cluster/clean/hold.ts'
import type { Tell } from '../cluster/clean/tell.ts'
import type { Facts } from '../cluster/facts.ts'
import { Journal } from '../cluster/journal.ts'
import type { Hold } from '../cluster/ownership/hold.ts'
import { Problem, exit, sentenceOf, worst } from '../cluster/problem.ts'
import { quote } from '../cluster/quote.ts'
import type { Target } from '../cluster/target.ts'
import type { LessonName } from '../contents.ts'
import { contents, rowsOf } from '../contents.ts'
import type { CleanOutcome, Counts, Emit } from './events.ts'
import { Ledger } from './claims.ts'
import type { Play } from './lesson.ts'
import type { Made } from './manifests.ts'
import type { Pace } from './pace.ts'
import { Leaving } from './pace.ts'
import { rehearse } from './rehearsal.ts'
import { shellAt } from './shell.ts'
import { playOn } from './stage.ts'

/** What one lesson is performed with. */
export interface Performance {
  readonly lesson: LessonName
  readonly play: Play
  readonly target: Target
  readonly api: Api
  readonly facts: Facts
  readonly hold: Hold
  /** The folder with the lesson's own copy of its manifests, and what they make. */
  readonly folder: string
  readonly made: readonly Made[]
  /** What --image calls an image, by the reference that stands in a Pod. */
  readonly imageNames: ReadonlyMap<string, string>
  readonly pace: Pace
  readonly emit: Emit
  /** Fires when the run is interrupted; cleaning goes on under a budget of its own. */
  readonly signal: AbortSignal
  readonly timeout: number
  readonly keep: boolean
  readonly from: string | undefined
}

export interface Performed {
  readonly exitCode: number
  readonly counts: Counts
  readonly leaving: Leaving | undefined
  /** Why it was not played at all. */
  readonly refused?: Problem
}

/** Milliseconds that cleaning may take, however much of the lesson's own time is used up: as long as a wait may, within these bounds. */
const cleaningBudget = { least: 30_000, most: 120_000 }

/** Plays one lesson in the namespace that is held for it, and cleans up after it whatever happens. Returns the clean-up as a promise of its own, so that the next lesson need not wait for it. */
export async function perform(
  asked: Performance,
): Promise<{ readonly counts: Counts; readonly leaving: Leaving | undefined; readonly end: Promise<Performed> }> {
  const { lesson, play, target, api, facts, hold, folder, made, pace, emit, signal, timeout, keep, from } = asked
  const { title, minutes } = contents[lesson]
  const started = performance.now()
  const place = await target.place(hold.namespace)
  const claims = rowsOf(lesson).length
  const look = pace.attended ? `export KUBECONFIG=${quote(place.env['KUBECONFIG'] ?? '')}` : null
  emit({
    type: 'lesson',
    lesson,
    state: 'started',
    title,
    claims,
    minutes,
    namespace: hold.namespace,
    own: hold.own,
    keep,
    look,
  })

  const journal = new Journal(api, hold.namespace)
  const ledger = new Ledger(lesson, emit)
  journal.onClaim = ({ metadata }) => {
    if (made.some(({ name }) => name === metadata.name)) hold.note(metadata.uid ?? '')
  }
  let problem: Error | undefined
  let leaving: Leaving | undefined
  try {
    const [, script] = await Promise.all([journal.open(), rehearse(lesson, play)])
    const steps = script.filter(({ type }) => type === 'step').length
    problem = await playOn(
      {
        lesson,
        namespace: hold.namespace,
        own: hold.own,
        folder,
        write: shellAt(place, folder),
        env: place.env,
        api,
        journal,
        facts,
        pace,
        emit,
        signal,
        timeout,
        keep,
        from,
        made: new Set(made.map(({ name }) => name)),
        imageNames: asked.imageNames,
      },
      ledger,
      play,
      steps,
    )
  } catch (error) {
    if (error instanceof Leaving) leaving = error
    else problem = error instanceof Error ? error : new Error(String(error))
  }
  const { counts } = ledger
  const seconds = (performance.now() - started) / 1000
  const playedCode =
    leaving !== undefined
      ? exit.done
      : signal.aborted
        ? exit.done
        : problem instanceof Problem
          ? problem.exitCode
          : problem === undefined && counts.failed === 0
            ? exit.done
            : exit.failed

  const finish = async (): Promise<Performed> => {
    const keeping = leaving === undefined ? keep && !signal.aborted : !leaving.clean
    const cleaned = keeping ? null : await cleanAfter(asked, emit)
    hold.letGo()
    journal.close()
    const exitCode = worst([playedCode, cleaned !== null && cleaned.left.length > 0 ? exit.leftBehind : exit.done])
    emit({
      type: 'lesson',
      lesson,
      state: 'ended',
      title,
      claims,
      ...counts,
      seconds,
      problem: told(problem, signal),
      cleaned,
      exitCode,
    })
    if (problem !== undefined && !(problem instanceof Problem) && !signal.aborted) throw problem
    return { exitCode, counts, leaving }
  }
  return { counts, leaving, end: finish() }
}

const told = (problem: Error | undefined, signal: AbortSignal) =>
  problem === undefined
    ? null
    : signal.aborted
      ? 'interrupted'
      : problem instanceof Problem && problem.wayOut !== ''
        ? `${problem.message}\n${problem.wayOut}`
        : problem.message

async function cleanAfter({ lesson, api, hold, timeout }: Performance, emit: Emit): Promise<CleanOutcome> {
  const tell: Tell = (state, now) => emit({ type: 'clean', lesson, state, namespace: hold.namespace, now })
  try {
    const outcome = await cleanHold(api, hold, {
      tell,
      budget: Math.max(cleaningBudget.least, Math.min(cleaningBudget.most, timeout)),
    })
    tell(outcome.left.length === 0 ? 'done' : 'failed', outcome.left.join('; '))
    return outcome
  } catch (error) {
    const left = `${hold.namespace} could not be cleaned: ${sentenceOf(error)}`
    tell('failed', left)
    return { namespace: hold.namespace, own: hold.own, objects: null, volumes: null, left: [left] }
  }
}
