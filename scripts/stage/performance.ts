import { cleanHold } from '../cluster/clean/hold.ts'
import type { Tell } from '../cluster/clean/cleaning.ts'
import { Journal } from '../cluster/journal.ts'
import type { Hold } from '../cluster/ownership/hold.ts'
import { Problem, exit, sentenceOf, worst } from '../cluster/problem.ts'
import { quote } from '../cluster/quote.ts'
import type { Target } from '../cluster/target.ts'
import type { LessonName } from '../contents.ts'
import { contents, rowsOf } from '../contents.ts'
import type { Counts } from './events.ts'
import type { CleanOutcome } from '../cluster/clean/cleaning.ts'
import { Ledger } from './claims.ts'
import type { Play } from './lesson.ts'
import type { Made } from './manifests.ts'
import { Leaving } from './pace.ts'
import { rehearse } from './rehearsal.ts'
import type { Run } from './run.ts'
import { shellAt } from './shell.ts'
import { playOn } from './stage.ts'

/** What one lesson is performed with. */
export interface Performance {
  readonly run: Run
  readonly lesson: LessonName
  readonly play: Play
  readonly target: Target
  readonly hold: Hold
  /** The folder with the lesson's own copy of its manifests, and what they make. */
  readonly folder: string
  readonly made: readonly Made[]
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
  const { run, lesson, play, target, hold, folder, made } = asked
  const { api, pace, emit, signal, keep } = run
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
        ...run,
        lesson,
        namespace: hold.namespace,
        own: hold.own,
        folder,
        write: shellAt(place, folder),
        env: place.env,
        journal,
        made: new Set(made.map(({ name }) => name)),
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
    const cleaned = keeping ? null : await cleanAfter(asked)
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

async function cleanAfter({ run: { api, timeout, emit }, lesson, hold }: Performance): Promise<CleanOutcome> {
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
