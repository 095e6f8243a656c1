import { setTimeout as sleep } from 'node:timers/promises'
import type { LessonName } from '../contents.ts'
import { rowsOf } from '../contents.ts'
import type { Check, Verdict } from './checks/check.ts'
import type { Claim, Counts, Emit, Result } from './events.ts'

/** Milliseconds before evidence is read again, when a first look did not bear the claim out. */
const secondLooks = [300, 1200]

/** What is claimed of a row that the lesson did not get to. */
export const notReached = 'not reached'

/** How a learner can look for themselves, and how many seconds the look took. */
interface Looked {
  readonly lookAt?: string | undefined
  readonly seconds?: number
}

/** The rows of one lesson: each is told once, and none is left out. */
export class Ledger {
  readonly #lesson: LessonName
  readonly #emit: Emit
  readonly #told = new Map<string, Result>()

  constructor(lesson: LessonName, emit: Emit) {
    this.#lesson = lesson
    this.#emit = emit
  }

  /** Looks, and once more before a claim is called false. */
  async prove(id: string, claim: string, check: Check, signal: AbortSignal): Promise<Verdict> {
    const began = performance.now()
    let seen = await look(check)
    for (const pause of secondLooks) {
      if (seen.holds) break
      await sleep(pause, undefined, { signal })
      seen = await look(check)
    }
    const { holds, expected, observed, lookAt } = seen
    const seconds = (performance.now() - began) / 1000
    this.enter(id, holds ? 'proven' : 'failed', claim, expected, observed, { lookAt, seconds })
    return seen
  }

  enter(id: string, result: Result, claim: string, expected: string, observed: string, how: Looked = {}): void {
    if (!rowsOf(this.#lesson).includes(id)) throw new Error(`${id} is no row of ${this.#lesson}`)
    if (this.#told.has(id)) throw new Error(`${id} was told before`)
    this.#told.set(id, result)
    const { lookAt, seconds } = how
    const event: Claim = { type: 'claim', lesson: this.#lesson, id, result, claim, expected, observed }
    this.#emit({ ...event, ...(lookAt === undefined ? {} : { lookAt }), ...(seconds === undefined ? {} : { seconds }) })
  }

  /** A lesson that ends early leaves no row out: what was not reached was not proven. */
  close(why: string): void {
    for (const id of rowsOf(this.#lesson)) {
      if (!this.#told.has(id)) this.enter(id, 'failed', notReached, 'the lesson goes that far', why)
    }
  }

  get counts(): Counts {
    const counts = { proven: 0, failed: 0, told: 0, notHere: 0 }
    for (const result of this.#told.values()) counts[result] += 1
    return counts
  }
}

// A look that throws has not seen the thing: that is an observation too.
async function look(check: Check): Promise<Verdict> {
  try {
    return await check.look()
  } catch (error) {
    return { holds: false, expected: check.what, observed: error instanceof Error ? error.message : String(error) }
  }
}
