import type { CleanOutcome } from '../cluster/clean/cleaning.ts'
import type { TargetShown } from '../cluster/target.ts'
import type { LessonName } from '../contents.ts'

/** What became of one row of the lesson. `told`: seen, and not to be proven; `notHere`: this cluster or these rights do not allow it. */
export type Result = 'proven' | 'failed' | 'told' | 'notHere'

export type Counts = Readonly<Record<Result, number>>

interface Of<Type extends string> {
  readonly type: Type
}

interface InLesson<Type extends string> extends Of<Type> {
  readonly lesson: LessonName
}

export interface RunStarted extends Of<'run'> {
  readonly version: string
  readonly lessons: readonly LessonName[]
  readonly target: TargetShown | null
}

export interface LessonStarted extends InLesson<'lesson'> {
  readonly state: 'started'
  readonly title: string
  readonly claims: number
  readonly minutes: number
  readonly namespace: string
  /** The namespace is the tour's own, made for this run and removed with it. */
  readonly own: boolean
  readonly keep: boolean
  /** The line that points a second terminal at the lesson. */
  readonly look: string | null
}

export interface LessonEnded extends InLesson<'lesson'>, Counts {
  readonly state: 'ended'
  readonly title: string
  readonly claims: number
  readonly seconds: number
  /** One sentence when the lesson could not be played to its end, with its way out below it. */
  readonly problem: string | null
  readonly cleaned: CleanOutcome | null
  readonly exitCode: number
}

export interface Step extends InLesson<'step'> {
  readonly state: 'started' | 'done' | 'failed'
  readonly number: number
  readonly of: number
  readonly title: string
  readonly problem?: string
}

export interface Say extends InLesson<'say'> {
  readonly text: string
}

/** A manifest, as the learner's file has it. */
export interface ManifestShown extends InLesson<'manifest'> {
  readonly file: string
  readonly text: string
}

export interface CommandStarted extends InLesson<'command'> {
  readonly state: 'started'
  readonly command: string
}

export interface CommandEnded extends InLesson<'command'> {
  readonly state: 'ended'
  readonly command: string
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
  readonly seconds: number
  /** Why this command may fail, where the lesson expects that it may. */
  readonly mayFail: string | null
}

export interface Wait extends InLesson<'wait'> {
  readonly state: 'started' | 'progress' | 'doubtful' | 'done' | 'failed'
  readonly subject: string
  readonly what: string
  /** What is happening now, or what stands in the way. */
  readonly now: string
  readonly seconds: number
  readonly remedy?: string
  /** What somebody at the terminal may do about it. */
  readonly offers?: readonly ('hurry' | 'stop')[]
}

export interface Claim extends InLesson<'claim'> {
  readonly id: string
  readonly result: Result
  readonly claim: string
  readonly expected: string
  readonly observed: string
  readonly lookAt?: string
  /** How long reading the evidence took. */
  readonly seconds?: number
}

export interface Clean extends InLesson<'clean'> {
  readonly state: 'started' | 'progress' | 'done' | 'failed'
  readonly namespace: string
  readonly now: string
}

/** A pause, and the keys that end it. Only where somebody is there to press one. */
export type Pause = InLesson<'pause'>

export interface Ended extends Of<'end'> {
  readonly exitCode: number
  readonly seconds: number
  readonly lessons: Readonly<Partial<Record<LessonName, Counts>>>
  readonly next: string | null
}

export type Event =
  | RunStarted
  | LessonStarted
  | LessonEnded
  | Step
  | Say
  | ManifestShown
  | CommandStarted
  | CommandEnded
  | Wait
  | Claim
  | Clean
  | Pause
  | Ended

export type Emit = (event: Event) => void
