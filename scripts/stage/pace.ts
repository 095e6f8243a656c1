import type { LessonName } from '../contents.ts'

/** What somebody who is there may want; unattended, nobody is. */
export type Wish = 'hurry' | 'stop'

/** The learner left, or wants the lesson from its start: thrown out of a pause, through the lesson, to whoever plays it. */
export class Leaving extends Error {
  readonly wish: 'quit' | 'restart'
  readonly clean: boolean

  constructor(wish: 'quit' | 'restart', clean: boolean) {
    super(wish)
    this.wish = wish
    this.clean = clean
  }
}

/** Who decides when the lesson goes on. */
export interface Pace {
  /** Somebody is there: waits are shown with a clock, and may be hurried. */
  readonly attended: boolean
  /** Resolves when the lesson may go on; throws Leaving. `skip` asks for the rest of the step without pauses. */
  readonly pause: (lesson: LessonName, signal: AbortSignal) => Promise<'on' | 'skip'>
  /** Listens for wishes during a wait. Returns how to stop listening. */
  readonly during: (offers: ReadonlySet<Wish>, wished: (wish: Wish) => void) => () => void
}

export const unattended: Pace = {
  attended: false,
  pause: () => Promise.resolve('on'),
  during: () => () => {},
}
