import type { Hold } from '../cluster/ownership/hold.ts'
import { namespaceOf } from '../cluster/ownership/hold.ts'
import type { Identity } from '../cluster/ownership/identity.ts'
import { holdOwnNamespace } from '../cluster/ownership/own-namespace.ts'
import { holdByRecord } from '../cluster/ownership/record.ts'
import { Problem } from '../cluster/problem.ts'
import type { Target } from '../cluster/target.ts'
import type { LessonName } from '../contents.ts'
import { contents, rowsOf } from '../contents.ts'
import type { Made } from './manifests.ts'
import { copyManifests, objectsOf } from './manifests.ts'
import type { Performed } from './performance.ts'
import { perform } from './performance.ts'
import type { Rewriting } from './rewrite.ts'
import type { Run } from './run.ts'
import { rewriteManifests } from './rewrite.ts'
import { load } from './load.ts'

/** Several lessons on one target. */
export interface Programme {
  readonly run: Run
  readonly lessons: readonly LessonName[]
  readonly target: Target
  readonly identity: Identity
  readonly parallel: boolean
  readonly rewriting: Rewriting
  /** Throws a Problem where the lesson cannot play here. Nothing is written before all have been asked. */
  readonly verify: (lesson: LessonName, made: readonly Made[], namespace: string, folder: string) => Promise<void>
}

interface Prepared {
  readonly lesson: LessonName
  readonly folder: string
  readonly made: readonly Made[]
  readonly namespace: string
  readonly problem: Problem | undefined
}

/** Plays the lessons; one that is refused or fails does not keep the others from playing. */
export async function playProgramme(programme: Programme): Promise<readonly Performed[]> {
  const prepared = await Promise.all(programme.lessons.map((lesson) => prepare(programme, lesson)))
  if (programme.parallel) return Promise.all(prepared.map(async (each) => (await playOne(programme, each)).end))
  const ends: Promise<Performed>[] = []
  for (const each of prepared) {
    const played = await playOne(programme, each)
    // A failure is looked at when all have played; until then it must not count as unhandled.
    played.end.catch(() => {})
    ends.push(played.end)
    // With somebody there, one lesson is over before the next begins; else the next need not wait for the cleaning.
    if (programme.run.pace.attended) await played.end
    if (played.left || programme.run.signal.aborted) break
  }
  return Promise.all(ends)
}

async function prepare({ target, rewriting, verify }: Programme, lesson: LessonName): Promise<Prepared> {
  const folder = await copyManifests(lesson, target.folder)
  await rewriteManifests(folder, rewriting)
  const made = await objectsOf(folder)
  const namespace = target.namespace ?? namespaceOf(lesson)
  const problem = await problemOf(verify(lesson, made, namespace, folder))
  return { lesson, folder, made, namespace, problem }
}

interface Playing {
  readonly end: Promise<Performed>
  /** The learner left, and with them the programme. */
  readonly left: boolean
}

async function playOne(programme: Programme, { lesson, folder, made, namespace, problem }: Prepared): Promise<Playing> {
  if (problem !== undefined) return { end: Promise.resolve(notPlayed(programme, lesson, problem)), left: false }
  const { run, target, identity } = programme
  const { api, emit, signal } = run
  const tell = (state: 'started' | 'progress' | 'done' | 'failed', now: string) =>
    emit({ type: 'clean', lesson, state, namespace, now })
  const play = await load(lesson)
  for (;;) {
    let hold: Hold
    try {
      signal.throwIfAborted()
      hold =
        target.namespace === undefined
          ? await holdOwnNamespace(api, lesson, identity, tell)
          : await holdByRecord(api, lesson, namespace, identity, made, tell)
    } catch (error) {
      if (signal.aborted) return { end: Promise.resolve({ exitCode: 0, counts: none, leaving: undefined }), left: true }
      if (!(error instanceof Problem)) throw error
      return { end: Promise.resolve(notPlayed(programme, lesson, error)), left: false }
    }
    const performed = await perform({ run, lesson, play, target, hold, folder, made })
    if (performed.leaving?.wish !== 'restart') return { end: performed.end, left: performed.leaving !== undefined }
    await performed.end
  }
}

const none = { proven: 0, failed: 0, told: 0, notHere: 0 } as const

function notPlayed({ run: { emit } }: Programme, lesson: LessonName, problem: Problem): Performed {
  const { title } = contents[lesson]
  emit({
    type: 'lesson',
    lesson,
    state: 'ended',
    title,
    claims: rowsOf(lesson).length,
    ...none,
    seconds: 0,
    problem: [problem.message, problem.wayOut].filter((each) => each !== '').join('\n'),
    cleaned: null,
    exitCode: problem.exitCode,
  })
  return { exitCode: problem.exitCode, counts: none, leaving: undefined, refused: problem }
}

async function problemOf(work: Promise<void>): Promise<Problem | undefined> {
  try {
    await work
    return undefined
  } catch (error) {
    if (error instanceof Problem) return error
    throw error
  }
}
